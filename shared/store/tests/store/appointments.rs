//! The diary: a time is given once, and is free again with the move.

use crate::support::*;
use chrono::TimeDelta;
use domain::{Appointment, AppointmentStatus};
use futures::future::join_all;
use store::*;

async fn create(w: &World, appointment: &Appointment, taking: Taking) -> CreateAppointment {
    w.store.create_appointment(BUSINESS, appointment, &made_as(appointment), taking, &attempt()).await.unwrap()
}

async fn book(w: &World, id: &str, minutes: i64) -> bool {
    match create(w, &appointment(id, minutes), Taking::FreeTime).await {
        CreateAppointment::Created => true,
        CreateAppointment::Taken => false,
        CreateAppointment::Exists(_) => panic!("{id} is there"),
    }
}

async fn change(w: &World, id: &str, change: impl Fn(Appointment) -> Appointment) -> UpdateAppointment {
    let before = w.store.appointment(BUSINESS, &id.parse().unwrap()).await.unwrap().unwrap();
    let after = change(before.record.clone());
    w.store.update_appointment(BUSINESS, &before, &after, Taking::FreeTime, &attempt()).await.unwrap()
}

fn at_minute(minutes: i64) -> impl Fn(Appointment) -> Appointment {
    move |it| Appointment { start: noon() + TimeDelta::minutes(minutes), ..it }
}

fn with_status(status: AppointmentStatus) -> impl Fn(Appointment) -> Appointment {
    move |it| Appointment { status, ..it }
}

/// The minutes after noon at which times of two days are taken, and how long.
async fn taken(w: &World) -> Vec<(i64, i64)> {
    let days = noon() - TimeDelta::hours(12)..noon() + TimeDelta::hours(36);
    let times = w.store.taken_times(BUSINESS, &days).await.unwrap().into_iter();
    let mut times: Vec<_> =
        times.map(|time| ((time.start - noon()).num_minutes(), (time.end - time.start).num_minutes())).collect();
    times.sort_unstable();
    times
}

#[tokio::test(start_paused = true)]
async fn a_time_is_given_once_and_is_free_with_the_move() {
    let world = World::seeded().await;
    assert!(book(&world, "a", 0).await);
    assert!(!book(&world, "b", 0).await);
    assert!(!book(&world, "b", -59).await && !book(&world, "b", 59).await);
    assert!(book(&world, "b", 60).await && book(&world, "c", -60).await);
    // A cancelled one takes nothing; whoever overbooks takes what is taken.
    let cancelled = Appointment { status: AppointmentStatus::Cancelled, ..appointment("d", 0) };
    assert_eq!(create(&world, &cancelled, Taking::FreeTime).await, CreateAppointment::Created);
    assert_eq!(create(&world, &appointment("e", 0), Taking::AnyTime).await, CreateAppointment::Created);
    assert_eq!(taken(&world).await, [(-60, 60), (0, 60), (0, 60), (60, 60)]);

    assert_eq!(change(&world, "a", at_minute(60)).await, UpdateAppointment::Taken);
    assert_eq!(change(&world, "a", at_minute(120)).await, UpdateAppointment::Done(2));
    assert_eq!(change(&world, "e", with_status(AppointmentStatus::Cancelled)).await, UpdateAppointment::Done(2));
    assert_eq!(taken(&world).await, [(-60, 60), (60, 60), (120, 60)]);
    // Back to where it was, a part of its own time, and back from the dead.
    assert_eq!(change(&world, "a", at_minute(0)).await, UpdateAppointment::Done(3));
    assert_eq!(change(&world, "a", |it| Appointment { minutes: 61, ..it }).await, UpdateAppointment::Taken);
    assert_eq!(change(&world, "a", |it| Appointment { minutes: 30, ..it }).await, UpdateAppointment::Done(4));
    assert_eq!(change(&world, "e", with_status(AppointmentStatus::Pending)).await, UpdateAppointment::Taken);
    assert_eq!(change(&world, "a", with_status(AppointmentStatus::Cancelled)).await, UpdateAppointment::Done(5));
    assert_eq!(change(&world, "e", with_status(AppointmentStatus::Pending)).await, UpdateAppointment::Done(3));
    assert_eq!(taken(&world).await, [(-60, 60), (0, 60), (60, 60)]);
}

