//! The operator's part at the gateways once a business is made: each new sender is connected there, its webhook set and
//! its templates approved. A laptop has nobody who would, so it reads them off the API's own calls.

use serde_json::Value;
use std::collections::BTreeMap;
use world::{Category, Gateway, Sender, Template, World};

/// Connects the senders of a business as it was `asked` for and as the API has `told`; says whether there was any.
pub fn connect(world: &World, asked: &Value, told: &Value) -> bool {
    let mut connected = false;
    let name = told["name"].as_str().unwrap_or_default();
    let made = told["senders"].as_array().into_iter().flatten();
    let webhooks: BTreeMap<&str, &str> =
        made.filter_map(|sender| Some((sender["address"].as_str()?, sender["webhook_path"].as_str()?))).collect();
    for sender in asked["senders"].as_array().into_iter().flatten() {
        let address = sender["address"].as_str().unwrap_or_default().trim();
        if let Some(sender) = webhooks.get(address).and_then(|webhook| outside(sender, name, address, webhook)) {
            world.register(sender);
            connected = true;
        }
    }
    connected
}

/// The sender as its gateway knows it; nothing if it was not given its credentials.
pub(crate) fn outside(sender: &Value, name: &str, address: &str, webhook: &str) -> Option<Sender> {
    let gateway: Gateway = serde_json::from_value(sender["gateway"].clone()).ok()?;
    let credential = |name: &str| sender["credentials"][name].as_str().map(str::to_owned);
    let secret = || credential("webhook_secret");
    let (token, header) = match gateway {
        Gateway::CloudApi => (credential("access_token")?, None),
        Gateway::Evolution => (credential("api_key")?, Some(("x-webhook-secret", secret()?))),
        Gateway::Waha => (credential("api_key")?, None),
        Gateway::Whapi => (credential("token")?, Some(("Authorization", format!("Bearer {}", secret()?)))),
    };
    let templates = sender["templates"].as_object().into_iter().flatten();
    Some(Sender {
        gateway,
        address: address.to_owned(),
        number: address.chars().filter(char::is_ascii_digit).collect(),
        name: name.to_owned(),
        token,
        webhook: webhook.to_owned(),
        app_secret: credential(if gateway == Gateway::Waha { "webhook_secret" } else { "app_secret" }),
        verify_token: credential("verify_token"),
        webhook_headers: header.map(|(name, value)| (name.to_owned(), value)).into_iter().collect(),
        templates: templates.flat_map(|(text, templates)| all_approved(text, templates)).collect(),
    })
}

/// A name stands for one template, or for a list of them.
fn all_approved(text: &str, templates: &Value) -> Vec<Template> {
    let one = std::slice::from_ref(templates);
    templates.as_array().map_or(one, Vec::as_slice).iter().filter_map(|template| approved(text, template)).collect()
}

/// A template is approved with the body that it was given. Without one, its body is the text it stands for as its name,
/// and its variables one after the other.
fn approved(text: &str, template: &Value) -> Option<Template> {
    let variables = template["variables"].as_array().map_or(0, Vec::len);
    let places: Vec<String> = (1..=variables).map(|nth| format!("{{{{{nth}}}}}")).collect();
    let given = template["body"].as_str().map(str::to_owned);
    Some(Template {
        name: template["name"].as_str()?.to_owned(),
        language: template["language"].as_str()?.to_owned(),
        category: Category::Utility,
        buttons: serde_json::from_value(template["buttons"].clone()).unwrap_or_default(),
        body: given.unwrap_or_else(|| format!("{text}: {}", places.join(", "))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_new_sender_is_known_outside_as_it_was_given() {
        let asked = json!({"senders": [
            {"gateway": "cloud_api", "address": "1065",
             "credentials": {"access_token": "t", "app_secret": "s", "verify_token": "v"},
             "templates": {"points": {"name": "pontos", "language": "pt_BR", "variables": ["points", "balance"]}}},
            {"gateway": "whapi", "address": "NEBULA-1", "credentials": {"token": "w", "webhook_secret": "h"}},
            {"gateway": "evolution", "address": "acme", "credentials": {"api_key": "e", "webhook_secret": "h"}},
            {"gateway": "waha", "address": "beta", "credentials": {"api_key": "w", "webhook_secret": "k"}},
            {"sender_id": "x", "address": "1066"},
        ]});
        let webhook = |address: &str| json!({"address": address, "webhook_path": format!("/webhooks/{address}")});
        let made = ["1065", "NEBULA-1", "acme", "beta", "1066"].map(webhook);
        let told = json!({"name": "Sol", "senders": made});
        let world = World::new(std::sync::Arc::new(|| chrono::DateTime::UNIX_EPOCH), 7);
        assert!(connect(&world, &asked, &told) && !connect(&world, &asked, &json!({})));
        let senders = world.senders();
        let addresses: Vec<_> = senders.iter().map(|sender| sender.address.as_str()).collect();
        assert_eq!(addresses, ["1065", "NEBULA-1", "acme", "beta"]);
        assert_eq!(senders[0].templates[0].body, "points: {{1}}, {{2}}");
        assert_eq!((senders[0].app_secret.as_deref(), senders[0].webhook.as_str()), (Some("s"), "/webhooks/1065"));
        assert_eq!(senders[1].webhook_headers["Authorization"], "Bearer h");
        assert_eq!((senders[2].token.as_str(), senders[2].webhook_headers["x-webhook-secret"].as_str()), ("e", "h"));
        assert_eq!((senders[3].token.as_str(), senders[3].app_secret.as_deref()), ("w", Some("k")));
    }
}
