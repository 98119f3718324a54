//! The two registers of a territory, as the edition computed them: ENAF consumption against its envelope, and net
//! artificialisation. Never summed, never in one member.

use std::collections::{BTreeMap, BTreeSet};

use gisement_model::codes::NiveauTerritoire;
use gisement_model::{
    CodeInsee, CommuneNotee, Couche, LayerRow, RegistreAnnuel, RegistreArtif, RegistreZan,
};
use serde_json::{Value, json};

use super::level::{Level, Territoire};
use crate::columns::Texts;
use crate::editions::Edition;
use crate::problem::Problem;

/// The lines of some communes, by the code of the whole commune; none when the edition has no ledger.
pub(crate) fn lines(
    edition: &Edition,
    communes: &[CommuneNotee],
) -> Result<BTreeMap<String, RegistreZan>, Problem> {
    let wanted: BTreeSet<String> = communes.iter().map(|c| whole(c.code_insee)).collect();
    let found: Vec<RegistreZan> = rows(edition, "registre_zan", |niveau, code| {
        niveau == Level::Commune.code() && wanted.contains(code)
    })?;
    Ok(found.into_iter().map(|l| (l.code.clone(), l)).collect())
}

/// The ledger of a territory; null when no line is its own.
pub(super) fn describe(
    edition: &Edition,
    t: &Territoire<'_>,
    of_communes: &BTreeMap<String, RegistreZan>,
) -> Result<Value, Problem> {
    let code = match t.level {
        Level::Commune => t
            .code
            .parse::<CodeInsee>()
            .map_or_else(|_| t.code.to_owned(), whole),
        _ => t.code.to_owned(),
    };
    let is_ours = |niveau: &str, of: &str| niveau == t.level.code() && of == code;
    let found: Vec<RegistreZan> = rows(edition, "registre_zan", is_ours)?;
    let Some(line) = found.first() else {
        return Ok(Value::Null);
    };
    let years: Vec<RegistreAnnuel> = rows(edition, "registre_zan_annuel", is_ours)?;
    let mut out = figures(line);
    out["regles"] = rules(edition, line)?;
    out["objectif"] = json!({
        "reduction": line.reduction,
        "origine": line.objectif_origine,
        "niveau": line.objectif_niveau,
        "code": line.objectif_code,
        "document": line.objectif_document,
        "adresse": line.objectif_adresse,
    });
    out["communes"] = json!({
        "nombre": line.nb_communes,
        "renseignees": line.nb_communes_renseignees,
        "membres": line.nb_membres,
    });
    let above = line.niveau != NiveauTerritoire::Commune;
    out["repartition"] = above.then(|| repartition(line)).into();
    out["par_departement"] = above.then(|| by_departement(of_communes)).flatten().into();
    out["annees"] = years.iter().map(year).collect::<Vec<_>>().into();
    out["source"] = source(edition);
    Ok(out)
}

fn rules(edition: &Edition, line: &RegistreZan) -> Result<Value, Problem> {
    let rules = &edition.bareme()?.regles_zan;
    let rule = rules.iter().find(|r| r.id == line.regles);
    Ok(rule.map_or(Value::Null, |r| {
        json!({
            "id": r.id,
            "libelle": r.libelle,
            "source": r.source,
            "reference": r.reference,
            "objectif": r.objectif,
            "reduction": r.reduction,
            "tolerance": r.tolerance,
            "garantie_m2": r.garantie.surface_m2,
        })
    }))
}

fn source(edition: &Edition) -> Value {
    let all = &edition.manifest().sources;
    let ours: Vec<_> = all.iter().filter(|s| s.couche == Couche::Enaf).collect();
    json!({
        "fichiers": ours.iter().map(|s| s.fichier.as_str()).collect::<BTreeSet<_>>(),
        "producteur": ours.iter().find_map(|s| s.producteur.as_deref()),
        // What is counted is as old as the oldest file.
        "millesime": ours.iter().filter_map(|s| s.millesime).min(),
    })
}

/// The communes of the ledger are whole ones, parcels filed by arrondissement.
pub(super) fn whole(code: CodeInsee) -> String {
    code.commune_entiere().to_string()
}

