//! `recado`, the operator's tool: imports, exports and reports of any deployment, by its HTTP API alone.

mod arguments;
mod cells;
mod client;
mod columns;
mod export;
mod import;
mod input;
mod kinds;
mod report;
mod terminal;

use arguments::{Arguments, Command, Report};
use clap::Parser;
use client::Client;
use std::process::ExitCode;
use terminal::{Terminal, note};

/// Some lines were rejected.
const SOME_REJECTED: u8 = 2;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
    };
    match run(arguments).await {
        Ok(code) => code,
        Err(reason) => {
            note(&format!("recado: {reason}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let Arguments { url, key, business, command } = arguments;
    let is_dry = matches!(&command, Command::Import(import) if import.dry_run);
    if key.is_empty() && !(is_dry && business.is_none()) {
        return Err("a key is needed: set RECADO_KEY, or give --key".to_owned());
    }
    let terminal = Terminal;
    let client = Client::new(&url, &key, business, note)?;
    match command {
        Command::Import(import) => {
            let counts = import::import(client, &import, &terminal).await?;
            return Ok(if counts.rejected > 0 { ExitCode::from(SOME_REJECTED) } else { ExitCode::SUCCESS });
        }
        Command::Export(export) => export::export(&client, &export, &terminal).await?,
        Command::Report { what: Report::Campaigns } => report::campaigns(&client, &terminal).await?,
    }
    Ok(ExitCode::SUCCESS)
}
