//! Messages to the customers of a run.

use crate::find::Match;
use crate::{JobError, Shop};
use chrono::{Datelike, TimeDelta};
use domain::texts::{About, Text};
use domain::{Action, CustomerId, Listed, Locale, Message, MessageId, Reason, Recipient, Settings, Tally};
use futures::stream::{self, StreamExt};
use kit::App;
use store::{CreateMessage, Store};

/// Messages that are made at the same time.
const AT_ONCE: usize = 16;
/// The most people of one report.
const LISTED_BIRTHDAYS: usize = 30;
const LISTED_INACTIVE: usize = 10;

/// Writes to those who match, if customers are written to at once, and counts them.
pub(crate) async fn write_to(
    app: &App,
    store: &Store,
    backstop: TimeDelta,
    shop: &Shop,
    matches: Vec<Match>,
    tally: &mut Tally,
) -> Result<(), JobError> {
    let mut messages = Vec::new();
    for found in matches {
        tally.found += 1;
        list(&found, tally);
        if shop.action == Action::Propose {
            continue;
        }
        match refused(&shop.business.settings, found.marketing_consent()) {
            Some(reason) => tally.skip(reason),
            None => messages.push(message(app, backstop, shop, &found)?),
        }
    }
    let made = messages.into_iter().map(async |message| store.create_message(&message, &app.attempt()).await);
    let mut made = stream::iter(made).buffer_unordered(AT_ONCE);
    while let Some(made) = made.next().await {
        match made? {
            CreateMessage::Created => tally.messages += 1,
            CreateMessage::Exists(_) => tally.skip("made_before"),
        }
    }
    Ok(())
}

impl Match {
    fn customer_id(&self) -> CustomerId {
        match self {
            Self::Birthday(occasion) => occasion.customer_id,
            Self::Inactive(lapsed) => lapsed.customer_id,
        }
    }

    fn marketing_consent(&self) -> Option<bool> {
        match self {
            Self::Birthday(occasion) => occasion.marketing_consent,
            Self::Inactive(lapsed) => lapsed.marketing_consent,
        }
    }

    fn locale(&self) -> Option<Locale> {
        match self {
            Self::Birthday(occasion) => occasion.locale,
            Self::Inactive(lapsed) => lapsed.locale,
        }
    }
}

/// What the record says already: who does not want marketing needs no message that is then not sent.
fn refused(settings: &Settings, consent: Option<bool>) -> Option<Reason> {
    match consent {
        Some(true) => None,
        Some(false) => Some(Reason::ConsentRefused),
        None => settings.require_opt_in.then_some(Reason::OptInRequired),
    }
}

fn message(app: &App, backstop: TimeDelta, shop: &Shop, found: &Match) -> Result<Message, JobError> {
    let settings = &shop.business.settings;
    let (id, name, about) = match found {
        Match::Birthday(occasion) => {
            let about = About::Birthday { pet: occasion.celebrant.pet(), offer: settings.birthday_offer };
            (MessageId::birthday(occasion, shop.date.year()), occasion.name.as_deref(), about)
        }
        Match::Inactive(lapsed) => {
            let about = About::WinBack { offer: settings.win_back_offer };
            (MessageId::win_back(lapsed), lapsed.name.as_deref(), about)
        }
    };
    let text = Text { name, business: &shop.business.name, about };
    let content = text.content(found.locale().unwrap_or(shop.business.locale))?;
    let to = Recipient::Customer(found.customer_id());
    Ok(Message::new(shop.business.business_id, id, to, text.message_type(), content, app.now(), backstop))
}

/// Keeps who stands in the report: the first birthdays, or those who are most worth winning back.
fn list(found: &Match, tally: &mut Tally) {
    match found {
        Match::Birthday(occasion) if tally.listed.len() < LISTED_BIRTHDAYS => tally.listed.push(Listed {
            customer_id: occasion.customer_id,
            name: occasion.name.clone(),
            phone: occasion.phone.clone(),
            pet: occasion.celebrant.pet().map(str::to_owned),
            rank: Default::default(),
        }),
        Match::Birthday(_) => {}
        Match::Inactive(lapsed) => {
            let listed = lapsed.listed();
            let place = tally.listed.partition_point(|other| other.rank >= listed.rank);
            if place < LISTED_INACTIVE {
                tally.listed.insert(place, listed);
                tally.listed.truncate(LISTED_INACTIVE);
            }
        }
    }
}
