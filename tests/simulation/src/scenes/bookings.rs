//! Customers who tell of themselves and ask for appointments in the chat. Nothing is booked until the business says so.

use super::people::{customer, minutes_pass, write};
use super::{ANA, BIA, Scene, SceneBusiness, play};
use serde_json::{Map, Value, json};
use std::time::Duration;
use world::Inbound;

/// A Wednesday.
const BEGIN: &str = "2026-11-25T12:00:00Z";
const OWNER: &str = "5511990000001";
/// Writes for the first time.
const MAX: &str = "5511987654323";
const PARTNER: &str = "5511990000777";

/// A business with a diary and two owners, whose customers the assistant answers. Ana is a customer of whom nothing is
/// missing, Bia is known by her phone alone, and both have written.
pub(super) async fn open(scene: &Scene) -> SceneBusiness {
    open_for(scene, "pt-BR").await
}

pub(super) async fn open_for(scene: &Scene, locale: &str) -> SceneBusiness {
    let sender =
        json!({"gateway": "whapi", "address": "CHANNEL-1", "credentials": {"token": "t1", "webhook_secret": "s"}});
    let business = scene.open_with_locale(1, locale, "America/Sao_Paulo", sender).await;
    scene.register(&business, ANA, "--03-01", json!([])).await;
    for phone in [ANA, BIA] {
        write(scene, &business, phone, "oi");
    }
    minutes_pass(12).await;
    let span = json!([{"opens": "09:00", "closes": "18:00"}]);
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    let hours: Map<String, Value> = days.iter().map(|day| ((*day).to_owned(), span.clone())).collect();
    let settings = json!({
        "instructions": "Pet shop: cães e gatos.",
        "services": [{"name": "Banho", "minutes": 60, "price": 70}, {"name": "Consulta", "minutes": 30, "price": 120}],
    });
    let owners = json!([{"name": "Rui", "phone": OWNER}, {"name": "Eva", "phone": PARTNER}]);
    let change = json!({"opening_hours": hours, "slot_minutes": 30, "settings": settings, "owners": owners});
    let path = format!("/api/businesses/{}", business.id);
    scene.call("PATCH", &path, scene.stage.client.operator(), Some(change)).await;
    for name in ["low-occupancy", "opportunities", "birthdays", "inactive-customers"] {
        scene.automation(&business, name, json!({"enabled": false})).await;
    }
    business
}

/// Writes and waits for what follows; the new texts of the business to the phone.
pub(super) async fn after(scene: &Scene, business: &SceneBusiness, phone: &str, text: &str) -> Vec<String> {
    let before = scene.got(business, phone).len();
    write(scene, business, phone, text);
    tokio::time::sleep(Duration::from_secs(45)).await;
    let texts: Vec<_> = scene.got(business, phone).split_off(before).into_iter().map(|(_, text)| text).collect();
    texts.iter().for_each(|answer| eprintln!("{text} > {answer}"));
    texts
}

fn texts(scene: &Scene, business: &SceneBusiness, phone: &str) -> Vec<String> {
    scene.got(business, phone).into_iter().map(|(_, text)| text).collect()
}

/// The appointments of a day.
pub(super) async fn diary(scene: &Scene, business: &SceneBusiness, date: &str) -> Vec<Value> {
    let told = scene.call("GET", &format!("/api/appointments?date={date}"), &business.key, None).await;
    told["appointments"].as_array().unwrap().clone()
}

async fn version(scene: &Scene, business: &SceneBusiness, phone: &str) -> u64 {
    let told = customer(scene, business, phone).await;
    let (business, id) = (business.id.parse().unwrap(), told["customer_id"].as_str().unwrap().parse().unwrap());
    scene.stage.store.customer(business, id).await.unwrap().unwrap().version
}

#[test]
fn what_a_customer_tells_of_themselves_is_learned_by_the_one_write_at_the_end() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let before = version(scene, &business, BIA).await;
        after(scene, &business, BIA, "oi, me chamo bia lima").await;
        // By the name that nobody but the chat knows yet.
        let greeted = after(scene, &business, BIA, "bom dia").await;
        assert!(greeted[0].contains("Bia"), "{greeted:?}");
        after(scene, &business, BIA, "moro em Santos, meu email é bia@exemplo.com.br").await;
        after(scene, &business, BIA, "nasci em 12/03/1990").await;
        let known = customer(scene, &business, BIA).await;
        assert_eq!(
            (&known["name"], &known["city"], version(scene, &business, BIA).await),
            (&Value::Null, &Value::Null, before)
        );
        minutes_pass(12).await;
        let bia = customer(scene, &business, BIA).await;
        let learned = ["name", "city", "email", "birthday"].map(|field| bia[field].clone());
        assert_eq!(learned, [json!("Bia Lima"), json!("Santos"), json!("bia@exemplo.com.br"), json!("1990-03-12")]);
        assert_eq!((&bia["marketing_consent"], version(scene, &business, BIA).await), (&Value::Null, before + 1));
        // What is known stays.
        after(scene, &business, ANA, "me chamo Carla e moro em Lima").await;
        minutes_pass(12).await;
        let ana = customer(scene, &business, ANA).await;
        assert_eq!((&ana["name"], &ana["city"]), (&json!("Ana"), &json!("Santos")));
    });
}

