//! Passes changes of the tables on: events to the bus, and messages to send to their queues. Everything it makes has
//! the same ids when it is made again, so a repeated batch does no harm.

use aws_lambda_events::event::dynamodb::{Event as StreamEvent, EventRecord};
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use chrono::TimeDelta;
use kit::App;
use kit::dead_letters::DeadLetter;
use kit::env::{FromEnv, Vars};
use queues::events::{
    AppointmentBooked, AppointmentDecided, AppointmentDone, AppointmentFreed, ConversationSettled, CustomerRegistered,
    Event, Happening, PointsLoaded,
};
use queues::producer::MAX_DELAY;
use queues::tasks::{EraseTask, IndexTask, SendTask};
use queues::{Bus, QueueUrls, Queues, TaskError, Unsent};
use std::convert::Infallible;
use std::time::Duration;
use store::{Change, Tables, changes};

/// The function's own configuration.
pub struct Config {
    urls: QueueUrls,
    bus_name: String,
    tables: Tables,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self {
            urls: QueueUrls::from_env(vars),
            bus_name: vars.text("BUS_NAME", "the name of the bus"),
            tables: Tables::from_env(vars),
        }
    }
}

/// The parts that the function stands on.
pub struct Publisher {
    app: App,
    queues: Queues,
    bus: Bus,
    tables: Tables,
}

/// Events and tasks to send, each with the place in the batch of the record that it follows from.
#[derive(Default)]
struct Outgoing {
    events: Vec<(usize, Event)>,
    tasks: Vec<(usize, SendTask, Duration)>,
    joined: Vec<(usize, EraseTask)>,
    /// A customer once, with the first of the places.
    searched: Vec<(usize, IndexTask)>,
}

impl Outgoing {
    /// An event, if an automation hears it.
    fn tell<T: Happening>(&mut self, place: usize, happening: &T) -> Result<(), TaskError> {
        if automations::is_heard(T::DETAIL_TYPE) { self.announce(place, happening) } else { Ok(()) }
    }

    /// An event that others may hear: a rule of the operator's own on the bus.
    fn announce<T: Happening>(&mut self, place: usize, happening: &T) -> Result<(), TaskError> {
        self.events.push((place, Event::of(happening)?));
        Ok(())
    }

    fn look_again(&mut self, place: usize, task: IndexTask) {
        if !self.searched.iter().any(|(_, known)| *known == task) {
            self.searched.push((place, task));
        }
    }
}

