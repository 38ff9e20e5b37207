//! Made-up purchases: what the first customers of a place bought in the weeks before, by arithmetic.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

/// What a place sells: the product, its ingredients parted by commas, and the price.
pub(super) type Product = (&'static str, &'static str, u32);

/// The most purchases of one request.
const AT_ONCE: usize = 500;

/// Purchases of every third customer, as bodies of requests: one customer a week, another once a month. Some are due
/// today, and some have not been there for months or for more than a year: each segment of customers has some.
pub(super) fn purchases(phones: &[String], products: &[Product], today: NaiveDate) -> Vec<Value> {
    let buyers = phones.iter().enumerate().step_by(3);
    let all: Vec<Value> = buyers.flat_map(|(nth, phone)| of_customer(nth, phone, products, today)).collect();
    all.chunks(AT_ONCE).map(|chunk| json!({"purchases": chunk})).collect()
}

fn of_customer(nth: usize, phone: &str, products: &[Product], today: NaiveDate) -> Vec<Value> {
    let every = [7, 14, 21, 30][nth % 4];
    // The last visit: a rhythm ago, or much longer.
    let is_gone = nth % 5 == 4;
    let last = if is_gone { every + [60, 150, 400][nth / 15 % 3] } else { every - (nth as u64 / 3) % 3 };
    let visits = match nth / 45 % 2 {
        1 if is_gone => 2,
        // So many visits make a VIP.
        _ if nth.is_multiple_of(60) => 20,
        _ => 2 + nth % 5,
    };
    let purchase = |visit: usize| {
        let day = today.checked_sub_days(Days::new(last + every * visit as u64))?;
        let (product, ingredients, price) = products.get((nth + visit) % products.len())?;
        let ingredients: Vec<&str> = ingredients.split(", ").filter(|name| !name.is_empty()).collect();
        Some(json!({
            "invoice_id": format!("demo-{nth}-{visit}"), "phone": format!("+{phone}"),
            "at": format!("{day}T{:02}:{:02}:00Z", 13 + nth % 8, nth % 60), "total": price,
            "lines": [{"product": product, "ingredients": ingredients, "amount": price}],
        }))
    };
    (0..visits).filter_map(purchase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_has_a_name_and_none_is_ahead() {
        let today = NaiveDate::from_ymd_opt(2028, 2, 29).unwrap();
        let phones: Vec<String> = (0..280).map(|index| format!("55119{index:08}")).collect();
        let bodies = purchases(&phones, &[("Banho", "", 60), ("Ração", "frango, arroz", 145)], today);
        let all: Vec<&Value> = bodies.iter().flat_map(|body| body["purchases"].as_array().unwrap()).collect();
        let names: BTreeSet<_> = all.iter().map(|it| it["invoice_id"].as_str().unwrap()).collect();
        assert!(all.len() > 200 && names.len() == all.len());
        assert!(all.iter().all(|it| it["at"].as_str().unwrap() < "2028-02-29"));
        assert!(bodies.iter().all(|body| body["purchases"].as_array().unwrap().len() <= AT_ONCE));
    }
}
