//! People and their records: met by any identity, found again under another, and joined when two are one.

use crate::Receiver;
use chrono::{DateTime, Utc};
use domain::inbound::{IdentityChange, InboundKind, InboundMessage, PersonIdentity};
use domain::name::is_name;
use domain::{BusinessId, Customer, CustomerId, OptChange, Profile};
use kit::batch::{Failure, Outcome};
use queues::inbound::IdentityChangeTask;
use store::{Attached, Identity, Met, Updated, Versioned};

fn changed() -> Failure {
    Failure::retry("the customer's record has changed meanwhile")
}

impl Receiver {
    /// The record goes on under the new number or user id.
    pub(crate) async fn identity_change(&self, task: IdentityChangeTask) -> Outcome {
        let IdentityChangeTask { business_id, change, .. } = task;
        if change.joins {
            return self.join(business_id, &change).await;
        }
        // The user id is the person's own, and a number may have come to another since.
        let PersonIdentity { phone, bsuid, chat_id } = &change.before;
        let names = [
            bsuid.as_deref().map(Identity::Bsuid),
            phone.as_ref().map(Identity::Phone),
            chat_id.as_deref().map(Identity::Chat),
        ];
        let names: Vec<_> = names.into_iter().flatten().collect();
        // Nobody has the old identity: an earlier delivery has moved it, or there is nothing to move.
        let Some(before) = self.app.store().find_customer(business_id, &names).await? else { return Ok(()) };
        // What the record has is neither the old identity nor missing: it has moved on since.
        let moves = |known: Option<&str>, old: Option<&str>| known.is_none() || old.is_none() || known == old;
        let digits = |it: &PersonIdentity| it.phone.as_ref().map(|phone| phone.digits().to_owned());
        let known = before.record.phone.as_ref().map(domain::Phone::digits);
        let old = digits(&change.before).filter(|old| digits(&change.after).as_ref() != Some(old));
        let phone = change.after.phone.as_ref().filter(|_| moves(known, old.as_deref()));
        let (known, old) = (before.record.bsuid.as_deref(), change.before.bsuid.as_deref());
        let bsuid = change.after.bsuid.as_deref().filter(|_| moves(known, old));
        match self.app.store().move_identities(business_id, &before, phone, bsuid, &self.app.attempt()).await? {
            Attached::Done => Ok(()),
            Attached::Changed => Err(changed()),
            Attached::Taken => {
                metrics::counter!("identity_conflicts").increment(1);
                tracing::warn!(%business_id, "a number moved to one that another customer of {business_id} has");
                self.leave(business_id, &before, &change).await
            }
        }
    }

    /// A person may write from a new number before the gateway tells of it, and is a customer of their own by then. A
    /// no to marketing goes with the person, and nothing of theirs goes to the old number any more.
    async fn leave(&self, business: BusinessId, before: &Versioned<Customer>, change: &IdentityChange) -> Outcome {
        // A customer who came to the old number since is another person.
        if before.record.created_at > change.at {
            return Ok(());
        }
        if before.record.marketing_consent == Some(false)
            && let Some(after) = self.find(business, &change.after).await?
        {
            self.decide(business, after.record.customer_id, OptChange::Out, change.at).await?;
        }
        let PersonIdentity { phone, bsuid, .. } = &change.after;
        let phone = phone.is_some() && *phone != before.record.phone;
        let bsuid = bsuid.is_some() && *bsuid != before.record.bsuid;
        match self.app.store().drop_identities(business, before, phone, bsuid, &self.app.attempt()).await? {
            Attached::Done => Ok(()),
            Attached::Taken | Attached::Changed => Err(changed()),
        }
    }

    /// A person known by the user id has shown the number. If the number was a customer already, that record stays and
    /// gets the user id and what it lacks, and a no of either holds. The change of the other record brings its points,
    /// turns and messages over, and then its end. One that has appointments or purchases stays as it is, as these do not
    /// go over: two customers are a conflict that people see.
    async fn join(&self, business: BusinessId, change: &IdentityChange) -> Outcome {
        let Some(bsuid) = change.after.bsuid.as_deref() else { return Ok(()) };
        let store = self.app.store();
        let by_number = match &change.after.phone {
            Some(phone) => store.customer_by(business, Identity::Phone(phone)).await?,
            None => return Ok(()),
        };
        let by_user = store.customer_by(business, Identity::Bsuid(bsuid)).await?;
        let attempt = self.app.attempt();
        let attached = match (by_user, by_number) {
            (None, None) => {
                self.known(business, &change.after, change.at).await?;
                return Ok(());
            }
            (Some(one), Some(same)) if one.record.customer_id == same.record.customer_id => return Ok(()),
            (Some(one), Some(other)) => {
                if store.has_appointments_or_purchases(business, one.record.customer_id).await? {
                    return self.apart(business, &one.record, &other.record, change.at).await;
                }
                if one.record.marketing_consent == Some(false) {
                    self.decide(business, other.record.customer_id, OptChange::Out, change.at).await?;
                    // The record has another version now.
                    let Some(other) = store.customer(business, other.record.customer_id).await? else {
                        return Err(changed());
                    };
                    store.join_customers(business, &one, &other, self.app.now(), &attempt).await?
                } else {
                    store.join_customers(business, &one, &other, self.app.now(), &attempt).await?
                }
            }
            // The number that the record has is not what the person shows now.
            (Some(one), None) => {
                store.move_identities(business, &one, change.after.phone.as_ref(), None, &attempt).await?
            }
            (None, Some(other)) => store.move_identities(business, &other, None, Some(bsuid), &attempt).await?,
        };
        match attached {
            Attached::Done => {
                metrics::counter!("customers_joined").increment(1);
                Ok(())
            }
            Attached::Taken | Attached::Changed => Err(changed()),
        }
    }

