//! Whapi.cloud.

mod errors;
mod lists;
mod requests;
mod settings;
mod view;
mod webhook;

#[cfg(test)]
mod tests;

use crate::core::answers::NoAnswer;
use crate::core::sender::SenderState;
use crate::core::update::{News, Update, WebhookCall};
use crate::core::world::{Protocol, World};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use std::time::Duration;

pub(crate) struct Whapi;

#[async_trait]
impl Protocol for Whapi {
    async fn answer(&self, world: &World, path: &str, request: &Request<Bytes>) -> Result<Response<Bytes>, NoAnswer> {
        requests::answer(world, path, request).await
    }

    fn message_id(&self, rng: &mut fastrand::Rng) -> String {
        let mut letters = |count: usize| -> String { (0..count).map(|_| rng.alphanumeric()).collect() };
        format!("{}-g{}", letters(14), letters(6))
    }

    fn tells(&self, news: &News) -> bool {
        webhook::tells(news)
    }

    fn webhook(&self, sender: &SenderState, updates: &[Update], bad_signature: bool) -> Option<WebhookCall> {
        webhook::compose(sender, updates.first()?, bad_signature)
    }

    fn backoff(&self, sender: &SenderState, attempts: u32, _: u16) -> Option<Duration> {
        Some(settings::backoff(sender, attempts))
    }
}
