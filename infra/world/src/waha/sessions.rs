//! `/api/sessions`, and the code of a session: sessions are made, started, asked for, stopped, logged out and deleted.

use super::errors::{Refusal, not_started, refused, unknown_session};
use super::requests::{Answer, Asked, find, is_running};
use super::{settings, view};
use crate::core::answers;
use crate::core::fault::Call;
use crate::core::gateway::Gateway;
use crate::core::sender::Sender;
use crate::core::world::State;
use crate::picture;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::Response;
use serde_json::{Value, json};
use std::time::Duration;

/// The time that the server takes to stop a session.
const STOP: Duration = Duration::from_secs(3);
/// A little more: the session is started before the answer goes out.
const STOP_AND_START: Duration = Duration::from_millis(3_100);

/// Those that run; with `all` the others too.
pub(super) async fn list(asked: &Asked<'_>) -> Answer {
    let answer = || {
        let state = asked.world.state();
        let all = asked.query.get("all").is_some_and(|all| all == "true");
        let found = state.senders.keys().filter_map(|name| find(&state, name));
        let found: Vec<Value> = found.filter(|sender| all || is_running(sender)).map(view::session).collect();
        answers::json(200, &json!(found))
    };
    asked.attend(Call::Look, || Ok(Duration::ZERO), answer).await
}

pub(super) async fn create(asked: &Asked<'_>) -> Answer {
    let body = &asked.body;
    let name = match body["name"].as_str().filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None => asked.world.change(|state| format!("session_{}", state.rng.u64(..))),
    };
    let asked = Asked { session: name.clone(), body: body.clone(), query: asked.query.clone(), ..*asked };
    let act = || {
        let now = asked.world.now();
        let config = settings::checked(&asked.body["config"]).map_err(|wrong| refused(400, &wrong))?;
        asked.world.change(|state| {
            if state.session(&name).is_some() || state.sender(&name).is_ok() {
                return Err(refused(422, &format!("Session '{name}' already exists. Use PUT to update it.")));
            }
            let setup = Sender {
                gateway: Gateway::Waha,
                address: name.clone(),
                number: String::new(),
                name: name.clone(),
                token: String::new(),
                webhook: String::new(),
                app_secret: None,
                verify_token: None,
                webhook_headers: [].into(),
                templates: Vec::new(),
            };
            state.create_session(setup, [(settings::CONFIG.to_owned(), config)].into_iter().collect(), now);
            if body["start"] != false {
                state.connect(&name, now);
            }
            Ok(())
        })?;
        Ok(Duration::ZERO)
    };
    asked.attend(Call::Open, act, || asked.info(201)).await
}

pub(super) async fn get(asked: &Asked<'_>) -> Answer {
    asked.attend(Call::Look, || Ok(Duration::ZERO), || asked.info(200)).await
}

/// A session that runs is stopped and started with its new configuration.
pub(super) async fn update(asked: &Asked<'_>) -> Answer {
    let act = || {
        let config = settings::checked(&asked.body["config"]).map_err(|wrong| refused(400, &wrong))?;
        asked.change(|state, name, now| {
            let running = find(state, name).is_some_and(is_running);
            if let Some(sender) = state.senders.get_mut(name) {
                sender.settings.insert(settings::CONFIG.to_owned(), config);
            }
            if running { begin_anew(state, name, now) } else { Duration::ZERO }
        })
    };
    asked.attend(Call::Settings, act, || asked.info(200)).await
}

/// Removes a session that is there, after it is stopped and logged out; of another it says the same.
pub(super) async fn delete(asked: &Asked<'_>) -> Answer {
    let act = || {
        let removed = asked.change(|state, name, now| {
            let running = find(state, name).is_some_and(is_running);
            if running {
                state.stop(name, now);
            }
            state.remove_session(name, now);
            if running { STOP } else { Duration::ZERO }
        });
        Ok(removed.unwrap_or_default())
    };
    asked.attend(Call::Close, act, || answers::empty(200)).await
}

