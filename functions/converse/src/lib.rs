//! Answers customers by the assistant. A task comes when a customer has been silent for some seconds; one that was followed
//! by another message does nothing. One turn at a time goes on in a chat. Right before the answer the chat is read again: if
//! the customer has written meanwhile, the next turn answers all of it. While a person of the business is called or has the
//! chat, nothing is said.

mod history;
mod returned;
mod say;

use crate::history::History;
use assistant::{Action, Assistant, NoAnswer, Prompt, Replied};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::TimeDelta;
use domain::chat::{Begin, Chat, Summary, Thread};
use domain::{Business, Customer, Draft, Side};
use kit::App;
use kit::batch::{Failure, Item, Order, Outcome, batch};
use kit::config::Backstop;
use kit::env::{FromEnv, Vars};
use kit::outbox::Outbox;
use queues::converse::{ConverseWork, HandoverTask};
use queues::tasks::{ActivityTask, ConverseTask};
use queues::{QueueUrls, Queues, Received};
use std::convert::Infallible;
use std::time::Duration;
use store::{Answered, Versioned};

/// Conversations that go on at the same time.
const AT_ONCE: usize = 10;
/// Tries of a change that somebody else's change comes between.
const TRIES: usize = 5;
/// How often the assistant is asked before a person is.
const ASKED: u32 = 3;
/// After this time a turn has surely ended: more than the function's time-out.
const LEASE: TimeDelta = TimeDelta::seconds(65);

/// The function's own configuration.
pub struct Config {
    urls: QueueUrls,
    backstop: Backstop,
    assistant: assistant::Config,
    /// The time after its last message at which a conversation ends.
    ends_after: Duration,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self {
            urls: QueueUrls::from_env(vars),
            backstop: Backstop::from_env(vars),
            assistant: assistant::Config::from_env(vars),
            ends_after: vars.seconds_or("CONVERSATION_SECONDS", 600),
        }
    }
}

/// A turn that is under way.
struct Turn<'a> {
    task: &'a ConverseTask,
    /// The run that does it.
    run: &'a str,
    business: &'a Business,
    customer: &'a Customer,
}

/// What a turn has cost, and the summary that it has brought.
#[derive(Clone, Default)]
struct Spent {
    tokens: u64,
    summary: Option<Summary>,
}

/// The parts that the function stands on.
pub struct Converser {
    app: App,
    outbox: Outbox,
    queues: Queues,
    assistant: Assistant,
    ends_after: Duration,
}

