//! Automations whose hour has come: a job of the slot, and then the next slot.

use crate::sweep::{Kind, PAGE};
use chrono::{DateTime, Utc};
use domain::{Attempt, Firing, Job, Mode, RestoredAt};
use kit::App;
use queues::tasks::JobTask;
use store::{DueAutomation, DueCursor, DuePage, StoreError};

pub(crate) struct Automations<'a> {
    pub(crate) app: &'a App,
    pub(crate) restored: RestoredAt,
}

impl Kind for Automations<'_> {
    type Row = DueAutomation;
    type Task = JobTask;
    type Move = (DueAutomation, Firing);

    const ROWS: &'static str = "automations";
    const ENQUEUED: &'static str = "jobs_enqueued";
    const UNREADABLE: &'static str = "automations_unreadable";

    async fn due(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        cursor: Option<DueCursor>,
    ) -> Result<DuePage<DueAutomation>, StoreError> {
        self.app.store().due_automations(shard, now, PAGE, cursor).await
    }

    /// Of slots that were missed only the latest runs, and not too late; one that has none left stays as it is.
    fn step(&self, row: DueAutomation, now: DateTime<Utc>) -> Option<(Option<JobTask>, Self::Move)> {
        let (business_id, name) = (row.business_id, row.name);
        let misfire = automations::hours(name)?.misfire;
        let Some(firing) = Firing::at(now, &row.cron, row.timezone, row.slot, misfire) else {
            tracing::error!(%business_id, %name, "{name} of business {business_id} has no further slot");
            return None;
        };
        let firing = firing.unless_run_before(self.restored, row.timezone);
        let job = firing.run.map(|slot| {
            let job = Job::new(name, Some(business_id), Mode::EventDriven, self.app.now());
            JobTask(Job { slot: Some(slot), unless_off: true, ..job })
        });
        Some((job, (row, firing)))
    }

    async fn advance(&self, (row, firing): Self::Move, attempt: &Attempt) -> Result<bool, StoreError> {
        if let Some((_, count)) = firing.skipped {
            metrics::counter!("slots_skipped").increment(u64::from(count));
        }
        self.app.store().advance_automation(&row, &firing, attempt).await
    }
}
