//! The report of a run to the owners, and the proposal that their yes starts.

use crate::write;
use crate::{JobError, Shop, Work};
use chrono::{DateTime, Utc};
use domain::texts::{About, Person, Text};
use domain::{Action, AutomationName, Message, MessageId, Proposal, Recipient, Tally};

/// Tells each owner once for the date, after what is proposed is kept.
pub(crate) async fn report(
    work: &Work<'_>,
    shop: &Shop,
    begun_at: DateTime<Utc>,
    tally: &mut Tally,
) -> Result<(), JobError> {
    let Work { app, store, backstop, .. } = work;
    let settings = &shop.business.settings;
    let by_itself = shop.action == Action::Auto;
    let offer = match shop.automation {
        AutomationName::Birthdays => settings.birthday_offer,
        AutomationName::InactiveCustomers => settings.win_back_offer,
    };
    let business_id = shop.business.business_id;
    if !by_itself {
        let (automation, date, created_at) = (shop.automation, shop.date, app.now());
        let proposal = Proposal { business_id, automation, date, found: tally.found, offer, created_at };
        store.create_proposal(&proposal, &app.attempt()).await?;
    }
    if shop.business.owners.is_empty() {
        tracing::warn!(%business_id, "business {business_id} has no owner to report to");
        tally.skip("no_owner");
    }
    let people: Vec<Person<'_>> = tally
        .listed
        .iter()
        .map(|it| Person {
            name: it.name.as_deref(),
            phone: it.phone.as_ref().map(domain::Phone::digits),
            pet: it.pet.as_deref(),
        })
        .collect();
    let count = tally.found;
    let about = match shop.automation {
        AutomationName::Birthdays => About::BirthdaysReport { people: &people, count, offer, greeted: by_itself },
        AutomationName::InactiveCustomers => {
            let days = settings.inactive_days;
            About::InactiveReport { people: &people, count, days, offer, written: by_itself }
        }
    };
    let mut messages = Vec::new();
    for owner in &shop.business.owners {
        let text = Text { name: Some(&owner.name), business: &shop.business.name, about };
        let content = text.content(shop.business.locale)?;
        let id = MessageId::report(shop.automation, owner.owner_id, shop.date);
        let to = Recipient::Owner(owner.owner_id);
        messages.push(Message::new(business_id, id, to, text.message_type(), content, app.now(), *backstop));
    }
    for message in messages {
        let made = store.create_message(&message, &app.attempt()).await?;
        write::count(&made, begun_at, tally);
    }
    Ok(())
}
