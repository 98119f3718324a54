//! The two registers of land take, never summed: ENAF consumption (2021-2030) and net artificialisation (OCS GE).
//!
//! Surfaces are planar, as Cerema and IGN publish theirs.

use crate::codes::{
    Epuisement, Moment, NiveauTerritoire, OrigineObjectif, Periode, StatutEnveloppe,
    StatutGarantie, StatutPart, StatutPene,
};
use crate::{CodeInsee, row};

row! {
    /// The ENAF ledger of a territory (loi 2021-1104, art. 194). Above communes, surfaces are sums over those that are
    /// known (`nb_communes_renseignees`), and the envelope is the territory's own target on its own reference: budgets
    /// do not add up, `somme_communes_m2` and `ecart_*` say by how much and why.
    RegistreZan: Enaf, None, key |r| r.id.clone();
    id: String = "" "Identifiant";
    niveau: NiveauTerritoire = "" "Niveau";
    code: String = "" "Code du territoire";
    nom: String = "" "Nom";
    regles: String = "" "Jeu de règles ZAN";
    reference_m2: Option<f64> = "m²" "ENAF consommé pendant la période de référence";
    reduction: f64 = "part" "Réduction fixée";
    objectif_origine: OrigineObjectif = "" "Origine de l’objectif (propre, herite, defaut)";
    objectif_niveau: Option<String> = "" "Niveau du document qui fixe l’objectif";
    objectif_code: Option<String> = "" "Territoire de ce document";
    objectif_document: Option<String> = "" "Document qui fixe l’objectif";
    objectif_adresse: Option<String> = "" "Adresse de ce document";
    cible_m2: Option<f64> = "m²" "Cible (référence réduite)";
    garantie_m2: Option<f64> = "m²" "Apport de la garantie communale";
    garantie_statut: Option<StatutGarantie> = "" "Garantie communale";
    mutualise_m2: Option<f64> = "m²" "Garantie mutualisée (cédée : négative)";
    mutualise_vers: Option<String> = "" "Intercommunalité qui mutualise";
    enveloppe_m2: Option<f64> = "m²" "Enveloppe";
    brut_m2: Option<f64> = "m²" "Consommation mesurée depuis le début de la période";
    pene_m2: Option<f64> = "m²" "dont imputée aux projets d’envergure nationale";
    renature_m2: Option<f64> = "m²" "Renaturation effective déclarée";
    conso_m2: Option<f64> = "m²" "Consommation portée au registre";
    pene_statut: Option<StatutPene> = "" "Projets d’envergure nationale";
    reste_m2: Option<f64> = "m²" "Reste de l’enveloppe";
    part: Option<f64> = "part" "Part consommée de l’enveloppe";
    part_statut: StatutPart = "" "Statut de la part";
    statut: StatutEnveloppe = "" "Situation";
    annees_observees: i64 = "" "Années observées de la période";
    derniere_annee: Option<i64> = "" "Dernière année observée";
    temps_ecoule: Option<f64> = "part" "Part écoulée de la période";
    rythme_m2_an: Option<f64> = "m²/an" "Rythme depuis le début de la période";
    rythme_reference_m2_an: Option<f64> = "m²/an" "Rythme de la période de référence";
    projection_m2: Option<f64> = "m²" "Consommation de la période à ce rythme";
    epuisement: Option<Epuisement> = "" "Épuisement de l’enveloppe à ce rythme";
    epuisement_annee: Option<i64> = "" "Année d’épuisement";
    epuisement_moment: Option<Moment> = "" "Moment de cette année";
    surface_m2: Option<f64> = "m²" "Surface du territoire";
    part_territoire: Option<f64> = "part" "Consommation rapportée à la surface";
    nb_communes: i64 = "" "Communes de l’édition";
    nb_communes_renseignees: i64 = "" "dont au registre";
    nb_membres: Option<i64> = "" "Communes membres";
    somme_communes_m2: Option<f64> = "m²" "Somme des enveloppes des communes";
    ecart_m2: Option<f64> = "m²" "Écart entre cette somme et l’enveloppe";
    ecart_objectifs_m2: Option<f64> = "m²" "dont objectifs différents";
    ecart_garanties_m2: Option<f64> = "m²" "dont garanties communales";
    ecart_mutualise_m2: Option<f64> = "m²" "dont garanties mutualisées";
    communes_sans_enveloppe: Option<i64> = "" "Communes sans enveloppe connue";
    communes_depassees: Option<i64> = "" "Communes au-delà de leur enveloppe";
}

row! {
    /// What a territory consumed in a year, measured, before any deduction.
    RegistreAnnuel: Enaf, None, key |r| r.id.clone();
    id: String = "" "Identifiant";
    niveau: NiveauTerritoire = "" "Niveau";
    code: String = "" "Code du territoire";
    annee: i64 = "" "Année";
    periode: Periode = "" "Période (reference, objectif, hors_periode)";
    total_m2: f64 = "m²" "Consommation d’ENAF";
    activite_m2: Option<f64> = "m²" "dont activité";
    habitat_m2: Option<f64> = "m²" "dont habitat";
    mixte_m2: Option<f64> = "m²" "dont mixte";
    route_m2: Option<f64> = "m²" "dont routes";
    ferre_m2: Option<f64> = "m²" "dont ferré";
    inconnu_m2: Option<f64> = "m²" "dont non attribué";
    nb_communes: i64 = "" "Communes renseignées";
    nb_residus: i64 = "" "Valeurs négatives du fichier, conservées";
}

row! {
    /// Artificialisation of a commune between two editions of OCS GE (CU L101-2-1 and R101-1). Without an earlier
    /// edition only the state is known.
    RegistreArtif: Occupation, None, key |r| r.id.clone(), commune |r| Some(r.code_insee);
    id: String = "" "Identifiant";
    code_insee: CodeInsee = "" "Code INSEE";
    departement: String = "" "Département";
    annee_debut: Option<i64> = "" "Premier millésime";
    annee_fin: i64 = "" "Dernier millésime";
    surface_m2: f64 = "m²" "Surface de la commune";
    artificialise_m2: f64 = "m²" "Surface artificialisée au dernier millésime";
    taux: f64 = "part" "Part artificialisée au dernier millésime";
    artif_m2: Option<f64> = "m²" "Surface artificialisée entre les deux millésimes";
    desartif_m2: Option<f64> = "m²" "Surface désartificialisée entre les deux millésimes";
    nette_m2: Option<f64> = "m²" "Artificialisation nette";
    imper_m2: Option<f64> = "m²" "Surface rendue imperméable entre les deux millésimes";
}
