//! `/instance`: instances are made, connected, asked for, logged out and deleted.

use super::errors::{Refusal, refused};
use super::requests::{Asked, find, instances};
use super::{RULES, settings, view};
use crate::core::answers::{self, NoAnswer};
use crate::core::fault::Call;
use crate::core::gateway::Gateway;
use crate::core::sender::Sender;
use crate::core::session::SessionState;
use crate::core::session_life::reasons;
use bytes::Bytes;
use http::Response;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// The wait of `create` for the first code.
const CREATION: Duration = Duration::from_secs(5);
/// The wait of `connect` for a code.
const CONNECTION: Duration = Duration::from_secs(2);
/// The one kind of connection that is simulated.
const BAILEYS: &str = "WHATSAPP-BAILEYS";

type Answer = Result<Response<Bytes>, NoAnswer>;

pub(super) async fn create(asked: &Asked<'_>) -> Answer {
    let body = &asked.body;
    let name = body["instanceName"].as_str().unwrap_or_default();
    let wants_code = body["qrcode"] == true;
    let act = || {
        if body["integration"] != BAILEYS {
            return Err(refused(400, "Invalid integration"));
        }
        let mut made = Map::new();
        if let Some(webhook) = body.get("webhook").filter(|webhook| webhook.is_object()) {
            let webhook = settings::webhook(webhook, true).map_err(|wrong| refused(400, wrong))?;
            made.insert("webhook".to_owned(), webhook);
        }
        let now = asked.world.now();
        asked.world.change(|state| {
            let id = view::uuid(&mut state.rng);
            let token = body["token"].as_str().filter(|token| !token.is_empty()).map(str::to_owned);
            let setup = Sender {
                gateway: Gateway::Evolution,
                address: name.to_owned(),
                number: String::new(),
                name: name.to_owned(),
                token: token.unwrap_or_else(|| view::uuid(&mut state.rng).to_uppercase()),
                webhook: String::new(),
                app_secret: None,
                verify_token: None,
                webhook_headers: [].into(),
                templates: Vec::new(),
            };
            made.insert(view::INSTANCE_ID.to_owned(), json!(id));
            state.create_session(setup, made, now);
            if wants_code {
                state.connect(name, now);
            }
        });
        Ok(if wants_code { CREATION } else { Duration::ZERO })
    };
    let answer = || {
        let state = asked.world.state();
        let Some(sender) = find(&state, name) else {
            return refused(400, "the instance was removed meanwhile").answer();
        };
        let webhook = &body["webhook"];
        let mut answer = json!({
            "instance": {
                "instanceName": name,
                "instanceId": view::instance_id(sender),
                "integration": BAILEYS,
                "webhookWaBusiness": null,
                "accessTokenWaBusiness": "",
                "status": view::state(sender),
            },
            "hash": sender.setup.token,
            "webhook": view::present(&json!({
                "webhookUrl": webhook["url"],
                "webhookHeaders": webhook["headers"],
                "webhookByEvents": webhook["byEvents"],
                "webhookBase64": webhook["base64"],
            })),
            "websocket": {},
            "rabbitmq": {},
            "nats": {},
            "sqs": {},
            "settings": settings::usual(body),
        });
        if wants_code {
            answer["qrcode"] = view::code(sender);
        }
        answers::json(201, &answer)
    };
    asked.attend(Call::Open, act, answer).await
}

pub(super) async fn connect(asked: &Asked<'_>) -> Answer {
    let name = asked.instance.as_str();
    let is_open = asked.state() == Some("open");
    let act = || {
        let now = asked.world.now();
        Ok(asked.world.change(|state| {
            if find(state, name).is_some_and(|sender| view::state(sender) == "close") {
                state.connect(name, now);
                CONNECTION
            } else {
                Duration::ZERO
            }
        }))
    };
    let answer = || if is_open { state(asked) } else { answers::json(200, &asked.code()) };
    asked.attend(Call::Open, act, answer).await
}

/// The server answers before the connection has ended, so as it stood before.
pub(super) async fn restart(asked: &Asked<'_>) -> Answer {
    let name = asked.instance.as_str();
    let before = asked.state();
    let act = || {
        // Such an error inside is an answer with 200, and is put into words as an object is.
        if before == Some("close") {
            return Err(Refusal::new(200, json!({"error": true, "message": "[object Object]"})));
        }
        let now = asked.world.now();
        asked.world.change(|state| state.fall(name, reasons::CLOSED, now));
        Ok(Duration::ZERO)
    };
    let answer = || match before {
        Some("open") => answers::json(200, &json!({"instance": {"instanceName": name, "state": "open"}})),
        _ => answers::json(200, &asked.code()),
    };
    asked.attend(Call::Open, act, answer).await
}

pub(super) async fn logout(asked: &Asked<'_>) -> Answer {
    let name = asked.instance.as_str();
    let act = || {
        if asked.state() == Some("close") {
            return Err(refused(400, &format!("The \"{name}\" instance is not connected")));
        }
        let now = asked.world.now();
        asked.world.change(|state| state.end(name, reasons::LOGGED_OUT, RULES.ended, now));
        Ok(Duration::ZERO)
    };
    asked.attend(Call::Close, act, || done("Instance logged out")).await
}

pub(super) async fn delete(asked: &Asked<'_>) -> Answer {
    let name = asked.instance.as_str();
    let act = || {
        let (now, is_closed) = (asked.world.now(), asked.state() == Some("close"));
        asked.world.change(|state| {
            if !is_closed {
                state.end(name, reasons::LOGGED_OUT, RULES.ended, now);
            }
            state.remove_session(name, now);
        });
        Ok(Duration::ZERO)
    };
    asked.attend(Call::Close, act, || done("Instance deleted")).await
}

fn done(message: &str) -> Response<Bytes> {
    answers::json(200, &json!({"status": "SUCCESS", "error": false, "response": {"message": message}}))
}

pub(super) fn state(asked: &Asked<'_>) -> Response<Bytes> {
    let mut instance = json!({"instanceName": asked.instance});
    if let Some(state) = asked.state() {
        instance["state"] = json!(state);
    }
    answers::json(200, &json!({"instance": instance}))
}

/// All instances, or those of an instance's own key.
pub(super) fn list(asked: &Asked<'_>) -> Response<Bytes> {
    let state = asked.world.state();
    let named = asked.query.get("instanceName").filter(|name| !name.is_empty());
    if let Some(name) = named
        && find(&state, name).is_none()
    {
        return refused(404, &format!("Instance \"{name}\" not found")).answer();
    }
    let is_server = state.server_key(Gateway::Evolution).as_deref() == Some(asked.key);
    let own = instances(&state).filter(|sender| is_server || sender.setup.token == asked.key);
    let own = own.filter(|sender| named.is_none_or(|name| sender.setup.address == *name));
    let rows: Vec<Value> = own.map(view::row).collect();
    answers::json(200, &json!(rows))
}

impl Asked<'_> {
    /// The state of the instance in the server's words.
    fn state(&self) -> Option<&'static str> {
        find(&self.world.state(), &self.instance).map(view::state)
    }

    fn code(&self) -> Value {
        find(&self.world.state(), &self.instance).map(view::code).unwrap_or_default()
    }
}

/// Whether an instance stands at its end for good: it is not connected, and nobody connects it.
pub(super) fn is_closed(state: SessionState) -> bool {
    !matches!(state, SessionState::Connecting | SessionState::Code | SessionState::Open)
}
