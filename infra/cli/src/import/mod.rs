//! Brings a file into a deployment: look, decide, tell, send.

mod lines;
mod plan;
mod progress;
mod rejects;
mod send;
mod tell;

use crate::arguments::ImportArguments;
use crate::cells::dates::DateOrder;
use crate::cells::numbers::DecimalSign;
use crate::client::Client;
use crate::kinds::Place;
use crate::terminal::Terminal;
use chrono::{DateTime, Datelike, Utc};
use plan::Plan;
use std::ops::AddAssign;
use std::time::SystemTime;

/// What became of the lines of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Counts {
    pub(crate) read: u64,
    pub(crate) created: u64,
    pub(crate) updated: u64,
    pub(crate) unchanged: u64,
    pub(crate) rejected: u64,
}

impl Counts {
    pub(crate) fn adds_up(&self) -> bool {
        self.read == self.created + self.updated + self.unchanged + self.rejected
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.rejected += other.rejected;
    }
}

/// Imports a file; says what became of its lines.
///
/// # Errors
/// Why it did not come to its end, in words for the operator.
pub(crate) async fn import(client: Client, arguments: &ImportArguments, terminal: &Terminal) -> Result<Counts, String> {
    let place = place(&client, arguments).await?;
    let plan = Plan::make(arguments, place)?;
    tell::plan(&plan, terminal);
    if arguments.dry_run {
        let counts = tell::dry_run(&plan, terminal)?;
        return Ok(counts);
    }
    if plan.needs_zone() {
        return Err("a time without an offset needs the zone of the business: give --business or --timezone".to_owned());
    }
    let counts = send::send(client, &plan, arguments, terminal).await?;
    if !counts.adds_up() || counts.read != plan.lines {
        return Err(format!(
            "{} lines were looked at, and the counts do not add up to them: {counts:?}. This is a fault of this tool.",
            plan.lines
        ));
    }
    Ok(counts)
}

/// The country and the zone: as they are given, else those of the business.
async fn place(client: &Client, arguments: &ImportArguments) -> Result<Place, String> {
    let mut place = Place { country: arguments.country.clone(), zone: arguments.timezone, this_year: this_year() };
    if let Some(business) = client.business.as_deref() {
        let told = client
            .of_no_business()
            .get(&format!("/api/businesses/{business}"), &[])
            .await
            .map_err(|error| error.to_string())?;
        let country = told["country"].as_str().map(str::to_owned);
        place.country = place.country.or(country);
        place.zone = place.zone.or_else(|| told["timezone"].as_str()?.parse().ok());
    }
    Ok(place)
}

fn this_year() -> i32 {
    DateTime::<Utc>::from(SystemTime::now()).year()
}

/// Countries that part thousands with a comma, and put the month first.
const UNITED_STATES: [&str; 2] = ["US", "PR"];
/// Countries of Latin America that part thousands with a comma.
const COMMA_FOR_THOUSANDS: [&str; 10] = ["CU", "DO", "GT", "HN", "MX", "NI", "PA", "PE", "PR", "SV"];

/// The order of dates where no date tells.
fn usual_dates(place: &Place) -> DateOrder {
    let is_there = place.country.as_deref().is_some_and(|country| UNITED_STATES.contains(&country));
    if is_there { DateOrder::MonthFirst } else { DateOrder::DayFirst }
}

/// The sign before decimals where no number tells.
fn usual_decimal(place: &Place, separator: Option<u8>) -> DecimalSign {
    let by_country = place.country.as_deref().map(|country| {
        let is_point = UNITED_STATES.contains(&country) || COMMA_FOR_THOUSANDS.contains(&country);
        if is_point { DecimalSign::Point } else { DecimalSign::Comma }
    });
    // Where the decimals have a comma, Excel cannot part cells with one.
    let by_separator = match separator {
        Some(b';') => Some(DecimalSign::Comma),
        Some(b',') => Some(DecimalSign::Point),
        _ => None,
    };
    by_separator.or(by_country).unwrap_or(DecimalSign::Point)
}
