//! The HTTP service of Gisement: OGC API – Features, vector tiles, sheets, ranking, search, report, and the map.
//!
//! By task:
//! - **Serve a data folder**: [`serve`].
//! - **Publish an edition as files that any host serves, the map with them**: [`site`].
//! - **Write a selection, or publish an edition in a database, without serving**: [`export`], [`publish`].
//! - **Test or embed it without a socket**: [`app`] over a [`State`].
//!
//! *Invariants:* a request keeps the edition it started with; the server writes nothing but exports, in a folder of
//! their own; nothing that grows with the number of parcels is done before the first answer.

mod answer;
mod assets;
mod catalogue;
mod classement;
mod collections;
mod columns;
mod editions;
mod error;
mod exports;
mod fiche;
mod fichiers;
mod filter;
mod keys;
mod landing;
mod limits;
mod lot;
mod metrics;
mod observatoire;
mod openapi;
mod page;
mod place;
mod problem;

mod reference;
mod report;
mod request;
mod routes;
mod search;
mod serve;
mod source;
mod state;
mod statique;
mod styles;
mod system;
mod territoires;
mod tiles;

pub use error::Error;
pub use exports::{export, publish};
pub use gisement_store::Diffusion;
pub use limits::ExportLimits;
pub use lot::lot;
pub use routes::app;
pub use serve::{ServerConfig, serve};
pub use source::open;
pub use state::State;
pub use statique::{Site, site};