/// Rows of a table by level and code.
fn rows<T: LayerRow>(
    edition: &Edition,
    table: &str,
    is: impl Fn(&str, &str) -> bool,
) -> Result<Vec<T>, Problem> {
    let Some(c) = edition.collection(table) else {
        return Ok(Vec::new());
    };
    let (niveau, code) = (Texts::new(c, "niveau"), Texts::new(c, "code"));
    let ranks: Vec<u32> = (0..c.len())
        .filter(|row| {
            niveau
                .get(*row)
                .zip(code.get(*row))
                .is_some_and(|(n, k)| is(n, k))
        })
        .map(|row| row as u32)
        .collect();
    c.rows(&ranks).map_err(Problem::internal)
}

fn figures(l: &RegistreZan) -> Value {
    json!({
        "reference_m2": l.reference_m2,
        "cible_m2": l.cible_m2,
        "garantie_m2": l.garantie_m2,
        "garantie_statut": l.garantie_statut,
        "mutualise_m2": l.mutualise_m2,
        "mutualise_vers": l.mutualise_vers,
        "enveloppe_m2": l.enveloppe_m2,
        "brut_m2": l.brut_m2,
        "pene_m2": l.pene_m2,
        "pene_statut": l.pene_statut,
        "renature_m2": l.renature_m2,
        "conso_m2": l.conso_m2,
        "reste_m2": l.reste_m2,
        "part": l.part,
        "part_statut": l.part_statut,
        "statut": l.statut,
        "annees_observees": l.annees_observees,
        "derniere_annee": l.derniere_annee,
        "temps_ecoule": l.temps_ecoule,
        "rythme_m2_an": l.rythme_m2_an,
        "rythme_reference_m2_an": l.rythme_reference_m2_an,
        "projection_m2": l.projection_m2,
        "epuisement": l.epuisement.map(|quand| json!({
            "quand": quand,
            "annee": l.epuisement_annee,
            "moment": l.epuisement_moment,
        })),
        "surface_m2": l.surface_m2,
        "part_territoire": l.part_territoire,
    })
}

/// What a commune's row of a territory says of its ledger.
pub(super) fn summary(l: &RegistreZan) -> Value {
    json!({
        "reference_m2": l.reference_m2,
        "cible_m2": l.cible_m2,
        "garantie_m2": l.garantie_m2,
        "garantie_statut": l.garantie_statut,
        "mutualise_m2": l.mutualise_m2,
        "enveloppe_m2": l.enveloppe_m2,
        "conso_m2": l.conso_m2,
        "reste_m2": l.reste_m2,
        "part": l.part,
        "part_statut": l.part_statut,
        "statut": l.statut,
    })
}

/// The sum of communes' envelopes beside the territory's own, and what makes the difference.
fn repartition(l: &RegistreZan) -> Value {
    json!({
        "somme_communes_m2": l.somme_communes_m2,
        "ecart_m2": l.ecart_m2,
        "dont_objectifs_m2": l.ecart_objectifs_m2,
        "dont_garanties_m2": l.ecart_garanties_m2,
        "dont_mutualise_m2": l.ecart_mutualise_m2,
        "communes_inconnues": l.communes_sans_enveloppe,
        "communes_depassees": l.communes_depassees,
    })
}

/// The part of each département, over communes that the ledger counts; nothing when there is one only.
fn by_departement(communes: &BTreeMap<String, RegistreZan>) -> Option<Value> {
    let mut parts: BTreeMap<String, (f64, f64, u64)> = BTreeMap::new();
    for l in communes.values() {
        let Ok(code) = l.code.parse::<CodeInsee>() else {
            continue;
        };
        let part = parts.entry(code.departement().to_owned()).or_default();
        if let (Some(reference), Some(conso)) = (l.reference_m2, l.conso_m2) {
            part.0 += reference;
            part.1 += conso;
            part.2 += 1;
        }
    }
    let part = |(departement, (reference, conso, n)): (String, (f64, f64, u64))| {
        let known = n > 0;
        json!({
            "departement": departement,
            "reference_m2": known.then_some(reference),
            "conso_m2": known.then_some(conso),
            "communes_renseignees": n,
        })
    };
    (parts.len() > 1).then(|| parts.into_iter().map(part).collect())
}

