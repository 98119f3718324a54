//! The canonical layers of a build: cut to the territory, without duplicates, in the order of the collections.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash as _, Hasher as _};

use gisement_model::{
    Activite, Batiment, CodeInsee, Commune, Contrainte, Couche, Crs, Declaration, Document, Enaf,
    Epci, Equipement, Feuille, Friche, GeometryKind, Information, InformationLin, InformationPct,
    LayerRow, LieuDit, Logement, Occupation, Parcelle, Perimetre, Prescription, PrescriptionLin,
    PrescriptionPct, Proprietaire, Provenance, Scot, Section, Terrain, Trajectoire, Zae, Zone,
};
use gisement_store::{Geometries, Layer};
use rayon::prelude::*;

use crate::Error;
use crate::spatial::Boite;

/// How far around the territory context is read. m.
const AUTOUR_M: f64 = 6000.0;

macro_rules! layers {
    ($($name:ident: $row:ident, $couche:ident, $doc:literal;)+) => {
        /// The canonical layers of a build, each the concatenation of its files, all in one projection.
        #[derive(Debug, Clone)]
        pub struct Layers {
            $(#[doc = $doc] pub $name: Layer<$row>,)+
            /// Polygons inside which a source says that it is complete ([`gisement_model::Couverture::Polygones`]), by
            /// the hash of their file, in the projection of the layers.
            pub emprises: BTreeMap<String, Geometries>,
        }

        impl Layers {
            /// Layers without any source.
            pub fn empty(crs: Crs) -> Self {
                Self { $($name: Layer::empty(crs),)+ emprises: BTreeMap::new() }
            }

            /// The sources of every layer, in the order of the data flow: rows of the tables refer to them by rank.
            pub fn sources(&self) -> Vec<Provenance> {
                let mut out = Vec::new();
                $(out.extend(self.$name.sources.iter().cloned());)+
                out
            }

            /// Rank of the first source of a layer in [`Self::sources`].
            pub fn first_source(&self, couche: Couche) -> u16 {
                let mut rank = 0;
                $(if couche == Couche::$couche { return rank; } rank += self.$name.sources.len() as u16;)+
                rank
            }

            /// The layers without any source.
            pub fn absentes(&self) -> Vec<Couche> {
                let mut out = Vec::new();
                $(if !self.$name.is_loaded() { out.push(Couche::$couche); })+
                out
            }
        }
    };
}

layers! {
    parcelles: Parcelle, Parcelles, "Cadastral parcels.";
    sections: Section, Sections, "Sections of the cadastre.";
    feuilles: Feuille, Feuilles, "Sheets of the cadastre.";
    lieux_dits: LieuDit, LieuxDits, "Named places.";
    batiments: Batiment, Batiments, "Buildings.";
    communes: Commune, Communes, "Communes.";
    epci: Epci, Epci, "Intercommunalities.";
    scots: Scot, Scots, "SCoT perimeters.";
    zonage: Zone, Zonage, "Zones of planning documents.";
    prescriptions: Prescription, Prescriptions, "Prescriptions of planning documents.";
    prescriptions_lin: PrescriptionLin, PrescriptionsLin, "Prescriptions drawn as lines.";
    prescriptions_pct: PrescriptionPct, PrescriptionsPct, "Prescriptions drawn as points.";
    informations: Information, Informations, "Information perimeters.";
    informations_lin: InformationLin, InformationsLin, "Information lines.";
    informations_pct: InformationPct, InformationsPct, "Information points.";
    documents: Document, Documents, "Planning documents.";
    trajectoires: Trajectoire, Trajectoires, "Reduction targets.";
    declarations: Declaration, Declarations, "Deductions of the ZAN ledger.";
    perimetres: Perimetre, Perimetres, "Policy and operational perimeters.";
    friches: Friche, Friches, "Brownfields.";
    zae: Zae, Zae, "Business parks.";
    terrains: Terrain, Terrains, "Plots of business parks.";
    contraintes: Contrainte, Contraintes, "Risks and easements.";
    enaf: Enaf, Enaf, "ENAF consumption.";
    logement: Logement, Logement, "Housing context.";
    equipements: Equipement, Equipements, "Points of interest.";
    activite: Activite, Activite, "Activity areas.";
    occupation: Occupation, Occupation, "Land cover.";
    proprietaires: Proprietaire, Proprietaires, "Legal-person owners.";
}

/// What an edition covers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Territoire {
    /// Every commune loaded.
    #[default]
    Tout,
    /// A SCoT, by identifier or name.
    Scot(String),
    /// An intercommunality, by SIREN or name.
    Epci(String),
    /// These communes.
    Communes(Vec<CodeInsee>),
    /// These départements.
    Departements(Vec<String>),
}

/// Which communes belong to the territory.
pub(crate) enum Appartenance {
    Toutes,
    Liste(BTreeSet<String>),
    Departements(Vec<String>),
}

impl Appartenance {
    pub(crate) fn contient(&self, c: CodeInsee) -> bool {
        match self {
            Self::Toutes => true,
            Self::Liste(l) => l.contains(c.as_str()) || l.contains(c.commune_entiere().as_str()),
            Self::Departements(d) => d.iter().any(|d| d == c.departement()),
        }
    }
}

