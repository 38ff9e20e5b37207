//! The command line.

use crate::cells::dates::DateOrder;
use crate::cells::numbers::DecimalSign;
use crate::export::{ExportFormat, ExportKind};
use crate::kinds::Kind;
use chrono_tz::Tz;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Brings data into a deployment of Recado and out of it, by its HTTP API alone.
///
/// Exit codes: 0 all was taken, 2 some lines were rejected, 1 it failed.
#[derive(Parser)]
#[command(name = "recado", version, max_term_width = 100)]
pub(crate) struct Arguments {
    /// The address of the deployment.
    #[arg(long, global = true, env = "RECADO_URL", default_value = "http://127.0.0.1:3000")]
    pub(crate) url: String,
    /// A key of the business, or the operator key. Better in the environment, where no list of processes shows it.
    #[arg(long, global = true, env = "RECADO_KEY", hide_env_values = true, default_value = "")]
    pub(crate) key: String,
    /// The business, by id. The operator key needs it; for a key of the business it tells country and time zone.
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) business: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Bring a file of customers, purchases or appointments in.
    ///
    /// CSV, NDJSON or .xlsx. Nobody is greeted or asked for anything. After a stop or a crash the same command goes on
    /// where it was. A line that is rejected keeps no other back.
    Import(ImportArguments),
    /// Write customers, purchases or messages to a file.
    Export(ExportArguments),
    /// Show a report as a table.
    Report {
        /// Which report.
        what: Report,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Report {
    /// Each campaign with its people and the status of its messages
    Campaigns,
}

#[derive(Args)]
pub(crate) struct ImportArguments {
    /// What the lines are.
    pub(crate) kind: Kind,
    /// The file. The first line has the names of the columns.
    pub(crate) file: PathBuf,
    /// Show how the file is understood and which lines would be rejected, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Where rejected lines go; beside the file if absent, as clientes.rejects.csv for clientes.csv.
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
    /// The country of phones without a country code, as BR; that of the business if absent.
    #[arg(long, value_parser = country)]
    pub(crate) country: Option<String>,
    /// The zone of times without an offset, as America/Bogota; that of the business if absent.
    #[arg(long)]
    pub(crate) timezone: Option<Tz>,
    /// A column and the field that it holds; COLUMN=- leaves it out. May be given several times.
    #[arg(long, value_name = "COLUMN=FIELD", value_parser = pair)]
    pub(crate) map: Vec<Pair>,
    /// How dates are meant; decided from all lines if absent.
    #[arg(long)]
    pub(crate) dates: Option<DateOrder>,
    /// The sign before decimals; decided from all lines if absent.
    #[arg(long)]
    pub(crate) decimal: Option<DecimalSign>,
    /// Requests at once.
    #[arg(long, default_value_t = 4, value_parser = requests)]
    pub(crate) requests: usize,
}

impl ImportArguments {
    /// Columns and fields as they were given.
    pub(crate) fn given(&self) -> Vec<(String, String)> {
        self.map.iter().map(|Pair(column, field)| (column.clone(), field.clone())).collect()
    }
}

#[derive(Args)]
pub(crate) struct ExportArguments {
    /// What is written.
    pub(crate) kind: ExportKind,
    #[arg(long, value_enum, default_value_t = ExportFormat::Csv)]
    pub(crate) format: ExportFormat,
    /// The file; standard output if absent.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// A column and its field.
#[derive(Clone)]
pub(crate) struct Pair(String, String);

fn pair(text: &str) -> Result<Pair, String> {
    let (column, field) = text.rsplit_once('=').ok_or("expected COLUMN=FIELD, as Fone=phone")?;
    Ok(Pair(column.trim().to_owned(), field.trim().to_owned()))
}

fn country(text: &str) -> Result<String, String> {
    let country = domain::country::country(text).ok_or("expected a country by its two letters, as BR")?;
    Ok(country.to_string())
}

fn requests(text: &str) -> Result<usize, String> {
    let requests = text.parse().ok().filter(|requests| (1..=16).contains(requests));
    requests.ok_or_else(|| "expected from 1 to 16".to_owned())
}
