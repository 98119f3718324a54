//! Laws that hold for any parcel.

use gisement_model::bareme::Bareme;
use gisement_model::codes::{
    ClasseProprietaire, EtatTerrain, Pollution, Propriete, StatutFriche, UsageBatiment,
};
use gisement_model::{CommuneNotee, ParcelleNotee};
use proptest::prelude::*;

use super::{MAI_27, bati, commune, droit, friche, parcelle, zae};
use crate::{Evaluation, evaluer};

fn share() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        Just(None),
        Just(Some(0.0)),
        Just(Some(1.0)),
        (0.0f64..1.0).prop_map(Some)
    ]
}

fn distance() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![Just(None), (0.0f64..5000.0).prop_map(Some)]
}

prop_compose! {
    fn parcels()(
        surface in 50.0f64..60_000.0, usable in 0.0f64..1.0, ces in share(), ban in share(), presc in share(),
        env in share(), patrimoine in share(), d in prop::collection::vec(distance(), 4), diametre in prop::option::of(0.0f64..80.0),
        code in prop::sample::select(vec!["autorise", "conditionnel", "auc", "aus", "rnu", "interdit", "inconnu", "?"]),
        usage in prop::option::of(prop::sample::select(UsageBatiment::ALL)),
        statut in prop::option::of(prop::sample::select(StatutFriche::ALL)),
        pollution in prop::option::of(prop::sample::select(Pollution::ALL)),
        etat in prop::option::of(prop::sample::select(EtatTerrain::ALL)), in_zae in any::<bool>(), outside in share(),
        owner in prop::option::of(prop::sample::select(ClasseProprietaire::ALL)),
        propriete in prop::option::of(prop::sample::select(Propriete::ALL)), farmed in share(), cover in share(),
    ) -> ParcelleNotee {
        let mut r = parcelle(surface);
        r.utile_m2 = surface * usable;
        r.plus_grande_piece_m2 = Some(r.utile_m2);
        r.diametre_inscrit_m = diametre;
        bati(&mut r, ces.unwrap_or(0.0), usage);
        r.ces = ces;
        if code == "?" { droit(&mut r, ""); r.logement_autorise = None; } else { droit(&mut r, code); }
        (r.part_interdiction, r.part_prescription, r.part_environnement, r.part_patrimoine) = (ban, presc, env, patrimoine);
        (r.dist_transport_m, r.dist_services_m, r.dist_mairie_m, r.dist_risque_m) = (d[0], d[1], d[2], d[3]);
        if let Some(s) = statut { friche(&mut r, s); r.friche_pollution = pollution; }
        if in_zae { zae(&mut r, etat); }
        r.part_hors_tache = outside;
        let enaf = outside.map(|o| o * r.utile_m2);
        (r.enaf_min_m2, r.enaf_m2, r.enaf_max_m2) = (enaf, enaf, enaf);
        (r.proprietaire_classe, r.propriete, r.part_agricole) = (owner, propriete, farmed);
        if let Some(net) = cover.map(|s| s * r.utile_m2) {
            r.enaf_min_m2 = Some(enaf.map_or(0.0, |e| e.min(net)));
            r.enaf_max_m2 = Some(enaf.map_or(r.utile_m2, |e| e.max(net)));
        }
        r
    }
}

prop_compose! {
    fn contexts()(gap in prop::option::of(0.0f64..15.0), tension in prop::option::of(0.0f64..12.0), vacance in share(),
        lls in share(), carence in any::<Option<bool>>(), soumise in any::<Option<bool>>(), reste in prop::option::of(-1e4f64..1e5)) -> CommuneNotee {
        let mut c = commune();
        (c.sru_cible, c.sru_taux) = (Some(25.0), gap.map(|g| 25.0 - g));
        (c.tension, c.vacance, c.part_lls, c.carence, c.sru_soumise, c.enaf_reste_m2) = (tension, vacance, lls, carence, soumise, reste);
        c
    }
}

fn eval(r: &ParcelleNotee, c: &CommuneNotee) -> Evaluation {
    evaluer(r, Some(c), &Bareme::defaut(), MAI_27)
}

