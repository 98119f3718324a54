//! Potentiel: how well the land suits housing (bareme §4).

use gisement_model::bareme::{Bareme, Critere, Famille, Intervalle, PoidsFamille, Voie};
use gisement_model::codes::{EtatTerrain, OccupationFriche, Pollution, StatutFriche};
use gisement_model::{Couche, ParcelleNotee};
use jiff::civil::Date;

use super::{Apport, Axe, Valeur, mean, weighted_mean};
use crate::pathway::code;
use crate::types::{TypeGisement, en_friche, nu, types};

/// Criteria of Potentiel.
const CRITERIA: usize = 13;

/// Potentiel of a parcel whose main type is `principal`; `voie` is its pathway at the edition's date.
pub(crate) fn potentiel(
    r: &ParcelleNotee,
    principal: TypeGisement,
    voie: Option<&Voie>,
    b: &Bareme,
) -> Axe {
    let mut all = criteria(r, principal, voie, b);
    all.retain(|a| a.poids > 0.0);
    weighted_mean(all)
}

/// Every criterion, in the order of the rule set, those that do not count for the type included.
fn criteria(
    r: &ParcelleNotee,
    principal: TypeGisement,
    voie: Option<&Voie>,
    b: &Bareme,
) -> Vec<Apport> {
    let p = &b.potentiel;
    let famille = principal.famille();
    let mut out = Vec::with_capacity(CRITERIA);
    let mut push = |critere: &'static str,
                    c: &Critere,
                    valeur: Valeur,
                    utilite: Intervalle,
                    presume: bool,
                    couche: Couche| {
        out.push(Apport {
            critere,
            valeur,
            presume,
            utilite,
            poids: c.poids.famille(famille),
            points: Intervalle::exact(0.0),
            couche,
        });
    };
    let presumed_zone = zone_unknown(r, b);
    let (v, u) = number(&p.surface_utile, Some(r.utile_m2));
    push(
        "surface_utile",
        &p.surface_utile,
        v,
        u,
        presumed_zone,
        Couche::Parcelles,
    );
    let (v, u) = number(&p.diametre_inscrit, r.diametre_inscrit_m);
    push(
        "diametre_inscrit",
        &p.diametre_inscrit,
        v,
        u,
        presumed_zone,
        Couche::Parcelles,
    );
    let (v, u) = number(&p.ces, r.ces);
    push("ces", &p.ces, v, u, false, Couche::Batiments);

    let e = etat(r, principal, b);
    let (v, u) = code_value(&p.etat, e.map(|e| e.code));
    let couche = e.map_or(Couche::Terrains, |e| e.couche);
    push("etat", &p.etat, v, u, e.is_some_and(|e| e.presume), couche);

    let (v, u) = logement(r, voie, &p.logement_autorise);
    let presume = r.logement_presume.is_some_and(|s| s >= b.mesures.dans_part);
    push(
        "logement_autorise",
        &p.logement_autorise,
        v,
        u,
        presume,
        Couche::Zonage,
    );

    for (id, c, d) in [
        ("transport", &p.transport, r.dist_transport_m),
        ("services", &p.services, r.dist_services_m),
        ("centralite", &p.centralite, r.dist_mairie_m),
    ] {
        let (v, u) = number(c, d);
        push(id, c, v, u, false, Couche::Equipements);
    }
    let (v, u) = number(&p.contraintes, r.part_prescription);
    push(
        "contraintes",
        &p.contraintes,
        v,
        u,
        false,
        Couche::Contraintes,
    );
    let (v, u) = code_value(&p.pollution, pollution(r, b));
    push("pollution", &p.pollution, v, u, false, Couche::Friches);
    let (v, u, couche) = nuisances(r, &p.nuisances);
    push("nuisances", &p.nuisances, v, u, false, couche);
    let (v, u) = number(&p.patrimoine, r.part_patrimoine);
    push(
        "patrimoine",
        &p.patrimoine,
        v,
        u,
        false,
        Couche::Contraintes,
    );
    let limits = b.capacite.profondeurs_m;
    let (v, u) = code_value(
        &p.profondeur_bati,
        r.profondeur_bati_m.map(|d| match d {
            d if d <= limits[0] => "jusqu_a_15",
            d if d <= limits[1] => "de_15_a_18",
            _ => "plus_de_18",
        }),
    );
    push(
        "profondeur_bati",
        &p.profondeur_bati,
        v,
        u,
        false,
        Couche::Batiments,
    );
    out
}

/// The utilities of a parcel under every criterion of Potentiel: all that other weights need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Utilites {
    famille: Famille,
    /// In the order of the rule set.
    criteres: [Intervalle; CRITERIA],
}

