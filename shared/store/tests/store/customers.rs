//! Customers by any of their identities, consent, points and erasure.

use crate::support::*;
use domain::inbound::InboundKind;
use domain::{Appointment, AppointmentStatus, Customer, CustomerId, Kind, Profile, Recipient};
use store::*;
use strum::IntoEnumIterator;
use uuid::Uuid;

fn person(id: u128, number: Option<u32>, chat: Option<&str>, bsuid: Option<&str>) -> Customer {
    let mut customer = customer(id, number);
    (customer.chat_id, customer.bsuid) = (chat.map(str::to_owned), bsuid.map(str::to_owned));
    customer
}

async fn meet(world: &World, person: &Customer) -> Met {
    world.store.meet(BUSINESS, person, at(1_000), &attempt()).await.unwrap().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_person_is_met_by_any_identity() {
    let world = World::new();
    let first = meet(&world, &person(1, None, None, Some("b1"))).await;
    assert!(first.created);

    // The same person with more identities, each in turn.
    let met = meet(&world, &person(2, Some(1), None, Some("b1"))).await;
    assert_eq!((met.created, met.attached, met.conflicts), (false, 1, 0));
    let met = meet(&world, &person(3, Some(1), Some("c1"), None)).await;
    assert_eq!((met.created, met.attached, met.conflicts), (false, 1, 0));
    for again in [person(4, None, Some("c1"), None), person(5, Some(1), Some("c1"), Some("b1"))] {
        let met = meet(&world, &again).await;
        assert_eq!((met.created, met.attached, met.conflicts), (false, 0, 0));
        assert_eq!(
            met.customer,
            world.store.customer(BUSINESS, CustomerId(Uuid::from_u128(1))).await.unwrap().unwrap()
        );
        assert_eq!(met.customer.version, 3);
    }

    // Somebody else's phone with this one's chat: the phone decides, nothing is merged.
    assert!(meet(&world, &person(6, Some(2), None, None)).await.created);
    let met = meet(&world, &person(7, Some(2), Some("c1"), Some("b2"))).await;
    assert_eq!((met.customer.record.customer_id.0.as_u128(), met.attached, met.conflicts), (6, 1, 1));
    assert_eq!(met.customer.record.chat_id, None);

    // A known person's chat with a new phone: the record's own phone stays.
    let met = meet(&world, &person(8, Some(3), Some("c1"), None)).await;
    assert_eq!((met.customer.record.customer_id.0.as_u128(), met.created, met.conflicts), (1, false, 1));
    assert_eq!(world.store.customer_id(BUSINESS, Identity::Phone(&phone(3))).await.unwrap(), None);

    // Another business knows nobody.
    let other = person(9, Some(1), Some("c1"), Some("b1"));
    assert!(world.store.meet(OTHER, &other, at(0), &attempt()).await.unwrap().unwrap().created);
}

#[tokio::test(start_paused = true)]
async fn the_chat_of_a_number_goes_with_the_number() {
    let world = World::new();
    let chat = format!("{}@s.whatsapp.net", phone(1).digits());
    let found = async |chat: &str| world.store.customer_id(BUSINESS, Identity::Chat(chat)).await.unwrap();
    let known = meet(&world, &person(1, Some(1), Some(&chat), None)).await.customer;
    let moved = world.store.move_identities(BUSINESS, &known, Some(&phone(2)), None, &attempt()).await.unwrap();
    assert_eq!((moved, found(&chat).await), (Attached::Done, None));
    let record = world.store.customer(BUSINESS, known.record.customer_id).await.unwrap().unwrap().record;
    assert_eq!((record.phone, record.chat_id), (Some(phone(2)), None));
    // One that hides the number is the person's own.
    let hidden = meet(&world, &person(3, Some(3), Some("77@lid"), None)).await.customer;
    assert_eq!(world.store.drop_identities(BUSINESS, &hidden, true, false, &attempt()).await.unwrap(), Attached::Done);
    assert_eq!(found("77@lid").await, Some(hidden.record.customer_id));
}

#[tokio::test(start_paused = true)]
async fn two_customers_become_one() {
    let world = World::new();
    let by_phone = meet(&world, &person(1, Some(1), None, Some("old"))).await.customer;
    let mut other = person(2, None, Some("c2"), Some("b2"));
    (other.name, other.username) = (Some("Bea".to_owned()), Some("bea".to_owned()));
    let by_user = meet(&world, &other).await.customer;
    let join = async || world.store.join_customers(BUSINESS, &by_user, &by_phone, at(9), &attempt()).await.unwrap();
    assert_eq!(join().await, Attached::Done);
    let one = CustomerId(Uuid::from_u128(1));
    let number = phone(1);
    let found = async |identity| world.store.customer_id(BUSINESS, identity).await.unwrap();
    for identity in [Identity::Phone(&number), Identity::Chat("c2"), Identity::Bsuid("b2")] {
        assert_eq!(found(identity).await, Some(one));
    }
    assert_eq!(found(Identity::Bsuid("old")).await, None);
    let record = world.store.customer(BUSINESS, one).await.unwrap().unwrap().record;
    assert_eq!((record.bsuid.as_deref(), record.username.as_deref()), (Some("b2"), Some("bea")));
    let left = world.store.customer(BUSINESS, CustomerId(Uuid::from_u128(2))).await.unwrap().unwrap().record;
    assert_eq!((left.bsuid, left.chat_id, left.name, left.joined_into), (None, None, None, Some(one)));
    // As both were read before.
    assert_eq!(join().await, Attached::Changed);
}

#[tokio::test(start_paused = true)]
async fn a_message_without_a_time_has_the_time_of_its_first_delivery() {
    let world = World::seeded().await;
    let seen = async |id, seconds| {
        world.store.first_seen(BUSINESS, Conversation::Customer(ANA), id, at(seconds), &attempt()).await.unwrap()
    };
    assert_eq!([seen("a", 5).await, seen("a", 90).await, seen("b", 7).await], [at(5), at(5), at(7)]);
    assert_eq!(world.store.turns(BUSINESS, ANA, 10, None).await.unwrap().items.len(), 0, "it is no turn");
}

#[tokio::test(start_paused = true)]
async fn an_optimistic_change_loses_to_another() {
    let world = World::seeded().await;
    let before = world.store.customer(BUSINESS, ANA).await.unwrap().unwrap();
    assert_eq!(before.record, ana());
    let mut one = before.record.clone();
    one.city = Some("Cali".to_owned());
    let mut two = before.record.clone();
    two.marketing_consent = Some(false);
    let update = async |after| world.store.update_customer(BUSINESS, &before, after, &attempt()).await.unwrap();
    assert_eq!(update(&before.record).await, Updated::Unchanged);
    assert_eq!(update(&one).await, Updated::Done(2));
    assert_eq!(update(&two).await, Updated::Conflict);
    assert_eq!(world.store.reach(BUSINESS, Recipient::Customer(ANA)).await.unwrap().consent, None);

    // A value that is taken away is gone.
    let before = world.store.customer(BUSINESS, ANA).await.unwrap().unwrap();
    one.city = None;
    assert_eq!(world.store.update_customer(BUSINESS, &before, &one, &attempt()).await.unwrap(), Updated::Done(3));
    assert_eq!(world.store.customer(BUSINESS, ANA).await.unwrap().unwrap().record, ana());
    assert_eq!(world.store.update_customer(OTHER, &before, &one, &attempt()).await.unwrap(), Updated::Conflict);
}

#[tokio::test(start_paused = true)]
async fn the_last_word_about_marketing_counts() {
    let world = World::seeded().await;
    let set = async |yes, seconds| world.store.set_consent(BUSINESS, ANA, yes, at(seconds), &attempt()).await.unwrap();
    assert_eq!(set(false, 20).await, Consented::Done);
    assert_eq!(set(true, 10).await, Consented::Older);
    assert_eq!(world.store.customer(BUSINESS, ANA).await.unwrap().unwrap().record.marketing_consent, Some(false));
    assert_eq!(set(true, 30).await, Consented::Done);
    assert_eq!(set(false, 25).await, Consented::Older);
    let record = world.store.customer(BUSINESS, ANA).await.unwrap().unwrap();
    assert_eq!((record.record.marketing_consent, record.record.updated_at, record.version), (Some(true), at(30), 3));
    let reach = world.store.reach(BUSINESS, Recipient::Customer(ANA)).await.unwrap();
    assert_eq!((reach.opted_out_at, reach.opted_in_at, reach.consent), (Some(at(20)), Some(at(30)), Some(true)));
    let nobody = CustomerId(Uuid::from_u128(99));
    let set = world.store.set_consent(BUSINESS, nobody, true, at(1), &attempt()).await.unwrap();
    assert_eq!(set, Consented::NoCustomer);
    assert_eq!(world.store.reach(BUSINESS, Recipient::Customer(nobody)).await.unwrap(), domain::Reach::default());
}

#[tokio::test(start_paused = true)]
async fn points_need_a_customer() {
    let world = World::seeded().await;
    let id = load_id("first");
    let load = Load { load_id: &id, points: 1, reason: None, at: at(1) };
    for (business, customer) in [(OTHER, ANA), (BUSINESS, CustomerId(Uuid::from_u128(99)))] {
        let outcome = world.store.load_points(business, customer, &load, &attempt()).await.unwrap();
        assert_eq!(outcome, LoadPoints::NoCustomer);
        assert_eq!(world.store.balance(business, customer).await.unwrap(), None);
    }
    // A repeat that would now go below zero is still a repeat.
    let taken = load_id("taken");
    let take = Load { load_id: &taken, points: -100, reason: Some("prize"), at: at(1) };
    let outcomes = [
        world.store.load_points(BUSINESS, ANA, &take, &attempt()).await.unwrap(),
        world.store.load_points(BUSINESS, ANA, &take, &attempt()).await.unwrap(),
    ];
    assert_eq!(outcomes, [LoadPoints::Loaded { balance: 0 }, LoadPoints::Repeated { balance: 0, points: -100 }]);
    let most = Load { load_id: &id, points: i64::MAX, reason: None, at: at(1) };
    assert_eq!(
        world.store.load_points(BUSINESS, ANA, &most, &attempt()).await.unwrap(),
        LoadPoints::Repeated { balance: 100, points: 100 }
    );
}

#[tokio::test(start_paused = true)]
async fn an_erased_customer_leaves_nothing_and_takes_nothing_with_them() {
    let world = World::seeded().await;
    let store = &world.store;
    let ana = person(4, Some(1), Some("c1"), Some("b1"));
    assert_eq!(meet(&world, &ana).await.attached, 2);
    store.set_consent(BUSINESS, ANA, true, at(1), &attempt()).await.unwrap();
    let rui = customer(60, Some(2));
    store.register(BUSINESS, &rui, &Profile::default(), &attempt()).await.unwrap();
    store.decide_marketing(BUSINESS, Recipient::Customer(rui.customer_id), true, at(0), &attempt()).await.unwrap();
    for n in 0..150 {
        for customer in [ANA, rui.customer_id] {
            let name = format!("{n}-{customer}");
            let turn = Turn {
                kind: InboundKind::Text,
                told: None,
                media: None,
                at: at(n),
                gateway_message_id: name.clone(),
                sender_id: SENDER,
                owner_id: None,
                own: false,
                text: "Oi".to_owned(),
            };
            assert!(store.keep_turn(BUSINESS, Conversation::Customer(customer), &turn, &attempt()).await.unwrap());
            let mut message = message(&message_id(&name), Kind::Transactional);
            message.recipient = Recipient::Customer(customer);
            store.create_message(&message, &attempt()).await.unwrap();
        }
    }
    let mut steps = 0;
    while store.erase_step(BUSINESS, ANA, at(900), &attempt()).await.unwrap() == Erased::More {
        steps += 1;
        // A step that is repeated, and one by a worker whose message came twice, do no harm.
        if steps == 2 {
            let (first, second) = (attempt(), attempt());
            let (one, two) = futures::join!(
                store.erase_step(BUSINESS, ANA, at(900), &first),
                store.erase_step(BUSINESS, ANA, at(900), &second)
            );
            assert!(one.is_ok() && two.is_ok());
        }
    }
    assert_eq!(store.erase_step(BUSINESS, ANA, at(900), &attempt()).await.unwrap(), Erased::Done);
    let left: Vec<_> = Table::iter().flat_map(|table| world.database.items(&table.resource())).collect();
    let hers = left.iter().filter(|item| item.to_string().contains(&ANA.to_string())).count();
    assert_eq!(hers, 0);
    assert_eq!(store.customer_id(BUSINESS, Identity::Chat("c1")).await.unwrap(), None);
    // For a time, a caller who knows the number can tell that its customer was erased.
    assert!(!left.iter().any(|item| item.to_string().contains(phone(1).digits())));
    let (her_phone, his_phone) = (phone(1), phone(2));
    for (business, identity, erased_at) in [
        (BUSINESS, Identity::Phone(&her_phone), Some(at(900))),
        (BUSINESS, Identity::Chat("c1"), Some(at(900))),
        (BUSINESS, Identity::Phone(&his_phone), None),
        (OTHER, Identity::Phone(&her_phone), None),
    ] {
        assert_eq!(store.erased_at(business, &[identity]).await.unwrap(), erased_at);
    }
    let his = left.iter().filter(|item| item.to_string().contains(&rui.customer_id.to_string())).count();
    assert_eq!(his, 150 + 150 + 4);

    // A thing that she did before does not bring her back.
    for (number, chat) in [(Some(1), None), (None, Some("c1"))] {
        let again = person(60, number, chat, None);
        assert!(store.meet(BUSINESS, &again, at(900), &attempt()).await.unwrap().is_none());
    }

    // An identity that somebody else has taken meanwhile is theirs, and not what the one before did.
    let mut other = person(70, Some(1), None, None);
    other.created_at = at(950);
    let met = meet(&world, &other).await;
    assert!(met.created);
    let again = person(71, Some(1), None, None);
    assert!(store.meet(BUSINESS, &again, at(900), &attempt()).await.unwrap().is_none());
    assert!(store.meet(BUSINESS, &again, at(901), &attempt()).await.unwrap().is_some());
    assert_eq!(store.erase_step(BUSINESS, ANA, at(900), &attempt()).await.unwrap(), Erased::Done);
    assert_eq!(
        store.customer_id(BUSINESS, Identity::Phone(&phone(1))).await.unwrap(),
        Some(met.customer.record.customer_id)
    );
}

#[tokio::test(start_paused = true)]
async fn the_stream_tells_of_each_conversation_that_ends() {
    let world = World::seeded().await;
    let image = || {
        let item =
            world.database.items("CustomersTable").into_iter().find(|it| it.to_string().contains(&ANA.to_string()));
        serde_json::from_value::<serde_dynamo::Item>(item.unwrap()).unwrap()
    };
    let told = |before: &serde_dynamo::Item| changes::change(Table::Customers, Some(before), Some(&image())).unwrap();
    let mut chat = domain::chat::Chat::default();
    chat.hear("m1", at(600), true);
    let (mut version, mut ends) = (0, Vec::new());
    for (tokens, said_at) in [(150, 605), (200, 1_600)] {
        chat.answer(1, tokens, at(said_at));
        let before = Versioned { record: chat.clone(), version };
        let settled = chat.settle(chat.activity, chrono::TimeDelta::hours(1)).unwrap();
        let was = image();
        let (store, token) = (&world.store, attempt());
        let recorded = store.record_conversation(BUSINESS, ANA, &before, &chat, &settled, at(2_000), &token).await;
        assert_eq!(recorded.unwrap(), store::Recorded::Done);
        version += 1;
        ends.push(told(&was).unwrap());
        assert_eq!(told(&image()), None, "another change of the record");
    }
    let end = |conversation, tokens, last| Change::ConversationSettled {
        business_id: BUSINESS,
        customer_id: ANA,
        conversation,
        last_activity: at(last),
        tokens,
        thread_id: None,
    };
    assert_eq!(ends, [end(1, 150, 605), end(2, 200, 1_600)]);
}

#[tokio::test(start_paused = true)]
async fn the_streams_tell_what_was_made() {
    let world = World::seeded().await;
    let booked = appointment("a/1", 0);
    world.store.create_appointment(BUSINESS, &booked, &made_as(&booked), Taking::FreeTime, &attempt()).await.unwrap();
    let mut told = Vec::new();
    for table in Table::iter() {
        let before = told.len();
        for item in world.database.items(&table.resource()) {
            let image: serde_dynamo::Item = serde_json::from_value(item).unwrap();
            told.extend(changes::change(table, None, Some(&image)).unwrap());
        }
        assert_eq!(told.len() > before, streamed().contains(&table.resource()), "{table} has a stream or says nothing");
    }
    let business_id = BUSINESS;
    let pending = world.store.message(BUSINESS, &message_id("pending")).await.unwrap().unwrap();
    let expected = [
        Change::CustomerRegistered { business_id, customer_id: ANA },
        Change::PointsLoaded { business_id, customer_id: ANA, load_id: load_id("first"), points: 100, balance: 100 },
        Change::MessagePending {
            business_id,
            message_id: message_id("pending"),
            kind: domain::Kind::Transactional,
            tried_at: None,
            not_before: pending.next_attempt_at,
        },
        Change::AppointmentChanged {
            business_id,
            appointment_id: booked.appointment_id.clone(),
            customer_id: ANA,
            before: None,
            after: booked.booking(),
        },
    ];
    assert_eq!(told, expected);

    let image = || {
        let mut items = world.database.items("AppointmentsTable").into_iter();
        let item = items.find(|item| item["sk"]["S"] == "appointment/a/1").unwrap();
        serde_json::from_value::<serde_dynamo::Item>(item).unwrap()
    };
    let was = image();
    let cancelled = Appointment { status: AppointmentStatus::Cancelled, ..booked.clone() };
    let before = Versioned { record: booked.clone(), version: 1 };
    world.store.update_appointment(BUSINESS, &before, &cancelled, Taking::FreeTime, &attempt()).await.unwrap();
    let change = Change::AppointmentChanged {
        business_id,
        appointment_id: booked.appointment_id.clone(),
        customer_id: ANA,
        before: Some(booked.booking()),
        after: cancelled.booking(),
    };
    assert_eq!(changes::change(Table::Appointments, Some(&was), Some(&image())).unwrap(), Some(change));

    // A message that becomes pending again is told with its time; one that is only put off is not.
    let image = |name: &str| {
        let pk = format!("{BUSINESS}/direct/{name}");
        let item = world.database.items("MessagesTable").into_iter().find(|item| item["pk"]["S"] == pk.as_str());
        serde_json::from_value::<serde_dynamo::Item>(item.unwrap()).unwrap()
    };
    let (failed, pending) = (image("failed"), image("pending"));
    world.store.retry_message(BUSINESS, &message_id("failed"), at(60), &attempt()).await.unwrap();
    world.store.defer(BUSINESS, &message_id("pending"), at(60), "pace: …", &attempt()).await.unwrap();
    let retried = Change::MessagePending {
        business_id,
        message_id: message_id("failed"),
        kind: domain::Kind::Transactional,
        tried_at: Some(at(60)),
        not_before: Some(at(60)),
    };
    assert_eq!(changes::change(Table::Messages, Some(&failed), Some(&image("failed"))).unwrap(), Some(retried));
    assert_eq!(changes::change(Table::Messages, Some(&pending), Some(&image("pending"))).unwrap(), None);
    assert_eq!(changes::change(Table::Messages, Some(&pending), None).unwrap(), None);
}

/// The search is told of each change that it shows, of new names of purchases and of an erasure; of other changes it is not.
#[tokio::test(start_paused = true)]
async fn the_search_is_told_of_what_it_shows() {
    let world = World::seeded().await;
    let image = || {
        let items = world.database.items("CustomersTable").into_iter();
        let of_ana = |item: &serde_json::Value| item["customer_id"]["S"] == ANA.to_string();
        let item = items.into_iter().find(of_ana).unwrap();
        serde_json::from_value::<serde_dynamo::Item>(item).unwrap()
    };
    let told = |before: Option<&_>, after: Option<&_>| changes::searched(Table::Customers, before, after).unwrap();
    let ana = Some((BUSINESS, ANA));
    let made = image();
    assert_eq!((told(None, Some(&made)), told(Some(&made), None)), (ana, ana));
    let steps: [(fn(&mut Customer), _); 5] = [
        (|it| it.email = Some("ana@example.com".to_owned()), None),
        (|it| it.city = Some("Santos".to_owned()), ana),
        (|it| it.labels = vec!["VIP".to_owned()], ana),
        (|it| it.last_contact_at = at(5_000), ana),
        (|it| it.next_action = Some("ligar".to_owned()), None),
    ];
    for (change, expected) in steps {
        let (was, before) = (image(), world.store.customer(BUSINESS, ANA).await.unwrap().unwrap());
        let mut after = before.record.clone();
        change(&mut after);
        after.updated_at = at(6_000);
        world.store.update_customer(BUSINESS, &before, &after, &attempt()).await.unwrap();
        assert_eq!(told(Some(&was), Some(&image())), expected);
    }
    // A correction of the lines alone leaves the numbers as they are.
    let was = image();
    let mut only_version = was.clone();
    only_version.insert("version".to_owned(), serde_dynamo::AttributeValue::N("99".to_owned()));
    assert_eq!((told(Some(&was), Some(&only_version)), told(Some(&was), Some(&was))), (ana, None));
    assert_eq!(changes::searched(Table::Points, None, Some(&was)).unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_load_is_of_one_customer_until_it_is_erased() {
    let world = World::seeded().await;
    let bia = CustomerId(Uuid::from_u128(31));
    let fresh = domain::Customer::new(bia, Some(phone(31)), &domain::Profile::default(), at(0));
    world.store.register(BUSINESS, &fresh, &domain::Profile::default(), &attempt()).await.unwrap();
    let id = load_id("first");
    let load = Load { load_id: &id, points: 5, reason: None, at: at(1) };
    let to_bia = async || world.store.load_points(BUSINESS, bia, &load, &attempt()).await.unwrap();
    assert_eq!(to_bia().await, LoadPoints::AnotherCustomers);
    assert_eq!(world.store.balance(BUSINESS, bia).await.unwrap(), Some(0));
    while world.store.erase_step(BUSINESS, ANA, at(2), &attempt()).await.unwrap() == Erased::More {}
    assert_eq!(to_bia().await, LoadPoints::Loaded { balance: 5 });
}

/// A call that names a key twice is refused by DynamoDB.
#[tokio::test(start_paused = true)]
async fn a_customer_who_is_asked_for_twice_is_read_once() {
    let world = World::new();
    let known = meet(&world, &person(1, Some(1), None, None)).await.customer.record.customer_id;
    let found = world.store.customers(BUSINESS, &[known, known]).await.unwrap();
    assert_eq!(found.into_keys().collect::<Vec<_>>(), [known]);
}
