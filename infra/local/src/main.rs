//! `cargo dev`: Recado on this machine.

mod args;
mod businesses;
mod greeting;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;

use args::Args;
use businesses::DemoBusinessError;
use clap::Parser;
use greeting::Greeting;
use local::data::{Data, DataError};
use local::{Laptop, Options, StartError, programs, workspace};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;

#[derive(Debug, thiserror::Error)]
enum RunError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    DemoBusiness(#[from] DemoBusinessError),
    #[error(transparent)]
    Data(#[from] DataError),
    #[error("signals cannot be heard: {0}")]
    Signals(io::Error),
}

fn main() -> ExitCode {
    let args = Args::parse_from(given());
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_target(false).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    match runtime.block_on(run(args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("cargo dev: {error}");
    ExitCode::FAILURE
}

/// The arguments. The alias `cargo dev` ends with `--`; a second `--` means the same.
fn given() -> impl Iterator<Item = std::ffi::OsString> {
    std::env::args_os()
        .enumerate()
        .filter(|(nth, argument)| *nth != 1 || argument != "--")
        .map(|(_, argument)| argument)
}

async fn run(args: Args) -> Result<(), RunError> {
    let mut end = End::listen().map_err(RunError::Signals)?;
    let (empty, now) = (args.empty, args.now);
    let started = tokio::select! {
        started = start(args) => started?,
        () = end.wanted() => return Ok(()),
    };
    let (laptop, ended) = tokio::select! {
        greeted = greet(&started, empty, now.is_some()) => (started, greeted.map(|()| false)),
        () = end.wanted() => (started, Ok(true)),
    };
    if matches!(ended, Ok(false)) {
        end.wanted().await;
    }
    laptop.shutdown().await?;
    ended.map(drop)
}

async fn start(args: Args) -> Result<Laptop, StartError> {
    // The page asks by the operator key as often as anything happens.
    let own = [("LogFilter", "warn"), ("OperatorLimitRequests", "100000")];
    let mut parameters: BTreeMap<String, String> = own.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    parameters.extend(args.parameters());
    let defaults = Options::default();
    let mut options = Options {
        template: args.template.unwrap_or(defaults.template),
        programs: args.programs,
        port: args.port,
        data: args.data,
        start: args.now,
        parameters,
        seed: None,
        show_logs: true,
        show_requests: args.log,
        remember: Some(args.remember),
    };
    // A build may take minutes.
    local::check_port(options.port).await?;
    if options.programs.is_none() {
        let packages = local::programs_of(&options)?;
        eprintln!("Building {} functions …", packages.len());
        programs::build(&workspace().join("Cargo.toml")).await?;
        options.programs = Some(programs::folder()?);
    }
    Laptop::start(options).await
}

/// Loads the demo and says what there is.
async fn greet(laptop: &Laptop, empty: bool, other_time: bool) -> Result<(), RunError> {
    let businesses = if empty { Vec::new() } else { businesses::load(laptop).await? };
    let greeting = Greeting {
        address: laptop.address(),
        operator_key: laptop.operator_key(),
        clock: other_time.then(|| laptop.parts().cloud.clock.now()),
        businesses: &businesses,
        data: laptop.data().map(Data::folder),
        sender: laptop.world().senders().first().map(|sender| sender.number.clone()),
    };
    let text = format!("{}\nready {}\n", greeting.text(), laptop.address());
    // Nobody may be reading; the run goes on.
    let _ = io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush());
    Ok(())
}

/// The signals that ask the run to end.
struct End {
    signals: [Signal; 3],
}

impl End {
    fn listen() -> io::Result<Self> {
        let signals =
            [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?];
        Ok(Self { signals })
    }

    async fn wanted(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}