#[tokio::test(start_paused = true)]
async fn a_time_over_midnight_is_taken_on_both_days() {
    let world = World::seeded().await;
    assert!(book(&world, "a", 690).await);
    assert!(!book(&world, "b", 720).await && !book(&world, "b", 660).await);
    assert!(book(&world, "b", 750).await && book(&world, "c", 630).await);
    assert_eq!(taken(&world).await, [(630, 60), (690, 60), (750, 60)]);
    assert_eq!(change(&world, "a", at_minute(0)).await, UpdateAppointment::Done(2));
    assert!(book(&world, "d", 690).await);
}

#[tokio::test(start_paused = true)]
async fn a_repeat_is_known_whatever_was_changed_since() {
    let world = World::seeded().await;
    let first = appointment("a", 0);
    assert_eq!(create(&world, &first, Taking::FreeTime).await, CreateAppointment::Created);
    assert_eq!(change(&world, "a", at_minute(300)).await, UpdateAppointment::Done(2));
    // Its old time is another's, or free, or it is given anyway: it is there.
    let later = Appointment { created_at: at(9), updated_at: at(9), customer_name: None, ..first.clone() };
    for taking in [Taking::FreeTime, Taking::AnyTime] {
        let CreateAppointment::Exists(known) = create(&world, &later, taking).await else { panic!("made twice") };
        assert!(known.is_repeat && known.appointment.version == 2);
        assert_eq!(known.appointment.record.start, noon() + TimeDelta::minutes(300));
    }
    assert!(book(&world, "b", 0).await);
    let CreateAppointment::Exists(known) = create(&world, &later, Taking::FreeTime).await else { panic!("taken") };
    assert!(known.is_repeat);
    let other = Appointment { service: "Tosa".to_owned(), ..first };
    let CreateAppointment::Exists(known) = create(&world, &other, Taking::AnyTime).await else { panic!("made twice") };
    assert!(!known.is_repeat);
    assert_eq!(taken(&world).await, [(0, 60), (300, 60)]);
}

#[tokio::test(start_paused = true)]
async fn of_many_at_once_one_gets_the_slot() {
    let world = World::seeded().await;
    // Forty ask for eight slots, some of them by moving what they have.
    for n in 0..8 {
        assert!(book(&world, &format!("moving-{n}"), -600 + n * 60).await);
    }
    let asked = join_all((0..32).map(async |n: i64| book(&world, &format!("new-{n}"), (n % 8) * 60).await));
    let moved = join_all((0..8).map(async |n: i64| {
        change(&world, &format!("moving-{n}"), at_minute(n * 60)).await == UpdateAppointment::Done(2)
    }));
    let (asked, moved) = futures::future::join(asked, moved).await;
    assert_eq!(asked.iter().chain(&moved).filter(|got| **got).count(), 8);
    let expected = (0..8).map(|n| (n * 60, 60));
    assert_eq!(
        taken(&world).await.into_iter().filter(|(start, _)| *start >= 0).collect::<Vec<_>>(),
        expected.collect::<Vec<_>>()
    );
    // What was read of the diary is what is taken of it.
    let mut read: Vec<_> = world
        .store
        .appointments_between(BUSINESS, noon() - TimeDelta::hours(12), noon() + TimeDelta::hours(12))
        .await
        .unwrap()
        .iter()
        .map(|one| ((one.start - noon()).num_minutes(), i64::from(one.minutes)))
        .collect();
    read.sort_unstable();
    assert_eq!(taken(&world).await, read);
}

