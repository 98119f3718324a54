//! From canonical layers to a scored edition: overlays, criteria, types, verdicts, axes.
//!
//! By task:
//! - **Score a territory**: [`construire`], on [`Layers`].
//! - **Explain a parcel**: [`evaluer`], a pure function from stored facts to the whole derivation.
//! - **Rank otherwise**: [`utilites`], what other criterion weights are applied to.
//! - **Overlay alone**, beside other engines: [`superposition`].
//! - **Name things**: [`TypeGisement`], [`Verdict`], [`criteres`] (the registry of criteria).

mod axes;
mod bits;
mod build;
mod capacity;
mod circle;
mod classify;
mod clip;
mod communes;
mod context;
mod coverage;
mod diffusion;
mod distances;
mod error;
mod evaluation;
mod facade;
mod facts;
mod friches;
mod joins;
mod layers;
mod locator;
mod note;
mod overlay;
mod pathway;
mod registre;
mod reliability;
mod report;
mod reuse;
mod score;
mod sites;
mod spatial;
mod subdivide;
mod subjects;
pub mod superposition;
mod tables;
mod tally;
mod tri;
mod types;
mod unites;
mod urban_patch;
mod verdict;

pub use axes::{PoidsPotentiel, Utilites, utilites};
pub use build::{Contenu, Demande, Progress, construire};
pub use diffusion::{MASQUEE, masquer};
pub use error::Error;
pub use joins::Rattachement;
pub use layers::{Layers, Territoire};
pub use reliability::freshness;
pub use report::{RapportAssemblages, RapportEdition, RapportFriches, Superposition};
pub use reuse::{Precedent, Traces};

pub use evaluation::*;
pub use tri::Tri;
pub use types::{TypeGisement, Types, types};
pub use verdict::{Motif, Motifs, Verdict};

// The generator shared with the bench names this crate as a user does.
#[cfg(test)]
extern crate self as gisement_index;

#[cfg(test)]
mod tests;
