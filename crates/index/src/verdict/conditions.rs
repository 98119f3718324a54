//! Conditions that stand by themselves, and remarks (bareme §3).

use gisement_model::bareme::{Bareme, Voie};
use gisement_model::codes::{Pollution, Propriete, StatutFriche};
use gisement_model::{CommuneNotee, Couche, ParcelleNotee};
use jiff::civil::Date;

use super::Motif;
use crate::pathway::{self, Bati, bati, code};
use crate::types::{Types, en_friche, parc_social};

/// Conditions that do not come from a veto left open.
pub(super) fn other_conditions(
    out: &mut Vec<Motif>,
    r: &ParcelleNotee,
    commune: Option<&CommuneNotee>,
    types: Types,
    voie: Option<&Voie>,
    b: &Bareme,
    date: Date,
) {
    let c = &b.conditions;
    let share = |p: Option<f64>, min: f64| p.is_some_and(|p| p >= min && p > 0.0);
    let any = |p: Option<f64>| p.is_some_and(|p| p > 0.0);
    let mut add = |when: bool, id: &'static str, part: Option<f64>, couche: Couche| {
        if when {
            out.push(Motif::new(id, part, couche));
        }
    };
    if r.part_zone_inconnue.is_none_or(|p| p >= c.part_zone) {
        add(
            true,
            "document_inconnu",
            r.part_zone_inconnue,
            Couche::Zonage,
        );
    }
    if let Some(d) = pathway::droit(r) {
        let code = voie.map(|v| v.code.as_str());
        let banned = d.interdit >= c.part_zone;
        add(
            code == Some(code::L152_6_5),
            "derogation_l152_6_5",
            Some(d.interdit),
            Couche::Zonage,
        );
        add(
            code == Some(code::L152_6_7),
            "derogation_l152_6_7",
            Some(d.interdit),
            Couche::Zae,
        );
        add(
            code == Some(code::EVOLUTION) || banned && voie.is_none(),
            if banned {
                "evolution_plu"
            } else {
                "zone_au_fermee"
            },
            Some(if banned { d.interdit } else { d.ferme }),
            Couche::Zonage,
        );
        add(
            date >= c.auc_zan_depuis
                && share(r.logement_auc, c.part_zone)
                && commune.and_then(|c| c.cible_zan) != Some(true),
            "auc_zan",
            r.logement_auc,
            Couche::Zonage,
        );
    }
    add(
        share(r.part_prescription, c.part_prescription),
        "ppr_prescription",
        r.part_prescription,
        Couche::Contraintes,
    );
    add(
        any(r.part_ppr_inconnue),
        "ppr_classe_inconnue",
        r.part_ppr_inconnue,
        Couche::Contraintes,
    );
    add(any(r.part_sis), "sis", r.part_sis, Couche::Contraintes);
    if en_friche(r, b) {
        let suspect = r.friche_type.as_deref().is_some_and(|t| {
            let t = gisement_model::texte::cle(t);
            c.friches_suspectes
                .iter()
                .any(|w| t.contains(&gisement_model::texte::cle(w)))
        });
        match r.friche_pollution {
            Some(Pollution::Averee) => add(true, "pollution_averee", None, Couche::Friches),
            Some(Pollution::Supposee) => add(true, "pollution_supposee", None, Couche::Friches),
            None => add(suspect, "pollution_inconnue", None, Couche::Friches),
            Some(_) => {}
        }
        let project = r.friche_statut == Some(StatutFriche::AvecProjet);
        add(
            project,
            "friche_avec_projet",
            r.part_friche,
            Couche::Friches,
        );
    }
    match r.peb.as_deref() {
        Some("C") => add(true, "peb_c", None, Couche::Contraintes),
        Some("?") => add(true, "peb_inconnu", None, Couche::Contraintes),
        _ => {}
    }
    add(
        share(r.part_site_gele, b.vetos.part_interdiction),
        "site_gele",
        r.part_site_gele,
        Couche::Prescriptions,
    );
    add(
        r.dist_risque_m.is_some_and(|d| d <= c.risque_m),
        "risque_industriel",
        None,
        Couche::Equipements,
    );
    let reste = commune.and_then(|c| c.enaf_reste_m2);
    let over = matches!((r.enaf_m2, reste), (Some(e), Some(left)) if e > 0.0 && e > left);
    add(
        over && types.principal().is_some(),
        "budget_enaf",
        None,
        Couche::Enaf,
    );
    add(
        share(r.part_qpv, b.mesures.dans_part),
        "qpv",
        r.part_qpv,
        Couche::Contraintes,
    );
}

/// What is shown but lifts nothing.
pub(super) fn remarques(r: &ParcelleNotee, b: &Bareme) -> Vec<Motif> {
    let mut out = Vec::new();
    let mut add = |when: bool, id: &'static str, part: Option<f64>, couche: Couche| {
        if when {
            out.push(Motif::new(id, part, couche));
        }
    };
    let any = |p: Option<f64>| p.is_some_and(|p| p > 0.0);
    add(
        any(r.part_patrimoine),
        "abf",
        r.part_patrimoine,
        Couche::Contraintes,
    );
    add(
        r.facade_m.is_some_and(|f| f < b.mesures.facade_min_m),
        "enclave",
        None,
        Couche::Parcelles,
    );
    add(
        any(r.part_er_autre),
        "er_autre",
        r.part_er_autre,
        Couche::Prescriptions,
    );
    add(
        any(r.part_er_mixite),
        "er_mixite",
        r.part_er_mixite,
        Couche::Prescriptions,
    );
    add(
        parc_social(r, b)
            && r.utile_m2 >= b.types.parc_social_densifiable_m2
            && r.ces.is_some_and(|c| c < b.types.ces_mutable),
        "parc_social_densifiable",
        None,
        Couche::Proprietaires,
    );
    add(any(r.part_sms), "sms", r.part_sms, Couche::Prescriptions);
    if en_friche(r, b) {
        match r.friche_statut {
            Some(StatutFriche::Potentielle) => {
                add(true, "friche_potentielle", r.part_friche, Couche::Friches);
            }
            Some(StatutFriche::Reconvertie) => {
                add(true, "friche_reconvertie", r.part_friche, Couche::Friches);
            }
            None => add(
                true,
                "friche_statut_inconnu",
                r.part_friche,
                Couche::Friches,
            ),
            Some(_) => {}
        }
    }
    add(
        r.logement_presume
            .is_some_and(|p| p >= b.conditions.part_zone),
        "logement_presume",
        r.logement_presume,
        Couche::Zonage,
    );
    add(
        matches!(bati(r, b), Bati::UsageInconnu),
        "usage_bati_inconnu",
        None,
        Couche::Batiments,
    );
    add(
        r.ratio_contenance
            .is_some_and(|q| !(0.9..=1.1).contains(&q)),
        "contenance_ecart",
        None,
        Couche::Parcelles,
    );
    out.push(Motif {
        id: "pente_inconnue",
        part: None,
        couche: None,
    });
    if matches!(r.propriete, None | Some(Propriete::HorsFichier)) {
        out.push(Motif {
            id: "proprietaire_inconnu",
            part: None,
            couche: None,
        });
    }
    out
}
