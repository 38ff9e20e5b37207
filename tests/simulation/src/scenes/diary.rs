//! The diary: appointments that are made, moved and cancelled, and the days on which clocks change.

use super::people::{customer, minutes_pass};
use super::{ANA, BIA, Scene, SceneBusiness, play};
use serde_json::{Value, json};

/// A business that is open every day from `opens` to `closes`, in slots of an hour; Ana and Bia are its customers.
async fn open(scene: &Scene, zone: &str, opens: &str, closes: &str) -> SceneBusiness {
    let business = scene.open(1, zone).await;
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let hours: serde_json::Map<_, _> =
        days.iter().map(|day| ((*day).to_owned(), json!([{"opens": opens, "closes": closes}]))).collect();
    let path = format!("/api/businesses/{}", business.id);
    scene.call("PATCH", &path, &business.key, Some(json!({"opening_hours": hours, "slot_minutes": 60}))).await;
    for phone in [ANA, BIA] {
        scene.register(&business, phone, "--03-01", json!([])).await;
    }
    business
}

/// The status and the body of a call.
async fn ask(scene: &Scene, business: &SceneBusiness, method: &str, path: &str, body: Value) -> (u16, Value) {
    let answer = scene.stage.client.call(method, &format!("/api/appointments{path}"), &business.key, Some(&body)).await;
    (answer.status, answer.body)
}

async fn make(scene: &Scene, business: &SceneBusiness, id: &str, phone: &str, start: &str) -> u16 {
    let body = json!({"appointment_id": id, "phone": phone, "service": "Baño", "start": start, "price": "35.50"});
    ask(scene, business, "POST", "", body).await.0
}

async fn change(scene: &Scene, business: &SceneBusiness, id: &str, change: Value) -> (u16, Value) {
    ask(scene, business, "PATCH", &format!("/{id}"), change).await
}

/// The appointments of a day, as local hour, id and status.
async fn day(scene: &Scene, business: &SceneBusiness, date: &str) -> Vec<String> {
    let told = scene.call("GET", &format!("/api/appointments?date={date}"), &business.key, None).await;
    let lines = told["appointments"].as_array().unwrap().iter().map(|one| {
        let text = |name: &str| one[name].as_str().unwrap().to_owned();
        format!("{} {} {}", text("local_start").get(11..16).unwrap(), text("appointment_id"), text("status"))
    });
    lines.collect()
}

/// The local hours of the free slots of a day.
async fn free(scene: &Scene, business: &SceneBusiness, date: &str) -> String {
    let told = scene.call("GET", &format!("/api/appointments/slots?date={date}"), &business.key, None).await;
    let starts = told["slots"].as_array().unwrap().iter().map(|slot| slot["local_start"].as_str().unwrap().get(11..16));
    starts.map(Option::unwrap).collect::<Vec<_>>().join(" ")
}