impl Utilites {
    /// Those of a parcel of which nothing is known.
    pub fn inconnues(principal: TypeGisement) -> Self {
        Self {
            famille: principal.famille(),
            criteres: [Intervalle::inconnu(0.0, 1.0); CRITERIA],
        }
    }

    /// Potentiel under the weights of a rule set, which must otherwise be the one that gave the utilities.
    pub fn potentiel(&self, weights: &PoidsPotentiel) -> Intervalle {
        let weights = weights.0.iter().map(|w| w.famille(self.famille));
        mean(weights.zip(self.criteres).filter(|(w, _)| *w > 0.0))
    }
}

/// The weights of the criteria of Potentiel, in the order of the rule set.
#[derive(Debug, Clone)]
pub struct PoidsPotentiel([PoidsFamille; CRITERIA]);

impl PoidsPotentiel {
    /// Those of a rule set.
    pub fn of(b: &Bareme) -> Self {
        let mut all = b.potentiel.criteres().into_iter().map(|(_, c)| c.poids);
        Self(std::array::from_fn(|_| all.next().unwrap_or_default()))
    }
}

/// The utilities of a parcel, at the date of its edition; `None` without type of gisement.
pub fn utilites(r: &ParcelleNotee, b: &Bareme, date: Date) -> Option<Utilites> {
    let types = types(r, b);
    let principal = types.principal()?;
    let voie = crate::pathway::voie(r, types, b, date);
    let mut all = criteria(r, principal, voie, b)
        .into_iter()
        .map(|a| a.utilite);
    let mut out = Utilites::inconnues(principal);
    out.criteres
        .fill_with(|| all.next().unwrap_or(Intervalle::inconnu(0.0, 1.0)));
    Some(out)
}

/// Whether the usable part rests on a zone that is not known.
fn zone_unknown(r: &ParcelleNotee, b: &Bareme) -> bool {
    r.part_zone_inconnue
        .is_none_or(|p| p >= b.conditions.part_zone)
}

fn unknown(c: &Critere) -> Intervalle {
    let (lo, hi) = c.bounds();
    Intervalle::inconnu(lo, hi)
}

fn number(c: &Critere, v: Option<f64>) -> (Valeur, Intervalle) {
    match v {
        Some(v) => (Valeur::Nombre(v), Intervalle::exact(c.nombre(v))),
        None => (Valeur::Inconnue, unknown(c)),
    }
}

fn code_value(c: &Critere, code: Option<&'static str>) -> (Valeur, Intervalle) {
    match code.and_then(|k| Some((k, c.code(k)?))) {
        Some((k, u)) => (Valeur::Code(k), Intervalle::exact(u)),
        None => (Valeur::Inconnue, unknown(c)),
    }
}

/// The state of a site and what says so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Etat {
    pub(crate) code: &'static str,
    pub(crate) presume: bool,
    pub(crate) couche: Couche,
}

/// What is known of the occupation: the brownfield inventory first, then the plot of the business park.
pub(crate) fn etat(r: &ParcelleNotee, principal: TypeGisement, b: &Bareme) -> Option<Etat> {
    let known = |code, couche| {
        Some(Etat {
            code,
            presume: false,
            couche,
        })
    };
    let friche = en_friche(r, b).then_some(r.friche_statut).flatten();
    let partly = matches!(
        r.friche_occupation,
        Some(OccupationFriche::Partiellement | OccupationFriche::Transitoire)
    );
    match friche {
        Some(StatutFriche::SansProjet) if partly => return known("partiellement", Couche::Friches),
        Some(StatutFriche::SansProjet) => return known("friche_sans_projet", Couche::Friches),
        Some(StatutFriche::AvecProjet) => return known("avec_projet", Couche::Friches),
        _ => {}
    }
    if let Some(e) = r.terrain_etat {
        return known(
            match e {
                EtatTerrain::Inoccupe => "inoccupe",
                EtatTerrain::Transitoire => "partiellement",
                EtatTerrain::Occupe => "occupe",
                EtatTerrain::Vacant => "vacant",
                EtatTerrain::Friche => "friche_sans_projet",
            },
            Couche::Terrains,
        );
    }
    match friche {
        Some(StatutFriche::Potentielle) => return known("potentielle", Couche::Friches),
        Some(StatutFriche::Reconvertie) => return known("reconvertie", Couche::Friches),
        _ => {}
    }
    // An unbuilt plot of a business park that no inventory describes.
    (principal == TypeGisement::ZaeVacante && nu(r, b).oui()).then_some(Etat {
        code: "inoccupe",
        presume: true,
        couche: Couche::Batiments,
    })
}

