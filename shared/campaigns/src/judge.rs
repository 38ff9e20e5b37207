//! Whether a person of an audience would be written to: the gate's verdict, asked before there is a message.

use crate::audience::Person;
use crate::wording::sample;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Business, Campaign, Content, Gate, GateInput, Kind, Locale, Message, MessageId, MessageType, Reach, Reason,
    Recipient, Sender, SenderState, gate,
};
use futures::future::try_join_all;
use std::collections::{BTreeMap, HashMap};
use store::{Store, StoreError, WithSenders};

/// Waits that follow each other until a message goes: the night, and then the person's pair time.
const WAITS: usize = 4;
/// Reach rows that are asked for in one call.
const TOGETHER: usize = 100;
/// Such calls that are under way at once.
const AT_ONCE: usize = 5;

/// The verdict on a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The person would be written to: by the sender in this place, as an approved template or as text.
    Goes { sender: usize, as_template: bool },
    /// The person would not.
    LeftOut(&'static str),
}

/// The share that is held out on purpose, as a reason.
pub const HELD_OUT: &str = "held_out";

/// A customer of a proposal to whom it has nothing to say any more, as a reason.
pub(crate) const NOT_MEANT: &str = "not_meant";

/// Judges the people of one campaign.
pub(crate) struct Judge<'a> {
    business: &'a Business,
    senders: &'a [Sender],
    campaign: &'a Campaign,
    samples: HashMap<Locale, (MessageType, Content)>,
    now: DateTime<Utc>,
}

impl<'a> Judge<'a> {
    /// For messages that go from `now` on, UTC.
    pub(crate) fn new(known: &'a WithSenders, campaign: &'a Campaign, now: DateTime<Utc>) -> Self {
        let business = &known.business.record;
        Self { business, senders: &known.senders, campaign, samples: HashMap::new(), now }
    }

    /// The verdicts on people, in their order. Reads their reach rows, half a unit or one for each.
    pub(crate) async fn judge(&mut self, store: &Store, people: &[Person]) -> Result<Vec<Verdict>, StoreError> {
        let business = self.business.business_id;
        let mut reaches = BTreeMap::new();
        for batch in people.chunks(TOGETHER * AT_ONCE) {
            let calls = batch
                .chunks(TOGETHER)
                .map(|part| store.reaches(business, part.iter().map(|person| Recipient::Customer(person.customer_id))));
            reaches.extend(try_join_all(calls).await?.into_iter().flatten());
        }
        let nobody = Reach::default();
        let reach = |person: &Person| reaches.get(&Recipient::Customer(person.customer_id)).unwrap_or(&nobody);
        Ok(people.iter().map(|person| self.verdict(person, reach(person))).collect())
    }

    fn verdict(&mut self, person: &Person, reach: &Reach) -> Verdict {
        if self.campaign.holds_out(person.customer_id) {
            return Verdict::LeftOut(HELD_OUT);
        }
        if person.is_out {
            return Verdict::LeftOut(NOT_MEANT);
        }
        let last = reach.sender_id.and_then(|id| self.senders.iter().position(|sender| sender.sender_id == id));
        let place = last.unwrap_or(0);
        let Some(sender) = self.senders.get(place) else { return Verdict::LeftOut(Reason::NoSender.into()) };
        if person.known.at(sender.gateway).is_none() {
            return Verdict::LeftOut(Reason::NoAddress.into());
        }
        let message = self.message(person);
        let mut now = self.now;
        for _ in 0..WAITS {
            let said = gate(&GateInput {
                message: &message,
                settings: &self.business.settings,
                zone: self.business.timezone,
                reach,
                sender,
                state: SenderState::default(),
                now,
            });
            match said {
                Gate::Send => return Verdict::Goes { sender: place, as_template: false },
                Gate::SendTemplate => return Verdict::Goes { sender: place, as_template: true },
                Gate::Skip { reason } | Gate::Fail { reason } => return Verdict::LeftOut(reason.into()),
                Gate::Defer { until, .. } => now = until,
            }
        }
        Verdict::Goes { sender: place, as_template: false }
    }

    /// A message to the person as far as the gate looks at it.
    fn message(&mut self, person: &Person) -> Message {
        let voice = self.business.voice(person.locale);
        let (kind, content) = self.samples.entry(voice.locale()).or_insert_with(|| sample(self.campaign, voice));
        let to = Recipient::Customer(person.customer_id);
        let id = MessageId::of("campaign".to_owned());
        let (business, at) = (self.business.business_id, self.now);
        let message = Message::new(business, id, to, *kind, content.clone(), at, TimeDelta::zero());
        Message { kind: Kind::Marketing, ..message }
    }
}