#[test]
fn an_appointment_is_made_once_moved_and_cancelled() {
    play("2026-11-24T15:00:00Z", async |scene| {
        let business = open(scene, "America/Bogota", "09:00", "13:00").await;
        let (date, start) = ("2026-11-26", "2026-11-26T10:00");
        assert_eq!(free(scene, &business, date).await, "09:00 10:00 11:00 12:00");
        assert_eq!(make(scene, &business, "a/1", ANA, start).await, 201);
        assert_eq!(make(scene, &business, "a/1", ANA, start).await, 200);
        // The same time in another spelling, another person's, and no slot at all.
        assert_eq!(make(scene, &business, "a/1", ANA, "2026-11-26T15:00:00Z").await, 200);
        assert_eq!(make(scene, &business, "a/1", BIA, start).await, 409);
        assert_eq!(make(scene, &business, "b", BIA, start).await, 409);
        assert_eq!(make(scene, &business, "b", BIA, "2026-11-26T10:30").await, 409);
        assert_eq!(make(scene, &business, "b", BIA, "2026-11-26T13:00").await, 409);
        assert_eq!(make(scene, &business, "b", BIA, "2026-11-26T11:00").await, 201);
        assert_eq!(free(scene, &business, date).await, "09:00 12:00");

        let (status, confirmed) = change(scene, &business, "a/1", json!({"status": "confirmed"})).await;
        assert_eq!((status, &confirmed["status"]), (200, &json!("confirmed")));
        assert_eq!(change(scene, &business, "a/1", json!({"start": "2026-11-26T11:00"})).await.0, 409);
        let (status, moved) = change(scene, &business, "a/1", json!({"start": "2026-11-26T12:00"})).await;
        assert_eq!((status, &moved["status"], &moved["price"]), (200, &json!("pending"), &json!(35.5)));
        // A repeat of the first call is still one.
        assert_eq!(make(scene, &business, "a/1", ANA, start).await, 200);
        assert_eq!(free(scene, &business, date).await, "09:00 10:00");

        assert_eq!(
            change(scene, &business, "a/1", json!({"status": "done"})).await.1["type"],
            "urn:recado:problem:not_begun"
        );
        assert_eq!(change(scene, &business, "a/1", json!({"status": "cancelled"})).await.0, 200);
        assert_eq!(change(scene, &business, "a/1", json!({"status": "cancelled"})).await.0, 200);
        let (status, told) = change(scene, &business, "a/1", json!({"status": "pending"})).await;
        assert_eq!((status, &told["type"]), (409, &json!("urn:recado:problem:appointment_cancelled")));
        assert_eq!(free(scene, &business, date).await, "09:00 10:00 12:00");
        assert_eq!(make(scene, &business, "c", BIA, "2026-11-26T12:00").await, 201);
        assert_eq!(change(scene, &business, "a/1", json!({"start": "2026-11-26T12:00"})).await.0, 409);
        assert_eq!(
            change(scene, &business, "a/1", json!({"start": "2026-11-26T12:00", "overbook": true})).await.0,
            200
        );
        minutes_pass(1).await;
        assert_eq!(day(scene, &business, date).await, ["11:00 b pending", "12:00 a/1 pending", "12:00 c pending"]);

        let of_ana = scene.call("GET", &format!("/api/appointments?customer={ANA}"), &business.key, None).await;
        assert_eq!(of_ana["appointments"].as_array().unwrap().len(), 1);
        let export = scene.call("GET", &format!("/api/customers/{ANA}/export"), &business.key, None).await;
        assert_eq!(export["appointments"][0]["service"], "Baño");
    });
}

#[test]
fn of_two_at_once_one_gets_the_slot() {
    play("2026-11-24T15:00:00Z", async |scene| {
        let business = open(scene, "America/Bogota", "09:00", "13:00").await;
        for hour in 9..13 {
            let start = format!("2026-11-26T{hour:02}:00");
            let ids = [format!("a-{hour}"), format!("b-{hour}")];
            let (ana, bia) = futures::future::join(
                make(scene, &business, &ids[0], ANA, &start),
                make(scene, &business, &ids[1], BIA, &start),
            )
            .await;
            assert_eq!(u16::min(ana, bia) + u16::max(ana, bia), 201 + 409, "{hour}");
        }
        // One is asked for twice at once, and is one.
        let start = "2026-11-27T09:00";
        let calls = (0..4).map(|_| make(scene, &business, "c", ANA, start));
        let mut answers = futures::future::join_all(calls).await;
        answers.sort_unstable();
        assert_eq!(answers, [200, 200, 200, 201]);
        minutes_pass(1).await;
        assert_eq!(day(scene, &business, "2026-11-26").await.len(), 4);
        assert_eq!(free(scene, &business, "2026-11-26").await, "");
    });
}

#[test]
fn a_day_of_25_hours_has_its_hour_twice_and_one_of_23_lacks_one() {
    play("2026-10-30T15:00:00Z", async |scene| {
        let business = open(scene, "America/New_York", "00:00", "05:00").await;
        assert_eq!(free(scene, &business, "2026-11-01").await, "00:00 01:00 01:00 02:00 03:00 04:00");
        // Without an offset it is the first of the two.
        assert_eq!(make(scene, &business, "first", ANA, "2026-11-01T01:00").await, 201);
        assert_eq!(make(scene, &business, "again", BIA, "2026-11-01T01:00:00-04:00").await, 409);
        assert_eq!(make(scene, &business, "second", BIA, "2026-11-01T01:00:00-05:00").await, 201);
        // The last hour of the day, which is its twenty-fifth.
        let late = json!({"appointment_id": "late", "phone": ANA, "service": "Baño", "start": "2026-11-01T23:30",
                          "overbook": true});
        assert_eq!(ask(scene, &business, "POST", "", late).await.0, 201);
        minutes_pass(1).await;
        let listed = day(scene, &business, "2026-11-01").await;
        assert_eq!(listed, ["01:00 first pending", "01:00 second pending", "23:30 late pending"]);
        assert_eq!(day(scene, &business, "2026-11-02").await, [] as [&str; 0]);

        assert_eq!(free(scene, &business, "2027-03-14").await, "00:00 01:00 03:00 04:00");
        let skipped = json!({"phone": ANA, "service": "Baño", "start": "2027-03-14T02:00"});
        let (status, told) = ask(scene, &business, "POST", "", skipped).await;
        assert_eq!((status, &told["errors"][0]["pointer"]), (400, &json!("/start")));
    });
}

