//! A message's way: which moves are let through is the domain's decision, for every state.

use crate::support::*;
use domain::ledger::Again;
use domain::{Attempt, Evidence, Kind, Message, MessageEvent, MessageId, Reach, Recipient, Slot, Status};
use store::*;

const LEASE_OVER: i64 = 30;

async fn is_due(world: &World, id: &MessageId, now: i64) -> bool {
    for shard in due_shards() {
        let due = world.store.due_messages(shard, at(now), 100, None).await.unwrap();
        if due.rows.iter().any(|due| due.message_id == *id) {
            return true;
        }
    }
    false
}

async fn read(world: &World, state: State) -> Message {
    world.store.message(BUSINESS, &message_id(state.name())).await.unwrap().unwrap()
}

#[tokio::test(start_paused = true)]
async fn reports_move_a_message_as_the_domain_says() {
    let seeded = World::seeded().await;
    for evidence in [Evidence::Sent, Evidence::Delivered, Evidence::Read, Evidence::Failed] {
        let world = seeded.copy();
        for state in State::ALL {
            let id = message_id(state.name());
            let before = read(&world, state).await;
            let reported = before.gateway_message_id.clone().unwrap_or("reported".to_owned());
            let report = Report { error: Some("131026: …"), ..report(evidence, at(40), Some(&reported)) };
            let apply =
                async |now| world.store.apply_report(BUSINESS, &id, &report, at(now), &attempt()).await.unwrap();
            if state == State::Sending {
                assert_eq!(apply(LEASE_OVER - 1).await, Applied::NotYet { lease_until: at(LEASE_OVER) });
                assert_eq!(read(&world, state).await, before);
            }
            let expected = before.next(MessageEvent::Evidence(evidence));
            let applied = apply(LEASE_OVER).await;
            let after = read(&world, state).await;
            let case = format!("{state:?} {evidence:?}");
            let Some(status) = expected else {
                assert_eq!(applied, Applied::AlreadyThere(before.status), "{case}");
                assert_eq!(after, before, "{case}");
                continue;
            };
            assert_eq!((applied, after.status), (Applied::Done, status), "{case}");
            assert!(after.status.is_settled() && after.next_attempt_at.is_none() && !after.gave_up, "{case}");
            assert_eq!(after.error_message.is_some(), evidence == Evidence::Failed, "{case}");
            if evidence != Evidence::Failed {
                assert_eq!(after.sent_at, before.sent_at.or(Some(at(40))), "{case}");
            }
            assert_eq!(after.gateway_message_id.as_ref(), Some(&reported), "{case}");
        }
    }
    // An earlier attempt that failed says nothing of the one that has been sent since.
    let earlier = report(Evidence::Failed, at(40), Some("earlier"));
    let sent = message_id(State::Sent.name());
    let applied = seeded.store.apply_report(BUSINESS, &sent, &earlier, at(50), &attempt()).await.unwrap();
    assert_eq!(applied, Applied::AlreadyThere(Status::Sent));
    let world = World::new();
    let read = report(Evidence::Read, at(0), None);
    let applied = world.store.apply_report(BUSINESS, &message_id("none"), &read, at(0), &attempt()).await.unwrap();
    assert_eq!(applied, Applied::Gone);
    assert!(world.database.items("MessagesTable").is_empty());
}

