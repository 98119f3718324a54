//! Owners and land cover: what they make of types, verdicts and axes (bareme §2, §5, §7).

use gisement_model::bareme::Bareme;
use gisement_model::codes::{ClasseProprietaire, NatureActivite, Propriete, StatutFriche};
use jiff::civil::date;

use super::{MAI_27, axe, bati, codes, commune, droit, fiche, friche, parcelle, zone};
use crate::evaluer;

fn owned(r: &mut gisement_model::ParcelleNotee, classe: ClasseProprietaire) {
    r.proprietaire_classe = Some(classe);
    r.propriete = Some(match classe {
        ClasseProprietaire::Societe => Propriete::PersonnesMorales,
        _ => Propriete::Publique,
    });
}

#[test]
fn ex15_social_housing_has_its_own_list() {
    let mut r = parcelle(5000.0);
    bati(&mut r, 0.20, None);
    owned(&mut r, ClasseProprietaire::Hlm);
    let e = fiche(&r, MAI_27);
    assert_eq!(e.verdict.code, "parc_social");
    let remarks: Vec<&str> = e.verdict.remarques.iter().map(|m| m.id.as_str()).collect();
    assert!(remarks.contains(&"parc_social_densifiable"), "{remarks:?}");
    assert!(!remarks.contains(&"proprietaire_inconnu"));
    assert!(!e.axes.is_empty() && e.capacite.is_some());
    // A dense estate is no stock of land; unbuilt land of the same owner follows the ordinary rules.
    bati(&mut r, 0.45, None);
    let dense = fiche(&r, MAI_27);
    assert_eq!(dense.verdict.code, "parc_social");
    assert!(dense.axes.is_empty());
    bati(&mut r, 0.0, None);
    assert_eq!(codes(&fiche(&r, MAI_27)), ["dent_creuse"]);
}

#[test]
fn public_land_is_bare_public_land_or_equipment() {
    let mut r = parcelle(2000.0);
    owned(&mut r, ClasseProprietaire::Commune);
    assert_eq!(codes(&fiche(&r, MAI_27)), ["public_nu", "dent_creuse"]);
    // A park is in use.
    (r.activite_nature, r.part_activite) = (Some(NatureActivite::Parc), Some(1.0));
    assert!(codes(&fiche(&r, MAI_27)).is_empty());
    (r.activite_nature, r.part_activite) = (None, Some(0.0));
    // Built land of the State is an equipment in use, never a priority; a company's is not.
    bati(&mut r, 0.5, None);
    owned(&mut r, ClasseProprietaire::Etat);
    let e = fiche(&r, MAI_27);
    assert_eq!(codes(&e), ["equipement"]);
    assert_eq!(e.verdict.code, "a_etudier");
    owned(&mut r, ClasseProprietaire::Societe);
    assert!(codes(&fiche(&r, MAI_27)).is_empty());
}

#[test]
fn ownership_weighs_on_hardness_as_published() {
    let hardness = |p: Option<Propriete>| {
        let mut r = parcelle(2000.0);
        friche(&mut r, StatutFriche::SansProjet);
        r.friche_pollution = Some(gisement_model::codes::Pollution::Inexistante);
        r.propriete = p;
        axe(&fiche(&r, MAI_27), "durete")
    };
    // 0→0, 2→25, 5→50, 10→80: one point is 12.5, six are 56, two to three are 25 to 33.3.
    assert_eq!(hardness(Some(Propriete::Organisation)), [0.0; 3]);
    assert_eq!(hardness(Some(Propriete::Publique)), [12.5; 3]);
    assert_eq!(hardness(Some(Propriete::PersonnesMorales)), [25.0; 3]);
    assert_eq!(hardness(Some(Propriete::Copropriete)), [56.0; 3]);
    assert_eq!(hardness(Some(Propriete::HorsFichier)), [25.0, 29.2, 33.3]);
    assert_eq!(hardness(None), [12.5, 37.5, 56.0]);
}

#[test]
fn farmland_is_no_brownfield_and_a_railway_is_out() {
    let mut r = parcelle(6000.0);
    friche(&mut r, StatutFriche::SansProjet);
    r.part_agricole = Some(0.6);
    zone(&mut r, "AUc");
    droit(&mut r, "auc");
    assert!(!codes(&fiche(&r, MAI_27)).contains(&"friche"));
    // A brownfield that is built stays one, whatever grows around.
    bati(&mut r, 0.2, None);
    assert!(codes(&fiche(&r, MAI_27)).contains(&"friche"));
    r.part_usage_incompatible = Some(0.8);
    assert_eq!(fiche(&r, MAI_27).verdict.code, "ecarte");
}

#[test]
fn a_plan_with_its_target_keeps_its_open_zones_after_2028() {
    let mut r = parcelle(3000.0);
    zone(&mut r, "AUc");
    droit(&mut r, "auc");
    let b = Bareme::defaut();
    let conditions = |cible: Option<bool>| {
        let mut c = commune();
        c.cible_zan = cible;
        let e = evaluer(&r, Some(&c), &b, date(2028, 2, 22));
        e.verdict.conditions.iter().any(|c| c.id == "auc_zan")
    };
    assert!(conditions(None) && conditions(Some(false)));
    assert!(!conditions(Some(true)));
}

#[test]
fn land_cover_opens_the_enaf_interval() {
    let mut r = parcelle(3000.0);
    (r.enaf_min_m2, r.enaf_m2, r.enaf_max_m2) = (Some(0.0), Some(0.0), Some(3000.0));
    let mut c = commune();
    c.enaf_reste_m2 = Some(6000.0);
    let e = evaluer(&r, Some(&c), &Bareme::defaut(), MAI_27);
    // Central by the urban patch; 100 × (1 − 1 × (.5 + .5 × .5)) = 25 by the cover.
    assert_eq!(axe(&e, "sobriete"), [25.0, 100.0, 100.0]);
}
