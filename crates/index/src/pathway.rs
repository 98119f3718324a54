//! The legal pathway to housing (design §7.5): dated rows of the rule set, tried in order.

use gisement_model::ParcelleNotee;
use gisement_model::bareme::{Bareme, Voie};
use gisement_model::codes::{TypeSite, UsageBatiment};
use jiff::civil::Date;

use crate::types::{TypeGisement, Types, en_zae};

/// Codes of the pathways that the program knows how to try.
pub(crate) mod code {
    pub(crate) const PLU: &str = "plu";
    pub(crate) const ER_MIXITE: &str = "er_mixite";
    pub(crate) const L152_6_5: &str = "l152_6_5";
    pub(crate) const L152_6_7: &str = "l152_6_7";
    pub(crate) const EVOLUTION: &str = "evolution_plu";
}

/// What stands on the parcel, for L152-6-5 CU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bati {
    /// No building worth the name.
    Aucun,
    /// A dwelling.
    Logement,
    /// A farm or forest building: only if unused for 20 years, which open data do not show.
    Agricole,
    /// Any other known usage: L152-6-5 applies.
    Autre,
    /// A building of unknown usage.
    UsageInconnu,
    /// No building layer.
    Inconnu,
}

pub(crate) fn bati(r: &ParcelleNotee, b: &Bareme) -> Bati {
    match (r.nb_batiments, r.plus_grand_batiment_m2) {
        (None, _) => Bati::Inconnu,
        (Some(0), _) => Bati::Aucun,
        (_, Some(m2)) if m2 < b.tache_urbaine.batiment_min_m2 => Bati::Aucun,
        _ => match r.usage_bati {
            Some(UsageBatiment::Residentiel) => Bati::Logement,
            Some(UsageBatiment::Agricole) => Bati::Agricole,
            Some(
                UsageBatiment::Commercial
                | UsageBatiment::Industriel
                | UsageBatiment::Religieux
                | UsageBatiment::Sportif,
            ) => Bati::Autre,
            Some(UsageBatiment::Annexe) | None => Bati::UsageInconnu,
        },
    }
}

/// The shares of the usable part by what the plan says of housing.
pub(crate) fn droit(r: &ParcelleNotee) -> Option<Droit> {
    Some(Droit {
        permis: r.logement_autorise?
            + r.logement_conditionnel?
            + r.logement_auc?
            + r.logement_rnu?,
        ferme: r.logement_aus?,
        interdit: r.logement_interdit?,
    })
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Droit {
    /// Housing possible under the plan, perhaps with conditions.
    pub(crate) permis: f64,
    /// Zone closed to urbanisation.
    pub(crate) ferme: f64,
    /// Housing banned.
    pub(crate) interdit: f64,
}

/// A derogation in force that fits the parcel, whatever the plan says.
pub(crate) fn derogation<'b>(
    r: &ParcelleNotee,
    types: Types,
    b: &'b Bareme,
    date: Date,
) -> Option<&'b Voie> {
    let find = |code: &str| {
        b.voies
            .iter()
            .find(|v| v.code == code && v.en_vigueur(date))
    };
    let zae = || {
        // L318-8-1 CU: the site type says "business park", or a local layer of business parks does not say.
        (en_zae(r, b) && matches!(r.zae_type, None | Some(TypeSite::Zae)))
            .then(|| find(code::L152_6_7))
            .flatten()
    };
    let bati = || {
        (bati(r, b) == Bati::Autre)
            .then(|| find(code::L152_6_5))
            .flatten()
    };
    let lot = types.contient(TypeGisement::ZaeVacante) || types.contient(TypeGisement::ZaeMutable);
    if lot {
        zae().or_else(bati)
    } else {
        bati().or_else(zae)
    }
}

/// The pathway of a parcel; `None` when what the plan says is not known.
pub(crate) fn voie<'b>(
    r: &ParcelleNotee,
    types: Types,
    b: &'b Bareme,
    date: Date,
) -> Option<&'b Voie> {
    let find = |code: &str| {
        b.voies
            .iter()
            .find(|v| v.code == code && v.en_vigueur(date))
    };
    let seuil = b.conditions.part_zone;
    let droit = droit(r)?;
    if droit.permis >= seuil {
        return find(code::PLU);
    }
    if r.part_er_mixite.is_some_and(|p| p >= seuil) {
        return find(code::ER_MIXITE);
    }
    if droit.interdit >= seuil {
        return derogation(r, types, b, date).or_else(|| find(code::EVOLUTION));
    }
    (droit.ferme >= seuil)
        .then(|| find(code::EVOLUTION))
        .flatten()
}
