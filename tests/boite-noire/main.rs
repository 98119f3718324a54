//! Black-box tests: they drive the built binary from its command line and over HTTP, as its users do.
//! One file per story. Tests on real files skip, and say so, when `../shared` is absent.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::needless_pass_by_value,
    reason = "test helpers: a failure is the message"
)]

mod architecture;
mod arret_brutal;
mod construction;
mod diffusion;
mod entrees_fautives;
mod exporter;
mod harness;
mod inspecter;
mod inventaires;
mod lot;
mod oracle;
mod outremer;
mod registre;
mod reprise;
mod service;
mod statique;
mod territoires_reels;
mod vie_privee;