    /// Two records of one person that cannot be joined: a no to marketing of either holds for both.
    async fn apart(&self, business: BusinessId, one: &Customer, other: &Customer, at: DateTime<Utc>) -> Outcome {
        metrics::counter!("identity_conflicts").increment(1);
        tracing::warn!(business_id = %business, "two records of {business} are one person's, and one has appointments or purchases");
        for (said, told) in [(one, other), (other, one)] {
            if said.marketing_consent == Some(false) && told.marketing_consent != Some(false) {
                self.decide(business, told.customer_id, OptChange::Out, at).await?;
            }
        }
        Ok(())
    }

    pub(crate) async fn find(
        &self,
        business: BusinessId,
        who: &PersonIdentity,
    ) -> Result<Option<Versioned<Customer>>, Failure> {
        let names = [
            who.phone.as_ref().map(Identity::Phone),
            who.chat_id.as_deref().map(Identity::Chat),
            who.bsuid.as_deref().map(Identity::Bsuid),
        ];
        let names: Vec<_> = names.into_iter().flatten().collect();
        Ok(self.app.store().find_customer(business, &names).await?)
    }

    /// A person who writes for the first time is a customer from then on. What WhatsApp does not show makes no customer,
    /// but is a contact of one.
    pub(crate) async fn met(
        &self,
        business: BusinessId,
        who: &PersonIdentity,
        message: &InboundMessage,
    ) -> Result<Option<Met>, Failure> {
        if message.kind == InboundKind::Unsupported {
            let known = self.find(business, who).await?;
            return Ok(known.map(|customer| Met { customer, created: false, attached: 0, conflicts: 0 }));
        }
        let name = message.name.clone().filter(|name| is_name(name));
        let profile = Profile { name, ..Profile::default() };
        let mut fresh = Customer::new(CustomerId(self.app.id()), who.phone.clone(), &profile, self.app.now());
        fresh.wrote_first = true;
        fresh.username.clone_from(&message.username);
        match self.meet(business, fresh, who, message.at).await? {
            Some(met) if !met.created => self.named(business, met, &profile, message).await.map(Some),
            met => Ok(met),
        }
    }

    /// With the name that the record lacks, and the username that the person has now.
    async fn named(
        &self,
        business: BusinessId,
        met: Met,
        profile: &Profile,
        message: &InboundMessage,
    ) -> Result<Met, Failure> {
        let before = &met.customer;
        let mut after = before.record.clone();
        let mut differs = after.fill_empty(profile);
        if message.username.is_some() && after.username != message.username {
            after.username.clone_from(&message.username);
            differs = true;
        }
        if !differs {
            return Ok(met);
        }
        after.updated_at = self.app.now();
        match self.app.store().update_customer(business, before, &after, &self.app.attempt()).await? {
            Updated::Done(version) => Ok(Met { customer: Versioned { record: after, version }, ..met }),
            // The next message brings the name again.
            Updated::Unchanged | Updated::Conflict => Ok(met),
        }
    }

    pub(crate) async fn known(
        &self,
        business: BusinessId,
        who: &PersonIdentity,
        at: DateTime<Utc>,
    ) -> Result<Option<Met>, Failure> {
        let id = CustomerId(self.app.id());
        let nothing = Profile::default();
        let fresh = Customer { wrote_first: true, ..Customer::new(id, who.phone.clone(), &nothing, self.app.now()) };
        self.meet(business, fresh, who, at).await
    }

    /// `None` if the person has been erased since: an act from before the erasure brings nothing back.
    async fn meet(
        &self,
        business: BusinessId,
        mut fresh: Customer,
        who: &PersonIdentity,
        did_at: DateTime<Utc>,
    ) -> Result<Option<Met>, Failure> {
        if who.is_empty() {
            return Err(Failure::permanent("it names nobody"));
        }
        fresh.chat_id.clone_from(&who.chat_id);
        fresh.bsuid.clone_from(&who.bsuid);
        let met = self.app.store().meet(business, &fresh, did_at, &self.app.attempt()).await?;
        match &met {
            Some(met) => metrics::counter!("identity_conflicts").increment(u64::from(met.conflicts)),
            None => metrics::counter!("words_of_the_erased").increment(1),
        }
        Ok(met)
    }
}
