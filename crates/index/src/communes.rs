//! The context of each commune: housing, ENAF budget, planning document, age of what was read.

use std::collections::{BTreeMap, BTreeSet};

use gisement_model::codes::TypeDocument;
use gisement_model::{CodeInsee, CommuneNotee, Document, Logement};

use crate::classify::Theme;
use crate::coverage::Communes;
use crate::facts::Couvertures;
use crate::layers::Layers;
use crate::registre::Registre;

/// One row per commune of the edition, without counts.
pub(crate) fn contexte(
    layers: &Layers,
    communes: &Communes,
    couvertures: &Couvertures,
    documents: &BTreeMap<u32, &'static str>,
    registre: &Registre,
) -> Vec<CommuneNotee> {
    let oldest =
        |sources: &[gisement_model::Provenance]| sources.iter().filter_map(|s| s.millesime).min();
    let date_parcelles = oldest(&layers.parcelles.sources);
    let date_enaf = oldest(&layers.enaf.sources);
    let date_logement = oldest(&layers.logement.sources);
    let named: BTreeMap<CodeInsee, (&String, Option<i64>)> = layers
        .communes
        .rows
        .iter()
        .map(|c| (c.code_insee, (&c.nom, c.population)))
        .collect();
    let logement = merge_logement(&layers.logement.rows, &layers.logement.source);
    let plans = plans(&layers.documents.rows);
    let mut rows: Vec<CommuneNotee> = communes
        .codes
        .iter()
        .enumerate()
        .map(|(i, code)| {
            // Figures are published for the whole commune, parcels filed by arrondissement.
            let whole = code.commune_entiere();
            let find = |list: &[String]| {
                list.iter()
                    .any(|c| c == code.as_str() || c == whole.as_str())
            };
            let epci = layers.epci.rows.iter().find(|e| find(&e.communes));
            let scot = layers.scots.rows.iter().find(|s| find(&s.communes));
            let l = logement.get(code).or_else(|| logement.get(&whole));
            let budget = registre.commune(*code);
            let approved = plans.get(code).or_else(|| plans.get(&whole)).copied();
            CommuneNotee {
                code_insee: *code,
                nom: named
                    .get(code)
                    .map_or_else(|| code.to_string(), |n| n.0.clone()),
                population: named.get(code).and_then(|n| n.1),
                epci: epci.map(|e| e.siren.clone()),
                epci_nom: epci.map(|e| e.nom.clone()),
                scot: scot.map(|s| s.id.clone()),
                scot_nom: scot.map(|s| s.nom.clone()),
                document: documents
                    .get(&(i as u32))
                    .map(|d| (*d).to_owned())
                    .or_else(|| {
                        approved
                            .and_then(|d| d.typedoc)
                            .map(|t| t.code().to_owned())
                    }),
                cible_zan: approved.and_then(|d| d.cible_zan),
                zone_abc: l.and_then(|l| l.zone_abc),
                sru_soumise: l.and_then(|l| l.sru_soumise),
                sru_taux: l.and_then(|l| l.sru_taux),
                sru_cible: l.and_then(|l| l.sru_cible),
                carence: l.and_then(|l| l.carence),
                tension: l.and_then(|l| l.tension),
                tension_presumee: l.and_then(|l| l.tension).map(|_| false),
                vacance: l.and_then(|l| l.vacance),
                part_lls: l.and_then(|l| l.part_lls),
                enaf_reference_m2: budget.and_then(|l| l.reference_m2),
                enaf_depuis_2021_m2: budget.and_then(|l| l.conso_m2),
                enaf_autorise_m2: budget.and_then(|l| l.enveloppe_m2),
                enaf_reste_m2: budget.and_then(|l| l.reste_m2),
                date_parcelles,
                date_batiments: couvertures.batiments.date[i],
                date_zonage: couvertures.zonage.date[i],
                date_prescriptions: couvertures.prescriptions.date[i],
                date_friches: couvertures.friches.date[i],
                date_zae: couvertures.zae.date[i],
                date_contraintes: couvertures.contraintes[Theme::Risques as usize].date[i],
                date_activite: couvertures.activite.date[i],
                date_equipements: couvertures.equipements.date[i],
                date_proprietaires: couvertures.proprietaires.date[i],
                date_occupation: couvertures.occupation.date[i],
                date_perimetres: couvertures.rpg.date[i].or(couvertures.qpv.date[i]),
                date_enaf,
                date_logement,
                nb_parcelles: 0,
                nb_prioritaire: None,
                nb_a_etudier: None,
                nb_reserve: None,
                nb_ecarte: None,
                nb_parc_social: None,
                nb_sans_objet: None,
                nb_non_evalue: None,
                nb_classes: 0,
                indice_dix_meilleurs: None,
            }
        })
        .collect();
    presume_tension(&mut rows);
    rows
}

