//! Grounds of refusal of a derogation (L152-6-5, L152-6-7 CU), checked beforehand against the criteria.

use gisement_model::ParcelleNotee;
use gisement_model::bareme::Bareme;

use super::MotifDeRefus;
use super::format::quantite;

/// The ground `id` for a parcel.
pub(super) fn ground(id: &str, r: &ParcelleNotee, b: &Bareme) -> MotifDeRefus {
    let rayon = Some(b.mesures.rayon_recherche_m);
    let unknown = || ("inconnu", "non connu".to_owned());
    // Favourable and unfavourable limits follow the utility curves: above .75, below .4.
    let near = |d: Option<f64>, u: &dyn Fn(f64) -> f64, what: &str| {
        d.map_or_else(unknown, |d| {
            let state = match u(d) {
                u if u >= 0.75 => "favorable",
                u if u < 0.4 => "defavorable",
                _ => "a_apprecier",
            };
            (state, format!("{what} à {}", quantite(d, "m", rayon)))
        })
    };
    let p = &b.potentiel;
    let (libelle, (etat, detail)) = match id {
        "acces" => (
            "Accès sans voiture",
            near(r.dist_transport_m, &|d| p.transport.nombre(d), "arrêt"),
        ),
        "nuisances" => (
            "Nuisances et risques du voisinage",
            near(
                r.dist_risque_m,
                &|d| p.nuisances.nombre(d),
                "site industriel à risque",
            ),
        ),
        "services" => (
            "Services à proximité",
            near(r.dist_services_m, &|d| p.services.nombre(d), "services"),
        ),
        "paysage" => (
            "Insertion dans le paysage",
            match r.part_patrimoine {
                Some(v) if v > 0.0 => ("a_apprecier", "périmètre de patrimoine".to_owned()),
                Some(_) => ("favorable", "hors périmètre de patrimoine".to_owned()),
                None => unknown(),
            },
        ),
        "ecoles" => (
            "Capacité des écoles",
            match r.dist_ecole_m {
                Some(d) => (
                    "a_apprecier",
                    format!("école à {}, effectifs non connus", quantite(d, "m", rayon)),
                ),
                None => unknown(),
            },
        ),
        "mixite" => (
            "Mixité sociale et fonctionnelle",
            ("a_apprecier", "à apprécier par la commune".to_owned()),
        ),
        other => {
            return MotifDeRefus {
                id: other.to_owned(),
                libelle: other.to_owned(),
                etat: "a_apprecier",
                detail: String::new(),
            };
        }
    };
    MotifDeRefus {
        id: id.to_owned(),
        libelle: libelle.to_owned(),
        etat,
        detail,
    }
}
