//! Answers customers by the assistant. A task comes when a customer has been silent for some seconds; one that was followed
//! by another message does nothing. One turn at a time goes on in a chat. Right before the answer the chat is read again: if
//! the customer has written meanwhile, the next turn answers all of it. While a person of the business is called or has the
//! chat, nothing is said.

mod answer;
mod booking;
mod contact;
mod history;
mod overdue;
mod returned;
mod say;

use crate::history::History;
use answer::{Act, Ending};
use assistant::{Assistant, NoAnswer, Prompt};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use domain::chat::contact::Look;
use domain::chat::{Begin, Chat, Thread};
use domain::request::{free_times, takes_requests, time_told};
use domain::{Business, Customer, Draft, Learned, RestoredAt};
use gateways::{Gateways, SealingKey};
use kit::App;
use kit::batch::{Failure, Item, Order, Outcome, batch};
use kit::config::Backstop;
use kit::env::{FromEnv, Secret, Vars};
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
/// The most time for a question to a gateway that an answer waits for.
const LONGEST_LOOK: Duration = Duration::from_secs(2);

/// The function's own configuration.
pub struct Config {
    urls: QueueUrls,
    backstop: Backstop,
    restored: RestoredAt,
    assistant: assistant::Config,
    gateways: Gateways,
    sealing_key: Secret<32>,
    /// The time after its last message at which a conversation ends.
    ends_after: Duration,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self {
            urls: QueueUrls::from_env(vars),
            backstop: Backstop::from_env(vars),
            restored: RestoredAt::from_env(vars),
            assistant: assistant::Config::from_env(vars),
            gateways: Gateways::from_env(vars),
            sealing_key: vars.base64_key("SEALING_KEY"),
            ends_after: vars.seconds_or("CONVERSATION_SECONDS", 600),
        }
    }
}

/// A turn that is under way.
struct Turn<'a> {
    task: &'a ConverseTask,
    /// The run that does it.
    run: &'a str,
    /// The number of the message that it answers.
    sequence: u64,
    business: &'a Business,
    /// As the record has it.
    record: &'a Customer,
    /// With what was learned in this conversation.
    customer: &'a Customer,
    /// What was learned in it before this turn.
    learned: &'a Learned,
    /// What the gateway says of the customer, if it was asked in this turn.
    look: Option<&'a Look>,
}

impl Turn<'_> {
    /// Keeps in the chat what the gateway says of the customer: with what the turn writes anyway.
    fn note(&self, chat: &mut Chat) {
        self.look.iter().for_each(|look| chat.contact.take(look));
    }
}