/// Soil pollution is only known where an inventory of brownfields says so.
pub(crate) fn pollution(r: &ParcelleNotee, b: &Bareme) -> Option<&'static str> {
    en_friche(r, b).then_some(())?;
    Some(match r.friche_pollution? {
        Pollution::Inexistante => "inexistante",
        Pollution::Traitee => "traitee",
        Pollution::PeuProbable => "peu_probable",
        Pollution::Supposee => "supposee",
        Pollution::Averee => "averee",
    })
}

/// Area-weighted over the usable part; a share whose right is unknown spans the whole table.
fn logement(r: &ParcelleNotee, voie: Option<&Voie>, c: &Critere) -> (Valeur, Intervalle) {
    let u = |k: &str| c.code(k).unwrap_or(0.0);
    let derogation = voie.is_some_and(|v| v.code == code::L152_6_5 || v.code == code::L152_6_7);
    let banned = if derogation { "derogation" } else { "interdit" };
    let shares = [
        ("autorise", r.logement_autorise),
        ("conditionnel", r.logement_conditionnel),
        ("auc", r.logement_auc),
        ("aus", r.logement_aus),
        ("rnu", r.logement_rnu),
        (banned, r.logement_interdit),
    ];
    let known: f64 = shares.iter().filter_map(|s| s.1).sum();
    let sum: f64 = shares.iter().map(|(k, p)| u(k) * p.unwrap_or(0.0)).sum();
    if known <= 0.0 {
        return (Valeur::Inconnue, unknown(c));
    }
    let (lo, hi) = c.bounds();
    let rest = (1.0 - known).max(0.0);
    let main = shares
        .iter()
        .fold(("", 0.0), |best, (k, p)| match p {
            Some(p) if *p > best.1 => (*k, *p),
            _ => best,
        })
        .0;
    let utilite = Intervalle {
        min: sum + rest * lo,
        central: Some(sum / known.max(f64::MIN_POSITIVE)),
        max: sum + rest * hi,
    };
    (Valeur::Code(main), utilite)
}

/// The worst of what is known: distance to an industrial risk, transport noise, airfield noise.
fn nuisances(r: &ParcelleNotee, c: &Critere) -> (Valeur, Intervalle, Couche) {
    let mut worst: Option<(f64, Valeur, Couche)> = None;
    let mut see = |u: f64, v: Valeur, couche: Couche| {
        if worst.as_ref().is_none_or(|w| u < w.0) {
            worst = Some((u, v, couche));
        }
    };
    if let Some(d) = r.dist_risque_m {
        see(c.nombre(d), Valeur::Nombre(d), Couche::Equipements);
    }
    let noise = r.bruit_categorie.and_then(|k| match k {
        1 => Some("bruit_1"),
        2 => Some("bruit_2"),
        3 => Some("bruit_3"),
        4 => Some("bruit_4"),
        5 => Some("bruit_5"),
        _ => None,
    });
    let peb = match r.peb.as_deref() {
        Some("C") => Some("peb_c"),
        Some("D") => Some("peb_d"),
        _ => None,
    };
    for k in [noise, peb].into_iter().flatten() {
        if let Some(u) = c.code(k) {
            see(u, Valeur::Code(k), Couche::Contraintes);
        }
    }
    match worst {
        Some((u, v, couche)) => (v, Intervalle::exact(u), couche),
        None => (Valeur::Inconnue, unknown(c), Couche::Equipements),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{MAI_27, parcelle};

    #[test]
    fn the_criteria_are_those_of_the_rule_set_in_its_order() {
        let b = Bareme::defaut();
        let found = criteria(&parcelle(900.0), TypeGisement::DentCreuse, None, &b);
        let found: Vec<&str> = found.iter().map(|a| a.critere).collect();
        let wanted: Vec<&str> = b.potentiel.criteres().iter().map(|c| c.0).collect();
        assert_eq!(found, wanted);
        assert_eq!(found.len(), CRITERIA);
    }

    #[test]
    fn utilities_under_the_weights_of_the_rule_set_give_the_axis() {
        let b = Bareme::defaut();
        let mut r = parcelle(900.0);
        r.dist_transport_m = None;
        let u = utilites(&r, &b, MAI_27).unwrap();
        let t = types(&r, &b).principal().unwrap();
        let voie = crate::pathway::voie(&r, types(&r, &b), &b, MAI_27);
        assert_eq!(
            u.potentiel(&PoidsPotentiel::of(&b)),
            potentiel(&r, t, voie, &b).valeur
        );
    }
}
