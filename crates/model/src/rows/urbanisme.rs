use jiff::civil::Date;

use crate::codes::{ClasseContrainte, TypeDocument, TypeZone};
use crate::{CodeInsee, row};

row! {
    /// A zone of a local plan (CNIG ZONE_URBA) or a sector of a carte communale (SECTEUR_CC).
    Zone: Zonage, Surface, key |z| z.id.clone(), commune |z| z.code_insee;
    id: String = "" "Identifiant";
    libelle: Option<String> = "" "Libellé";
    libelong: Option<String> = "" "Libellé long";
    typezone: Option<TypeZone> = "" "Type de zone, normalisé";
    typezone_source: Option<String> = "" "Type de zone du fichier";
    secteur_cc: Option<String> = "" "Secteur de carte communale (01, 02, 03, 99)";
    destoui: Option<String> = "" "Destinations autorisées";
    destcdt: Option<String> = "" "Destinations sous conditions";
    destnon: Option<String> = "" "Destinations interdites";
    formdomi: Option<String> = "" "Forme dominante";
    destdomi: Option<String> = "" "Destination dominante (standards 2013 et 2014)";
    idurba: Option<String> = "" "Document d’urbanisme";
    code_insee: Option<CodeInsee> = "" "Code INSEE";
    datappro: Option<Date> = "" "Date d’approbation";
    datvalid: Option<Date> = "" "Date de validité";
}

row! {
    /// A prescription of a local plan (CNIG PRESCRIPTION_SURF).
    Prescription: Prescriptions, Surface, key |p| p.id.clone();
    id: String = "" "Identifiant";
    libelle: Option<String> = "" "Libellé";
    txt: Option<String> = "" "Texte";
    typepsc: String = "" "Type de prescription (CNIG)";
    stypepsc: Option<String> = "" "Sous-type de prescription (CNIG)";
    idurba: Option<String> = "" "Document d’urbanisme";
}

row! {
    /// A prescription drawn as a line (CNIG PRESCRIPTION_LIN): alley to keep, set-back, front.
    PrescriptionLin: PrescriptionsLin, Line, key |p| p.id.clone();
    id: String = "" "Identifiant";
    libelle: Option<String> = "" "Libellé";
    txt: Option<String> = "" "Texte";
    typepsc: String = "" "Type de prescription (CNIG)";
    stypepsc: Option<String> = "" "Sous-type de prescription (CNIG)";
    idurba: Option<String> = "" "Document d’urbanisme";
}

row! {
    /// A prescription drawn as a point (CNIG PRESCRIPTION_PCT): tree, building to keep.
    PrescriptionPct: PrescriptionsPct, Point, key |p| p.id.clone();
    id: String = "" "Identifiant";
    libelle: Option<String> = "" "Libellé";
    txt: Option<String> = "" "Texte";
    typepsc: String = "" "Type de prescription (CNIG)";
    stypepsc: Option<String> = "" "Sous-type de prescription (CNIG)";
    idurba: Option<String> = "" "Document d’urbanisme";
}

row! {
    /// A perimeter annexed to a local plan for information (CNIG INFO_SURF): ZAC, pre-emption, noise.
    Information: Informations, Surface, key |p| p.id.clone();
    id: String = "" "Identifiant";
    libelle: Option<String> = "" "Libellé";
    txt: Option<String> = "" "Texte";
    typeinf: String = "" "Type d’information (CNIG)";
    stypeinf: Option<String> = "" "Sous-type d’information (CNIG)";
    idurba: Option<String> = "" "Document d’urbanisme";
}

row! {
    /// A line annexed to a local plan for information (CNIG INFO_LIN).
    InformationLin: InformationsLin, Line, key |p| p.id.clone();
    id: String = "" "Identifiant";
    libelle: Option<String> = "" "Libellé";
    txt: Option<String> = "" "Texte";
    typeinf: String = "" "Type d’information (CNIG)";
    stypeinf: Option<String> = "" "Sous-type d’information (CNIG)";
    idurba: Option<String> = "" "Document d’urbanisme";
}

row! {
    /// A point annexed to a local plan for information (CNIG INFO_PCT).
    InformationPct: InformationsPct, Point, key |p| p.id.clone();
    id: String = "" "Identifiant";
    libelle: Option<String> = "" "Libellé";
    txt: Option<String> = "" "Texte";
    typeinf: String = "" "Type d’information (CNIG)";
    stypeinf: Option<String> = "" "Sous-type d’information (CNIG)";
    idurba: Option<String> = "" "Document d’urbanisme";
}

row! {
    /// A planning document, or its link to one of its communes (CNIG DOC_URBA, DOC_URBA_COM, SuDocUH, a table by
    /// mapping). A document may have several rows, which fill different columns.
    Document: Documents, None, key |d| d.id.clone(), commune |d| d.code_insee;
    id: String = "" "Identifiant";
    code_insee: Option<CodeInsee> = "" "Code INSEE";
    siren: Option<String> = "" "SIREN de la collectivité compétente";
    typedoc: Option<TypeDocument> = "" "Type de document";
    etat: Option<String> = "" "État du document (code CNIG, ou texte de la source)";
    datappro: Option<Date> = "" "Date d’approbation";
    datefin: Option<Date> = "" "Date de fin de validité";
    cible_zan: Option<bool> = "" "Objectif de sobriété foncière inscrit au document";
    plancher: Option<bool> = "" "Commune éligible au plancher d’un hectare";
    idurba: Option<String> = "" "Document d’urbanisme";
}

row! {
    /// A zone of a risk plan, an easement, a technological perimeter.
    Contrainte: Contraintes, Surface, key |c| c.id.clone();
    id: String = "" "Identifiant";
    categorie: String = "" "Catégorie (PPRN, PPRT, AC1…)";
    classe: ClasseContrainte = "" "Classe";
    classe_source: Option<String> = "" "Classe du fichier";
    nom: Option<String> = "" "Nom";
    risque: Option<String> = "" "Risque";
    date_approbation: Option<Date> = "" "Date d’approbation";
}
