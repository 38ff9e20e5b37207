//! People and callers, doing what the script says.

use crate::businesses::SimulatedBusiness;
use crate::client::{Answer, Client};
use crate::faults::Fault;
use crate::history::{Asked, POISON, Wish, Written};
use crate::run::Run;
use crate::script::{Act, What};
use aws::queues::NewMessage;
use futures::future::join_all;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use world::{ByHand, FaultKind, FaultRule, Inbound};

/// Waits for its time and does it.
pub async fn act(run: Arc<Run>, client: Client, act: Act) {
    let wait = (act.at - run.now()).to_std().unwrap_or_default();
    tokio::time::sleep(wait).await;
    let Some(business) = run.businesses().get(act.business).cloned() else { return };
    match act.what {
        What::Register { phone, complete, birthday, locale, pet, copies } => {
            let mut given = given(&phone, complete, &birthday, pet.as_deref());
            if let Some(locale) = locale {
                given["locale"] = json!(locale);
            }
            register(&run, &client, &business, &phone, complete, &given, copies).await;
        }
        What::MoveBirthday { phone, birthday } => {
            let path = format!("/api/customers/{phone}");
            client.call("PATCH", &path, &business.key, Some(&json!({"birthday": birthday}))).await;
        }
        What::Run { path } => drop(client.call("POST", path, &business.key, None).await),
        What::Load { phone, points, load_id, copies } => {
            load(&run, &client, &business, &phone, points, &load_id, copies).await;
        }
        What::Send { phones, text, marketing, copies } => {
            let sends = phones.iter().map(|phone| send(&run, &client, &business, phone, &text, marketing, copies));
            join_all(sends).await;
        }
        What::Write { phone, text } => write(&run, &business, &phone, text),
        What::Speak { phone, text } => {
            let (sender, text) = (business.address.clone(), text.to_owned());
            let spoken = Inbound { sender, phone, text, kind: Some("audio".to_owned()), ..Inbound::default() };
            written(&run, &business, &spoken);
        }
        What::ByHand { phone, text } => {
            let own = ByHand { sender: business.address.clone(), phone, text: text.to_owned() };
            run.note(format_args!("{} writes {text} to {} by hand", business.id, own.phone));
            run.cloud().world.by_hand(&own).ok();
        }
        What::Handover { phone, does, copies } => {
            call(&client, &business, &format!("/api/conversations/{phone}/{does}"), &json!({}), copies).await;
        }
        What::Erase { phone, told } => {
            if let Some(text) = told {
                send(&run, &client, &business, &phone, &text, false, 1).await;
                run.pause(200, 3_000).await;
            }
            erase(&run, &client, &business, &phone).await;
        }
        What::Tend => tend(&run, &client, &business).await,
        What::Outage(fault) => outage(&run, &business, fault).await,
        What::Consent { phone, yes } => {
            let path = format!("/api/customers/{phone}");
            client.call("PATCH", &path, &business.key, Some(&json!({"marketing_consent": yes}))).await;
            let now = run.now();
            run.history().consents.push((business.id.clone(), phone, now));
        }
        What::Trespass { phone } => trespass(&run, &client, &business, act.business, &phone).await,
        What::Book { phone, appointment, start, copies } => {
            book(&run, &client, &business, &phone, &appointment, &start, copies).await;
        }
        What::Rebook { appointment, start, status } => {
            let change = start.map_or_else(|| json!({"status": status}), |start| json!({"start": start}));
            let path = format!("/api/appointments/{appointment}");
            client.call("PATCH", &path, &business.key, Some(&change)).await;
        }
        What::Buy { phone, invoice, version, at, total, copies } => {
            let product = ["Banho", "Coleira"].get(usize::from(total > 50)).copied().unwrap_or_default();
            let lines = if total == 0 { json!([]) } else { json!([{"product": product, "amount": total}]) };
            let body = json!({"invoice_id": invoice, "phone": phone, "version": version, "at": at, "total": total,
                              "lines": lines});
            for answer in call(&client, &business, "/api/purchases", &body, copies).await {
                let customer = answer.body["customer_id"].as_str().unwrap_or_default().to_owned();
                asked(&run, &business, &answer, Wish::Buy { customer, invoice: invoice.clone(), version });
            }
        }
        What::Campaign { campaign, does, copies } => {
            campaign_moves(&run, &client, &business, &campaign, does, copies).await;
        }
        What::Tap { phone, place } => tap(&run, &business, &phone, place),
        What::Poison { nth } => poison(&run, nth),
    }
}

