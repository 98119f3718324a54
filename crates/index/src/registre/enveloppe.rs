//! Whose target holds, and what the communal guarantee adds.

use std::collections::{BTreeMap, BTreeSet};

use gisement_model::bareme::RegleZan;
use gisement_model::codes::{
    NiveauTerritoire, NiveauTrajectoire, OrigineObjectif, StatutGarantie, TypeDocument,
};
use gisement_model::{CodeInsee, Trajectoire};

use crate::layers::Layers;

/// The target of a territory.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Objectif {
    /// Share by which the reference is reduced.
    pub(super) reduction: f64,
    pub(super) origine: OrigineObjectif,
    /// Level, code, document and address of the territory that sets it.
    pub(super) par: Option<[Option<String>; 4]>,
}

/// Targets, floors and rights to them, by territory.
pub(super) struct Objectifs<'a> {
    regle: &'a RegleZan,
    rows: BTreeMap<(NiveauTrajectoire, &'a str), &'a Trajectoire>,
    epci: BTreeMap<CodeInsee, &'a str>,
    scot: BTreeMap<CodeInsee, &'a str>,
    /// Whether a plan dated before the day of the law gives a right to the guarantee.
    eligible: BTreeMap<CodeInsee, bool>,
}

impl<'a> Objectifs<'a> {
    pub(super) fn new(layers: &'a Layers, regle: &'a RegleZan) -> Self {
        let mut rows: BTreeMap<(NiveauTrajectoire, &str), &Trajectoire> = BTreeMap::new();
        for t in &layers.trajectoires.rows {
            // Two targets of one territory: the strictest, so that no envelope is promised that may not be had.
            let slot = rows.entry((t.niveau, t.code.as_str())).or_insert(t);
            if t.reduction > slot.reduction {
                *slot = t;
            }
        }
        let epci = members(
            layers
                .epci
                .rows
                .iter()
                .map(|e| (e.siren.as_str(), &e.communes)),
        );
        let scot = members(
            layers
                .scots
                .rows
                .iter()
                .map(|s| (s.id.as_str(), &s.communes)),
        );
        let eligible = eligible(layers, &epci, regle);
        Self {
            regle,
            rows,
            epci,
            scot,
            eligible,
        }
    }

    /// A commune's own target, else that of its EPCI, its SCoT, its région, else the rule's.
    pub(super) fn commune(&self, code: CodeInsee) -> Objectif {
        let own = (NiveauTrajectoire::Commune, code.as_str());
        let above = [
            self.epci.get(&code).map(|e| (NiveauTrajectoire::Epci, *e)),
            self.scot.get(&code).map(|s| (NiveauTrajectoire::Scot, *s)),
            code.region().map(|r| (NiveauTrajectoire::Region, r)),
        ];
        self.first(Some(own), above.into_iter().flatten())
    }

    /// The target of several communes: their territory's own, else that of what holds them all, else the rule's.
    pub(super) fn groupe(
        &self,
        niveau: NiveauTerritoire,
        code: &str,
        communes: &BTreeSet<CodeInsee>,
    ) -> Objectif {
        let own = match niveau {
            NiveauTerritoire::Epci => Some((NiveauTrajectoire::Epci, code)),
            NiveauTerritoire::Scot => Some((NiveauTrajectoire::Scot, code)),
            NiveauTerritoire::Commune | NiveauTerritoire::Departement => None,
        };
        let scot = (niveau == NiveauTerritoire::Epci)
            .then(|| same(communes, |c| self.scot.get(&c).copied()))
            .flatten()
            .map(|s| (NiveauTrajectoire::Scot, s));
        let region = same(communes, CodeInsee::region).map(|r| (NiveauTrajectoire::Region, r));
        self.first(own, [scot, region].into_iter().flatten())
    }

