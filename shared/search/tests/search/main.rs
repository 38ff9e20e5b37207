//! The index beside a plain list of customers, under every fault of its store.

mod commits;
mod damage;
mod model;
mod people;
mod properties;
mod unreliable;
