//! A chat as both sides had it: what the customer wrote, what persons of the business wrote by hand, and the messages to the
//! customer.

use crate::{Conversation, MessageFilter, Store, StoreError, TurnFilter};
use chrono::{DateTime, Utc};
use domain::chat::handover::gives_back;
use domain::inbound::InboundKind;
use domain::{BusinessId, ChatLine, CustomerId, Side};
use futures::future::try_join;

impl Store {
    /// The last `most` lines of both sides since a time (UTC), oldest first. Reads at most so many of each side.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn chat_lines(
        &self,
        business: BusinessId,
        customer: CustomerId,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
        most: usize,
    ) -> Result<Vec<ChatLine>, StoreError> {
        let (from, of) = (Some(since), Conversation::Customer(customer));
        let wrote = TurnFilter { from, with_own: true, ..TurnFilter::default() };
        let got = MessageFilter { customer: Some(customer), from, ..MessageFilter::default() };
        let turns = self.latest_turns(business, of, &wrote, now, most, None);
        let messages = self.list_messages(business, &got, now, most, None);
        let (turns, messages) = try_join(turns, messages).await?;
        // A reaction asks and says nothing that an answer would have to do with.
        let turns = turns.items.into_iter().filter(|turn| turn.kind != InboundKind::Reaction);
        let wrote = turns.map(|turn| {
            let side = if turn.own { Side::Business } else { Side::Customer };
            let (is_typed, text) = (turn.kind.is_words(), turn.in_words());
            ChatLine { side, by_person: turn.own, at: turn.at, is_typed, text }
        });
        let got = messages.items.iter().filter_map(|message| ChatLine::of(message, now));
        // A word that gave the chat back says nothing.
        let is_return = |line: &ChatLine| line.by_person && gives_back(&line.text);
        let says = |line: &ChatLine| !line.text.trim().is_empty() && !is_return(line);
        let mut lines: Vec<ChatLine> = wrote.chain(got).filter(says).collect();
        lines.sort_by_key(|line| line.at);
        let surplus = lines.len().saturating_sub(most);
        Ok(lines.split_off(surplus))
    }
}
