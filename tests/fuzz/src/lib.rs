//! Reads bytes as a source file of any layer: what the targets share.

use std::path::Path;

use gisement_ingest::{Error, Ingest, SourceConfig, SourceFile, fingerprint, read};
use gisement_model::{Couche, Crs};

/// The layers, so that a byte chooses one.
pub const COUCHES: &[Couche] = Couche::ALL;

/// Reads a file as its configured layer. Whatever the bytes, every row is accounted for.
pub fn read_as(path: &Path, config: &SourceConfig) {
    macro_rules! read_it {
        ($($couche:ident: $row:ident),+ $(,)?) => {
            match config.couche {
                $(Couche::$couche => check::<gisement_model::$row>(path, config),)+
            }
        };
    }
    read_it! {
        Parcelles: Parcelle, Batiments: Batiment, Communes: Commune, Epci: Epci, Scots: Scot,
        Zonage: Zone, Prescriptions: Prescription, Friches: Friche, Zae: Zae, Terrains: Terrain,
        Contraintes: Contrainte, Enaf: Enaf, Logement: Logement, Equipements: Equipement, Activite: Activite,
        Sections: Section, Feuilles: Feuille, LieuxDits: LieuDit, PrescriptionsLin: PrescriptionLin,
        PrescriptionsPct: PrescriptionPct, Informations: Information, InformationsLin: InformationLin,
        InformationsPct: InformationPct, Documents: Document, Trajectoires: Trajectoire,
        Declarations: Declaration,
        Perimetres: Perimetre, Occupation: Occupation, Proprietaires: Proprietaire,
    }
}

fn check<T: Ingest>(path: &Path, config: &SourceConfig) {
    let file = SourceFile {
        path: path.to_owned(),
        name: "source".into(),
        config,
    };
    let Ok(print) = fingerprint(&file, Crs::Lambert93) else {
        return;
    };
    match read::<T>(&file, &print, Crs::Lambert93, &|_, _| {}) {
        Ok((layer, report)) => {
            assert!(report.is_balanced(), "{report:?}");
            assert_eq!(layer.rows.len(), layer.geoms.len());
        }
        Err(Error::Store(e)) => panic!("{e}"),
        Err(_) => {}
    }
}
