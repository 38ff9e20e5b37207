//! One variant of a case, played with people of its own.

use super::super::webhooks::{by_user_id, post, turns};
use super::super::{Scene, SceneBusiness};
use super::form::{Call, Case, Person, Shop, Step, has};
use super::words::{Words, filled};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;
use world::{FaultRule, Inbound};

/// The minutes after something has happened, in which everything is done that follows from it.
const SETTLED: u64 = 2;

/// The businesses of a case, each with what was said of it.
pub(super) type Shops = Vec<(Value, Rc<SceneBusiness>)>;

/// A variant that is being played.
pub(super) struct Play {
    /// The words of the variant.
    pub(super) given: Words,
    /// All words that stay the same.
    words: Words,
    business: Rc<SceneBusiness>,
}

impl Play {
    /// With people whom nobody knows, at a business that the variant asks for.
    pub(super) async fn begin(
        scene: &Scene,
        shops: &mut Shops,
        case: &Case,
        nth: usize,
        given: &Words,
    ) -> Result<Self, String> {
        let mut words = Words::from([
            ("PLAY".to_owned(), json!(nth)),
            ("WABA".to_owned(), json!("102290129340398")),
            ("PHONE".to_owned(), json!(format!("551198765{:04}", nth * 2 + 1))),
            ("OTHER_PHONE".to_owned(), json!(format!("551198765{:04}", nth * 2 + 2))),
            ("USER".to_owned(), json!(format!("BR.10000{nth:05}1"))),
            ("OTHER_USER".to_owned(), json!(format!("BR.10000{nth:05}2"))),
        ]);
        words.extend(given.clone());
        let asked = filled(&case.business, &words)?;
        let shop: Shop = serde_json::from_value(asked.clone()).map_err(|error| format!("business: {error}"))?;
        let known = shops.iter().position(|(known, _)| *known == asked).filter(|_| !shop.apart);
        let at = match known {
            Some(at) => at,
            None => {
                let business = opened(scene, shops.len() + 1, &shop).await?;
                shops.push((asked, Rc::new(business)));
                shops.len() - 1
            }
        };
        let business = shops[at].1.clone();
        for (name, value) in [
            ("OWNER", json!(owner(at + 1))),
            ("ADDRESS", json!(business.address)),
            ("BUSINESS", json!(business.id)),
            ("SENDER", json!(business.sender)),
        ] {
            words.insert(name.to_owned(), value);
        }
        Ok(Self { given: given.clone(), words, business })
    }

    /// Takes a step. Answers the minutes that have to pass before the next.
    pub(super) async fn take(&mut self, scene: &Scene, step: &Value) -> Result<u64, String> {
        let step = filled(step, &self.words_of_now(scene))?;
        let step: Step = serde_json::from_value(step).map_err(|error| error.to_string())?;
        match step {
            Step::Known(phone) => {
                scene.register(&self.business, &phone, "--03-01", json!([])).await;
                Ok(SETTLED)
            }
            Step::Call(call) => self.call(scene, &call).await,
            Step::Webhook(body) => {
                post(scene, &self.business, &body).await;
                Ok(SETTLED)
            }
            Step::Write(said) => self.write(scene, said),
            Step::Fault(given) => fault(scene, &given),
            Step::Minutes(minutes) => Ok(minutes),
            Step::Person(person) => self.look(scene, &person).await,
        }
    }

    /// With those that change: the time, and the gateway's id of the last message to the person.
    fn words_of_now(&self, scene: &Scene) -> Words {
        let mut words = self.words.clone();
        let seconds = scene.stage.run.now().timestamp();
        words.insert("SECONDS".to_owned(), json!(seconds));
        words.insert("NOW".to_owned(), json!(seconds.to_string()));
        let phone = words.get("PHONE").and_then(Value::as_str).unwrap_or_default();
        let mut sent = scene.stage.run.cloud().world.sent();
        sent.retain(|it| it.sender == self.business.address && it.to == phone);
        if let Some(last) = sent.pop() {
            words.insert("LAST".to_owned(), json!(last.gateway_id));
        }
        words
    }

    async fn call(&mut self, scene: &Scene, call: &Call) -> Result<u64, String> {
        let (method, path) = call.ask.split_once(' ').ok_or("a call has a method, a blank and a path")?;
        let client = &scene.stage.client;
        let key = if call.by_operator { client.operator() } else { self.business.key.as_str() };
        let answer = client.call(method, path, key, call.body.as_ref()).await;
        if call.status.map_or(!answer.is_done(), |status| answer.status != status) {
            return Err(format!("{}: {} {}", call.ask, answer.status, answer.body));
        }
        if let Some(expected) = &call.has {
            has(&answer.body, expected, "").map_err(|why| format!("{}: {why}", call.ask))?;
        }
        self.keep(&call.keep, &answer.body)?;
        Ok(if method == "GET" { 0 } else { SETTLED })
    }

