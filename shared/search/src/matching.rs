//! The rows of a part that a filter matches.
//!
//! Each condition knows about how many rows it leaves. They are applied one after the other, the narrowest first: as
//! sets of bits while many rows are left, and row by row once few are.

use crate::filter::{ANY, Numbers, last_contact, last_purchase, registration};
use crate::kinds::{Kind, Kinds};
use crate::lists::Having;
use crate::numbers::Within;
use crate::part::Part;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::CustomerFilter;
use domain::customer_filter::SortKey;
use domain::fold::fold;
use fixedbitset::FixedBitSet;

/// Up to one of so many rows is looked at by itself.
const FEW: usize = 64;

/// A filter at a moment: the conditions that are the same for all parts.
pub(crate) struct Conditions<'a> {
    filter: &'a CustomerFilter,
    /// Folded, without words that are blank.
    name: Option<String>,
    last_purchase: Option<Numbers>,
    last_contact: Option<Numbers>,
    registration: Option<Numbers>,
}

impl<'a> Conditions<'a> {
    pub(crate) fn of(filter: &'a CustomerFilter, now: DateTime<Utc>, zone: Tz) -> Self {
        Self {
            filter,
            name: filter.name.as_deref().map(fold).filter(|name| !name.is_empty()),
            last_purchase: last_purchase(filter, now, zone),
            last_contact: last_contact(filter, now),
            registration: registration(filter, now, zone),
        }
    }

    /// The numbers that the filter lets through of what is sorted by.
    pub(crate) fn sorted(&self, key: SortKey) -> Option<Numbers> {
        match key {
            SortKey::LastPurchase => self.last_purchase.clone(),
            SortKey::TotalSpent => self.filter.min_total_spent.map(at_least),
        }
    }

    fn in_part<'p>(&self, part: &'p Part) -> Vec<Condition<'p>> {
        let filter = self.filter;
        let mut all = Vec::new();
        if let Some(name) = &self.name {
            let last = name.split(' ').count() - 1;
            let words = name.split(' ').enumerate();
            all.extend(words.map(|(nth, word)| Condition::of_lists(part.names.with_word(word, nth == last))));
        }
        let texts = [
            (&part.cities, &filter.city),
            (&part.products, &filter.favorite_product),
            (&part.ingredients, &filter.favorite_ingredient),
            (&part.labels, &filter.label),
        ];
        for (lists, text) in texts {
            all.extend(text.as_deref().map(|text| Condition::of_lists(lists.with_text(text))));
        }
        let kinds = [
            (&part.genders, filter.gender.map(|gender| Some(gender).code())),
            (&part.statuses, filter.profile_status.map(|status| Some(status).code())),
            (&part.vips, filter.is_vip.map(Kind::code)),
            (&part.consents, filter.consent.map(|consent| consent.said().code())),
        ];
        for (kinds, code) in kinds {
            all.extend(code.map(|code| Condition::of_kinds(kinds, code)));
        }
        let purchases = filter.min_purchases.map(i64::from);
        let at_most = |most: u32| crate::filter::ANY.start..i128::from(most) + 1;
        let numbers = [
            (&part.last_purchases, self.last_purchase.clone()),
            (&part.last_contacts, self.last_contact.clone()),
            (&part.total_spent, filter.min_total_spent.map(at_least)),
            (&part.purchases, purchases.map(at_least)),
            (&part.purchases, filter.max_purchases.map(at_most)),
            (&part.created, self.registration.clone()),
        ];
        for (numbers, range) in numbers {
            all.extend(range.map(|range| Condition::of_numbers(numbers.within(&range))));
        }
        let ticket = filter.min_average_ticket.map(at_least);
        all.extend(ticket.map(|range| Condition::of_numbers(part.average_tickets().within(&range))));
        all.sort_by_key(|condition| condition.about);
        all
    }

    /// The rows of a part that match and are not hidden.
    pub(crate) fn matches(&self, part: &Part, hidden: &FixedBitSet) -> Matches {
        let mut left = Left::All;
        for condition in self.in_part(part) {
            left = left.narrow(&condition, part.len());
        }
        let mut matches = match left {
            Left::All => {
                let mut all = FixedBitSet::with_capacity(part.len());
                all.insert_range(..);
                all.difference_with(hidden);
                Matches::Many { count: all.count_ones(..), rows: all }
            }
            Left::Many(mut rows) => {
                rows.difference_with(hidden);
                Matches::Many { count: rows.count_ones(..), rows }
            }
            Left::Few(mut rows) => {
                rows.retain(|row| !hidden.contains(*row as usize));
                Matches::Few(rows)
            }
        };
        // The words of a name may be there and not stand together.
        if let Some(name) = self.name.as_deref().filter(|name| name.contains(' ')) {
            let words = format!(" {name}");
            let mut joined = String::new();
            let rows = matches.rows().filter(|row| part.names.has_words(*row as usize, &words, &mut joined));
            matches = Matches::Few(rows.collect());
        }
        matches
    }
}

