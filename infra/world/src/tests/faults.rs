use super::*;

#[tokio::test(start_paused = true)]
async fn every_failure_of_a_send() {
    let status = |status, accepted| FaultKind::Status { status, retry_after: Some(7), accepted };
    let cases = [
        (FaultKind::AnswerLost, Err(NoAnswer::Lost), true),
        (FaultKind::RequestLost, Err(NoAnswer::Lost), false),
        (FaultKind::RefuseConnection, Err(NoAnswer::Refused), false),
        (status(429, false), Ok(429), false),
        (status(503, false), Ok(503), false),
        (status(502, true), Ok(502), true),
        (status(504, false), Ok(504), false),
        (FaultKind::Slow { milliseconds: 30_000 }, Ok(200), true),
        (FaultKind::FailLater { code: 131_026 }, Ok(200), true),
    ];
    for (kind, expected, accepted) in cases {
        for &gateway in Gateway::ALL {
            let outside = outside();
            let has_sessions = outside.world.server_key(gateway).is_some();
            let expected = if has_sessions && expected == Ok(200) { Ok(201) } else { expected };
            if has_sessions {
                outside.register_session(gateway);
            }
            outside.world.set_fault(FaultRule::times(kind.clone(), 1));
            let send = || async {
                match gateway {
                    Gateway::CloudApi => outside.cloud(json!({})).await,
                    Gateway::Waha => outside.waha(ANA, "Oi").await,
                    Gateway::Whapi => outside.whapi(ANA, "Oi").await,
                    Gateway::Evolution => outside.evolution(ANA, "Oi").await,
                }
            };
            let began = Instant::now();
            assert_eq!(send().await.map(|answer| answer.0), expected, "{kind:?}");
            assert_eq!(began.elapsed().as_secs() == 30, matches!(kind, FaultKind::Slow { .. }));
            assert_eq!(outside.world.sent().len(), usize::from(accepted), "{kind:?}");
            assert_eq!(send().await.map(|answer| answer.0), Ok(if has_sessions { 201 } else { 200 }), "once only");
        }
    }
    let outside = outside();
    outside.world.set_fault(FaultRule::times(FaultKind::ErrorCode { code: 130_429 }, 1));
    assert_eq!(outside.cloud(json!({})).await.unwrap().1["error"]["code"], 130_429);
    outside.world.set_fault(FaultRule::times(FaultKind::Disconnected, 1));
    assert_eq!(outside.cloud(json!({})).await.unwrap().1["error"]["code"], 133_010);
}

#[tokio::test(start_paused = true)]
async fn rules_concern_whom_they_name() {
    let outside = outside();
    let lost = FaultRule::always(FaultKind::RequestLost);
    outside.world.set_fault(FaultRule { gateway: Some(Gateway::Whapi), ..lost.clone() });
    outside.world.set_fault(FaultRule { sender: Some("4".to_owned()), ..lost.clone() });
    outside.world.set_fault(FaultRule { probability: Some(0.0), ..lost.clone() });
    outside.world.set_fault(FaultRule { to: Some("+55 11 99999-0002".to_owned()), times: Some(2), ..lost });
    assert!(outside.cloud(json!({})).await.is_ok());
    for _ in 0..2 {
        assert_eq!(outside.cloud(json!({"to": "+5511999990002"})).await, Err(NoAnswer::Lost));
    }
    assert!(outside.cloud(json!({"to": "+5511999990002"})).await.is_ok());
    assert_eq!(outside.world.faults().iter().map(|fault| fault.hits).collect::<Vec<_>>(), [0, 0, 0, 2]);
    assert!(outside.world.clear_fault(None) && outside.world.faults().is_empty());
}

