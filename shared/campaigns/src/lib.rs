//! Campaigns: whom one is for, what it would cost, and its way from the start to the end. The runner that sends the messages
//! is in `functions/send-message`.
//!
//! 1. [`Campaigns::preflight`] counts an audience: who would be written to, who not and why, the cost and the time.
//! 2. [`Campaigns::start`] lets it begin. The feeder ([`Campaigns::step`]) freezes the audience in chunks, by the same code as
//!    the preflight, and starts the runner.
//! 3. The feeder looks again every two minutes. A runner that got no further is started anew under a higher epoch.
//! 4. When all chunks are done and every message has an end, the feeder ends the campaign.
//! 5. A day later it counts once more and keeps when each message left. [`Campaigns::returns`] tells who bought.

mod audience;
mod feeder;
mod freeze;
mod judge;
mod moves;
mod preflight;
mod returns;
mod wording;

pub use audience::Person;
pub use feeder::Stepped;
pub use judge::HELD_OUT;
pub use moves::{Campaigns, Moved};
pub use preflight::Preflight;
pub use returns::{Compared, Returns};
pub use wording::draft;

use automations::JobError;
use chrono::{DateTime, Days, NaiveTime, Utc};
use domain::local_time::moment;
use domain::{Audience, Business, Campaign, TextError, is_day_off, local_day};
use kit::batch::Failure;
use kit::problem::Problem;
use queues::producer::ProducerError;
use search::SearchError;
use store::StoreError;

/// The days off that may follow each other.
const DAYS_OFF: usize = 366;

/// When a message of a campaign goes that is due at `at`, UTC: not in the quiet hours, and not on a day off. The campaign of a
/// proposal goes on a day off too, as an owner has asked for it on that day.
#[must_use]
pub fn goes_from(campaign: &Campaign, business: &Business, at: DateTime<Utc>) -> DateTime<Utc> {
    let mut from = business.marketing_from(at);
    if matches!(campaign.audience, Audience::Proposal(_)) {
        return from;
    }
    for _ in 0..DAYS_OFF {
        let date = local_day(from, business.timezone);
        let next = date.checked_add_days(Days::new(1)).map(|next| next.and_time(NaiveTime::MIN));
        let Some(next) = next.filter(|_| is_day_off(business, date)) else { break };
        from = business.marketing_from(moment(next, business.timezone).unwrap_or_else(|| next.and_utc()));
    }
    from
}

/// Why a campaign could not be moved on. Says nothing of anybody.
#[derive(Debug, thiserror::Error)]
pub enum CampaignError {
    /// The store did not answer, or an item cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A task was not, or perhaps not, sent.
    #[error(transparent)]
    Queue(#[from] ProducerError),
    /// A text that cannot be written.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The automation that proposed it could not find its people or write to them.
    #[error(transparent)]
    Automation(#[from] JobError),
    /// The business is closed.
    #[error("there is no such business")]
    NoBusiness,
    /// The business has no sender.
    #[error("the business has no sender")]
    NoSender,
    /// The search index did not answer, or is damaged.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// This function is given no search index.
    #[error("no search index is configured")]
    NoIndex,
}

impl From<CampaignError> for Failure {
    fn from(error: CampaignError) -> Self {
        match error {
            CampaignError::Store(error) => error.into(),
            CampaignError::Queue(error) => Self::retry(error),
            CampaignError::Automation(error) => error.into(),
            // A damaged index stays so until somebody looks.
            CampaignError::Search(error @ SearchError::Damaged { .. }) => Self::permanent(error),
            CampaignError::Search(error) => Self::retry(error),
            error => Self::permanent(error),
        }
    }
}

impl From<CampaignError> for Problem {
    fn from(error: CampaignError) -> Self {
        match error {
            CampaignError::Store(error) => error.into(),
            CampaignError::Queue(error) => Self::unavailable(error),
            CampaignError::Automation(JobError::Store(error)) => error.into(),
            CampaignError::Search(error) if !matches!(error, SearchError::Damaged { .. }) => Self::unavailable(error),
            error @ (CampaignError::Text(_)
            | CampaignError::Automation(_)
            | CampaignError::Search(_)
            | CampaignError::NoIndex) => Self::internal(error),
            CampaignError::NoBusiness => kit::customers::no_business(),
            CampaignError::NoSender => Self::conflict("This business has no sender to write from.").coded("no_sender"),
        }
    }
}
