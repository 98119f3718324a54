//! The worked examples of bareme §10, by their numbers, with values worked out by hand.

use gisement_model::bareme::Bareme;
use gisement_model::codes::{
    EtatTerrain, NatureActivite, Pollution, StatutFriche, TypeSite, UsageBatiment,
};

use super::{MAI_25, MAI_27, axe, bati, codes, commune, droit, fiche, friche, parcelle, zae, zone};
use crate::evaluer;

fn ids(list: &[crate::ConditionFiche]) -> Vec<&str> {
    list.iter().map(|c| c.id.as_str()).collect()
}

fn vetos(e: &crate::Evaluation) -> Vec<&str> {
    e.verdict.vetos.iter().map(|c| c.id.as_str()).collect()
}

fn lot_de_zae() -> gisement_model::ParcelleNotee {
    let mut r = parcelle(3200.0);
    zae(&mut r, Some(EtatTerrain::Inoccupe));
    droit(&mut r, "interdit");
    r.diametre_inscrit_m = Some(30.0);
    r.dist_services_m = Some(900.0);
    r.dist_mairie_m = Some(1800.0);
    (r.part_hors_tache, r.enaf_min_m2, r.enaf_m2, r.enaf_max_m2) =
        (Some(1.0), Some(3200.0), Some(3200.0), Some(3200.0));
    r
}

#[test]
fn ex1_vacant_business_plot_depends_on_the_date() {
    let r = lot_de_zae();
    let mut c = commune();
    c.enaf_reste_m2 = Some(40_000.0);
    let b = Bareme::defaut();
    let after = evaluer(&r, Some(&c), &b, MAI_27);
    assert_eq!(after.verdict.code, "reserve");
    assert_eq!(after.types[0].code, "zae_vacante");
    assert_eq!(after.voie.as_ref().unwrap().code, "l152_6_7");
    assert_eq!(ids(&after.verdict.conditions), ["derogation_l152_6_7"]);
    assert_eq!(axe(&after, "potentiel"), [82.5, 86.5, 87.3]);
    assert_eq!(axe(&after, "sobriete"), [46.0, 46.0, 46.0]);
    assert!(
        after.verdict.phrase.contains("L152-6-7"),
        "{}",
        after.verdict.phrase
    );
    let cap = after.capacite.as_ref().unwrap();
    assert_eq!(
        (cap.bas, cap.central, cap.haut, cap.lls_min, cap.lls_max),
        (14, 26, 42, 0, 26)
    );

    let before = evaluer(&r, Some(&c), &b, MAI_25);
    assert_eq!(before.verdict.code, "reserve");
    assert_eq!(before.voie.as_ref().unwrap().code, "evolution_plu");
    assert_eq!(ids(&before.verdict.conditions), ["evolution_plu"]);
    assert_eq!(axe(&before, "potentiel"), [75.8, 79.4, 80.7]);
    // Isolated and historic sites are no ZAE of L318-8-1.
    for t in [TypeSite::Isole, TypeSite::HorsZae, TypeSite::ZoneAu] {
        let mut r = r.clone();
        r.zae_type = Some(t);
        assert_eq!(
            evaluer(&r, Some(&c), &b, MAI_27).voie.unwrap().code,
            "evolution_plu"
        );
    }
}

#[test]
fn ex2_a_flooded_brownfield_is_out_whatever_the_rest() {
    let mut r = parcelle(6000.0);
    friche(&mut r, StatutFriche::SansProjet);
    r.part_interdiction = Some(1.0);
    (r.utile_m2, r.plus_grande_piece_m2, r.diametre_inscrit_m) = (0.0, Some(0.0), Some(0.0));
    let e = fiche(&r, MAI_27);
    assert_eq!(e.verdict.code, "ecarte");
    assert!(vetos(&e).contains(&"ppr_interdiction"));
    assert_eq!(e.capacite.unwrap().central, 0);
}

#[test]
fn ex3_natural_zone_excludes() {
    let mut r = parcelle(6000.0);
    zone(&mut r, "N");
    droit(&mut r, "interdit");
    r.utile_m2 = 0.0;
    let e = fiche(&r, MAI_27);
    assert_eq!(e.verdict.code, "ecarte");
    assert_eq!(vetos(&e), ["zone_na"]);
    assert!(e.verdict.phrase.contains("100"), "{}", e.verdict.phrase);
}

