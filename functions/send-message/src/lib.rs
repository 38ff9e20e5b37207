//! Sends each message once, at its sender's pace: the send ledger, and pace by reservation.
//!
//! `states` says what a task goes through. A process that dies after it has claimed a message leaves the claim behind.
//! The next task of the message that comes after the lease makes it `unknown`, and evidence or policy settles it.

mod address;
mod campaign;
mod config;
mod line;
mod prepare;
mod send;
mod settle;
mod states;
mod unknown;
mod work;

use crate::address::Chats;
use crate::campaign::Ran;
pub use crate::config::Config;
use crate::line::Line;
use crate::states::{End, Next, Ready};
use crate::work::Work;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::{BusinessId, SenderId};
use futures::future::join_all;
use futures::stream::{self, StreamExt};
use gateways::SealingKey;
use kit::App;
use kit::batch::{Failure, Item, Outcome, whole_batch};
use queues::tasks::{ChunkTask, SendTask};
use queues::{Queues, Received};
use std::collections::BTreeMap;
use std::convert::Infallible;

/// Records that are read at the same time.
const AT_ONCE: usize = 10;

/// The parts that the function stands on.
pub struct Dispatcher {
    app: App,
    queues: Queues,
    key: SealingKey,
    config: Config,
    chats: Chats,
}

impl Dispatcher {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, config: Config) -> Self {
        let queues = Queues::new(app.sqs().clone(), config.urls.clone());
        let key = SealingKey::new(config.sealing_key.expose());
        Self { app, queues, key, config, chats: Chats::default() }
    }

    /// Answers for each task in its place.
    async fn work(&self, tasks: &[SendTask]) -> Vec<Outcome> {
        let mut ends: BTreeMap<usize, Result<End, Failure>> = BTreeMap::new();
        let mut lines: BTreeMap<(BusinessId, SenderId), Vec<Ready>> = BTreeMap::new();
        let prepared = tasks.iter().enumerate().map(async |(place, task)| (place, self.prepare(place, task).await));
        let prepared: Vec<_> = stream::iter(prepared).buffered(AT_ONCE).collect().await;
        for (place, next) in prepared {
            match next {
                Ok(Next::Line(ready)) => lines.entry(ready.line()).or_default().push(*ready),
                Ok(Next::End(end)) => drop(ends.insert(place, Ok(end))),
                Err(failure) => drop(ends.insert(place, Err(failure))),
            }
        }
        let lines = lines.into_values().map(|ready| Line::new(self, ready).run());
        ends.extend(join_all(lines).await.into_iter().flatten());
        self.answer(tasks, ends).await
    }

    /// Puts tasks back that have to come again. A task that could not be put back is redelivered by the queue.
    async fn answer(&self, tasks: &[SendTask], ends: BTreeMap<usize, Result<End, Failure>>) -> Vec<Outcome> {
        let mut outcomes: Vec<Outcome> = tasks.iter().map(|_| Ok(())).collect();
        let mut again = Vec::new();
        for (place, end) in ends {
            match (end, tasks.get(place), outcomes.get_mut(place)) {
                (Err(failure), _, Some(outcome)) => *outcome = Err(failure),
                (Ok(End::PutBack(wait)), Some(task), _) => {
                    again.push((place, SendTask { put_backs: task.put_backs + 1, ..task.clone() }, wait));
                }
                _ => {}
            }
        }
        if again.is_empty() {
            return outcomes;
        }
        metrics::counter!("put_backs").increment(again.len() as u64);
        let sent = self.queues.send_each(again.iter().map(|(_, task, wait)| (task, *wait))).await;
        let unsent: Vec<(usize, String)> = match sent {
            Ok(unsent) => unsent.into_iter().map(|it| (it.index, it.code)).collect(),
            Err(error) => (0..again.len()).map(|index| (index, error.to_string())).collect(),
        };
        for (index, code) in unsent {
            if let Some(outcome) = again.get(index).and_then(|(place, ..)| outcomes.get_mut(*place)) {
                *outcome = Err(Failure::retry(code));
            }
        }
        outcomes
    }
}

impl Dispatcher {
    /// Does a batch of tasks as one, so that it reserves the slots of a sender together.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        let work = async |items: Vec<Item<Received<Work>>>| {
            let work: Vec<Work> = items.into_iter().map(|item| item.body.0).collect();
            let messages: Vec<SendTask> = work.iter().filter_map(Work::message).cloned().collect();
            let mut sent = self.work(&messages).await.into_iter();
            let mut outcomes = Vec::with_capacity(work.len());
            for work in &work {
                outcomes.push(match work {
                    Work::Message(_) => sent.next().unwrap_or_else(|| Err(Failure::retry("no outcome"))),
                    Work::Campaign(task) => self.run(task).await,
                });
            }
            outcomes
        };
        Ok(whole_batch(&self.app, event, work).await)
    }

    /// Goes on with a campaign; what is left of it is sent on before the task is done with.
    async fn run(&self, task: &ChunkTask) -> Outcome {
        match self.go_on(task).await? {
            Ran::Done => Ok(()),
            Ran::GoOn(chunk, wait) => {
                metrics::counter!("put_backs").increment(1);
                let again = ChunkTask { chunk, ..task.clone() };
                self.queues.send(&again, wait).await.map_err(Failure::retry)
            }
        }
    }
}
