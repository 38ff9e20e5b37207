//! The rules of the business. Pure: no AWS, no tokio, no IO, and no clock is ever read here; the caller brings the time.

mod automations;
pub mod business;
mod calendar;
pub mod fold;
pub mod ids;
pub mod locale;
mod messages;
pub mod money;
mod people;
pub mod problems;
pub mod texts;

pub use automations::{automation, job, proposal};
pub use calendar::{local_time, quiet, schedule};
pub use messages::{gate, inbound, ledger, message, opt, pace, reach, reason, refusal};
pub use people::{answers, birthday, customer, lapsed, name, occasion, phone, points, profile};

pub use answers::{Answers, read_answers};
pub use automation::{Action, Automation, AutomationName};
pub use birthday::Birthday;
pub use business::{Business, Gateway, Owner, Sender, Settings};
pub use customer::{Customer, Pet};
pub use gate::{Gate, GateInput, SenderState, gate};
pub use ids::{Attempt, BusinessId, CustomerId, KeyId, LoadId, MessageId, MessageName, OwnerId, Recipient, SenderId};
pub use inbound::Updates;
pub use job::{Job, Listed, Mode, RunId, Tally};
pub use lapsed::Lapsed;
pub use ledger::{Evidence, MessageEvent};
pub use locale::Locale;
pub use message::{Content, Draft, Kind, Message, Status};
pub use money::Money;
pub use occasion::{Celebrant, Occasion};
pub use opt::{OptChange, opt_word};
pub use pace::{Pace, Reservation};
pub use people::crm::{Priority, PriorityError, ProfileStatus};
pub use people::customer_ref::{CustomerRef, CustomerRefError};
pub use phone::{Phone, PhoneError};
pub use problems::problem_sentence;
pub use profile::{Gender, Profile, ProfileField};
pub use proposal::Proposal;
pub use quiet::QuietHours;
pub use reach::Reach;
pub use reason::Reason;
pub use refusal::Refusal;
pub use schedule::{Cron, Firing, Misfire};
pub use texts::{MessageType, Text, TextError};

pub use chrono_tz::Tz;
