//! Senders as they are given: credentials are sealed before they are kept and never read back.

use api::senders::GivenSender;
use chrono::Days;
use domain::{ApprovedTemplates, BusinessId, Gateway, Sender, SenderId};
use gateways::{Credentials, SealingKey, adapter};
use kit::customers::no_business;
use kit::fields::Fields;
use kit::keys::hash_of;
use kit::{App, Problem};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{KeptSender, WebhookOwner};
use strum::VariantNames;

/// Every send reads the senders of its business.
const MOST_SENDERS: usize = 20;
/// The most that the templates of a sender hold together, in bytes.
const MOST_BYTES: usize = 64 * 1_024;
/// Of one text, in bytes.
const LONGEST_CREDENTIAL: usize = 4_096;

/// A sender that is to be kept.
pub(crate) struct ReadSender {
    sender: Sender,
    was: Before,
}

enum Before {
    /// It is new, with this secret in the path of its webhook.
    Nothing {
        webhook_secret: String,
    },
    Known(Box<Sender>),
}

#[derive(Clone)]
pub(crate) struct Sealer {
    app: App,
    key: Arc<SealingKey>,
}

impl Sealer {
    pub(crate) fn new(app: App, key: SealingKey) -> Self {
        Self { app, key: Arc::new(key) }
    }

    /// Reads every given sender, and notes all that is wrong with any. A place without one was refused by the schema.
    pub(crate) fn read_all(
        &self,
        business: BusinessId,
        known: &[Sender],
        given: &[Option<GivenSender>],
        fields: &mut Fields,
    ) -> Vec<ReadSender> {
        let given = || given.iter().enumerate().filter_map(|(nth, given)| Some((nth, given.as_ref()?)));
        let read: Vec<_> = given()
            .filter_map(|(nth, given)| match given.sender_id {
                None => self.read_new(business, given, &format!("/senders/{nth}"), fields),
                Some(id) => {
                    let place = format!("/senders/{nth}");
                    let Some(before) = known.iter().find(|sender| sender.sender_id == id) else {
                        fields.refuse(&format!("{place}/sender_id"), "this business has no such sender");
                        return None;
                    };
                    self.read_change(before, given, &place, fields)
                }
            })
            .collect();
        let known = known.len() + given().filter(|(_, given)| given.sender_id.is_none()).count();
        fields.require("/senders", known <= MOST_SENDERS, "expected at most 20 entries");
        for (nth, it) in read.iter().enumerate() {
            let is_same = |other: &&ReadSender| {
                other.sender.gateway == it.sender.gateway && other.sender.address == it.sender.address
            };
            let twice = read.iter().take(nth).any(|other| is_same(&other));
            fields.require(&format!("/senders/{nth}/address"), !twice, "is given twice");
        }
        read
    }

    /// Refuses a sender whose address is another's, before anything is written.
    pub(crate) async fn check_addresses(&self, senders: &[ReadSender]) -> Result<(), Problem> {
        for ReadSender { sender, .. } in senders {
            if self.app.store().is_address_taken(sender, self.app.now()).await? {
                return Err(address_taken());
            }
        }
        Ok(())
    }

    fn read_new(&self, business: BusinessId, given: &GivenSender, at: &str, fields: &mut Fields) -> Option<ReadSender> {
        let address = given.address.as_deref().unwrap_or_default().trim().to_owned();
        fields.require(&format!("{at}/credentials"), given.credentials.is_some(), "must be given");
        let Some(gateway) = given.gateway else {
            fields.refuse(&format!("{at}/gateway"), format!("must be given: {}", Gateway::VARIANTS.join(", ")));
            return None;
        };
        fields.check(&format!("{at}/address"), adapter(gateway).check_address(&address));
        let mut sender = Sender {
            sender_id: SenderId(self.app.id()),
            business_id: business,
            gateway,
            address,
            sealed_credentials: String::new(),
            per_minute: adapter(gateway).default_per_minute(),
            in_use_since: None,
            templates: BTreeMap::new(),
        };
        self.fill(&mut sender, given, at, fields)?;
        Some(ReadSender { sender, was: Before::Nothing { webhook_secret: self.app.chance().secret() } })
    }

    fn read_change(&self, before: &Sender, given: &GivenSender, at: &str, fields: &mut Fields) -> Option<ReadSender> {
        let same = given.gateway.is_none_or(|gateway| gateway == before.gateway);
        fields.require(&format!("{at}/gateway"), same, "cannot be changed: add another sender");
        let mut sender = before.clone();
        // One that was given before it was checked may stay as it is.
        if let Some(address) = given.address.as_deref().map(str::trim).filter(|address| *address != before.address) {
            fields.check(&format!("{at}/address"), adapter(before.gateway).check_address(address));
            address.clone_into(&mut sender.address);
        }
        self.fill(&mut sender, given, at, fields)?;
        Some(ReadSender { sender, was: Before::Known(Box::new(before.clone())) })
    }