#[test]
fn ex4_a_strip_is_no_square() {
    let mut strip = parcelle(800.0);
    strip.diametre_inscrit_m = Some(10.0);
    let mut square = parcelle(784.0);
    square.diametre_inscrit_m = Some(28.0);
    let (a, b) = (fiche(&strip, MAI_27), fiche(&square, MAI_27));
    assert_eq!(
        (codes(&a), codes(&b)),
        (vec!["dent_creuse"], vec!["dent_creuse"])
    );
    assert_eq!(axe(&a, "potentiel")[1], 82.8);
    assert_eq!(axe(&b, "potentiel")[1], 91.4);
    assert_eq!(a.verdict.code, "a_etudier");
    assert_eq!(b.verdict.code, "prioritaire");
}

#[test]
fn ex5_need_ranks_two_identical_parcels() {
    let r = parcelle(1200.0);
    let b = Bareme::defaut();
    let with_gap = |gap: f64| {
        let mut c = commune();
        (c.sru_soumise, c.sru_cible, c.sru_taux) = (Some(true), Some(25.0), Some(25.0 - gap));
        (c.carence, c.tension, c.vacance) = (Some(false), Some(4.5), Some(0.08));
        evaluer(&r, Some(&c), &b, MAI_27)
    };
    let (none, ten) = (with_gap(0.0), with_gap(10.0));
    assert_eq!(axe(&none, "potentiel"), axe(&ten, "potentiel"));
    assert_eq!(axe(&none, "besoin")[1], 33.2);
    assert_eq!(axe(&ten, "besoin")[1], 66.5);
    assert!(none.indice.unwrap().central < ten.indice.unwrap().central);
    // A commune that owes no quota is not marked down for it.
    let mut free = commune();
    (free.sru_soumise, free.tension, free.vacance) = (Some(false), Some(4.5), Some(0.08));
    let e = evaluer(&r, Some(&free), &b, MAI_27);
    assert_eq!(
        axe(&e, "besoin")[1],
        (100.0 * (3.0 * 0.5625 + 0.8 + 0.5) / 5.0 * 10.0_f64).round() / 10.0
    );
}

#[test]
fn ex6_ex7_ex8_what_is_in_use_is_never_a_priority() {
    let mut house = parcelle(1050.0);
    bati(&mut house, 0.14, Some(UsageBatiment::Residentiel));
    house.diametre_inscrit_m = Some(28.0);
    let e = fiche(&house, MAI_27);
    assert_eq!(
        (codes(&e), e.verdict.code.as_str()),
        (vec!["sous_densifie"], "a_etudier")
    );
    // (2 × .7583 + 1.5 + 2 × .82 + 2 + 1.5 × .9 + .9 + .5 × .93 + 1.5 + .5 + .5) ÷ 13
    assert_eq!(axe(&e, "potentiel")[1], 91.3);

    let mut office = parcelle(1200.0);
    bati(&mut office, 0.5, Some(UsageBatiment::Commercial));
    let e = fiche(&office, MAI_27);
    assert_eq!(
        (codes(&e), e.verdict.code.as_str()),
        (vec!["tertiaire"], "a_etudier")
    );
    assert_eq!(e.capacite.unwrap().methode, "transformation");

    let mut hospital = parcelle(20_000.0);
    bati(&mut hospital, 0.4, None);
    hospital.activite_nature = Some(NatureActivite::Hopital);
    hospital.part_activite = Some(1.0);
    let e = fiche(&hospital, MAI_27);
    assert_eq!(
        (codes(&e), e.verdict.code.as_str()),
        (vec!["equipement"], "a_etudier")
    );
}

#[test]
fn ex9_a_park_is_no_infill() {
    let mut r = parcelle(3000.0);
    r.activite_nature = Some(NatureActivite::Parc);
    r.part_activite = Some(1.0);
    let e = fiche(&r, MAI_27);
    assert!(e.types.is_empty());
    assert_eq!(e.verdict.code, "sans_objet");
}

#[test]
fn ex10_a_field_to_urbanise_is_no_priority() {
    let mut r = parcelle(30_000.0);
    zone(&mut r, "AUc");
    droit(&mut r, "auc");
    r.enaf_m2 = Some(0.0);
    let e = fiche(&r, MAI_27);
    assert_eq!(
        (codes(&e), e.verdict.code.as_str()),
        (vec!["extension"], "a_etudier")
    );
    let late = fiche(&r, jiff::civil::date(2028, 2, 22));
    assert_eq!(ids(&late.verdict.conditions), ["auc_zan"]);
}

