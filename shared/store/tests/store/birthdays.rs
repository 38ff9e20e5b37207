//! Birthdays by day follow the customers' records, whatever happens to them.

use crate::support::*;
use chrono::NaiveDate;
use domain::{Customer, CustomerId, Locale, Occasion, Pet, Profile};
use store::*;
use uuid::Uuid;

/// So many random changes of one customer.
const CHANGES: u32 = 120;

fn day(n: u32) -> Option<domain::Birthday> {
    ["--02-28", "1992-02-29", "--02-29", "2001-03-01", "--12-31"].get(n as usize % 6).map(|day| day.parse().unwrap())
}

/// Small numbers that look drawn.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(bound)).unwrap()
    }
}

async fn on(world: &World, date: NaiveDate) -> Vec<Occasion> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let (page, next) = world.store.birthdays_on(BUSINESS, date, Some(2), cursor.as_deref()).await.unwrap();
        found.extend(page);
        cursor = next;
        if cursor.is_none() {
            return found;
        }
    }
}

fn sorted(mut all: Vec<Occasion>) -> Vec<Occasion> {
    all.sort_by_key(|it| (it.month_day.clone(), it.celebrant.key().to_owned()));
    all
}

async fn change(world: &World, chance: &mut Chance, id: CustomerId) {
    let store = &world.store;
    let before = store.customer(BUSINESS, id).await.unwrap().unwrap();
    let mut after = before.record.clone();
    match chance.below(8) {
        0 => after.birthday = day(chance.below(6)),
        1 => after.name = [None, Some("Ana"), Some("Bia")][chance.below(3) as usize].map(str::to_owned),
        2 => after.locale = [None, Some(Locale::Es), Some(Locale::En)][chance.below(3) as usize],
        3 | 4 => {
            let pet = |name: &str, birthday| Pet { name: name.to_owned(), species: None, birthday };
            let names = ["Rex", "réx", "Mia", "Tom"];
            after.pets = (0..chance.below(5)).map(|n| pet(names[n as usize], day(chance.below(6)))).collect();
        }
        5 => {
            let yes = chance.below(2) == 0;
            store.set_consent(BUSINESS, id, yes, at(i64::from(chance.below(1_000))), &attempt()).await.unwrap();
            return;
        }
        6 => {
            let to = phone(10 + chance.below(5));
            store.move_identities(BUSINESS, &before, Some(&to), None, &attempt()).await.unwrap();
            return;
        }
        _ => {
            let mut met = customer(50, None);
            met.bsuid = Some("b1".to_owned());
            met.phone = Some(phone(1));
            store.meet(BUSINESS, &met, at(0), &attempt()).await.unwrap();
            return;
        }
    }
    store.update_customer(BUSINESS, &before, &after, &attempt()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn they_follow_the_record() {
    let world = World::new();
    let mut chance = Chance(7);
    let mut fresh: Customer = customer(1, None);
    fresh.bsuid = Some("b1".to_owned());
    world.store.register(BUSINESS, &fresh, &Profile::default(), &attempt()).await.unwrap();
    let id = fresh.customer_id;
    let mut most = 0;
    for _ in 0..CHANGES {
        change(&world, &mut chance, id).await;
        let record = world.store.customer(BUSINESS, id).await.unwrap().unwrap().record;
        let all = Occasion::all(&record);
        most = most.max(all.len());
        assert_eq!(world.database.items("BirthdaysTable").len(), all.len());
        for date in ["2027-02-28", "2028-02-28", "2028-02-29", "2027-03-01", "2027-12-31"] {
            let date = date.parse().unwrap();
            assert!(sorted(on(&world, date).await) == sorted(Occasion::on(&record, date)), "{date}");
        }
        assert_eq!(on(&world, "2027-06-15".parse().unwrap()).await.len(), 0);
    }
    assert!(most >= 4, "too little happened");
    while world.store.erase_step(BUSINESS, id, at(900), &attempt()).await.unwrap() == Erased::More {}
    assert_eq!(world.database.items("BirthdaysTable").len(), 0);
}

/// Whenever a change comes between, nothing of an erased person is left.
#[tokio::test(start_paused = true)]
async fn an_erased_person_has_no_birthday() {
    let born = Profile { birthday: day(0), ..Profile::default() };
    for before in 0..12 {
        let world = World::new();
        let fresh = Customer::new(CustomerId(Uuid::from_u128(1)), Some(phone(1)), &born, at(0));
        world.store.register(BUSINESS, &fresh, &born, &attempt()).await.unwrap();
        let (id, token, said) = (fresh.customer_id, attempt(), attempt());
        let erase =
            async { while world.store.erase_step(BUSINESS, id, at(900), &token).await.unwrap() == Erased::More {} };
        let change = async {
            for _ in 0..before {
                tokio::task::yield_now().await;
            }
            world.store.set_consent(BUSINESS, id, false, at(9), &said).await.unwrap();
        };
        futures::join!(erase, change);
        assert_eq!(world.database.items("BirthdaysTable").len(), 0, "after {before} steps");
        assert_eq!(world.database.items("CustomersTable").len(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_business_sees_its_own() {
    let world = World::new();
    let born = Profile { birthday: day(0), ..Profile::default() };
    for (business, id) in [(BUSINESS, 1), (OTHER, 2)] {
        let fresh = Customer::new(CustomerId(Uuid::from_u128(id)), Some(phone(1)), &born, at(0));
        world.store.register(business, &fresh, &born, &attempt()).await.unwrap();
    }
    let date = "2027-02-28".parse().unwrap();
    let mine = on(&world, date).await;
    assert_eq!(mine.iter().map(|it| it.customer_id.0.as_u128()).collect::<Vec<_>>(), [1]);
    for (business, id) in [(BUSINESS, 1), (OTHER, 2)] {
        let lapsed = world.store.lapsed_before(business, at(1), None, None).await.unwrap().0;
        assert_eq!(lapsed.iter().map(|it| it.customer_id.0.as_u128()).collect::<Vec<_>>(), [id]);
    }
    // A cursor of another list is not taken.
    assert_eq!(
        world.store.birthdays_on(BUSINESS, date, None, Some("03-01/x")).await.unwrap_err(),
        StoreError::BadCursor
    );
    assert_eq!(world.store.lapsed_before(BUSINESS, at(1), None, Some("x")).await.unwrap_err(), StoreError::BadCursor);
}
