//! The `gisement` binary: arguments, configuration, progress, one message and an exit code. Nothing else.

mod args;
mod commands;
mod config;
mod parallel;
mod progress;

use std::process::ExitCode;

use clap::Parser as _;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How a command ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Exit 0.
    Fine,
    /// Exit 3: finished, but more rows were refused than the configuration tolerates.
    TooManyRejected,
    /// Exit 1 without a message: the command has said all there is to say.
    NothingRecognised,
}

fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(e) => {
            // Printing to a closed pipe is the reader's choice, not a failure of ours.
            let _ = e.print();
            return ExitCode::from(if e.use_stderr() { 2 } else { 0 });
        }
    };
    match commands::run(args) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::TooManyRejected) => ExitCode::from(3),
        Ok(Outcome::NothingRecognised) => ExitCode::from(1),
        Err(e) => {
            let refused = e.downcast_ref::<gisement_server::Error>();
            let usage = e.downcast_ref::<config::ConfigError>().is_some()
                || matches!(refused, Some(gisement_server::Error::Demande(_)));
            progress::error(&format!("{e:#}"));
            ExitCode::from(if usage { 2 } else { 1 })
        }
    }
}
