//! Rules of a business that act by themselves, and their runs.

pub mod answer_step;
pub mod automation;
pub mod job;
pub mod owner_answer;
pub mod proposal;
pub mod request_answer;
