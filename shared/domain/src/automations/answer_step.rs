//! What an owner's answer does to a proposal. It is kept before it is done, so that a repeat of the delivery does the same.

use super::request_answer::{Decision, RequestNumber};
use crate::{AppointmentId, AutomationName};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What an answer does to one proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerStep {
    /// The automation of the proposal.
    pub automation: AutomationName,
    /// The local date of the proposal.
    pub date: NaiveDate,
    /// What is done.
    pub does: Does,
}

/// What an answer does to one appointment that a customer asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestStep {
    /// The appointment.
    pub appointment_id: AppointmentId,
    /// The numbers by which the owner was asked.
    pub number: RequestNumber,
    /// What is done.
    pub decision: Decision,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// Starts the campaign, or says what has to happen first.
    Start {
        /// Percent, in the place of what was proposed.
        offer: Option<u8>,
    },
    /// Tells that it was started by an earlier answer.
    TellStarted,
    /// Sends nothing; stops what is under way.
    Decline,
    /// Leaves it open.
    Postpone,
    /// Asks once more for a yes or a no.
    AskAgain,
    /// Asks which of these a yes is about.
    AskWhich,
}