    fn first<'k>(
        &self,
        own: Option<(NiveauTrajectoire, &'k str)>,
        mut above: impl Iterator<Item = (NiveauTrajectoire, &'k str)>,
    ) -> Objectif {
        let found = |key: (NiveauTrajectoire, &str)| {
            self.rows
                .get(&key)
                .filter(|t| t.reduction.is_some())
                .copied()
        };
        let (origine, row) = match own.and_then(found) {
            Some(t) => (OrigineObjectif::Propre, Some(t)),
            None => match above.find_map(found) {
                Some(t) => (OrigineObjectif::Herite, Some(t)),
                None => (OrigineObjectif::Defaut, None),
            },
        };
        Objectif {
            reduction: row
                .and_then(|t| t.reduction)
                .map_or(self.regle.reduction, |percent| percent / 100.0),
            origine,
            par: row.map(|t| {
                [
                    Some(t.niveau.code().to_owned()),
                    Some(t.code.clone()),
                    t.document.clone(),
                    t.adresse.clone(),
                ]
            }),
        }
    }

    /// What the guarantee adds to a commune's target. m²; nothing when it is not known.
    pub(super) fn garantie(&self, code: CodeInsee, cible: f64) -> (Option<f64>, StatutGarantie) {
        let row = self.rows.get(&(NiveauTrajectoire::Commune, code.as_str()));
        let g = &self.regle.garantie;
        // A floor that a document writes down is the commune's, whatever the rule.
        let written = row.and_then(|t| t.plancher_m2);
        let bonus = row.and_then(|t| t.communes_deleguees).map_or(0.0, |n| {
            (n as f64 * g.par_deleguee_m2).min(g.deleguees_max_m2)
        });
        let floor = written.unwrap_or(g.surface_m2 + bonus);
        if cible >= floor {
            return (Some(0.0), StatutGarantie::SansEffet);
        }
        let eligible = written.map(|_| true).or(self.eligible.get(&code).copied());
        match eligible {
            Some(true) => (Some(floor - cible), StatutGarantie::Acquise),
            Some(false) => (Some(0.0), StatutGarantie::NonEligible),
            None => (None, StatutGarantie::Inconnue),
        }
    }

    /// The intercommunality to which a commune gives its guarantee.
    pub(super) fn mutualise(&self, code: CodeInsee) -> Option<&'a str> {
        self.rows
            .get(&(NiveauTrajectoire::Commune, code.as_str()))
            .and_then(|t| t.mutualise.as_deref())
    }
}

/// The one value that all communes have.
fn same<T: PartialEq>(
    communes: &BTreeSet<CodeInsee>,
    of: impl Fn(CodeInsee) -> Option<T>,
) -> Option<T> {
    let mut values = communes.iter().map(|c| of(*c));
    let first = values.next()??;
    values.all(|v| v.as_ref() == Some(&first)).then_some(first)
}

/// The group of each commune; the first of several.
fn members<'a>(
    groups: impl Iterator<Item = (&'a str, &'a Vec<String>)>,
) -> BTreeMap<CodeInsee, &'a str> {
    let mut out = BTreeMap::new();
    for (code, communes) in groups {
        for commune in communes.iter().filter_map(|c| c.parse::<CodeInsee>().ok()) {
            out.entry(commune.commune_entiere()).or_insert(code);
        }
    }
    out
}

/// Communes of which it is known whether a plan of before the day of the law covers them. What inventories say goes
/// first; a plan approved before that day proves it; one under national rules has none.
fn eligible(
    layers: &Layers,
    epci: &BTreeMap<CodeInsee, &str>,
    regle: &RegleZan,
) -> BTreeMap<CodeInsee, bool> {
    let mut said: BTreeMap<CodeInsee, bool> = BTreeMap::new();
    let mut proved: BTreeMap<CodeInsee, bool> = BTreeMap::new();
    for d in &layers.documents.rows {
        let communes: Vec<CodeInsee> = match (d.code_insee, &d.siren) {
            (Some(c), _) => vec![c.commune_entiere()],
            (None, Some(siren)) => epci
                .iter()
                .filter(|(_, e)| **e == siren.as_str())
                .map(|(c, _)| *c)
                .collect(),
            (None, None) => Vec::new(),
        };
        let plan = matches!(
            d.typedoc,
            Some(TypeDocument::Plu | TypeDocument::Plui | TypeDocument::Cc)
        );
        let before = d
            .datappro
            .is_some_and(|a| a < regle.garantie.document_avant);
        for c in communes {
            if let Some(s) = d.plancher {
                *said.entry(c).or_default() |= s;
            }
            if plan && before {
                proved.insert(c, true);
            } else if d.typedoc == Some(TypeDocument::Rnu) {
                proved.entry(c).or_insert(false);
            }
        }
    }
    proved.extend(said);
    proved
}
