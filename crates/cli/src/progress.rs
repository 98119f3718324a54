//! Progress and messages on standard error: bars on a terminal, one line a step elsewhere.

#![allow(clippy::print_stderr, clippy::print_stdout)]

use std::io::IsTerminal as _;
use std::sync::Mutex;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

/// The current step of a long command.
pub(crate) struct Progress {
    bar: ProgressBar,
    interactive: bool,
    step: Mutex<(String, Instant)>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let interactive = std::io::stderr().is_terminal();
        let bar = if interactive {
            ProgressBar::new(0)
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) =
            ProgressStyle::with_template("{msg:<44} {bar:28.blue} {percent:>3} %  {elapsed}")
        {
            bar.set_style(style.progress_chars("━━─"));
        }
        Self {
            bar,
            interactive,
            step: Mutex::new((String::new(), Instant::now())),
        }
    }

    /// Reports that `done` of `total` units of a step are done. A new name ends the step before.
    pub(crate) fn at(&self, step: &str, done: u64, total: u64) {
        let Ok(mut current) = self.step.lock() else {
            return;
        };
        if current.0 != step {
            self.end_step(&current);
            *current = (step.to_owned(), Instant::now());
            self.bar.reset_elapsed();
            self.bar.set_message(step.to_owned());
        }
        drop(current);
        self.bar.set_length(total.max(1));
        self.bar.set_position(done);
    }

    /// A line that stays on screen, above the bar.
    pub(crate) fn say(&self, line: &str) {
        if self.interactive {
            self.bar.println(line);
        } else {
            eprintln!("{line}");
        }
    }

    /// Ends the last step.
    pub(crate) fn finish(&self) {
        if let Ok(mut current) = self.step.lock() {
            self.end_step(&current);
            current.0.clear();
        }
        self.bar.finish_and_clear();
    }

    fn end_step(&self, (name, since): &(String, Instant)) {
        if !name.is_empty() {
            self.say(
                &format!("  ✓ {name} ({:.1} s)", since.elapsed().as_secs_f64()).replace('.', ","),
            );
        }
    }
}

/// Something that the reader should know, and that stops nothing.
pub(crate) fn note(message: &str) {
    eprintln!("{message}");
}

/// The one error message of a failed command.
pub(crate) fn error(message: &str) {
    eprintln!("erreur : {message}");
}

/// A result on standard output.
pub(crate) fn result(line: &str) {
    println!("{line}");
}
