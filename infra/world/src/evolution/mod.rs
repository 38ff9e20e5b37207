//! Evolution API, version 2.3.7: a server of its own whose sessions are called instances, connected by Baileys.

mod errors;
mod instances;
mod messages;
mod requests;
mod settings;
mod view;
mod webhook;

#[cfg(test)]
mod tests;

use crate::core::answers::NoAnswer;
use crate::core::sender::SenderState;
use crate::core::session::{SessionRules, SessionState};
use crate::core::update::{News, Update, WebhookCall};
use crate::core::world::{Protocol, World};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use std::time::Duration;

pub(crate) struct Evolution;

const RULES: SessionRules = SessionRules {
    server_key: "world-evolution-key",
    code_life: (Duration::from_secs(45), Duration::from_secs(45)),
    codes_of_connection: 6,
    pause: Duration::from_secs(1),
    unscanned: None,
    most_codes: 30,
    given_up: SessionState::Failed,
    ended: SessionState::Stopped,
    final_reasons: &[401, 402, 403, 406],
};

#[async_trait]
impl Protocol for Evolution {
    async fn answer(&self, world: &World, path: &str, request: &Request<Bytes>) -> Result<Response<Bytes>, NoAnswer> {
        requests::answer(world, path, request).await
    }

    fn message_id(&self, rng: &mut fastrand::Rng) -> String {
        let digits: String = (0..9).map(|_| format!("{:02X}", rng.u8(..))).collect();
        format!("3EB0{digits}")
    }

    fn tells(&self, news: &News) -> bool {
        webhook::tells(news)
    }

    fn webhook(&self, sender: &SenderState, updates: &[Update], bad_signature: bool) -> Option<WebhookCall> {
        webhook::compose(sender, updates.first()?, bad_signature)
    }

    fn backoff(&self, _: &SenderState, attempts: u32, status: u16) -> Option<Duration> {
        webhook::backoff(attempts, status)
    }

    fn sessions(&self) -> Option<&'static SessionRules> {
        Some(&RULES)
    }

    fn hides_phones(&self) -> bool {
        true
    }
}
