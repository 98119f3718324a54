mod couverture;
mod cover;
mod examples;
mod hard_cases;
mod owners;
mod properties;
mod reuse;
mod territory;
mod units;

#[path = "../../benches/grille.rs"]
pub(crate) mod grille;

use gisement_model::bareme::Bareme;
use gisement_model::codes::{EtatTerrain, StatutFriche, TypeSite, UsageBatiment, ZoneAbc};
use gisement_model::{CommuneNotee, ParcelleNotee};
use jiff::civil::Date;

use crate::{Evaluation, evaluer};

/// The day after L152-6-7 came into force.
pub(crate) const MAI_27: Date = jiff::civil::date(2026, 5, 27);
/// The day before.
pub(crate) const MAI_25: Date = jiff::civil::date(2026, 5, 25);

/// Everything known and harmless: no constraint, no prescription, amenities at the distances of bareme §10.
pub(crate) fn parcelle(surface: f64) -> ParcelleNotee {
    let mut r = crate::facts::blank(&gisement_model::Parcelle {
        idu: "34901000AB0001".parse().unwrap(),
        contenance_m2: None,
        arpente: None,
        created: None,
        updated: None,
    });
    r.surface_m2 = surface;
    r.utile_m2 = surface;
    r.compacite = 0.7;
    r.plus_grande_piece_m2 = Some(surface);
    r.diametre_inscrit_m = Some(surface.sqrt());
    r.facade_m = Some(20.0);
    bati(&mut r, 0.0, None);
    (r.part_u, r.part_auc, r.part_aus) = (Some(1.0), Some(0.0), Some(0.0));
    (r.part_a, r.part_n, r.part_zone_inconnue) = (Some(0.0), Some(0.0), Some(0.0));
    droit(&mut r, "autorise");
    r.logement_presume = Some(0.0);
    for p in [
        &mut r.part_stecal,
        &mut r.part_interdiction_construire,
        &mut r.part_emplacement_reserve,
        &mut r.part_er_mixite,
        &mut r.part_er_autre,
        &mut r.part_site_gele,
        &mut r.part_sms,
        &mut r.part_interdiction,
        &mut r.part_prescription,
        &mut r.part_etude,
        &mut r.part_information,
        &mut r.part_classe_inconnue,
        &mut r.part_ppr_inconnue,
        &mut r.part_sis,
        &mut r.part_patrimoine,
        &mut r.part_environnement,
        &mut r.part_qpv,
        &mut r.part_activite,
        &mut r.part_usage_incompatible,
        &mut r.part_agricole,
        &mut r.part_friche,
        &mut r.part_zae,
    ] {
        *p = Some(0.0);
    }
    r.dist_transport_m = Some(400.0);
    r.dist_services_m = Some(600.0);
    r.dist_mairie_m = Some(1200.0);
    r.dist_risque_m = Some(900.0);
    r.part_hors_tache = Some(0.0);
    (r.enaf_min_m2, r.enaf_m2, r.enaf_max_m2) = (Some(0.0), Some(0.0), Some(0.0));
    r
}

pub(crate) fn bati(r: &mut ParcelleNotee, ces: f64, usage: Option<UsageBatiment>) {
    r.ces = Some(ces);
    r.emprise_bati_m2 = Some(ces * r.surface_m2);
    r.nb_batiments = Some(i64::from(ces > 0.0));
    r.plus_grand_batiment_m2 = Some(ces * r.surface_m2);
    r.usage_bati = usage;
}

pub(crate) fn droit(r: &mut ParcelleNotee, code: &str) {
    let v = |k: &str| Some(if k == code { 1.0 } else { 0.0 });
    (r.logement_autorise, r.logement_conditionnel) = (v("autorise"), v("conditionnel"));
    (r.logement_auc, r.logement_aus, r.logement_rnu) = (v("auc"), v("aus"), v("rnu"));
    (r.logement_interdit, r.logement_inconnu) = (v("interdit"), v("inconnu"));
}

pub(crate) fn zone(r: &mut ParcelleNotee, code: &str) {
    let v = |k: &str| Some(if k == code { 1.0 } else { 0.0 });
    (r.part_u, r.part_auc, r.part_aus, r.part_a, r.part_n) =
        (v("U"), v("AUc"), v("AUs"), v("A"), v("N"));
}

pub(crate) fn friche(r: &mut ParcelleNotee, statut: StatutFriche) {
    r.part_friche = Some(1.0);
    r.friche_id = Some("34901_1".into());
    r.friche_statut = Some(statut);
}

pub(crate) fn zae(r: &mut ParcelleNotee, etat: Option<EtatTerrain>) {
    r.part_zae = Some(1.0);
    r.zae_id = Some("34901_SITE-ECO_00001".into());
    r.zae_type = Some(TypeSite::Zae);
    r.terrain_etat = etat;
}

/// A commune in B1 whose layers were all read six months before.
pub(crate) fn commune() -> CommuneNotee {
    let mut c: CommuneNotee = serde_json::from_value(serde_json::json!({
        "code_insee": "34901", "nom": "Lauzerac", "nb_parcelles": 0, "nb_prioritaire": 0, "nb_a_etudier": 0,
        "nb_reserve": 0, "nb_ecarte": 0, "nb_parc_social": 0, "nb_sans_objet": 0, "nb_non_evalue": 0, "nb_classes": 0,
    }))
    .unwrap();
    c.zone_abc = Some(ZoneAbc::B1);
    let d = Some(jiff::civil::date(2026, 1, 1));
    for slot in [
        &mut c.date_parcelles,
        &mut c.date_batiments,
        &mut c.date_zonage,
        &mut c.date_prescriptions,
        &mut c.date_friches,
        &mut c.date_zae,
        &mut c.date_contraintes,
        &mut c.date_activite,
        &mut c.date_equipements,
        &mut c.date_enaf,
        &mut c.date_logement,
    ] {
        *slot = d;
    }
    c
}

pub(crate) fn fiche(r: &ParcelleNotee, date: Date) -> Evaluation {
    evaluer(r, Some(&commune()), &Bareme::defaut(), date)
}

pub(crate) fn codes(e: &Evaluation) -> Vec<&str> {
    e.types.iter().map(|t| t.code.as_str()).collect()
}

/// Minimum, central, maximum of an axis, to one decimal.
pub(crate) fn axe(e: &Evaluation, code: &str) -> [f64; 3] {
    let a = e.axes.iter().find(|a| a.code == code).unwrap();
    [a.min, a.central.unwrap_or(f64::NAN), a.max].map(|v| (v * 10.0).round() / 10.0)
}
