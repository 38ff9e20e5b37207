//! The customer as the gateway shows them: a name, and the labels that the business has put on the chat. It is asked at most
//! once in a while, and the customer's record learns of it at the end of the conversation.

use crate::line::in_one_line;
use crate::name::is_name;
use crate::{Customer, Profile};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest label that is kept, in characters.
const LONGEST_LABEL: usize = 60;

/// What a gateway shows of a person. `Debug` hides it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The name in the phone's contacts, or the one that the person has given themselves.
    pub name: Option<String>,
    /// All labels of the chat, in the gateway's order.
    pub labels: Vec<String>,
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shown({} labels)", self.labels.len())
    }
}

/// A question to the gateway, and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// When it was asked, UTC.
    pub at: DateTime<Utc>,
    /// `None` if the gateway has no labels, or did not answer in time.
    pub shown: Option<Shown>,
}

/// What a chat knows of its customer from the gateway. `Debug` hides the person.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// The last look, UTC.
    #[serde(with = "chrono::serde::ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    looked_at: Option<DateTime<Utc>>,
    /// When the gateway last told that the labels are others, UTC.
    #[serde(with = "chrono::serde::ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    changed_at: Option<DateTime<Utc>>,
    /// The name, until the record knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The labels at the last look that was answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<String>,
    /// The labels as the record last learned of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    recorded: Vec<String>,
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contact").field("looked_at", &self.looked_at).finish_non_exhaustive()
    }
}

/// What a record takes up of a contact: a name that it lacks, and the labels that have come and gone since the last time.
/// `Debug` hides the person.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ContactNews {
    name: Option<String>,
    labels: Vec<String>,
    gone: Vec<String>,
}

impl fmt::Debug for ContactNews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContactNews")
    }
}

impl Contact {
    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the gateway is to be asked at `now` (UTC): it never was, the last look is older than `every`, or the gateway
    /// has told of a change since.
    #[must_use]
    pub fn is_due(&self, now: DateTime<Utc>, every: TimeDelta) -> bool {
        self.looked_at.is_none_or(|at| at + every <= now || self.changed_at.is_some_and(|changed| at <= changed))
    }

    /// Takes it that the gateway told at `at` (UTC) that the labels are others. Says whether that changes anything.
    pub fn note_change(&mut self, at: DateTime<Utc>) -> bool {
        let is_news = self.looked_at.is_some_and(|looked| looked <= at) && self.changed_at < Some(at);
        if is_news {
            self.changed_at = Some(at);
        }
        is_news
    }

    /// Takes the answer of a look, unless a later one is known. A look without an answer is not repeated before its time
    /// either.
    pub fn take(&mut self, look: &Look) {
        if self.looked_at.is_some_and(|at| look.at < at) {
            return;
        }
        self.looked_at = Some(look.at);
        self.changed_at = self.changed_at.filter(|at| look.at <= *at);
        if let Some(Shown { name, labels }) = &look.shown {
            self.name = name.clone().filter(|name| is_name(name));
            self.labels = kept(labels);
        }
    }

    /// What the record does not know.
    #[must_use]
    pub fn news(&self) -> ContactNews {
        let gone = self.recorded.iter().filter(|label| !self.labels.contains(label)).cloned().collect();
        ContactNews { name: self.name.clone(), labels: self.labels.clone(), gone }
    }

    /// The same, which the record learns now.
    pub fn record(&mut self) -> ContactNews {
        let news = self.news();
        self.name = None;
        self.recorded.clone_from(&self.labels);
        news
    }

    /// Takes what another chat with the same person knows.
    pub fn join(&mut self, other: &Self) {
        if self.looked_at < other.looked_at {
            let recorded = std::mem::take(&mut self.recorded);
            *self = Self { recorded, ..other.clone() };
        }
    }
}

/// The first labels that a record has room for, each in one line.
fn kept(labels: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(Customer::MAX_LABELS);
    for label in labels {
        let label: String = in_one_line(label).chars().take(LONGEST_LABEL).collect();
        if kept.len() < Customer::MAX_LABELS && !label.is_empty() && !kept.contains(&label) {
            kept.push(label);
        }
    }
    kept
}