#[test]
fn a_customer_of_another_language_is_answered_and_remembered_in_it() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let told = after(scene, &business, BIA, "Hello! I'd like to book a Banho tomorrow at 10:00").await;
        assert!(told[0].contains("not booked yet"), "{told:?}");
        minutes_pass(12).await;
        assert_eq!(customer(scene, &business, BIA).await["locale"], "en");
        // Of two languages in one conversation the last one counts.
        after(scene, &business, MAX, "Hello! What are your prices?").await;
        let told = after(scene, &business, MAX, "quero marcar um banho amanhã às 15h").await;
        assert!(told[0].contains("Ainda não está reservado"), "{told:?}");
        minutes_pass(12).await;
        assert_eq!(customer(scene, &business, MAX).await["locale"], "pt-BR");
    });
}

/// The rules read it as nothing about marketing, and the assistant does.
#[test]
fn who_wants_no_promotions_is_taken_off_by_the_assistant_too() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        // A letter, of which the rules read the first lines alone.
        let text = format!("{}\nmas não mandem mais promoções", "O Rex adora o banho de vocês. ".repeat(15));
        let text = text.as_str();
        assert_eq!(domain::wish(text), None);
        let told = after(scene, &business, ANA, text).await;
        assert!(told.len() == 1 && told[0].contains("promoções"), "{told:?}");
        assert_eq!(customer(scene, &business, ANA).await["marketing_consent"], false);
        assert_eq!(texts(scene, &business, OWNER), [] as [&str; 0]);
    });
}

/// Asked for, passed on, confirmed, and only then told as booked. Both owners may answer, late and twice.
#[test]
fn an_appointment_is_asked_for_and_booked_by_an_owners_yes() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let told = after(scene, &business, ANA, "quero marcar um banho amanhã às 9h").await;
        assert!(told.len() == 1 && told[0].contains("Ainda não está reservado"), "{told:?}");
        let asked = diary(scene, &business, "2026-11-26").await;
        assert_eq!((asked.len(), &asked[0]["status"], &asked[0]["request"]), (1, &json!("pending"), &json!("waiting")));
        assert_eq!((&asked[0]["service"], &asked[0]["price"]), (&json!("Banho"), &json!(70.0)));
        minutes_pass(1).await;
        for owner in [OWNER, PARTNER] {
            let notice = texts(scene, &business, owner);
            assert!(notice.len() == 1 && notice[0].contains("*1*") && notice[0].contains("*2*"), "{notice:?}");
        }
        // Asked again, nothing more is made, and nobody is asked again.
        let again = after(scene, &business, ANA, "então, o banho amanhã às 9h, tá?").await;
        assert_eq!(again.len(), 1, "{again:?}");
        assert_eq!(diary(scene, &business, "2026-11-26").await.len(), 1);
        assert_eq!(texts(scene, &business, OWNER).len(), 1);
        let before = texts(scene, &business, ANA).len();
        let decided = after(scene, &business, OWNER, "1").await;
        assert!(decided.len() == 1 && decided[0].contains("está confirmado"), "{decided:?}");
        minutes_pass(1).await;
        let booked = texts(scene, &business, ANA).split_off(before);
        assert!(booked.len() == 1 && booked[0].contains("está reservado"), "{booked:?}");
        // Late, twice, and by the other one: harmless.
        after(scene, &business, OWNER, "1").await;
        let late = after(scene, &business, PARTNER, "2").await;
        assert!(late[0].contains("já está confirmado"), "{late:?}");
        let reply = Inbound {
            sender: business.address.clone(),
            phone: PARTNER.to_owned(),
            text: "sim".to_owned(),
            reply_to: Some(notice(scene, &business, PARTNER)),
            ..Inbound::default()
        };
        scene.stage.run.cloud().world.inbound(&reply).unwrap();
        minutes_pass(2).await;
        assert_eq!(diary(scene, &business, "2026-11-26").await[0]["request"], "confirmed");
        assert_eq!(texts(scene, &business, ANA).len(), before + 1);
    });
}