#[tokio::test(start_paused = true)]
async fn one_that_is_done_is_a_contact_and_never_one_ahead() {
    let world = World::seeded().await;
    let last = async || world.store.customer(BUSINESS, ANA).await.unwrap().unwrap().record.last_contact_at;
    let done = |id: &str, minutes, now| Appointment {
        status: AppointmentStatus::Done,
        updated_at: now,
        ..appointment(id, minutes)
    };
    let before = last().await;
    assert!(book(&world, "a", 0).await);
    assert_eq!(last().await, before);
    // Done before it is over by the diary.
    let now = noon() + TimeDelta::minutes(20);
    assert_eq!(change(&world, "a", |_| done("a", 0, now)).await, UpdateAppointment::Done(2));
    assert_eq!(last().await, now);
    // One that took place before that changes nothing, and is kept all the same.
    let earlier = done("b", -300, now);
    assert_eq!(create(&world, &earlier, Taking::FreeTime).await, CreateAppointment::Created);
    assert_eq!(last().await, now);
    let later = done("c", 120, noon() + TimeDelta::days(1));
    assert_eq!(create(&world, &later, Taking::FreeTime).await, CreateAppointment::Created);
    assert_eq!(last().await, noon() + TimeDelta::minutes(180));
}

#[tokio::test(start_paused = true)]
async fn lists_are_in_order_and_go_on() {
    let world = World::seeded().await;
    for n in 0..25 {
        let other = if n % 5 == 0 { customer(50, None).customer_id } else { ANA };
        let one = Appointment { customer_id: other, ..appointment(&format!("a/{n:02}"), (n * 7 % 25) * 60) };
        assert_eq!(create(&world, &one, Taking::AnyTime).await, CreateAppointment::Created);
    }
    let day = world.store.appointments_between(BUSINESS, noon(), noon() + TimeDelta::hours(12)).await.unwrap();
    let starts: Vec<_> = day.iter().map(|one| (one.start - noon()).num_hours()).collect();
    assert_eq!(starts, (0..12).collect::<Vec<_>>());
    assert!(world.store.appointments_between(OTHER, noon(), noon() + TimeDelta::hours(12)).await.unwrap().is_empty());
    assert!(world.store.appointments_between(BUSINESS, noon(), noon()).await.unwrap().is_empty());

    let mut cursor: Option<String> = None;
    let mut starts = Vec::new();
    loop {
        let page = world.store.customer_appointments(BUSINESS, ANA, 7, cursor.as_deref()).await.unwrap();
        assert!(page.items.len() <= 7 && page.items.iter().all(|one| one.customer_id == ANA));
        starts.extend(page.items.iter().map(|one| one.start));
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(starts.len(), 20);
    assert!(starts.windows(2).all(|pair| pair[0] > pair[1]));
    let other = world.store.customer_appointments(OTHER, ANA, 7, Some("bm9uZQ")).await;
    assert_eq!(other, Err(StoreError::BadCursor));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_of_a_customer_or_of_a_business() {
    let world = World::seeded().await;
    let other = customer(50, Some(2));
    world.store.register(BUSINESS, &other, &domain::Profile::default(), &attempt()).await.unwrap();
    for n in 0..5 {
        assert!(book(&world, &format!("a-{n}"), n * 60).await);
    }
    let others = Appointment { customer_id: other.customer_id, ..appointment("b", 690) };
    assert_eq!(create(&world, &others, Taking::FreeTime).await, CreateAppointment::Created);
    while world.store.erase_step(BUSINESS, ANA, at(9), &attempt()).await.unwrap() == Erased::More {}
    assert_eq!(taken(&world).await, [(690, 60)]);
    let left = world.store.appointments_between(BUSINESS, at(-90_000), at(900_000)).await.unwrap();
    assert_eq!(left.iter().map(|one| one.customer_id).collect::<Vec<_>>(), [other.customer_id]);

    world.store.close_business(BUSINESS, &attempt()).await.unwrap();
    while world.store.erase_business_step(BUSINESS, at(9), &attempt()).await.unwrap() == Erased::More {}
    assert!(world.database.items("AppointmentsTable").is_empty());
}
