//! The lines of a ranking, read from columns for the parcels shown and no others; as JSON or as CSV.

use std::collections::BTreeMap;

use gisement_export::neutral;
use gisement_model::bareme::Intervalle;
use gisement_store::Collection;
use serde::Serialize;

use super::stock::{Axes, Candidate};
use super::weights::{AXES, POTENTIEL, Weights, oriented};
use crate::columns::{Integers, Reals, Texts};
use crate::editions::Edition;
use crate::request::encode;

/// A parcel in its place.
#[derive(Debug, Serialize)]
pub(super) struct Line<'a> {
    rang: usize,
    idu: &'a str,
    commune: Commune<'a>,
    verdict: &'static str,
    type_principal: &'static str,
    /// m².
    utile_m2: f64,
    score: Score,
    /// As the sheet writes them: Dureté is not reversed.
    axes: BTreeMap<&'static str, Intervalle>,
    /// Those that enter the score by the middle of their interval.
    axes_sans_central: Vec<&'static str>,
    fiabilite: Option<f64>,
    capacite: Option<Capacite>,
    /// Longitude, latitude.
    centre: Option<[f64; 2]>,
    fiche: String,
    /// Name of its brownfield.
    friche_nom: Option<&'a str>,
    /// Name of its business park.
    zae_nom: Option<&'a str>,
    /// What it is bought with, in a ranking by site.
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<Site<'a>>,
}

/// The parcels of a site that the ranking holds, together.
#[derive(Debug, Serialize)]
struct Site<'a> {
    genre: &'static str,
    id: &'a str,
    nom: Option<&'a str>,
    /// Parcels.
    nombre: usize,
    /// The first of them, in order.
    parcelles: Vec<&'a str>,
    /// m².
    utile_m2: f64,
    /// Over the parcels of which it is known.
    capacite: Option<Capacite>,
    sans_capacite: usize,
}

/// Parcels of a site that are named in its line.
const NAMED_MAX: usize = 100;

#[derive(Debug, Serialize)]
struct Commune<'a> {
    code: &'a str,
    nom: &'a str,
}

/// The index, 0 to 100.
#[derive(Debug, Clone, Copy, Serialize)]
struct Score {
    min: f64,
    central: f64,
    max: f64,
}

/// Dwellings.
#[derive(Debug, Clone, Copy, Serialize)]
struct Capacite {
    bas: i64,
    central: i64,
    haut: i64,
}

/// Where lines are read.
pub(super) struct Reader<'a> {
    edition: &'a Edition,
    parcelles: &'a Collection,
    /// Brownfields and business parks, with the columns of parcels that name them.
    named: [(Option<&'a Collection>, Texts<'a>); 2],
    base: &'a str,
    axes: Axes<'a>,
    idu: Texts<'a>,
    insee: Texts<'a>,
    fiabilite: Reals<'a>,
    capacite: [Integers<'a>; 3],
}

impl<'a> Reader<'a> {
    pub(super) fn new(edition: &'a Edition, parcelles: &'a Collection, base: &'a str) -> Self {
        Self {
            edition,
            parcelles,
            named: [("friches", "friche_id"), ("zae", "zae_id")].map(|(collection, column)| {
                (
                    edition.collection(collection),
                    Texts::new(parcelles, column),
                )
            }),
            base,
            axes: Axes::new(parcelles),
            idu: Texts::new(parcelles, "idu"),
            insee: Texts::new(parcelles, "code_insee"),
            fiabilite: Reals::new(parcelles, "fiabilite"),
            capacite: ["capacite_bas", "capacite", "capacite_haut"]
                .map(|n| Integers::new(parcelles, n)),
        }
    }

    /// The line of a candidate; `potentiel` replaces the stored axis.
    pub(super) fn line(
        &self,
        rang: usize,
        c: &Candidate,
        central: f64,
        weights: &Weights,
        potentiel: Option<Intervalle>,
    ) -> Line<'a> {
        let row = c.row as usize;
        let mut axes = self.axes.stored(row);
        if let Some(p) = potentiel {
            axes[POTENTIEL] = p;
        }
        let bound = |f: fn(Intervalle) -> f64| {
            let mut axis = 0..;
            weights.mean(axes.map(|v| f(oriented(axis.next().unwrap_or_default(), v))))
        };
        let code = self.insee.get(row).unwrap_or_default();
        let idu = self.idu.get(row).unwrap_or_default();
        Line {
            rang,
            idu,
            commune: Commune {
                code,
                nom: crate::search::commune_name(self.edition, code),
            },
            verdict: c.verdict.code(),
            type_principal: c.kind.code(),
            utile_m2: c.utile,
            score: Score {
                min: bound(|v| v.min),
                central,
                max: bound(|v| v.max),
            },
            axes_sans_central: AXES
                .into_iter()
                .zip(axes)
                .filter(|(_, v)| v.central.is_none())
                .map(|(name, _)| name)
                .collect(),
            axes: AXES.into_iter().zip(axes).collect(),
            fiabilite: self.fiabilite.get(row),
            capacite: self.dwellings(row),
            centre: self.parcelles.bbox(row).map(crate::search::centre),
            fiche: format!("{}/fiches/{}", self.base, encode(idu)),
            friche_nom: self.name(0, row),
            zae_nom: self.name(1, row),
            site: None,
        }
    }

    fn name(&self, of: usize, row: usize) -> Option<&'a str> {
        let (collection, ids) = self.named[of];
        let site = self.edition.find(collection?, ids.get(row)?)?;
        Texts::new(collection?, "site_nom").get(site)
    }

    fn dwellings(&self, row: usize) -> Option<Capacite> {
        let [bas, central, haut] = self.capacite.map(|column| column.get(row));
        Some(Capacite {
            bas: bas?,
            central: central?,
            haut: haut?,
        })
    }
}

