//! The assistant gets a chat back: by its time here, by a call or a word elsewhere. What waits is answered then, unless a
//! person has answered it.

use crate::{Converser, TRIES, Turn};
use chrono::{DateTime, Utc};
use domain::chat::Chat;
use domain::chat::handover::Returned;
use kit::batch::{Failure, Outcome};
use queues::converse::HandoverTask;
use queues::tasks::ConverseTask;
use std::time::Duration;

/// Before what waits is answered: the customer may just be writing.
const PAUSE: Duration = Duration::from_secs(5);

impl Converser {
    /// Notes the end of a handover at its time, if no person has gone on with it since.
    pub(crate) async fn give_back(&self, task: HandoverTask) -> Outcome {
        let HandoverTask { business_id, customer_id, until } = task;
        let store = self.app.store();
        for _ in 0..TRIES {
            let before = store.chat(business_id, customer_id).await?;
            let now = self.app.now();
            let held = before.record.handover.filter(|held| held.until == until);
            if held.is_some() && now < until {
                // A queue waits a quarter of an hour at most.
                return self.queues.send(&task, task.wait(now)).await.map_err(Failure::retry);
            }
            let mut chat = before.record.clone();
            if held.is_some() {
                chat.lapse(now);
                if !store.put_chat(business_id, customer_id, &before, &chat, &self.app.attempt()).await? {
                    continue;
                }
                metrics::counter!("handovers_over").increment(1);
            }
            if !ended_at(&chat, until) || !chat.is_unanswered() {
                return Ok(());
            }
            let sequence = chat.sequence;
            let waits = ConverseTask { business_id, customer_id, sequence, tries: 0, returned: true };
            return self.queues.send(&waits, PAUSE).await.map_err(Failure::retry);
        }
        Err(Failure::retry("contended"))
    }

    /// Ends a turn whose message a person has answered.
    pub(crate) async fn pass(&self, turn: &Turn<'_>) -> Outcome {
        let Turn { task, run, .. } = turn;
        for _ in 0..TRIES {
            let before = self.app.store().chat(task.business_id, task.customer_id).await?;
            let mut chat = before.record.clone();
            if chat.turn.as_ref().is_none_or(|turn| turn.run != *run) {
                return Ok(());
            }
            chat.pass(task.sequence);
            if self.keep(task, &before, &chat).await? {
                return Ok(());
            }
        }
        Err(Failure::retry("contended"))
    }
}

/// Whether a handover ended at this time by itself, now or in an earlier delivery.
fn ended_at(chat: &Chat, until: DateTime<Utc>) -> bool {
    chat.handover.is_none() && chat.returned.is_some_and(|Returned { at, by_person, .. }| !by_person && at == until)
}
