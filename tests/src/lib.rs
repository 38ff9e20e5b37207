//! The facts that no room can show alone: the template, and the bundle run end to end with the functions' real
//! programs.
#![cfg(test)]

mod appointments;
mod automations;
mod bad_input;
mod bundle;
mod conversations;
mod costs;
mod document;
mod events;
mod import;
mod ledger;
mod pace;
mod points;
mod recipes;
mod registration;
mod restricted;
mod sessions;
mod strict;
mod targets;
mod template;
mod tour;