impl Customer {
    /// Takes up what the gateway shows. A name fills an empty one alone. Of the labels only those go that the gateway had and
    /// has no more: one that was put by a call stays, as long as there is room.
    pub fn take_up_contact(&mut self, news: &ContactNews) {
        self.fill_empty(&Profile { name: news.name.clone(), ..Profile::default() });
        let own = self.labels.iter().filter(|label| !news.gone.contains(label));
        let labels: Vec<String> = news.labels.iter().chain(own).cloned().collect();
        self.put_labels(labels);
    }

    /// Keeps the order of before, if the same labels are there.
    fn put_labels(&mut self, labels: Vec<String>) {
        let mut after = self.clone();
        after.set_labels(labels.iter().map(String::as_str));
        let are_same =
            after.labels.len() == self.labels.len() && after.labels.iter().all(|it| self.labels.contains(it));
        if !are_same {
            self.labels = after.labels;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CustomerId;
    use uuid::Uuid;

    const EVERY: TimeDelta = TimeDelta::minutes(15);

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000 + minutes * 60, 0).unwrap()
    }

    fn look(minutes: i64, name: Option<&str>, labels: &[&str]) -> Look {
        let labels = labels.iter().map(|&label| label.to_owned()).collect();
        Look { at: at(minutes), shown: Some(Shown { name: name.map(str::to_owned), labels }) }
    }

    fn customer(name: Option<&str>) -> Customer {
        let given = Profile { name: name.map(str::to_owned), ..Profile::default() };
        Customer::new(CustomerId(Uuid::from_u128(1)), None, &given, at(0))
    }

    #[test]
    fn the_gateway_is_asked_once_in_a_while_and_after_it_told_of_a_change() {
        let mut contact = Contact::default();
        assert!(contact.is_due(at(0), EVERY));
        assert!(!contact.note_change(at(0)), "nothing was read yet");
        contact.take(&look(0, None, &["VIP"]));
        assert!(!contact.is_due(at(14), EVERY) && contact.is_due(at(15), EVERY));
        assert!(contact.note_change(at(3)) && !contact.note_change(at(3)), "once");
        assert!(contact.is_due(at(4), EVERY));
        contact.take(&look(4, None, &[]));
        assert!(!contact.is_due(at(5), EVERY) && !contact.note_change(at(3)), "news of before the look");
        // No answer is no news, and is not asked for again at once.
        contact.take(&Look { at: at(20), shown: None });
        assert!(!contact.is_due(at(21), EVERY));
    }

    #[test]
    fn a_change_that_is_told_while_the_gateway_is_asked_is_asked_for_again() {
        let mut contact = Contact::default();
        contact.take(&look(0, None, &[]));
        assert!(contact.note_change(at(16)));
        contact.take(&look(15, None, &[]));
        assert!(contact.is_due(at(16), EVERY));
        contact.take(&look(16, None, &[]));
        assert!(contact.is_due(at(16), EVERY), "of one moment, the change may be the later");
    }

    #[test]
    fn the_record_takes_up_the_difference() {
        let (mut contact, mut record) = (Contact::default(), customer(None));
        record.set_labels(["by call"]);
        contact.take(&look(0, Some("Ana"), &["VIP", "new", "VIP", ""]));
        record.take_up_contact(&contact.record());
        assert_eq!(
            (record.known_name(), record.labels.as_slice()),
            (Some("Ana"), ["VIP", "new", "by call"].map(String::from).as_slice())
        );
        let before = record.clone();
        contact.take(&look(20, Some("Ana"), &["new", "VIP"]));
        record.take_up_contact(&contact.record());
        assert!(record == before, "another order is no difference");
        contact.take(&look(40, None, &["new"]));
        record.take_up_contact(&contact.record());
        assert_eq!(record.labels, ["new", "by call"]);
        // Changed and changed back between two conversations: no difference.
        let before = record.clone();
        contact.take(&look(60, None, &["other"]));
        contact.take(&look(80, None, &["new"]));
        record.take_up_contact(&contact.record());
        assert!(record == before);
    }

    #[test]
    fn a_name_fills_a_missing_one_alone() {
        for (known, shown, expected) in [
            (None, "Ana", Some("Ana")),
            (Some("5511987654321"), "Ana", Some("Ana")),
            (Some("Bia"), "Ana", Some("Bia")),
            (None, "+55 11 98765-4321", None),
        ] {
            let (mut contact, mut record) = (Contact::default(), customer(known));
            contact.take(&look(0, Some(shown), &[]));
            record.take_up_contact(&contact.record());
            assert_eq!(record.known_name(), expected, "{known:?} {shown}");
        }
    }
}
