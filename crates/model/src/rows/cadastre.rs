use jiff::civil::Date;

use crate::codes::UsageBatiment;
use crate::{CodeInsee, Idu, row};

row! {
    /// A cadastral parcel. Its commune, prefix, section and number are in [`Idu`].
    Parcelle: Parcelles, Surface, key |p| p.idu.to_string(), commune |p| Some(p.idu.commune());
    idu: Idu = "" "Identifiant cadastral";
    contenance_m2: Option<i64> = "m²" "Contenance cadastrale";
    arpente: Option<bool> = "" "Parcelle arpentée";
    created: Option<Date> = "" "Date de création";
    updated: Option<Date> = "" "Date de mise à jour";
}

row! {
    /// A building, from the cadastre or BD TOPO.
    Batiment: Batiments, Surface, key |b| b.id.clone(), commune |b| b.code_insee;
    id: String = "" "Identifiant";
    code_insee: Option<CodeInsee> = "" "Code INSEE";
    leger: Option<bool> = "" "Construction légère";
    usage_1: Option<UsageBatiment> = "" "Usage principal";
    hauteur_m: Option<f64> = "m" "Hauteur";
    etages: Option<i64> = "" "Nombre d’étages";
    logements: Option<i64> = "" "Nombre de logements";
}

row! {
    /// A section of the cadastre: the parcels that share a letter or two.
    Section: Sections, Surface, key |s| s.id.clone(), commune |s| Some(s.code_insee);
    id: String = "" "Identifiant (commune, préfixe, section)";
    code_insee: CodeInsee = "" "Code INSEE";
    prefixe: String = "" "Préfixe";
    code: String = "" "Section";
    created: Option<Date> = "" "Date de création";
    updated: Option<Date> = "" "Date de mise à jour";
}

row! {
    /// A sheet of the cadastre: how and at which scale its parcels were drawn.
    Feuille: Feuilles, Surface, key |f| f.id.clone(), commune |f| Some(f.code_insee);
    id: String = "" "Identifiant (commune, préfixe, section, feuille)";
    code_insee: CodeInsee = "" "Code INSEE";
    prefixe: String = "" "Préfixe";
    section: String = "" "Section";
    numero: String = "" "Feuille";
    qualite: Option<String> = "" "Qualité du plan";
    mode_confection: Option<String> = "" "Mode de confection";
    echelle: Option<i64> = "" "Dénominateur de l’échelle";
    created: Option<Date> = "" "Date de création";
    updated: Option<Date> = "" "Date de mise à jour";
}

row! {
    /// A named place of the cadastre.
    LieuDit: LieuxDits, Surface, key |l| l.id.clone(), commune |l| l.code_insee;
    id: String = "" "Identifiant";
    nom: Option<String> = "" "Nom";
    code_insee: Option<CodeInsee> = "" "Code INSEE";
    created: Option<Date> = "" "Date de création";
    updated: Option<Date> = "" "Date de mise à jour";
}
