//! WAHA, version 2026.7.1 in its tier Plus with the engine NOWEB: a server of sessions.

mod errors;
mod messages;
mod requests;
mod sessions;
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

pub(crate) struct Waha;

const RULES: SessionRules = SessionRules {
    server_key: "world-waha-key",
    code_life: (Duration::from_secs(60), Duration::from_secs(20)),
    codes_of_connection: 6,
    pause: Duration::from_secs(2),
    unscanned: Some(SessionState::Failed),
    most_codes: u32::MAX,
    given_up: SessionState::Failed,
    ended: SessionState::Failed,
    final_reasons: &[401],
};

#[async_trait]
impl Protocol for Waha {
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

    fn backoff(&self, sender: &SenderState, attempts: u32, _: u16) -> Option<Duration> {
        settings::backoff(sender, attempts)
    }

    fn sessions(&self) -> Option<&'static SessionRules> {
        Some(&RULES)
    }

    fn hides_phones(&self) -> bool {
        true
    }
}