/// The first bubble of the business on a phone.
fn notice(scene: &Scene, business: &SceneBusiness, phone: &str) -> String {
    let chat = scene.stage.run.cloud().world.chat(&business.address, phone, false).unwrap();
    chat.bubbles.into_iter().find(|bubble| bubble.from == world::Author::Business).unwrap().id
}

/// Two customers ask. Each answer is about the request that it names, quotes or follows.
#[test]
fn an_answer_is_about_its_request_alone() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        after(scene, &business, ANA, "quero marcar um banho amanhã às 9h").await;
        after(scene, &business, BIA, "quero marcar uma consulta amanhã às 15h").await;
        minutes_pass(1).await;
        assert!(texts(scene, &business, OWNER)[1].contains("*3*"));
        // The number of the first, after the second was told.
        after(scene, &business, OWNER, "2").await;
        minutes_pass(1).await;
        let requests = async || {
            let all = diary(scene, &business, "2026-11-26").await;
            all.iter().map(|it| it["request"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(requests().await, "declined waiting");
        assert!(texts(scene, &business, ANA).last().unwrap().contains("Qual outro dia"));
        // A bare yes is about the one that was told last, which is the decision: nothing more is decided.
        let bare = after(scene, &business, OWNER, "sim").await;
        assert_eq!((requests().await.as_str(), bare.len()), ("declined waiting", 0));
        // To her it is the last thing that was said.
        after(scene, &business, PARTNER, "pode confirmar").await;
        after(scene, &business, PARTNER, "sim").await;
        assert_eq!(requests().await, "declined confirmed");
    });
}

#[test]
fn a_time_that_is_taken_or_unreal_is_told_so_with_others_that_are_free() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let taken = json!({"phone": BIA, "service": "Banho", "start": "2026-11-26T09:00", "minutes": 60});
        // Between the free times that the assistant read and its answer.
        scene
            .stage
            .run
            .cloud()
            .world
            .set_model_fault(world::ModelRule::times(world::ModelFault::Slow { milliseconds: 9_000 }, 1));
        write(scene, &business, ANA, "quero marcar um banho amanhã às 9h");
        tokio::time::sleep(Duration::from_secs(8)).await;
        scene.call("POST", "/api/appointments", &business.key, Some(taken)).await;
        minutes_pass(1).await;
        let told = texts(scene, &business, ANA).pop().unwrap();
        assert!(told.contains("não está livre") && told.contains("10h"), "{told}");
        // One of those is taken up.
        let next = after(scene, &business, ANA, "às 10h").await;
        assert!(next[0].contains("Ainda não está reservado"), "{next:?}");
        let all = diary(scene, &business, "2026-11-26").await;
        assert_eq!((all.len(), &all[1]["request"]), (2, &json!("waiting")));
    });
}

/// Whoever confirms it, the customer is told once; and nobody is reminded of what is not booked.
#[test]
fn a_request_is_decided_by_the_api_too_and_reminded_of_once_it_is_booked() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        for (phone, text) in [(ANA, "quero marcar um banho sexta às 9h"), (BIA, "quero marcar um banho sexta às 11h")]
        {
            after(scene, &business, phone, text).await;
        }
        let before = [ANA, BIA].map(|phone| texts(scene, &business, phone).len());
        let all = diary(scene, &business, "2026-11-27").await;
        let path = |nth: usize| format!("/api/appointments/{}", all[nth]["appointment_id"].as_str().unwrap());
        for change in [json!({"status": "confirmed"}), json!({"status": "confirmed"}), json!({"price": 80})] {
            scene.call("PATCH", &path(0), &business.key, Some(change)).await;
            minutes_pass(1).await;
        }
        let told = texts(scene, &business, ANA).split_off(before[0]);
        assert!(told.len() == 1 && told[0].contains("está reservado"), "{told:?}");
        // The day before: Ana is reminded. Bia has heard that hers is not confirmed, and is reminded of nothing.
        scene.until("2026-11-26T13:00:00Z").await;
        let counts = [ANA, BIA].map(|phone| texts(scene, &business, phone).len());
        assert_eq!(counts, [before[0] + 2, before[1] + 1]);
        scene.call("PATCH", &path(1), &business.key, Some(json!({"status": "cancelled"}))).await;
        minutes_pass(2).await;
        let told = texts(scene, &business, BIA).split_off(before[1] + 1);
        assert!(told.len() == 1 && told[0].contains("Qual outro dia"), "{told:?}");
    });
}