impl Converser {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, config: Config) -> Self {
        Self {
            outbox: Outbox::new(app.clone(), config.backstop),
            queues: Queues::new(app.sqs().clone(), config.urls),
            assistant: Assistant::new(app.http().clone(), config.assistant),
            ends_after: config.ends_after,
            app,
        }
    }

    /// Goes on with the conversations of a batch side by side.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        let work = async |item: Item<Received<ConverseWork>>| match item.body.0 {
            ConverseWork::Answer(task) => self.converse(task).await,
            ConverseWork::Return(task) => self.give_back(task).await,
        };
        Ok(batch(&self.app, event, Order::Concurrent(AT_ONCE), work).await)
    }

    async fn converse(&self, task: ConverseTask) -> Outcome {
        let run = self.app.id().to_string();
        let Some(chat) = self.begin(&task, &run).await? else { return Ok(()) };
        let store = self.app.store();
        let business = store.business(task.business_id);
        let (business, customer) = tokio::try_join!(business, store.customer(task.business_id, task.customer_id))?;
        let (Some(Versioned { record: business, .. }), Some(Versioned { record: customer, .. })) = (business, customer)
        else {
            // Closed or erased meanwhile.
            return Ok(());
        };
        let turn = Turn { task: &task, run: &run, business: &business, customer: &customer };
        if business.settings.instructions.is_none() {
            // Switched off meanwhile.
            return self.leave(&turn, 0).await;
        }
        let History { lines, is_answered } = self.history(&business, &customer, &chat).await?;
        if task.returned && is_answered {
            return self.pass(&turn).await;
        }
        let thread = chat.thread.as_ref();
        let before = thread.and_then(|thread| thread.before.as_ref()).map(|summary| summary.0.as_str());
        let (sums_up, now) = (thread.is_some_and(Thread::ends_soon), self.app.now());
        let prompt = Prompt { business: &business, customer: &customer, before, lines: &lines, sums_up, now };
        let replied = self.assistant.reply(&prompt).await;
        let asked = lines.iter().rev().find(|line| line.side == Side::Customer).map(|line| line.text.as_str());
        match replied {
            Ok(replied) => self.answer(&turn, &replied, asked).await,
            Err(no_answer) => self.do_without(&turn, &no_answer, asked).await,
        }
    }

    /// Begins the turn of a task, in the chat that it answers; `None` if there is none to begin now.
    async fn begin(&self, task: &ConverseTask, run: &str) -> Result<Option<Chat>, Failure> {
        let (store, customer) = (self.app.store(), task.customer_id);
        for _ in 0..TRIES {
            let before = store.chat(task.business_id, customer).await?;
            let (mut chat, now) = (before.record.clone(), self.app.now());
            match chat.begin(task.sequence, run, now, LEASE) {
                Begin::Past => return Ok(None),
                Begin::Busy(until) => {
                    let wait = (until - now).to_std().unwrap_or_default() + Duration::from_secs(1);
                    self.queues.send(task, wait).await.map_err(Failure::retry)?;
                    return Ok(None);
                }
                Begin::Begun => {
                    if store.put_chat(task.business_id, customer, &before, &chat, &self.app.attempt()).await? {
                        return Ok(Some(chat));
                    }
                }
            }
        }
        Err(Failure::retry("contended"))
    }

    /// Says the answer, unless the customer has written meanwhile or a person has taken the chat.
    async fn answer(&self, turn: &Turn<'_>, replied: &Replied, asked: Option<&str>) -> Outcome {
        metrics::counter!("assistant_tokens").increment(replied.tokens);
        // What code has not done, nobody says: a booking, or that promotions end.
        let is_true = matches!(replied.reply.action, Action::None | Action::FillProfile | Action::HandOver)
            && !replied.reply.claims_a_booking();
        let wants_person = !is_true || replied.reply.action == Action::HandOver;
        let said = if is_true { turn.say(&replied.reply.text) } else { turn.say_without() };
        let summary = replied.reply.summary.as_deref().and_then(assistant::summary).map(Summary);
        self.end(turn, Spent { tokens: replied.tokens, summary }, &said?, wants_person.then_some(asked)).await
    }

    /// There is no answer: the assistant is asked again, or a person is.
    async fn do_without(&self, turn: &Turn<'_>, no_answer: &NoAnswer, asked: Option<&str>) -> Outcome {
        metrics::counter!("assistant_failures", "reason" => no_answer.reason.clone()).increment(1);
        let ConverseTask { business_id, tries, .. } = turn.task;
        tracing::warn!(%business_id, reason = no_answer.reason, tries, "the assistant has no answer: {no_answer}");
        if let Some(after) = no_answer.again
            && tries + 1 < ASKED
        {
            self.leave(turn, no_answer.tokens).await?;
            let wait = after.unwrap_or(Duration::from_secs(2 << tries));
            let again = ConverseTask { tries: tries + 1, ..turn.task.clone() };
            return self.queues.send(&again, wait).await.map_err(Failure::retry);
        }
        let spent = Spent { tokens: no_answer.tokens, summary: None };
        self.end(turn, spent, &turn.say_without()?, Some(asked)).await
    }

    /// Writes the answer and ends the turn, unless the customer has written meanwhile or a person has taken the chat. `person`:
    /// the owners are told that the customer waits for one, with what the customer wrote, and the assistant is silent from then
    /// on.
    ///
    /// The answer and the chat, which says that the message has it, are one write, and the last one: whatever is lost before
    /// it, the next delivery does again.
    async fn end(&self, turn: &Turn<'_>, spent: Spent, said: &Draft, person: Option<Option<&str>>) -> Outcome {
        let Turn { task, run, .. } = turn;
        let ConverseTask { business_id, customer_id, .. } = **task;
        for _ in 0..TRIES {
            let before = self.app.store().chat(business_id, customer_id).await?;
            let (mut chat, now) = (before.record.clone(), self.app.now());
            if !chat.may_answer(task.sequence, run, now) {
                return self.leave(turn, spent.tokens).await;
            }
            chat.answer(task.sequence, spent.tokens, now);
            if spent.summary.is_some() {
                chat.summary.clone_from(&spent.summary);
            }
            if let Some(asked) = person {
                self.call_a_person(turn, asked).await?;
                chat.call_a_person(now, turn.business.settings.handover());
            }
            if let Some(handover) = &chat.handover {
                let over = HandoverTask::of(business_id, customer_id, handover);
                self.queues.send(&over, over.wait(now)).await.map_err(Failure::retry)?;
            }
            let ends = ActivityTask { business_id, customer_id, activity: chat.activity };
            self.queues.send(&ends, self.ends_after).await.map_err(Failure::retry)?;
            let message = self.outbox.message(business_id, said.clone());
            let (store, attempt) = (self.app.store(), self.app.attempt());
            let answered = store.answer_chat(business_id, customer_id, &before, &chat, &message, &attempt).await?;
            if answered == Answered::Done {
                return Ok(());
            }
        }
        Err(Failure::retry("contended"))
    }

    /// Ends a turn that says nothing, if it is still ours.
    async fn leave(&self, turn: &Turn<'_>, tokens: u64) -> Outcome {
        let Turn { task, run, .. } = turn;
        for _ in 0..TRIES {
            let before = self.app.store().chat(task.business_id, task.customer_id).await?;
            let mut chat = before.record.clone();
            if chat.turn.as_ref().is_none_or(|turn| turn.run != *run) {
                return Ok(());
            }
            chat.leave(tokens);
            if self.keep(task, &before, &chat).await? {
                return Ok(());
            }
        }
        Err(Failure::retry("contended"))
    }

    async fn keep(&self, task: &ConverseTask, before: &Versioned<Chat>, after: &Chat) -> Result<bool, Failure> {
        let store = self.app.store();
        Ok(store.put_chat(task.business_id, task.customer_id, before, after, &self.app.attempt()).await?)
    }
}