#[tokio::test(start_paused = true)]
async fn pair_rate_allows_a_burst() {
    let outside = outside();
    outside.world.set_fault(FaultRule::always(FaultKind::PairRate));
    let mut accepted = 0;
    while outside.cloud(json!({})).await.unwrap().0 == 200 {
        accepted += 1;
    }
    assert_eq!(accepted, 46);
    assert_eq!(outside.cloud(json!({})).await.unwrap().1["error"]["code"], 131_056);
    assert_eq!(outside.cloud(json!({"to": "+5511999990002"})).await.unwrap().0, 200);
    wait(6_000).await;
    assert_eq!(outside.cloud(json!({})).await.unwrap().0, 200);
}

#[tokio::test(start_paused = true)]
async fn every_failure_of_a_webhook() {
    let texts = |outside: &Outside| -> Vec<String> {
        let text = |value: &Value| value["messages"][0]["text"]["body"].as_str().map(str::to_owned);
        outside.told().iter().filter_map(text).collect()
    };
    for (kind, soon, later) in [
        (FaultKind::WebhookTwice, vec!["1", "2", "1"], vec![]),
        (FaultKind::WebhookLost, vec!["2"], vec![]),
        (FaultKind::WebhookOutOfOrder, vec!["2", "1"], vec![]),
        (FaultKind::WebhookLate { milliseconds: 3_000 }, vec!["2"], vec!["1"]),
        (FaultKind::BadSignature, vec!["1", "2"], vec![]),
    ] {
        let outside = outside();
        outside.world.set_fault(FaultRule::times(kind.clone(), 1));
        outside.write(SHOP, ANA, "1");
        outside.write(SHOP, ANA, "2");
        wait(1_000).await;
        assert_eq!(texts(&outside), soon, "{kind:?}");
        wait(9_500).await;
        assert_eq!(texts(&outside), later, "{kind:?}");
    }
    // Nobody overtakes: it comes all the same. A bad signature is right when the webhook is tried again.
    let outside = outside();
    outside.world.set_fault(FaultRule::times(FaultKind::WebhookOutOfOrder, 1));
    outside.write(SHOP, ANA, "1");
    wait(10_100).await;
    assert_eq!(texts(&outside), ["1"]);
    for (sender, header) in [(SHOP, "x-hub-signature-256"), (HOTEL, "x-recado-secret")] {
        outside.world.set_fault(FaultRule::times(FaultKind::BadSignature, 1));
        outside.answer(&[401]);
        outside.write(sender, ANA, "1");
        wait(4_000).await;
        let calls = outside.calls();
        assert_eq!((calls.len(), &calls[0].body), (2, &calls[1].body));
        assert_ne!(calls[0].headers[header], calls[1].headers[header]);
    }
}

#[tokio::test(start_paused = true)]
async fn duplicates_are_seen() {
    let outside = outside();
    for callback in ["a", "b", "a"] {
        outside.cloud(json!({"biz_opaque_callback_data": callback})).await.unwrap();
    }
    for text in ["x", "y", "x", "x"] {
        outside.whapi(ANA, text).await.unwrap();
    }
    let duplicates = outside.world.duplicates();
    assert_eq!(duplicates.iter().map(Vec::len).collect::<Vec<_>>(), [2, 3]);
    outside.world.forget_sent();
    assert!(outside.world.duplicates().is_empty());
}

#[test]
fn rules_are_plain_json() {
    let rule = json!({"kind": "status", "status": 503, "retry_after": 2, "gateway": "cloud_api", "times": 3});
    let fault: FaultRule = serde_json::from_value(rule).unwrap();
    let kind = FaultKind::Status { status: 503, retry_after: Some(2), accepted: false };
    assert_eq!(fault, FaultRule { gateway: Some(Gateway::CloudApi), ..FaultRule::times(kind, 3) });
    let rule = json!({"kind": "webhook_late", "milliseconds": 5, "probability": 0.5, "to": "551"});
    assert_eq!(serde_json::from_value::<FaultRule>(rule).unwrap().kind, FaultKind::WebhookLate { milliseconds: 5 });
}
