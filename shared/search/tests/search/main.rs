//! The index beside a plain list of customers, under every fault of its store.

#[cfg(test)]
mod commits;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod model;
#[cfg(test)]
mod people;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod unreliable;
#[cfg(test)]
mod walk;
