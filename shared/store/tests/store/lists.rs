//! Lists come whole, in order and only to those they belong to.

use crate::support::*;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use domain::inbound::InboundKind;
use domain::{Customer, Kind, Message, MessageType, OwnerId, Profile, Recipient, Statistics, Status};
use std::collections::BTreeSet;
use store::*;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// 130 messages, ten in each second; every fifth to an owner, every seventh a notice of points, every second skipped.
async fn world() -> (World, Vec<Message>) {
    static MADE: OnceCell<(Database, Vec<Message>)> = OnceCell::const_new();
    let (database, all) = MADE.get_or_init(make).await;
    (World::on(database.copy()), all.clone())
}

async fn make() -> (Database, Vec<Message>) {
    let world = World::new();
    let mut all = Vec::new();
    for n in 0..130u32 {
        let mut message = message(&message_id(&format!("m{n}")), Kind::Transactional);
        message.created_at = at(i64::from(n / 10));
        message.scheduled_for = message.created_at;
        if n % 5 == 0 {
            message.recipient = Recipient::Owner(OwnerId(Uuid::from_u128(8)));
        }
        if n % 7 == 0 {
            message.message_type = MessageType::Points;
        }
        world.store.create_message(&message, &attempt()).await.unwrap();
        if n % 2 == 0 {
            world.store.skip(BUSINESS, &message.message_id, "opted_out: …", &attempt()).await.unwrap();
        }
        all.push(message.message_id);
    }
    let all = world.store.messages(BUSINESS, &all).await.unwrap();
    let other = Message { business_id: OTHER, ..message(&message_id("other"), Kind::Transactional) };
    world.store.create_message(&other, &attempt()).await.unwrap();
    (world.database, all)
}

