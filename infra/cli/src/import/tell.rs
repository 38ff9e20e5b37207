//! What the operator is told of an import.

use super::Counts;
use super::lines::{self, Batch};
use super::plan::Plan;
use crate::cells::numbers::DecimalSign;
use crate::input::{InputError, Record};
use crate::kinds::Kind;
use crate::terminal::{Terminal, table};
use domain::Phone;
use std::path::Path;

/// Phones, and rejected lines, that a dry run shows.
const SHOWN: usize = 10;

/// How the file was understood.
pub(super) fn plan(plan: &Plan, terminal: &Terminal) {
    let Plan { path, form, lines, content, .. } = plan;
    let megabytes = content.bytes.div_ceil(100_000);
    let size = format!("{}.{} MB", megabytes / 10, megabytes % 10);
    terminal.say(&format!("{}: {form}, {lines} lines with data, {size}", path.display()));
    let evidence = &plan.evidence;
    let (dates, numbers) = (&evidence.dates, &evidence.numbers);
    if dates.day_first + dates.month_first + dates.unsure > 0 {
        terminal.say(&format!(
            "dates are read as {} (day first in {} cells, month first in {}, either in {}); --dates says otherwise",
            plan.decided.dates.in_words(),
            dates.day_first,
            dates.month_first,
            dates.unsure
        ));
    }
    if numbers.comma + numbers.point + numbers.unsure > 0 {
        let example = if plan.decided.decimal == DecimalSign::Comma { "1.450,00" } else { "1,450.00" };
        terminal.say(&format!(
            "numbers are read as {example} (decimal comma in {} cells, decimal point in {}, either in {}); --decimal \
             says otherwise",
            numbers.comma, numbers.point, numbers.unsure
        ));
    }
    if plan.place.country.is_none() {
        terminal.say("no country is known: phones need + and their country code (--country, or --business)");
    }
    if plan.kind == Kind::Purchases && !plan.mapping.has("invoice_id") {
        terminal.say(
            "no column is known as invoice_id: each line is an invoice of its own, under an id that is made of it",
        );
    }
    let rows = plan.own_columns().map(|(place, column)| {
        vec![column.clone(), plan.mapping.field(place).map_or("not used".to_owned(), str::to_owned)]
    });
    terminal.say(&table(&["column", "field"], rows));
}

/// Reads all lines as the import would, and sends nothing.
pub(super) fn dry_run(plan: &Plan, terminal: &Terminal) -> Result<Counts, String> {
    let (mut phones, mut rejected, mut counts) = (Vec::new(), Vec::new(), Counts::default());
    let phone = |record: &Record| {
        let text = record.cells.get(plan.mapping.place("phone")?)?.text.clone();
        let understood = Phone::parse(&text, plan.place.country.as_deref());
        Some(vec![text, understood.map_or_else(|error| error.to_string(), |phone| phone.e164())])
    };
    let mut take = |batch: Batch| -> Result<(), InputError> {
        counts.read += batch.rows.end - batch.rows.start;
        counts.rejected += u64::try_from(batch.rejected.len()).unwrap_or_default();
        let of_units = batch.units.iter().flat_map(|unit| &unit.records);
        let mut records: Vec<_> = of_units.chain(batch.rejected.iter().map(|one| &one.record)).collect();
        records.sort_by_key(|record| record.row);
        for record in records {
            if phones.len() < SHOWN {
                phones.extend(phone(record));
            }
        }
        let room = SHOWN.saturating_sub(rejected.len());
        rejected.extend(batch.rejected.into_iter().take(room));
        Ok(())
    };
    let found = lines::read(plan, &|_| false, &mut take).map_err(|error| error.to_string())?;
    if !phones.is_empty() {
        terminal.say(&table(&["phone as written", "as understood"], phones.into_iter()));
    }
    repeated(found.repeated, terminal);
    if !rejected.is_empty() {
        let rows = rejected.into_iter().map(|one| vec![one.record.line.to_string(), one.reason]);
        terminal.say(&table(&["line", "rejected because"], rows));
    }
    terminal.say(&format!(
        "dry run: of {} lines {} would be sent, {} would be rejected. Nothing was written.",
        counts.read,
        counts.read - counts.rejected,
        counts.rejected
    ));
    Ok(counts)
}

fn repeated(lines: u64, terminal: &Terminal) {
    if lines > 0 {
        terminal.say(&format!("lines with the phone of an earlier line: {lines}; each adds what is missing there"));
    }
}

/// How it ended.
pub(super) fn end(plan: &Plan, counts: &Counts, repeats: u64, rejects: Option<&Path>, terminal: &Terminal) {
    repeated(repeats, terminal);
    let Counts { read, created, updated, unchanged, rejected } = counts;
    terminal.say(&format!(
        "{}: {read} lines read = {created} created + {updated} updated + {unchanged} unchanged + {rejected} rejected",
        plan.kind.name()
    ));
    if let Some(path) = rejects {
        terminal.say(&format!(
            "rejected lines with their reasons: {} (mend them there, and import that file)",
            path.display()
        ));
    }
}
