//! Whether a person of an audience would be written to: the gate's verdict, asked before there is a message.

use crate::CampaignError;
use crate::audience::Person;
use crate::goes_from;
use crate::wording::{SOMEBODY, said};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Business, Campaign, Content, Gate, GateInput, Kind, Locale, Message, MessageId, MessageType, Reach, Reason,
    Recipient, RestoredAt, Sender, SenderState, gate,
};
use futures::future::try_join_all;
use gateways::template;
use std::collections::{BTreeMap, HashMap};
use store::{Store, WithSenders};

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
    /// A message of the campaign in each language, with a name in it and without.
    samples: HashMap<(Locale, bool), (MessageType, Content)>,
    now: DateTime<Utc>,
    at_best_hours: bool,
}

impl<'a> Judge<'a> {
    /// For messages that are due from `now` on, UTC. They are judged as of the time at which they go.
    pub(crate) fn new(known: &'a WithSenders, campaign: &'a Campaign, now: DateTime<Utc>) -> Self {
        let business = &known.business.record;
        Self {
            business,
            senders: &known.senders,
            campaign,
            samples: HashMap::new(),
            now: goes_from(campaign, business, now),
            at_best_hours: false,
        }
    }

    /// Whether a message to one of those who go may wait for the person's best hour.
    pub(crate) fn at_best_hours(&self) -> bool {
        self.at_best_hours
    }

    /// The verdicts on people, in their order. Reads their reach rows, half a unit or one for each.
    pub(crate) async fn judge(&mut self, store: &Store, people: &[Person]) -> Result<Vec<Verdict>, CampaignError> {
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
        people.iter().map(|person| self.verdict(person, reach(person))).collect()
    }

    fn verdict(&mut self, person: &Person, reach: &Reach) -> Result<Verdict, CampaignError> {
        let message = if person.is_out { None } else { self.message(person)? };
        let Some(message) = message else { return Ok(Verdict::LeftOut(NOT_MEANT)) };
        Ok(match self.asked(person, &message, reach) {
            // Of those alone who would be written to: they are compared with those who are.
            Verdict::Goes { .. } if self.campaign.holds_out(person.customer_id) => Verdict::LeftOut(HELD_OUT),
            goes @ Verdict::Goes { .. } => {
                self.at_best_hours |= self.business.settings.best_hour && message.waits_for_the_best_hour();
                goes
            }
            left_out @ Verdict::LeftOut(_) => left_out,
        })
    }

    fn asked(&self, person: &Person, message: &Message, reach: &Reach) -> Verdict {
        let last = reach.sender_id.and_then(|id| self.senders.iter().position(|sender| sender.sender_id == id));
        let place = last.unwrap_or(0);
        let Some(sender) = self.senders.get(place) else { return Verdict::LeftOut(Reason::NoSender.into()) };
        if person.known.at(sender.gateway).is_none() {
            return Verdict::LeftOut(Reason::NoAddress.into());
        }
        // The template or text is chosen as the runner does it.
        let goes = |text_may_go| match template::body(sender, message, text_may_go) {
            Ok(body) => Verdict::Goes { sender: place, as_template: body.sent_as().is_some() },
            Err(_) => Verdict::LeftOut(Reason::NothingToSend.into()),
        };
        let mut now = self.now;
        for _ in 0..WAITS {
            let said = gate(&GateInput {
                message,
                settings: &self.business.settings,
                zone: self.business.timezone,
                best_hour: None,
                reach,
                sender,
                state: SenderState::default(),
                restored: RestoredAt::default(),
                now,
            });
            match said {
                Gate::Send | Gate::SendTemplate => return goes(said == Gate::Send),
                Gate::Skip { reason } | Gate::Fail { reason } => return Verdict::LeftOut(reason.into()),
                Gate::Defer { until, .. } => now = until,
            }
        }
        goes(true)
    }

    /// A message as the person would get it, but for the name; `None` if its proposal has none for them.
    fn message(&mut self, person: &Person) -> Result<Option<Message>, CampaignError> {
        let Some((message_type, content)) = self.content(person)? else { return Ok(None) };
        let to = Recipient::Customer(person.customer_id);
        let id = MessageId::of("campaign".to_owned());
        let (business, at) = (self.business.business_id, self.now);
        let message = Message::new(business, id, to, message_type, content, at, TimeDelta::zero());
        let campaign_id = Some(self.campaign.campaign_id.clone());
        Ok(Some(Message { kind: Kind::Marketing, campaign_id, ..message }))
    }

    fn content(&mut self, person: &Person) -> Result<Option<(MessageType, Content)>, CampaignError> {
        if let Some(draft) = &person.draft {
            return Ok(Some((draft.message_type, draft.content.clone())));
        }
        let key = (self.business.voice(person.locale).locale(), person.is_named);
        if let Some(sample) = self.samples.get(&key) {
            return Ok(Some(sample.clone()));
        }
        let name = person.is_named.then_some(SOMEBODY);
        let sample = said(self.campaign, self.business, name, person.locale)?;
        self.samples.extend(sample.clone().map(|sample| (key, sample)));
        Ok(sample)
    }
}