fn ordered(e: &Evaluation) -> bool {
    e.axes
        .iter()
        .map(|a| (a.min, a.central, a.max))
        .chain(e.indice.iter().map(|i| (i.min, i.central, i.max)))
        .all(|(lo, c, hi)| {
            (0.0..=100.0).contains(&lo)
                && (0.0..=100.0).contains(&hi)
                && lo <= hi
                && c.is_none_or(|c| lo <= c && c <= hi)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn intervals_are_ordered_and_vetoed_land_is_never_ranked(r in parcels(), c in contexts()) {
        let e = eval(&r, &c);
        prop_assert!(ordered(&e), "{:?}", e.axes.iter().map(|a| (a.min, a.central, a.max)).collect::<Vec<_>>());
        let v = crate::Verdict::from_code(&e.verdict.code).unwrap();
        let apart = v == crate::Verdict::ParcSocial;
        prop_assert!(apart || (v == crate::Verdict::Ecarte) != e.verdict.vetos.is_empty());
        prop_assert!(!v.classe() || e.verdict.vetos.is_empty());
        prop_assert!(v != crate::Verdict::Prioritaire || e.fiabilite.unwrap() >= 50.0);
        prop_assert_eq!(e.axes.is_empty(), e.types.is_empty());
        if let Some(k) = &e.capacite { prop_assert!(k.bas <= k.central && k.central <= k.haut); }
    }

    /// Learning a datum never widens an axis, for a given type.
    #[test]
    fn learning_never_widens(r in parcels(), c in contexts(), which in 0usize..11, value in 0.0f64..1.0) {
        let mut unknown = r.clone();
        let mut known = r;
        let (mut cu, mut ck) = (c.clone(), c);
        let d = Some(value * 5000.0);
        match which {
            0 => { unknown.dist_transport_m = None; known.dist_transport_m = d; }
            1 => { unknown.dist_services_m = None; known.dist_services_m = d; }
            2 => { unknown.dist_mairie_m = None; known.dist_mairie_m = d; }
            3 => { unknown.dist_risque_m = None; known.dist_risque_m = d; }
            4 => { unknown.part_prescription = None; known.part_prescription = Some(value); }
            5 => { unknown.part_environnement = None; known.part_environnement = Some(value); }
            6 => { unknown.friche_pollution = None; known.friche_pollution = Some(Pollution::ALL[(value * 5.0) as usize]); }
            7 => { cu.tension = None; ck.tension = Some(value * 10.0); }
            10 => { unknown.propriete = None; known.propriete = Some(Propriete::ALL[1 + (value * 5.0) as usize]); }
            8 => { cu.enaf_reste_m2 = None; ck.enaf_reste_m2 = Some(value * 1e5 - 1e4); }
            _ => { cu.vacance = None; ck.vacance = Some(value); }
        }
        let (a, b) = (eval(&unknown, &cu), eval(&known, &ck));
        prop_assume!(a.types == b.types);
        for (x, y) in a.axes.iter().zip(&b.axes) {
            prop_assert!(y.max - y.min <= x.max - x.min + 0.011, "{}: {:?} {:?}", x.code, (x.min, x.max), (y.min, y.max));
            prop_assert!(y.min >= x.min - 0.011 && y.max <= x.max + 0.011);
        }
    }

    /// Nearer is never worse, whatever the rest.
    #[test]
    fn potentiel_is_monotone(r in parcels(), c in contexts(), near in 0.0f64..2500.0, far in 0.0f64..2500.0) {
        let (near, far) = if near <= far { (near, far) } else { (far, near) };
        let at = |d: f64| { let mut r = r.clone(); r.dist_transport_m = Some(d); eval(&r, &c) };
        let (a, b) = (at(near), at(far));
        for (x, y) in a.axes.iter().zip(&b.axes).filter(|(x, _)| x.code == "potentiel") {
            prop_assert!(x.min >= y.min && x.max >= y.max && x.central >= y.central);
        }
    }

    /// Contributions add up to their axis.
    #[test]
    fn contributions_add_up(r in parcels(), c in contexts()) {
        let e = eval(&r, &c);
        for a in e.axes.iter().filter(|a| a.code != "sobriete") {
            let sum: f64 = a.contributions.iter().map(|k| k.points.max).sum();
            prop_assert!((sum - a.max).abs() < 0.1, "{} {} {}", a.code, sum, a.max);
        }
    }
}