    fn write(&self, scene: &Scene, mut said: Map<String, Value>) -> Result<u64, String> {
        said.insert("sender".to_owned(), json!(self.business.address));
        let said: Inbound = serde_json::from_value(Value::Object(said)).map_err(|error| error.to_string())?;
        let world = &scene.stage.run.cloud().world;
        world.inbound(&said).map_err(|_| "the business has no sender".to_owned())?;
        Ok(SETTLED)
    }

    async fn look(&mut self, scene: &Scene, person: &Person) -> Result<u64, String> {
        let who = &person.who;
        if person.has.is_some() || person.wrote.is_some() || !person.keep.is_empty() {
            let known = self.customer(scene, who).await?;
            let answer = scene.call("GET", &format!("/api/customers/{known}"), &self.business.key, None).await;
            if let Some(expected) = &person.has {
                has(&answer, expected, "").map_err(|why| format!("{who}: {why}"))?;
            }
            self.keep(&person.keep, &answer)?;
            if let Some(expected) = &person.wrote {
                let wrote = turns(scene, &self.business, &known).await;
                if wrote != *expected {
                    return Err(format!("of {who} was kept {wrote:?}, and not {expected:?}"));
                }
            }
        }
        if let Some(expected) = &person.got {
            let got: Vec<String> = scene.got(&self.business, who).into_iter().map(|(_, text)| text).collect();
            let is_right =
                got.len() == expected.len() && got.iter().zip(expected).all(|(text, part)| text.contains(part));
            if !is_right {
                return Err(format!("{who} got {got:?}, and not {expected:?}"));
            }
        }
        Ok(0)
    }

    /// The id of the customer of this phone, id or user id.
    async fn customer(&self, scene: &Scene, who: &str) -> Result<String, String> {
        let nobody = || format!("{who} is no customer");
        if who.contains('.') {
            return by_user_id(scene, &self.business, who).await.ok_or_else(nobody);
        }
        let found = scene.stage.client.call("GET", &format!("/api/customers/{who}"), &self.business.key, None).await;
        found.body["customer_id"].as_str().map(str::to_owned).ok_or_else(nobody)
    }

    fn keep(&mut self, keep: &BTreeMap<String, String>, answer: &Value) -> Result<(), String> {
        for (name, place) in keep {
            let value = answer.pointer(place).ok_or_else(|| format!("nothing stands at {place}"))?;
            self.words.insert(name.clone(), value.clone());
        }
        Ok(())
    }
}

fn fault(scene: &Scene, given: &Value) -> Result<u64, String> {
    let rule: FaultRule = serde_json::from_value(given.clone()).map_err(|error| error.to_string())?;
    // A key that the rule does not know has been lost.
    let read = serde_json::to_value(&rule).map_err(|error| error.to_string())?;
    has(&read, given, "")?;
    scene.stage.run.cloud().world.set_fault(rule);
    Ok(0)
}

fn owner(nth: usize) -> String {
    format!("5511990000{nth:03}")
}

async fn opened(scene: &Scene, nth: usize, shop: &Shop) -> Result<SceneBusiness, String> {
    let (address, credentials) = match shop.gateway.as_str() {
        "cloud_api" => (
            format!("1555000{nth:04}"),
            json!({"access_token": format!("t{nth}"), "app_secret": "s", "verify_token": "v"}),
        ),
        "whapi" => (format!("CHANNEL-{nth}"), json!({"token": format!("t{nth}"), "webhook_secret": "s"})),
        other => return Err(format!("no business opens at {other}")),
    };
    let mut sender = json!({"gateway": shop.gateway, "address": address, "credentials": credentials,
                            "messages_per_minute": 600});
    if !shop.templates.is_empty() {
        sender["templates"] = json!(shop.templates);
    }
    let asked = json!({
        "name": "Pet Amigo", "country": shop.country, "locale": shop.locale, "currency": "BRL",
        "timezone": "America/Sao_Paulo", "owners": [{"name": "Rui", "phone": format!("+{}", owner(nth))}],
        "senders": [sender], "settings": {"quiet_from": "00:00", "quiet_until": "00:00"},
    });
    Ok(scene.open_as(asked).await)
}
