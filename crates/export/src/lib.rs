//! Selections of an edition in the forms that others read.
//!
//! By task:
//! - **Draw**: [`mvt`], vector tiles straight from the coordinate columns of the serving form.
//! - **Choose**: [`Selection`], rows and columns of a collection, in a reference system; [`Export`], several of them with
//!   what the edition says of itself.
//! - **Write a file**: [`write()`], in one of the [`Format`]s, with [`Progress`].
//! - **Publish**: [`lot`], the pack of an observatory.
//! - **Publish tiles in a file**: [`pmtiles`], an archive that a map reads from any host.
//! - **Publish in a database**: [`postgis::publish`], an edition as tables of a PostGIS.
//! - **Write features as text**: [`geojson`], which answers of the service share.
//!
//! *Invariants:* rows go from the mapped columns to the file a chunk at a time; what is unknown stays empty or null,
//! never 0; every file says its edition, its sources and their licences wherever its format has room for it.

mod archive;
mod column;
mod csv;
mod error;
mod fgb;
mod folder;
mod format;
pub mod geojson;
mod geoparquet;
mod gpkg;
pub mod lot;
pub mod mvt;
mod notice;
pub mod pmtiles;
pub mod postgis;
mod progress;
mod selection;
mod shp;
pub mod styles;
mod system;
#[cfg(test)]
mod testing;
mod wkt;
mod xlsx;
mod xml;

pub use column::{Column, key_name};
pub use csv::neutral;
pub use error::Error;
pub use folder::Folder;
pub use format::{Format, write};
pub use notice::{Export, Summary};
pub use progress::{Progress, Step};
pub use selection::Selection;
pub use system::System;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;
