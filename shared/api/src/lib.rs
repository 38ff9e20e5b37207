//! The HTTP API: requests and answers, one file a resource, and the tables of routes.
//!
//! A file has the types of its resource and an enum with a variant for each route, which is a [`Route`]. Functions make
//! their routers of the enum ([`router`]), and the OpenAPI document is made of the same enum ([`document()`]). To add a
//! route is to add a variant and to follow the compiler. The texts of the document are the rustdoc of types, fields and
//! variants. Only tests make the document; `functions/health` serves the copy in `openapi.json`.

pub mod appointments;
pub mod automations;
mod bodies;
pub mod businesses;
pub mod campaigns;
pub mod conversations;
pub mod crm;
pub mod customers;
mod document;
pub mod figures;
pub mod keys;
pub mod messages;
mod operation;
pub mod parameters;
pub mod points;
pub mod proactive;
pub mod problem;
pub mod proposals;
pub mod purchases;
pub mod returns;
mod route;
mod schemas;
pub mod search;
pub mod searches;
pub mod senders;
pub mod service;
pub mod sessions;
pub mod sync;
pub mod upstream;
pub mod values;
pub mod webhooks;

pub use bodies::wrong_amount;
pub use document::{document, upstream_document};
pub use operation::{Example, Operation};
pub use route::{Address, Route, Tag, router};
pub use schemas::Schemas;
