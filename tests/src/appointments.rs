//! A slot is given once, whatever dies in between.

use crate::bundle::Bundle;
use futures::future::join_all;
use serde_json::json;
use std::time::Duration;
use world::Gateway;

/// The function is killed again and again while thirty ask for three slots; a caller who got no answer asks again.
#[tokio::test(flavor = "multi_thread")]
async fn of_thirty_who_ask_three_get_a_slot() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::Whapi, 4_800).await;
    bundle.customer(&business, "5511987654321").await;
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let hours: serde_json::Map<_, _> =
        days.iter().map(|day| ((*day).to_owned(), json!([{"opens": "09:00", "closes": "12:00"}]))).collect();
    let path = format!("/api/businesses/{}", business.id);
    let hours = json!({"opening_hours": hours, "slot_minutes": 60, "settings": {"open_days": ["2035-01-01"]}});
    bundle.call("PATCH", &path, &business.key, Some(&hours)).await.expect(200);

    let killer = async {
        for _ in 0..6 {
            tokio::time::sleep(Duration::from_millis(150)).await;
            bundle.laptop.kill("appointments").unwrap();
        }
    };
    let asks = join_all((0..30).map(async |nth: usize| {
        let start = format!("2035-01-01T{:02}:00", 9 + nth % 3);
        let body = json!({"appointment_id": format!("ask-{nth}"), "phone": "5511987654321", "service": "cut",
                          "start": start});
        loop {
            let answer = bundle.post("/api/appointments", &business.key, body.clone()).await;
            if matches!(answer.status, 200 | 201 | 409) {
                return answer.status != 409;
            }
        }
    }));
    let ((), got) = tokio::join!(killer, asks);
    assert_eq!(got.into_iter().filter(|got| *got).count(), 3);
    let slots = bundle.get("/api/appointments/slots?date=2035-01-01", &business.key).await.expect(200);
    assert_eq!(slots["slots"], json!([]));
    bundle.laptop.settled().await;
    let day = bundle.get("/api/appointments?date=2035-01-01", &business.key).await.expect(200);
    assert_eq!(day["appointments"].as_array().unwrap().len(), 3);
    assert_eq!(bundle.dead_letters().await, 0);
    bundle.end().await;
}
