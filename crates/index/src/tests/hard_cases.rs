//! The hard cases of planning-rules §8 that concern parcels, by their numbers. Those not here are elsewhere: bare
//! farmland under a brownfield (2) in `cover.rs`, the three plots (5) and the rule-set switch (9) in `examples.rs` and
//! `tests/boite-noire`, zones without destination or of an older name (7) in `ingest`.

use gisement_model::Contrainte;
use gisement_model::bareme::Bareme;
use gisement_model::codes::StatutFriche;

use super::territory::{layer, rows};
use super::units::street;
use super::{MAI_27, axe, bati, codes, commune, droit, fiche, friche, parcelle, zone};
use crate::evaluer;

fn conditions(e: &crate::Evaluation) -> Vec<&str> {
    e.verdict.conditions.iter().map(|c| c.id.as_str()).collect()
}

#[test]
fn case_2_a_brownfield_in_a_closed_zone_waits_for_the_plan() {
    let mut r = parcelle(3000.0);
    friche(&mut r, StatutFriche::SansProjet);
    bati(&mut r, 0.3, None);
    zone(&mut r, "AUs");
    droit(&mut r, "aus");
    let e = fiche(&r, MAI_27);
    assert_eq!(
        (codes(&e), e.verdict.code.as_str()),
        (vec!["friche"], "reserve")
    );
    assert_eq!(conditions(&e), ["zone_au_fermee"]);
    assert_eq!(e.voie.as_ref().unwrap().code, "evolution_plu");
    // Reused land takes none, whatever the zone.
    assert_eq!(axe(&e, "sobriete"), [100.0; 3]);
}

#[test]
fn case_3_a_parcel_cut_by_a_ban_and_under_heritage() {
    let mut r = parcelle(3000.0);
    friche(&mut r, StatutFriche::SansProjet);
    bati(&mut r, 0.3, None);
    (r.part_interdiction, r.part_patrimoine) = (Some(0.4), Some(1.0));
    (r.utile_m2, r.plus_grande_piece_m2, r.diametre_inscrit_m) = (1800.0, Some(1800.0), Some(40.0));
    let e = fiche(&r, MAI_27);
    assert_eq!(e.verdict.code, "reserve");
    assert_eq!(conditions(&e), ["interdiction_partielle"]);
    assert!(e.verdict.remarques.iter().any(|m| m.id == "abf"));
    // What is left must hold a building: 400 m² and a circle of 10 m.
    (r.part_interdiction, r.utile_m2) = (Some(0.95), 150.0);
    (r.plus_grande_piece_m2, r.diametre_inscrit_m) = (Some(150.0), Some(9.0));
    let e = fiche(&r, MAI_27);
    assert_eq!(e.verdict.code, "ecarte");
    assert!(e.verdict.vetos.iter().any(|v| v.id == "ppr_interdiction"));
}

#[test]
fn case_3_a_unit_with_one_excluded_parcel() {
    let owned: [&[&str]; 7] = [&["1"]; 7];
    let mut l = street(&owned);
    let ban: Contrainte = serde_json::from_value(serde_json::json!({
        "id": "z", "categorie": "PPRN", "classe": "interdiction", "classe_source": "04",
    }))
    .unwrap();
    l.contraintes = layer(vec![ban], &[Some([48.0, -1.0, 56.0, 11.0])]);
    let (mut found, ..) = rows(l);
    found.sort_by_key(|r| r.idu);
    let (last, others) = found.split_last().unwrap();
    assert_eq!(last.verdict, "ecarte");
    assert_eq!(last.vetos, ["ppr_interdiction"]);
    let free: f64 = others.iter().map(|r| r.surface_m2).sum();
    for r in others {
        assert!(r.vetos.is_empty());
        assert_eq!(r.unite, last.unite);
        // The unit stands without the excluded plot, and does not count it.
        assert_eq!(r.unite_verdict.as_deref(), Some("reserve"));
        assert!((r.unite_utile_m2.unwrap() - free).abs() < 0.1);
    }
}

#[test]
fn case_4_a_budget_of_nothing_divides_nothing() {
    let b = Bareme::defaut();
    let mut r = parcelle(3000.0);
    let all = Some(r.utile_m2);
    (r.part_hors_tache, r.enaf_min_m2, r.enaf_m2, r.enaf_max_m2) = (Some(1.0), all, all, all);
    // A hectare left: 100 × (1 − (0.5 + 0.5 × 0.3)).
    for (left, wanted) in [(0.0, 0.0), (-500.0, 0.0), (10_000.0, 35.0)] {
        let mut c = commune();
        c.enaf_reste_m2 = Some(left);
        let e = evaluer(&r, Some(&c), &b, MAI_27);
        assert_eq!(axe(&e, "sobriete"), [wanted; 3], "{left}");
    }
}

#[test]
fn case_6_the_gap_to_the_quota_is_in_points() {
    let b = Bareme::defaut();
    let besoin = |rate, target, subject| {
        let mut c = commune();
        (c.sru_taux, c.sru_cible, c.sru_soumise) = (rate, target, subject);
        c.tension = Some(4.5);
        let e = evaluer(&parcelle(900.0), Some(&c), &b, MAI_27);
        let a = e.axes.iter().find(|a| a.code == "besoin").unwrap();
        let gap = a.contributions.iter().find(|c| c.critere == "sru_ecart");
        let gap = gap.map(|c| (c.affichage.clone(), c.utilite.central));
        (gap, axe(&e, "besoin"))
    };
    let said = |text: &str, u| Some((text.to_owned(), u));
    let (near, below) = besoin(Some(24.1), Some(25.0), Some(true));
    assert_eq!(near, said("0,9\u{a0}points", Some(0.135)));
    let (met, above) = besoin(Some(26.0), Some(25.0), Some(true));
    assert_eq!(met, said("0\u{a0}points", Some(0.0)));
    let (far, far_below) = besoin(Some(10.0), Some(25.0), Some(true));
    assert_eq!(far, said("15\u{a0}points", Some(1.0)));
    assert!(above[1] < below[1] && below[1] < far_below[1]);
    // A commune that owes nothing is not one that owes and has everything.
    let (none, free) = besoin(None, None, Some(false));
    assert!(none.is_none() && free[1] > above[1]);
    // Nor is one of which it is not known.
    let (unknown, wide) = besoin(None, None, None);
    assert_eq!(unknown, said("inconnu", None));
    assert!(wide[0] <= above[0] && wide[2] >= far_below[2]);
}
