//! Reads a conversation that has been idle for an hour: how far the customer has come, and the next step. The sweep of the
//! due index sends a task for each conversation that waits. What the model says is a proposal: code decides what of it goes
//! to the customer's record, by one write together with the chat.

use assistant::{Analysed, Analysis, Assistant, NoAnswer, Prompt};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::{DateTime, TimeDelta, Utc};
use domain::chat::{Chat, Summary};
use domain::crm::Known;
use domain::{Appointment, Business, Customer};
use kit::App;
use kit::batch::{Failure, Item, Order, Outcome, batch};
use kit::env::{FromEnv, Vars};
use queues::Received;
use queues::tasks::AnalyzeTask;
use std::convert::Infallible;
use store::{Recorded, Versioned};

/// Conversations that are analysed at the same time.
const AT_ONCE: usize = 5;
/// Tries of a write that somebody else's change comes between.
const TRIES: usize = 5;
/// The most lines that are looked at.
const LINES: usize = 60;
/// What is older is of another conversation.
const RECENT: TimeDelta = TimeDelta::days(7);
/// The most appointments ahead that the model is told of.
const APPOINTMENTS: usize = 5;

/// The function's own configuration.
pub struct Config {
    assistant: assistant::Config,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self { assistant: assistant::Config::from_env(vars) }
    }
}

/// The parts that the function stands on.
pub struct Analyst {
    app: App,
    assistant: Assistant,
}

impl Analyst {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, config: Config) -> Self {
        Self { assistant: Assistant::new(app.http().clone(), config.assistant), app }
    }

    /// Analyses the conversations of a batch side by side.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        let analyse = async |item: Item<Received<AnalyzeTask>>| self.analyse(&item.body.0).await;
        Ok(batch(&self.app, event, Order::Concurrent(AT_ONCE), analyse).await)
    }

    async fn analyse(&self, task: &AnalyzeTask) -> Outcome {
        let AnalyzeTask { business_id, customer_id } = *task;
        let (store, now) = (self.app.store(), self.app.now());
        let before = store.chat(business_id, customer_id).await?;
        if !before.record.waits_for_analysis(now) {
            // The customer has written since, or another task has done it.
            return Ok(());
        }
        let business = store.business(business_id);
        let (business, customer) = tokio::try_join!(business, store.customer(business_id, customer_id))?;
        let (Some(Versioned { record: business, .. }), Some(Versioned { record: customer, .. })) = (business, customer)
        else {
            // Closed or erased meanwhile.
            return Ok(());
        };
        if business.settings.instructions.is_none() {
            // Switched off meanwhile.
            let mut chat = before.record.clone();
            chat.analyse(None);
            self.keep(task, &before, &chat).await?;
            return Ok(());
        }
        let ahead = self.ahead(&business, &customer).await?;
        match self.ask(&business, &customer, &before.record, &ahead).await? {
            Ok(said) => {
                let today = now.with_timezone(&business.timezone).date_naive();
                let (wrote_at, has_appointment) = (before.record.wrote_at, !ahead.is_empty());
                self.take_up(task, before, &said, Known { wrote_at, today, has_appointment, now }).await
            }
            Err(no_answer) => self.do_without(task, &before, &no_answer).await,
        }
    }

    async fn ask(
        &self,
        business: &Business,
        customer: &Customer,
        chat: &Chat,
        ahead: &[Appointment],
    ) -> Result<Result<Analysed, NoAnswer>, Failure> {
        let (store, now) = (self.app.store(), self.app.now());
        let (since, thread) = (chat.last_at.unwrap_or(now) - RECENT, chat.thread.as_ref());
        let before = thread.and_then(|thread| thread.before.as_ref()).map(|summary| summary.0.as_str());
        let lines = store.chat_lines(business.business_id, customer.customer_id, since, now, LINES).await?;
        let appointments: Vec<String> = ahead.iter().map(|it| in_words(it, business)).collect();
        let prompt = Prompt { business, customer, before, free: &[], lines: &lines, sums_up: false, now };
        Ok(self.assistant.analyse(&Analysis { prompt, appointments: &appointments }).await)
    }

    /// The customer's appointments that are ahead and not cancelled.
    async fn ahead(&self, business: &Business, customer: &Customer) -> Result<Vec<Appointment>, Failure> {
        let (store, now) = (self.app.store(), self.app.now());
        let found = store.customer_appointments(business.business_id, customer.customer_id, APPOINTMENTS, None).await?;
        Ok(found.items.into_iter().filter(|it| it.status.is_open() && now < it.start).collect())
    }

    /// Brings what was found to the record, unless the customer has written meanwhile: then the next analysis does.
    async fn take_up(&self, task: &AnalyzeTask, read: Versioned<Chat>, said: &Analysed, known: Known) -> Outcome {
        metrics::counter!("assistant_tokens").increment(said.tokens);
        let AnalyzeTask { business_id, customer_id } = *task;
        let (store, sequence) = (self.app.store(), read.record.sequence);
        let mut before = read;
        for _ in 0..TRIES {
            if before.record.sequence != sequence || !before.record.waits_for_analysis(known.now) {
                return Ok(());
            }
            let mut chat = before.record.clone();
            chat.analyse(said.summary.clone().map(Summary));
            let attempt = self.app.attempt();
            let Analysed { finding, tokens, .. } = said;
            let recorded = store
                .record_analysis(business_id, customer_id, &before, &chat, finding, *tokens, known, &attempt)
                .await?;
            match recorded {
                Recorded::Done => {
                    metrics::counter!("conversations_analysed").increment(1);
                    return Ok(());
                }
                // Erased meanwhile.
                Recorded::NoCustomer => return Ok(()),
                Recorded::Conflict => before = store.chat(business_id, customer_id).await?,
            }
        }
        Err(Failure::retry("contended"))
    }

    /// The model has said nothing: a later sweep finds the chat again. After the third time its task is a dead letter, and
    /// analyses the chat when it is sent again by hand.
    async fn do_without(&self, task: &AnalyzeTask, before: &Versioned<Chat>, no_answer: &NoAnswer) -> Outcome {
        metrics::counter!("assistant_failures", "reason" => no_answer.reason.clone()).increment(1);
        let mut chat = before.record.clone();
        let is_last = chat.analyse_again(self.app.now());
        let business_id = task.business_id;
        tracing::warn!(%business_id, reason = no_answer.reason, is_last, "a conversation is not analysed: {no_answer}");
        let is_kept = self.keep(task, before, &chat).await?;
        if is_last && is_kept { Err(Failure::permanent(no_answer)) } else { Ok(()) }
    }

    /// Changes the chat as it was read; `false` if it has changed since, for then that change decided whether it waits.
    async fn keep(&self, task: &AnalyzeTask, before: &Versioned<Chat>, after: &Chat) -> Result<bool, Failure> {
        let AnalyzeTask { business_id, customer_id } = *task;
        Ok(self.app.store().put_chat(business_id, customer_id, before, after, &self.app.attempt()).await?)
    }
}

/// `2026-12-03 09:00, Banho`, in the business's zone.
fn in_words(appointment: &Appointment, business: &Business) -> String {
    let start: DateTime<Utc> = appointment.start;
    format!("{}, {}", start.with_timezone(&business.timezone).format("%Y-%m-%d %H:%M"), appointment.service)
}
