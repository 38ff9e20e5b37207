//! Automations whose hour has come.

use crate::{AT_ONCE, Function, PAGE, PAGES};
use chrono::{DateTime, Utc};
use domain::{Firing, Job, Mode};
use futures::stream::{self, StreamExt};
use kit::Error;
use queues::tasks::JobTask;
use std::collections::BTreeSet;
use store::{DueAutomation, DuePage};

impl Function {
    /// Enqueues the jobs of a shard that are due and moves each automation to its next slot.
    pub(crate) async fn run_automations(&self, shard: u8, now: DateTime<Utc>) -> Result<usize, Error> {
        let (mut enqueued, mut cursor) = (0, None);
        for _ in 0..PAGES {
            let DuePage { rows, unreadable, next } = self.app.store().due_automations(shard, now, PAGE, cursor).await?;
            if unreadable > 0 {
                metrics::counter!("automations_unreadable").increment(unreadable as u64);
                tracing::error!(shard, unreadable, "{unreadable} automations of shard {shard} cannot be read");
            }
            enqueued += self.fire(rows, now).await?;
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        Ok(enqueued)
    }

    async fn fire(&self, due: Vec<DueAutomation>, now: DateTime<Utc>) -> Result<usize, Error> {
        let fired: Vec<(DueAutomation, Firing)> = due
            .into_iter()
            .filter_map(|it| {
                let firing = Firing::at(now, &it.cron, it.timezone, it.slot, it.name.misfire());
                if firing.is_none() {
                    let (business_id, name) = (it.business_id, it.name);
                    tracing::error!(%business_id, %name, "{name} of business {business_id} has no further slot");
                }
                firing.map(|firing| (it, firing))
            })
            .collect();
        let begun_at = self.app.now();
        let (places, tasks): (Vec<usize>, Vec<JobTask>) = fired
            .iter()
            .enumerate()
            .filter_map(|(place, (due, firing))| Some((place, job(due, firing, begun_at)?)))
            .unzip();
        let unsent = self.queues.send_all(&tasks).await?;
        let unsent: BTreeSet<usize> = unsent.into_iter().filter_map(|it| places.get(it.index).copied()).collect();
        let sent = fired.into_iter().enumerate().filter(|(place, _)| !unsent.contains(place));
        let advance = sent.map(async |(_, (due, firing))| {
            if let Some((_, count)) = firing.skipped {
                metrics::counter!("slots_skipped").increment(u64::from(count));
            }
            self.app.store().advance_automation(&due, &firing, &self.app.attempt()).await
        });
        let results: Vec<_> = stream::iter(advance).buffer_unordered(AT_ONCE).collect().await;
        let done = tasks.len() - unsent.len();
        metrics::counter!("jobs_enqueued").increment(done as u64);
        results.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(done)
    }
}

fn job(due: &DueAutomation, firing: &Firing, begun_at: DateTime<Utc>) -> Option<JobTask> {
    let slot = Some(firing.run?);
    let job = Job::new(due.name, Some(due.business_id), Mode::EventDriven, begun_at);
    Some(JobTask(Job { slot, unless_off: true, ..job }))
}
