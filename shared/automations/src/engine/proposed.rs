//! What an owner's yes to a proposal sends, and to whom.

use super::running::{JobError, Running};
use super::{Addressee, Automation, Reporting, Scheduled, write};
use chrono::{DateTime, Utc};
use domain::{Action, Business, Customer, CustomerId, Draft, Job, Locale, MessageId, Mode, Proposal, Recipient};
use store::Store;

/// A customer whom a proposal is about.
#[derive(Clone, Debug)]
pub struct Invited {
    /// In the business.
    pub customer_id: CustomerId,
    /// The language to write in; the business's if absent.
    pub locale: Option<Locale>,
    /// Their message, under the id that the automation itself would give it: nobody is written to in both ways.
    pub draft: Draft,
}

/// A page of those whom a proposal is about at `now` (UTC), if it names none, and where to go on.
pub(crate) async fn page_of<A: Scheduled>(
    store: &Store,
    business: &Business,
    proposal: &Proposal,
    now: DateTime<Utc>,
    limit: i32,
    cursor: Option<&str>,
) -> Result<(Vec<Invited>, Option<String>), JobError> {
    let running = running::<A>(business, proposal)?;
    if is_too_late::<A>(&running, now) {
        return Ok((Vec::new(), None));
    }
    let (found, next) = A::by_index(&running, store, Some(limit), cursor).await?;
    let may_be_written = found.iter().filter(|found| write::left_out::<A>(&running, found).is_none());
    let invited = may_be_written.map(|found| {
        let Addressee { customer_id, locale, .. } = A::person(found);
        let (to, voice) = (Recipient::Customer(customer_id), business.voice(locale));
        let draft = Draft::new(A::message_id(&running, found), to, &*A::text(&running, found), voice)?;
        Ok::<_, JobError>(Invited { customer_id, locale, draft })
    });
    Ok((invited.collect::<Result<_, _>>()?, next))
}

/// The messages that a customer gets at `now` (UTC) by an automation that looks for customers.
pub(crate) fn by_scheduled<A: Scheduled>(
    proposal: &Proposal,
    business: &Business,
    customer: &Customer,
    now: DateTime<Utc>,
) -> Result<Vec<Draft>, JobError> {
    let running = running::<A>(business, proposal)?;
    if is_too_late::<A>(&running, now) {
        return Ok(Vec::new());
    }
    let (to, voice) = (Recipient::Customer(customer.customer_id), business.voice(customer.locale));
    let found = A::of_customer(&running, customer);
    let wanted = found.iter().filter(|found| write::left_out::<A>(&running, found).is_none());
    let drafts = wanted.map(|found| Draft::new(A::message_id(&running, found), to, &*A::text(&running, found), voice));
    Ok(drafts.collect::<Result<_, _>>()?)
}

fn is_too_late<A: Scheduled>(running: &Running, now: DateTime<Utc>) -> bool {
    A::goes_until(running).is_some_and(|until| now >= until)
}

/// The message that a customer gets by an automation that reports.
pub(crate) fn by_reporting<A: Reporting>(
    proposal: &Proposal,
    business: &Business,
    customer: &Customer,
    now: DateTime<Utc>,
) -> Result<Vec<Draft>, JobError> {
    let Some(text) = A::invitation(proposal, business, customer, now) else { return Ok(Vec::new()) };
    let to = Recipient::Customer(customer.customer_id);
    let id = MessageId::of(format!("{}/{to}/{}", A::SPEC.name, proposal.date));
    Ok(vec![Draft::new(id, to, &*text, business.voice(customer.locale))?])
}

/// The run that made the proposal, with the offer that the owners have said yes to.
fn running<A: Automation>(business: &Business, proposal: &Proposal) -> Result<Running, JobError> {
    let job = Job::new(A::SPEC.name, Some(proposal.business_id), Mode::EventDriven, proposal.created_at);
    let job = Job { slot: Some(proposal.date.and_time(chrono::NaiveTime::MIN)), action: Some(Action::Auto), ..job };
    let mut running = Running::new(&A::SPEC, business.clone(), None, &job)?.ok_or(JobError::NotScheduled)?;
    running.offer = Some(proposal.offer);
    Ok(running)
}