#[tokio::test(start_paused = true)]
async fn every_filter_lists_what_it_takes_once_newest_first() {
    let (world, all) = world().await;
    let none = MessageFilter::default();
    let filters = [
        none,
        MessageFilter { customer: Some(ANA), ..none },
        MessageFilter { status: Some(Status::Skipped), ..none },
        MessageFilter { message_type: Some(MessageType::Points), status: Some(Status::Pending), ..none },
        MessageFilter { customer: Some(ANA), message_type: Some(MessageType::Points), ..none },
        MessageFilter { from: Some(at(3)), to: Some(at(11)), ..none },
        MessageFilter { customer: Some(ANA), from: Some(at(10)), ..none },
        MessageFilter { message_type: Some(MessageType::OptIn), ..none },
        MessageFilter { from: Some(at(11)), to: Some(at(3)), ..none },
        MessageFilter { owner: Some(OwnerId(Uuid::from_u128(8))), from: Some(at(3)), ..none },
        MessageFilter { owner: Some(OwnerId(Uuid::from_u128(9))), ..none },
    ];
    for filter in filters {
        let takes = |message: &&Message| {
            filter.customer.is_none_or(|customer| message.customer_id() == Some(customer))
                && filter.owner.is_none_or(|owner| message.owner_id() == Some(owner))
                && filter.message_type.is_none_or(|wanted| message.message_type == wanted)
                && filter.status.is_none_or(|status| message.status == status)
                && filter.from.is_none_or(|from| message.created_at >= from)
                && filter.to.is_none_or(|to| message.created_at < to)
        };
        let expected: BTreeSet<_> = all.iter().filter(takes).map(|message| message.message_id.clone()).collect();
        for limit in [13, 100] {
            let mut listed: Vec<Message> = Vec::new();
            let mut cursor = None;
            loop {
                let list = world.store.list_messages(BUSINESS, &filter, at(100), limit, cursor.as_deref());
                let page = list.await.unwrap();
                assert!(page.items.len() <= limit);
                listed.extend(page.items);
                cursor = page.cursor;
                if cursor.is_none() {
                    break;
                }
                assert!(listed.len() < 1_000, "{filter:?}");
            }
            assert!(listed.windows(2).all(|pair| pair[0].created_at >= pair[1].created_at), "{filter:?}");
            let ids: BTreeSet<_> = listed.iter().map(|message| message.message_id.clone()).collect();
            assert_eq!((ids.len(), &ids), (listed.len(), &expected), "{filter:?} {limit}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_costs_what_it_holds() {
    let (world, _) = world().await;
    world.store.meter().reset();
    world.store.list_messages(BUSINESS, &MessageFilter::default(), at(100), 20, None).await.unwrap();
    let usage = world.store.meter().usage();
    assert_eq!((usage.calls, usage.queries, usage.items_read), (2, 1, 40));
    if world.database.counts_units() {
        assert_eq!(usage.read_units, 20.5);
    }
}

#[tokio::test(start_paused = true)]
async fn a_filter_that_takes_little_stops_and_goes_on() {
    let world = World::new();
    world.store.create_message(&message(&message_id("0"), Kind::Transactional), &attempt()).await.unwrap();
    let mut item = world.database.items("MessagesTable").remove(0);
    for n in 1..1_050 {
        item["pk"]["S"] = format!("{BUSINESS}/direct/{n}").into();
        world.database.put("MessagesTable", &item);
    }
    let filter = MessageFilter { message_type: Some(MessageType::OptIn), ..MessageFilter::default() };
    let first = world.store.list_messages(BUSINESS, &filter, at(1), 10, None).await.unwrap();
    assert!(first.items.is_empty());
    world.store.meter().reset();
    let rest = world.store.list_messages(BUSINESS, &filter, at(1), 10, first.cursor.as_deref()).await.unwrap();
    assert_eq!((rest.items.len(), rest.cursor, world.store.meter().usage().items_read), (0, None, 100));
}

#[tokio::test(start_paused = true)]
async fn a_cursor_is_for_its_own_list() {
    let (world, _) = world().await;
    let list = async |business, filter: MessageFilter, cursor: Option<&str>| {
        world.store.list_messages(business, &filter, at(100), 10, cursor).await
    };
    let cursor = list(BUSINESS, MessageFilter::default(), None).await.unwrap().cursor.unwrap();
    let of_ana = MessageFilter { customer: Some(ANA), ..MessageFilter::default() };
    let refused = [
        list(OTHER, MessageFilter::default(), Some(&cursor)).await,
        list(BUSINESS, of_ana, Some(&cursor)).await,
        list(BUSINESS, MessageFilter::default(), Some("nonsense")).await,
        list(BUSINESS, MessageFilter::default(), Some("")).await,
    ];
    assert!(refused.iter().all(|refused| *refused == Err(StoreError::BadCursor)));
    assert!(list(BUSINESS, MessageFilter::default(), Some(&cursor)).await.is_ok());
    assert!(world.store.businesses(10, Some(&cursor)).await == Err(StoreError::BadCursor));
    assert!(world.store.turns(BUSINESS, ANA, 10, Some(&cursor)).await == Err(StoreError::BadCursor));
    assert!(world.store.entries(BUSINESS, ANA, 10, Some(&cursor)).await == Err(StoreError::BadCursor));
}

/// Callers can read cursors, and write them.
#[tokio::test(start_paused = true)]
async fn a_cursor_to_a_place_that_the_list_cannot_have_is_refused() {
    let world = World::seeded().await;
    for n in 0..3 {
        let one = purchase(&format!("i{n}"), n, 100, Vec::new());
        let zone = "America/Sao_Paulo".parse().unwrap();
        world.store.record_purchase(BUSINESS, &one, zone, at(9), &attempt()).await.unwrap();
        let booked = appointment(&format!("a{n}"), n * 60);
        world
            .store
            .create_appointment(BUSINESS, &booked, &made_as(&booked), Taking::FreeTime, &attempt())
            .await
            .unwrap();
        let (gateway_message_id, text) = (format!("m{n}"), "Oi!".to_owned());
        let turn = Turn {
            kind: InboundKind::Text,
            told: None,
            media: None,
            at: at(n),
            gateway_message_id,
            sender_id: SENDER,
            owner_id: None,
            own: false,
            text,
        };
        world.store.keep_turn(BUSINESS, Conversation::Customer(ANA), &turn, &attempt()).await.unwrap();
    }
    let purchases = world.store.customer_purchases(BUSINESS, ANA, 1, None).await.unwrap().cursor.unwrap();
    let appointments = world.store.customer_appointments(BUSINESS, ANA, 1, None).await.unwrap().cursor.unwrap();
    let turns = world.store.turns(BUSINESS, ANA, 1, None).await.unwrap().cursor.unwrap();
    let moved = |cursor: &str, place: &str| {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).unwrap()).unwrap();
        URL_SAFE_NO_PAD.encode(format!("{}\n{place}", text.split_once('\n').unwrap().0))
    };
    for place in ["", " ", "favorites", "purchase/", "turn", "2026-11-20T15:00:00Z", " a0", "2026-11-20T15:00:00Z "] {
        let cursor = moved(&purchases, place);
        let found = world.store.customer_purchases(BUSINESS, ANA, 1, Some(&cursor)).await;
        assert!(found == Err(StoreError::BadCursor), "{place:?}");
        let cursor = moved(&appointments, place);
        let found = world.store.customer_appointments(BUSINESS, ANA, 1, Some(&cursor)).await;
        assert!(found == Err(StoreError::BadCursor), "{place:?}");
        let found = world.store.turns(BUSINESS, ANA, 1, Some(&moved(&turns, place))).await;
        assert!(found == Err(StoreError::BadCursor), "{place:?}");
    }
    // The day, and a place within it.
    let recorded = world.store.recorded_purchases(BUSINESS, at(0), at(9), 1, None).await.unwrap().cursor.unwrap();
    let read = |cursor: String| async move {
        let store = World::seeded().await.store;
        store.recorded_purchases(BUSINESS, at(0), at(9), 1, Some(&cursor)).await
    };
    assert!(read(recorded.clone()).await.is_ok());
    let day = at(0).date_naive();
    let (own, theirs) = (format!("{BUSINESS}/{ANA}"), format!("{OTHER}/{ANA}"));
    let moment = at(0).timestamp_millis();
    for place in [
        "".to_owned(),
        "2027".to_owned(),
        format!("{day} "),
        format!("{day} x {own} purchase/00000000000000/i"),
        format!("{day} {moment} {own} favorites"),
        format!("{day} {moment} {theirs} purchase/00000000000000/i"),
        format!("{day} {} {own} purchase/00000000000000/i", moment + 86_400_000),
    ] {
        assert!(read(moved(&recorded, &place)).await == Err(StoreError::BadCursor), "{place:?}");
    }
    let found = world.store.recorded_purchases(OTHER, at(0), at(9), 1, Some(&recorded)).await;
    assert!(found == Err(StoreError::BadCursor));
}

#[tokio::test(start_paused = true)]
async fn messages_past_their_time_are_not_listed() {
    let (world, _) = world().await;
    let later = at(11) + TimeDelta::days(90);
    let mut count = 0;
    let mut cursor = None;
    loop {
        let filter = MessageFilter::default();
        let page = world.store.list_messages(BUSINESS, &filter, later, 100, cursor.as_deref()).await.unwrap();
        count += page.items.len();
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(count, 20);
}

#[tokio::test(start_paused = true)]
async fn a_due_message_is_found_in_one_shard_and_put_off_once() {
    let (world, all) = world().await;
    let pending: BTreeSet<_> =
        all.iter().filter(|m| m.status == Status::Pending).map(|m| m.message_id.clone()).collect();
    let mut found = Vec::new();
    for shard in due_shards() {
        let mut cursor = None;
        loop {
            let DuePage { rows, next, .. } = world.store.due_messages(shard, at(900), 3, cursor).await.unwrap();
            found.extend(rows);
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        assert!(world.store.due_messages(shard, at(899), 100, None).await.unwrap().rows.is_empty());
    }
    let ids: BTreeSet<_> =
        found.iter().filter(|due| due.business_id == BUSINESS).map(|due| due.message_id.clone()).collect();
    assert_eq!((ids.len() + 1, &ids), (found.len(), &pending));
    for due in &found {
        assert!(world.store.advance_message(due, at(1_800), &attempt()).await.unwrap());
        assert!(!world.store.advance_message(due, at(1_800), &attempt()).await.unwrap());
    }
    for shard in due_shards() {
        assert!(world.store.due_messages(shard, at(1_799), 100, None).await.unwrap().rows.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn businesses_keys_entries_and_turns_are_listed() {
    let world = World::seeded().await;
    let store = &world.store;
    for n in 10..31 {
        store.create_business(&business(domain::BusinessId(Uuid::from_u128(n))), &[], &attempt()).await.unwrap();
    }
    let mut names = Vec::new();
    let mut cursor = None;
    loop {
        let page = store.businesses(4, cursor.as_deref()).await.unwrap();
        names.extend(page.items.iter().map(|business| business.business_id.0.as_u128()));
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(names, [1].into_iter().chain(10..31).collect::<Vec<_>>());
    assert!(!store.create_business(&business(BUSINESS), &[], &attempt()).await.unwrap());

    for n in 0..9 {
        let turn = Turn {
            kind: InboundKind::Text,
            told: None,
            media: None,
            at: at(n),
            gateway_message_id: format!("w{n}"),
            sender_id: SENDER,
            owner_id: None,
            own: false,
            text: "Oi".to_owned(),
        };
        assert!(store.keep_turn(BUSINESS, Conversation::Customer(ANA), &turn, &attempt()).await.unwrap());
        assert!(!store.keep_turn(BUSINESS, Conversation::Customer(ANA), &turn, &attempt()).await.unwrap());
        let id = load_id(&format!("{}", 100 - n));
        let load = Load { load_id: &id, points: 1, reason: None, at: at(n) };
        store.load_points(BUSINESS, ANA, &load, &attempt()).await.unwrap();
    }
    let first = store.turns(BUSINESS, ANA, 5, None).await.unwrap();
    let rest = store.turns(BUSINESS, ANA, 5, first.cursor.as_deref()).await.unwrap();
    let times: Vec<_> = first.items.iter().chain(&rest.items).map(|turn| turn.at).collect();
    assert_eq!((times, rest.cursor), ((0..9).map(at).collect::<Vec<_>>(), None));
    let first = store.entries(BUSINESS, ANA, 6, None).await.unwrap();
    let rest = store.entries(BUSINESS, ANA, 6, first.cursor.as_deref()).await.unwrap();
    let order: Vec<_> = first.items.iter().chain(&rest.items).map(|entry| entry.seq).collect();
    assert_eq!((order, rest.cursor), ((1..=10).rev().collect::<Vec<_>>(), None));
    for entry in first.items.into_iter().chain(rest.items) {
        assert_eq!(store.entry(OTHER, ANA, &entry.load_id).await.unwrap(), None);
        assert_eq!(store.entry(BUSINESS, ANA, &entry.load_id).await.unwrap(), Some(entry));
    }
    assert_eq!(store.entry(BUSINESS, ANA, &load_id("none")).await.unwrap(), None);

    let key = |n: u128| ApiKey {
        key_id: domain::KeyId(Uuid::from_u128(n)),
        business_id: Some(BUSINESS),
        label: format!("key {n}"),
        limit_requests: (n == 1).then_some(7),
        created_at: at(i64::try_from(n).unwrap()),
    };
    for n in [2, 1, 3] {
        assert!(store.create_key(&format!("hash {n}"), &key(n), &attempt()).await.unwrap());
    }
    assert!(!store.create_key("hash 1", &key(4), &attempt()).await.unwrap());
    assert_eq!(store.keys(BUSINESS).await.unwrap(), [key(1), key(2), key(3)]);
    assert!(!store.delete_key(OTHER, key(2).key_id).await.unwrap());
    assert!(store.delete_key(BUSINESS, key(2).key_id).await.unwrap());
    assert_eq!(store.keys(BUSINESS).await.unwrap(), [key(1), key(3)]);
    assert_eq!(store.key("hash 2").await.unwrap(), None);
}

/// Texts of two owners, four in each second, of Ana, and of an owner of another business.
async fn written() -> World {
    let world = World::seeded().await;
    let keep = async |business, of, n: i64, owner: Option<u128>| {
        let turn = Turn {
            kind: InboundKind::Text,
            told: None,
            media: None,
            at: at(n / 4),
            gateway_message_id: format!("w{n:02}"),
            sender_id: SENDER,
            owner_id: owner.map(|id| OwnerId(Uuid::from_u128(id))),
            own: false,
            text: "Oi".to_owned(),
        };
        assert!(world.store.keep_turn(business, of, &turn, &attempt()).await.unwrap());
        assert!(!world.store.keep_turn(business, of, &turn, &attempt()).await.unwrap());
    };
    for n in 0..20 {
        keep(BUSINESS, Conversation::Owners, n, Some(if n % 3 == 0 { 8 } else { 9 })).await;
    }
    keep(BUSINESS, Conversation::Customer(ANA), 20, None).await;
    keep(OTHER, Conversation::Owners, 21, Some(8)).await;
    world
}

/// The numbers of all texts that a list has, page by page.
async fn latest(world: &World, of: Conversation, filter: TurnFilter<'_>, now: i64) -> Vec<u32> {
    let (mut numbers, mut cursor) = (Vec::new(), None);
    loop {
        let page = world.store.latest_turns(BUSINESS, of, &filter, at(now), 3, cursor.as_deref()).await.unwrap();
        numbers.extend(page.items.iter().map(|turn| turn.gateway_message_id[1..].parse::<u32>().unwrap()));
        cursor = page.cursor;
        if cursor.is_none() {
            return numbers;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_people_write_is_listed_once_newest_first() {
    let world = written().await;
    let (owner, other) = (OwnerId(Uuid::from_u128(8)), OwnerId(Uuid::from_u128(9)));
    let none = TurnFilter::default();
    let owners = Conversation::Owners;
    let down = |numbers: std::ops::Range<u32>| numbers.rev().collect::<Vec<_>>();
    let by_eight = |numbers: std::ops::Range<u32>| numbers.rev().filter(|n| n % 3 == 0).collect::<Vec<_>>();
    let both = [owner, other];
    for (filter, expected) in [
        (none, down(0..20)),
        (TurnFilter { owners: Some(&both), ..none }, down(0..20)),
        (TurnFilter { owners: Some(&both[..1]), ..none }, by_eight(0..20)),
        (TurnFilter { owners: Some(&[]), ..none }, Vec::new()),
        (TurnFilter { from: Some(at(1)), to: Some(at(3)), ..none }, down(4..12)),
        (TurnFilter { from: Some(at(3)), to: Some(at(1)), ..none }, Vec::new()),
        (TurnFilter { owners: Some(&both[..1]), to: Some(at(3)), ..none }, by_eight(0..12)),
    ] {
        assert_eq!(latest(&world, owners, filter, 9).await, expected, "{filter:?}");
    }
    assert_eq!(latest(&world, Conversation::Customer(ANA), none, 9).await, [20]);
    // To be removed, and not removed yet.
    let ninety_days = 90 * 24 * 3_600;
    assert_eq!(latest(&world, owners, none, ninety_days + 4).await, down(16..20));
    // A cursor whose place has been passed by what is removed ends its list.
    let cursor = world.store.latest_turns(BUSINESS, owners, &none, at(9), 3, None).await.unwrap().cursor;
    let later = at(ninety_days + 9);
    let rest = world.store.latest_turns(BUSINESS, owners, &none, later, 3, cursor.as_deref()).await.unwrap();
    assert!(rest.items.is_empty() && rest.cursor.is_none());
    let other_list = world.store.turns(BUSINESS, ANA, 3, cursor.as_deref()).await;
    assert!(other_list == Err(StoreError::BadCursor));
}

/// Two tasks may make words of one recording, and one of them may find none. The words stay, whichever comes first.
#[tokio::test(start_paused = true)]
async fn the_words_of_a_recording_are_kept_whoever_comes_first() {
    for words_first in [true, false] {
        let world = World::new();
        let turn = |kind, text: &str| Turn {
            at: at(5),
            gateway_message_id: "wamid.voice".to_owned(),
            sender_id: SENDER,
            owner_id: None,
            own: false,
            kind,
            text: text.to_owned(),
            told: None,
            media: None,
        };
        let (spoken, silent) = (turn(InboundKind::Text, "quero marcar"), turn(InboundKind::Audio, ""));
        let deliveries = if words_first { [&spoken, &silent] } else { [&silent, &spoken] };
        for delivery in deliveries.into_iter().chain(deliveries) {
            world.store.keep_turn(BUSINESS, Conversation::Customer(ANA), delivery, &attempt()).await.unwrap();
        }
        let kept = world.store.turns(BUSINESS, ANA, 9, None).await.unwrap().items;
        assert!(kept == [spoken], "words first: {words_first}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_an_owner_wrote_goes_with_the_owner_and_with_the_business() {
    let world = written().await;
    let (owners, none) = (Conversation::Owners, TurnFilter::default());
    world.store.forget_other_owners(BUSINESS, &[OwnerId(Uuid::from_u128(8))]).await.unwrap();
    assert_eq!(latest(&world, owners, none, 9).await, (0..20).rev().filter(|n| n % 3 == 0).collect::<Vec<_>>());
    assert_eq!(latest(&world, Conversation::Customer(ANA), none, 9).await, [20]);
    while world.store.erase_business_step(BUSINESS, at(9), &attempt()).await.unwrap() == Erased::More {}
    assert_eq!(latest(&world, owners, none, 9).await, [] as [u32; 0]);
    let other = world.store.latest_turns(OTHER, owners, &none, at(9), 3, None).await.unwrap();
    assert_eq!(other.items.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_business_reads_as_it_was_written() {
    let world = World::seeded().await;
    let store = &world.store;
    let whole = store.business_with_senders(BUSINESS).await.unwrap().unwrap();
    assert!(whole.business.record == business(BUSINESS) && whole.senders == [sender()]);
    assert!(store.business_with_senders(OTHER).await.unwrap().is_none());
    assert!(store.senders(BUSINESS).await.unwrap() == [sender()]);
    assert!(store.sender(BUSINESS, SENDER).await.unwrap() == Some(sender()));
    let mut after = whole.business.record.clone();
    after.settings.weekly_cap = 1;
    let update = async |after| store.update_business(&whole.business, after, &AT_HOURS, &attempt()).await.unwrap();
    assert_eq!(update(&whole.business.record).await, Updated::Unchanged);
    assert_eq!(update(&after).await, Updated::Done(2));
    assert_eq!(update(&after).await, Updated::Conflict);
    assert!(store.business(BUSINESS).await.unwrap().unwrap().record == after);

    let owner = |n| WebhookOwner { business_id: BUSINESS, sender_id: domain::SenderId(Uuid::from_u128(n)) };
    assert!(store.put_webhook("hash", owner(1), &attempt()).await.unwrap());
    assert!(store.put_webhook("hash", owner(1), &attempt()).await.unwrap());
    assert!(!store.put_webhook("hash", owner(2), &attempt()).await.unwrap());
    assert_eq!(store.webhook("hash").await.unwrap(), Some(owner(1)));
    store.remove_webhook("hash").await.unwrap();
    assert_eq!(store.webhook("hash").await.unwrap(), None);
    store.ping().await.unwrap();
    assert_eq!(store.customer_count().await.unwrap(), 1);
    let missing = Store::new(client(&world.database), Tables::default(), Meter::default());
    assert_eq!(missing.ping().await, Err(StoreError::NoTable("businesses")));
}

/// Reads follow the page, not the size of the business: at both sizes the same calls and units.
#[tokio::test(start_paused = true)]
async fn customers_are_listed_by_their_last_contact() {
    use store::ContactOrder::{NewestFirst, OldestFirst};
    let mut costs = Vec::new();
    for size in [30u32, 120] {
        let world = World::new();
        for n in 0..size {
            let id = domain::CustomerId(Uuid::from_u128(u128::from(n) + 1));
            let fresh = domain::Customer::new(id, Some(phone(n)), &domain::Profile::default(), at(i64::from(n)));
            world.store.register(BUSINESS, &fresh, &domain::Profile::default(), &attempt()).await.unwrap();
        }
        let oldest = domain::CustomerId(Uuid::from_u128(1));
        let before = world.store.customer(BUSINESS, oldest).await.unwrap().unwrap();
        let after = domain::Customer { last_contact_at: at(1_000), ..before.record.clone() };
        world.store.update_customer(BUSINESS, &before, &after, &attempt()).await.unwrap();
        for (order, other) in [(NewestFirst, OldestFirst), (OldestFirst, NewestFirst)] {
            let page = async |business, order, cursor: Option<String>| {
                world.store.last_contacts(business, order, 10, cursor.as_deref()).await
            };
            world.store.meter().reset();
            let first = page(BUSINESS, order, None).await.unwrap();
            let usage = world.store.meter().usage();
            costs.push((usage.calls, usage.read_units));

            let (mut seen, mut cursor) = (first.items, first.cursor);
            while let Some(next) = cursor {
                for (business, order) in [(OTHER, order), (BUSINESS, other)] {
                    let refused = page(business, order, Some(next.clone())).await.map(drop);
                    assert_eq!(refused, Err(StoreError::BadCursor), "a cursor is of its business and its order");
                }
                let page = page(BUSINESS, order, Some(next)).await.unwrap();
                seen.extend(page.items);
                cursor = page.cursor;
            }
            let ids: BTreeSet<_> = seen.iter().map(|customer| customer.customer_id).collect();
            assert_eq!((seen.len(), ids.len()), (size as usize, size as usize));
            if order == OldestFirst {
                seen.reverse();
            }
            assert_eq!(seen.first().map(|customer| customer.customer_id), Some(oldest));
            assert!(seen.is_sorted_by(|one, other| one.last_contact_at >= other.last_contact_at));
        }
    }
    assert!(costs.iter().all(|cost| Some(cost) == costs.first() && cost.0 == 2), "a page's cost: {costs:?}");
}

/// After the first page some are in contact: one who was on it, the last one of it, and one who was not. Another is gone. All
/// who are there are met.
#[tokio::test(start_paused = true)]
async fn the_oldest_contacts_first_leave_out_nobody_who_writes_meanwhile() {
    let (world, size) = (World::new(), 30u32);
    let id = |n: u32| domain::CustomerId(Uuid::from_u128(u128::from(n)));
    for n in 0..size {
        let fresh = domain::Customer::new(id(n), Some(phone(n)), &domain::Profile::default(), at(i64::from(n)));
        world.store.register(BUSINESS, &fresh, &domain::Profile::default(), &attempt()).await.unwrap();
    }
    let page = async |cursor: Option<String>| {
        world.store.last_contacts(BUSINESS, store::ContactOrder::OldestFirst, 10, cursor.as_deref()).await.unwrap()
    };
    let first = page(None).await;
    for n in [3, 9, 20] {
        let before = world.store.customer(BUSINESS, id(n)).await.unwrap().unwrap();
        let after = domain::Customer { last_contact_at: at(1_000), ..before.record.clone() };
        world.store.update_customer(BUSINESS, &before, &after, &attempt()).await.unwrap();
    }
    while world.store.erase_step(BUSINESS, id(25), at(900), &attempt()).await.unwrap() == Erased::More {}
    let (mut seen, mut cursor) = (first.items, first.cursor);
    while let Some(next) = cursor {
        let page = page(Some(next)).await;
        seen.extend(page.items);
        cursor = page.cursor;
    }
    let ids: BTreeSet<_> = seen.iter().map(|customer| customer.customer_id).collect();
    assert_eq!((seen.len(), ids), (31, (0..size).filter(|n| *n != 25).map(id).collect()));
}

/// All customers of a business with what most of them have: each is met once, the last in contact first, and the units are
/// those that `docs/cost.md` tells.
#[tokio::test(start_paused = true)]
async fn a_walk_meets_each_customer_once_and_costs_little() {
    const CUSTOMERS: u32 = 2_500;
    let world = World::new();
    for nth in 0..CUSTOMERS {
        let given = customer(1_000 + u128::from(nth), Some(nth));
        let statistics = Statistics {
            purchases: 7,
            total_spent: 123_400,
            currency: "BRL".parse().ok(),
            last_purchase_at: Some(at(nth.into())),
            appointments_done: 2,
        };
        let name = Some(format!("Maria Aparecida {nth}"));
        let last_contact_at = at((nth / 3).into());
        let (labels, marketing_consent) = (vec!["Cliente fiel".to_owned()], Some(true));
        let given = Customer { name, statistics, labels, marketing_consent, last_contact_at, ..given };
        world.store.register(BUSINESS, &given, &Profile::default(), &attempt()).await.unwrap();
    }
    world.store.meter().reset();
    let (mut met, mut cursor, mut pages) = (Vec::new(), None, 0);
    loop {
        let (customers, next) = world.store.walk_customers(BUSINESS, cursor.as_deref()).await.unwrap();
        met.extend(customers.into_iter().map(|customer| (customer.last_contact_at, customer.customer_id)));
        pages += 1;
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    assert!(met.is_sorted_by(|one, next| one.0 >= next.0));
    let ids: BTreeSet<_> = met.iter().map(|(_, id)| *id).collect();
    assert_eq!((met.len(), ids.len(), pages), (2_500, 2_500, 3));
    let units = world.store.meter().usage().read_units / f64::from(CUSTOMERS) * 800_000.0;
    let within = (30_000.0..60_000.0).contains(&units);
    assert!(within || !world.database.counts_units(), "{units} units for 800,000 customers");
    eprintln!("a walk of 800,000 customers takes {units} read units");
}
