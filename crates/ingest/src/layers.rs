//! Every layer that files can feed, as types and as values: a new layer is one more name in the list.

use gisement_model::{
    Activite, Batiment, Commune, Contrainte, Couche, Crs, Declaration, Document, Enaf, Epci,
    Equipement, Feuille, Friche, GeometryKind, Information, InformationLin, InformationPct,
    LieuDit, Logement, Occupation, Parcelle, Perimetre, Prescription, PrescriptionLin,
    PrescriptionPct, Proprietaire, RapportFichier, Scot, Section, Terrain, Trajectoire, Zae, Zone,
};

use crate::plan::{Found, Input};
use crate::read::{Ingest, read_into};
use crate::sink::Sink;
use crate::{Error, Fingerprint, SourceFile};

/// A layer seen from outside its type.
pub(crate) struct Layer {
    pub(crate) couche: Couche,
    pub(crate) inputs: &'static [Input],
    pub(crate) tables: &'static [&'static str],
    pub(crate) geometry: GeometryKind,
    pub(crate) geometry_required: bool,
    pub(crate) dialect: fn(&Found<'_>) -> Result<String, String>,
    pub(crate) extra: fn(&str) -> bool,
    pub(crate) read: fn(&SourceFile<'_>, &Fingerprint, Crs) -> Result<RapportFichier, Error>,
}

impl Layer {
    const fn of<T: Ingest>() -> Self {
        Self {
            couche: T::COUCHE,
            inputs: T::INPUTS,
            tables: T::TABLES,
            geometry: T::GEOMETRY,
            geometry_required: T::GEOMETRY_REQUIRED,
            dialect: T::dialect,
            extra: T::extra,
            read: report::<T>,
        }
    }
}

fn report<T: Ingest>(
    file: &SourceFile<'_>,
    fp: &Fingerprint,
    legal: Crs,
) -> Result<RapportFichier, Error> {
    crate::read::<T>(file, fp, legal, &|_, _| {}).map(|(_, report)| report)
}

macro_rules! layers {
    ($($row:ty),+ $(,)?) => {
        /// Every layer that files can feed.
        pub(crate) static ALL: &[Layer] = &[$(Layer::of::<$row>()),+];

        $(impl Ingest for $row {
            fn read_into(
                file: &SourceFile<'_>,
                fp: &Fingerprint,
                legal: Crs,
                sink: &dyn Sink<Self>,
                progress: &(dyn Fn(u64, u64) + Sync),
            ) -> Result<RapportFichier, Error> {
                read_into(file, fp, legal, sink, progress)
            }
        })+
    };
}

layers![
    Parcelle,
    Batiment,
    Commune,
    Epci,
    Scot,
    Zone,
    Prescription,
    Friche,
    Zae,
    Terrain,
    Contrainte,
    Enaf,
    Logement,
    Equipement,
    Activite,
    Section,
    Feuille,
    LieuDit,
    PrescriptionLin,
    PrescriptionPct,
    Information,
    InformationLin,
    InformationPct,
    Document,
    Trajectoire,
    Declaration,
    Perimetre,
    Occupation,
    Proprietaire,
];
