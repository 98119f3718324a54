//! Vetoes, conditions, remarks and the verdict (bareme §1 to §3).

use gisement_model::bareme::{Bareme, Voie};
use gisement_model::{CommuneNotee, Couche, ParcelleNotee};
use jiff::civil::Date;

use crate::Tri;
use crate::pathway::{Bati, bati, code};
use crate::types::{TypeGisement, Types};

mod conditions;

use conditions::{other_conditions, remarques};

macro_rules! verdicts {
    ($($variant:ident = $code:literal, $libelle:literal;)+) => {
        /// The verdict on a parcel, in the order of the table of bareme §1.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Verdict { $(#[doc = $libelle] $variant,)+ }

        impl Verdict {
            /// Every verdict.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code used in files and addresses.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// French label.
            pub fn libelle(self) -> &'static str {
                match self { $(Self::$variant => $libelle,)+ }
            }

            /// From its code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.code() == code)
            }

            /// Whether the default ranking lists it.
            pub fn classe(self) -> bool {
                matches!(self, Self::Prioritaire | Self::AEtudier | Self::Reserve)
            }
        }
    };
}

verdicts! {
    ParcSocial = "parc_social", "Parc social";
    Ecarte = "ecarte", "Écarté";
    NonEvalue = "non_evalue", "Non évalué";
    SansObjet = "sans_objet", "Sans objet";
    Reserve = "reserve", "Réserve";
    Prioritaire = "prioritaire", "Prioritaire";
    AEtudier = "a_etudier", "À étudier";
}

/// A veto, a condition or a remark that holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Motif {
    /// Identifier; its texts are in `texts.rs`.
    pub id: &'static str,
    /// Share of the parcel concerned, when it is a matter of share.
    pub part: Option<f64>,
    /// The layer that says so.
    pub couche: Option<Couche>,
}

impl Motif {
    fn new(id: &'static str, part: Option<f64>, couche: Couche) -> Self {
        Self {
            id,
            part,
            couche: Some(couche),
        }
    }
}

/// Everything that weighs on a verdict.
#[derive(Debug, Clone, Default)]
pub struct Motifs {
    /// Proven vetoes.
    pub vetos: Vec<Motif>,
    /// Conditions.
    pub conditions: Vec<Motif>,
    /// Remarks.
    pub remarques: Vec<Motif>,
}

/// A + N share that no STECAL opens.
fn part_an(r: &ParcelleNotee) -> Option<f64> {
    Some((r.part_a? + r.part_n? - r.part_stecal.unwrap_or(0.0)).max(0.0))
}

/// Whether a usable piece of the rule's size is left; with its circle when `circle`.
fn piece(r: &ParcelleNotee, b: &Bareme, circle: bool) -> Tri {
    let v = &b.vetos;
    if r.utile_m2 < v.piece_m2 {
        return Tri::Non;
    }
    let area = Tri::test(r.plus_grande_piece_m2, |p| p >= v.piece_m2);
    if circle {
        area.et(Tri::test(r.diametre_inscrit_m, |d| d >= v.piece_cercle_m))
    } else {
        area
    }
}

/// A ban that covers `part` of the parcel: a veto when it leaves no usable piece.
fn interdiction(r: &ParcelleNotee, b: &Bareme, part: Option<f64>, circle: bool) -> Tri {
    // The usable part was measured without a ban that is not known: it says nothing of what that ban would leave.
    match part {
        None => Tri::Inconnu,
        Some(p) if p < b.vetos.part_interdiction => Tri::Non,
        Some(_) => !piece(r, b, circle),
    }
}