fn year(a: &RegistreAnnuel) -> Value {
    json!({
        "annee": a.annee,
        "periode": a.periode,
        "total_m2": a.total_m2,
        "activite_m2": a.activite_m2,
        "habitat_m2": a.habitat_m2,
        "mixte_m2": a.mixte_m2,
        "route_m2": a.route_m2,
        "ferre_m2": a.ferre_m2,
        "inconnu_m2": a.inconnu_m2,
        "communes_renseignees": a.nb_communes,
        "residus": a.nb_residus,
    })
}

/// The register of OCS GE over some communes.
fn artif_rows(edition: &Edition, communes: &[CommuneNotee]) -> Result<Vec<RegistreArtif>, Problem> {
    let Some(c) = edition.collection("registre_artificialisation") else {
        return Ok(Vec::new());
    };
    let ours: BTreeSet<&str> = communes.iter().map(|c| c.code_insee.as_str()).collect();
    let insee = Texts::new(c, "code_insee");
    let ranks: Vec<u32> = (0..c.len())
        .filter(|row| insee.get(*row).is_some_and(|i| ours.contains(i)))
        .map(|row| row as u32)
        .collect();
    c.rows(&ranks).map_err(Problem::internal)
}

/// A line for each commune and pair of editions.
pub(crate) fn artificialisation_lines(
    edition: &Edition,
    communes: &[CommuneNotee],
) -> Result<Vec<Value>, Problem> {
    let line = |r: &RegistreArtif| {
        json!({
            "code": r.code_insee,
            "departement": r.departement,
            "debut": r.annee_debut,
            "fin": r.annee_fin,
            "artif_m2": r.artif_m2,
            "desartif_m2": r.desartif_m2,
            "nette_m2": r.nette_m2,
            "imper_m2": r.imper_m2,
            "taux": r.taux,
        })
    };
    Ok(artif_rows(edition, communes)?.iter().map(line).collect())
}

/// Net artificialisation of some communes, by département and pair of editions: fluxes of different years are never
/// added up.
pub(crate) fn artificialisation(
    edition: &Edition,
    communes: &[CommuneNotee],
) -> Result<Value, Problem> {
    let found = artif_rows(edition, communes)?;
    let mut periods: BTreeMap<(&str, Option<i64>, i64), Vec<&RegistreArtif>> = BTreeMap::new();
    for r in &found {
        let key = (r.departement.as_str(), r.annee_debut, r.annee_fin);
        periods.entry(key).or_default().push(r);
    }
    let covered: BTreeSet<CodeInsee> = found
        .iter()
        .filter(|r| r.annee_debut.is_some())
        .map(|r| r.code_insee)
        .collect();
    let pairs: BTreeSet<_> = periods
        .keys()
        .filter_map(|(_, debut, fin)| Some(((*debut)?, *fin)))
        .collect();
    let coverage = match (covered.len(), communes.len()) {
        (0, _) => "aucune",
        (n, all) if n < all => "partielle",
        _ if pairs.len() == 1 => "complete_uniforme",
        _ => "complete_non_uniforme",
    };
    let period =
        |((departement, debut, fin), rows): (&(&str, Option<i64>, i64), &Vec<&RegistreArtif>)| {
            let sum = |of: fn(&RegistreArtif) -> Option<f64>| {
                rows.iter().map(|r| of(r)).sum::<Option<f64>>()
            };
            let surface: f64 = rows.iter().map(|r| r.surface_m2).sum();
            let artificial: f64 = rows.iter().map(|r| r.artificialise_m2).sum();
            json!({
                "departement": departement,
                "debut": debut,
                "fin": fin,
                "communes": rows.len(),
                "surface_m2": surface,
                "artificialise_m2": artificial,
                "taux": (surface > 0.0).then(|| artificial / surface),
                "artif_m2": sum(|r| r.artif_m2),
                "desartif_m2": sum(|r| r.desartif_m2),
                "nette_m2": sum(|r| r.nette_m2),
                "imper_m2": sum(|r| r.imper_m2),
            })
        };
    Ok(json!({
        "couverture": coverage,
        "periodes": periods.iter().map(period).collect::<Vec<_>>(),
        "communes": { "nombre": communes.len(), "couvertes": covered.len() },
    }))
}