#[test]
fn ex12_hints_and_reused_land_are_no_brownfields() {
    for s in [StatutFriche::Potentielle, StatutFriche::Reconvertie] {
        let mut r = parcelle(2000.0);
        friche(&mut r, s);
        let e = fiche(&r, MAI_27);
        assert!(!codes(&e).contains(&"friche"));
        assert_ne!(e.verdict.code, "prioritaire", "nothing rests on a hint");
        assert!(
            e.verdict
                .remarques
                .iter()
                .any(|x| x.id.starts_with("friche_"))
        );
    }
}

#[test]
fn ex13_a_part_in_the_ban_is_a_condition() {
    let mut r = parcelle(6000.0);
    friche(&mut r, StatutFriche::SansProjet);
    r.part_interdiction = Some(0.45);
    (r.utile_m2, r.plus_grande_piece_m2, r.diametre_inscrit_m) = (3300.0, Some(3300.0), Some(40.0));
    let e = fiche(&r, MAI_27);
    assert_eq!(e.verdict.code, "reserve");
    assert_eq!(ids(&e.verdict.conditions), ["interdiction_partielle"]);
}

#[test]
fn ex14_a_bare_geometry_is_not_evaluated() {
    let r = crate::facts::blank(&gisement_model::Parcelle {
        idu: "34901000AB0001".parse().unwrap(),
        contenance_m2: None,
        arpente: None,
        created: None,
        updated: None,
    });
    let e = evaluer(
        &gisement_model::ParcelleNotee {
            surface_m2: 900.0,
            utile_m2: 900.0,
            ..r.clone()
        },
        None,
        &Bareme::defaut(),
        MAI_27,
    );
    assert_eq!(e.verdict.code, "non_evalue");
    let layers: Vec<_> = e
        .verdict
        .couches_manquantes
        .iter()
        .map(|c| c.code())
        .collect();
    assert_eq!(layers, ["zonage", "batiments"]);
    assert!(e.axes.is_empty() && e.indice.is_none());
    // The same in a brownfield is one: the inventory is enough.
    let mut f = gisement_model::ParcelleNotee {
        surface_m2: 900.0,
        utile_m2: 900.0,
        ..r
    };
    friche(&mut f, StatutFriche::SansProjet);
    let e = evaluer(&f, None, &Bareme::defaut(), MAI_27);
    assert_eq!(
        (codes(&e), e.verdict.code.as_str()),
        (vec!["friche"], "reserve")
    );
    assert!(e.fiabilite.unwrap() < 50.0);
}

#[test]
fn ex16_a_town_house_is_ordinary() {
    let mut r = parcelle(90.0);
    bati(&mut r, 0.7, Some(UsageBatiment::Residentiel));
    let e = fiche(&r, MAI_27);
    assert_eq!(e.verdict.code, "sans_objet");
    assert!(e.verdict.vetos.is_empty());
}

#[test]
fn unread_risk_plan_is_never_a_ban() {
    let mut r = parcelle(1200.0);
    r.part_classe_inconnue = Some(1.0);
    r.part_ppr_inconnue = Some(1.0);
    let e = fiche(&r, MAI_27);
    assert!(e.verdict.vetos.is_empty());
    assert_eq!(ids(&e.verdict.conditions), ["ppr_classe_inconnue"]);
}

#[test]
fn buildings_in_natural_zones_may_change_use() {
    let case = |usage: Option<UsageBatiment>, date| {
        let mut r = parcelle(2000.0);
        zone(&mut r, "A");
        droit(&mut r, "interdit");
        bati(&mut r, 0.2, usage);
        r.utile_m2 = 400.0;
        r.plus_grande_piece_m2 = Some(400.0);
        fiche(&r, date)
    };
    let office = case(Some(UsageBatiment::Commercial), MAI_27);
    assert_eq!(office.verdict.code, "reserve");
    assert_eq!(
        ids(&office.verdict.conditions),
        ["avis_cdpenaf", "derogation_l152_6_5"]
    );
    assert_eq!(
        case(Some(UsageBatiment::Residentiel), MAI_27).verdict.code,
        "ecarte"
    );
    assert_eq!(
        case(
            Some(UsageBatiment::Commercial),
            jiff::civil::date(2025, 6, 17)
        )
        .verdict
        .code,
        "ecarte"
    );
    assert_eq!(case(None, MAI_27).verdict.code, "sans_objet");
}

