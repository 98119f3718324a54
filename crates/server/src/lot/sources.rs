//! Where every figure comes from, and what each source measures and gets wrong.

use std::collections::BTreeMap;

use gisement_model::{CommuneNotee, Couche, RapportFichier};
use serde_json::{Value, json};

use super::portee::Portee;
use crate::problem::Problem;

/// Layers that the pack is made from, loaded or not.
const LAYERS: [Couche; 18] = [
    Couche::Parcelles,
    Couche::Batiments,
    Couche::Communes,
    Couche::Epci,
    Couche::Scots,
    Couche::Documents,
    Couche::Zonage,
    Couche::Prescriptions,
    Couche::Contraintes,
    Couche::Friches,
    Couche::Zae,
    Couche::Terrains,
    Couche::Enaf,
    Couche::Trajectoires,
    Couche::Declarations,
    Couche::Occupation,
    Couche::Proprietaires,
    Couche::Logement,
];

/// What a layer measures, and its known defects.
fn notice(c: Couche) -> (&'static str, &'static str) {
    match c {
        Couche::Parcelles => (
            "Limites des parcelles du plan cadastral",
            "plan sans garantie de limite ; voirie et eaux non cadastrées",
        ),
        Couche::Batiments => (
            "Emprise au sol des bâtiments",
            "bâtiments récents ou démolis absents ou en retard",
        ),
        Couche::Communes | Couche::Epci | Couche::Scots => (
            "Périmètres et noms",
            "géographie de la date du fichier ; fusions à reporter",
        ),
        Couche::Documents => (
            "Document d’urbanisme opposable par commune",
            "procédures récentes absentes",
        ),
        Couche::Zonage => (
            "Zones des documents d’urbanisme",
            "destinations souvent vides ; versions multiples au Géoportail de l’urbanisme",
        ),
        Couche::Prescriptions => (
            "Prescriptions graphiques",
            "taux et objets dans le règlement écrit seulement",
        ),
        Couche::Contraintes => (
            "Plans de prévention et servitudes",
            "classes absentes de certains plans",
        ),
        Couche::Friches => (
            "Sites repérés comme friches, avec leur avancement",
            "inventaire non exhaustif ; références cadastrales incomplètes",
        ),
        Couche::Zae | Couche::Terrains => (
            "Zones d’activité et leurs terrains",
            "inventaires d’EPCI de dates diverses ; vacance sans preuve datée",
        ),
        Couche::Enaf => (
            "Flux annuels de consommation d’espaces naturels, agricoles et forestiers",
            "données fiscales tardives ; espaces non cadastrés absents ; retours à la nature mal suivis",
        ),
        Couche::Trajectoires => (
            "Objectifs de réduction des documents",
            "à tenir à jour par l’organisme",
        ),
        Couche::Declarations => (
            "Projets d’envergure nationale et renaturations déclarés",
            "déclaratif",
        ),
        Couche::Occupation => (
            "Couverture et usage du sol, artificialisation",
            "seuils de surface ; années différentes selon les départements",
        ),
        Couche::Proprietaires => (
            "Parcelles des personnes morales",
            "personnes physiques absentes, par construction",
        ),
        Couche::Logement => (
            "Contexte du logement : SRU, tension, zonage ABC, vacance",
            "définitions et dates propres à chaque source",
        ),
        _ => ("", ""),
    }
}

/// Communes of the territory over which a layer was read, where the edition keeps it.
fn covered(c: &CommuneNotee, couche: Couche) -> Option<bool> {
    Some(match couche {
        Couche::Batiments => c.date_batiments.is_some(),
        Couche::Zonage => c.date_zonage.is_some(),
        Couche::Prescriptions => c.date_prescriptions.is_some(),
        Couche::Friches => c.date_friches.is_some(),
        Couche::Zae => c.date_zae.is_some(),
        Couche::Contraintes => c.date_contraintes.is_some(),
        Couche::Proprietaires => c.date_proprietaires.is_some(),
        Couche::Occupation => c.date_occupation.is_some(),
        Couche::Parcelles => c.nb_parcelles > 0,
        Couche::Enaf => c.enaf_depuis_2021_m2.is_some(),
        Couche::Logement => c.sru_soumise.is_some() || c.tension.is_some() || c.zone_abc.is_some(),
        _ => return None,
    })
}

pub(super) fn list(p: &Portee<'_>) -> Result<Vec<Value>, Problem> {
    let reports = reports(p)?;
    let m = p.edition.manifest();
    let mut out = Vec::new();
    for couche in LAYERS {
        let (measure, defects) = notice(couche);
        let known: Option<Vec<bool>> = p.communes.iter().map(|c| covered(c, couche)).collect();
        let coverage = known.map(|k| {
            format!(
                "{} / {} communes",
                k.iter().filter(|c| **c).count(),
                k.len()
            )
        });
        let ours: Vec<_> = m.sources.iter().filter(|s| s.couche == couche).collect();
        // One line per publisher and day: a cadastre of 300 communes is one source.
        let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for s in &ours {
            groups
                .entry((s.producteur.as_deref(), s.millesime, s.licence.as_deref()))
                .or_default()
                .push(*s);
        }
        if groups.is_empty() {
            out.push(json!({
                "id": couche.code(), "couche": couche.libelle(), "producteur": null, "jeu": null,
                "date_validite": null, "date_texte": null, "date_reception": null, "licence": null,
                "couverture": null, "mesure": measure, "defauts": defects,
                "lues": null, "gardees": null, "reparees": null, "rejetees": null, "sha256": null,
            }));
        }
        for (i, ((publisher, day, licence), files)) in groups.into_iter().enumerate() {
            let of: Vec<&RapportFichier> = files
                .iter()
                .filter_map(|f| {
                    reports
                        .iter()
                        .find(|r| r.source.couche == couche && r.source.fichier == f.fichier)
                })
                .collect();
            let sum = |n: fn(&RapportFichier) -> u64| of.iter().map(|r| n(r)).sum::<u64>();
            let told = !of.is_empty();
            let name = match files.as_slice() {
                // The name alone: where it lay concerns its keeper only, and the manifest says it.
                [one] => one
                    .fichier
                    .rsplit('/')
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
                several => format!("{} fichiers", several.len()),
            };
            out.push(json!({
                "id": if i == 0 { couche.code().to_owned() } else { format!("{}_{}", couche.code(), i + 1) },
                "couche": couche.libelle(),
                "producteur": publisher,
                "jeu": name,
                "date_validite": day,
                "date_texte": null,
                "date_reception": null,
                "licence": licence,
                "couverture": coverage,
                "mesure": measure,
                "defauts": defects,
                "lues": told.then(|| sum(|r| r.lus)),
                "gardees": told.then(|| sum(|r| r.gardes)),
                "reparees": told.then(|| sum(|r| r.repares.values().sum())),
                "rejetees": told.then(|| sum(|r| r.rejetes)),
                // One file: its own; several: the manifest has them all.
                "sha256": (files.len() == 1).then(|| files[0].empreinte.as_str()),
            }));
        }
    }
    Ok(out)
}

/// The ingest reports of the edition.
fn reports(p: &Portee<'_>) -> Result<Vec<RapportFichier>, Problem> {
    let path = p.edition.file("rapport.json");
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let text = std::fs::read(path).map_err(Problem::internal)?;
    let value: Value = serde_json::from_slice(&text).map_err(Problem::internal)?;
    let files = value.get("fichiers").unwrap_or(&value).clone();
    serde_json::from_value(files).map_err(Problem::internal)
}
