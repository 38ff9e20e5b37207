//! From some recipients of a chunk to messages that may go now, or to what happens instead. All that is known of them is
//! read together.

use crate::Dispatcher;
use crate::campaign::underway::Page;
use crate::prepare::choose;
use crate::states::{End, Next, Ready, Record};
use chrono::{DateTime, Utc};
use domain::{
    Business, Campaign, Customer, Gate, GateInput, Kind, Message, MessageId, Reach, Reason, Recipient, Sender,
    SenderId, Status, gate,
};
use futures::stream::{self, StreamExt};
use gateways::{Body, adapter, template};
use kit::batch::Failure;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use store::SenderRow;

/// Messages that get an end without being sent, written at the same time.
const AT_ONCE: usize = 10;

/// All that a runner knows of its campaign.
pub(crate) struct Of {
    pub(crate) campaign: Campaign,
    pub(crate) business: Arc<Business>,
    /// The first is the campaign's own: its pace is the campaign's.
    pub(crate) senders: Vec<Arc<Sender>>,
}

/// The next step for a recipient.
pub(crate) enum Admitted {
    /// As for any message.
    Next(Next),
    /// The whole campaign waits.
    Wait {
        /// Until then, UTC.
        until: DateTime<Utc>,
        /// Why.
        reason: Reason,
    },
}

/// What was read of the recipients of a page.
struct Known {
    customers: HashMap<domain::CustomerId, Customer>,
    messages: HashMap<MessageId, Message>,
    reaches: BTreeMap<Recipient, Reach>,
}

impl Dispatcher {
    /// The next step for each of the page, in its order.
    pub(crate) async fn admit_page(
        &self,
        of: &Of,
        rows: &mut BTreeMap<SenderId, SenderRow>,
        page: &Page<'_>,
    ) -> Result<Vec<(usize, Admitted)>, Failure> {
        let known = self.read(of, page).await?;
        for sender in self.senders_of(of, &known) {
            rows.insert(sender, self.app.store().sender_row(of.business.business_id, sender).await?);
        }
        let rows = &*rows;
        let admitted = page.recipients().map(async |(place, nth, customer)| {
            let done = || Ok(Admitted::Next(End::Done.into()));
            let Some(id) = page.chunk.message_id(&of.campaign, nth) else { return (place, done()) };
            let admitted = match (known.messages.get(&id), known.customers.get(&customer)) {
                (Some(message), _) => self.look_at(message).await.map(Next::End).map(Admitted::Next),
                // Erased since the audience was frozen.
                (None, None) => done(),
                (None, Some(customer)) => {
                    let reach = known.reaches.get(&Recipient::Customer(customer.customer_id)).cloned();
                    self.admit_new(of, rows, (place, id), customer, reach.unwrap_or_default()).await
                }
            };
            match admitted {
                // Nobody else has to wait for a message that cannot be made at all.
                Err(Failure::Permanent(reason)) => {
                    tracing::error!(reason, "a message of a campaign cannot be made: {reason}");
                    (place, done())
                }
                admitted => (place, admitted),
            }
        });
        let admitted: Vec<_> = stream::iter(admitted).buffered(AT_ONCE).collect().await;
        admitted.into_iter().map(|(place, admitted)| Ok((place, admitted?))).collect()
    }

    async fn read(&self, of: &Of, page: &Page<'_>) -> Result<Known, Failure> {
        let (store, business) = (self.app.store(), of.business.business_id);
        let people: Vec<_> = page.recipients().map(|(_, _, customer)| customer).collect();
        let ids: Vec<_> =
            page.recipients().filter_map(|(_, nth, _)| page.chunk.message_id(&of.campaign, nth)).collect();
        let (customers, messages, reaches) = futures::try_join!(
            store.customers(business, &people),
            store.messages(business, &ids),
            store.reaches(business, people.iter().map(|customer| Recipient::Customer(*customer))),
        )?;
        let messages = messages.into_iter().map(|message| (message.message_id.clone(), message)).collect();
        Ok(Known { customers, messages, reaches })
    }

    /// The senders from which the page may leave.
    fn senders_of(&self, of: &Of, known: &Known) -> Vec<SenderId> {
        let mut senders: Vec<_> =
            known.reaches.values().filter_map(|reach| Some(choose(&of.senders, reach)?.sender_id)).collect();
        senders.sort_unstable();
        senders.dedup();
        senders
    }

    /// A recipient whose message has a record: it is settled, or somebody looks at it, or its worker holds it.
    async fn look_at(&self, message: &Message) -> Result<End, Failure> {
        match message.status {
            Status::Sending => self.held(message, self.app.now()).await,
            _ => Ok(End::Done),
        }
    }

