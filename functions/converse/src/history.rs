//! The conversation as both sides had it.

use crate::Converser;
use assistant::{Line, Side};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Business, Customer, Kind, Message, Status};
use kit::batch::Failure;
use store::{Conversation, MessageFilter, TurnFilter};

/// Lines of each side that are read.
const LINES: usize = 20;
/// What is older is of another conversation.
const RECENT: TimeDelta = TimeDelta::days(7);

impl Converser {
    /// The last lines of both sides, oldest first.
    pub(crate) async fn history(&self, business: &Business, customer: &Customer) -> Result<Vec<Line>, Failure> {
        let (store, now) = (self.app.store(), self.app.now());
        let from = Some(now - RECENT);
        let of = Conversation::Customer(customer.customer_id);
        let wrote = TurnFilter { from, ..TurnFilter::default() };
        let got = MessageFilter { customer: Some(customer.customer_id), from, ..MessageFilter::default() };
        let business = business.business_id;
        let (turns, messages) = tokio::try_join!(
            store.latest_turns(business, of, &wrote, now, LINES, None),
            store.list_messages(business, &got, now, LINES, None),
        )?;
        let wrote = turns.items.into_iter().map(|turn| Line { side: Side::Customer, at: turn.at, text: turn.text });
        let got = messages.items.into_iter().filter(|message| is_seen(message, now)).map(|message| Line {
            side: Side::Business,
            at: message.sent_at.unwrap_or(message.created_at),
            text: message.content.text,
        });
        let mut lines: Vec<Line> = wrote.chain(got).filter(|line| !line.text.trim().is_empty()).collect();
        lines.sort_by_key(|line| line.at);
        let surplus = lines.len().saturating_sub(LINES);
        Ok(lines.split_off(surplus))
    }
}

/// Whether the person has the message, or surely gets it now: an answer that is on its way was said.
fn is_seen(message: &Message, now: DateTime<Utc>) -> bool {
    match message.status {
        Status::Sending | Status::Unknown | Status::Sent | Status::Delivered | Status::Read => true,
        Status::Pending => message.kind == Kind::Transactional && message.scheduled_for <= now,
        Status::Failed | Status::Skipped => false,
    }
}