impl Publisher {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, config: Config) -> Self {
        let queues = Queues::new(app.sqs().clone(), config.urls);
        let bus = Bus::new(app.eventbridge().clone(), config.bus_name);
        Self { app, queues, bus, tables: config.tables }
    }

    /// Passes on all records; answers the first that has to come again.
    async fn publish(&self, records: &[EventRecord]) -> Option<usize> {
        let mut outgoing = Outgoing::default();
        let mut hopeless = Vec::new();
        for (place, record) in records.iter().enumerate() {
            match self.meaning(record) {
                Ok((change, searched)) => {
                    if let Some(task) = searched {
                        outgoing.look_again(place, task);
                    }
                    if let Err(error) = self.collect(place, change, &mut outgoing) {
                        hopeless.push((place, error.to_string()));
                    }
                }
                Err(reason) => hopeless.push((place, reason)),
            }
        }
        let (events, tasks) = (self.publish_events(&outgoing.events), self.send_tasks(&outgoing.tasks));
        let mut again = events.await;
        again.extend(tasks.await);
        again.extend(self.send_joined(&outgoing.joined).await);
        again.extend(self.send_searched(&outgoing.searched).await);
        hopeless.extend(again.iter().filter_map(Refused::hopeless));
        for (place, reason) in hopeless {
            if !self.give_up(records.get(place), &reason).await {
                again.push(Refused { place, reason, permanent: false });
            }
        }
        again.iter().filter(|refused| !refused.permanent).map(|refused| refused.place).min()
    }

    /// The meaning of a record, as the room of its table says, and the customer whom the search has to look at again; or
    /// the reason for which nobody will ever know.
    fn meaning(&self, record: &EventRecord) -> Result<(Option<Change>, Option<IndexTask>), String> {
        let stream = record.event_source_arn.as_deref().unwrap_or_default();
        let table = self.tables.of_stream(stream).ok_or_else(|| format!("no table has the stream {stream:?}"))?;
        let (before, after) = (&record.change.old_image, &record.change.new_image);
        let image = |image| Some(image).filter(|it: &&serde_dynamo::Item| !it.is_empty());
        let (before, after) = (image(before), image(after));
        let change = changes::change(table, before, after).map_err(|error| error.to_string())?;
        let searched = changes::searched(table, before, after).map_err(|error| error.to_string())?;
        Ok((change, searched.map(|(business, customer)| IndexTask::of(business, customer))))
    }

    fn collect(&self, place: usize, change: Option<Change>, outgoing: &mut Outgoing) -> Result<(), TaskError> {
        match change {
            Some(Change::CustomerRegistered { business_id, customer_id }) => {
                outgoing.tell(place, &CustomerRegistered { business_id, customer_id })?;
            }
            Some(Change::CustomerJoined { business_id, from, into }) => {
                outgoing.joined.push((place, EraseTask::of_joined(business_id, from, into)));
            }
            Some(Change::ConversationSettled {
                business_id,
                customer_id,
                conversation,
                last_activity,
                tokens,
                thread_id,
            }) => {
                let settled =
                    ConversationSettled { business_id, customer_id, conversation, last_activity, tokens, thread_id };
                outgoing.announce(place, &settled)?;
            }
            Some(Change::PointsLoaded { business_id, customer_id, load_id, points, balance }) => {
                outgoing.tell(place, &PointsLoaded { business_id, customer_id, load_id, points, balance })?;
            }
            Some(Change::AppointmentChanged { business_id, appointment_id, customer_id, before, after }) => {
                if let Some(before) = before.filter(|before| after.has_freed(*before)) {
                    let (appointment_id, start) = (appointment_id.clone(), before.start);
                    outgoing.tell(place, &AppointmentFreed { business_id, customer_id, appointment_id, start })?;
                }
                if after.is_booked_after(before) {
                    let (appointment_id, start) = (appointment_id.clone(), after.start);
                    outgoing.tell(place, &AppointmentBooked { business_id, customer_id, appointment_id, start })?;
                }
                if after.is_decided_after(before) {
                    let (appointment_id, start) = (appointment_id.clone(), after.start);
                    outgoing.tell(place, &AppointmentDecided { business_id, customer_id, appointment_id, start })?;
                }
                if after.is_done_after(before) {
                    let end = after.end();
                    outgoing.tell(place, &AppointmentDone { business_id, customer_id, appointment_id, end })?;
                }
            }
            Some(Change::MessagePending { business_id, message_id, kind, tried_at, not_before }) => {
                let wait = tried_at.map_or(TimeDelta::zero(), |at| at - self.app.now());
                let delay = wait.to_std().unwrap_or_default();
                // A message that waits longer than a queue can hold a task comes due by the index.
                if delay <= MAX_DELAY {
                    let task = SendTask { business_id, message_id, kind, not_before, put_backs: 0 };
                    outgoing.tasks.push((place, task, delay));
                }
            }
            None => {}
        }
        Ok(())
    }

    async fn publish_events(&self, events: &[(usize, Event)]) -> Vec<Refused> {
        if events.is_empty() {
            return Vec::new();
        }
        let all: Vec<Event> = events.iter().map(|(_, event)| event.clone()).collect();
        refused(self.bus.publish(&all).await, |index| events.get(index).map(|it| it.0))
    }

    async fn send_tasks(&self, tasks: &[(usize, SendTask, Duration)]) -> Vec<Refused> {
        if tasks.is_empty() {
            return Vec::new();
        }
        match self.queues.send_each(tasks.iter().map(|(_, task, delay)| (task, *delay))).await {
            Ok(unsent) => refused(unsent, |index| tasks.get(index).map(|it| it.0)),
            Err(error) => tasks.iter().map(|it| Refused::passing(it.0, &error)).collect(),
        }
    }

    async fn send_searched(&self, searched: &[(usize, IndexTask)]) -> Vec<Refused> {
        if searched.is_empty() {
            return Vec::new();
        }
        match self.queues.send_each(searched.iter().map(|(_, task)| (task, Duration::ZERO))).await {
            Ok(unsent) => refused(unsent, |index| searched.get(index).map(|it| it.0)),
            Err(error) => searched.iter().map(|it| Refused::passing(it.0, &error)).collect(),
        }
    }

    /// Two records become one so seldom that each goes by itself.
    async fn send_joined(&self, joined: &[(usize, EraseTask)]) -> Vec<Refused> {
        let mut again = Vec::new();
        for (place, task) in joined {
            if let Err(error) = self.queues.send(task, Duration::ZERO).await {
                again.push(Refused::passing(*place, &error));
            }
        }
        again
    }

    /// The whole change to the dead letters: a stream's own record of a failure is only a pointer that expires.
    async fn give_up(&self, record: Option<&EventRecord>, reason: &str) -> bool {
        let Some(body) = record.and_then(|record| serde_json::to_string(record).ok()) else { return false };
        match self.app.dead_letters().put(DeadLetter { body, ..DeadLetter::default() }, reason).await {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(%error, reason, "a change that cannot be passed on was not kept: {error}");
                false
            }
        }
    }
}

/// A message or event that was not sent.
struct Refused {
    place: usize,
    reason: String,
    permanent: bool,
}

impl Refused {
    fn passing(place: usize, error: &impl ToString) -> Self {
        Self { place, reason: error.to_string(), permanent: false }
    }

    fn hopeless(&self) -> Option<(usize, String)> {
        self.permanent.then(|| (self.place, self.reason.clone()))
    }
}

fn refused(unsent: Vec<Unsent>, place: impl Fn(usize) -> Option<usize>) -> Vec<Refused> {
    let refused = unsent
        .into_iter()
        .filter_map(|it| Some(Refused { place: place(it.index)?, reason: it.code, permanent: it.permanent }));
    refused.collect()
}

impl Publisher {
    /// Passes a batch on. From the first failure on, records come again.
    ///
    /// # Errors
    /// None: each failure is answered for by its sequence number.
    pub async fn handle(&self, event: StreamEvent) -> Result<DynamoDbEventResponse, Infallible> {
        let mut response = DynamoDbEventResponse::default();
        if let Some(place) = self.publish(&event.records).await {
            let record = event.records.get(place);
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = record.and_then(|record| record.change.sequence_number.clone());
            tracing::warn!(place, "changes from place {place} of the batch on come again");
            response.batch_item_failures.push(failure);
        }
        Ok(response)
    }
}