/// The process dies after each of its steps in turn: one appointment, one notice to each owner, one answer.
#[test]
fn a_crash_at_any_moment_makes_one_request() {
    for polls in (0..40).step_by(2) {
        play(BEGIN, async |scene| {
            let business = open(scene).await;
            let before = texts(scene, &business, ANA).len();
            scene.stage.run.faults.crash("ConverseFunction", [polls]);
            write(scene, &business, ANA, "quero marcar um banho sexta às 9h");
            minutes_pass(30).await;
            assert_eq!(diary(scene, &business, "2026-11-27").await.len(), 1, "after {polls} polls");
            let told = [ANA, OWNER, PARTNER].map(|phone| texts(scene, &business, phone).len());
            assert_eq!(told, [before + 1, 1, 1], "after {polls} polls");
        });
    }
}

/// More than the diary can bear.
#[test]
fn a_fourth_request_that_waits_is_left_to_a_person() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        for hour in [9, 11, 14, 16] {
            after(scene, &business, ANA, &format!("quero marcar um banho sexta às {hour}h")).await;
        }
        assert_eq!(diary(scene, &business, "2026-11-27").await.len(), 3);
        minutes_pass(1).await;
        let told = texts(scene, &business, OWNER);
        assert!(told.len() == 4 && told[3].contains("espera que alguém da equipe responda"), "{told:?}");
    });
}

/// After two hours of the day the owners are asked once more and the customer hears that nothing is confirmed. An hour before
/// its start the request is over: the time is free, and all hear of it once.
#[test]
fn a_request_that_nobody_answers_is_asked_about_again_and_then_expires() {
    for polls in [None, Some(0), Some(4), Some(8), Some(12), Some(16), Some(20)] {
        play(BEGIN, async |scene| {
            let business = open(scene).await;
            after(scene, &business, ANA, "quero marcar um banho sexta às 9h").await;
            let count = |phone| texts(scene, &business, phone).len();
            let before = [ANA, OWNER, PARTNER].map(count);
            let all = |more: usize| before.map(|count| count + more);
            scene.until("2026-11-25T14:10:00Z").await;
            assert_eq!([ANA, OWNER, PARTNER].map(count), before);
            polls.into_iter().for_each(|polls| scene.stage.run.faults.crash("ConverseFunction", [polls]));
            scene.until("2026-11-25T15:30:00Z").await;
            assert_eq!([ANA, OWNER, PARTNER].map(count), all(1), "{polls:?}");
            let told = [ANA, OWNER].map(|phone| texts(scene, &business, phone).pop().unwrap());
            assert!(told[0].contains("ainda não confirmou seu pedido"), "{told:?}");
            assert!(told[1].contains("ainda espera uma resposta") && told[1].contains("*1*"), "{told:?}");
            scene.until("2026-11-27T10:50:00Z").await;
            assert_eq!([ANA, OWNER, PARTNER].map(count), all(1));
            assert_eq!(diary(scene, &business, "2026-11-27").await[0]["request"], "waiting");
            polls.into_iter().for_each(|polls| scene.stage.run.faults.crash("ConverseFunction", [polls]));
            scene.until("2026-11-27T11:50:00Z").await;
            let one = &diary(scene, &business, "2026-11-27").await[0];
            assert_eq!((&one["status"], &one["request"]), (&json!("cancelled"), &json!("expired")));
            assert_eq!([ANA, OWNER, PARTNER].map(count), all(2), "{polls:?}");
            let told = [ANA, OWNER].map(|phone| texts(scene, &business, phone).pop().unwrap());
            assert!(told[0].contains("não conseguiu confirmar seu pedido a tempo"), "{told:?}");
            assert!(told[1].contains("ninguém respondeu a tempo"), "{told:?}");
            let slots = scene.call("GET", "/api/appointments/slots?date=2026-11-27", &business.key, None).await;
            assert!(slots.to_string().contains("2026-11-27T12:00:00Z"), "{slots}");
            // Too late for a yes.
            let late = after(scene, &business, OWNER, "1").await;
            assert!(late.len() == 1 && late[0].contains("ninguém respondeu a tempo"), "{late:?}");
            assert_eq!(count(ANA), before[0] + 2);
        });
    }
}

/// Nobody is asked again about what is decided.
#[test]
fn a_request_that_is_answered_is_not_asked_about_again() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        after(scene, &business, ANA, "quero marcar um banho sexta às 9h").await;
        minutes_pass(60).await;
        after(scene, &business, OWNER, "1").await;
        minutes_pass(1).await;
        let before = [ANA, OWNER, PARTNER].map(|phone| texts(scene, &business, phone).len());
        scene.until("2026-11-26T11:00:00Z").await;
        assert_eq!([ANA, OWNER, PARTNER].map(|phone| texts(scene, &business, phone).len()), before);
        assert_eq!(diary(scene, &business, "2026-11-27").await[0]["request"], "confirmed");
    });
}