#[test]
fn missing_risk_layer_is_a_condition_not_a_pass() {
    let mut r = parcelle(1200.0);
    r.part_interdiction = None;
    let e = fiche(&r, MAI_27);
    assert_eq!(e.verdict.code, "reserve");
    assert_eq!(ids(&e.verdict.conditions), ["risques_a_verifier"]);
}

#[test]
fn unknowns_are_ranked_by_what_they_widen() {
    let mut r = parcelle(6000.0);
    friche(&mut r, StatutFriche::SansProjet);
    r.friche_pollution = Some(Pollution::Supposee);
    let known = fiche(&r, MAI_27);
    r.friche_pollution = None;
    let e = fiche(&r, MAI_27);
    let p = e
        .a_verifier
        .iter()
        .find(|a| a.critere == "pollution")
        .unwrap();
    assert_eq!(p.axes, ["potentiel", "durete"]);
    assert!(p.points > 0.0 && p.sur >= p.points);
    assert!(known.a_verifier.iter().all(|a| a.critere != "pollution"));
    assert!(e.a_verifier.windows(2).all(|w| w[0].points >= w[1].points));
}

#[test]
fn the_sheet_has_the_documented_keys() {
    let v = serde_json::to_value(fiche(&lot_de_zae(), MAI_27)).unwrap();
    for key in [
        "verdict",
        "types",
        "axes",
        "fiabilite",
        "indice",
        "a_verifier",
        "voie",
        "capacite",
        "enaf",
        "criteres",
    ] {
        assert!(v.get(key).is_some(), "{key}");
    }
    assert_eq!(
        v["axes"][0]["contributions"][0]["affichage"],
        "3\u{202f}200\u{a0}m²"
    );
    assert_eq!(v["axes"][0]["contributions"][0]["source"], "parcelles");
    let ces = v["criteres"]
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["id"] == "ces")
        .unwrap();
    assert_eq!(
        (ces["affichage"].as_str(), ces["source"].as_str()),
        (Some("0\u{a0}%"), Some("batiments"))
    );
    let ground = &v["voie"]["motifs_de_refus"][1];
    assert_eq!(
        (ground["id"].as_str(), ground["etat"].as_str()),
        (Some("acces"), Some("favorable"))
    );
}

/// Read on a real brownfield (75056_21545): a project does not tell whether anybody is there, nor whether the
/// buildings are in use.
#[test]
fn a_project_does_not_say_that_a_brownfield_is_in_use() {
    let mut r = parcelle(6000.0);
    friche(&mut r, StatutFriche::AvecProjet);
    (r.ces, r.usage_bati, r.logements) = (Some(0.3), None, None);
    let e = fiche(&r, MAI_27);
    let hardness = e.axes.iter().find(|a| a.code == "durete").unwrap();
    for id in ["occupation", "bati_en_usage"] {
        let part = hardness
            .contributions
            .iter()
            .find(|c| c.critere == id)
            .unwrap();
        assert_eq!(part.utilite.central, None, "{id}");
    }
}

/// An unknown budget is no empty one, even where its line weighs nothing.
#[test]
fn an_unknown_budget_is_not_shown_as_empty() {
    let r = lot_de_zae();
    let shown = |reste: Option<f64>| {
        let mut c = commune();
        c.enaf_reste_m2 = reste;
        let e = evaluer(&r, Some(&c), &Bareme::defaut(), MAI_27);
        let sobriete = e.axes.into_iter().find(|a| a.code == "sobriete").unwrap();
        let line = |c: &&crate::Contribution| c.critere == "enaf_reste";
        let u = sobriete.contributions.iter().find(line).unwrap().utilite;
        (u.min, u.central, u.max)
    };
    assert_eq!(shown(None), (0.0, None, 1.0));
    assert_eq!(shown(Some(40_000.0)), (1.0, Some(1.0), 1.0));
    assert_eq!(shown(Some(0.0)), (0.0, Some(0.0), 0.0));
}