/// Vetoes, conditions and remarks of a parcel. The texts of conditions say what would lift them.
pub(crate) fn motifs(
    r: &ParcelleNotee,
    commune: Option<&CommuneNotee>,
    types: Types,
    voie: Option<&Voie>,
    b: &Bareme,
    date: Date,
) -> Motifs {
    let mut m = Motifs::default();
    let gisement = types.principal();
    let document = r
        .part_zone_inconnue
        .is_some_and(|p| p < b.conditions.part_zone);
    let mut veto = |conditions: &mut Vec<Motif>,
                    id: &'static str,
                    check: &'static str,
                    state: Tri,
                    part: Option<f64>,
                    couche: Couche| {
        match state {
            Tri::Oui => m.vetos.push(Motif::new(id, part, couche)),
            // Without a planning document the condition "no document" says it all.
            Tri::Inconnu
                if b.vetos.a_verifier.iter().any(|v| v == id) && (document || id != "zone_na") =>
            {
                conditions.push(Motif::new(check, part, couche));
            }
            _ => {}
        }
    };
    let mut conditions = Vec::new();

    // Zone A or N, unless a building may change use (L152-6-5) or its usage is not known.
    let an = part_an(r);
    let seuil = b.vetos.part_zone_na;
    let l152_6_5 = b
        .voies
        .iter()
        .any(|v| v.code == code::L152_6_5 && v.en_vigueur(date));
    let covered = match an {
        None => Tri::Inconnu,
        Some(p) if p >= seuil => Tri::Oui,
        Some(p) if p + r.part_zone_inconnue.unwrap_or(0.0) >= seuil => Tri::Inconnu,
        Some(_) => Tri::Non,
    };
    let bati = bati(r, b);
    let without_pathway = match bati {
        _ if !l152_6_5 => Tri::Oui,
        Bati::Aucun | Bati::Logement => Tri::Oui,
        Bati::Autre | Bati::Agricole | Bati::UsageInconnu => Tri::Non,
        Bati::Inconnu => Tri::Inconnu,
    };
    veto(
        &mut conditions,
        "zone_na",
        "zone_na_a_verifier",
        covered.et(without_pathway),
        an,
        Couche::Zonage,
    );
    if covered.oui() && l152_6_5 {
        match bati {
            Bati::Autre => conditions.push(Motif::new(
                if r.part_a >= r.part_n {
                    "avis_cdpenaf"
                } else {
                    "avis_cdnps"
                },
                an,
                Couche::Zonage,
            )),
            Bati::Agricole => {
                conditions.push(Motif::new("bati_agricole_inutilise", an, Couche::Batiments));
            }
            Bati::UsageInconnu => {
                conditions.push(Motif::new("usage_bati_a_verifier", an, Couche::Batiments));
            }
            _ => {}
        }
    }

    let conversion = matches!(
        gisement,
        Some(TypeGisement::Tertiaire | TypeGisement::Equipement)
    ) && matches!(bati, Bati::Autre | Bati::UsageInconnu | Bati::Agricole);
    let ppr = if conversion {
        Tri::test(r.part_interdiction, |p| p >= b.vetos.part_interdiction)
            .et(Tri::test(r.part_bati_interdiction, |p| {
                p >= b.vetos.part_bati
            }))
    } else {
        interdiction(r, b, r.part_interdiction, true)
    };
    veto(
        &mut conditions,
        "ppr_interdiction",
        "risques_a_verifier",
        ppr,
        r.part_interdiction,
        Couche::Contraintes,
    );
    if ppr == Tri::Non
        && r.part_interdiction
            .is_some_and(|p| p >= b.vetos.part_interdiction)
    {
        conditions.push(Motif::new(
            "interdiction_partielle",
            r.part_interdiction,
            Couche::Contraintes,
        ));
    }

    let ban = interdiction(r, b, r.part_interdiction_construire, true);
    veto(
        &mut conditions,
        "interdiction_construire",
        "prescriptions_a_verifier",
        ban,
        r.part_interdiction_construire,
        Couche::Prescriptions,
    );
    if ban == Tri::Non
        && r.part_interdiction_construire
            .is_some_and(|p| p >= b.vetos.part_interdiction)
    {
        conditions.push(Motif::new(
            "interdiction_construire_partielle",
            r.part_interdiction_construire,
            Couche::Prescriptions,
        ));
    }
    veto(
        &mut conditions,
        "emplacement_reserve",
        "prescriptions_a_verifier",
        interdiction(r, b, r.part_emplacement_reserve, false),
        r.part_emplacement_reserve,
        Couche::Prescriptions,
    );
    veto(
        &mut conditions,
        "usage_incompatible",
        "usage_a_verifier",
        Tri::test(r.part_usage_incompatible, |p| {
            p >= b.vetos.part_usage_incompatible
        }),
        r.part_usage_incompatible,
        Couche::Activite,
    );
    if gisement.is_some() {
        let v = &b.vetos;
        // What is too small alone may be large enough with its neighbours of the same owner.
        let too_small =
            r.utile_m2 < v.trop_petit_m2 && r.unite_utile_m2.is_none_or(|u| u < v.trop_petit_m2);
        veto(
            &mut conditions,
            "trop_petit",
            "",
            too_small.into(),
            None,
            Couche::Parcelles,
        );
        let narrow = Tri::test(r.diametre_inscrit_m, |d| d < v.trop_etroit_m);
        veto(
            &mut conditions,
            "trop_etroit",
            "",
            narrow,
            None,
            Couche::Parcelles,
        );
    }
    // One missing layer raises one condition, whatever the number of vetoes that wait for it.
    conditions.dedup_by(|a, b| a.id == b.id);
    m.conditions = conditions;
    other_conditions(&mut m.conditions, r, commune, types, voie, b, date);
    if gisement.is_some() {
        m.remarques = remarques(r, b);
    }
    m
}
