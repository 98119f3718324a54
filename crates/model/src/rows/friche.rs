use jiff::civil::Date;

use crate::codes::{OccupationFriche, Pollution, StatutFriche};
use crate::{CodeInsee, row};

row! {
    /// A brownfield (CNIG Friches 1.0). A status or pollution outside the list is unknown.
    Friche: Friches, Mixed, key |f| f.site_id.clone(), commune |f| f.code_insee;
    site_id: String = "" "Identifiant du site";
    site_nom: Option<String> = "" "Nom du site";
    site_type: Option<String> = "" "Type de friche";
    site_statut: Option<StatutFriche> = "" "Statut";
    site_occupation: Option<OccupationFriche> = "" "Occupation";
    sol_pollution: Option<Pollution> = "" "Pollution du sol";
    code_insee: Option<CodeInsee> = "" "Code INSEE";
    refcad: Vec<String> = "" "Parcelles citées";
    surface_m2: Option<i64> = "m²" "Surface déclarée";
    site_identif_date: Option<Date> = "" "Date d’identification";
    site_actu_date: Option<Date> = "" "Date d’actualisation";
    site_url: Option<String> = "" "Adresse";
}
