//! Reading a part: rows in the order of their ids, column by column.

use crate::bits::Packed;
use crate::error::Damage;
use crate::format::{Reader, unpack};
use crate::kinds::{Kind, Kinds};
use crate::lists::Lists;
use crate::numbers::Numbers;
use crate::row::Row;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::CustomerId;
use std::sync::OnceLock;
use uuid::Uuid;

/// The beginning of every part. Its last byte is the version of the format.
pub(crate) const MAGIC: [u8; 8] = *b"recado\0\x01";
/// How many columns there are.
const BLOCKS: usize = 16;

/// A part in memory.
pub(crate) struct Part {
    rows: usize,
    bytes: u64,
    keys: Keys,
    phones: Numbers,
    pub(crate) last_purchases: Numbers,
    pub(crate) purchases: Numbers,
    pub(crate) total_spent: Numbers,
    pub(crate) last_contacts: Numbers,
    pub(crate) created: Numbers,
    pub(crate) genders: Kinds,
    pub(crate) statuses: Kinds,
    pub(crate) vips: Kinds,
    pub(crate) consents: Kinds,
    pub(crate) names: Lists,
    pub(crate) cities: Lists,
    pub(crate) products: Lists,
    pub(crate) ingredients: Lists,
    pub(crate) labels: Lists,
    average_tickets: OnceLock<Numbers>,
}

/// The ids of the customers, in order, as two halves.
struct Keys {
    upper: (u64, Packed),
    lower: (u64, Packed),
}

impl Keys {
    fn read(mut from: Reader) -> Result<(usize, Self), Damage> {
        let rows = from.u32()? as usize;
        let upper = (from.u64()?, Packed::read(&mut from, rows)?);
        let lower = (from.u64()?, Packed::read(&mut from, rows)?);
        from.end()?;
        // Ids differ, so they have a width: a header cannot make us believe in more rows than there are bits.
        if rows > 1 && upper.1.width() + lower.1.width() == 0 {
            return Err(Damage("its ids are equal"));
        }
        Ok((rows, Self { upper, lower }))
    }

    #[inline]
    fn get(&self, row: usize) -> u128 {
        let half = |(smallest, packed): &(u64, Packed)| smallest.wrapping_add(packed.get(row));
        u128::from(half(&self.upper)) << 64 | u128::from(half(&self.lower))
    }
}

/// Reads a block to its end.
fn whole<T>(block: Bytes, read: impl FnOnce(&mut Reader) -> Result<T, Damage>) -> Result<T, Damage> {
    let mut reader = Reader::new(block);
    let content = read(&mut reader)?;
    reader.end()?;
    Ok(content)
}

impl Part {
    pub(crate) fn read(object: &Bytes) -> Result<Self, Damage> {
        let [
            keys,
            phones,
            last_purchases,
            purchases,
            total_spent,
            last_contacts,
            created,
            genders,
            statuses,
            vips,
            consents,
            names,
            cities,
            products,
            ingredients,
            labels,
        ] = unpack::<BLOCKS>(MAGIC, object)?;
        let (rows, keys) = Keys::read(Reader::new(keys))?;
        if !(0..rows).map(|row| keys.get(row)).is_sorted_by(|one, next| one < next) {
            return Err(Damage("its ids are not in order"));
        }
        let numbers = |block| whole(block, |from| Numbers::read(from, rows));
        let kinds = |block| whole(block, |from| Kinds::read(from, rows));
        let lists = |block| whole(block, |from| Lists::read(from, rows));
        Ok(Self {
            rows,
            bytes: object.len() as u64,
            keys,
            phones: numbers(phones)?,
            last_purchases: numbers(last_purchases)?,
            purchases: numbers(purchases)?,
            total_spent: numbers(total_spent)?,
            last_contacts: numbers(last_contacts)?,
            created: numbers(created)?,
            genders: kinds(genders)?,
            statuses: kinds(statuses)?,
            vips: kinds(vips)?,
            consents: kinds(consents)?,
            names: lists(names)?,
            cities: lists(cities)?,
            products: lists(products)?,
            ingredients: lists(ingredients)?,
            labels: lists(labels)?,
            average_tickets: OnceLock::new(),
        })
    }

