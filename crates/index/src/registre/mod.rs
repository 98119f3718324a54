//! The two registers of land take: ENAF consumption against its budgets, and net artificialisation (OCS GE).
//!
//! They are computed apart and never summed (design §8). Surfaces are planar, as Cerema and IGN publish theirs.

mod annuel;
mod consommation;
mod enveloppe;
mod groupes;
mod ligne;
mod occupation;

use std::collections::{BTreeMap, BTreeSet};

use gisement_model::bareme::Bareme;
use gisement_model::codes::NiveauTerritoire;
use gisement_model::{
    CodeInsee, GeometryKind, LayerRow, RegistreAnnuel, RegistreArtif, RegistreZan,
};
use gisement_store::{GeomRef, Geometries, Table};
use jiff::civil::Date;

use crate::Error;
use crate::coverage::Communes;
use crate::layers::Layers;

pub(crate) use occupation::{Millesimes, artificialisation, distinguish};

use consommation::Consommation;
use enveloppe::Objectifs;

/// The ENAF ledger of an edition.
#[derive(Debug, Default)]
pub(crate) struct Registre {
    /// Communes first, then EPCI, SCoT and départements.
    pub(crate) lignes: Vec<RegistreZan>,
    pub(crate) annees: Vec<RegistreAnnuel>,
}

/// What is known of the communes of an edition apart from tables.
pub(crate) struct Connues {
    /// Communes met by the contour of a project of national or European scope; nothing when no list was read.
    pub(crate) pene: Option<BTreeSet<CodeInsee>>,
    /// Planar area. m².
    pub(crate) surfaces: BTreeMap<CodeInsee, f64>,
}

impl Registre {
    /// The ledger at a day; empty without consumption or without rules in force.
    pub(crate) fn new(
        layers: &Layers,
        communes: &Communes,
        connues: &Connues,
        bareme: &Bareme,
        date: Date,
    ) -> Self {
        let Some(regle) = bareme.zan(date).filter(|_| layers.enaf.is_loaded()) else {
            return Self::default();
        };
        // Figures are published for the whole commune, parcels filed by arrondissement.
        let whole: BTreeSet<CodeInsee> =
            communes.codes.iter().map(|c| c.commune_entiere()).collect();
        let consommation = Consommation::new(layers, regle);
        let objectifs = Objectifs::new(layers, regle);
        let of_commune = |code: &CodeInsee| {
            ligne::commune(*code, layers, &consommation, &objectifs, connues, regle)
        };
        let mut lignes: Vec<RegistreZan> = whole.iter().map(of_commune).collect();
        let groupes = groupes::of(layers, &whole);
        let above: Vec<RegistreZan> = groupes
            .iter()
            .map(|g| ligne::groupe(g, &lignes, &objectifs, &consommation, regle))
            .collect();
        let annees = annuel::rows(&lignes, &groupes, &consommation, regle);
        lignes.extend(above);
        Self { lignes, annees }
    }

    /// The line of a commune, or of the whole of which it is an arrondissement.
    pub(crate) fn commune(&self, code: CodeInsee) -> Option<&RegistreZan> {
        let whole = code.commune_entiere();
        self.lignes
            .iter()
            .find(|l| l.niveau == NiveauTerritoire::Commune && l.code == whole.as_str())
    }
}

/// The two registers of an edition.
#[derive(Debug)]
pub(crate) struct Registres {
    pub(crate) zan: Registre,
    pub(crate) artif: Vec<RegistreArtif>,
}

impl Registres {
    /// Their tables that have rows, with French titles.
    pub(crate) fn tables(&self, layers: &Layers) -> Result<Vec<(&'static str, Table)>, Error> {
        let found = [
            (
                "Registre ZAN : consommation d’ENAF",
                table("registre_zan", &self.zan.lignes, layers)?,
            ),
            (
                "Registre ZAN : années",
                table("registre_zan_annuel", &self.zan.annees, layers)?,
            ),
            (
                "Registre de l’artificialisation (OCS GE)",
                table("registre_artificialisation", &self.artif, layers)?,
            ),
        ];
        Ok(found
            .into_iter()
            .filter_map(|(title, t)| Some((title, t?)))
            .collect())
    }
}

fn table<T: LayerRow>(name: &str, rows: &[T], layers: &Layers) -> Result<Option<Table>, Error> {
    if rows.is_empty() {
        return Ok(None);
    }
    let mut geoms = Geometries::new();
    for _ in rows {
        geoms.push_null();
    }
    let crs = layers.parcelles.crs;
    let mut table = Table::from_rows(name, GeometryKind::None, rows, geoms, crs)?;
    table.push_source(&vec![layers.first_source(T::COUCHE); rows.len()])?;
    Ok(Some(table))
}

/// Communes met by the contour of a project of national or European scope; nothing when no contour was read.
pub(crate) fn pene(
    layers: &Layers,
    communes: &Communes,
    locate: &dyn Fn(GeomRef<'_>) -> Vec<u32>,
) -> Option<BTreeSet<CodeInsee>> {
    let contours: Vec<usize> = (0..layers.perimetres.len())
        .filter(|i| layers.perimetres.rows[*i].genre == "PENE")
        .collect();
    let met = |i: usize| locate(layers.perimetres.geoms.get(i)).into_iter();
    (!contours.is_empty()).then(|| {
        let ranks = contours.into_iter().flat_map(met);
        ranks
            .map(|r| communes.codes[r as usize].commune_entiere())
            .collect()
    })
}

/// Planar area of each commune that has an outline, its arrondissements together. m².
pub(crate) fn surfaces(layers: &Layers) -> BTreeMap<CodeInsee, f64> {
    let mut out = BTreeMap::new();
    for (c, g) in layers
        .communes
        .rows
        .iter()
        .zip(layers.communes.geoms.iter())
    {
        let area = g.area();
        if area > 0.0 {
            *out.entry(c.code_insee.commune_entiere()).or_default() += area;
        }
    }
    out
}

/// The years of a period.
fn years(period: [i64; 2]) -> std::ops::RangeInclusive<i64> {
    period[0]..=period[1]
}

#[cfg(test)]
mod tests;