/// Starts a session that is stopped; any other goes on.
pub(super) async fn start(asked: &Asked<'_>) -> Answer {
    let act = || {
        asked.change(|state, name, now| {
            if find(state, name).is_some_and(|sender| !is_running(sender)) {
                state.connect(name, now);
            }
            Duration::ZERO
        })
    };
    asked.attend(Call::Open, act, || asked.info(201)).await
}

/// The phone stays linked.
pub(super) async fn stop(asked: &Asked<'_>) -> Answer {
    let act = || {
        asked.change(|state, name, now| {
            let running = find(state, name).is_some_and(is_running);
            if running {
                state.stop(name, now);
                STOP
            } else {
                Duration::ZERO
            }
        })
    };
    asked.attend(Call::Close, act, || asked.info(201)).await
}

pub(super) async fn restart(asked: &Asked<'_>) -> Answer {
    let act = || {
        asked.change(|state, name, now| {
            if find(state, name).is_some_and(is_running) {
                return begin_anew(state, name, now);
            }
            state.connect(name, now);
            Duration::ZERO
        })
    };
    asked.attend(Call::Open, act, || asked.info(201)).await
}

/// Unlinks the phone. A session that runs is started again, and so has another code to scan.
pub(super) async fn logout(asked: &Asked<'_>) -> Answer {
    let act = || {
        asked.change(|state, name, now| {
            state.unlink(name);
            if find(state, name).is_some_and(is_running) { begin_anew(state, name, now) } else { Duration::ZERO }
        })
    };
    asked.attend(Call::Close, act, || asked.info(201)).await
}

/// Stops a session, and starts it once that is done. Answers how long the server takes for it.
fn begin_anew(state: &mut State, name: &str, now: DateTime<Utc>) -> Duration {
    state.stop(name, now);
    state.connect_after(name, STOP);
    STOP_AND_START
}

pub(super) async fn me(asked: &Asked<'_>) -> Answer {
    let answer = || {
        let state = asked.world.state();
        answers::json(200, &find(&state, &asked.session).map(view::me).unwrap_or_default())
    };
    let act = || {
        let running = find(&asked.world.state(), &asked.session).is_some_and(is_running);
        if running { Ok(Duration::ZERO) } else { Err(not_started(&asked.session)) }
    };
    asked.attend(Call::Look, act, answer).await
}

/// `GET /api/{session}/auth/qr`, in its three forms.
pub(super) async fn code(asked: &Asked<'_>) -> Answer {
    let ready = asked.wait_for(view::SCAN_QR_CODE).await;
    let answer = || {
        let state = asked.world.state();
        let shown = state.session(&asked.session).and_then(|session| session.good_code());
        let text = shown.map(|code| code.text.as_str()).unwrap_or_default();
        if asked.query.get("format").is_some_and(|format| format == "raw") {
            return answers::json(200, &json!({"value": text}));
        }
        if asked.wants_json() {
            return answers::json(200, &json!({"mimetype": "image/png", "data": picture::base64(text)}));
        }
        answers::png(picture::png(text))
    };
    asked.attend(Call::Look, || ready.map(|()| Duration::ZERO), answer).await
}

impl Asked<'_> {
    /// Changes a session that is there. `change` answers how long the server takes for it.
    fn change(&self, change: impl FnOnce(&mut State, &str, DateTime<Utc>) -> Duration) -> Result<Duration, Refusal> {
        let (now, name) = (self.world.now(), self.session.as_str());
        self.world.change(|state| {
            find(state, name).ok_or_else(unknown_session)?;
            Ok(change(state, name, now))
        })
    }

    /// The session as it stands.
    fn info(&self, status: u16) -> Response<Bytes> {
        match find(&self.world.state(), &self.session) {
            Some(sender) => answers::json(status, &view::session(sender)),
            None => unknown_session().answer(),
        }
    }
}