impl<'a> Line<'a> {
    /// The line of the best parcel of a site, which says what the parcels are together.
    pub(super) fn of_site<'c>(
        mut self,
        reader: &Reader<'a>,
        parcels: impl Iterator<Item = &'c Candidate>,
    ) -> Self {
        let parcels: Vec<&Candidate> = parcels.collect();
        let stock = reader.edition.stock();
        let Some(site) = parcels
            .first()
            .and_then(|c| stock.sites.get(c.site? as usize))
        else {
            return self;
        };
        let known: Vec<Capacite> = parcels
            .iter()
            .filter_map(|c| reader.dwellings(c.row as usize))
            .collect();
        let sum = |f: fn(&Capacite) -> i64| known.iter().map(f).sum();
        self.site = Some(Site {
            genre: site.genre,
            id: &site.id,
            nom: self.friche_nom,
            nombre: parcels.len(),
            parcelles: parcels
                .iter()
                .take(NAMED_MAX)
                .filter_map(|c| reader.idu.get(c.row as usize))
                .collect(),
            utile_m2: parcels.iter().map(|c| c.utile).sum(),
            capacite: (!known.is_empty()).then(|| Capacite {
                bas: sum(|c| c.bas),
                central: sum(|c| c.central),
                haut: sum(|c| c.haut),
            }),
            sans_capacite: parcels.len() - known.len(),
        });
        self
    }
}

/// The columns of the CSV form.
const HEADER: &str = "rang,idu,code_insee,commune,verdict,type_principal,utile_m2,score_min,score,score_max,\
     potentiel,durete,besoin,sobriete,axes_sans_central,fiabilite,capacite_bas,capacite,capacite_haut,fiche\r\n";

/// The lines as CSV (RFC 4180): commas, decimal points, UTF-8, an empty cell for what is unknown.
pub(super) fn csv(lines: &[Line<'_>]) -> String {
    let mut out = String::from(HEADER);
    for l in lines {
        let axis = |name: &str| number(l.axes.get(name).and_then(|v| v.central));
        let dwellings = |f: fn(&Capacite) -> i64| {
            l.capacite
                .as_ref()
                .map_or_else(String::new, |c| f(c).to_string())
        };
        let cells = [
            l.rang.to_string(),
            text(l.idu),
            text(l.commune.code),
            text(l.commune.nom),
            text(l.verdict),
            text(l.type_principal),
            l.utile_m2.to_string(),
            l.score.min.to_string(),
            l.score.central.to_string(),
            l.score.max.to_string(),
            axis("potentiel"),
            axis("durete"),
            axis("besoin"),
            axis("sobriete"),
            text(&l.axes_sans_central.join(" ")),
            number(l.fiabilite),
            dwellings(|c| c.bas),
            dwellings(|c| c.central),
            dwellings(|c| c.haut),
            text(&l.fiche),
        ];
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

fn number(v: Option<f64>) -> String {
    v.map_or_else(String::new, |v| v.to_string())
}

/// A text cell that no spreadsheet takes for a formula, quoted when it must be.
fn text(value: &str) -> String {
    let value = neutral(value);
    if value.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn text_cells_are_neither_formulas_nor_several_cells() {
        for (raw, cell) in [
            ("Lauzerac", "Lauzerac"),
            ("", ""),
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2", "'-2"),
            ("+33", "'+33"),
            ("\tx", "'\tx"),
            ("\r=1", "\"'\r=1\""),
            ("a, b", "\"a, b\""),
            ("dit \"x\"", "\"dit \"\"x\"\"\""),
            ("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""),
            ("L’Isle-Adam", "L’Isle-Adam"),
        ] {
            assert_eq!(text(raw), cell);
        }
    }
}
