//! The texts of vetoes, conditions and remarks: what they are called, and what would lift them.

/// French label of a veto, condition or remark, and what would lift it (conditions only).
pub(crate) fn text(id: &str) -> (&'static str, &'static str) {
    match id {
        // Vetoes.
        "zone_na" => ("Zone agricole ou naturelle", ""),
        "ppr_interdiction" => (
            "Plan de prévention ou servitude : interdiction de construire",
            "",
        ),
        "interdiction_construire" => (
            "Document d’urbanisme : interdiction de construire ou espace boisé classé",
            "",
        ),
        "emplacement_reserve" => ("Emplacement réservé à un autre usage que le logement", ""),
        "usage_incompatible" => ("Eau, cimetière, route ou voie ferrée", ""),
        "trop_petit" => ("Surface utile trop petite", ""),
        "trop_etroit" => ("Terrain trop étroit", ""),
        // Vetoes that could not be decided.
        "zone_na_a_verifier" => (
            "Zone agricole ou naturelle possible",
            "document d’urbanisme et bâti à vérifier",
        ),
        "risques_a_verifier" => (
            "Risques et servitudes non connus sur la parcelle",
            "plans de prévention et servitudes à consulter",
        ),
        "prescriptions_a_verifier" => (
            "Prescriptions d’urbanisme non connues sur la parcelle",
            "règlement graphique à consulter",
        ),
        "usage_a_verifier" => ("Usage du sol non connu", "visite"),
        // Conditions.
        "avis_cdpenaf" => (
            "Changement de destination en zone agricole (L152-6-5)",
            "avis conforme de la CDPENAF",
        ),
        "avis_cdnps" => (
            "Changement de destination en zone naturelle (L152-6-5)",
            "avis conforme de la CDNPS",
        ),
        "bati_agricole_inutilise" => (
            "Bâtiment agricole ou forestier",
            "inutilisation depuis plus de vingt ans à établir (L152-6-5)",
        ),
        "usage_bati_a_verifier" => ("Usage du bâtiment non connu", "usage du bâtiment à établir"),
        "interdiction_partielle" => (
            "Interdiction de construire sur une partie de la parcelle",
            "projet hors de la partie interdite",
        ),
        "interdiction_construire_partielle" => (
            "Interdiction de construire du document d’urbanisme sur une partie de la parcelle",
            "projet hors de la partie interdite",
        ),
        "document_inconnu" => (
            "Aucun document d’urbanisme connu",
            "document d’urbanisme, ou règles nationales, à consulter",
        ),
        "derogation_l152_6_5" => (
            "Logement interdit par la zone, dérogation L152-6-5 possible",
            "décision motivée de l’autorité compétente",
        ),
        "derogation_l152_6_7" => (
            "Logement interdit par la zone, dérogation L152-6-7 possible",
            "décision de l’autorité compétente",
        ),
        "evolution_plu" => (
            "Logement interdit par la zone",
            "évolution du document d’urbanisme",
        ),
        "zone_au_fermee" => (
            "Zone à urbaniser fermée",
            "ouverture par une évolution du document d’urbanisme",
        ),
        "auc_zan" => (
            "Zone à urbaniser d’un document sans objectif ZAN connu",
            "objectif ZAN inscrit dans le document d’urbanisme",
        ),
        "ppr_prescription" => (
            "Plan de prévention ou servitude : prescriptions",
            "respect des prescriptions",
        ),
        "ppr_classe_inconnue" => (
            "Plan de prévention dont la classe n’est pas connue",
            "règlement du plan à consulter",
        ),
        "sis" => (
            "Secteur d’information sur les sols",
            "étude de sols et attestation d’un bureau certifié",
        ),
        "pollution_averee" => ("Pollution du sol avérée", "plan de gestion et dépollution"),
        "pollution_supposee" => (
            "Pollution du sol supposée",
            "étude historique et diagnostic de sols",
        ),
        "pollution_inconnue" => (
            "Pollution inconnue sur une friche d’un usage à risque",
            "étude historique et diagnostic de sols",
        ),
        "friche_avec_projet" => (
            "Friche faisant l’objet d’un projet",
            "accord du porteur du projet",
        ),
        "peb_c" => (
            "Plan d’exposition au bruit, zone C",
            "opération de renouvellement urbain prévue par le plan",
        ),
        "peb_inconnu" => (
            "Plan d’exposition au bruit, zone non connue",
            "zone à lire sur le plan",
        ),
        "site_gele" => (
            "Site gelé dans l’attente d’un projet d’aménagement",
            "levée du périmètre, ou échéance de cinq ans",
        ),
        "risque_industriel" => (
            "Site industriel à risque à proximité immédiate",
            "étude de dangers",
        ),
        "budget_enaf" => (
            "Consommation d’ENAF supérieure au reste de la commune",
            "arbitrage de la commune ou mutualisation",
        ),
        "qpv" => (
            "Quartier prioritaire de la politique de la ville",
            "dérogation pour de nouveaux logements PLAI ou PLUS",
        ),
        // Remarks.
        "assemblage" => (
            "À assembler : l’unité foncière du même propriétaire est un gisement",
            "",
        ),
        "abf" => ("Avis de l’architecte des bâtiments de France", ""),
        "enclave" => ("Pas de façade sur le domaine public", ""),
        "er_autre" => ("Emplacement réservé d’un autre objet", ""),
        "er_mixite" => ("Emplacement réservé pour mixité sociale", ""),
        "parc_social_densifiable" => ("Parc social peu dense : densification possible", ""),
        "sms" => ("Secteur de mixité sociale", ""),
        "friche_potentielle" => ("Friche potentielle, à confirmer", ""),
        "friche_reconvertie" => ("Friche reconvertie", ""),
        "friche_statut_inconnu" => ("Friche de statut inconnu", ""),
        "logement_presume" => ("Droit au logement lu dans le libellé de la zone", ""),
        "usage_bati_inconnu" => ("Usage du bâti non connu", ""),
        "contenance_ecart" => (
            "Surface mesurée et contenance diffèrent de plus de 10 %",
            "",
        ),
        "pente_inconnue" => ("Pente non connue", ""),
        "proprietaire_inconnu" => ("Propriétaire non connu", ""),
        _ => ("", ""),
    }
}

