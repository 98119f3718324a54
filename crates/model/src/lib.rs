//! The vocabulary of Gisement: identifiers, code lists, units, layer schemas, provenance.
//!
//! No input or output, no geometry algorithm.
//! By task:
//! - **Name a place**: [`Idu`], [`CodeInsee`], [`Couche`].
//! - **Measure**: [`Crs`] and the closed-form projections of [`crs`].
//! - **Describe a row**: one struct per canonical layer ([`Parcelle`], [`Batiment`], [`Zone`], [`Friche`], …),
//!   each a [`LayerRow`] whose [`Field`] list is the only definition of its columns.
//! - **Judge**: [`Bareme`], the rule set as data.
//! - **Say where it comes from**: [`Provenance`], [`Couverture`], [`RapportFichier`].

pub mod bareme;
pub mod codes;
pub mod couche;
pub mod crs;
pub mod field;
pub mod idu;
pub mod insee;
mod ntf;
pub mod ocsge;
pub mod provenance;
pub mod rapport;
pub mod rows;
pub mod texte;
mod utm;

pub use bareme::{Bareme, BaremeError};
pub use couche::Couche;
pub use crs::Crs;
pub use field::{Field, FieldKind, GeometryKind, LayerRow};
pub use idu::Idu;
pub use insee::CodeInsee;
pub use provenance::{Couverture, Provenance};
pub use rapport::{Anomalie, Effet, Exemple, RapportFichier};
pub use rows::*;
pub use utm::Fuseau;
