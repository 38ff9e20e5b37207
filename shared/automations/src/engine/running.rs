//! A business whose automation runs, and why a run could not go on.

use super::{Scheduled, Start};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{Action, Automation, Business, Job};
use kit::batch::Failure;
use store::StoreError;

/// Why a run could not go on. Says nothing of anybody.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The store did not answer, or an item cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A text that cannot be written.
    #[error(transparent)]
    Text(#[from] domain::TextError),
    /// Event-driven runs are of one business.
    #[error("a run by index is of one business")]
    NoBusiness,
    /// An event starts this automation, no hour.
    #[error("the automation does not run by itself")]
    NotScheduled,
}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Store(error) => error.into(),
            JobError::Text(_) | JobError::NoBusiness | JobError::NotScheduled => Self::permanent(error),
        }
    }
}

/// A business whose automation runs.
pub struct Running {
    /// As its record says.
    pub business: Business,
    /// The action, as it was when the run began.
    pub action: Action,
    /// The local date of the run.
    pub date: NaiveDate,
    /// When the run was asked for or enqueued, UTC.
    pub begun_at: DateTime<Utc>,
    only_on_its_day: bool,
}

impl Running {
    /// `None` if the business has switched off what was due.
    pub(super) fn new<A: Scheduled>(
        business: Business,
        known: Option<&Automation>,
        job: &Job,
    ) -> Result<Option<Self>, JobError> {
        let Start::AtHours(hours) = A::SPEC.start else { return Err(JobError::NotScheduled) };
        if job.unless_off && known.is_some_and(|known| !known.enabled()) {
            return Ok(None);
        }
        let usual = known.map_or(hours.action, |known| known.action);
        let today = || job.begun_at.with_timezone(&business.timezone).date_naive();
        let date = job.slot.map_or_else(today, |slot| slot.date());
        let (action, begun_at) = (job.action.unwrap_or(usual), job.begun_at);
        Ok(Some(Self { action, date, begun_at, only_on_its_day: hours.only_on_its_day, business }))
    }

    /// Whether the job comes so late that it would be of another day.
    pub(super) fn is_over(&self, now: DateTime<Utc>) -> bool {
        let today = now.with_timezone(&self.business.timezone).date_naive();
        self.only_on_its_day && self.date < today
    }
}