/// A failure that passes opens the message again; the reports of the attempt that failed say nothing of the next one,
/// but that it arrived after all.
#[tokio::test(start_paused = true)]
async fn a_message_that_failed_for_now_is_pending_again() {
    let seeded = World::seeded().await;
    for (state, counts) in State::ALL.into_iter().flat_map(|state| [(state, true), (state, false)]) {
        let world = seeded.copy();
        let id = message_id(state.name());
        let before = read(&world, state).await;
        let first = before.gateway_message_id.clone().unwrap_or("first".to_owned());
        let again = Some(Again { not_before: at(100), counts });
        let failed = Report { error: Some("e: …"), again, ..report(Evidence::Failed, at(40), Some(&first)) };
        let apply = async |report: &Report<'_>, now| {
            world.store.apply_report(BUSINESS, &id, report, at(now), &attempt()).await.unwrap()
        };
        let case = format!("{state:?}");
        if state == State::Sending {
            let early = apply(&failed, LEASE_OVER - 1).await;
            assert_eq!(early, Applied::NotYet { lease_until: at(LEASE_OVER) });
        }
        let applied = apply(&failed, LEASE_OVER).await;
        let after = read(&world, state).await;
        if before.next(MessageEvent::FailedForNow).is_none() {
            assert_eq!((applied, &after), (Applied::AlreadyThere(before.status), &before), "{case}");
            continue;
        }
        assert_eq!((applied, after.status), (Applied::Done, Status::Pending), "{case}");
        assert_eq!((after.next_attempt_at, after.retry_not_before), (Some(at(100)), Some(at(100))), "{case}");
        assert_eq!((after.failures, after.error_message.as_deref()), (u32::from(counts), Some("e: …")), "{case}");
        assert_eq!((after.sent_at, &after.gateway_message_id, after.gave_up), (None, &None, false), "{case}");
        assert!(is_due(&world, &id, 100).await && !is_due(&world, &id, 99).await, "{case}: not in the due index");

        for late in [Evidence::Sent, Evidence::Failed] {
            let applied = apply(&report(late, at(41), Some(&first)), LEASE_OVER).await;
            assert_eq!(applied, Applied::AlreadyThere(Status::Pending), "{case} {late:?}");
        }
        assert_eq!(apply(&failed, LEASE_OVER).await, Applied::AlreadyThere(Status::Pending), "{case}");
        let reach = Reach::default();
        let claim = claim_of(&after, &reach, at(110));
        assert_eq!(world.store.claim(&claim, &Attempt("second".to_owned())).await.unwrap(), Claimed::Claimed);
        for late in [Evidence::Sent, Evidence::Failed] {
            let applied = apply(&report(late, at(42), Some(&first)), 1_000).await;
            assert!(!matches!(applied, Applied::Done), "{case} {late:?}");
        }
        assert_eq!(read(&world, state).await.status, Status::Sending, "{case}");
        let applied = apply(&report(Evidence::Sent, at(112), Some("of the second")), 1_000).await;
        assert_eq!(applied, Applied::Done, "{case}");
        let read = read(&world, state).await;
        assert_eq!(read.gateway_message_id.as_deref(), Some("of the second"), "{case}");
        assert_eq!(apply(&report(Evidence::Delivered, at(43), Some(&first)), 1_000).await, Applied::Done, "{case}");
    }
}

/// A message that is said to have failed after policy has repeated it is not taken for sent by a late word.
#[tokio::test(start_paused = true)]
async fn a_failure_that_comes_after_the_repeat_is_remembered() {
    let world = World::seeded().await;
    let id = message_id(State::Unknown.name());
    let claim = Attempt(CLAIM.to_owned());
    let repeat = Settlement::Repeat { not_before: at(100) };
    assert_eq!(world.store.settle(BUSINESS, &id, &claim, repeat, &attempt()).await.unwrap(), Moved::Done);
    for evidence in [Evidence::Failed, Evidence::Failed, Evidence::Sent] {
        let said = report(evidence, at(110), Some("first"));
        let applied = world.store.apply_report(BUSINESS, &id, &said, at(120), &attempt()).await.unwrap();
        assert_eq!(applied, Applied::AlreadyThere(Status::Pending), "{evidence:?}");
    }
    let said = report(Evidence::Sent, at(110), Some("another"));
    let applied = world.store.apply_report(BUSINESS, &id, &said, at(120), &attempt()).await.unwrap();
    assert_eq!(applied, Applied::Done);
}

/// All the moves but the claim and the reports.
const MOVES: [(MessageEvent, bool); 12] = [
    (MessageEvent::Defer, false),
    (MessageEvent::Skip, false),
    (MessageEvent::Permanent, false),
    (MessageEvent::Permanent, true),
    (MessageEvent::LeaseExpired, false),
    (MessageEvent::Retry, false),
    (MessageEvent::Accepted, true),
    (MessageEvent::NotAccepted { retry: true }, true),
    (MessageEvent::NotAccepted { retry: false }, true),
    (MessageEvent::PerhapsAccepted, true),
    (MessageEvent::PolicyRepeat, true),
    (MessageEvent::PolicyGiveUp, true),
];