    /// How many rows there are, hidden ones included.
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    /// As it is stored.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The id of a row, as a number.
    #[inline]
    pub(crate) fn key(&self, row: usize) -> u128 {
        self.keys.get(row)
    }

    /// How many rows have a lower id than this one.
    pub(crate) fn rows_below(&self, key: u128) -> usize {
        self.search(0, key)
    }

    /// How many rows have this id or a lower one.
    pub(crate) fn rows_until(&self, key: u128) -> usize {
        key.checked_add(1).map_or(self.rows, |next| self.rows_below(next))
    }

    /// The first row from `from` on whose id is not below. It looks nearby first: ids that are looked for in their order
    /// are mostly close to each other.
    fn search(&self, from: usize, key: u128) -> usize {
        let (mut low, mut step) = (from, 1);
        while low + step <= self.rows && self.key(low + step - 1) < key {
            low += step;
            step *= 2;
        }
        let mut high = (low + step).min(self.rows);
        while low < high {
            let middle = low.midpoint(high);
            if self.key(middle) < key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The rows of this part whose customers have a row in the other.
    pub(crate) fn shared_with<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = usize> + 'a {
        self.rows_of((0..other.rows).map(|row| other.key(row)))
    }

    /// The rows of customers whose ids come in order.
    pub(crate) fn rows_of<'a>(&'a self, keys: impl Iterator<Item = u128> + 'a) -> impl Iterator<Item = usize> + 'a {
        let mut from = 0;
        keys.filter_map(move |key| {
            from = self.search(from, key);
            (from < self.rows && self.key(from) == key).then_some(from)
        })
    }

    /// Total spent divided by purchases, rounded down: an amount is at least this if and only if the quotient is. Absent
    /// where nothing was bought. Made when it is first asked for.
    pub(crate) fn average_tickets(&self) -> &Numbers {
        self.average_tickets.get_or_init(|| {
            let ticket = |row| {
                let purchases = self.purchases.get(row).filter(|purchases| *purchases > 0)?;
                Some(self.total_spent.get(row)?.div_euclid(purchases))
            };
            Numbers::of(&(0..self.rows).map(ticket).collect::<Vec<_>>())
        })
    }

    /// A row, as it was put.
    pub(crate) fn row(&self, row: usize) -> Row {
        let texts = |lists: &Lists| lists.get(row).map(str::to_owned).collect();
        let mut words = self.names.get(row);
        let name = words.next().map(|first| {
            words.fold(first.to_owned(), |mut name, word| {
                name.push(' ');
                name.push_str(word);
                name
            })
        });
        Row {
            customer_id: CustomerId(Uuid::from_u128(self.key(row))),
            name,
            phone: self.phones.get(row).map(i64::cast_unsigned),
            gender: Kind::of_code(self.genders.code(row)),
            city: self.cities.get(row).next().map(str::to_owned),
            last_purchase_at: self.last_purchases.get(row).map(time),
            purchases: self.purchases.get(row).and_then(|number| u32::try_from(number).ok()).unwrap_or(0),
            total_spent: self.total_spent.get(row).unwrap_or(0),
            favorite_products: texts(&self.products),
            favorite_ingredients: texts(&self.ingredients),
            labels: texts(&self.labels),
            profile_status: Kind::of_code(self.statuses.code(row)),
            is_vip: Kind::of_code(self.vips.code(row)),
            marketing_consent: Kind::of_code(self.consents.code(row)),
            last_contact_at: self.last_contacts.get(row).map_or(DateTime::UNIX_EPOCH, time),
            created_at: self.created.get(row).map_or(DateTime::UNIX_EPOCH, time),
        }
    }
}

fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}