fn asked(run: &Run, business: &SimulatedBusiness, answer: &Answer, what: Wish) {
    let Answer { status, since, tries, .. } = *answer;
    let asked = Asked { since, at: run.now(), business: business.id.clone(), what, status, tries };
    run.history().asked.push(asked);
}

/// The same call so many times at once.
async fn call(client: &Client, business: &SimulatedBusiness, path: &str, body: &Value, copies: usize) -> Vec<Answer> {
    join_all((0..copies).map(|_| client.call("POST", path, &business.key, Some(body)))).await
}

/// The fields that a caller gives of a new customer.
fn given(phone: &str, complete: bool, birthday: &str, pet: Option<&str>) -> Value {
    let mut body = json!({"phone": phone, "name": "Ana"});
    if complete {
        let rest = json!({"email": "ana@example.com", "birthday": birthday, "gender": "female", "city": "Santos",
                          "marketing_consent": true});
        body.as_object_mut().into_iter().for_each(|body| body.extend(rest.as_object().cloned().unwrap_or_default()));
    }
    if let Some(birthday) = pet {
        body["pets"] = json!([{"name": "Rex", "birthday": birthday}]);
    }
    body
}

async fn register(
    run: &Run,
    client: &Client,
    business: &SimulatedBusiness,
    phone: &str,
    complete: bool,
    body: &Value,
    copies: usize,
) {
    for answer in call(client, business, "/api/customers", body, copies).await {
        let customer = answer.body["customer_id"].as_str().unwrap_or_default().to_owned();
        // A customer who was known before may have been asked or not; only a new record must be.
        let lacks = !complete && answer.status == 201;
        asked(run, business, &answer, Wish::Register { customer, phone: phone.to_owned(), lacks });
    }
}

async fn load(
    run: &Run,
    client: &Client,
    business: &SimulatedBusiness,
    phone: &str,
    points: i64,
    load_id: &str,
    copies: usize,
) {
    let who = client.call("GET", &format!("/api/customers/{phone}"), &business.key, None).await;
    let Some(customer) = who.body["customer_id"].as_str() else { return };
    let body = json!({"customer_id": customer, "points": points, "reason": "shopping", "load_id": load_id});
    for answer in call(client, business, "/api/points/load", &body, copies).await {
        let (customer, load_id) = (customer.to_owned(), load_id.to_owned());
        asked(run, business, &answer, Wish::Load { customer, load_id, points });
    }
}

async fn book(
    run: &Run,
    client: &Client,
    business: &SimulatedBusiness,
    phone: &str,
    appointment: &str,
    start: &str,
    copies: usize,
) {
    let body = json!({"appointment_id": appointment, "phone": phone, "service": "cut", "start": start});
    for answer in call(client, business, "/api/appointments", &body, copies).await {
        let customer = answer.body["customer_id"].as_str().unwrap_or_default().to_owned();
        asked(run, business, &answer, Wish::Book { customer, appointment: appointment.to_owned() });
    }
}

