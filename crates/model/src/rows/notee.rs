//! The scored rows of an edition. Their field lists are the registry of criteria: the sheet, the API schema, the
//! exports and the documentation read names, units and labels here.
//!
//! A share is a fraction of the parcel's planar area in the legal projection, 0 to 1. A displayed area is divided
//! by the areal scale k². `None` always means "not known", never "none".

use jiff::civil::Date;

use crate::codes::{
    ClasseProprietaire, EtatTerrain, NatureActivite, OccupationFriche, Pollution, Propriete,
    StatutFriche, TypeSite, TypeZone, UsageBatiment, Vocation, ZoneAbc,
};
use crate::{CodeInsee, Couche, Idu, row};

row! {
    /// A parcel with its measured criteria, its verdict and its axes. The first block is measured; from `verdict`
    /// on, everything follows from the first block, the commune's row, the rule set and the date.
    ParcelleNotee: Parcelles, Surface, key |p| p.idu.to_string(), commune |p| Some(p.code_insee);
    idu: Idu = "" "Identifiant cadastral";
    code_insee: CodeInsee = "" "Code INSEE de la commune";
    prefixe: String = "" "Préfixe";
    section: String = "" "Section";
    numero: String = "" "Numéro";
    contenance_m2: Option<i64> = "m²" "Contenance cadastrale";
    arpente: Option<bool> = "" "Parcelle arpentée";
    created: Option<Date> = "" "Date de création";
    updated: Option<Date> = "" "Date de mise à jour";
    surface_m2: f64 = "m²" "Surface mesurée";
    ratio_contenance: Option<f64> = "" "Contenance rapportée à la surface";
    compacite: f64 = "" "Compacité (4πA/P²)";
    facade_m: Option<f64> = "m" "Façade sur le domaine public";
    utile_m2: f64 = "m²" "Surface utile";
    plus_grande_piece_m2: Option<f64> = "m²" "Plus grand morceau utile";
    diametre_inscrit_m: Option<f64> = "m" "Diamètre du plus grand cercle inscrit";
    emprise_bati_m2: Option<f64> = "m²" "Emprise bâtie";
    ces: Option<f64> = "part" "Emprise bâtie rapportée à la surface (CES)";
    nb_batiments: Option<i64> = "" "Nombre de bâtiments";
    plus_grand_batiment_m2: Option<f64> = "m²" "Emprise du plus grand bâtiment";
    usage_bati: Option<UsageBatiment> = "" "Usage principal du bâti";
    hauteur_m: Option<f64> = "m" "Hauteur du plus grand bâtiment";
    logements: Option<i64> = "" "Nombre de logements";
    profondeur_bati_m: Option<f64> = "m" "Profondeur du plus grand bâtiment";
    part_bati_interdiction: Option<f64> = "part" "Part du bâti en zone d’interdiction";
    zone_libelle: Option<String> = "" "Libellé de la zone principale";
    zone_type: Option<TypeZone> = "" "Type de la zone principale";
    part_u: Option<f64> = "part" "Part en zone U";
    part_auc: Option<f64> = "part" "Part en zone AU ouverte";
    part_aus: Option<f64> = "part" "Part en zone AU fermée";
    part_a: Option<f64> = "part" "Part en zone A";
    part_n: Option<f64> = "part" "Part en zone N";
    part_zone_inconnue: Option<f64> = "part" "Part sans zone connue";
    logement_autorise: Option<f64> = "part" "Part utile où le logement est autorisé";
    logement_conditionnel: Option<f64> = "part" "Part utile où le logement est sous conditions";
    logement_auc: Option<f64> = "part" "Part utile en AU ouverte, logement non interdit";
    logement_aus: Option<f64> = "part" "Part utile en AU fermée";
    logement_rnu: Option<f64> = "part" "Part utile sous règlement national d’urbanisme";
    logement_interdit: Option<f64> = "part" "Part utile où le logement est interdit";
    logement_inconnu: Option<f64> = "part" "Part utile où le droit au logement est inconnu";
    logement_presume: Option<f64> = "part" "Part utile où ce droit est lu dans un libellé";
    part_stecal: Option<f64> = "part" "Part en secteur de taille et de capacité limitées";
    part_interdiction_construire: Option<f64> = "part" "Part en interdiction de construire ou bois classé";
    part_emplacement_reserve: Option<f64> = "part" "Part en emplacement réservé";
    part_er_mixite: Option<f64> = "part" "Part en emplacement réservé pour mixité sociale";
    part_er_autre: Option<f64> = "part" "Part en emplacement réservé d’un autre objet (05-06)";
    part_site_gele: Option<f64> = "part" "Part en site gelé dans l’attente d’un projet";
    part_sms: Option<f64> = "part" "Part en secteur de mixité sociale";
    sms_taux: Option<f64> = "part" "Taux de logement social imposé";
    part_interdiction: Option<f64> = "part" "Part en interdiction (risques, servitudes)";
    part_prescription: Option<f64> = "part" "Part en prescription (risques, servitudes)";
    part_etude: Option<f64> = "part" "Part soumise à étude";
    part_information: Option<f64> = "part" "Part en servitude d’information";
    part_classe_inconnue: Option<f64> = "part" "Part sous contrainte de classe inconnue";
    part_ppr_inconnue: Option<f64> = "part" "Part en plan de prévention de classe inconnue";
    part_sis: Option<f64> = "part" "Part en secteur d’information sur les sols";
    part_patrimoine: Option<f64> = "part" "Part en périmètre de patrimoine";
    part_environnement: Option<f64> = "part" "Part en espace naturel protégé ou zone humide";
    part_qpv: Option<f64> = "part" "Part en quartier prioritaire";
    peb: Option<String> = "" "Zone du plan d’exposition au bruit";
    bruit_categorie: Option<i64> = "" "Catégorie de bruit des transports";
    activite_nature: Option<NatureActivite> = "" "Nature de l’activité";
    part_activite: Option<f64> = "part" "Part dans cette activité";
    part_usage_incompatible: Option<f64> = "part" "Part en eau, cimetière, route ou voie ferrée";
    part_friche: Option<f64> = "part" "Part en friche";
    friche_id: Option<String> = "" "Friche";
    friche_statut: Option<StatutFriche> = "" "Statut de la friche";
    friche_type: Option<String> = "" "Type de la friche";
    friche_occupation: Option<OccupationFriche> = "" "Occupation de la friche";
    friche_pollution: Option<Pollution> = "" "Pollution du sol de la friche";
    friche_rattachement: Option<String> = "" "Rattachement à la friche";
    part_zae: Option<f64> = "part" "Part en zone d’activité économique";
    zae_id: Option<String> = "" "Zone d’activité";
    zae_type: Option<TypeSite> = "" "Type du site économique";
    zae_vocation: Option<Vocation> = "" "Vocation du site économique";
    terrain_id: Option<String> = "" "Terrain de la zone d’activité";
    terrain_etat: Option<EtatTerrain> = "" "État d’occupation du terrain";
    unite: Option<String> = "" "Unité foncière d’un même propriétaire";
    unite_utile_m2: Option<f64> = "m²" "Surface utile de l’unité foncière";
    unite_verdict: Option<String> = "" "Verdict sur l’unité foncière";
    proprietaire: Option<String> = "" "Propriétaire principal, personne morale";
    proprietaire_siren: Option<String> = "" "SIREN du propriétaire principal";
    proprietaire_classe: Option<ClasseProprietaire> = "" "Classe du propriétaire principal";
    propriete: Option<Propriete> = "" "Situation de propriété";
    part_artificialisee: Option<f64> = "part" "Part artificialisée (OCS GE)";
    part_agricole: Option<f64> = "part" "Part agricole ou forestière (RPG, OCS GE)";
    dist_transport_m: Option<f64> = "m" "Distance à l’arrêt de transport";
    dist_ecole_m: Option<f64> = "m" "Distance à l’école";
    dist_commerce_m: Option<f64> = "m" "Distance au commerce";
    dist_sante_m: Option<f64> = "m" "Distance au service de santé";
    dist_services_m: Option<f64> = "m" "Distance au deuxième des trois services";
    dist_mairie_m: Option<f64> = "m" "Distance à la mairie";
    dist_risque_m: Option<f64> = "m" "Distance au site industriel à risque";
    part_hors_tache: Option<f64> = "part" "Part utile hors de la tache urbaine";
    enaf_min_m2: Option<f64> = "m²" "ENAF consommé, minimum";
    enaf_m2: Option<f64> = "m²" "ENAF consommé, estimation";
    enaf_max_m2: Option<f64> = "m²" "ENAF consommé, maximum";
    artif_nette_m2: Option<f64> = "m²" "Surface utile non artificialisée (OCS GE)";
    verdict: String = "" "Verdict";
    type_principal: Option<String> = "" "Type principal de gisement";
    types: Vec<String> = "" "Types de gisement";
    vetos: Vec<String> = "" "Vetos";
    conditions: Vec<String> = "" "Conditions";
    voie: Option<String> = "" "Voie juridique";
    potentiel_min: Option<f64> = "/100" "Potentiel, minimum";
    potentiel: Option<f64> = "/100" "Potentiel";
    potentiel_max: Option<f64> = "/100" "Potentiel, maximum";
    durete_min: Option<f64> = "/100" "Dureté foncière, minimum";
    durete: Option<f64> = "/100" "Dureté foncière";
    durete_max: Option<f64> = "/100" "Dureté foncière, maximum";
    besoin_min: Option<f64> = "/100" "Besoin de logement social, minimum";
    besoin: Option<f64> = "/100" "Besoin de logement social";
    besoin_max: Option<f64> = "/100" "Besoin de logement social, maximum";
    sobriete_min: Option<f64> = "/100" "Sobriété foncière, minimum";
    sobriete: Option<f64> = "/100" "Sobriété foncière";
    sobriete_max: Option<f64> = "/100" "Sobriété foncière, maximum";
    fiabilite: Option<f64> = "/100" "Fiabilité";
    indice_min: Option<f64> = "/100" "Indice, minimum";
    indice: Option<f64> = "/100" "Indice (profil équilibré)";
    indice_max: Option<f64> = "/100" "Indice, maximum";
    capacite_bas: Option<i64> = "logements" "Capacité basse";
    capacite: Option<i64> = "logements" "Capacité";
    capacite_haut: Option<i64> = "logements" "Capacité haute";
}

