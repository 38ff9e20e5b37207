//! The thread of a chat as the assistant is shown it.

use crate::Converser;
use chrono::{DateTime, Utc};
use domain::chat::Chat;
use domain::chat::handover::{Returned, Stage};
use domain::{Business, ChatLine, Customer, Side};
use kit::batch::Failure;

/// The most lines that the assistant is shown.
const LINES: usize = 40;

/// The chat as far as it is told.
pub(crate) struct History {
    /// The last lines of both sides, oldest first.
    pub(crate) lines: Vec<ChatLine>,
    /// Whether a person of the business has written since the customer did.
    pub(crate) is_answered: bool,
}

impl Converser {
    /// The lines of the thread, and where a person gave the chat back.
    pub(crate) async fn history(
        &self,
        business: &Business,
        customer: &Customer,
        chat: &Chat,
    ) -> Result<History, Failure> {
        let (store, now) = (self.app.store(), self.app.now());
        let since = chat.thread.as_ref().map_or(now, |thread| thread.since);
        let all = store.chat_lines(business.business_id, customer.customer_id, since, now, LINES).await?;
        let asked_at = all.iter().filter(|line| line.side == Side::Customer).map(|line| line.at).max();
        let said_at = all.iter().filter(|line| line.by_person).map(|line| line.at).max();
        let mut lines: Vec<ChatLine> = all.into_iter().chain(note(chat.returned, since)).collect();
        lines.sort_by_key(|line| line.at);
        let surplus = lines.len().saturating_sub(LINES);
        Ok(History { lines: lines.split_off(surplus), is_answered: said_at.is_some_and(|said| Some(said) >= asked_at) })
    }
}

/// Where the last handover ended, so that the assistant does not go on as before it.
fn note(returned: Option<Returned>, since: DateTime<Utc>) -> Option<ChatLine> {
    let Returned { at, stage, .. } = returned.filter(|returned| returned.at >= since)?;
    let text = match stage {
        Stage::Taken => {
            "A person of the team talked with the customer until here. You answer again from here on. Keep to what the \
             person said."
        }
        Stage::Called => "A person of the team was called, and nobody has come. You answer again from here on.",
    };
    Some(ChatLine { side: Side::Note, by_person: false, at, is_typed: false, text: text.to_owned() })
}