    /// A recipient whose message has no record: asks the gate, and chooses the body of what may go.
    async fn admit_new(
        &self,
        of: &Of,
        rows: &BTreeMap<SenderId, SenderRow>,
        (place, id): (usize, MessageId),
        customer: &Customer,
        reach: Reach,
    ) -> Result<Admitted, Failure> {
        let now = self.app.now();
        // The text is that of the time at which it goes.
        let until = campaigns::goes_from(&of.campaign, &of.business, now);
        if until > now {
            let is_night = of.business.marketing_from(now) > now;
            let reason = if is_night { Reason::QuietHours } else { Reason::ClosedDay };
            return Ok(Admitted::Wait { until, reason });
        }
        let draft = match campaigns::draft(&of.campaign, &of.business, customer, id, now) {
            Ok(Some(draft)) => draft,
            // Nothing is to be said to them any more.
            Ok(None) => return Ok(Admitted::Next(End::Done.into())),
            Err(error) => return Err(Failure::permanent(error)),
        };
        let mut message = Message::of(of.business.business_id, draft, now, chrono::TimeDelta::zero());
        message.campaign_id = Some(of.campaign.campaign_id.clone());
        message.kind = Kind::Marketing;
        let record = Record::New;
        let end = |end: End| Admitted::Next(end.into());
        let Some(sender) = choose(&of.senders, &reach) else {
            return self.fail(&message, record, Reason::NoSender).await.map(end);
        };
        let gateway = adapter(sender.gateway);
        let to = gateway.address(customer.phone.as_ref(), customer.bsuid.as_deref(), customer.chat_id.as_deref());
        let Some(to) = to else { return self.unreachable(&message, record).await.map(end) };
        if let Err(reason) = automations::still_holds(&message, customer) {
            return self.skip(&message, record, reason).await.map(end);
        }
        let row = rows.get(&sender.sender_id).copied().unwrap_or_default();
        let ask = |best_hour| {
            gate(&GateInput {
                message: &message,
                settings: &of.business.settings,
                zone: of.business.timezone,
                best_hour,
                reach: &reach,
                sender,
                state: row.state,
                restored: self.config.restored,
                now,
            })
        };
        let mut said = ask(of.business.best_hour_for(customer));
        if let Gate::Defer { until, reason: Reason::BestHour } = said {
            // Nothing goes on a day on which the business is closed: the message does not wait for an hour of it.
            if campaigns::goes_from(&of.campaign, &of.business, until) <= until {
                return self.later(&message, until, Reason::BestHour).await;
            }
            said = ask(None);
        }
        if let Gate::Defer { until, reason } = said
            && reason != Reason::PairTime
        {
            return self.wait(of, &message, sender, until, reason).await;
        }
        if let Some(ended) = self.obey(&message, record, said, 0, now).await? {
            return Ok(end(ended));
        }
        if let Err(reason) = automations::still_stands(&self.app, &of.business, &message).await? {
            return self.skip(&message, record, reason).await.map(end);
        }
        let Ok(body) = template::body(sender, &message, said == Gate::Send) else {
            return self.fail(&message, record, Reason::NothingToSend).await.map(end);
        };
        say_as_it_goes(&mut message, &body, sender);
        let (business, sender) = (of.business.clone(), sender.clone());
        let ready = Ready { place, put_backs: 0, message, record, business, sender, row, reach, to, body, claim: None };
        Ok(Admitted::Next(Next::Line(Box::new(ready))))
    }

    /// The sender cannot send now. The campaign waits for its own sender. Somebody who wrote to another one
    /// keeps nobody waiting.
    async fn wait(
        &self,
        of: &Of,
        message: &Message,
        sender: &Sender,
        until: DateTime<Utc>,
        reason: Reason,
    ) -> Result<Admitted, Failure> {
        let is_own = of.senders.first().is_none_or(|own| own.sender_id == sender.sender_id);
        if is_own {
            return Ok(Admitted::Wait { until, reason });
        }
        self.later(message, until, reason).await
    }

    /// The message becomes one like any other, in the due index: nobody else has to wait for it.
    async fn later(&self, message: &Message, until: DateTime<Utc>, reason: Reason) -> Result<Admitted, Failure> {
        let error_message = Some(reason.error_message());
        let later = Message { next_attempt_at: Some(until), error_message, ..message.clone() };
        self.app.store().create_message(&later, &self.app.attempt()).await?;
        Ok(Admitted::Next(End::Done.into()))
    }
}

/// A record of at most one unit has room for one text: where a template's own goes, it stands in the place of the free
/// text. Without a body the template's text is not known, and the free text stays.
fn say_as_it_goes(message: &mut Message, body: &Body, sender: &Sender) {
    let has_body = sender.template(message).is_some_and(|template| template.body.is_some());
    if let Some(sent_as) = body.sent_as().filter(|_| has_body) {
        message.content.text.clone_from(&sent_as.text);
    }
}