/// A move that the campaign's status does not allow is a conflict.
async fn campaign_moves(
    run: &Run,
    client: &Client,
    business: &SimulatedBusiness,
    campaign: &str,
    does: &str,
    copies: usize,
) {
    let (path, body) = match does {
        "make" => {
            let template = json!({"name": "offer", "variables": {"name": "{{name}}", "nth": campaign}});
            let held_out = if campaign.ends_with("-1") { 30 } else { 0 };
            let body = json!({"campaign_id": campaign, "name": "Offer", "audience": {"segment": "all"},
                              "message": format!("{{{{name}}}}: {campaign}"), "template": template,
                              "holdout": held_out});
            ("/api/campaigns".to_owned(), body)
        }
        does => (format!("/api/campaigns/{campaign}/{does}"), json!({})),
    };
    for answer in call(client, business, &path, &body, copies).await {
        run.note(format_args!("campaign {campaign} of {}: {does} answers {}", business.id, answer.status));
        let (now, status) = (run.now(), answer.body["status"].as_str().unwrap_or_default());
        if status == "cancelled" && answer.is_done() {
            run.history().cancelled.push((business.id.clone(), campaign.to_owned(), now));
        }
        // A table may be out of order for longer than a caller tries.
        if (400..500).contains(&answer.status) && !matches!(answer.status, 404 | 409) {
            let refusal = format!("{does} of campaign {campaign}: {} {}", answer.status, answer.body);
            run.history().refused_campaigns.push(refusal);
        }
    }
}

async fn send(
    run: &Run,
    client: &Client,
    business: &SimulatedBusiness,
    phone: &str,
    text: &str,
    marketing: bool,
    copies: usize,
) {
    let name = format!("{}-{phone}", text.replace(' ', "-"));
    let body = json!({
        "phone": phone, "text": text, "kind": if marketing { "marketing" } else { "transactional" },
        "template": {"name": "offer", "variables": {"name": "Ana", "nth": text}}, "message_id": name,
    });
    for answer in call(client, business, "/api/messages", &body, copies).await {
        let message = answer.body["message_id"].as_str().unwrap_or_default().to_owned();
        asked(run, business, &answer, Wish::Send { message });
    }
}

fn write(run: &Run, business: &SimulatedBusiness, phone: &str, text: &str) {
    let message = Inbound {
        sender: business.address.clone(),
        phone: phone.to_owned(),
        text: text.to_owned(),
        ..Inbound::default()
    };
    written(run, business, &message);
}

/// A tap on a button of the newest message that has some.
fn tap(run: &Run, business: &SimulatedBusiness, phone: &str, place: usize) {
    let chat = run.cloud().world.chat(&business.address, phone, false);
    let asked = chat.and_then(|chat| chat.bubbles.into_iter().rfind(|bubble| !bubble.buttons.is_empty()));
    let Some((asked, button)) = asked.and_then(|it| Some((it.id, it.buttons.get(place)?.clone()))) else { return };
    let reply = Inbound {
        sender: business.address.clone(),
        phone: phone.to_owned(),
        text: button.title,
        kind: Some("reply".to_owned()),
        reply_to: Some(asked),
        payload: Some(button.id),
        ..Inbound::default()
    };
    written(run, business, &reply);
}

fn written(run: &Run, business: &SimulatedBusiness, message: &Inbound) {
    if let Ok(id) = run.cloud().world.inbound(message) {
        let Inbound { phone, text, .. } = message.clone();
        let spoken = message.kind.as_deref() == Some("audio");
        run.note(format_args!("{phone} writes {text} to {}", business.id));
        let business = business.id.clone();
        run.history().written.push(Written { at: run.now(), business, phone, text, spoken, id, arrived: None });
    }
}

async fn erase(run: &Run, client: &Client, business: &SimulatedBusiness, phone: &str) {
    let who = client.call("GET", &format!("/api/customers/{phone}"), &business.key, None).await;
    let Some(customer) = who.body["customer_id"].as_str().map(str::to_owned) else { return };
    let answer = client.call("DELETE", &format!("/api/customers/{customer}"), &business.key, None).await;
    asked(run, business, &answer, Wish::Erase { customer });
}

/// The runbook's steps for failures; a sender is mended by the operator.
async fn tend(run: &Run, client: &Client, business: &SimulatedBusiness) {
    let body = json!({"senders": [{"sender_id": business.sender_id}]});
    let answer =
        client.call("PATCH", &format!("/api/businesses/{}", business.id), client.operator(), Some(&body)).await;
    asked(run, business, &answer, Wish::Mend);
    let failed = client.call("GET", "/api/messages?status=failed&limit=5", &business.key, None).await;
    for message in failed.body["messages"].as_array().into_iter().flatten().take(2) {
        let id = message["message_id"].as_str().unwrap_or_default();
        run.note(format_args!("a human sends {id} again"));
        let answer = client.call("POST", &format!("/api/messages/{id}/retry"), &business.key, None).await;
        asked(run, business, &answer, Wish::Retry { message: id.to_owned() });
    }
}

