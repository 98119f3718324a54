use crate::row;

row! {
    /// A polygon of land cover and use (IGN OCS GE).
    /// IGN gives the same identifier from one edition to the next: the edition is part of the key.
    Occupation: Occupation, Surface, key |o| o.millesime.map_or_else(|| o.id.clone(), |y| format!("{}-{y}", o.id));
    id: String = "" "Identifiant";
    code_cs: Option<String> = "" "Couverture du sol";
    code_us: Option<String> = "" "Usage du sol";
    artif: Option<bool> = "" "Artificialisé";
    artif_origine: Option<String> = "" "Origine de cette qualité (fichier, matrice)";
    seuil: Option<bool> = "" "Qualité due au seuil de surface";
    millesime: Option<i64> = "" "Millésime";
}
