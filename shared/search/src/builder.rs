//! Writing a part: rows come one after the other, and stand column by column.

use crate::bits::Packed;
use crate::format::{Writer, pack};
use crate::kinds::{Kind, Kinds};
use crate::lists::ListsBuilder;
use crate::numbers::Numbers;
use crate::part::MAGIC;
use crate::row::Row;

/// A part in the making.
#[derive(Default)]
pub(crate) struct PartBuilder {
    keys: Vec<u128>,
    phones: Vec<Option<i64>>,
    last_purchases: Vec<Option<i64>>,
    purchases: Vec<Option<i64>>,
    total_spent: Vec<Option<i64>>,
    last_contacts: Vec<Option<i64>>,
    created: Vec<Option<i64>>,
    genders: Vec<u8>,
    statuses: Vec<u8>,
    vips: Vec<u8>,
    consents: Vec<u8>,
    names: ListsBuilder,
    cities: ListsBuilder,
    products: ListsBuilder,
    ingredients: ListsBuilder,
    labels: ListsBuilder,
}

impl PartBuilder {
    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The next row; ids come in order, each of them once.
    pub(crate) fn push(&mut self, row: &Row) {
        self.keys.push(row.key());
        // E.164 has 15 digits, so a number above the signed ones is no phone.
        self.phones.push(row.phone.and_then(|phone| i64::try_from(phone).ok()));
        self.last_purchases.push(row.last_purchase_at.map(|at| at.timestamp()));
        self.purchases.push(Some(i64::from(row.purchases)));
        self.total_spent.push(Some(row.total_spent));
        self.last_contacts.push(Some(row.last_contact_at.timestamp()));
        self.created.push(Some(row.created_at.timestamp()));
        self.genders.push(row.gender.code());
        self.statuses.push(row.profile_status.code());
        self.vips.push(row.is_vip.code());
        self.consents.push(row.marketing_consent.code());
        self.names.push(row.name.iter().flat_map(|name| name.split(' ')));
        self.cities.push(row.city.as_deref());
        self.products.push(row.favorite_products.iter().map(String::as_str));
        self.ingredients.push(row.favorite_ingredients.iter().map(String::as_str));
        self.labels.push(row.labels.iter().map(String::as_str));
    }

    /// The object.
    pub(crate) fn end(self) -> Vec<u8> {
        let block = |write: &dyn Fn(&mut Writer)| {
            let mut writer = Writer::default();
            write(&mut writer);
            writer.end()
        };
        let blocks = [
            block(&|to| {
                let half = |shift: u32| -> Vec<u64> {
                    #[expect(clippy::cast_possible_truncation, reason = "one half at a time")]
                    self.keys.iter().map(|key| (key >> shift) as u64).collect()
                };
                let (upper, lower) = (half(64), half(0));
                to.u32(u32::try_from(self.keys.len()).unwrap_or(u32::MAX));
                for half in [upper, lower] {
                    let smallest = half.iter().min().copied().unwrap_or(0);
                    to.u64(smallest);
                    Packed::write(&half.iter().map(|number| number - smallest).collect::<Vec<_>>(), to);
                }
            }),
            block(&|to| Numbers::write(&self.phones, to)),
            block(&|to| Numbers::write(&self.last_purchases, to)),
            block(&|to| Numbers::write(&self.purchases, to)),
            block(&|to| Numbers::write(&self.total_spent, to)),
            block(&|to| Numbers::write(&self.last_contacts, to)),
            block(&|to| Numbers::write(&self.created, to)),
            block(&|to| Kinds::write(&self.genders, to)),
            block(&|to| Kinds::write(&self.statuses, to)),
            block(&|to| Kinds::write(&self.vips, to)),
            block(&|to| Kinds::write(&self.consents, to)),
            block(&|to| self.names.write(to)),
            block(&|to| self.cities.write(to)),
            block(&|to| self.products.write(to)),
            block(&|to| self.ingredients.write(to)),
            block(&|to| self.labels.write(to)),
        ];
        pack(MAGIC, &blocks)
    }
}
