//! Writes what a business has to a file, page by page.

use crate::arguments::ExportArguments;
use crate::client::Client;
use crate::terminal::{Terminal, note};
use serde_json::Value;
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufWriter, Write};

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ExportKind {
    /// People, those of the last contact last
    Customers,
    /// Invoices in their last versions, in the order in which they were recorded
    Purchases,
    /// Messages to customers and owners, the newest first
    Messages,
}

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ExportFormat {
    /// For spreadsheets: UTF-8, separated by commas
    Csv,
    /// An object on each line, as the API answers it
    Ndjson,
}

const CUSTOMER: &[&str] = &[
    "customer_id",
    "phone",
    "name",
    "username",
    "email",
    "birthday",
    "gender",
    "city",
    "locale",
    "marketing_consent",
    "labels",
    "pets",
    "profile_status",
    "next_action",
    "next_action_date",
    "priority",
    "last_contact_at",
    "last_purchase_at",
    "purchases",
    "total_spent",
    "average_ticket",
    "created_at",
    "updated_at",
];
const PURCHASE: &[&str] =
    &["invoice_id", "customer_id", "phone", "at", "total", "currency", "lines", "version", "created_at", "updated_at"];
const MESSAGE: &[&str] = &[
    "message_id",
    "message_type",
    "kind",
    "status",
    "customer_id",
    "owner_number_id",
    "content",
    "scheduled_for",
    "sent_at",
    "error_message",
    "created_at",
];
/// The most on a page.
const PAGE: &str = "100";

/// Exports; says how many.
pub(crate) async fn export(client: &Client, arguments: &ExportArguments, terminal: &Terminal) -> Result<(), String> {
    let to: Box<dyn Write> = match &arguments.out {
        Some(path) => Box::new(File::create(path).map_err(|error| format!("{}: {error}", path.display()))?),
        None => Box::new(std::io::stdout()),
    };
    let columns = match arguments.kind {
        ExportKind::Customers => CUSTOMER,
        ExportKind::Purchases => PURCHASE,
        ExportKind::Messages => MESSAGE,
    };
    let mut out = Out::new(BufWriter::new(to), arguments.format, columns)?;
    match arguments.kind {
        ExportKind::Customers => {
            // A customer who is in contact meanwhile may come again further on.
            let mut written = HashSet::new();
            let of_order = [("order", "oldest")];
            pages(client, "/api/customers", "customers", &of_order, |one| {
                if is_new(&mut written, one)? { out.add(one) } else { Ok(()) }
            })
            .await?;
        }
        ExportKind::Messages => pages(client, "/api/messages", "messages", &[], |one| out.add(one)).await?,
        ExportKind::Purchases => pages(client, "/api/purchases", "purchases", &[], |one| out.add(one)).await?,
    }
    let written = out.end()?;
    if arguments.out.is_some() {
        terminal.say(&format!("{written} written"));
    } else {
        note(&format!("{written} written"));
    }
    Ok(())
}

/// Whether a customer has not been written yet. Their ids are kept as numbers, in little memory.
fn is_new(written: &mut HashSet<u128>, customer: &Value) -> Result<bool, String> {
    let digits = customer["customer_id"].as_str().unwrap_or_default().replace('-', "");
    let id = u128::from_str_radix(&digits, 16).map_err(|_| "a customer of the answer has no customer_id")?;
    Ok(written.insert(id))
}

/// All that is on the pages of a list.
async fn pages(
    client: &Client,
    path: &str,
    name: &str,
    order: &[(&str, &str)],
    mut take: impl FnMut(&Value) -> Result<(), String>,
) -> Result<(), String> {
    let mut cursor: Option<String> = None;
    loop {
        let mut query = vec![("limit", PAGE)];
        query.extend(order);
        query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let told = client.get(path, &query).await.map_err(|error| error.to_string())?;
        let list = told[name].as_array().ok_or_else(|| format!("the answer of {path} has no list {name}"))?;
        for one in list {
            take(one)?;
        }
        cursor = told["cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            return Ok(());
        }
    }
}

/// Where it is written.
struct Out {
    format: ExportFormat,
    columns: &'static [&'static str],
    to: csv::Writer<BufWriter<Box<dyn Write>>>,
    written: u64,
}

impl Out {
    fn new(
        mut to: BufWriter<Box<dyn Write>>,
        format: ExportFormat,
        columns: &'static [&'static str],
    ) -> Result<Self, String> {
        if format == ExportFormat::Csv {
            // Excel takes a file for UTF-8 by it.
            to.write_all("\u{feff}".as_bytes()).map_err(|error| error.to_string())?;
        }
        let quotes = if format == ExportFormat::Csv { csv::QuoteStyle::Necessary } else { csv::QuoteStyle::Never };
        let mut to = csv::WriterBuilder::new().quote_style(quotes).from_writer(to);
        if format == ExportFormat::Csv {
            to.write_record(columns).map_err(|error| error.to_string())?;
        }
        Ok(Self { format, columns, to, written: 0 })
    }

    fn add(&mut self, one: &Value) -> Result<(), String> {
        self.written += 1;
        let wrong = |error: &dyn std::fmt::Display| error.to_string();
        match self.format {
            ExportFormat::Csv => {
                let cells = self.columns.iter().map(|column| harmless(&cell(&one[*column])));
                self.to.write_record(cells).map_err(|error| wrong(&error))
            }
            ExportFormat::Ndjson => self.to.write_record([one.to_string()]).map_err(|error| wrong(&error)),
        }
    }

    fn end(mut self) -> Result<u64, String> {
        self.to.flush().map_err(|error| error.to_string())?;
        Ok(self.written)
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) if list.iter().all(Value::is_string) => {
            list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// A cell that a spreadsheet shows and does not run: a customer may be called `=HYPERLINK(…)`. Numbers stay numbers.
fn harmless(cell: &str) -> String {
    let is_command = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_command && cell.parse::<f64>().is_err() { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_customer_is_written_once() {
        let mut written = HashSet::new();
        let mut is_new = |id: &str| super::is_new(&mut written, &json!({"customer_id": id}));
        let (ana, bia) = ("0190a000-0000-7000-8000-000000000001", "0190a000-0000-7000-8000-000000000002");
        assert_eq!([ana, bia, ana].map(|id| is_new(id).unwrap()), [true, true, false]);
        assert!(is_new("").is_err());
    }

    #[test]
    fn no_cell_is_a_command() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+55 11", "'+55 11"),
            ("@cmd", "'@cmd"),
            ("-x", "'-x"),
            ("\t=1", "'\t=1"),
            ("-3.5", "-3.5"),
            ("Ana", "Ana"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), written);
        }
        assert_eq!(cell(&json!(["VIP", "novo"])), "VIP, novo");
        assert_eq!(cell(&json!(null)), "");
        assert_eq!(cell(&json!([{"name": "Rex"}])), "[{\"name\":\"Rex\"}]");
    }
}
