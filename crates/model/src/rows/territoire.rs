use jiff::civil::Date;

use crate::codes::{NatureDeclaration, NiveauTrajectoire, ZoneAbc};
use crate::{CodeInsee, row};

row! {
    /// A commune.
    Commune: Communes, Surface, key |c| c.code_insee.to_string(), commune |c| Some(c.code_insee);
    code_insee: CodeInsee = "" "Code INSEE";
    nom: String = "" "Nom";
    population: Option<i64> = "hab." "Population";
}

row! {
    /// An intercommunality with own taxation.
    Epci: Epci, None, key |e| e.siren.clone();
    siren: String = "" "SIREN";
    nom: String = "" "Nom";
    nature: Option<String> = "" "Nature";
    communes: Vec<String> = "" "Communes membres";
}

row! {
    /// A SCoT: it may cross départements, and a commune may have none.
    Scot: Scots, None, key |s| s.id.clone();
    id: String = "" "Identifiant";
    nom: String = "" "Nom";
    communes: Vec<String> = "" "Communes couvertes";
}

row! {
    /// Consumption of natural, agricultural and forest land of one commune in one calendar year (Cerema).
    /// Gross flux. Residues of −1 or −2 m² in the file are kept as they are. A commune born of several, of which the
    /// file still has the old ones, has one row for each: `valeurs` of the configuration gives them its code.
    Enaf: Enaf, None, key |e| format!("{}-{}", e.code_source, e.annee), commune |e| Some(e.code_insee);
    code_insee: CodeInsee = "" "Code INSEE";
    code_source: String = "" "Code de la commune dans le fichier";
    annee: i64 = "" "Année";
    total_m2: f64 = "m²" "Consommation totale";
    activite_m2: Option<f64> = "m²" "dont activité";
    habitat_m2: Option<f64> = "m²" "dont habitat";
    mixte_m2: Option<f64> = "m²" "dont mixte";
    route_m2: Option<f64> = "m²" "dont routes";
    ferre_m2: Option<f64> = "m²" "dont ferré";
    inconnu_m2: Option<f64> = "m²" "dont destination inconnue";
}

row! {
    /// The housing context of a commune. Several sources fill different columns of the same commune.
    Logement: Logement, None, key |l| l.code_insee.to_string(), commune |l| Some(l.code_insee);
    code_insee: CodeInsee = "" "Code INSEE";
    zone_abc: Option<ZoneAbc> = "" "Zonage ABC";
    sru_soumise: Option<bool> = "" "Commune soumise à la loi SRU";
    sru_taux: Option<f64> = "%" "Taux de logements sociaux (SRU)";
    sru_cible: Option<f64> = "%" "Taux à atteindre (SRU)";
    carence: Option<bool> = "" "Commune carencée";
    tension: Option<f64> = "" "Demandes par attribution";
    vacance: Option<f64> = "part" "Part de logements vacants";
    part_lls: Option<f64> = "part" "Part de logements locatifs sociaux";
}

row! {
    /// The reduction target of a territory, as its own document writes it.
    Trajectoire: Trajectoires, None, key |t| t.id.clone();
    id: String = "" "Identifiant";
    niveau: NiveauTrajectoire = "" "Niveau (region, scot, epci, commune)";
    code: String = "" "Code du territoire";
    reduction: Option<f64> = "%" "Réduction de la consommation d’espaces";
    plancher_m2: Option<f64> = "m²" "Surface plancher";
    mutualise: Option<String> = "" "Plancher mutualisé par";
    communes_deleguees: Option<i64> = "" "Nombre de communes déléguées";
    document: Option<String> = "" "Document qui fixe l’objectif";
    adresse: Option<String> = "" "Adresse du document";
}

row! {
    /// What the local ledger deducts from measured consumption, as a document declares it: the file of Cerema knows
    /// neither projects of national scope nor land given back.
    Declaration: Declarations, None, key |d| d.id.clone(), commune |d| Some(d.code_insee);
    id: String = "" "Identifiant";
    code_insee: CodeInsee = "" "Code INSEE";
    annee: i64 = "" "Année";
    nature: NatureDeclaration = "" "Nature (pene, renaturation)";
    surface_m2: f64 = "m²" "Surface";
    objet: Option<String> = "" "Projet ou opération";
    document: Option<String> = "" "Document qui la déclare";
    date: Option<Date> = "" "Date de la déclaration";
    adresse: Option<String> = "" "Adresse du document";
}

row! {
    /// A perimeter of a policy or of an operation: priority district, ZAC, ORT, farmland of the RPG…
    Perimetre: Perimetres, Surface, key |p| p.id.clone();
    id: String = "" "Identifiant";
    genre: String = "" "Genre (QPV, ZAC, ORT, OAP, PENE, RPG…)";
    code: Option<String> = "" "Code du fichier";
    nom: Option<String> = "" "Nom";
    date: Option<Date> = "" "Date";
    communes: Vec<String> = "" "Communes";
}
