//! Sends each message once, at its sender's pace: the send ledger (P3) and pace by reservation (P4).
//!
//! Of a task the record is read, the gate is asked, a slot of the sender is reserved and waited for, shortly before it
//! the message is claimed under a lease, in it the gateway is called, and the claim is settled. A process that dies in
//! between leaves a claim behind; the next who meets it after its lease makes it `unknown`, and evidence or policy
//! settles it.

mod config;
mod line;
mod prepare;
mod send;
mod settle;
mod unknown;

pub use crate::config::Config;
use crate::line::Line;
use crate::prepare::{Next, Ready};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::{BusinessId, SenderId};
use futures::future::join_all;
use futures::stream::{self, StreamExt};
use gateways::SealingKey;
use kit::App;
use kit::batch::{Failure, Item, Outcome, whole_batch};
use queues::tasks::SendTask;
use queues::{Queues, Received};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

/// Records that are read at the same time.
const AT_ONCE: usize = 10;

/// What the function stands on.
pub struct Function {
    app: App,
    queues: Queues,
    key: SealingKey,
    config: Config,
}

/// What comes of a task.
pub(crate) enum Done {
    /// Nothing more is to be done for it, or something else will bring it up.
    Settled,
    /// It comes again after so long.
    PutBack(Duration),
    /// It comes again as the queue decides, or never.
    Failed(Failure),
}

impl Function {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, config: Config) -> Self {
        let queues = Queues::new(app.sqs().clone(), config.urls.clone());
        let key = SealingKey::new(config.sealing_key.expose());
        Self { app, queues, key, config }
    }

    /// Answers for each task in its place.
    async fn work(&self, tasks: &[SendTask]) -> Vec<Outcome> {
        let mut done: BTreeMap<usize, Done> = BTreeMap::new();
        let mut lines: BTreeMap<(BusinessId, SenderId), Vec<Ready>> = BTreeMap::new();
        let prepared = tasks.iter().enumerate().map(async |(place, task)| (place, self.prepare(place, task).await));
        let prepared: Vec<_> = stream::iter(prepared).buffered(AT_ONCE).collect().await;
        for (place, next) in prepared {
            match next {
                Ok(Next::Ready(ready)) => lines.entry(ready.line()).or_default().push(*ready),
                Ok(Next::Done) => drop(done.insert(place, Done::Settled)),
                Ok(Next::PutBack(wait)) => drop(done.insert(place, Done::PutBack(wait))),
                Err(failure) => drop(done.insert(place, Done::Failed(failure))),
            }
        }
        let lines = lines.into_values().map(|ready| Line::new(self, ready).run());
        done.extend(join_all(lines).await.into_iter().flatten());
        self.answer(tasks, done).await
    }

    /// Puts back what has to come again; what could not be put back comes again as the queue decides.
    async fn answer(&self, tasks: &[SendTask], done: BTreeMap<usize, Done>) -> Vec<Outcome> {
        let mut outcomes: Vec<Outcome> = tasks.iter().map(|_| Ok(())).collect();
        let mut again = Vec::new();
        for (place, done) in done {
            match (done, tasks.get(place), outcomes.get_mut(place)) {
                (Done::Failed(failure), _, Some(outcome)) => *outcome = Err(failure),
                (Done::PutBack(wait), Some(task), _) => {
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

/// Does a batch of tasks as one, so that it reserves the slots of a sender together.
///
/// # Errors
/// None: what fails is answered for by itself.
pub async fn handle(function: &Function, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
    let work = async |items: Vec<Item<Received<SendTask>>>| {
        let tasks: Vec<SendTask> = items.into_iter().map(|item| item.body.0).collect();
        function.work(&tasks).await
    };
    Ok(whole_batch(&function.app, event, work).await)
}
