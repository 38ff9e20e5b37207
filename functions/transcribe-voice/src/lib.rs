//! Makes words of recordings. A recording is fetched at its gateway, and a model writes it down. The words go to the
//! inbound messages under the id of the recording's message: they are kept and answered once, however often that happens.
//! The recording is kept nowhere. If there are no words, the message goes on as a recording that nobody understood.

use assistant::Assistant;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::inbound::{InboundKind, InboundMessage};
use gateways::{Gateways, Recording, SealingKey};
use kit::App;
use kit::batch::{Failure, Item, Order, Outcome, batch};
use kit::env::{FromEnv, Secret, Vars};
use queues::inbound::{InboundTask, TranscribeTask};
use queues::{QueueUrls, Queues, Received};
use std::convert::Infallible;
use std::time::Duration;
use store::Versioned;

/// Recordings that are in memory at the same time.
const AT_ONCE: usize = 3;
/// How often a recording is tried.
const TRIES: u32 = 4;
/// The longest text that goes on, in characters: a person can write no more either.
const LONGEST: usize = 4_096;

/// The function's own configuration.
pub struct Config {
    urls: QueueUrls,
    gateways: Gateways,
    sealing_key: Secret<32>,
    assistant: assistant::Config,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self {
            urls: QueueUrls::from_env(vars),
            gateways: Gateways::from_env(vars),
            sealing_key: vars.base64_key("SEALING_KEY"),
            assistant: assistant::Config::from_env(vars),
        }
    }
}

/// Why there are no words. The reason is a word that holds nothing private.
struct NoWords {
    reason: String,
    /// Whether another try may bring them, and after which time if somebody has said so.
    again: Option<Option<Duration>>,
}

/// The parts that the function stands on.
pub struct Transcriber {
    app: App,
    queues: Queues,
    gateways: Gateways,
    key: SealingKey,
    assistant: Assistant,
}

impl Transcriber {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, config: Config) -> Self {
        Self {
            queues: Queues::new(app.sqs().clone(), config.urls),
            gateways: config.gateways,
            key: SealingKey::new(config.sealing_key.expose()),
            assistant: Assistant::new(app.http().clone(), config.assistant),
            app,
        }
    }

    /// Makes words of the recordings of a batch side by side.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        let transcribe = |item: Item<Received<TranscribeTask>>| self.transcribe(item.body.0);
        Ok(batch(&self.app, event, Order::Concurrent(AT_ONCE), transcribe).await)
    }

    async fn transcribe(&self, task: TranscribeTask) -> Outcome {
        let business = self.app.store().business(task.business_id).await?;
        // Nothing comes to a business that was closed.
        let Some(Versioned { record: business, .. }) = business else { return Ok(()) };
        let words = if business.settings.voice_notes {
            match self.recording(&task).await? {
                Ok(recording) => self.words(&recording).await,
                Err(no_words) => Err(no_words),
            }
        } else {
            // Switched off meanwhile.
            Err(NoWords { reason: "switched_off".to_owned(), again: None })
        };
        match words {
            Ok(words) => {
                metrics::counter!("recordings_transcribed").increment(1);
                self.pass_on(task, Some(words)).await
            }
            Err(no_words) => self.do_without(task, &no_words).await,
        }
    }

    async fn recording(&self, task: &TranscribeTask) -> Result<Result<Recording, NoWords>, Failure> {
        let never = |reason: &str| Ok(Err(NoWords { reason: reason.to_owned(), again: None }));
        let TranscribeTask { business_id, sender_id, message, .. } = task;
        let Some(name) = &message.media else { return never("no_recording") };
        let Some(sender) = self.app.store().sender(*business_id, *sender_id).await? else { return never("no_sender") };
        let opened = self.key.open(*business_id, *sender_id, &sender.sealed_credentials);
        let http = self.app.http().clone();
        let client = opened.ok().and_then(|credentials| self.gateways.client(http, &sender, &credentials).ok());
        let Some(client) = client else { return never("unusable_credentials") };
        let found = client.recording(name).await;
        Ok(found.map_err(|no| NoWords { reason: no.reason, again: no.again.then_some(None) }))
    }

    async fn words(&self, recording: &Recording) -> Result<String, NoWords> {
        let heard = self.assistant.transcribe(&recording.audio, &recording.mime).await;
        match heard {
            Ok(words) if words.is_empty() => Err(NoWords { reason: "silent".to_owned(), again: None }),
            Ok(words) => Ok(words.chars().take(LONGEST).collect()),
            Err(no) => Err(NoWords { reason: no.reason, again: no.again }),
        }
    }

    /// There are no words: they are tried for again, or the message goes on without them.
    async fn do_without(&self, task: TranscribeTask, NoWords { reason, again }: &NoWords) -> Outcome {
        let TranscribeTask { business_id, tries, .. } = task;
        metrics::counter!("recordings_not_understood", "reason" => reason.clone()).increment(1);
        tracing::warn!(%business_id, reason, tries, "a recording has no words: {reason}");
        match again {
            Some(after) if tries + 1 < TRIES => {
                let wait = after.unwrap_or(Duration::from_secs(5_u64.pow(tries + 1)));
                let again = TranscribeTask { tries: tries + 1, ..task };
                self.queues.send(&again, wait).await.map_err(Failure::retry)
            }
            _ => self.pass_on(task, None).await,
        }
    }

    /// Gives the message to the inbound messages: with its words as if they had been written, or as it is without them.
    async fn pass_on(&self, task: TranscribeTask, words: Option<String>) -> Outcome {
        let TranscribeTask { business_id, sender_id, gateway, message, .. } = task;
        let kind = if words.is_some() { InboundKind::Text } else { message.kind };
        let message = InboundMessage { kind, text: words, media: None, ..message };
        let inbound = InboundTask { business_id, sender_id, gateway, message };
        self.queues.send(&inbound, Duration::ZERO).await.map_err(Failure::retry)
    }
}