#[test]
fn closed_days_and_holidays_have_no_slots_unless_they_are_open() {
    play("2026-12-20T15:00:00Z", async |scene| {
        let business = open(scene, "America/Sao_Paulo", "09:00", "11:00").await;
        let settings = json!({"settings": {"closed_days": ["2026-12-24"], "open_days": ["2027-01-01"]}});
        scene.call("PATCH", &format!("/api/businesses/{}", business.id), &business.key, Some(settings)).await;
        for (date, slots) in [
            ("2026-12-23", "09:00 10:00"),
            ("2026-12-24", ""),
            ("2026-12-25", ""),
            ("2027-01-01", "09:00 10:00"),
            // Today, of which nothing is left.
            ("2026-12-20", ""),
        ] {
            assert_eq!(free(scene, &business, date).await, slots, "{date}");
        }
        assert_eq!(make(scene, &business, "a", ANA, "2026-12-24T09:00").await, 409);
        assert_eq!(make(scene, &business, "a", ANA, "2027-01-01T09:00").await, 201);
    });
}

/// It was given without its length.
#[test]
fn a_repeat_is_known_after_the_slots_became_longer() {
    play("2026-11-24T15:00:00Z", async |scene| {
        let business = open(scene, "America/Bogota", "09:00", "13:00").await;
        let start = "2026-11-26T10:00";
        assert_eq!(make(scene, &business, "a", ANA, start).await, 201);
        let path = format!("/api/businesses/{}", business.id);
        for minutes in [30, 120] {
            scene.call("PATCH", &path, &business.key, Some(json!({"slot_minutes": minutes}))).await;
            assert_eq!(make(scene, &business, "a", ANA, start).await, 200, "{minutes}");
        }
        let longer = json!({"appointment_id": "a", "phone": ANA, "service": "Baño", "start": start, "price": "35.50",
                            "minutes": 120});
        assert_eq!(ask(scene, &business, "POST", "", longer).await.0, 409);
    });
}

#[test]
fn a_list_tells_what_became_of_each() {
    play("2026-11-24T15:00:00Z", async |scene| {
        let business = open(scene, "America/Bogota", "09:00", "13:00").await;
        let one = |id: &str, phone: &str, start: &str| json!({"appointment_id": id, "phone": phone, "service": "Baño", "start": start});
        let mut past = one("past", ANA, "2026-10-01T15:20");
        (past["status"], past["overbook"]) = (json!("done"), json!(true));
        let list = json!({"appointments": [
            one("a", ANA, "2026-11-26T09:00"), one("b", BIA, "2026-11-26T09:00"), past,
            one("c", "+5511987654399", "2026-11-26T10:00"), one("a", ANA, "2026-11-26T09:00"),
        ]});
        let (status, told) = ask(scene, &business, "POST", "", list.clone()).await;
        assert_eq!(status, 200);
        let statuses = |told: &Value| -> Vec<u64> {
            told["results"].as_array().unwrap().iter().map(|one| one["status"].as_u64().unwrap()).collect()
        };
        assert_eq!(statuses(&told), [201, 409, 201, 404, 200]);
        assert_eq!(told["results"][1]["problem"]["type"], "urn:recado:problem:no_free_slot");
        assert_eq!(statuses(&ask(scene, &business, "POST", "", list).await.1), [200, 409, 200, 404, 200]);
        // What is wrong with one does not keep the others back.
        let mut wrong = json!({"appointments": [one("d", ANA, "2026-11-26T11:00"), one("e", ANA, "soon"), {},
                               one("f", BIA, "2026-11-26T12:00")]});
        wrong["appointments"][0]["price"] = json!("1.005");
        let (status, told) = ask(scene, &business, "POST", "", wrong).await;
        assert_eq!((status, statuses(&told)), (200, vec![400, 400, 400, 201]));
        let pointers = |nth: usize| -> Vec<String> {
            let errors = told["results"][nth]["problem"]["errors"].as_array().unwrap();
            let mut all: Vec<_> = errors.iter().map(|one| one["pointer"].as_str().unwrap().to_owned()).collect();
            all.sort_unstable();
            all
        };
        assert_eq!((pointers(0), pointers(1)), (vec!["/price".to_owned()], vec!["/start".to_owned()]));
        assert_eq!(pointers(2), ["/customer_id", "/service", "/start"]);
        for list in [json!({}), Value::Array(vec![json!({}); 501])] {
            assert_eq!(ask(scene, &business, "POST", "", json!({"appointments": list})).await.0, 400);
        }
        minutes_pass(1).await;
        assert_eq!(day(scene, &business, "2026-11-26").await, ["09:00 a pending", "12:00 f pending"]);
    });
}