/// The parts that the function stands on.
pub struct Converser {
    app: App,
    outbox: Outbox,
    queues: Queues,
    assistant: Assistant,
    gateways: Gateways,
    key: SealingKey,
    restored: RestoredAt,
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
            gateways: Gateways { timeout: config.gateways.timeout.min(LONGEST_LOOK), ..config.gateways },
            key: SealingKey::new(config.sealing_key.expose()),
            restored: config.restored,
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
            ConverseWork::Request(task) => self.overdue(&task).await,
            ConverseWork::Typing(task) => self.show_typing(task).await,
        };
        Ok(batch(&self.app, event, Order::Concurrent(AT_ONCE), work).await)
    }

    async fn converse(&self, task: ConverseTask) -> Outcome {
        let run = self.app.id().to_string();
        let Some(chat) = self.begin(&task, &run).await? else { return Ok(()) };
        let store = self.app.store();
        let business = store.business(task.business_id);
        let (business, customer) = tokio::try_join!(business, store.customer(task.business_id, task.customer_id))?;
        let (Some(Versioned { record: business, .. }), Some(Versioned { record, .. })) = (business, customer) else {
            // Closed or erased meanwhile.
            return Ok(());
        };
        let mut customer = record.clone();
        customer.fill_empty(&chat.learned.profile());
        let sequence = chat.wanted.as_ref().map_or(task.sequence, |wanted| wanted.sequence);
        let turn = Turn {
            task: &task,
            run: &run,
            sequence,
            business: &business,
            record: &record,
            customer: &customer,
            learned: &chat.learned,
            look: None,
        };
        if let Some(wanted) = &chat.wanted {
            // An earlier run has died on the way.
            self.book(&turn, wanted).await?;
            if sequence < task.sequence {
                self.queues.send(&task, Duration::from_secs(1)).await.map_err(Failure::retry)?;
            }
            return Ok(());
        }
        if business.settings.instructions.is_none() {
            // Switched off meanwhile.
            return self.leave(&turn, 0).await;
        }
        let (history, free, look) = tokio::try_join!(
            self.history(&business, &customer, &chat),
            self.free_times(&business),
            self.look_up(&business, &customer, &chat)
        )?;
        let History { lines, is_answered } = history;
        let mut contact = chat.contact.clone();
        look.iter().for_each(|look| contact.take(look));
        let mut customer = turn.customer.clone();
        customer.take_up_contact(&contact.news());
        let turn = Turn { customer: &customer, look: look.as_ref(), ..turn };
        if task.returned && is_answered {
            return self.pass(&turn).await;
        }
        let thread = chat.thread.as_ref();
        let before = thread.and_then(|thread| thread.before.as_ref()).map(|summary| summary.0.as_str());
        let (sums_up, now) = (thread.is_some_and(Thread::ends_soon), self.app.now());
        let (business, customer, free) = (&business, &customer, free.as_slice());
        let prompt = Prompt { business, customer, before, free, lines: &lines, sums_up, now };
        match self.assistant.reply(&prompt).await {
            Ok(replied) => self.answer(&turn, &replied, &lines).await,
            Err(no_answer) => self.do_without(&turn, &no_answer, answer::asked(&lines)).await,
        }
    }

    /// The free times of the next days, if the business takes requests in the chat.
    async fn free_times(&self, business: &Business) -> Result<Vec<(NaiveDate, Vec<NaiveTime>)>, Failure> {
        if !takes_requests(business) {
            return Ok(Vec::new());
        }
        let now = self.app.now();
        let taken = self.app.store().taken_times(business.business_id, &time_told(business, now)).await?;
        Ok(free_times(business, &taken, now))
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
        let said = turn.say_without()?;
        let ending = Ending { tokens: no_answer.tokens, learned: Learned::default(), summary: None, said };
        self.end(turn, &ending, &Act::CallAPerson(asked)).await
    }

    /// Acts, writes the answer and ends the turn, unless the customer has written meanwhile or a person has taken the chat.
    /// Once a person is called, the assistant is silent.
    ///
    /// The answer and the chat, which says that the message has it, are one write, and the last one: whatever is lost before
    /// it, the next delivery does again.
    async fn end(&self, turn: &Turn<'_>, ending: &Ending, act: &Act<'_>) -> Outcome {
        let Turn { task, run, sequence, .. } = turn;
        let Ending { tokens, learned, summary, said } = ending;
        let ConverseTask { business_id, customer_id, .. } = **task;
        let mut said_at_last: Option<Draft> = None;
        for _ in 0..TRIES {
            let before = self.app.store().chat(business_id, customer_id).await?;
            let (mut chat, now) = (before.record.clone(), self.app.now());
            if !chat.may_answer(*sequence, run, now) {
                return self.leave(turn, *tokens).await;
            }
            let said = match &said_at_last {
                Some(said) => said.clone(),
                None => self.act(turn, act).await?.unwrap_or_else(|| said.clone()),
            };
            said_at_last = Some(said.clone());
            chat.learned.take_up(learned);
            turn.note(&mut chat);
            if matches!(act, Act::Nothing) && self.ask_for_number(turn, &chat).await? {
                chat.asked_for_number = true;
            }
            chat.answer(*sequence, *tokens, now);
            if summary.is_some() {
                chat.summary.clone_from(summary);
            }
            if matches!(act, Act::CallAPerson(_)) {
                chat.call_a_person(now, turn.business.settings.handover());
            }
            if let Some(handover) = &chat.handover {
                let over = HandoverTask::of(business_id, customer_id, handover);
                self.queues.send(&over, over.wait(now)).await.map_err(Failure::retry)?;
            }
            let ends = ActivityTask { business_id, customer_id, activity: chat.activity };
            self.queues.send(&ends, self.ends_after).await.map_err(Failure::retry)?;
            let message = self.outbox.message(business_id, said);
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
            turn.note(&mut chat);
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
