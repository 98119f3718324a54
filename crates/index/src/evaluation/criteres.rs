//! The registry of criteria: every measured column of [`ParcelleNotee`] with the layer that it is read from.

use gisement_model::{Couche, Field, LayerRow as _, ParcelleNotee};

/// First column that is computed rather than measured.
const FIRST_MARK: &str = "verdict";
/// Columns that name the parcel.
const IDENTITY: [&str; 5] = ["idu", "code_insee", "prefixe", "section", "numero"];

/// The criteria, in the order of the columns.
pub fn criteres() -> impl Iterator<Item = (&'static Field, Couche)> {
    ParcelleNotee::FIELDS
        .iter()
        .take_while(|f| f.name != FIRST_MARK)
        .filter(|f| !IDENTITY.contains(&f.name))
        .map(|f| (f, couche_du_champ(f.name)))
}

/// The layer that a column of [`ParcelleNotee`] is read from.
pub fn couche_du_champ(name: &str) -> Couche {
    match name {
        "emprise_bati_m2"
        | "ces"
        | "nb_batiments"
        | "plus_grand_batiment_m2"
        | "usage_bati"
        | "hauteur_m"
        | "logements"
        | "profondeur_bati_m"
        | "part_hors_tache"
        | "enaf_min_m2"
        | "enaf_m2"
        | "enaf_max_m2" => Couche::Batiments,
        "zone_libelle" | "zone_type" | "part_u" | "part_auc" | "part_aus" | "part_a" | "part_n"
        | "part_zone_inconnue" => Couche::Zonage,
        "part_stecal"
        | "part_interdiction_construire"
        | "part_emplacement_reserve"
        | "part_er_mixite"
        | "part_er_autre"
        | "part_site_gele"
        | "part_sms"
        | "sms_taux" => Couche::Prescriptions,
        "activite_nature" | "part_activite" | "part_usage_incompatible" => Couche::Activite,
        "terrain_id" | "terrain_etat" => Couche::Terrains,
        "part_interdiction"
        | "part_bati_interdiction"
        | "part_prescription"
        | "part_etude"
        | "part_information"
        | "part_classe_inconnue"
        | "part_ppr_inconnue"
        | "part_sis"
        | "part_patrimoine"
        | "part_environnement"
        | "part_qpv"
        | "peb"
        | "bruit_categorie" => Couche::Contraintes,
        "part_artificialisee" | "part_agricole" | "artif_nette_m2" => Couche::Occupation,
        n if n.starts_with("propri") || n.starts_with("unite") => Couche::Proprietaires,
        n if n.starts_with("logement_") => Couche::Zonage,
        n if n.starts_with("friche_") || n == "part_friche" => Couche::Friches,
        n if n.starts_with("zae_") || n == "part_zae" => Couche::Zae,
        n if n.starts_with("dist_") => Couche::Equipements,
        _ => Couche::Parcelles,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `docs/bareme.md` lists every criterion. `GISEMENT_ECRIRE=1 cargo test -p gisement-index` rewrites the table.
    #[test]
    fn the_documentation_lists_every_criterion() {
        use std::fmt::Write as _;
        let mut table = String::from("| colonne | critère | unité | couche |\n|---|---|---|---|\n");
        for (f, couche) in criteres() {
            let unit = if f.unit.is_empty() { "–" } else { f.unit };
            writeln!(
                table,
                "| `{}` | {} | {unit} | {} |",
                f.name,
                f.label,
                couche.code()
            )
            .unwrap();
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/bareme.md");
        let page = std::fs::read_to_string(path).unwrap();
        let (head, rest) = page.split_once("<!-- criteres -->\n").unwrap();
        let (found, tail) = rest.split_once("<!-- /criteres -->").unwrap();
        if std::env::var_os("GISEMENT_ECRIRE").is_some() {
            std::fs::write(
                path,
                format!("{head}<!-- criteres -->\n{table}<!-- /criteres -->{tail}"),
            )
            .unwrap();
        } else {
            assert_eq!(found, table, "docs/bareme.md is out of date");
        }
    }
}
