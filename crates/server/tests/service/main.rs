//! The whole service, without a socket, over a small invented edition.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on must stop"
)]

mod classement;
mod conditions;
mod criteria;
mod exports;
mod facettes;
mod features;
mod files;
mod filters;
mod fixture;
mod measure;
mod ogc;
mod pages;
mod publique;
mod sheets;
mod styles;
mod switching;
mod territoires;
mod tiles;
