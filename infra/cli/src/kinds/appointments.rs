//! A line of the diary. What another system has booked is a fact: it is taken whether the time is free or not.

use super::Said;
use super::row::{Row, name_of};
use crate::cells::words;

pub(super) fn read(mut row: Row<'_>) -> Result<Said, Vec<String>> {
    let person = row.person();
    let start = row.date_time("start", false);
    if let Some(start) = start {
        row.set("start", start.written());
    }
    for field in ["pet", "service"] {
        row.copy(field);
    }
    if row.text("service").is_none() {
        row.fault("service", "must be given");
    }
    if let Some(minutes) = row.whole_number("minutes") {
        row.set("minutes", minutes);
    }
    if let Some(price) = row.number("price") {
        row.set("price", price);
    }
    if let Some(text) = row.text("status")
        && let Some(status) = row.check("status", words::status(text))
    {
        row.set("status", status.to_string());
    }
    row.set("overbook", true);
    let given = row.text("appointment_id");
    let parts = [person.unwrap_or_default(), start.map(|at| at.written()).unwrap_or_default()];
    let [person, start] = &parts;
    let (service, pet) = (row.text("service").unwrap_or_default(), row.text("pet").unwrap_or_default());
    let key = given.map_or_else(|| name_of("import", &[person, start, service, pet]), str::to_owned);
    row.set("appointment_id", key.as_str());
    let has_key = given.is_some();
    Ok(Said { key, has_key, body: row.finish()? })
}