    fn fill(&self, sender: &mut Sender, given: &GivenSender, at: &str, fields: &mut Fields) -> Option<()> {
        if let Some(per_minute) = given.messages_per_minute {
            let bounded = (1..=60_000).contains(&per_minute);
            fields.require(&format!("{at}/messages_per_minute"), bounded, "expected from 1 to 60000");
            sender.per_minute = per_minute;
        }
        if let Some(day) = given.in_use_since {
            let is_past = day <= self.app.now().date_naive() + Days::new(1);
            fields.require(&format!("{at}/in_use_since"), is_past, "expected a day that is not in the future");
            sender.in_use_since = Some(day);
        }
        if let Some(templates) = &given.templates {
            check_templates(templates, &format!("{at}/templates"), fields);
            sender.templates.clone_from(templates);
        }
        if let Some(credentials) = &given.credentials {
            let at = format!("{at}/credentials");
            let short = credentials.as_object().is_none_or(|texts| {
                texts.values().filter_map(Value::as_str).all(|text| text.len() <= LONGEST_CREDENTIAL)
            });
            fields.require(&at, short, "expected at most 4096 characters");
            let credentials = fields.check(&at, Credentials::from_json(sender.gateway, credentials))?;
            let nonce = self.app.chance().bytes();
            let sealed = self.key.seal(sender.business_id, sender.sender_id, &credentials, nonce);
            sender.sealed_credentials = fields.check(&at, sealed)?;
        }
        Some(())
    }

    async fn keep(&self, before: Option<&Sender>, sender: &Sender) -> Result<(), Problem> {
        match self.app.store().keep_sender(before, sender, self.app.now(), &self.app.attempt()).await? {
            KeptSender::Kept => Ok(()),
            KeptSender::AddressTaken => Err(address_taken()),
            KeptSender::Gone => Err(no_business()),
        }
    }

    /// Keeps them, each with its way from the webhook first.
    pub(crate) async fn keep_all(&self, senders: Vec<ReadSender>) -> Result<Vec<api::senders::Sender>, Problem> {
        let mut kept = Vec::with_capacity(senders.len());
        let store = self.app.store();
        for ReadSender { sender, was } in senders {
            let path = match was {
                Before::Nothing { webhook_secret } => {
                    let owner = WebhookOwner { business_id: sender.business_id, sender_id: sender.sender_id };
                    store.put_webhook(&hash_of(&webhook_secret), owner, &self.app.attempt()).await?;
                    self.keep(None, &sender).await?;
                    Some(format!("/webhooks/{}/{webhook_secret}", sender.gateway))
                }
                // A change of a sender mends it: a restriction or a pause that was learnt before is over.
                Before::Known(before) => {
                    self.keep(Some(&before), &sender).await?;
                    store.mend_sender(sender.business_id, sender.sender_id, self.app.now()).await?;
                    None
                }
            };
            kept.push(api::senders::Sender { webhook_path: path, ..sender.into() });
        }
        Ok(kept)
    }
}

/// The most names of templates of one sender: all is kept in one item.
const MOST_NAMES: usize = 100;

fn check_templates(all: &BTreeMap<String, ApprovedTemplates>, at: &str, fields: &mut Fields) {
    fields.require(at, all.len() <= MOST_NAMES, "expected at most 100 names");
    let small = serde_json::to_vec(all).is_ok_and(|json| json.len() <= MOST_BYTES);
    fields.require(at, small, "expected at most 64 KB together");
    for (name, templates) in all.iter().take(MOST_NAMES) {
        let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        let named = (1..=512).contains(&name.trim().chars().count());
        fields.require(&at, named, "expected a name of 1 to 512 characters");
        for (place, expected) in templates.problems(name) {
            fields.refuse(&format!("{at}{place}"), expected);
        }
    }
}

fn address_taken() -> Problem {
    Problem::conflict("Another sender has this address.").coded("address_taken")
}

/// The senders as they are after some of them were changed or added.
pub(crate) fn merged(before: Vec<Sender>, changed: Vec<api::senders::Sender>) -> Vec<api::senders::Sender> {
    let untouched = before.into_iter().filter(|sender| !changed.iter().any(|it| it.sender_id == sender.sender_id));
    let mut all: Vec<api::senders::Sender> = untouched.map(Into::into).collect();
    all.extend(changed);
    all.sort_by_key(|sender| sender.sender_id);
    all
}