/// The planning document of each commune, by the inventories of documents: the last one approved.
fn plans(rows: &[Document]) -> BTreeMap<CodeInsee, &Document> {
    let mut out: BTreeMap<CodeInsee, &Document> = BTreeMap::new();
    for d in rows
        .iter()
        .filter(|d| d.typedoc != Some(TypeDocument::Scot))
    {
        let Some(code) = d.code_insee else { continue };
        let slot = out.entry(code).or_insert(d);
        if (d.datappro, &d.id) > (slot.datappro, &slot.id) {
            *slot = d;
        }
    }
    out
}

/// Several sources fill different columns of one commune; where two fill the same, the later source wins.
fn merge_logement(rows: &[Logement], source: &[u16]) -> BTreeMap<CodeInsee, Logement> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|i| {
        (
            std::cmp::Reverse(source[*i]),
            serde_json::to_string(&rows[*i]).unwrap_or_default(),
        )
    });
    let mut out: BTreeMap<CodeInsee, Logement> = BTreeMap::new();
    for i in order {
        let r = &rows[i];
        let m = out.entry(r.code_insee).or_insert_with(|| r.clone());
        m.zone_abc = m.zone_abc.or(r.zone_abc);
        m.sru_soumise = m.sru_soumise.or(r.sru_soumise);
        m.sru_taux = m.sru_taux.or(r.sru_taux);
        m.sru_cible = m.sru_cible.or(r.sru_cible);
        m.carence = m.carence.or(r.carence);
        m.tension = m.tension.or(r.tension);
        m.vacance = m.vacance.or(r.vacance);
        m.part_lls = m.part_lls.or(r.part_lls);
    }
    out
}

/// A commune without its own figure takes the mean of its EPCI, then of its département; marked as presumed.
fn presume_tension(rows: &mut [CommuneNotee]) {
    let mut epci: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut departement: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for r in rows.iter() {
        if let Some(t) = r.tension {
            if let Some(e) = &r.epci {
                epci.entry(e.clone()).or_default().push(t);
            }
            departement
                .entry(r.code_insee.departement().to_owned())
                .or_default()
                .push(t);
        }
    }
    let mean = |v: &Vec<f64>| v.iter().sum::<f64>() / v.len() as f64;
    for r in rows.iter_mut().filter(|r| r.tension.is_none()) {
        let found = r
            .epci
            .as_ref()
            .and_then(|e| epci.get(e))
            .or_else(|| departement.get(r.code_insee.departement()))
            .map(mean);
        r.tension = found;
        r.tension_presumee = found.map(|_| true);
    }
}

/// The planning document of each commune, as far as the zones say.
pub(crate) fn documents(
    layers: &Layers,
    communes: &Communes,
    locate: &dyn Fn(gisement_store::GeomRef<'_>) -> Vec<u32>,
) -> BTreeMap<u32, &'static str> {
    let mut out: BTreeMap<u32, &'static str> = BTreeMap::new();
    let mut seen: BTreeSet<(String, Option<CodeInsee>)> = BTreeSet::new();
    for (i, z) in layers.zonage.rows.iter().enumerate() {
        let id = z.idurba.as_deref().unwrap_or_default().to_uppercase();
        let kind = if z.secteur_cc.is_some() || id.contains("_CC") {
            "CC"
        } else if id.contains("_PLUI") {
            "PLUi"
        } else if id.contains("_POS") {
            "POS"
        } else if id.contains("_PLU") {
            "PLU"
        } else {
            continue;
        };
        // Every zone of a PLUi has to be placed; those that name their commune, once each.
        let ranks = match z.code_insee {
            Some(c) if seen.insert((id, Some(c))) => communes.matching(c),
            Some(_) => continue,
            None => locate(layers.zonage.geoms.get(i)),
        };
        for r in ranks {
            // Where two documents meet, the first of the list PLUi, PLU, POS, CC: a zone of a neighbour may overhang.
            let order = |k: &str| ["PLUi", "PLU", "POS", "CC"].iter().position(|x| *x == k);
            let slot = out.entry(r).or_insert(kind);
            if order(kind) < order(slot) {
                *slot = kind;
            }
        }
    }
    out
}