row! {
    /// A commune with what the axes Besoin and Sobriété need, the age of what was read over it, and its counts: those
    /// by verdict may be withheld from a public edition.
    CommuneNotee: Communes, Surface, key |c| c.code_insee.to_string(), commune |c| Some(c.code_insee);
    code_insee: CodeInsee = "" "Code INSEE";
    nom: String = "" "Nom";
    population: Option<i64> = "hab." "Population";
    epci: Option<String> = "" "SIREN de l’EPCI";
    epci_nom: Option<String> = "" "Intercommunalité";
    scot: Option<String> = "" "Identifiant du SCoT";
    scot_nom: Option<String> = "" "SCoT";
    document: Option<String> = "" "Document d’urbanisme en vigueur (PLU, PLUi, CC, RNU, POS)";
    cible_zan: Option<bool> = "" "Objectif de sobriété foncière inscrit au document";
    zone_abc: Option<ZoneAbc> = "" "Zonage ABC";
    sru_soumise: Option<bool> = "" "Commune soumise à la loi SRU";
    sru_taux: Option<f64> = "%" "Taux de logements sociaux (SRU)";
    sru_cible: Option<f64> = "%" "Taux à atteindre (SRU)";
    carence: Option<bool> = "" "Commune carencée";
    tension: Option<f64> = "" "Demandes par attribution";
    tension_presumee: Option<bool> = "" "Tension reprise de l’EPCI ou du département";
    vacance: Option<f64> = "part" "Part de logements vacants";
    part_lls: Option<f64> = "part" "Part de logements locatifs sociaux";
    enaf_reference_m2: Option<f64> = "m²" "ENAF consommé de 2011 à 2020";
    enaf_depuis_2021_m2: Option<f64> = "m²" "ENAF consommé depuis 2021";
    enaf_autorise_m2: Option<f64> = "m²" "ENAF autorisé de 2021 à 2030";
    enaf_reste_m2: Option<f64> = "m²" "ENAF restant";
    date_parcelles: Option<Date> = "" "Millésime des parcelles";
    date_batiments: Option<Date> = "" "Millésime des bâtiments";
    date_zonage: Option<Date> = "" "Millésime du zonage";
    date_prescriptions: Option<Date> = "" "Millésime des prescriptions";
    date_friches: Option<Date> = "" "Millésime des friches";
    date_zae: Option<Date> = "" "Millésime des zones d’activité";
    date_contraintes: Option<Date> = "" "Millésime des contraintes";
    date_activite: Option<Date> = "" "Millésime des zones d’intérêt";
    date_equipements: Option<Date> = "" "Millésime des équipements";
    date_proprietaires: Option<Date> = "" "Millésime des propriétaires";
    date_occupation: Option<Date> = "" "Millésime de l’occupation du sol";
    date_perimetres: Option<Date> = "" "Millésime des périmètres";
    date_enaf: Option<Date> = "" "Millésime de la consommation d’ENAF";
    date_logement: Option<Date> = "" "Millésime du contexte du logement";
    nb_parcelles: i64 = "" "Nombre de parcelles";
    nb_prioritaire: Option<i64> = "" "Parcelles prioritaires";
    nb_a_etudier: Option<i64> = "" "Parcelles à étudier";
    nb_reserve: Option<i64> = "" "Parcelles sous réserve";
    nb_ecarte: Option<i64> = "" "Parcelles écartées";
    nb_parc_social: Option<i64> = "" "Parcelles du parc social";
    nb_sans_objet: Option<i64> = "" "Parcelles sans objet";
    nb_non_evalue: Option<i64> = "" "Parcelles non évaluées";
    nb_classes: i64 = "" "Gisements classés";
    indice_dix_meilleurs: Option<f64> = "/100" "Indice médian des dix meilleurs gisements";
}