/// One that is done counts as contact, and who is erased leaves no appointment behind.
#[test]
fn a_visit_is_a_contact_and_an_erased_customer_has_none() {
    play("2026-11-23T10:00:00Z", async |scene| {
        let business = open(scene, "America/Sao_Paulo", "09:00", "13:00").await;
        scene.automation(&business, "inactive-customers", json!({"action": "auto"})).await;
        scene.inactive_after(&business, 10).await;
        assert_eq!(make(scene, &business, "a", ANA, "2026-12-05T09:00").await, 201);
        assert_eq!(make(scene, &business, "b", BIA, "2026-12-05T10:00").await, 201);
        scene.until("2026-12-05T13:30:00Z").await;
        assert_eq!(change(scene, &business, "a", json!({"status": "done"})).await.0, 200);
        assert_eq!(change(scene, &business, "b", json!({"status": "no_show"})).await.0, 200);
        // Monday, 10:00 in São Paulo: two weeks after both were registered.
        scene.until("2026-12-07T20:00:00Z").await;
        // Both were reminded on the day before.
        assert_eq!(scene.minutes(&business, ANA), ["12-04T12:00"]);
        assert_eq!(scene.minutes(&business, BIA), ["12-04T13:00", "12-07T13:00"]);

        let id = customer(scene, &business, ANA).await["customer_id"].as_str().unwrap().to_owned();
        scene.call("DELETE", &format!("/api/customers/{id}"), &business.key, None).await;
        minutes_pass(60).await;
        assert_eq!(day(scene, &business, "2026-12-05").await, ["10:00 b no_show"]);
        assert_eq!(change(scene, &business, "a", json!({"status": "done"})).await.0, 404);
    });
}

/// By itself and after an owner's yes: a customer who has an appointment ahead is not asked to come back. An appointment that
/// was cancelled keeps nobody from being asked, and hides none that is ahead.
#[test]
fn nobody_is_won_back_who_has_an_appointment_ahead() {
    for action in ["auto", "propose"] {
        play("2026-11-23T10:00:00Z", async |scene| {
            let business = open(scene, "America/Sao_Paulo", "09:00", "13:00").await;
            scene.automation(&business, "inactive-customers", json!({"action": action})).await;
            // Its offers would be open beside the one that is answered.
            scene.automation(&business, "low-occupancy", json!({"enabled": false})).await;
            scene.inactive_after(&business, 10).await;
            scene.until("2026-12-07T12:00:00Z").await;
            assert_eq!(make(scene, &business, "a", ANA, "2026-12-22T09:00").await, 201);
            for (id, phone) in [("b", ANA), ("c", BIA)] {
                assert_eq!(make(scene, &business, id, phone, "2026-12-23T10:00").await, 201);
                assert_eq!(change(scene, &business, id, json!({"status": "cancelled"})).await.0, 200);
            }
            // Monday, 10:00 in São Paulo: two weeks after both were registered.
            scene.until("2026-12-07T13:05:00Z").await;
            if action == "propose" {
                super::people::write(scene, &business, "5511990000001", "si");
            }
            scene.until("2026-12-07T20:00:00Z").await;
            assert_eq!(
                (scene.got(&business, ANA).len(), scene.got(&business, BIA).len()),
                (0, 1),
                "{action}: {:?}",
                scene.got(&business, "5511990000001")
            );
            let id = customer(scene, &business, ANA).await["customer_id"].as_str().unwrap().to_owned();
            let told = scene.call("GET", &format!("/api/messages?customer_id={id}"), &business.key, None).await;
            let mut why = told["messages"].as_array().unwrap().iter().map(|it| it["error_message"].to_string());
            assert!(why.any(|why| why.contains("has_appointment")), "{action}: {told}");
        });
    }
}
