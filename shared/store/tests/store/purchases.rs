//! Purchases: each invoice once, corrections that take back what they replace, and the customers who are due.

use crate::support::*;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::purchase::Line;
use domain::{Customer, CustomerId, Favorites, Money, Profile, Purchase, Statistics, Tz};
use futures::future::join_all;
use std::collections::BTreeSet;
use store::*;

const ZONE: Tz = Tz::America__Sao_Paulo;

fn now() -> DateTime<Utc> {
    at(100_000_000)
}

fn lines(products: &[&str]) -> Vec<Line> {
    let line = |product: &&str| Line {
        product: (*product).to_owned(),
        ingredients: vec!["Frango".to_owned()],
        thousandths: 1_000,
        amount: 0,
    };
    products.iter().map(line).collect()
}

fn of(customer: CustomerId, invoice: &str, version: u64, seconds: i64, total: i64, products: &[&str]) -> Purchase {
    let purchase = purchase(invoice, seconds, total, lines(products));
    Purchase { customer_id: customer, version, ..purchase }
}

async fn record(world: &World, given: &Purchase) -> RecordPurchase {
    world.store.record_purchase(BUSINESS, given, ZONE, now(), &attempt()).await.unwrap()
}

async fn ana_now(world: &World) -> Customer {
    world.store.customer(BUSINESS, ANA).await.unwrap().unwrap().record
}