async fn outage(run: &Run, business: &SimulatedBusiness, fault: Fault) {
    let Some(drawn) = run.faults.draw_below(fault, 45) else { return };
    let minutes = match fault {
        Fault::GatewayDisconnects if drawn < 5 => 26 * 60,
        Fault::GatewayDisconnects => 30 + drawn,
        _ => 1 + drawn,
    };
    let lasts = Duration::from_secs(60 * minutes);
    run.note(format_args!("{fault} of {} for {} s", business.id, lasts.as_secs()));
    let world = &run.cloud().world;
    let rule = (fault == Fault::GatewayDisconnects).then(|| {
        let disconnected = FaultRule::always(FaultKind::Disconnected);
        world.set_fault(FaultRule { sender: Some(business.address.clone()), ..disconnected })
    });
    run.faults.set(fault, true);
    tokio::time::sleep(lasts).await;
    run.faults.set(fault, false);
    rule.map(|rule| world.clear_fault(Some(rule)));
    run.note(format_args!("{fault} of {} is over", business.id));
}

/// A caller tries the key of one business on the customers of another.
async fn trespass(run: &Run, client: &Client, business: &SimulatedBusiness, place: usize, phone: &str) {
    let businesses = run.businesses();
    let Some(other) = businesses.get((place + 1) % businesses.len()).filter(|other| other.id != business.id) else {
        return;
    };
    let who = client.call("GET", &format!("/api/customers/{phone}"), &business.key, None).await;
    let Some(customer) = who.body["customer_id"].as_str() else { return };
    let load = json!({"customer_id": customer, "points": 1, "load_id": "theirs"});
    let visit = json!({"customer_id": customer, "service": "cut", "start": "2030-01-01T09:00", "overbook": true});
    let bought = json!({"customer_id": customer, "invoice_id": "theirs", "at": "2026-01-01T00:00:00Z", "total": 1,
                        "lines": []});
    let at_their = format!("/api/customers/{customer}?business_id={}", business.id);
    let tries = [
        ("GET", format!("/api/customers/{customer}"), None),
        ("GET", at_their, None),
        ("PATCH", format!("/api/customers/{customer}"), Some(json!({"name": "Eva"}))),
        ("DELETE", format!("/api/customers/{customer}"), None),
        ("GET", format!("/api/customers/{customer}/export"), None),
        ("POST", "/api/points/load".to_owned(), Some(load)),
        ("GET", format!("/api/customers/{customer}/purchases"), None),
        ("POST", "/api/purchases".to_owned(), Some(bought)),
        ("GET", format!("/api/appointments?customer={customer}"), None),
        ("POST", "/api/appointments".to_owned(), Some(visit)),
        ("GET", format!("/api/messages/missing-fields/{customer}"), None),
        ("POST", format!("/api/messages/missing-fields/{customer}/retry"), None),
        ("GET", format!("/api/conversations/{customer}"), None),
        ("POST", format!("/api/conversations/{customer}/takeover"), None),
        ("POST", format!("/api/conversations/{customer}/release"), None),
    ];
    for (method, path, body) in tries {
        let answer = client.call(method, &path, &other.key, body.as_ref()).await;
        if answer.is_done() {
            run.history().trespasses.push(format!("{method} {path} by {}: {}", other.id, answer.status));
        }
    }
}

fn poison(run: &Run, nth: usize) {
    let cloud = run.cloud();
    if let Some(queue) = cloud.read.get(nth % cloud.read.len().max(1))
        && cloud.queues.send(queue, NewMessage::text(POISON)).is_ok()
    {
        run.note(format_args!("poison in {queue}"));
        let now = run.now();
        run.history().poison.push(now);
    }
}