async fn make(world: &World, state: State, event: MessageEvent, by_claim: Option<&str>) -> Moved {
    let (store, id, token) = (&world.store, message_id(state.name()), attempt());
    let claim = by_claim.map(|name| Attempt(name.to_owned()));
    let until = at(900);
    let settlement = match event {
        MessageEvent::Defer => return store.defer(BUSINESS, &id, until, "pace: …", &token).await.unwrap(),
        MessageEvent::Skip => return store.skip(BUSINESS, &id, "opted_out: …", &token).await.unwrap(),
        MessageEvent::Permanent => {
            return store.fail(BUSINESS, &id, claim.as_ref(), "refused: …", &token).await.unwrap();
        }
        MessageEvent::LeaseExpired => {
            return store.expire_lease(BUSINESS, &id, at(LEASE_OVER), until, "unknown: …", &token).await.unwrap();
        }
        MessageEvent::Retry => return store.retry_message(BUSINESS, &id, until, &token).await.unwrap(),
        MessageEvent::Accepted => Settlement::Sent { at: at(3), gateway_message_id: "id", findable: true },
        MessageEvent::NotAccepted { retry: true } => {
            Settlement::Retry { again: Again { not_before: until, counts: true }, error: "e: …" }
        }
        MessageEvent::NotAccepted { retry: false } => Settlement::Failed { error: "e: …" },
        MessageEvent::PerhapsAccepted => Settlement::Unknown { not_before: until, error: "unknown: …" },
        MessageEvent::PolicyRepeat => Settlement::Repeat { not_before: until },
        MessageEvent::PolicyGiveUp => Settlement::GiveUp { error: "unknown: …" },
        MessageEvent::Claim | MessageEvent::Evidence(_) | MessageEvent::FailedForNow => panic!("not among the moves"),
    };
    store.settle(BUSINESS, &id, &claim.unwrap(), settlement, &token).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn moves_are_let_through_as_the_domain_says() {
    let seeded = World::seeded().await;
    for (event, by_claim) in MOVES {
        let world = seeded.copy();
        for state in State::ALL {
            let case = format!("{state:?} {event:?} {by_claim}");
            let before = read(&world, state).await;
            if by_claim {
                // Not by another's claim.
                let moved = make(&world, state, event, Some("another's")).await;
                assert_eq!(moved, Moved::Not(Some(Box::new(before.clone()))), "{case}");
            }
            let holds = before.attempt.is_some() == by_claim
                || matches!(event, MessageEvent::LeaseExpired | MessageEvent::Retry);
            let expected = before.next(event).filter(|_| holds);
            let moved = make(&world, state, event, by_claim.then_some(CLAIM)).await;
            let after = read(&world, state).await;
            let Some(status) = expected else {
                assert_eq!((moved, &after), (Moved::Not(Some(Box::new(before.clone()))), &before), "{case}");
                continue;
            };
            assert_eq!((moved, after.status), (Moved::Done, status), "{case}");
            // It stands in the due index exactly while somebody has to look at it again.
            let due = (!status.is_settled()).then_some(at(900));
            assert_eq!((after.next_attempt_at, after.lease_until), (due, None), "{case}");
            assert_eq!(after.failures, u32::from(event == MessageEvent::NotAccepted { retry: true }), "{case}");
            let retry = (event == MessageEvent::NotAccepted { retry: true }).then_some(at(900));
            assert_eq!(after.retry_not_before, retry, "{case}");
            assert_eq!(after.repeated, event == MessageEvent::PolicyRepeat, "{case}");
            // Until the next claim it is still not known what became of the last.
            let gave_up = event == MessageEvent::PolicyGiveUp || state == State::GaveUp;
            assert_eq!(after.gave_up, gave_up, "{case}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_holds_is_not_expired() {
    let world = World::seeded().await;
    let id = message_id("sending");
    let moved = world.store.expire_lease(BUSINESS, &id, at(29), at(900), "unknown: …", &attempt()).await.unwrap();
    assert!(matches!(moved, Moved::Not(Some(_))));
}

#[tokio::test(start_paused = true)]
async fn a_claim_holds_only_if_the_gate_saw_what_is() {
    let world = World::seeded().await;
    let (store, ana) = (&world.store, Recipient::Customer(ANA));
    let reach = Reach::default();
    let id = message_id("offer");
    store.create_message(&message(&id, Kind::Marketing), &attempt()).await.unwrap();
    let pending = store.message(BUSINESS, &id).await.unwrap().unwrap();
    store.decide_marketing(BUSINESS, ana, false, at(50), &attempt()).await.unwrap();

    // The person has said no since.
    let claimed = store.claim(&claim_of(&pending, &reach, at(60)), &attempt()).await.unwrap();
    let Claimed::ReachChanged(now) = claimed else { panic!("{claimed:?}") };
    assert!(now.opted_out());
    assert_eq!(now, store.reach(BUSINESS, ana).await.unwrap());
    assert_eq!(store.message(BUSINESS, &id).await.unwrap(), Some(pending.clone()));

    // Something transactional goes all the same, but not within 6 s of the last.
    let answer = store.message(BUSINESS, &message_id("pending")).await.unwrap().unwrap();
    let token = attempt();
    let claimed =
        store.claim(&Claim { slot: slot(at(65)), ..claim_of(&answer, &reach, at(61)) }, &token).await.unwrap();
    assert_eq!(claimed, Claimed::Claimed);
    let held = store.message(BUSINESS, &answer.message_id).await.unwrap().unwrap();
    let expected = Message {
        status: Status::Sending,
        attempts: 1,
        attempt: Some(token.clone()),
        claimed_at: Some(at(61)),
        lease_until: Some(at(91)),
        sender_id: Some(SENDER),
        ..answer
    };
    assert_eq!(held, expected);
    store.decide_marketing(BUSINESS, ana, true, at(62), &attempt()).await.unwrap();
    let yes = store.reach(BUSINESS, ana).await.unwrap();
    assert_eq!((yes.last_claim_at, yes.marketing_at.len()), (Some(at(65)), 0));
    let soon = store.claim(&claim_of(&pending, &yes, at(70)), &attempt()).await.unwrap();
    assert_eq!(soon, Claimed::ReachChanged(yes.clone()));

    // Not accepted, and claimed again: it counts once against the cap.
    let token = attempt();
    assert_eq!(store.claim(&claim_of(&pending, &yes, at(71)), &token).await.unwrap(), Claimed::Claimed);
    let again = Settlement::Retry { again: Again { not_before: at(131), counts: true }, error: "not_accepted: …" };
    assert_eq!(store.settle(BUSINESS, &id, &token, again, &attempt()).await.unwrap(), Moved::Done);
    let before = pending;
    let pending = store.message(BUSINESS, &id).await.unwrap().unwrap();
    let marked = store.reach(BUSINESS, ana).await.unwrap();
    assert_eq!(marked.marketing_at, [at(71).timestamp_millis()]);
    // Another worker has read it before: for that one the refused claim would be another message's.
    let late = store.claim(&claim_of(&before, &marked, at(131)), &attempt()).await.unwrap();
    assert_eq!(late, Claimed::Lost(Some(Box::new(pending.clone()))));
    assert_eq!(store.claim(&claim_of(&pending, &marked, at(131)), &attempt()).await.unwrap(), Claimed::Claimed);
    assert_eq!(store.reach(BUSINESS, ana).await.unwrap().marketing_at, [at(131).timestamp_millis()]);
}

/// Six seconds are between the last moment of one slot and the first of the next, in whichever slot a message is sent.
#[tokio::test(start_paused = true)]
async fn a_claim_that_missed_its_slot_keeps_others_away_from_the_next() {
    let world = World::seeded().await;
    let (store, ana, reach) = (&world.store, Recipient::Customer(ANA), Reach::default());
    let first = store.message(BUSINESS, &message_id("pending")).await.unwrap().unwrap();
    let other = message(&message_id("other"), Kind::Transactional);
    store.create_message(&other, &attempt()).await.unwrap();
    let (missed, next) = (Slot { begins: at(10), ends: at(11) }, Slot { begins: at(14), ends: at(15) });
    let claim = |message, slot: Slot| Claim { slot, ..claim_of(message, &reach, slot.begins) };
    assert_eq!(store.claim(&claim(&first, missed), &attempt()).await.unwrap(), Claimed::Claimed);
    let too_soon = store.claim(&claim(&other, slot(at(16))), &attempt()).await.unwrap();
    assert!(matches!(too_soon, Claimed::ReachChanged(_)));

    assert!(store.move_claim(BUSINESS, ana, missed, next, &attempt()).await.unwrap());
    let too_soon = store.claim(&claim(&other, slot(at(20))), &attempt()).await.unwrap();
    assert!(matches!(too_soon, Claimed::ReachChanged(_)));
    assert_eq!(store.claim(&claim(&other, slot(at(21))), &attempt()).await.unwrap(), Claimed::Claimed);

    let later = Slot { begins: at(23), ends: at(24) };
    assert!(!store.move_claim(BUSINESS, ana, next, later, &attempt()).await.unwrap(), "another has the person now");
    assert_eq!(store.reach(BUSINESS, ana).await.unwrap().last_claim_at, Some(at(21)));
}

#[tokio::test(start_paused = true)]
async fn a_message_is_made_once_and_reads_as_it_was_written() {
    let world = World::new();
    let mut first = message(&message_id("once"), Kind::Marketing);
    first.content.variables.insert("name".to_owned(), "Ana".to_owned());
    first.metadata.insert("by".to_owned(), "api".to_owned());
    (first.scheduled_for, first.next_attempt_at) = (at(7_200), Some(at(7_200)));
    let create = async |message| world.store.create_message(message, &attempt()).await.unwrap();
    assert_eq!(create(&first).await, CreateMessage::Created);
    let second = message(&message_id("once"), Kind::Transactional);
    assert_eq!(create(&second).await, CreateMessage::Exists(Box::new(first.clone())));
    assert_eq!(world.store.message(BUSINESS, &first.message_id).await.unwrap(), Some(first.clone()));
    assert_eq!(world.store.message(OTHER, &first.message_id).await.unwrap(), None);
    let owner = Recipient::Owner(domain::OwnerId(uuid::Uuid::from_u128(8)));
    let report = Message { recipient: owner, ..message(&message_id("report"), Kind::Owner) };
    assert_eq!(create(&report).await, CreateMessage::Created);
    assert_eq!(world.store.message(BUSINESS, &report.message_id).await.unwrap(), Some(report));
}

#[tokio::test(start_paused = true)]
async fn a_message_for_later_is_due_at_its_time_and_never_before() {
    let world = World::new();
    let (id, tomorrow) = (message_id("tomorrow"), 86_400);
    let made = message(&id, Kind::Transactional).later(at(tomorrow));
    assert_eq!(world.store.create_message(&made, &attempt()).await.unwrap(), CreateMessage::Created);
    assert_eq!(world.store.message(BUSINESS, &id).await.unwrap(), Some(made));
    assert!(!is_due(&world, &id, tomorrow - 1).await);
    assert!(is_due(&world, &id, tomorrow).await);

    let item = world.database.items("MessagesTable").remove(0);
    let kept_until = at(tomorrow) + chrono::TimeDelta::days(90);
    assert_eq!(item["expires_at"]["N"], kept_until.timestamp().to_string());
    let image: serde_dynamo::Item = serde_json::from_value(item).unwrap();
    let told = changes::change(Table::Messages, None, Some(&image)).unwrap();
    let (business_id, kind, time) = (BUSINESS, Kind::Transactional, Some(at(tomorrow)));
    let pending = Change::MessagePending { business_id, message_id: id, kind, tried_at: time, not_before: time };
    assert_eq!(told, Some(pending));
}