fn done(answer: RecordPurchase) -> (Recording, Statistics, Favorites) {
    match answer {
        RecordPurchase::Done { recording, statistics, favorites } => (recording, statistics, favorites),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn an_invoice_counts_once_and_in_its_last_version() {
    let world = World::seeded().await;
    let first = of(ANA, "i1", 1, 10, 14_500, &["Ração", "Coleira"]);
    let (recording, statistics, favorites) = done(record(&world, &first).await);
    assert_eq!((recording, statistics.purchases, statistics.total_spent), (Recording::New, 1, 14_500));
    assert_eq!(favorites.products.favorites(), ["Coleira", "Ração"]);
    assert_eq!(ana_now(&world).await.last_contact_at, at(10));

    let again = Purchase { created_at: at(99), updated_at: at(99), ..first.clone() };
    assert_eq!(done(record(&world, &again).await).0, Recording::Repeated);
    let other = Purchase { total: Money { minor: 1, ..first.total }, ..first.clone() };
    assert_eq!(record(&world, &other).await, RecordPurchase::Differs);

    // The second is the last, until it is given back.
    record(&world, &of(ANA, "i2", 1, 500_000, 1_000, &["racao"])).await;
    let (recording, statistics, favorites) = done(record(&world, &of(ANA, "i2", 7, 500_000, 0, &[])).await);
    assert_eq!((recording, statistics.purchases), (Recording::Corrected, 1));
    assert_eq!((statistics.total_spent, statistics.last_purchase_at), (14_500, Some(at(10))));
    assert_eq!(favorites.products.times("Ração"), 1);
    let (recording, same, _) = done(record(&world, &of(ANA, "i2", 3, 500_000, 1_000, &["racao"])).await);
    assert_eq!((recording, same), (Recording::Older { kept: 7 }, statistics));

    // A correction moves it to another time, and it still is the only one of its invoice.
    let (_, statistics, _) = done(record(&world, &of(ANA, "i1", 2, 20, 14_000, &["Ração"])).await);
    assert_eq!((statistics.total_spent, statistics.last_purchase_at), (14_000, Some(at(20))));
    let page = world.store.customer_purchases(BUSINESS, ANA, 10, None).await.unwrap();
    let shown: Vec<_> = page.items.iter().map(|it| (it.invoice_id.as_str(), it.version, it.at)).collect();
    assert_eq!(shown, [("i2", 7, at(500_000)), ("i1", 2, at(20))]);
    assert_eq!(page.items[1].created_at, first.created_at);
    assert_eq!(ana_now(&world).await.statistics, statistics);
}

#[tokio::test(start_paused = true)]
async fn an_invoice_is_one_customers() {
    let world = World::seeded().await;
    let bia = customer(50, Some(2));
    world.store.register(BUSINESS, &bia, &Profile::default(), &attempt()).await.unwrap();
    record(&world, &of(ANA, "i1", 1, 10, 100, &[])).await;
    let taken = record(&world, &of(bia.customer_id, "i1", 2, 10, 100, &[])).await;
    assert_eq!(taken, RecordPurchase::AnotherCustomers);
    let nobody = of(customer(51, None).customer_id, "i2", 1, 10, 100, &[]);
    assert_eq!(record(&world, &nobody).await, RecordPurchase::NoCustomer);
    assert_eq!(world.database.items("PurchasesTable").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn whoever_comes_in_between_every_invoice_counts_once() {
    let world = World::seeded().await;
    let given: Vec<_> =
        (0..30).map(|n| of(ANA, &format!("i{}", n % 6), 1 + n / 6, n as i64, 100, &["Ração"])).collect();
    let changes = (0..10).map(async |n| {
        for _ in 0..20 {
            let before = world.store.customer(BUSINESS, ANA).await.unwrap().unwrap();
            let last_contact_at = before.record.last_contact_at.max(at(1_000 + n));
            let after = Customer { city: Some(format!("city {n}")), last_contact_at, ..before.record.clone() };
            let updated = world.store.update_customer(BUSINESS, &before, &after, &attempt()).await.unwrap();
            if updated != Updated::Conflict {
                return;
            }
        }
        panic!("a change of the record was never made");
    });
    let recorded = join_all(given.iter().map(async |one| {
        // As a caller does who was told to come again.
        loop {
            match world.store.record_purchase(BUSINESS, one, ZONE, now(), &attempt()).await {
                Err(StoreError::Contended(_)) => {}
                other => return other.unwrap(),
            }
        }
    }));
    futures::join!(recorded, join_all(changes));
    let ana = ana_now(&world).await;
    assert_eq!((ana.statistics.purchases, ana.statistics.total_spent), (6, 600));
    assert_eq!(ana.statistics.last_purchase_at, Some(at(29)));
    assert_eq!(ana.last_contact_at, at(1_009));
    assert_eq!(world.store.favorites(BUSINESS, ANA).await.unwrap().products.times("RACAO"), 6);
    let page = world.store.customer_purchases(BUSINESS, ANA, 100, None).await.unwrap();
    assert!(page.items.len() == 6 && page.items.iter().all(|it| it.version == 5));
}

#[tokio::test(start_paused = true)]
async fn the_revenue_is_of_a_time_and_of_what_is_left() {
    let world = World::seeded().await;
    let day = 86_400;
    for (invoice, seconds, total) in [("a", 0, 100), ("b", day, 200), ("c", 2 * day - 1, 400), ("d", 2 * day, 800)] {
        record(&world, &of(ANA, invoice, 1, seconds, total, &[])).await;
    }
    record(&world, &of(ANA, "e", 1, day, 1_600, &[])).await;
    record(&world, &of(ANA, "e", 2, day, 0, &[])).await;
    let revenue = async |from, until| {
        let revenue = world.store.revenue_between(BUSINESS, at(from), at(until)).await.unwrap();
        (revenue.total, revenue.purchases)
    };
    assert_eq!(revenue(day, 2 * day).await, (600, 2));
    assert_eq!(revenue(0, 3 * day).await, (1_500, 4));
    assert_eq!(revenue(1, day).await, (0, 0));
    assert_eq!(revenue(day, day).await, (0, 0));
    assert_eq!(world.store.revenue_between(OTHER, at(0), at(3 * day)).await.unwrap(), Revenue::default());
}

#[tokio::test(start_paused = true)]
async fn pages_of_purchases() {
    let world = World::seeded().await;
    for n in 0..5 {
        record(&world, &of(ANA, &format!("i{n}"), 1, n, 100, &[])).await;
    }
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = world.store.customer_purchases(BUSINESS, ANA, 2, cursor.as_deref()).await.unwrap();
        found.extend(page.items.into_iter().map(|it| it.invoice_id.to_string()));
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
        let other = world.store.customer_purchases(OTHER, ANA, 2, cursor.as_deref()).await;
        assert_eq!(other.unwrap_err(), StoreError::BadCursor);
    }
    assert_eq!(found, ["i4", "i3", "i2", "i1", "i0"]);
}

#[tokio::test(start_paused = true)]
async fn those_who_are_due_are_read_by_their_day() {
    let world = World::seeded().await;
    let first: DateTime<Utc> = "2030-03-01T15:00:00Z".parse().unwrap();
    let mut ids = vec![ANA];
    for n in 0..4 {
        let fresh = customer(60 + n, Some(60 + u32::try_from(n).unwrap()));
        ids.push(fresh.customer_id);
        world.store.register(BUSINESS, &fresh, &Profile::default(), &attempt()).await.unwrap();
    }
    // All come every ten days; each on the day after the one before.
    for (nth, id) in ids.iter().enumerate() {
        for visit in 0..3 {
            let seconds = (first - at(0)).num_seconds() + 86_400 * (10 * visit + i64::try_from(nth).unwrap());
            record(&world, &of(*id, &format!("{nth}-{visit}"), 1, seconds, 100, &[])).await;
        }
    }
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let due = async |from, until, limit| {
        let (mut found, mut cursor, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = world.store.due_visitors(BUSINESS, day(from), day(until), limit, cursor.as_deref()).await;
            let (visitors, next) = page.unwrap();
            assert!(visitors.len() <= limit);
            found.extend(visitors.into_iter().map(|it| (it.customer_id, it.last_visit.to_string(), it.every_days)));
            (cursor, pages) = (next, pages + 1);
            if cursor.is_none() {
                return (found, pages);
            }
        }
    };
    let expected: Vec<_> =
        ids.iter().enumerate().map(|(nth, id)| (*id, format!("2030-03-{}", 21 + nth), 10_u16)).collect();
    for limit in [1, 2, 5, 100] {
        assert_eq!(due("2030-03-31", "2030-04-05", limit).await.0, expected, "{limit}");
    }
    assert_eq!(due("2030-04-01", "2030-04-03", 10).await, (expected[1..3].to_vec(), 1));
    assert_eq!(due("2030-04-05", "2030-04-30", 10).await.0, []);
    assert_eq!(world.store.due_visitors(OTHER, day("2030-03-31"), day("2030-04-05"), 9, None).await.unwrap().0, []);

    // Who comes is due later, and who gives all back is not due at all.
    let seconds = (first - at(0)).num_seconds() + 86_400 * 29;
    record(&world, &of(ANA, "more", 1, seconds, 100, &[])).await;
    for visit in 0..3 {
        let seconds = (first - at(0)).num_seconds() + 86_400 * (10 * visit + 1);
        record(&world, &of(ids[1], &format!("1-{visit}"), 2, seconds, 0, &[])).await;
    }
    assert_eq!(due("2030-03-31", "2030-04-05", 10).await.0, expected[2..]);
    assert_eq!(due("2030-04-09", "2030-04-10", 10).await.0, [(ANA, "2030-03-30".to_owned(), 10)]);
}

#[tokio::test(start_paused = true)]
async fn nothing_of_an_erased_customer_is_left_whatever_comes_between() {
    let world = World::seeded().await;
    for n in 0..120 {
        record(&world, &of(ANA, &format!("i{n}"), 1, n, 100, &["Ração"])).await;
    }
    let erasing =
        async { while world.store.erase_step(BUSINESS, ANA, now(), &attempt()).await.unwrap() == Erased::More {} };
    let buying = async {
        for n in 0..40 {
            let one = of(ANA, &format!("late{n}"), 1, n, 100, &["Coleira"]);
            let _ = world.store.record_purchase(BUSINESS, &one, ZONE, now() + TimeDelta::days(1), &attempt()).await;
        }
    };
    futures::join!(erasing, buying);
    assert_eq!(world.database.items("PurchasesTable"), [] as [serde_json::Value; 0]);
    assert_eq!(record(&world, &of(ANA, "i1", 1, 10, 100, &[])).await, RecordPurchase::NoCustomer);
}

/// Of a page that ends between purchases of one moment, none is left out.
#[tokio::test(start_paused = true)]
async fn all_whose_purchases_were_recorded_are_told_page_by_page() {
    let world = World::seeded().await;
    let mut expected = BTreeSet::new();
    for nth in 0..12_u128 {
        let given = customer(200 + nth, Some(200 + u32::try_from(nth).unwrap()));
        world.store.register(BUSINESS, &given, &Profile::default(), &attempt()).await.unwrap();
        expected.insert(given.customer_id);
        for invoice in 0..50 {
            // Bought long before, and all recorded at one time.
            let bought = of(given.customer_id, &format!("{nth}-{invoice}"), 1, -1_000_000, 100, &["Banho"]);
            record(&world, &Purchase { updated_at: now(), ..bought }).await;
        }
    }
    let (day, mut found, mut cursor, mut pages) = (now().date_naive(), BTreeSet::new(), None, 0);
    loop {
        let (customers, next) = world.store.recorded_on(BUSINESS, day, now(), cursor.as_deref()).await.unwrap();
        found.extend(customers);
        pages += 1;
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((found, pages), (expected, 2));
    let later = now() + TimeDelta::milliseconds(1);
    assert!(world.store.recorded_on(BUSINESS, day, later, None).await.unwrap().0.is_empty());
}

/// Of a business whose purchases were recorded on several days: each once, in the order of their last versions.
#[tokio::test(start_paused = true)]
async fn all_purchases_are_listed_in_the_order_in_which_they_were_recorded() {
    let world = World::seeded().await;
    let bia = customer(200, Some(200));
    world.store.register(BUSINESS, &bia, &Profile::default(), &attempt()).await.unwrap();
    let bia = bia.customer_id;
    let day = |n: i64| at(n * 86_400);
    let recorded = |customer, invoice: &str, version, at| {
        let bought = of(customer, invoice, version, 10, 100, &["Banho"]);
        Purchase { created_at: day(0), updated_at: at, ..bought }
    };
    for (nth, customer) in [ANA, bia, ANA, bia, ANA].into_iter().enumerate() {
        // Three at one moment, and two after more days than a page looks at.
        let at = day(if nth < 3 { 1 } else { 250 });
        record(&world, &recorded(customer, &format!("i{nth}"), 1, at)).await;
    }
    record(&world, &recorded(ANA, "i0", 2, day(251))).await;
    let list = async |from, limit| {
        let (mut found, mut cursor, mut pages) = (Vec::new(), None::<String>, 0);
        loop {
            let page =
                world.store.recorded_purchases(BUSINESS, from, day(252), limit, cursor.as_deref()).await.unwrap();
            assert!(page.items.len() <= limit);
            found.extend(page.items.into_iter().map(|it| (it.invoice_id.to_string(), it.version)));
            pages += 1;
            cursor = page.cursor;
            if cursor.is_none() {
                break (found, pages);
            }
        }
    };
    for limit in 1..7 {
        let (mut found, _) = list(day(0), limit).await;
        // Those of one moment come in any order, and each once.
        found[..2].sort();
        found[2..4].sort();
        assert_eq!(found, ["i1", "i2", "i3", "i4", "i0"].map(|id| (id.to_owned(), if id == "i0" { 2 } else { 1 })));
    }
    assert_eq!(list(day(0), 100).await.1, 3);
    assert_eq!(list(day(251), 100).await.0, [("i0".to_owned(), 2)]);
    assert_eq!(list(day(251) + TimeDelta::milliseconds(1), 100).await.0, []);
}

/// Lambda answers with at most six megabytes.
#[tokio::test(start_paused = true)]
async fn a_page_of_large_purchases_is_cut_and_the_next_goes_on() {
    let world = World::seeded().await;
    let products: Vec<String> = (0..60).map(|nth| format!("{nth}-{}", "x".repeat(1_000))).collect();
    let products: Vec<&str> = products.iter().map(String::as_str).collect();
    for nth in 0..60 {
        let bought = Purchase { updated_at: now(), ..of(ANA, &format!("i{nth}"), 1, nth, 100, &products) };
        record(&world, &bought).await;
    }
    let (mut found, mut cursor, mut pages) = (BTreeSet::new(), None::<String>, Vec::new());
    loop {
        let page = world.store.recorded_purchases(BUSINESS, now(), now(), 100, cursor.as_deref()).await.unwrap();
        pages.push(serde_json::to_vec(&page.items).unwrap().len());
        found.extend(page.items.into_iter().map(|it| it.invoice_id.to_string()));
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found.len(), 60);
    assert!(pages.len() > 1 && pages.iter().all(|bytes| *bytes < 4 << 20), "{pages:?}");
}
