//! Canonical layers and editions at rest and in service.
//!
//! By task:
//! - **Hold a layer in memory**: [`Layer`] (typed rows) over [`Geometries`] (flat coordinate columns).
//! - **Write and read it**: [`geoparquet`], the public at-rest form.
//! - **Keep what was read from a file**: [`PartWriter`], chunk by chunk, found again by its hash.
//! - **Publish**: [`DataFolder`], [`EditionBuilder`], [`Manifest`]: built aside, swapped in atomically, immutable.
//! - **Serve**: [`Collection`], the memory-mapped Arrow form with a packed spatial index, derived in `cache/`.

mod columns;
mod edition;
mod error;
mod filling;
mod folder;
mod geometry;
pub mod geoparquet;
mod layer;
mod manifest;
mod mmap;
mod part;
mod publique;
mod rows;
mod served;
mod serving;
pub mod wkb;

pub use edition::EditionBuilder;
pub use error::Error;
pub use filling::{Filling, Rest, Run};
pub use folder::{DataFolder, Lock};
pub use geometry::{GeomKind, GeomRef, Geometries, PolygonRef};
pub use layer::{Layer, Table, hilbert_order};
pub use manifest::{Champ, CollectionInfo, Depart, Diffusion, Manifest};
pub use part::PartWriter;
pub use publique::Retenue;
pub use served::ServedEdition;
pub use serving::{Collection, Ring};

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;
