//! What can be ranked in an edition, held in columns' values: some 60 bytes a gisement, nothing for other parcels.

use std::collections::HashMap;

use gisement_index::{TypeGisement, Verdict};
use gisement_model::bareme::{Intervalle, PoidsAxes};
use gisement_store::Collection;

use super::weights::{AXES, Weights, oriented};
use crate::columns::{Reals, Texts};
use crate::editions::Edition;

/// A parcel that a ranking may list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    /// The values with which the axes enter the index, 0 to 100, in the order of [`AXES`].
    pub(super) values: [f64; 4],
    /// Usable area, m².
    pub(crate) utile: f64,
    /// Row in the collection.
    pub(crate) row: u32,
    /// Rank in [`Stock::communes`].
    pub(crate) commune: u32,
    /// Rank in [`Stock::sites`] of what it is bought with: its brownfield, else its unité foncière.
    pub(super) site: Option<u32>,
    pub(crate) verdict: Verdict,
    /// Main type.
    pub(crate) kind: TypeGisement,
}

/// The gisements of an edition in the order that settles ties: usable area, the largest first, then identifier.
#[derive(Debug)]
pub(crate) struct Stock {
    pub(super) candidates: Vec<Candidate>,
    /// INSEE codes of the communes where there are some.
    pub(super) communes: Vec<Box<str>>,
    /// Brownfields and unités foncières that hold some.
    pub(super) sites: Vec<Site>,
}

/// Land that is bought together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Site {
    pub(super) genre: &'static str,
    pub(super) id: Box<str>,
}

impl Stock {
    /// The gisements, in the order that settles ties.
    pub(crate) fn gisements(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter()
    }

    /// The gisements, each with its index under these weights; nothing when no weight is above zero.
    pub(crate) fn indices(&self, poids: PoidsAxes) -> impl Iterator<Item = (&Candidate, f64)> {
        let weights = Weights::new(poids);
        self.candidates
            .iter()
            .filter_map(move |c| Some((c, weights.as_ref()?.mean(c.values))))
    }

    /// INSEE codes, by the rank that gisements give to their commune.
    pub(crate) fn communes(&self) -> &[Box<str>] {
        &self.communes
    }

    /// Reads the columns of `parcelles` once. A parcel without axes is never ranked, whatever its verdict.
    pub(crate) fn build(edition: &Edition) -> Self {
        let mut stock = Self {
            candidates: Vec::new(),
            communes: Vec::new(),
            sites: Vec::new(),
        };
        let Some(parcelles) = edition.collection("parcelles") else {
            return stock;
        };
        let axes = Axes::new(parcelles);
        let [idu, verdict, kind, insee] =
            ["idu", "verdict", "type_principal", "code_insee"].map(|n| Texts::new(parcelles, n));
        let sites = [("friche", "friche_id"), ("unite_fonciere", "unite")]
            .map(|(genre, column)| (genre, Texts::new(parcelles, column)));
        let utile = Reals::new(parcelles, "utile_m2");
        let mut ranks = HashMap::new();
        let mut site_ranks = HashMap::new();
        for row in 0..parcelles.len() {
            let ranked = verdict.get(row).and_then(Verdict::from_code);
            let (Some(verdict), Some(kind)) = (
                ranked.filter(|v| v.classe()),
                kind.get(row).and_then(type_of),
            ) else {
                continue;
            };
            if !axes.any(row) {
                continue;
            }
            let code = insee.get(row).unwrap_or_default();
            let commune = *ranks.entry(code).or_insert_with(|| {
                stock.communes.push(code.into());
                stock.communes.len() as u32 - 1
            });
            let site = sites
                .iter()
                .find_map(|(genre, column)| Some((*genre, column.get(row)?)));
            let site = site.map(|(genre, id)| {
                *site_ranks.entry((genre, id)).or_insert_with(|| {
                    let id = id.into();
                    stock.sites.push(Site { genre, id });
                    stock.sites.len() as u32 - 1
                })
            });
            stock.candidates.push(Candidate {
                values: axes.of(row).map(|v| v.milieu()),
                utile: utile.get(row).unwrap_or(0.0),
                row: row as u32,
                commune,
                site,
                verdict,
                kind,
            });
        }
        stock.candidates.sort_unstable_by(|a, b| {
            let id = |c: &Candidate| idu.get(c.row as usize);
            b.utile
                .total_cmp(&a.utile)
                .then_with(|| id(a).cmp(&id(b)))
                .then(a.row.cmp(&b.row))
        });
        stock.candidates.shrink_to_fit();
        stock
    }
}

/// A type of gisement by its code.
pub(super) fn type_of(code: &str) -> Option<TypeGisement> {
    TypeGisement::ALL.iter().copied().find(|t| t.code() == code)
}

/// The axis columns of a collection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axes<'a>([[Reals<'a>; 3]; 4]);

impl<'a> Axes<'a> {
    pub(super) fn new(c: &'a Collection) -> Self {
        Self(AXES.map(|axis| {
            ["_min", "", "_max"].map(|suffix| Reals::new(c, &format!("{axis}{suffix}")))
        }))
    }

    /// Whether anything is known of any axis.
    fn any(&self, row: usize) -> bool {
        self.0.iter().flatten().any(|c| c.get(row).is_some())
    }

    /// The axes as columns hold them. An axis of which the row says nothing spans everything.
    pub(super) fn stored(&self, row: usize) -> [Intervalle; 4] {
        self.0.map(|[min, central, max]| Intervalle {
            min: min.get(row).unwrap_or(0.0),
            central: central.get(row),
            max: max.get(row).unwrap_or(100.0),
        })
    }

    /// The axes as the index takes them: Dureté reversed.
    fn of(&self, row: usize) -> [Intervalle; 4] {
        let mut axis = 0..;
        self.stored(row)
            .map(|v| oriented(axis.next().unwrap_or_default(), v))
    }
}
