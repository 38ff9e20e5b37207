//! The report of a run to the owners, and the proposal that their yes starts.

use super::Scheduled;
use super::running::{JobError, Running};
use super::write::count;
use domain::texts::Person;
use domain::{Action, Draft, Listed, MessageId, Owner, Phone, Proposal, Recipient, Tally};
use kit::App;
use kit::outbox::Outbox;
use store::Store;

/// Tells each owner once for the date, after the proposal is kept.
pub(super) async fn report<A: Scheduled>(
    app: &App,
    store: &Store,
    outbox: &Outbox,
    running: &Running,
    tally: &mut Tally,
) -> Result<(), JobError> {
    let Running { business, date, .. } = running;
    let (business_id, automation, date) = (business.business_id, A::SPEC.name, *date);
    if running.action == Action::Propose {
        let (offer, created_at) = (A::offer(&business.settings), app.now());
        let proposal = Proposal { business_id, automation, date, found: tally.found, offer, created_at };
        store.create_proposal(&proposal, &app.attempt()).await?;
    }
    if business.owners.is_empty() {
        tracing::warn!(%business_id, "business {business_id} has no owner to report to");
        tally.skip("no_owner");
    }
    let people: Vec<Person<'_>> = tally.listed.iter().map(person).collect();
    let draft = |owner: &Owner| {
        let text = A::report(running, owner, &people, tally.found);
        let id = MessageId::of(format!("{automation}/{}/{date}", owner.owner_id));
        Draft::new(id, Recipient::Owner(owner.owner_id), &*text, business.voice(None))
    };
    let drafts = business.owners.iter().map(draft).collect::<Result<Vec<_>, _>>()?;
    for draft in drafts {
        let made = outbox.write(business_id, draft).await?;
        count(&made, running.begun_at, tally);
    }
    Ok(())
}

fn person(listed: &Listed) -> Person<'_> {
    let phone = listed.phone.as_ref().map(Phone::digits);
    Person { name: listed.name.as_deref(), phone, pet: listed.pet.as_deref() }
}
