//! Words by which a field gives its layer away: code lists, identifiers. A layer without an entry is still
//! recognised by its columns.

use gisement_model::codes::{
    EtatTerrain, KindEquipement, NatureActivite, OccupationFriche, Pollution, StatutFriche,
    TypeSite, TypeZone, UsageBatiment, Vocation, ZoneAbc,
};
use gisement_model::texte::cle;
use gisement_model::{CodeInsee, Couche, Idu};

/// Whether a value belongs to the list of a field.
pub(super) type Belongs = fn(&str) -> bool;

/// The list that the values of a field should belong to, and how to name it.
pub(super) fn of(couche: Couche, field: &str) -> Option<(Belongs, &'static str)> {
    Some(match (couche, field) {
        (Couche::Parcelles, "idu") => (is_idu, "identifiants de parcelle"),
        (Couche::Communes, "code_insee") => (is_commune, "codes commune"),
        (Couche::Enaf | Couche::Logement, "code_insee")
        | (Couche::Epci | Couche::Scots, "commune") => (is_insee, "codes commune"),
        (Couche::Epci, "siren") => (is_siren, "numéros SIREN"),
        (Couche::Batiments, "leger") => (is_light, "bâti dur ou léger"),
        (Couche::Batiments, "usage_1") => {
            (|s| UsageBatiment::parse(s).is_some(), "usages de bâtiment")
        }
        (Couche::Zonage, "typezone") => (is_zone, "types de zone (U, AUc, AUs, A, N)"),
        (Couche::Zonage, "secteur_cc") => (is_two_digits, "types de secteur"),
        (Couche::Prescriptions, "typepsc") => (is_two_digits, "types de prescription"),
        (Couche::Friches, "site_statut") => {
            (|s| StatutFriche::parse(s).is_some(), "statuts de friche")
        }
        (Couche::Friches, "site_type") => (is_brownfield_type, "types de friche"),
        (Couche::Friches, "site_occupation") => (
            |s| OccupationFriche::parse(s).is_some(),
            "occupations de friche",
        ),
        (Couche::Friches, "sol_pollution") => {
            (|s| Pollution::parse(s).is_some(), "états de pollution")
        }
        (Couche::Zae, "site_type") => {
            (|s| TypeSite::parse(s).is_some(), "types de site économique")
        }
        (Couche::Zae, "site_vocadomi") => (|s| Vocation::parse(s).is_some(), "vocations de site"),
        (Couche::Terrains, "etat") => (
            |s| EtatTerrain::parse(s).is_some(),
            "états d’occupation de terrain",
        ),
        (Couche::Contraintes, "typereglementurba") => (is_two_digits, "codes de règlement de PPR"),
        (Couche::Logement, "zone_abc") => (|s| ZoneAbc::parse(s).is_some(), "zones A bis à C"),
        (Couche::Equipements, "kind") => (
            |s| KindEquipement::parse(s).is_some(),
            "genres d’équipement",
        ),
        (Couche::Activite, "categorie" | "nature") => {
            (|s| NatureActivite::parse(s).is_some(), "natures d’activité")
        }
        _ => return None,
    })
}

/// The field that tells one object of the layer from another: repeated values speak against the layer.
pub(super) fn key(couche: Couche) -> Option<&'static str> {
    Some(match couche {
        Couche::Parcelles => "idu",
        Couche::Communes => "code_insee",
        Couche::Friches | Couche::Zae => "site_id",
        Couche::Terrains => "terr_id",
        _ => return None,
    })
}

/// Columns of other objects that resemble those of the layer: cadastral sheets and sections have a commune and a
/// section too, tables of statistics have a zone type.
pub(super) fn foreign(couche: Couche) -> &'static [&'static str] {
    match couche {
        Couche::Parcelles => &["modeconfection", "qualite", "code", "edition"],
        Couche::Communes => &["feuille", "section", "prefixe", "com_abs", "numero"],
        Couche::Logement => &["land_id", "land_type"],
        _ => &[],
    }
}

/// Words of a name that speak for a layer, beside those that choose a table and the name of the layer.
pub(super) fn names(couche: Couche) -> &'static [&'static str] {
    match couche {
        Couche::Contraintes => &[
            "seveso",
            "ppr",
            "pprn",
            "ppri",
            "pprt",
            "risque",
            "risques",
            "inondation",
            "servitude",
            "servitudes",
            "sup",
            "peb",
            "sis",
            "alea",
            "aleas",
        ],
        Couche::Zae => &["zae", "zones_d_activites", "za", "zi"],
        Couche::Equipements => &["bpe", "finess", "ecoles", "gares", "stops", "arrets"],
        Couche::Enaf => &["conso", "consommation", "artif"],
        Couche::Logement => &["sru", "abc", "vacance", "lovac"],
        _ => &[],
    }
}

/// Whether 12 characters are a parcel without its département (PCI), not a cadastral sheet.
pub(super) fn is_pci_idu(s: &str) -> bool {
    let b = s.as_bytes();
    b.len() == 12
        && b[..6].iter().all(u8::is_ascii_digit)
        && b[6..8].iter().all(u8::is_ascii_alphanumeric)
        && b[8..].iter().all(u8::is_ascii_digit)
}

fn is_idu(s: &str) -> bool {
    s.parse::<Idu>().is_ok() || is_pci_idu(s)
}

fn is_insee(s: &str) -> bool {
    s.parse::<CodeInsee>().is_ok()
}

/// The PCI writes communes on three digits.
fn is_commune(s: &str) -> bool {
    is_insee(s) || s.len() == 3 && s.bytes().all(|b| b.is_ascii_digit())
}

/// « friche industrielle » is a type; « friche avec projet » is a state.
fn is_brownfield_type(s: &str) -> bool {
    let k = cle(s);
    (k.starts_with("friche ") || k.starts_with("mixte")) && StatutFriche::parse(s).is_none()
}

fn is_siren(s: &str) -> bool {
    s.len() == 9 && s.bytes().all(|b| b.is_ascii_digit()) || s.starts_with("ZZZ")
}

fn is_two_digits(s: &str) -> bool {
    matches!(s.len(), 1 | 2) && s.bytes().all(|b| b.is_ascii_digit())
}

fn is_zone(s: &str) -> bool {
    TypeZone::parse(s).is_some() || matches!(s.as_bytes(), [b'U' | b'A' | b'N', ..] if s.len() <= 3)
}

fn is_light(s: &str) -> bool {
    matches!(s, "01" | "02") || {
        // Real files have « BÃ¯Â¿Â½timent en dur » and « Construction lÃ¯Â¿Â½gÃ¯Â¿Â½re ».
        let k = cle(s);
        k.ends_with("en dur")
            || k.starts_with("construction l")
            || k.starts_with("bati")
            || k.starts_with('b') && k.ends_with("ger")
            || matches!(k.as_str(), "oui" | "non")
    }
}