impl Territoire {
    /// The communes of the territory, by the perimeters loaded.
    pub(crate) fn resolve(&self, layers: &Layers) -> Result<Appartenance, Error> {
        use gisement_model::texte::cle;
        let unknown = |genre: &'static str, nom: &str| Error::TerritoireInconnu {
            genre,
            nom: nom.to_owned(),
        };
        Ok(match self {
            Self::Tout => Appartenance::Toutes,
            Self::Communes(list) => {
                Appartenance::Liste(list.iter().map(ToString::to_string).collect())
            }
            Self::Departements(list) => Appartenance::Departements(list.clone()),
            Self::Scot(id) => {
                let mut all = layers
                    .scots
                    .rows
                    .iter()
                    .filter(|s| s.id == *id || cle(&s.nom) == cle(id))
                    .peekable();
                all.peek().ok_or_else(|| unknown("SCoT", id))?;
                Appartenance::Liste(all.flat_map(|s| s.communes.iter().cloned()).collect())
            }
            Self::Epci(id) => {
                let mut all = layers
                    .epci
                    .rows
                    .iter()
                    .filter(|s| s.siren == *id || cle(&s.nom) == cle(id))
                    .peekable();
                all.peek().ok_or_else(|| unknown("EPCI", id))?;
                Appartenance::Liste(all.flat_map(|s| s.communes.iter().cloned()).collect())
            }
        })
    }
}

/// What preparing a layer left out.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ecarts {
    pub(crate) doublons: u64,
    pub(crate) hors_territoire: u64,
}

fn boite<T: LayerRow>(layer: &Layer<T>, i: usize) -> Boite {
    let mut b = Boite::VIDE;
    layer
        .geoms
        .get(i)
        .coords()
        .iter()
        .for_each(|c| b.add(c.x, c.y));
    b
}

/// The extent of the territory with its surroundings: `None` when nothing places it.
pub(crate) fn etendue(layers: &Layers, communes: &Appartenance) -> Option<Boite> {
    let mut all = Boite::VIDE;
    for (i, p) in layers.parcelles.rows.iter().enumerate() {
        if communes.contient(p.idu.commune()) {
            all.merge(&boite(&layers.parcelles, i));
        }
    }
    for (i, c) in layers.communes.rows.iter().enumerate() {
        if communes.contient(c.code_insee) {
            all.merge(&boite(&layers.communes, i));
        }
    }
    (!all.is_empty()).then(|| all.grown(AUTOUR_M))
}

/// Rows that belong, once each, along the Hilbert curve of the collection.
pub(crate) fn prepare<T: LayerRow>(
    layer: Layer<T>,
    belongs: impl Fn(&T, &dyn Fn() -> Boite) -> bool + Sync,
    same_key_is_same: bool,
) -> (Layer<T>, Ecarts) {
    let n = layer.len();
    let mut kept: Vec<u32> = (0..n)
        .into_par_iter()
        .filter(|i| belongs(&layer.rows[*i], &|| boite(&layer, *i)))
        .map(|i| i as u32)
        .collect();
    let mut ecarts = Ecarts {
        hors_territoire: (n - kept.len()) as u64,
        ..Ecarts::default()
    };
    // Within one file the ingester has already merged duplicates.
    if layer.sources.len() > 1 {
        let before = kept.len();
        kept = without_duplicates(&layer, kept, same_key_is_same);
        ecarts.doublons = (before - kept.len()) as u64;
    }
    let layer = if kept.len() == n {
        layer
    } else {
        layer.reordered(&kept)
    };
    (layer.hilbert_sorted(), ecarts)
}

/// One row per key when the key alone identifies (parcels, communes); else one per key and geometry, or per key and
/// content in a table. Which copy stays
/// does not depend on the order of files: the one whose text is greatest, so the latest date first.
fn without_duplicates<T: LayerRow>(layer: &Layer<T>, kept: Vec<u32>, key_only: bool) -> Vec<u32> {
    let mut hashed: Vec<(u64, u32)> = kept
        .par_iter()
        .map(|i| {
            let mut h = DefaultHasher::new();
            layer.rows[*i as usize].key().hash(&mut h);
            if T::GEOMETRY == GeometryKind::None && !key_only {
                // Tables complete each other: of one commune, one file has the zone and another the need.
                serde_json::to_string(&layer.rows[*i as usize])
                    .unwrap_or_default()
                    .hash(&mut h);
            } else if !key_only {
                for c in layer.geoms.get(*i as usize).coords() {
                    (c.x.to_bits(), c.y.to_bits()).hash(&mut h);
                }
            }
            (h.finish(), *i)
        })
        .collect();
    hashed.par_sort_unstable();
    let mut out = Vec::with_capacity(kept.len());
    for group in hashed.chunk_by(|a, b| a.0 == b.0) {
        let [(_, only)] = group else {
            let text = |i: u32| {
                let g = layer.geoms.get(i as usize);
                let corner = g
                    .coords()
                    .first()
                    .map_or((0, 0), |c| (c.x.to_bits(), c.y.to_bits()));
                let source = &layer.sources[layer.source[i as usize] as usize];
                let row = serde_json::to_string(&layer.rows[i as usize]).unwrap_or_default();
                (
                    source.millesime,
                    row,
                    g.coords().len(),
                    corner,
                    source.fichier.clone(),
                )
            };
            out.extend(group.iter().map(|g| g.1).max_by_key(|i| text(*i)));
            continue;
        };
        out.push(*only);
    }
    out.sort_unstable();
    out
}
