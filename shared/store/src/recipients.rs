//! The reach row: whether a person may be written to, and when they last were; attributes as the fields of [`Reach`].

pub(crate) use crate::changes::nothing as change;
use crate::dynamodb::{Item, Outcome, Write, from_item, millis, number, read_text, text};
use crate::keys::PK;
use crate::keys::recipients as keys;
use crate::tables::Table;
use crate::{Store, StoreError};
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Utc};
use domain::reach::{WINDOW, end_of_second};
use domain::{Attempt, BusinessId, MessageId, Reach, Recipient, SenderId};
use std::collections::BTreeMap;

const OPTED_OUT_AT: &str = "opted_out_at";
const OPTED_IN_AT: &str = "opted_in_at";
/// When the person last said a word that brings them back, and was not out.
const CAME_BACK_AT: &str = "came_back_at";
pub(crate) const CONSENT: &str = "consent";
pub(crate) const LAST_CLAIM_AT: &str = "last_claim_at";
pub(crate) const LAST_MESSAGE_ID: &str = "last_message_id";
pub(crate) const MARKETING_AT: &str = "marketing_at";
const WINDOW_UNTIL: &str = "window_until";
const SENDER_ID: &str = "sender_id";
/// The last message at a gateway that was taken as evidence of one of ours, and the id of ours.
const EVIDENCE: &str = "evidence";
const EVIDENCE_OF: &str = "evidence_of";

/// As if nothing had ever happened, if there is no row.
pub(crate) fn read_reach(item: Option<Item>) -> Result<Reach, StoreError> {
    item.map_or(Ok(Reach::default()), |item| from_item(item, "recipients"))
}

/// The week's marketing as it is stored; nothing, if there was none.
pub(crate) fn marketing_list(times: &[i64]) -> Option<AttributeValue> {
    (!times.is_empty()).then(|| AttributeValue::L(times.iter().map(number).collect()))
}

/// Keeps a yes or no to marketing, unless a later word is kept already; as [`Reach::decide`]. In one second a no wins.
pub(crate) fn decision(business: BusinessId, recipient: Recipient, yes: bool, at: DateTime<Utc>) -> Write {
    let not_after = |name: &str, last: &str| format!("attribute_not_exists(#{name}) OR #{name} <= :{last}");
    let not_later = |name: &str| not_after(name, "at");
    let decision = Write::update(Table::Recipients, keys::recipient(business, recipient))
        .set(CONSENT, AttributeValue::Bool(yes))
        .set(if yes { OPTED_IN_AT } else { OPTED_OUT_AT }, millis(at))
        .only_if(not_later(OPTED_OUT_AT))
        .with("at", millis(at));
    if yes {
        return decision.only_if(not_later(OPTED_IN_AT));
    }
    decision
        .only_if(not_after(OPTED_IN_AT, "until"))
        .with("until", millis(end_of_second(at)))
        .only_if(not_later(CAME_BACK_AT))
}

impl Store {
    /// The reach row of a recipient; as if nothing had ever happened, if there is no row.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn reach(&self, business: BusinessId, recipient: Recipient) -> Result<Reach, StoreError> {
        read_reach(self.get(Table::Recipients, keys::recipient(business, recipient)).await?)
    }

    /// The reach rows of many recipients. One that has no row is as if nothing had ever happened.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn reaches(
        &self,
        business: BusinessId,
        recipients: impl IntoIterator<Item = Recipient>,
    ) -> Result<BTreeMap<Recipient, Reach>, StoreError> {
        let mut reaches: BTreeMap<_, _> = recipients.into_iter().map(|it| (it, Reach::default())).collect();
        let keys = reaches.keys().map(|recipient| keys::recipient(business, *recipient)).collect();
        for item in self.batch_get(Table::Recipients, keys).await? {
            let recipient = read_text(&item, PK).and_then(keys::read).map(|(_, recipient)| recipient);
            let recipient = recipient.ok_or(StoreError::Corrupt("recipients"))?;
            reaches.insert(recipient, read_reach(Some(item))?);
        }
        Ok(reaches)
    }

    /// Keeps that the person said yes or no to marketing at `at` (UTC), as [`Reach::decide`]; `false` if a later word
    /// is kept already.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn decide_marketing(
        &self,
        business: BusinessId,
        recipient: Recipient,
        yes: bool,
        at: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let outcome = self.write(decision(business, recipient, yes, at), attempt).await?;
        Ok(!matches!(outcome, Outcome::Refused(_)))
    }

    /// Keeps that a person who is not out said a word that would bring them back: an opt-out that was written before it and
    /// is delivered after it does not stand.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn keep_return(
        &self,
        business: BusinessId,
        recipient: Recipient,
        at: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<(), StoreError> {
        let write = Write::update(Table::Recipients, keys::recipient(business, recipient))
            .set(CAME_BACK_AT, millis(at))
            .only_if(format!("attribute_not_exists(#{CAME_BACK_AT}) OR #{CAME_BACK_AT} < :at"))
            .with("at", millis(at));
        self.write(write, attempt).await?;
        Ok(())
    }

    /// Takes a message at the gateway as evidence of one of ours to the same person; `false` if another of ours has just taken
    /// it. Only the last is kept: what was taken earlier is found by the gateway's id.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn take_evidence(
        &self,
        business: BusinessId,
        recipient: Recipient,
        message: &MessageId,
        gateway_message_id: &str,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let write = Write::update(Table::Recipients, keys::recipient(business, recipient))
            .set(EVIDENCE, text(gateway_message_id))
            .set(EVIDENCE_OF, text(message.as_str()))
            .only_if(format!("attribute_not_exists(#{EVIDENCE}) OR #{EVIDENCE} <> :taken OR #{EVIDENCE_OF} = :of"))
            .with("taken", text(gateway_message_id))
            .with("of", text(message.as_str()));
        Ok(!matches!(self.write(write, attempt).await?, Outcome::Refused(_)))
    }

    /// The gateway says that the window was closed at `at` (UTC): only an approved template may go until the person
    /// writes again. One that was opened since stays open (`false`).
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn close_window(
        &self,
        business: BusinessId,
        recipient: Recipient,
        at: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let write = Write::update(Table::Recipients, keys::recipient(business, recipient))
            .remove(WINDOW_UNTIL)
            .only_if(format!("#{WINDOW_UNTIL} <= :latest"))
            .with("latest", millis(at + WINDOW));
        Ok(!matches!(self.write(write, attempt).await?, Outcome::Refused(_)))
    }

    /// Opens the 24-hour window: the person wrote to `sender` at `at` (UTC), as [`Reach::wrote`]; `false` if it is open
    /// as long already.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn touch_window(
        &self,
        business: BusinessId,
        recipient: Recipient,
        sender: SenderId,
        at: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let until = millis(at + WINDOW);
        let write = Write::update(Table::Recipients, keys::recipient(business, recipient))
            .set(WINDOW_UNTIL, until.clone())
            .set(SENDER_ID, text(sender.to_string()))
            .only_if(format!("attribute_not_exists(#{WINDOW_UNTIL}) OR #{WINDOW_UNTIL} < :until"))
            .with("until", until);
        let outcome = self.write(write, attempt).await?;
        Ok(!matches!(outcome, Outcome::Refused(_)))
    }
}
