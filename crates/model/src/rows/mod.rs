//! One struct per canonical layer: the columns that leave the ingester, and no others.

mod cadastre;
mod economie;
mod friche;
mod notee;
mod occupation;
mod proprietaire;
mod registre;
mod territoire;
mod urbanisme;

pub use cadastre::{Batiment, Feuille, LieuDit, Parcelle, Section};
pub use economie::{Activite, Equipement, Terrain, Zae};
pub use friche::Friche;
pub use notee::{CommuneNotee, FricheNotee, ParcelleNotee, Recouvrement, Site};
pub use occupation::Occupation;
pub use proprietaire::Proprietaire;
pub use registre::{RegistreAnnuel, RegistreArtif, RegistreZan};
pub use territoire::{Commune, Declaration, Enaf, Epci, Logement, Perimetre, Scot, Trajectoire};
pub use urbanisme::{
    Contrainte, Document, Information, InformationLin, InformationPct, Prescription,
    PrescriptionLin, PrescriptionPct, Zone,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Field, LayerRow};

    /// Column names are an interface: lower case, unique, and never the geometry's.
    fn check(fields: &[Field]) {
        for (i, f) in fields.iter().enumerate() {
            assert!(
                f.name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'),
                "{}",
                f.name
            );
            assert!(
                fields[..i].iter().all(|g| g.name != f.name),
                "{} twice",
                f.name
            );
            assert!(f.name != "geometry" && f.name != "bbox" && !f.label.is_empty());
        }
    }

    #[test]
    fn column_lists_are_sound() {
        for fields in [
            Parcelle::FIELDS,
            Batiment::FIELDS,
            Commune::FIELDS,
            Epci::FIELDS,
            Scot::FIELDS,
            Enaf::FIELDS,
            Declaration::FIELDS,
            RegistreZan::FIELDS,
            RegistreAnnuel::FIELDS,
            RegistreArtif::FIELDS,
            Logement::FIELDS,
            Zone::FIELDS,
            Prescription::FIELDS,
            Contrainte::FIELDS,
            Friche::FIELDS,
            Zae::FIELDS,
            Terrain::FIELDS,
            Activite::FIELDS,
            Equipement::FIELDS,
            Section::FIELDS,
            Feuille::FIELDS,
            LieuDit::FIELDS,
            PrescriptionLin::FIELDS,
            PrescriptionPct::FIELDS,
            Information::FIELDS,
            InformationLin::FIELDS,
            InformationPct::FIELDS,
            Document::FIELDS,
            Trajectoire::FIELDS,
            Perimetre::FIELDS,
            Occupation::FIELDS,
            Proprietaire::FIELDS,
            ParcelleNotee::FIELDS,
            CommuneNotee::FIELDS,
            FricheNotee::FIELDS,
            Recouvrement::FIELDS,
            Site::FIELDS,
        ] {
            check(fields);
        }
    }
}
