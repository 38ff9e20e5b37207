//! Two records become one: whatever comes between, no entry counts twice, and nothing is lost.

use crate::support::*;
use domain::inbound::InboundKind;
use domain::{Attempt, CustomerId, Profile};
use futures::future::join_all;
use store::*;
use uuid::Uuid;

const OTHER_RECORD: CustomerId = CustomerId(Uuid::from_u128(50));

async fn load(world: &World, customer: CustomerId, id: &str, points: i64) -> LoadPoints {
    let id = load_id(id);
    let load = Load { load_id: &id, points, reason: None, at: at(1) };
    world.store.load_points(BUSINESS, customer, &load, &attempt()).await.unwrap()
}

/// The balance, and the sum of the entries.
async fn stands(world: &World, customer: CustomerId) -> (Option<i64>, i64) {
    let balance = world.store.balance(BUSINESS, customer).await.unwrap();
    let entries = world.store.entries(BUSINESS, customer, 1_000, None).await.unwrap().items;
    (balance, entries.iter().map(|entry| entry.points).sum())
}

async fn two_records() -> World {
    let world = World::seeded().await;
    let other = customer(50, Some(50));
    world.store.register(BUSINESS, &other, &Profile::default(), &attempt()).await.unwrap();
    world
}

async fn step(world: &World) -> Joined {
    world.store.join_step(BUSINESS, ANA, OTHER_RECORD, &attempt()).await.unwrap()
}

/// Ana has 100 points from the start. What she gained and spent goes over as a whole: in between nobody can spend what a
/// later entry takes away.
#[tokio::test(start_paused = true)]
async fn a_long_history_goes_over_and_no_step_lends_points() {
    let world = two_records().await;
    load(&world, OTHER_RECORD, "own", 7).await;
    load(&world, ANA, "gain", 900).await;
    for n in 0..70 {
        load(&world, ANA, &format!("spent {n}").replace(' ', "-"), -10).await;
    }
    let before = stands(&world, ANA).await;
    assert_eq!(before.0, Some(300));
    let mut steps = 1;
    while step(&world).await == Joined::More {
        steps += 1;
        assert_eq!(stands(&world, OTHER_RECORD).await.0, Some(7), "points are lent");
        assert_eq!(load(&world, OTHER_RECORD, "too-much", -8).await, LoadPoints::BelowZero { balance: 7 });
        assert!(steps < 20);
    }
    assert!(steps > 2, "{steps}");
    assert_eq!(world.store.balance(BUSINESS, ANA).await.unwrap(), None);
    let (balance, sum) = stands(&world, OTHER_RECORD).await;
    assert_eq!((balance, sum + 300 - before.1), (Some(307), 307));
    assert!(world.database.items("PointsTable").iter().all(|row| !format!("{row:?}").contains("held/")));
    // A name that counted there counts here, and nowhere again.
    assert_eq!(load(&world, OTHER_RECORD, "gain", 900).await, LoadPoints::Repeated { balance: 1_000, points: 900 });
    assert_eq!(load(&world, ANA, "gain", 900).await, LoadPoints::NoCustomer);
    assert_eq!(step(&world).await, Joined::Done);
    assert_eq!(stands(&world, OTHER_RECORD).await.0, Some(307));
}

/// Two tasks move at once, while points are loaded and spent on both records.
#[tokio::test(start_paused = true)]
async fn loads_that_come_between_count_once() {
    let world = two_records().await;
    for n in 0..40 {
        load(&world, ANA, &format!("a{n}"), 5).await;
    }
    let movers = (0..2).map(async |_| while step(&world).await == Joined::More {});
    let loads = (0..12).map(async |n: i64| {
        let to = if n % 3 == 0 { ANA } else { OTHER_RECORD };
        let outcome = load(&world, to, &format!("b{n}"), 1 + n).await;
        if matches!(outcome, LoadPoints::Loaded { .. }) { 1 + n } else { 0 }
    });
    let (_, loaded) = futures::join!(join_all(movers), join_all(loads));
    while step(&world).await == Joined::More {}
    let expected = 100 + 200 + loaded.iter().sum::<i64>();
    assert!(loaded.iter().sum::<i64>() > 0);
    assert_eq!(stands(&world, OTHER_RECORD).await.0, Some(expected));
    assert_eq!(world.store.balance(BUSINESS, ANA).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn turns_and_messages_go_over_once() {
    let world = two_records().await;
    let turn = |n: i64| Turn {
        kind: InboundKind::Text,
        told: None,
        media: None,
        at: at(n),
        gateway_message_id: format!("m{n}"),
        sender_id: SENDER,
        owner_id: None,
        own: false,
        text: format!("t{n}"),
    };
    for n in 0..150 {
        world.store.keep_turn(BUSINESS, Conversation::Customer(ANA), &turn(n), &attempt()).await.unwrap();
    }
    world.store.keep_turn(BUSINESS, Conversation::Customer(OTHER_RECORD), &turn(900), &attempt()).await.unwrap();
    // A step whose turns went over, and which died before it deleted them.
    world
        .store
        .keep_turn(BUSINESS, Conversation::Customer(OTHER_RECORD), &turn(0), &Attempt("dead".to_owned()))
        .await
        .unwrap();
    let filter = |customer| MessageFilter { customer: Some(customer), ..MessageFilter::default() };
    let messages = async |customer| {
        world.store.list_messages(BUSINESS, &filter(customer), at(10_000), 100, None).await.unwrap().items.len()
    };
    let had = messages(ANA).await;
    assert!(had > 0);
    while step(&world).await == Joined::More {}
    let turns = async |customer| world.store.turns(BUSINESS, customer, 500, None).await.unwrap().items;
    assert_eq!((turns(ANA).await.len(), messages(ANA).await), (0, 0));
    assert_eq!((turns(OTHER_RECORD).await.len(), messages(OTHER_RECORD).await), (151, had));
}

/// The chat of the record that goes brings its tokens and the person who has it. That of the one that stays is not lost.
#[tokio::test(start_paused = true)]
async fn two_chats_become_one() {
    let world = two_records().await;
    let hour = chrono::TimeDelta::hours(1);
    let put = async |customer, change: &dyn Fn(&mut domain::chat::Chat)| {
        let before = world.store.chat(BUSINESS, customer).await.unwrap();
        let mut after = before.record.clone();
        change(&mut after);
        assert!(world.store.put_chat(BUSINESS, customer, &before, &after, &attempt()).await.unwrap());
    };
    put(ANA, &|chat| {
        chat.hear("theirs", at(900), true);
        chat.tokens = 80;
        chat.take_over(at(901), at(901), hour);
    })
    .await;
    put(OTHER_RECORD, &|chat| {
        chat.hear("own", at(60), false);
        chat.tokens = 20;
    })
    .await;
    while step(&world).await == Joined::More {}
    assert_eq!(world.store.chat(BUSINESS, ANA).await.unwrap().version, 0);
    let chat = world.store.chat(BUSINESS, OTHER_RECORD).await.unwrap().record;
    assert_eq!(
        (chat.tokens, chat.last_at, chat.heard.as_slice()),
        (100, Some(at(900)), ["own".to_owned(), "theirs".to_owned()].as_slice())
    );
    assert!(chat.person(at(902)).is_some());
    let page = world.store.list_chats(BUSINESS, &[domain::chat::handover::Standing::Human], at(1_000), 5, None).await;
    let listed: Vec<_> = page.unwrap().items.into_iter().map(|it| it.customer.customer_id).collect();
    assert_eq!(listed, [OTHER_RECORD]);
}
