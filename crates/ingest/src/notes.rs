//! What happened to the rows of one batch. Batches are read in parallel and merged in file order, so that the
//! report does not depend on the number of threads.

use std::collections::BTreeMap;

use gisement_model::rapport::EXEMPLES_MAX;
use gisement_model::{Anomalie, Effet, Exemple, RapportFichier};

/// A row that cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejet {
    pub(crate) code: &'static str,
    pub(crate) libelle: &'static str,
    pub(crate) champ: String,
    pub(crate) valeur: String,
    /// Left out on purpose (filter), not refused.
    pub(crate) filtre: bool,
}

impl Rejet {
    /// A row refused, with the field and value at fault.
    pub(crate) fn new(
        code: &'static str,
        libelle: &'static str,
        champ: &str,
        valeur: impl Into<String>,
    ) -> Self {
        Self {
            code,
            libelle,
            champ: champ.to_owned(),
            valeur: valeur.into(),
            filtre: false,
        }
    }

    /// A row left out because it is not wanted.
    pub(crate) fn filtered(
        code: &'static str,
        libelle: &'static str,
        champ: &str,
        valeur: impl Into<String>,
    ) -> Self {
        Self {
            filtre: true,
            ..Self::new(code, libelle, champ, valeur)
        }
    }
}

/// Counts and examples of one batch.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// The row being read, from 1.
    pub(crate) row: u64,
    pub(crate) lus: u64,
    pub(crate) gardes: u64,
    pub(crate) rejetes: u64,
    pub(crate) fusionnes: u64,
    anomalies: BTreeMap<&'static str, Anomalie>,
    repares: BTreeMap<&'static str, u64>,
}

impl Notes {
    /// Records something wrong with a row that is kept.
    pub(crate) fn warn(
        &mut self,
        code: &'static str,
        libelle: &'static str,
        champ: &str,
        valeur: &str,
    ) {
        self.anomaly(code, libelle, Effet::Garde, champ, valeur);
    }

    /// Records a repair of the current row.
    pub(crate) fn repaired(&mut self, kind: &'static str) {
        *self.repares.entry(kind).or_default() += 1;
    }

    /// Records the loss of the current row.
    pub(crate) fn lost(&mut self, r: &Rejet) {
        let effet = if r.filtre {
            self.fusionnes += 1;
            Effet::Fusionne
        } else {
            self.rejetes += 1;
            Effet::Rejete
        };
        self.anomaly(r.code, r.libelle, effet, &r.champ, &r.valeur);
    }

    fn anomaly(
        &mut self,
        code: &'static str,
        libelle: &'static str,
        effet: Effet,
        champ: &str,
        valeur: &str,
    ) {
        let a = self.anomalies.entry(code).or_default();
        if a.nombre == 0 {
            libelle.clone_into(&mut a.libelle);
            a.effet = effet;
        }
        a.nombre += 1;
        if a.exemples.len() < EXEMPLES_MAX {
            a.exemples.push(Exemple::at(self.row, champ, valeur));
        }
    }

    /// Adds these counts to a file's report. Call in file order.
    pub(crate) fn merge_into(self, r: &mut RapportFichier) {
        r.lus += self.lus;
        r.gardes += self.gardes;
        r.rejetes += self.rejetes;
        r.fusionnes += self.fusionnes;
        for (kind, n) in self.repares {
            *r.repares.entry(kind.to_owned()).or_default() += n;
        }
        for (code, a) in self.anomalies {
            let into = r.anomalies.entry(code.to_owned()).or_default();
            if into.nombre == 0 {
                into.libelle = a.libelle;
                into.effet = a.effet;
            }
            into.nombre += a.nombre;
            let room = EXEMPLES_MAX - into.exemples.len().min(EXEMPLES_MAX);
            into.exemples.extend(a.exemples.into_iter().take(room));
        }
    }
}
