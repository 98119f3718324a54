use crate::row;

row! {
    /// A polygon of land cover and use (IGN OCS GE).
    Occupation: Occupation, Surface, key |o| o.id.clone();
    id: String = "" "Identifiant";
    code_cs: Option<String> = "" "Couverture du sol";
    code_us: Option<String> = "" "Usage du sol";
    artif: Option<bool> = "" "Artificialisé";
    artif_origine: Option<String> = "" "Origine de cette qualité (fichier, matrice)";
    seuil: Option<bool> = "" "Qualité due au seuil de surface";
    millesime: Option<i64> = "" "Millésime";
}
