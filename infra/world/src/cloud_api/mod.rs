//! WhatsApp Cloud API by Meta.

mod errors;
mod media;
mod message;
mod pricing;
mod requests;
mod webhook;

#[cfg(test)]
mod tests;

use crate::core::answers::NoAnswer;
use crate::core::sender::{Category, Sender, SenderState};
use crate::core::update::{News, Update, WebhookCall};
use crate::core::world::{Protocol, World};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Request, Response};
use std::time::Duration;

pub(crate) struct CloudApi;

#[async_trait]
impl Protocol for CloudApi {
    async fn answer(&self, world: &World, path: &str, request: &Request<Bytes>) -> Result<Response<Bytes>, NoAnswer> {
        requests::answer(world, path, request).await
    }

    fn message_id(&self, rng: &mut fastrand::Rng) -> String {
        let letters: String = (0..45).map(|_| rng.alphanumeric()).collect();
        format!("wamid.HBg{letters}")
    }

    fn tells(&self, news: &News) -> bool {
        webhook::tells(news)
    }

    fn webhook(&self, sender: &SenderState, updates: &[Update], bad_signature: bool) -> Option<WebhookCall> {
        webhook::compose(sender, updates, bad_signature)
    }

    /// Meta tries again less and less often, from a second to an hour here.
    fn backoff(&self, _: &SenderState, attempts: u32, _: u16) -> Option<Duration> {
        Some(Duration::from_secs(1 << attempts.min(12)).min(Duration::from_secs(3_600)))
    }

    fn most_updates(&self) -> usize {
        1_000
    }

    fn challenge(&self, sender: &Sender, challenge: &str) -> Option<WebhookCall> {
        webhook::challenge(sender, challenge)
    }

    fn price(&self, sender: &mut SenderState, category: Category, now: DateTime<Utc>) -> Option<&'static str> {
        Some(pricing::pricing_type(sender, category, now))
    }

    fn hides_phones(&self) -> bool {
        true
    }

    fn stops_marketing(&self) -> bool {
        true
    }
}
