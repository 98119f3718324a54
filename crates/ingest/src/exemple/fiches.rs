//! What is written about each kind of friche, and the columns it is written in.

use super::usages::Friche;

/// Columns of the Cartofriches standard file, in its order (without `urba_zaer`, as published).
pub(super) const COLONNES: [&str; 50] = [
    "site_id",
    "site_nom",
    "site_type",
    "site_adresse",
    "site_identif_date",
    "site_actu_date",
    "site_url",
    "site_ademe_url",
    "site_securite",
    "site_occupation",
    "site_statut",
    "site_projet_url",
    "site_reconv_annee",
    "site_reconv_type",
    "activite_libelle",
    "activite_code",
    "activite_fin_annee",
    "comm_nom",
    "comm_insee",
    "bati_type",
    "bati_nombre",
    "bati_surface",
    "bati_pollution",
    "bati_vacance",
    "bati_patrimoine",
    "bati_etat",
    "local_ancien_annee",
    "local_recent_annee",
    "proprio_type",
    "proprio_personne",
    "proprio_nom",
    "sol_pollution_annee",
    "sol_pollution_existe",
    "sol_pollution_origine",
    "sol_pollution_commentaire",
    "sol_depollution_fiche",
    "unite_fonciere_surface",
    "unite_fonciere_refcad",
    "urba_zone_type",
    "urba_zone_lib",
    "urba_zone_formdomi",
    "urba_doc_type",
    "desserte_distance",
    "desserte_commentaire",
    "source_nom",
    "source_url",
    "source_producteur",
    "source_contact",
    "geompoint",
    "geomsurf",
];

/// What is known of one kind of friche.
pub(super) struct Fiche {
    pub(super) genre: &'static str,
    pub(super) statut: &'static str,
    pub(super) occupation: &'static str,
    pub(super) pollution: &'static str,
    pub(super) activite: &'static str,
    pub(super) fin: &'static str,
    pub(super) vacance: &'static str,
    pub(super) etat: &'static str,
    pub(super) proprietaire: (&'static str, &'static str, &'static str),
}

/// The sheet of a kind of friche; `principale` tells known sites from mere candidates.
pub(super) fn fiche(f: Friche, principale: bool) -> Fiche {
    const SCI: (&str, &str, &str) = ("G1a", "personne morale", "SCI DU GRAND FOUR");
    const COMMUNE: (&str, &str, &str) = ("P5a", "personne morale", "COMMUNE");
    const SNCF: (&str, &str, &str) = ("R2a", "personne morale", "SNCF RESEAU");
    const PARTICULIER: (&str, &str, &str) = ("X1a", "personne physique", "_X_");
    let base = Fiche {
        genre: "friche industrielle",
        statut: "friche sans projet",
        occupation: "totalement inoccupé",
        pollution: "inconnu",
        activite: "NA",
        fin: "NA",
        vacance: "vacant",
        etat: "dégradation moyenne",
        proprietaire: SCI,
    };
    match f {
        Friche::Briqueterie => Fiche {
            pollution: "pollution supposée",
            activite: "Fabrication de briques, tuiles et produits de construction",
            fin: "1996",
            etat: "dégradation très importante",
            ..base
        },
        // The accent dropped by a local export.
        Friche::Halle => Fiche {
            genre: "friche commerciale",
            statut: "friche avec projet",
            occupation: "occupation transitoire ou temporaire",
            vacance: "partiellement occupé",
            etat: "degradation moyenne",
            proprietaire: COMMUNE,
            ..base
        },
        Friche::Ferroviaire => Fiche {
            genre: "friche ferroviaire",
            activite: "Entreposage et manutention ferroviaires",
            fin: "2003",
            proprietaire: SNCF,
            ..base
        },
        // U+2019 where the list has a straight apostrophe.
        Friche::AncienneEcole => Fiche {
            genre: "friche d\u{2019}équipement public",
            pollution: "pollution inexistante",
            fin: "2015",
            etat: "dégradation inexistante ou faible",
            proprietaire: COMMUNE,
            ..base
        },
        Friche::Caserne => Fiche {
            genre: "friche militaire",
            statut: "friche reconvertie",
            occupation: "inconnu",
            fin: "2011",
            vacance: "occupé",
            proprietaire: COMMUNE,
            ..base
        },
        Friche::CaveCooperative => Fiche {
            genre: "friche agro-industrielle",
            statut: if principale {
                "friche sans projet"
            } else {
                "friche potentielle"
            },
            activite: "Vinification",
            fin: "2008",
            proprietaire: ("G2a", "personne morale", "CAVE COOPERATIVE LES COTEAUX"),
            ..base
        },
        Friche::Moulin => Fiche {
            activite: "Meunerie",
            fin: "1978",
            etat: "dégradation très importante",
            proprietaire: PARTICULIER,
            ..base
        },
        Friche::Garage => Fiche {
            statut: "friche potentielle",
            occupation: "inconnu",
            activite: "Garage et station-service",
            vacance: "inconnu",
            etat: "inconnu",
            proprietaire: PARTICULIER,
            ..base
        },
    }
}
