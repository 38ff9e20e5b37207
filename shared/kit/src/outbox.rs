//! Built-in texts on their way: one call from a draft to the message that the stream brings to a sender.

use crate::App;
use crate::config::Backstop;
use domain::{BusinessId, Draft, Message};
use store::{CreateMessage, StoreError};

/// Makes messages of drafts. Clones share the App.
#[derive(Clone)]
pub struct Outbox {
    app: App,
    backstop: Backstop,
}

impl Outbox {
    /// Its messages are looked at again after `backstop` if nothing else brings them to a sender.
    #[must_use]
    pub fn new(app: App, backstop: Backstop) -> Self {
        Self { app, backstop }
    }

    /// The message of a draft, which is not made yet.
    #[must_use]
    pub fn message(&self, business: BusinessId, draft: Draft) -> Message {
        Message::of(business, draft, self.app.now(), self.backstop.0)
    }

    /// Makes the message, unless there is one of its id.
    ///
    /// # Errors
    /// As every operation of the store.
    pub async fn write(&self, business: BusinessId, draft: Draft) -> Result<CreateMessage, StoreError> {
        let message = self.message(business, draft);
        self.app.store().create_message(&message, &self.app.attempt()).await
    }
}
