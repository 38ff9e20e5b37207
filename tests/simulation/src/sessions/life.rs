//! What happens to sessions at the gateway, whoever opened them.

use crate::run::Run;
use crate::stage::SEALING_KEY;
use bytes::Bytes;
use domain::SessionId;
use gateways::SessionSecrets;
use http::Request;
use uuid::Uuid;
use world::{Gateway, Sender};

/// Somebody removes a session at its gateway, past us.
pub async fn remove(run: &Run, session: &str) {
    let world = &run.cloud().world;
    let Some(gateway) = world.session(session).map(|view| view.gateway) else { return };
    let (header, path) = match gateway {
        Gateway::Waha => ("x-api-key", format!("/waha/api/sessions/{session}")),
        _ => ("apikey", format!("/evolution/instance/delete/{session}")),
    };
    let key = world.server_key(gateway).unwrap_or_default();
    let request = Request::builder().method("DELETE").uri(path).header(header, key).body(Bytes::new());
    if let Ok(request) = request {
        let answered = world.call(request).await.map(|answer| answer.status().as_u16());
        run.note(format_args!("somebody removes session {session}: {answered:?}"));
    }
}

/// A session that reports to us with the right secrets, and that nobody has opened by us: it connects, and falls.
pub fn stranger(run: &Run, gateway: Gateway, nth: u128) {
    let id = SessionId(Uuid::from_u128(0xDEAD_0000 + nth));
    let secrets = SessionSecrets::new(&SEALING_KEY);
    let secret = secrets.webhook(id);
    let world = &run.cloud().world;
    let session = id.to_string();
    run.note(format_args!("session {session} is a stranger"));
    run.history().sessions.strangers.insert(session.clone());
    world.register(Sender {
        gateway,
        address: session.clone(),
        number: format!("55119{nth:08}"),
        name: "Nobody".to_owned(),
        token: String::new(),
        webhook: format!("/webhooks/{}/{}", gateway.name(), secrets.path(id)),
        app_secret: (gateway == Gateway::Waha).then(|| secret.clone()),
        verify_token: None,
        webhook_headers: [("x-webhook-secret".to_owned(), secret)].into(),
        templates: Vec::new(),
    });
    // It comes back by itself.
    let _ = world.disconnect(&session, 428);
}
