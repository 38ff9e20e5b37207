//! A purchase as it is given: read with the business's currency and clock.

use api::purchases::{NewLine, NewPurchase};
use api::values::Decimal;
use api::wrong_amount;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use domain::purchase::Line;
use domain::{Business, Purchase};
use kit::customers::named_in;
use kit::fields::Fields;
use kit::json::Given;
use kit::{App, Problem};
use serde_json::Value;
use std::borrow::Cow;

/// The most of all names of products and ingredients, in bytes: an item may not grow without end.
const MOST_NAMES: usize = 64 << 10;
/// A clock may be ahead by so much.
const AHEAD: TimeDelta = TimeDelta::minutes(5);
/// 2000-01-01, epoch seconds.
const EARLIEST: i64 = 946_684_800;

/// Reads it, and finds its customer.
pub(crate) async fn read(app: &App, business: &Business, given: &Given<NewPurchase>) -> Result<Purchase, Problem> {
    let now = app.now();
    let wrong = |name: &str, value: &Value| wrong_amount(name, value, business).or_else(|| wrong(name, value, now));
    let new = given.read_also(Some(&business.country), wrong)?;
    let currency = business.currency;
    let mut fields = Fields::new();
    let is_own = new.currency.as_deref().is_none_or(|code| code.trim().eq_ignore_ascii_case(currency.code()));
    if !is_own {
        fields.refuse("currency", format!("expected the business's currency, {}", currency.code()));
    }
    let names = |line: &NewLine| line.product.len() + line.ingredients.iter().map(String::len).sum::<usize>();
    if new.lines.iter().map(names).sum::<usize>() > MOST_NAMES {
        fields.refuse("lines", format!("expected names of at most {MOST_NAMES} bytes together"));
    }
    let total = fields.check("total", new.total.money(business));
    let lines: Option<Vec<Line>> = new.lines.into_iter().map(|line| self::line(line, business)).collect();
    fields.finish()?;
    let (text, pointer) = match (given.text("customer_id"), given.text("phone")) {
        (Some(id), _) => (id, "/customer_id"),
        (None, phone) => (phone.unwrap_or_default(), "/phone"),
    };
    let customer_id = named_in(app, business.business_id, text, &business.country, pointer).await?;
    let (Some(total), Some(lines)) = (total, lines) else {
        return Err(Problem::internal("an amount that was checked could not be read"));
    };
    Ok(Purchase {
        invoice_id: new.invoice_id,
        customer_id,
        at: new.at.trunc_subsecs(3),
        total,
        lines,
        version: new.version.unwrap_or(1),
        created_at: now,
        updated_at: now,
    })
}

/// What is wrong with a time that only the clock can tell.
fn wrong(name: &str, value: &Value, now: DateTime<Utc>) -> Option<Cow<'static, str>> {
    let at = DateTime::parse_from_rfc3339(value.as_str().filter(|_| name == "PastTime")?).ok()?.to_utc();
    let is_past = at.timestamp() >= EARLIEST && at <= now + AHEAD;
    (!is_past).then_some("expected a time from the year 2000 on, and not ahead".into())
}

fn line(line: NewLine, business: &Business) -> Option<Line> {
    let quantity = line.quantity.unwrap_or_else(|| Decimal("1".to_owned()));
    let plain = |name: String| name.trim().to_owned();
    Some(Line {
        product: plain(line.product),
        ingredients: line.ingredients.into_iter().map(plain).collect(),
        thousandths: Line::read_quantity(&quantity.0)?,
        amount: line.amount.money(business).ok()?.minor,
    })
}
