//! The world without its protocols: people, phones, chats, senders, what is due, and what goes wrong.

pub(crate) mod agenda;
pub(crate) mod answers;
pub(crate) mod chat;
pub(crate) mod codes;
pub(crate) mod fault;
pub(crate) mod gateway;
pub(crate) mod keep;
pub(crate) mod memory;
pub(crate) mod messages;
pub(crate) mod outbox;
pub(crate) mod people;
pub(crate) mod phones;
pub(crate) mod requests;
pub(crate) mod run;
pub(crate) mod sender;
pub(crate) mod serve;
pub(crate) mod session;
pub(crate) mod session_life;
pub(crate) mod session_people;
pub(crate) mod setup;
pub(crate) mod things;
pub(crate) mod update;
pub(crate) mod voice;
pub(crate) mod world;