fn at_least(number: i64) -> Numbers {
    i128::from(number)..ANY.end
}

/// Rows of a part.
pub(crate) enum Matches {
    /// In order.
    Few(Vec<u32>),
    /// As bits.
    Many { rows: FixedBitSet, count: usize },
}

impl Matches {
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Few(rows) => rows.len(),
            Self::Many { count, .. } => *count,
        }
    }

    /// In order.
    pub(crate) fn rows(&self) -> Box<dyn Iterator<Item = u32> + '_> {
        match self {
            Self::Few(rows) => Box::new(rows.iter().copied()),
            Self::Many { rows, .. } => Box::new(rows.ones().filter_map(|row| u32::try_from(row).ok())),
        }
    }

    /// The same, kept by itself.
    pub(crate) fn into_rows(self) -> Box<dyn Iterator<Item = u32>> {
        match self {
            Self::Few(rows) => Box::new(rows.into_iter()),
            Self::Many { rows, .. } => Box::new(rows.into_ones().filter_map(|row| u32::try_from(row).ok())),
        }
    }
}

/// The rows that the conditions so far have left.
enum Left {
    All,
    /// In order.
    Few(Vec<u32>),
    Many(FixedBitSet),
}

impl Left {
    fn narrow(self, condition: &Condition<'_>, rows: usize) -> Self {
        match self {
            Self::All if condition.about <= rows / FEW => Self::Few(condition.list()),
            Self::All => Self::Many(condition.bits(rows)),
            Self::Few(mut few) => {
                few.retain(|row| condition.has(*row as usize));
                Self::Few(few)
            }
            Self::Many(mut many) => {
                let count = many.count_ones(..);
                if count <= rows / FEW {
                    let few = many.ones().filter(|row| condition.has(*row));
                    return Self::Few(few.filter_map(|row| u32::try_from(row).ok()).collect());
                }
                if let Test::Kind(kinds, code) = &condition.test {
                    match kinds.rows(*code) {
                        Some(bits) => many.intersect_with(bits),
                        None => many.clear(),
                    }
                } else {
                    many.intersect_with(&condition.bits(rows));
                }
                Self::Many(many)
            }
        }
    }
}

/// One condition of a filter, in a part.
struct Condition<'p> {
    test: Test<'p>,
    /// At least so many rows as it leaves.
    about: usize,
}

enum Test<'p> {
    Lists(Having<'p>),
    Kind(&'p Kinds, u8),
    Numbers(Within<'p>),
}

impl<'p> Condition<'p> {
    fn of_lists(having: Having<'p>) -> Self {
        let about = having.rows().map(<[u32]>::len).sum();
        Self { test: Test::Lists(having), about }
    }

    fn of_kinds(kinds: &'p Kinds, code: u8) -> Self {
        let about = kinds.rows(code).map_or(0, |rows| rows.count_ones(..));
        Self { test: Test::Kind(kinds, code), about }
    }

    fn of_numbers(within: Within<'p>) -> Self {
        let about = within.of_order().1.len();
        Self { test: Test::Numbers(within), about }
    }

    #[inline]
    fn has(&self, row: usize) -> bool {
        match &self.test {
            Test::Lists(having) => having.has(row),
            Test::Kind(kinds, code) => kinds.code(row) == u64::from(*code),
            Test::Numbers(within) => within.has(row),
        }
    }

    /// Its rows, in order.
    fn list(&self) -> Vec<u32> {
        let mut rows: Vec<u32> = match &self.test {
            Test::Lists(having) => having.rows().flatten().copied().collect(),
            Test::Kind(kinds, code) => {
                let ones = kinds.rows(*code).into_iter().flat_map(FixedBitSet::ones);
                ones.filter_map(|row| u32::try_from(row).ok()).collect()
            }
            Test::Numbers(within) => {
                let (order, range) = within.of_order();
                order.present.get(range).unwrap_or_default().to_vec()
            }
        };
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// Its rows, as bits.
    fn bits(&self, rows: usize) -> FixedBitSet {
        let mut bits = FixedBitSet::with_capacity(rows);
        let insert = |bits: &mut FixedBitSet, list: &[u32]| list.iter().for_each(|row| bits.insert(*row as usize));
        match &self.test {
            Test::Lists(having) => having.rows().for_each(|list| insert(&mut bits, list)),
            Test::Kind(kinds, code) => {
                if let Some(rows) = kinds.rows(*code) {
                    bits.union_with(rows);
                }
            }
            Test::Numbers(within) => {
                let (order, range) = within.of_order();
                if range.len() <= rows / 2 {
                    insert(&mut bits, order.present.get(range).unwrap_or_default());
                } else {
                    let others = [
                        order.present.get(..range.start).unwrap_or_default(),
                        order.present.get(range.end..).unwrap_or_default(),
                        &order.absent,
                    ];
                    bits.insert_range(..);
                    others.into_iter().flatten().for_each(|row| bits.set(*row as usize, false));
                }
            }
        }
        bits
    }
}
