//! A line of an invoice. Lines of one invoice stand together in the file, each with a product; they are one purchase.

use super::row::{Row, name_of};
use super::{Join, Said};
use serde_json::{Map, Value, json};

/// Fields that all lines of an invoice have in common.
const COMMON: [&str; 5] = ["phone", "customer_id", "at", "total", "version"];

pub(super) fn read(mut row: Row<'_>) -> Result<Said, Vec<String>> {
    let person = row.person();
    let zone = row.rules.place.zone;
    if let Some(at) = row.date_time("at", true)
        && let Some(at) = row.check("at", at.with_offset(zone))
    {
        row.set("at", at);
    }
    if let Some(total) = row.number("total") {
        row.set("total", total);
    }
    row.copy("currency");
    if let Some(version) = row.whole_number("version") {
        row.set("version", version);
    }
    lines(&mut row);
    let given = row.text("invoice_id");
    let has_key = given.is_some();
    let mut body = row.finish()?;
    let key = given.map_or_else(
        || {
            let said = |field: &str| body.get(field).map(ToString::to_string).unwrap_or_default();
            name_of("import", &[&person.clone().unwrap_or_default(), &said("at"), &said("total"), &said("lines")])
        },
        str::to_owned,
    );
    body.insert("invoice_id".to_owned(), json!(key));
    Ok(Said { key, has_key, body })
}

fn lines(row: &mut Row<'_>) {
    if let Some(text) = row.text("lines") {
        match serde_json::from_str::<Value>(text) {
            Ok(lines @ Value::Array(_)) => row.set("lines", lines),
            _ => row.fault("lines", "expected a JSON list as [{\"product\": \"Banho\", \"amount\": 60}]"),
        }
        return;
    }
    let amount = row.number("amount");
    let Some(product) = row.text("product") else {
        // An invoice without products has its amount as its total.
        if let Some(amount) = amount.filter(|_| !row.body.contains_key("total")) {
            row.set("total", amount);
        }
        row.set("lines", json!([]));
        return;
    };
    let mut line = Map::from_iter([("product".to_owned(), json!(product))]);
    if let Some(text) = row.text("ingredients") {
        let names = text.split([',', ';', '|']).map(str::trim).filter(|name| !name.is_empty());
        line.insert("ingredients".to_owned(), names.collect());
    }
    if let Some(quantity) = row.number("quantity") {
        line.insert("quantity".to_owned(), json!(quantity));
    }
    if let Some(amount) = amount {
        line.insert("amount".to_owned(), json!(amount));
    }
    row.set("lines", json!([line]));
}

/// Adds a line to its invoice.
pub(super) fn join(before: &mut Said, line: &Said) -> Join {
    for field in COMMON {
        if before.body.get(field) != line.body.get(field) {
            return Join::Differs(format!("{field}: expected the same in all lines of the invoice"));
        }
    }
    let more = line.body.get("lines").and_then(Value::as_array).cloned().unwrap_or_default();
    let Some(lines) = before.body.get_mut("lines").and_then(Value::as_array_mut) else { return Join::Apart };
    if more.is_empty() || lines.is_empty() {
        return Join::Repeats("invoice_id: stands in the line before too, and no product tells them apart".to_owned());
    }
    let has_amount = |line: &Value| line.get("amount").is_some();
    if !more.iter().chain(lines.iter()).all(has_amount) {
        let reason = "amount: must be given where an invoice has several lines (--map COLUMN=amount)";
        return Join::Differs(reason.to_owned());
    }
    lines.extend(more);
    Join::Added
}

/// An invoice of one line has that line's amount, or the other way round; one of several has their sum, if it tells no total.
pub(super) fn finish(said: &mut Said) -> Result<(), String> {
    let total = said.body.get("total").cloned();
    let Some(lines) = said.body.get_mut("lines").and_then(Value::as_array_mut) else { return Ok(()) };
    if let ([line], Some(total)) = (lines.as_mut_slice(), &total)
        && let Some(line) = line.as_object_mut()
    {
        line.entry("amount").or_insert_with(|| total.clone());
    }
    if total.is_some() {
        return Ok(());
    }
    let amounts = lines.iter().map(|line| line.get("amount").and_then(thousandths));
    let sum: i64 = amounts.sum::<Option<i64>>().ok_or("total: must be given, or an amount in each line")?;
    let (sign, sum) = (if sum < 0 { "-" } else { "" }, sum.unsigned_abs());
    let text = format!("{sign}{}.{:03}", sum / 1_000, sum % 1_000);
    let text = text.trim_end_matches('0').trim_end_matches('.').to_owned();
    said.body.insert("total".to_owned(), json!(text));
    Ok(())
}

/// An amount, exactly; `None` if it has more than three decimals.
fn thousandths(amount: &Value) -> Option<i64> {
    let text = amount.as_str().map_or_else(|| amount.to_string(), str::to_owned);
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > 3 {
        return None;
    }
    let digits = format!("{whole}{decimals:0<3}");
    digits.parse().ok()
}