row! {
    /// A brownfield with the way it was joined to parcels. Served twice: as points (`friches`, every one that can
    /// be placed) and as polygons (`friches_emprises`).
    FricheNotee: Friches, Point, key |f| f.site_id.clone(), commune |f| f.code_insee;
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
    rattachement: String = "" "Rattachement aux parcelles (refcad, geometrie, point, aucun)";
    nb_parcelles: i64 = "" "Nombre de parcelles rattachées";
}

row! {
    /// Land that is bought together. The collection `sites` has these columns, then those of [`ParcelleNotee`] that
    /// measure and mark it, by the same code as a parcel.
    Site: Parcelles, Surface, key |s| s.id.clone();
    id: String = "" "Identifiant du site";
    genre: String = "" "Genre (unite_fonciere, friche, terrain_zae)";
    nom: Option<String> = "" "Nom, ou propriétaire";
    parcelles: Vec<String> = "" "Parcelles";
    nb_parcelles: i64 = "" "Nombre de parcelles";
}

row! {
    /// What lies on a parcel: one row per parcel and object of another layer. The collection has no geometry.
    Recouvrement: Parcelles, None, key |r| format!("{}-{}-{}", r.idu, r.couche, r.objet);
    parcelle: i64 = "" "Rang de la parcelle dans sa collection";
    idu: Idu = "" "Identifiant cadastral";
    couche: Couche = "" "Couche de l’objet";
    objet: i64 = "" "Rang de l’objet dans sa collection";
    part: f64 = "part" "Part de la parcelle";
}
