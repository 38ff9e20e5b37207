//! The news that a gateway tells of people and senders: a number that changes, a window, a connection.

use crate::support::*;
use chrono::TimeDelta;
use domain::{
    CustomerId, CustomerRef, Kind, MessageId, Pace, Profile, Reach, Recipient, Reservation, Sender, SenderState,
};
use store::*;
use strum::IntoEnumIterator;
use uuid::Uuid;

#[tokio::test(start_paused = true)]
async fn a_customer_goes_on_under_another_number() {
    let world = World::seeded().await;
    let store = &world.store;
    let who = async |number| store.resolve(BUSINESS, &CustomerRef::Phone(phone(number))).await.unwrap();
    let of_bsuid = async |id| store.customer_id(BUSINESS, Identity::Bsuid(id)).await.unwrap();
    let move_to = async |before, number: Option<u32>, bsuid| {
        store.move_identities(BUSINESS, before, number.map(phone).as_ref(), bsuid, &attempt()).await.unwrap()
    };
    let mut rui = customer(60, Some(2));
    rui.bsuid = Some("rui".to_owned());
    store.register(BUSINESS, &rui, &Profile::default(), &attempt()).await.unwrap();
    let before = store.customer(BUSINESS, ANA).await.unwrap().unwrap();

    // Neither goes if one of the two is another's.
    for (number, bsuid) in [(Some(2), None), (Some(2), Some("ana")), (Some(3), Some("rui")), (None, Some("rui"))] {
        assert_eq!(move_to(&before, number, bsuid).await, Attached::Taken);
        assert!(store.customer(BUSINESS, ANA).await.unwrap().as_ref() == Some(&before));
        let found = [who(1).await, who(2).await, who(3).await, of_bsuid("ana").await, of_bsuid("rui").await];
        assert_eq!(found, [Some(ANA), Some(rui.customer_id), None, None, Some(rui.customer_id)]);
    }

    assert_eq!(move_to(&before, Some(3), Some("ana")).await, Attached::Done);
    let after = store.customer(BUSINESS, ANA).await.unwrap().unwrap();
    let mut moved = before.record.clone();
    (moved.phone, moved.bsuid) = (Some(phone(3)), Some("ana".to_owned()));
    assert_eq!((&after.record, after.version), (&moved, 2));
    assert_eq!([who(1).await, who(3).await, of_bsuid("ana").await], [None, Some(ANA), Some(ANA)]);

    // As it stands already, and as it no longer stands.
    assert_eq!(move_to(&after, Some(3), None).await, Attached::Done);
    let stale = Versioned { version: 1, ..after.clone() };
    assert_eq!(move_to(&stale, Some(4), Some("new")).await, Attached::Changed);
    assert!(store.customer(BUSINESS, ANA).await.unwrap() == Some(after));
    assert_eq!([who(3).await, who(4).await, of_bsuid("new").await], [Some(ANA), None, None]);

    // The number that was left is free for somebody else; an id is taken at its word.
    let fresh = customer(70, Some(1));
    let registered = store.register(BUSINESS, &fresh, &Profile::default(), &attempt()).await.unwrap();
    assert_eq!((registered, who(1).await), (RegisterOutcome::Created, Some(fresh.customer_id)));
    let nobody = CustomerId(Uuid::from_u128(99));
    assert_eq!(store.resolve(BUSINESS, &CustomerRef::Id(nobody)).await.unwrap(), Some(nobody));
    assert_eq!(store.resolve(OTHER, &CustomerRef::Phone(phone(1))).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_window_is_open_until_the_gateway_closes_it() {
    let world = World::new();
    let (store, ana) = (&world.store, Recipient::Customer(ANA));
    let touch = async |seconds| store.touch_window(BUSINESS, ana, SENDER, at(seconds), &attempt()).await.unwrap();
    let close = async |seconds| store.close_window(BUSINESS, ana, at(seconds), &attempt()).await.unwrap();
    assert!(!close(0).await);
    assert_eq!(store.reach(BUSINESS, ana).await.unwrap(), Reach::default());
    store.decide_marketing(BUSINESS, ana, true, at(0), &attempt()).await.unwrap();
    assert!(touch(10).await);
    assert!(!touch(5).await);
    let open = store.reach(BUSINESS, ana).await.unwrap();
    assert_eq!((open.window_until, open.sender_id), (Some(at(10) + TimeDelta::hours(24)), Some(SENDER)));
    // A report from before the person wrote again is past.
    assert!(!close(9).await);
    assert_eq!(store.reach(BUSINESS, ana).await.unwrap(), open);
    assert!(close(10).await);
    assert_eq!(store.reach(BUSINESS, ana).await.unwrap(), Reach { window_until: None, ..open.clone() });
    assert!(touch(10).await);
    assert_eq!(store.reach(BUSINESS, ana).await.unwrap(), open);
}

/// One message at a gateway is evidence of one record, however often that is asked.
#[tokio::test(start_paused = true)]
async fn a_message_in_the_chat_is_evidence_of_one_record() {
    let world = World::seeded().await;
    let take = async |message: &str, wamid: &str| {
        let message = MessageId::of(message.to_owned());
        world.store.take_evidence(BUSINESS, Recipient::Customer(ANA), &message, wamid, &attempt()).await.unwrap()
    };
    let taken = [take("a", "1").await, take("b", "1").await, take("a", "1").await, take("b", "2").await];
    assert_eq!(taken, [true, false, true, true]);
}

#[tokio::test(start_paused = true)]
async fn a_sender_is_down_until_it_is_connected_again() {
    let world = World::new();
    let store = &world.store;
    let down = async |seconds| store.set_sender_down(BUSINESS, SENDER, at(seconds), &attempt()).await.unwrap();
    let row = async || store.sender_row(BUSINESS, SENDER).await.unwrap();
    let slots = Slots {
        pace: Pace::per_minute(20),
        want: 1,
        kind: Kind::Marketing,
        now: at(0),
        lead: TimeDelta::zero(),
        spacing: None,
    };
    let reserved = store.reserve(BUSINESS, SENDER, &row().await, slots, &attempt()).await.unwrap();
    let Reservation::Reserved { booked, .. } = reserved else { panic!("{reserved:?}") };
    let used = SenderState { first_used_at: Some(at(0)), ..SenderState::default() };
    assert!(down(60).await);
    assert!(!down(30).await);
    let restrict = async |seconds| store.restrict_sender(BUSINESS, SENDER, at(seconds), &attempt()).await.unwrap();
    assert!(restrict(5).await);
    let state = SenderState { down_until: Some(at(60)), restricted: true, ..used };
    assert_eq!(row().await, SenderRow { booked, state, pulse: None });

    // Connected, but restricted still; then neither.
    store.clear_sender_down(BUSINESS, SENDER).await.unwrap();
    assert_eq!(row().await, SenderRow { booked, state: SenderState { restricted: true, ..used }, pulse: None });
    assert!(down(30).await);
    store.mend_sender(BUSINESS, SENDER, at(40)).await.unwrap();
    assert_eq!(row().await, SenderRow { booked, state: used, pulse: None });
    // A report from before that, which the gateway tells again or late, is past.
    assert!(!restrict(39).await);
    assert_eq!(row().await, SenderRow { booked, state: used, pulse: None });
    assert!(restrict(41).await);
    assert_eq!(row().await, SenderRow { booked, state: SenderState { restricted: true, ..used }, pulse: None });
}

/// Marketing of a slowed sender is apart by its spacing, whoever asks; what is not marketing goes on.
#[tokio::test(start_paused = true)]
async fn the_marketing_of_a_slowed_sender_keeps_its_distance() {
    let world = World::new();
    let store = &world.store;
    let row = async || store.sender_row(BUSINESS, SENDER).await.unwrap();
    let slots = |seconds, spacing| Slots {
        pace: Pace::per_minute(20),
        want: 5,
        kind: Kind::Marketing,
        now: at(seconds),
        lead: TimeDelta::zero(),
        spacing,
    };
    let apart = Some(TimeDelta::minutes(6));
    let first = row().await;
    // Two workers have read the row before either reserved.
    let taken = store.reserve(BUSINESS, SENDER, &first, slots(0, apart), &attempt()).await.unwrap();
    assert!(matches!(&taken, Reservation::Reserved { slots, .. } if slots.len() == 1), "{taken:?}");
    assert_eq!(row().await.state.marketing_free_at, Some(at(360)));
    let refused = Reservation::Refused { wait: std::time::Duration::from_secs(357) };
    for read in [first, row().await] {
        assert_eq!(store.reserve(BUSINESS, SENDER, &read, slots(1, apart), &attempt()).await.unwrap(), refused);
    }
    let answer = store.reserve(BUSINESS, SENDER, &row().await, slots(2, None), &attempt()).await.unwrap();
    assert!(matches!(answer, Reservation::Reserved { .. }), "{answer:?}");
    let next = store.reserve(BUSINESS, SENDER, &row().await, slots(360, apart), &attempt()).await.unwrap();
    assert!(matches!(next, Reservation::Reserved { .. }), "{next:?}");

    store.slow_sender(BUSINESS, SENDER, at(900), &attempt()).await.unwrap();
    store.slow_sender(BUSINESS, SENDER, at(800), &attempt()).await.unwrap();
    assert_eq!(row().await.state.slow_until, Some(at(900)));
    store.mend_sender(BUSINESS, SENDER, at(400)).await.unwrap();
    assert_eq!(row().await.state.slow_until, None);
}

#[tokio::test(start_paused = true)]
async fn two_changes_of_a_sender_at_once_keep_both() {
    let world = World::seeded().await;
    let (store, before) = (&world.store, sender());
    let faster = Sender { per_minute: 7, ..sender() };
    let sealed = Sender { sealed_credentials: "anew".to_owned(), ..sender() };
    store.keep_sender(Some(&before), &faster, at(9), &attempt()).await.unwrap();
    store.keep_sender(Some(&before), &sealed, at(9), &attempt()).await.unwrap();
    store.keep_sender(Some(&before), &before, at(9), &attempt()).await.unwrap();
    let kept = store.sender(BUSINESS, SENDER).await.unwrap().unwrap();
    assert_eq!((kept.per_minute, kept.sealed_credentials), (7, "anew".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn an_address_is_one_senders_until_it_is_given_back() {
    let world = World::seeded().await;
    let store = &world.store;
    let at_other = |n: u128, address: &str| Sender {
        sender_id: domain::SenderId(uuid::Uuid::from_u128(n)),
        business_id: OTHER,
        address: address.to_owned(),
        ..sender()
    };
    let keep = async |before: Option<&Sender>, after: &Sender, now| {
        store.keep_sender(before, after, at(now), &attempt()).await.unwrap()
    };
    let taken = async |sender: &Sender, now| store.is_address_taken(sender, at(now)).await.unwrap();
    let (own, same) = (sender(), at_other(50, &sender().address));
    assert_eq!((taken(&own, 9).await, taken(&same, 9).await), (false, true));
    assert_eq!(keep(None, &same, 9).await, KeptSender::AddressTaken);
    assert_eq!(store.senders(OTHER).await.unwrap().len(), 0);

    // It moves on, and what it had is free.
    let moved = Sender { address: "b".to_owned(), ..own.clone() };
    assert_eq!(keep(Some(&own), &moved, 9).await, KeptSender::Kept);
    assert_eq!(keep(None, &same, 9).await, KeptSender::Kept);
    assert_eq!(keep(Some(&moved), &own, 9).await, KeptSender::AddressTaken);

    // Of a business whose creation was cut off, it is free after some minutes.
    let again = Sender { sender_id: domain::SenderId(uuid::Uuid::from_u128(51)), ..own.clone() };
    assert_eq!(keep(None, &again, 200).await, KeptSender::AddressTaken);
    assert_eq!(keep(None, &again, 1_000).await, KeptSender::Kept);
}

#[tokio::test(start_paused = true)]
async fn a_closed_business_leaves_nothing() {
    let world = World::seeded().await;
    let store = &world.store;
    store
        .create_key(
            "known",
            &ApiKey {
                key_id: domain::KeyId(uuid::Uuid::from_u128(9)),
                business_id: Some(BUSINESS),
                label: "shop".to_owned(),
                limit_requests: None,
                created_at: at(0),
            },
            &attempt(),
        )
        .await
        .unwrap();
    store.close_business(BUSINESS, &attempt()).await.unwrap();
    assert!(store.is_closed(BUSINESS).await.unwrap());
    assert!(store.business(BUSINESS).await.unwrap().is_none() && store.key("known").await.unwrap().is_none());
    assert_eq!(store.senders(BUSINESS).await.unwrap().len(), 0);
    assert_eq!(store.business_ids().await.unwrap(), []);
    assert!(
        !store
            .is_address_taken(&Sender { sender_id: domain::SenderId(uuid::Uuid::from_u128(1)), ..sender() }, at(9))
            .await
            .unwrap()
    );
    store.close_business(BUSINESS, &attempt()).await.unwrap();

    let mut steps = 0;
    while store.erase_business_step(BUSINESS, at(10), &attempt()).await.unwrap() == Erased::More {
        steps += 1;
        assert!(steps < 20, "it does not end");
    }
    store.forget_closed(BUSINESS).await.unwrap();
    for table in Table::iter().map(Table::resource) {
        let left: Vec<_> =
            world.database.items(&table).into_iter().filter(|item| !format!("{item:?}").contains("erased/")).collect();
        // The row of the sender's pace and people to whom messages were claimed without being registered.
        let known = ["RecipientsTable"];
        assert!(left.is_empty() || known.contains(&table.as_str()), "{table}: {left:?}");
    }
}
