//! Many at once: every rule holds whoever comes in between.

use crate::support::*;
use chrono::TimeDelta;
use domain::{
    AutomationName, CustomerId, KeyId, Kind, Message, Pace, Profile, Proposal, ProposalStatus, Reach, Recipient,
    Reservation,
};
use futures::future::join_all;
use std::collections::BTreeSet;
use store::*;
use uuid::Uuid;

#[tokio::test(start_paused = true)]
async fn one_phone_registered_by_twenty_is_one_customer() {
    let world = World::new();
    let outcomes = join_all((0..20).map(async |n| {
        let given = Profile { city: Some(format!("city {n}")), ..Profile::default() };
        let fresh = domain::Customer::new(CustomerId(Uuid::from_u128(100 + n)), Some(phone(7)), &given, at(0));
        match world.store.register(BUSINESS, &fresh, &given, &attempt()).await.unwrap() {
            RegisterOutcome::Created => (fresh.customer_id, true),
            RegisterOutcome::Known { customer, changed } => {
                assert!(!changed);
                (customer.customer_id, false)
            }
        }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|(_, created)| *created).count(), 1);
    assert_eq!(outcomes.iter().map(|(id, _)| id).collect::<BTreeSet<_>>().len(), 1);
    assert_eq!(world.database.items("CustomersTable").len(), 1);
    assert_eq!(world.database.items("PointsTable").len(), 1);
}

/// Two lists at once, of which each has people whom the other has, and one of them twice.
#[tokio::test(start_paused = true)]
async fn lists_registered_at_once_make_each_phone_one_customer() {
    let world = World::new();
    let list = |first: u128, phones: std::ops::Range<u32>| -> Vec<(domain::Customer, Profile)> {
        let with_repeat = phones.clone().chain([phones.start]);
        (first..).zip(with_repeat).map(|(id, number)| (customer(id, Some(number)), Profile::default())).collect()
    };
    let (one, other) = (list(1_000, 0..150), list(2_000, 100..250));
    let (first, second) = (attempt(), attempt());
    let outcomes = tokio::join!(
        world.store.register_all(BUSINESS, &one, &first),
        world.store.register_all(BUSINESS, &other, &second),
    );
    let mut created = Vec::new();
    for ((fresh, _), outcome) in one.iter().chain(&other).zip(outcomes.0.into_iter().chain(outcomes.1)) {
        let phone = fresh.phone.as_ref().unwrap();
        let found = world.store.customer_by(BUSINESS, Identity::Phone(phone)).await.unwrap().unwrap().record;
        match outcome.unwrap() {
            RegisterOutcome::Created => {
                assert_eq!(found.customer_id, fresh.customer_id);
                created.push(phone.clone());
            }
            RegisterOutcome::Known { customer, changed } => assert_eq!((*customer, changed), (found, false)),
        }
    }
    let phones: BTreeSet<_> = created.iter().collect();
    assert_eq!((created.len(), phones.len()), (250, 250));
}

#[tokio::test(start_paused = true)]
async fn a_list_fills_what_is_empty_of_those_who_are_known() {
    let world = World::new();
    let named = Profile { name: Some("Ana".to_owned()), ..Profile::default() };
    let both = Profile { city: Some("Cali".to_owned()), ..named.clone() };
    let of = |id, number, given: &Profile| {
        (domain::Customer::new(CustomerId(Uuid::from_u128(id)), Some(phone(number)), given, at(1)), given.clone())
    };
    let first = [of(1, 1, &named), of(2, 2, &both)];
    world.store.register_all(BUSINESS, &first, &attempt()).await;
    let again = [of(3, 1, &both), of(4, 2, &named), of(5, 3, &named), of(6, 3, &both)];
    let outcomes = world.store.register_all(BUSINESS, &again, &attempt()).await;
    let told: Vec<_> = outcomes
        .into_iter()
        .map(|outcome| match outcome.unwrap() {
            RegisterOutcome::Created => None,
            RegisterOutcome::Known { customer, changed } => {
                Some((customer.customer_id.0.as_u128(), customer.city, changed))
            }
        })
        .collect();
    let cali = Some("Cali".to_owned());
    assert_eq!(told, [Some((1, cali.clone(), true)), Some((2, cali.clone(), false)), None, Some((5, cali, true))]);
}

#[tokio::test(start_paused = true)]
async fn different_fields_registered_at_once_are_all_kept() {
    let world = World::seeded().await;
    let name = Profile { name: Some("Ana".to_owned()), ..Profile::default() };
    let city = Profile { city: Some("Cali".to_owned()), ..Profile::default() };
    let email = Profile { email: Some("ana@example.com".to_owned()), ..Profile::default() };
    let yes = Profile { marketing_consent: Some(true), ..Profile::default() };
    let fresh = customer(50, Some(1));
    join_all([name, city, email, yes].iter().map(async |given| {
        world.store.register(BUSINESS, &fresh, given, &attempt()).await.unwrap();
    }))
    .await;
    let ana = world.store.customer(BUSINESS, ANA).await.unwrap().unwrap();
    assert_eq!(ana.version, 5);
    let Profile { name, city, email, marketing_consent, .. } = Profile::default();
    let after = (ana.record.name, ana.record.city, ana.record.email, ana.record.marketing_consent);
    assert!(after.0 != name && after.1 != city && after.2 != email && after.3 != marketing_consent);
    assert_eq!(world.store.reach(BUSINESS, Recipient::Customer(ANA)).await.unwrap().consent, Some(true));
}

#[tokio::test(start_paused = true)]
async fn people_who_write_at_once_are_met_once() {
    let world = World::seeded().await;
    // Nobody knows this one yet.
    let met = join_all((0..10).map(async |n| {
        let mut fresh = customer(100 + n, None);
        fresh.bsuid = Some("b1".to_owned());
        world.store.meet(BUSINESS, &fresh, at(0), &attempt()).await.unwrap().unwrap()
    }))
    .await;
    assert_eq!(met.iter().filter(|met| met.created).count(), 1);
    assert!(met.iter().all(|one| one.customer == met[0].customer));

    // Ana is known, and has one chat in the end.
    let met = join_all((0..10).map(async |n| {
        let mut fresh = customer(200 + n, Some(1));
        fresh.chat_id = Some(format!("chat {n}"));
        world.store.meet(BUSINESS, &fresh, at(0), &attempt()).await.unwrap().unwrap()
    }))
    .await;
    assert_eq!(met.iter().map(|met| (met.attached, met.conflicts)).filter(|met| *met == (1, 0)).count(), 1);
    assert_eq!(met.iter().map(|met| (met.attached, met.conflicts)).filter(|met| *met == (0, 1)).count(), 9);
    let ana = world.store.customer(BUSINESS, ANA).await.unwrap().unwrap();
    assert!(met.iter().all(|met| met.customer.record.chat_id == ana.record.chat_id));
    assert_eq!(world.database.items("IdentitiesTable").len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_load_sent_fifty_times_counts_once() {
    let world = World::seeded().await;
    let id = load_id("visit");
    let load = Load { load_id: &id, points: 10, reason: None, at: at(1) };
    let outcomes =
        join_all((0..50).map(async |_| world.store.load_points(BUSINESS, ANA, &load, &attempt()).await.unwrap())).await;
    let loaded = outcomes.iter().filter(|outcome| **outcome == LoadPoints::Loaded { balance: 110 }).count();
    let repeated =
        outcomes.iter().filter(|outcome| **outcome == LoadPoints::Repeated { balance: 110, points: 10 }).count();
    assert_eq!((loaded, repeated), (1, 49));
    assert_eq!(world.store.balance(BUSINESS, ANA).await.unwrap(), Some(110));
}

#[tokio::test(start_paused = true)]
async fn fifty_loads_at_once_all_count() {
    let world = World::seeded().await;
    let mut balances = join_all((0..50).map(async |n| {
        let id = load_id(&format!("visit-{n}"));
        let load = Load { load_id: &id, points: 1, reason: None, at: at(1) };
        match world.store.load_points(BUSINESS, ANA, &load, &attempt()).await.unwrap() {
            LoadPoints::Loaded { balance } => balance,
            other => panic!("{other:?}"),
        }
    }))
    .await;
    balances.sort_unstable();
    assert_eq!(balances, (101..=150).collect::<Vec<_>>());
    let entries = world.store.entries(BUSINESS, ANA, 100, None).await.unwrap().items;
    let chain: Vec<_> = entries.iter().map(|entry| (entry.seq, entry.balance_after)).collect();
    assert_eq!(chain, (1..=51).rev().map(|seq| (seq, 99 + i64::try_from(seq).unwrap())).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_balance_is_never_taken_twice() {
    let world = World::seeded().await;
    let outcomes = join_all((0..10).map(async |n| {
        let id = load_id(&format!("prize-{n}"));
        let load = Load { load_id: &id, points: -30, reason: None, at: at(1) };
        world.store.load_points(BUSINESS, ANA, &load, &attempt()).await.unwrap()
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, LoadPoints::Loaded { .. })).count(), 3);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == LoadPoints::BelowZero { balance: 10 }).count(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_key_has_exactly_its_requests_in_each_window() {
    let world = World::new();
    let key = KeyId(Uuid::from_u128(9));
    let window = TimeDelta::minutes(15);
    for (start, after) in [(at(0), at(899)), (at(900), at(1_700))] {
        let counted = join_all(
            (0..150).map(async |_| world.store.count_request(key, 100, window, start, &attempt()).await.unwrap()),
        )
        .await;
        let mut within: Vec<_> = counted
            .iter()
            .filter_map(|counted| match counted {
                Counted::Within(n) => Some(*n),
                Counted::Limited { retry_after } => {
                    assert_eq!(*retry_after, window);
                    None
                }
            })
            .collect();
        within.sort_unstable();
        assert_eq!(within, (1..=100).collect::<Vec<_>>());
        let late = world.store.count_request(key, 100, window, after, &attempt()).await.unwrap();
        assert_eq!(late, Counted::Limited { retry_after: start + window - after });
    }
    let none = world.store.count_request(KeyId(Uuid::from_u128(10)), 0, window, at(0), &attempt()).await.unwrap();
    assert_eq!(none, Counted::Limited { retry_after: window });
}

#[tokio::test(start_paused = true)]
async fn workers_never_get_the_same_slot() {
    let world = World::new();
    let pace = Pace::per_minute(4_800);
    let slots = Slots { pace, want: 3, kind: Kind::Marketing, now: at(0), lead: TimeDelta::zero(), spacing: None };
    let taken = join_all((0..20).map(async |_| {
        let read = world.store.sender_row(BUSINESS, SENDER).await.unwrap();
        match world.store.reserve(BUSINESS, SENDER, &read, slots, &attempt()).await.unwrap() {
            Reservation::Reserved { slots, .. } => slots,
            Reservation::Refused { .. } => panic!("60 slots are within 2 s"),
        }
    }))
    .await;
    let mut taken: Vec<_> = taken.into_iter().flatten().collect();
    taken.sort_unstable();
    assert_eq!(taken.len(), 60);
    let interval = TimeDelta::from_std(pace.interval()).unwrap();
    assert!(taken.windows(2).all(|pair| pair[1].begins - pair[0].begins >= interval));

    // A worker that read the row long ago needs no second try.
    let read = world.store.sender_row(BUSINESS, SENDER).await.unwrap();
    world.store.meter().reset();
    let late = join_all((0..20).map(async |_| {
        world.store.reserve(BUSINESS, SENDER, &read, slots, &attempt()).await.unwrap();
    }));
    late.await;
    assert_eq!(world.store.meter().usage().calls, 20);

    // No one waits as long for a slot as a refusal says, and a refusal writes nothing.
    let row = world.store.sender_row(BUSINESS, SENDER).await.unwrap();
    let many = Slots { want: 100, kind: Kind::Transactional, ..slots };
    world.store.reserve(BUSINESS, SENDER, &row, many, &attempt()).await.unwrap();
    let row = world.store.sender_row(BUSINESS, SENDER).await.unwrap();
    let refused = world.store.reserve(BUSINESS, SENDER, &row, slots, &attempt()).await.unwrap();
    assert!(matches!(refused, Reservation::Refused { .. }));
    assert_eq!(world.store.sender_row(BUSINESS, SENDER).await.unwrap(), row);
}

#[tokio::test(start_paused = true)]
async fn workers_share_what_an_idle_sender_may_send_at_once() {
    let world = World::new();
    let slots = Slots {
        pace: Pace::per_minute(4_800),
        want: 3,
        kind: Kind::Transactional,
        now: at(0),
        lead: TimeDelta::zero(),
        spacing: None,
    };
    let taken = join_all((0..40).map(async |_| {
        let read = world.store.sender_row(BUSINESS, SENDER).await.unwrap();
        match world.store.reserve(BUSINESS, SENDER, &read, slots, &attempt()).await.unwrap() {
            Reservation::Reserved { slots, .. } => slots,
            Reservation::Refused { .. } => panic!("120 slots are within 10 s"),
        }
    }))
    .await;
    let begins: Vec<_> = taken.into_iter().flatten().map(|slot| slot.begins).collect();
    assert_eq!(begins.len(), 120);
    assert_eq!(begins.iter().filter(|begins| **begins == at(0)).count(), 77);
    assert_eq!(begins.iter().collect::<BTreeSet<_>>().len(), 1 + 43);
    assert!(begins.iter().all(|begins| *begins == at(0) || *begins > at(0) + TimeDelta::milliseconds(980)));
}

#[tokio::test(start_paused = true)]
async fn one_of_many_claims_wins() {
    let world = World::seeded().await;
    let pending = message(&message_id("pending"), Kind::Transactional);
    let reach = Reach::default();
    let claims = join_all(
        (0..10).map(async |_| world.store.claim(&claim_of(&pending, &reach, at(100)), &attempt()).await.unwrap()),
    )
    .await;
    assert_eq!(claims.iter().filter(|claimed| **claimed == Claimed::Claimed).count(), 1);
    assert_eq!(claims.iter().filter(|claimed| matches!(claimed, Claimed::Lost(Some(_)))).count(), 9);
}

#[tokio::test(start_paused = true)]
async fn two_messages_to_one_person_keep_their_distance_and_the_cap() {
    let world = World::seeded().await;
    let mut all = Vec::new();
    for n in 0..8 {
        let message = message(&message_id(&format!("offer-{n}")), Kind::Marketing);
        world.store.create_message(&message, &attempt()).await.unwrap();
        all.push(message);
    }
    let reach = Reach::default();
    let claims = join_all(all.iter().map(async |message: &Message| {
        world.store.claim(&claim_of(message, &reach, at(100)), &attempt()).await.unwrap()
    }))
    .await;
    assert_eq!(claims.iter().filter(|claimed| **claimed == Claimed::Claimed).count(), 1);
    let seen = claims.iter().find_map(|claimed| match claimed {
        Claimed::ReachChanged(reach) => Some(reach.clone()),
        _ => None,
    });
    assert_eq!(seen.map(|reach| reach.marketing_at), Some(vec![at(100).timestamp_millis()]));
}

/// Proposals made at once have numbers of their own; once all are settled the next begins at 1.
#[tokio::test(start_paused = true)]
async fn proposals_made_at_once_are_told_apart() {
    let world = World::seeded().await;
    let proposal = |day: u32| Proposal {
        business_id: BUSINESS,
        automation: AutomationName::Birthdays,
        date: chrono::NaiveDate::from_ymd_opt(2026, 3, day).unwrap(),
        number: 0,
        found: 1,
        people: vec![ANA],
        offer: 10,
        free: Vec::new(),
        status: ProposalStatus::Open,
        campaign_id: None,
        until: at(3_600),
        created_at: at(i64::from(day)),
    };
    let made = join_all(
        (1..=6).chain(1..=6).map(async |day| world.store.create_proposal(&proposal(day), &attempt()).await.unwrap()),
    )
    .await;
    let numbers: BTreeSet<u32> = made.iter().map(|it| it.number).collect();
    assert_eq!(numbers, (1..=6).collect());
    let open = world.store.open_proposals(BUSINESS).await.unwrap();
    assert_eq!(
        open.iter().map(|it| it.date).collect::<Vec<_>>(),
        (1..=6).rev().map(|day| proposal(day).date).collect::<Vec<_>>()
    );
    // Two owners answer each at once: one of them moves it.
    let moves = join_all(open.iter().chain(&open).map(async |before| {
        let after = Proposal { status: ProposalStatus::Declined, ..before.clone() };
        world.store.move_proposal(before, &after, &attempt()).await.unwrap()
    }))
    .await;
    assert_eq!(moves.iter().filter(|moved| **moved).count(), 6);
    assert_eq!(world.store.open_proposals(BUSINESS).await.unwrap(), []);
    assert_eq!(world.store.create_proposal(&proposal(20), &attempt()).await.unwrap().number, 1);
}
