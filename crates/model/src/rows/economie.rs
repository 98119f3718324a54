use jiff::civil::Date;

use crate::codes::{EtatTerrain, KindEquipement, NatureActivite, TypeSite, Vocation};
use crate::{CodeInsee, row};

row! {
    /// A business site (CNIG Sites économiques `site_eco`, or a local layer by mapping).
    Zae: Zae, Surface, key |z| z.site_id.clone(), commune |z| z.code_insee;
    site_id: String = "" "Identifiant du site";
    site_nom: Option<String> = "" "Nom du site";
    site_type: Option<TypeSite> = "" "Type de site";
    site_vocadomi: Option<Vocation> = "" "Vocation dominante";
    site_etat: Option<String> = "" "État du site";
    code_insee: Option<CodeInsee> = "" "Code INSEE";
    epci_siren: Option<String> = "" "SIREN de l’EPCI";
    surface_brute_m2: Option<f64> = "m²" "Surface brute déclarée";
    uf_nbre: Option<i64> = "" "Nombre d’unités foncières";
    uf_vacant_nbre: Option<i64> = "" "Nombre d’unités foncières vacantes";
    site_actu_date: Option<Date> = "" "Date d’actualisation";
}

row! {
    /// A plot of a business site (CNIG Sites économiques `terrain_eco`).
    Terrain: Terrains, Surface, key |t| t.terr_id.clone();
    terr_id: String = "" "Identifiant du terrain";
    site_id: Option<String> = "" "Identifiant du site";
    etat: Option<EtatTerrain> = "" "État d’occupation";
    refcad: Vec<String> = "" "Parcelles citées";
    maitrise_fonciere: Option<String> = "" "Maîtrise foncière";
    usage: Option<String> = "" "Usage";
    surface_brute_m2: Option<f64> = "m²" "Surface brute déclarée";
    terr_actu_date: Option<Date> = "" "Date d’actualisation";
}

row! {
    /// An activity area (BD TOPO `zone_d_activite_ou_d_interet`, older SURFACE_ACTIVITE).
    Activite: Activite, Surface, key |a| a.id.clone();
    id: String = "" "Identifiant";
    categorie: Option<String> = "" "Catégorie du fichier";
    nature: Option<NatureActivite> = "" "Nature";
    toponyme: Option<String> = "" "Toponyme";
}

row! {
    /// A point of interest.
    Equipement: Equipements, Point, key |e| e.id.clone();
    id: String = "" "Identifiant";
    kind: KindEquipement = "" "Genre";
    nom: Option<String> = "" "Nom";
}
