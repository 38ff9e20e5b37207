//! Recado on one machine: the whole deployment that `template.yaml` describes, with the functions' own programs as
//! processes, an AWS in process and a simulated world of gateways and phones outside.
//!
//! [`Laptop::start`] is what `cargo dev` and the end-to-end tests run; [`control`] is the API by which people and
//! tests look into it and let things go wrong.

pub mod book;
mod client;
pub mod cloud;
pub mod control;
pub mod data;
pub mod demo;
mod endpoints;
mod gate;
pub mod gateway_api;
mod keep;
mod laptop;
mod names;
mod onboarding;
mod options;
mod page;
mod parts;
pub mod processes;
pub mod programs;
mod request_log;
mod serve;
pub mod setup;
mod watch;

pub use client::http_client;
pub use laptop::{Laptop, StartError, check_port};
pub use names::Names;
pub use onboarding::connect;
pub use options::{Options, workspace};
pub use parts::Parts;
pub use setup::{OPERATOR_KEY, programs_of};