/// A move or a cancellation by the business is told once to a customer who knows of the appointment, unless the caller wants
/// it otherwise. The answer to it is understood.
#[test]
fn a_customer_who_knows_of_an_appointment_hears_of_its_change() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        after(scene, &business, ANA, "quero marcar um banho sexta às 9h").await;
        let visit = json!({"appointment_id": "bia-1", "phone": BIA, "service": "Banho", "start": "2026-11-27T14:00"});
        scene.call("POST", "/api/appointments", &business.key, Some(visit)).await;
        let id = diary(scene, &business, "2026-11-27").await[0]["appointment_id"].as_str().unwrap().to_owned();
        let change = async |id: &str, change: Value| {
            scene.call("PATCH", &format!("/api/appointments/{id}"), &business.key, Some(change)).await;
            minutes_pass(2).await;
        };
        change(&id, json!({"status": "confirmed"})).await;
        let mut seen = texts(scene, &business, ANA).len();
        let mut news = |phone: &str| {
            let all = texts(scene, &business, phone);
            let new = all[seen.min(all.len())..].to_vec();
            seen = all.len();
            new
        };
        // Moved: told once with a question, however often the call comes.
        for _ in 0..2 {
            change(&id, json!({"start": "2026-11-27T10:00"})).await;
        }
        let told = news(ANA);
        assert!(told.len() == 1 && told[0].contains("seu horário mudou") && told[0].contains("10h"), "{told:?}");
        let answer = after(scene, &business, ANA, "sim, confirmo").await;
        let one = &diary(scene, &business, "2026-11-27").await[0];
        assert_eq!((&one["status"], &one["local_start"]), (&json!("confirmed"), &json!("2026-11-27T10:00:00")));
        assert_eq!(answer.len(), 1, "{answer:?}");
        news(ANA);
        // In silence, and then aloud.
        change(&id, json!({"start": "2026-11-27T11:00", "tell_customer": false})).await;
        assert_eq!(news(ANA), [""; 0]);
        change(&id, json!({"status": "cancelled"})).await;
        change(&id, json!({"status": "cancelled"})).await;
        let told = news(ANA);
        assert!(told.len() == 1 && told[0].contains("precisa cancelar seu horário"), "{told:?}");
        change(&id, json!({"start": "2026-11-27T11:00"})).await;
        let told = news(ANA);
        assert!(told.len() == 1 && told[0].contains("11h"), "{told:?}");
        // Nobody has told Bia of hers. Once she is reminded, she is told.
        let bia = texts(scene, &business, BIA).len();
        change("bia-1", json!({"start": "2026-11-27T15:00"})).await;
        assert_eq!(texts(scene, &business, BIA).len(), bia);
        scene.until("2026-11-26T19:00:00Z").await;
        assert_eq!(texts(scene, &business, BIA).len(), bia + 1, "she is reminded");
        change("bia-1", json!({"status": "cancelled"})).await;
        let told = texts(scene, &business, BIA).split_off(bia + 1);
        assert!(told.len() == 1 && told[0].contains("precisa cancelar"), "{told:?}");
    });
}

/// Where no assistant answers, what the customer writes after a cancellation goes to the owners.
#[test]
fn words_after_a_cancellation_reach_the_owners() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let path = format!("/api/businesses/{}", business.id);
        let off = json!({"settings": {"instructions": ""}});
        scene.call("PATCH", &path, &business.key, Some(off)).await;
        let visit = json!({"appointment_id": "ana-1", "phone": ANA, "service": "Banho", "start": "2026-11-27T10:00"});
        scene.call("POST", "/api/appointments", &business.key, Some(visit)).await;
        scene.until("2026-11-26T14:00:00Z").await;
        let (ana, owner) = (texts(scene, &business, ANA).len(), texts(scene, &business, OWNER).len());
        let cancelled = json!({"status": "cancelled"});
        scene.call("PATCH", "/api/appointments/ana-1", &business.key, Some(cancelled)).await;
        minutes_pass(2).await;
        assert_eq!(texts(scene, &business, ANA).len(), ana + 1);
        after(scene, &business, ANA, "pode ser sábado de manhã?").await;
        minutes_pass(1).await;
        let told = texts(scene, &business, OWNER).split_off(owner);
        assert!(told.len() == 1 && told[0].contains("pode ser sábado de manhã?"), "{told:?}");
    });
}
