//! Consumption of every territory, year by year.

use std::collections::BTreeMap;

use gisement_model::bareme::RegleZan;
use gisement_model::codes::{NiveauTerritoire, Periode};
use gisement_model::{CodeInsee, RegistreAnnuel, RegistreZan};

use super::consommation::{Annee, Consommation};
use super::groupes::Groupe;
use super::{ligne, years};

/// Rows by territory and year. Above communes, over those that the ledger counts: each level adds up to the same.
pub(super) fn rows(
    communes: &[RegistreZan],
    groupes: &[Groupe],
    consommation: &Consommation,
    regle: &RegleZan,
) -> Vec<RegistreAnnuel> {
    let mut out = Vec::new();
    let counted: BTreeMap<CodeInsee, bool> = communes
        .iter()
        .filter_map(|l| Some((l.code.parse().ok()?, ligne::counted(l))))
        .collect();
    for code in counted.keys() {
        for (annee, a) in consommation.years(*code).into_iter().flatten() {
            out.push(row(
                NiveauTerritoire::Commune,
                code.as_str(),
                *annee,
                a,
                1,
                regle,
            ));
        }
    }
    for g in groupes {
        let mut sums: BTreeMap<i64, (Annee, i64)> = BTreeMap::new();
        for code in g.communes.iter().filter(|c| counted.get(c) == Some(&true)) {
            for (annee, a) in consommation.years(*code).into_iter().flatten() {
                let (sum, n) = sums.entry(*annee).or_default();
                sum.add(a);
                *n += 1;
            }
        }
        for (annee, (a, n)) in sums {
            out.push(row(g.niveau, &g.code, annee, &a, n, regle));
        }
    }
    out
}

fn row(
    niveau: NiveauTerritoire,
    code: &str,
    annee: i64,
    a: &Annee,
    nb_communes: i64,
    regle: &RegleZan,
) -> RegistreAnnuel {
    let [
        activite_m2,
        habitat_m2,
        mixte_m2,
        route_m2,
        ferre_m2,
        inconnu_m2,
    ] = a.destinations;
    RegistreAnnuel {
        id: format!("{niveau}-{code}-{annee}"),
        niveau,
        code: code.to_owned(),
        annee,
        periode: match annee {
            y if years(regle.reference).contains(&y) => Periode::Reference,
            y if years(regle.objectif).contains(&y) => Periode::Objectif,
            _ => Periode::HorsPeriode,
        },
        total_m2: a.total,
        activite_m2,
        habitat_m2,
        mixte_m2,
        route_m2,
        ferre_m2,
        inconnu_m2,
        nb_communes,
        nb_residus: a.residus,
    }
}
