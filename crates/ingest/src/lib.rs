//! Source file → canonical layer, with a report of everything that was repaired or refused.
//!
//! By task:
//! - **Say what a file is**: [`SourceConfig`], [`SourceFile`].
//! - **Know whether it changed**: [`fingerprint`].
//! - **Find out what a file is**: [`inspect`].
//! - **Find out where it is**: [`locate`].
//! - **Read it**: [`Ingest::read_into`] a [`Sink`], in bounded memory, or [`read`] into memory, for every row type that is
//!   [`Ingest`].
//! - **Make a sample territory**: [`exemple`].
//!
//! One direction: `open` (what is it) → `reader` (raw rows) → `plan` (which column is which field) → `map`
//! (row of the layer) → `geometry` (projection, cleaning, repair) → report. A bad row never stops a file, and no
//! row is lost without being counted: read = kept + rejected + merged.

mod archive;
mod cells;
mod collect;
mod columns;
mod config;
#[cfg_attr(
    not(feature = "gdal"),
    allow(dead_code, reason = "sheets are read through GDAL")
)]
mod edigeo;
mod emprise;
mod error;
mod extent;
mod fingerprint;
mod frame;
mod geometry;
mod inspect;
mod layers;
mod map;
mod normalise;
mod notes;
mod open;
mod pipeline;
mod plan;
mod prj;
mod read;
mod reader;
mod shape;
mod sink;
mod unique;
mod validity;
mod wkb;
mod wkt;

pub mod exemple;
#[cfg(any(test, feature = "fuzz"))]
pub mod fuzz;

pub use cells::Cells;
pub use config::{CouvertureConfig, SourceConfig, SourceFile};
pub use emprise::Emprise;
pub use error::Error;
pub use fingerprint::{Fingerprint, INGEST_VERSION, fingerprint};
pub use inspect::{Candidat, Colonne, Inspection, Table, data_files, inspect};
pub use notes::Rejet;
pub use plan::{Found, Input};
pub use read::{Ingest, Mapping, Twin, locate, read};
pub use sink::{Chunk, Kept, Sink};

#[cfg(test)]
mod tests_support;
