//! Some communes of an edition, and which of its rows lie there.

use std::collections::BTreeSet;

use gisement_model::CommuneNotee;

use crate::classement::Candidate;
use crate::columns::Texts;
use crate::editions::Edition;

/// Why nothing can be said, and the layer that would say it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Absence {
    pub(crate) motif: &'static str,
    pub(crate) couche: &'static str,
}

/// Some communes of an edition.
pub(crate) struct Perimetre<'e> {
    pub(crate) edition: &'e Edition,
    codes: BTreeSet<String>,
}

impl<'e> Perimetre<'e> {
    pub(crate) fn new(edition: &'e Edition, communes: &[CommuneNotee]) -> Self {
        Self {
            edition,
            codes: communes.iter().map(|c| c.code_insee.to_string()).collect(),
        }
    }

    pub(crate) fn holds(&self, code: &str) -> bool {
        self.codes.contains(code)
    }

    /// Rows of a collection that lie there, by the column that says their commune.
    pub(crate) fn rows(&self, collection: &str, column: &str) -> Vec<u32> {
        let Some(c) = self.edition.collection(collection) else {
            return Vec::new();
        };
        let insee = Texts::new(c, column);
        (0..c.len())
            .filter(|row| insee.get(*row).is_some_and(|i| self.holds(i)))
            .map(|row| row as u32)
            .collect()
    }

    /// The gisements that lie there, in the order in which the ranking settles ties.
    pub(crate) fn gisements(&self) -> Vec<&'e Candidate> {
        let stock = self.edition.stock();
        let kept: Vec<bool> = stock.communes().iter().map(|c| self.holds(c)).collect();
        stock
            .gisements()
            .filter(|g| kept[g.commune as usize])
            .collect()
    }

    /// Rows of the plots of the business parks that lie there.
    pub(crate) fn terrains(&self) -> Vec<u32> {
        let (Some(zae), Some(terrains)) = (
            self.edition.collection("zae"),
            self.edition.collection("terrains"),
        ) else {
            return Vec::new();
        };
        let id = Texts::new(zae, "site_id");
        let ours: BTreeSet<&str> = self
            .rows("zae", "code_insee")
            .into_iter()
            .filter_map(|row| id.get(row as usize))
            .collect();
        let site = Texts::new(terrains, "site_id");
        (0..terrains.len())
            .filter(|row| site.get(*row).is_some_and(|s| ours.contains(s)))
            .map(|row| row as u32)
            .collect()
    }
}
