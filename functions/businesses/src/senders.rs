//! Senders as they are given: credentials are sealed before they are kept and never read back.

use api::senders::GivenSender;
use domain::{ApprovedTemplates, BusinessId, Gateway, Sender, SenderId};
use gateways::{Credentials, SealingKey, adapter};
use kit::fields::Fields;
use kit::keys::hash_of;
use kit::{App, Problem};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::WebhookOwner;
use strum::VariantNames;

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

    /// Reads every given sender, or tells all that is wrong with any.
    pub(crate) fn read_all(
        &self,
        business: BusinessId,
        known: &[Sender],
        given: &[GivenSender],
    ) -> Result<Vec<ReadSender>, Problem> {
        let mut fields = Fields::new();
        let read: Vec<_> = given
            .iter()
            .enumerate()
            .filter_map(|(nth, given)| match given.sender_id {
                None => self.read_new(business, given, &format!("/senders/{nth}"), &mut fields),
                Some(id) => {
                    let place = format!("/senders/{nth}");
                    let Some(before) = known.iter().find(|sender| sender.sender_id == id) else {
                        fields.refuse(&format!("{place}/sender_id"), "this business has no such sender");
                        return None;
                    };
                    self.read_change(before, given, &place, &mut fields)
                }
            })
            .collect();
        fields.finish()?;
        Ok(read)
    }

    fn read_new(&self, business: BusinessId, given: &GivenSender, at: &str, fields: &mut Fields) -> Option<ReadSender> {
        let address = given.address.as_deref().unwrap_or_default().trim().to_owned();
        fields.require(&format!("{at}/address"), !address.is_empty(), "must be given");
        fields.require(&format!("{at}/credentials"), given.credentials.is_some(), "must be given");
        let Some(gateway) = given.gateway else {
            fields.refuse(&format!("{at}/gateway"), format!("must be given: {}", Gateway::VARIANTS.join(" or ")));
            return None;
        };
        let mut sender = Sender {
            sender_id: SenderId(self.app.id()),
            business_id: business,
            gateway,
            address,
            sealed_credentials: String::new(),
            per_minute: adapter(gateway).default_per_minute(),
            templates: BTreeMap::new(),
        };
        self.fill(&mut sender, given, at, fields)?;
        Some(ReadSender { sender, was: Before::Nothing { webhook_secret: self.app.chance().secret() } })
    }

    fn read_change(&self, before: &Sender, given: &GivenSender, at: &str, fields: &mut Fields) -> Option<ReadSender> {
        let same = given.gateway.is_none_or(|gateway| gateway == before.gateway);
        fields.require(&format!("{at}/gateway"), same, "cannot be changed: add another sender");
        let mut sender = before.clone();
        if let Some(address) = given.address.as_deref().map(str::trim) {
            fields.require(&format!("{at}/address"), !address.is_empty(), "expected an address");
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
        if let Some(templates) = &given.templates {
            check_templates(templates, &format!("{at}/templates"), fields);
            sender.templates.clone_from(templates);
        }
        if let Some(credentials) = &given.credentials {
            let at = format!("{at}/credentials");
            let credentials = fields.check(&at, Credentials::from_json(sender.gateway, credentials))?;
            let nonce = self.app.chance().bytes();
            let sealed = self.key.seal(sender.business_id, sender.sender_id, &credentials, nonce);
            sender.sealed_credentials = fields.check(&at, sealed)?;
        }
        Some(())
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
                    store.put_sender(&sender).await?;
                    Some(format!("/webhooks/{}/{webhook_secret}", sender.gateway))
                }
                // A change of a sender mends it: a restriction or a pause that was learnt before is over.
                Before::Known(before) => {
                    store.change_sender(&before, &sender).await?;
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
    for (name, templates) in all.iter().take(MOST_NAMES) {
        let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        let named = (1..=512).contains(&name.trim().chars().count());
        fields.require(&at, named, "expected a name of 1 to 512 characters");
        for (place, expected) in templates.problems(name) {
            fields.refuse(&format!("{at}{place}"), expected);
        }
    }
}

/// The senders as they are after some of them were changed or added.
pub(crate) fn merged(before: Vec<Sender>, changed: Vec<api::senders::Sender>) -> Vec<api::senders::Sender> {
    let untouched = before.into_iter().filter(|sender| !changed.iter().any(|it| it.sender_id == sender.sender_id));
    let mut all: Vec<api::senders::Sender> = untouched.map(Into::into).collect();
    all.extend(changed);
    all.sort_by_key(|sender| sender.sender_id);
    all
}
