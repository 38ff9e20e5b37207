//! Customers of a business, the same ones for the same number.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{CustomerId, Gender, ProfileStatus};
use fastrand::Rng;
use search::Row;

/// The moment of the bench.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_796_000_000, 0).unwrap_or_default()
}

const SYLLABLES: [&str; 24] = [
    "ma", "ri", "jo", "sé", "an", "lu", "ca", "ro", "be", "to", "fer", "nan", "da", "sil", "va", "gon", "zá", "lez",
    "pe", "rei", "ra", "gar", "cí", "a",
];

/// Words of different lists have different numbers.
pub struct Words {
    first: u64,
    count: u64,
}

const FIRST_NAMES: Words = Words { first: 0, count: 3_000 };
const SURNAMES: Words = Words { first: 5_000, count: 12_000 };
pub const CITIES: Words = Words { first: 100_000, count: 400 };
pub const PRODUCTS: Words = Words { first: 200_000, count: 300 };
pub const INGREDIENTS: Words = Words { first: 300_000, count: 200 };
pub const LABELS: Words = Words { first: 400_000, count: 30 };

impl Words {
    /// The first of a list are far more frequent than the last.
    pub fn pick(&self, rng: &mut Rng) -> String {
        let skewed = rng.f64().powi(3) * self.count as f64;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below the count")]
        word(self.first + skewed as u64)
    }

    fn some(&self, rng: &mut Rng, most: usize) -> Vec<String> {
        let mut texts: Vec<String> = (0..rng.usize(0..=most)).map(|_| self.pick(rng)).collect();
        texts.sort_unstable();
        texts.dedup();
        texts
    }
}

fn word(number: u64) -> String {
    let mut rng = Rng::with_seed(number);
    let word: String = (0..rng.usize(2..5)).map(|_| SYLLABLES[rng.usize(0..SYLLABLES.len())]).collect();
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A customer of the list.
pub fn customer(nth: u64) -> Row {
    let mut rng = Rng::with_seed(nth * 7_919 + 1);
    let created = 1_640_000_000_000 + nth * 180_000 + rng.u64(0..180_000);
    let id = uuid::Builder::from_unix_timestamp_millis(
        created,
        &rng.u128(..).to_be_bytes()[6..].try_into().unwrap_or_default(),
    );
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 60")]
    let purchases = (rng.f64().powi(3) * 60.0) as u32;
    let has_bought = purchases > 0;
    let ago = |rng: &mut Rng, days: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "whole seconds")]
        let seconds = (rng.f64().powi(2) * days * 86_400.0) as i64;
        now() - TimeDelta::seconds(seconds)
    };
    let favorites = if has_bought { 5 } else { 0 };
    Row {
        customer_id: CustomerId(id.into_uuid()),
        name: (rng.u8(0..50) > 0)
            .then(|| [&FIRST_NAMES, &SURNAMES, &SURNAMES].map(|words| words.pick(&mut rng)).join(" ")),
        phone: (rng.u8(0..50) > 0).then(|| 5_511_900_000_000 + rng.u64(0..80_000_000_000)),
        gender: [None, Some(Gender::Female), Some(Gender::Male), Some(Gender::Other)][rng.usize(0..4)],
        city: (rng.u8(0..10) > 0).then(|| CITIES.pick(&mut rng)),
        last_purchase_at: has_bought.then(|| ago(&mut rng, 1_400.0)),
        purchases,
        total_spent: i64::from(purchases) * rng.i64(1_000..30_000),
        favorite_products: PRODUCTS.some(&mut rng, favorites),
        favorite_ingredients: INGREDIENTS.some(&mut rng, favorites),
        labels: if rng.u8(0..3) == 0 { LABELS.some(&mut rng, 3) } else { Vec::new() },
        profile_status: STATUSES[rng.usize(0..STATUSES.len())],
        is_vip: purchases >= 20,
        marketing_consent: [None, Some(true), Some(false)][rng.usize(0..3)],
        last_contact_at: ago(&mut rng, 1_000.0),
        created_at: DateTime::from_timestamp_millis(i64::try_from(created).unwrap_or(0)).unwrap_or_default(),
    }
}

const STATUSES: [Option<ProfileStatus>; 8] = [
    None,
    Some(ProfileStatus::Lead),
    Some(ProfileStatus::Interested),
    Some(ProfileStatus::Quoted),
    Some(ProfileStatus::Booked),
    Some(ProfileStatus::Customer),
    Some(ProfileStatus::Inactive),
    Some(ProfileStatus::Lost),
];
