//! A business whose automation runs, and why a run could not go on.

use super::{Spec, Start};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use domain::local_time::moment;
use domain::{Action, Automation, AutomationName, Business, BusinessId, Job, MessageId, Owner, OwnerId, RunId};
use kit::batch::Failure;
use std::collections::BTreeMap;
use store::{Store, StoreError};

/// Why a run could not go on. Says nothing of anybody.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The store did not answer, or an item cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A text that cannot be written.
    #[error(transparent)]
    Text(#[from] domain::TextError),
    /// Buttons that WhatsApp does not take.
    #[error(transparent)]
    Buttons(#[from] domain::ButtonsError),
    /// Event-driven runs and owner reports are of one business.
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
            JobError::Text(_) | JobError::Buttons(_) | JobError::NoBusiness | JobError::NotScheduled => {
                Self::permanent(error)
            }
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
    /// The run, if it was asked for.
    pub run: Option<RunId>,
    /// The offer that the owners have said yes to, percent; else the business's setting counts.
    pub offer: Option<u8>,
    /// The time that the event is about which started the run, UTC.
    pub about: Option<DateTime<Utc>>,
    owner_id: Option<OwnerId>,
    asked_in: Option<String>,
    is_followed: bool,
    only_on_its_day: bool,
}

impl Running {
    /// `None` if the business has switched off what was due, or has never switched on what an event starts.
    pub(super) fn new(
        spec: &Spec,
        business: Business,
        known: Option<&Automation>,
        job: &Job,
    ) -> Result<Option<Self>, JobError> {
        let Start::AtHours(hours) = spec.start else { return Err(JobError::NotScheduled) };
        // A job that has begun goes on as it began; its automation is not read again.
        let has_begun = job.action.is_some();
        let is_on = known.map_or(job.about.is_none(), Automation::enabled);
        if job.unless_off && !has_begun && !is_on {
            return Ok(None);
        }
        let usual = known.map_or(hours.action, |known| known.action);
        let today = || job.begun_at.with_timezone(&business.timezone).date_naive();
        Ok(Some(Self {
            action: job.action.unwrap_or(usual),
            date: job.slot.map_or_else(today, |slot| slot.date()),
            begun_at: job.begun_at,
            run: job.run,
            offer: None,
            about: job.about,
            owner_id: job.owner_id,
            asked_in: job.asked_in.clone(),
            is_followed: job.is_followed,
            only_on_its_day: hours.only_on_its_day,
            business,
        }))
    }

    /// Those of these businesses that are there and have not switched off what was due.
    pub(super) async fn of(
        store: &Store,
        spec: &Spec,
        businesses: &[BusinessId],
        job: &Job,
    ) -> Result<Vec<Self>, JobError> {
        let known = match job.action {
            Some(_) => Vec::new(),
            None => store.automations_of(businesses, job.automation).await?,
        };
        let known: BTreeMap<BusinessId, Automation> = known.into_iter().map(|it| (it.business_id, it)).collect();
        let mut running = Vec::with_capacity(businesses.len());
        for business in store.businesses_of(businesses).await? {
            let known = known.get(&business.business_id);
            running.extend(Self::new(spec, business, known, job)?);
        }
        Ok(running)
    }

    /// Whether the job comes so late that it would be of another day.
    pub(super) fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.only_on_its_day && self.date < self.local(now)
    }

    /// The owners who are told.
    pub(super) fn owners(&self) -> impl Iterator<Item = &Owner> {
        self.business.owners.iter().filter(|owner| self.owner_id.is_none_or(|only| only == owner.owner_id))
    }

    /// The id of the report to an owner. `purpose` says what is told once; a message that asks for it gets its own.
    pub(super) fn report_id(&self, automation: AutomationName, owner: OwnerId, purpose: &str) -> MessageId {
        let asked_in = self.asked_in.iter().map(|it| format!("/{it}")).collect::<String>();
        MessageId::of(format!("{automation}/{owner}/{purpose}{asked_in}"))
    }

    /// Whether the owners are told when there is nothing to tell: somebody waits for it, or the business wants it.
    pub(super) fn tells_nothing(&self, automation: AutomationName) -> bool {
        self.is_asked_for() || self.business.settings.empty_reports.contains(&automation)
    }

    /// Whether somebody waits for it: an owner who has asked in a message, or somebody who has started it by hand.
    pub(super) fn is_asked_for(&self) -> bool {
        self.asked_in.is_some() || self.is_followed
    }

    /// The local date of a time.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.business.timezone).date_naive()
    }

    /// So many days after the date of the run.
    #[must_use]
    pub fn day(&self, days: u64) -> NaiveDate {
        self.date.checked_add_days(Days::new(days)).unwrap_or(self.date)
    }

    /// The first moment of a local date, UTC.
    #[must_use]
    pub fn start_of(&self, date: NaiveDate) -> DateTime<Utc> {
        let midnight = date.and_time(NaiveTime::MIN);
        moment(midnight, self.business.timezone).unwrap_or_else(|| midnight.and_utc())
    }
}