/// French word for a code of a criterion's table.
pub(crate) fn code(critere: &str, code: &str) -> String {
    let known = match (critere, code) {
        (_, "friche_sans_projet") => "friche sans projet",
        (_, "vacant") => "vacant",
        (_, "inoccupe") => "inoccupé",
        (_, "potentielle") => "friche potentielle",
        (_, "partiellement") => "partiellement occupé",
        (_, "avec_projet") => "friche avec projet",
        (_, "occupe") => "occupé",
        (_, "reconvertie") => "friche reconvertie",
        (_, "autorise") => "autorisé",
        (_, "conditionnel") => "sous conditions",
        (_, "auc") => "zone à urbaniser ouverte",
        (_, "derogation") => "par dérogation",
        (_, "rnu") => "règlement national",
        (_, "aus") => "zone à urbaniser fermée",
        (_, "interdit") => "interdit",
        ("pollution", "inexistante") => "inexistante",
        ("pollution", "traitee") => "traitée",
        ("pollution", "peu_probable") => "peu probable",
        (_, "supposee") => "supposée",
        (_, "averee") => "avérée",
        ("nuisances", "peb_c") => "exposition au bruit, zone C",
        ("nuisances", "peb_d") => "exposition au bruit, zone D",
        ("nuisances", n) => {
            return format!("bruit, catégorie {}", n.trim_start_matches("bruit_"));
        }
        (_, "jusqu_a_15") => "15 m au plus",
        (_, "de_15_a_18") => "15 à 18 m",
        (_, "plus_de_18") => "plus de 18 m",
        (_, "organisation") => "à l’organisme",
        (_, "publique") => "publique",
        (_, "personnes_morales") => "personnes morales",
        (_, "personnes_morales_nombreuses") => "nombreuses personnes morales",
        (_, "copropriete") => "copropriété",
        (_, "personnes_physiques") => "personnes physiques, présumées",
        ("occupation", "un_logement") => "un logement",
        ("occupation", "autre") => "en usage",
        (_, "aucun" | "aucune") => "aucun",
        (_, "touche") => "en touche",
        (_, "couvre") => "en couvre la moitié au moins",
        (_, other) => other,
    };
    known.to_owned()
}

/// French word for a layer, inside a sentence.
pub(crate) fn layer(c: gisement_model::Couche) -> &'static str {
    match c {
        gisement_model::Couche::Batiments => "les bâtiments",
        gisement_model::Couche::Zonage => "le zonage d’urbanisme",
        _ => c.libelle(),
    }
}
