//! Every real file, the layer it is, and how many rows an independent tool finds in it.
//!
//! Only the number of rows is independent. The layer and what becomes of the rows (kept, rejected, merged) were
//! written from a run of this program and looked over: they guard against change, they prove nothing.
//!
//! `Ogr` counts come from `pyogrio.read_info(…, force_feature_count=True)`; `ogrinfo -so` (3.6.2) agrees on all 57;
//! `Csv` counts from Python's `csv.reader`, header excluded; `Json` counts from `len(json.load(f))`.

use gisement_model::Couche::{self, *};

/// The independent tool.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Par {
    Ogr,
    Csv,
    Json,
}

/// One table of one file that feeds a layer.
pub(crate) struct Fichier {
    pub(crate) chemin: &'static str,
    /// Table of a GeoPackage that has several.
    pub(crate) table: Option<&'static str>,
    pub(crate) couche: Couche,
    /// Rows, by the independent tool.
    pub(crate) lignes: u64,
    pub(crate) par: Par,
    /// kept, rejected, merged.
    pub(crate) suite: [u64; 3],
}

const fn f(
    chemin: &'static str,
    couche: Couche,
    lignes: u64,
    par: Par,
    suite: [u64; 3],
) -> Fichier {
    Fichier {
        chemin,
        table: None,
        couche,
        lignes,
        par,
        suite,
    }
}

const fn t(
    chemin: &'static str,
    table: &'static str,
    couche: Couche,
    lignes: u64,
    suite: [u64; 3],
) -> Fichier {
    Fichier {
        chemin,
        table: Some(table),
        couche,
        lignes,
        par: Par::Ogr,
        suite,
    }
}

const fn whole(chemin: &'static str, couche: Couche, n: u64, par: Par) -> Fichier {
    f(chemin, couche, n, par, [n, 0, 0])
}

use Par::{Csv, Json, Ogr};

#[rustfmt::skip]
pub(crate) const LUS: &[Fichier] = &[
    whole("bdtopo/bdtopo_for_test.gpkg", Batiments, 6, Ogr),
    whole("bdtopo/sample_bdtopo.shp", Batiments, 5, Ogr),
    whole("cadastre/apicarto/commune-9aed1e-POST.json", Communes, 1, Ogr),
    whole("cadastre/apicarto/parcelle-025b38-POST.json", Parcelles, 1, Ogr),
    whole("cadastre/apicarto/parcelle-a8be8e-POST.json", Parcelles, 1, Ogr),
    whole("cadastre/apicarto/parcelle-ec5c6a-POST.json", Parcelles, 1, Ogr),
    whole("cadastre/apicarto/parcelle-fa4cf3-POST.json", Parcelles, 1, Ogr),
    whole("cadastre/etalab/cadastre-09-extrait3-parcelles.json", Parcelles, 3, Ogr),
    whole("cadastre/etalab/cadastre-38001-extrait-parcelles.json", Parcelles, 3, Ogr),
    whole("cadastre/etalab/cadastre-75118-parcelles.json", Parcelles, 6821, Ogr),
    whole("cadastre/etalab_derived_from_edigeo/cadastre-13029-batiments.json", Batiments, 239, Ogr),
    whole("cadastre/etalab_derived_from_edigeo/cadastre-13029-communes.json", Communes, 1, Ogr),
    whole("cadastre/etalab_derived_from_edigeo/cadastre-13029-parcelles.json", Parcelles, 389, Ogr),
    whole("cadastre/etalab_qgis_reexport_27412/batiments.geojson", Batiments, 1597, Ogr),
    whole("cadastre/etalab_qgis_reexport_27412/parcelles.geojson", Parcelles, 1990, Ogr),
    whole("cadastre/etalab_raw_pci/pci-72181-commune.json.gz", Communes, 1, Ogr),
    whole("cadastre/etalab_raw_pci/pci-72187-commune.json.gz", Communes, 1, Ogr),
    whole("cadastre/parcellaire_ign/building.gpkg", Batiments, 325, Ogr),
    whole("cadastre/parcellaire_ign/parcel.gpkg", Parcelles, 851, Ogr),
    f("cadastre/parcellaire_ign/zoning.gpkg", Zonage, 26, Ogr, [25, 1, 0]),
    f("commune_complete_63148_ennezat/BATI_region.shp", Batiments, 2301, Ogr, [2299, 0, 2]),
    whole("commune_complete_63148_ennezat/BD_TOPO_ENNEZAT_batiindustriel_2015_01_limagneennezat_2154.shp", Batiments, 201, Ogr),
    whole("commune_complete_63148_ennezat/BD_TOPO_ENNEZAT_surfaceactivite_2015_01_limagneennezat_2154.shp", Activite, 14, Ogr),
    f("commune_complete_63148_ennezat/BD_parcellaire_bati_2016_Ennezat.shp", Batiments, 2269, Ogr, [2267, 0, 2]),
    whole("commune_complete_63148_ennezat/BD_parcelle_2016_Ennezat.shp", Parcelles, 2207, Ogr),
    whole("commune_complete_63148_ennezat/COMMUNE_region.shp", Communes, 1, Ogr),
    whole("commune_complete_63148_ennezat/CONTRAINTES_PPRN.shp", Contraintes, 1, Ogr),
    whole("commune_complete_63148_ennezat/PARCELLE_region.shp", Parcelles, 2243, Ogr),
    whole("commune_complete_63148_ennezat/PLU_Zone_U.geojson", Zonage, 16, Ogr),
    whole("commune_complete_63148_ennezat/SEVESO_FORT.shp", Contraintes, 1, Ogr),
    whole("commune_complete_63148_ennezat/SEVESO_MOYEN_AUTORISATION.shp", Contraintes, 1, Ogr),
    whole("commune_complete_63148_ennezat/SEVESO_TRES_FORT.shp", Contraintes, 1, Ogr),
    whole("commune_complete_63148_ennezat/ZONE U PLUi_ENNEZAT.shp", Zonage, 16, Ogr),
    whole("enaf/cerema_conso_layout_derived_metropole_lyon.csv", Enaf, 58, Csv),
    whole("friches/ardennes_obs_friches.geojson", Friches, 164, Ogr),
    whole("friches/ardennes_obs_friches_data.csv", Friches, 164, Csv),
    whole("friches/cartofriches_friches_standard_test.csv", Friches, 2594, Csv),
    whole("friches/cartofriches_occitanie_points_2024.geojson", Friches, 2851, Ogr),
    whole("friches/cnig_friches_fichier-valide.csv", Friches, 1, Csv),
    whole("logement/zonage-abc-juillet-2024.csv", Logement, 34935, Csv),
    whole("plu/19182_CC_20150517/Donnees_geographiques/19182_SECTEUR_CC_20150517.TAB", Zonage, 19, Ogr),
    whole("plu/30014_PLU_20171013/Donnees_geographiques/30014_PRESCRIPTION_SURF_20171013.shp", Prescriptions, 77, Ogr),
    whole("plu/30014_PLU_20171013/Donnees_geographiques/30014_ZONE_URBA_20171013.shp", Zonage, 90, Ogr),
    t("plu/pprt_69dreal20090005.gpkg", "pprt_69dreal20090005_zonereglementairefoncier_s", Contraintes, 10, [10, 0, 0]),
    t("plu/pprt_69dreal20090005.gpkg", "pprt_69dreal20090005_zonereglementaireurba_s", Contraintes, 25, [25, 0, 0]),
    t("plu/pprt_69dreal20090005.gpkg", "pprt_69dreal20090005_perimetre_s", Contraintes, 1, [1, 0, 0]),
    whole("territoires/cerema_tauxvacance_communes_2021.csv", Logement, 16209, Csv),
    whole("territoires/communes-09-ariege.geojson", Communes, 331, Ogr),
    whole("territoires/communes-11-aude.geojson", Communes, 436, Ogr),
    whole("territoires/communes-12-aveyron.geojson", Communes, 285, Ogr),
    whole("territoires/communes-30-gard.geojson", Communes, 353, Ogr),
    whole("territoires/communes-31-haute-garonne.geojson", Communes, 587, Ogr),
    whole("territoires/communes-32-gers.geojson", Communes, 462, Ogr),
    whole("territoires/communes-34-herault.geojson", Communes, 343, Ogr),
    whole("territoires/communes-46-lot.geojson", Communes, 320, Ogr),
    whole("territoires/communes-48-lozere.geojson", Communes, 158, Ogr),
    whole("territoires/communes-65-hautes-pyrenees.geojson", Communes, 470, Ogr),
    whole("territoires/communes-66-pyrenees-orientales.geojson", Communes, 226, Ogr),
    whole("territoires/communes-81-tarn.geojson", Communes, 319, Ogr),
    whole("territoires/communes-82-tarn-et-garonne.geojson", Communes, 195, Ogr),
    whole("territoires/epci_occitanie.json", Epci, 164, Json),
    f("territoires/insee_composition_communale_EPCI.csv", Epci, 34955, Csv, [1255, 0, 33700]),
    whole("zae/cnig_site-eco.exemple-valide.csv", Zae, 1, Csv),
    t("zae/cnig_sites_economiques.gpkg", "site_eco", Zae, 0, [0, 0, 0]),
    t("zae/cnig_sites_economiques.gpkg", "terrain_eco", Terrains, 0, [0, 0, 0]),
    whole("zae/cnig_terrain-eco.exemple-valide.csv", Terrains, 1, Csv),
    whole("zae/nantes_metropole_zae_auran.geojson", Zae, 191, Ogr),
    t("cadastre/edigeo/13029/edigeo-130290000A01.tar.bz2", "PARCELLE_id", Parcelles, 389, [389, 0, 0]),
    t("cadastre/edigeo/13029/edigeo-130290000A01.tar.bz2", "BATIMENT_id", Batiments, 239, [239, 0, 0]),
    t("cadastre/edigeo/13029/edigeo-130290000A01.tar.bz2", "COMMUNE_id", Communes, 1, [1, 0, 0]),
    t("cadastre/edigeo/13029/edigeo-130290000A01.tar.bz2", "SECTION_id", Sections, 1, [1, 0, 0]),
    t("cadastre/edigeo/13029/edigeo-130290000A01.tar.bz2", "SUBDSECT_id", Feuilles, 1, [1, 0, 0]),
    t("cadastre/edigeo/13029/edigeo-130290000A01.tar.bz2", "LIEUDIT_id", LieuxDits, 5, [5, 0, 0]),
    t("cadastre/edigeo/75103000AO01/E000AO01.THF", "PARCELLE_id", Parcelles, 50, [50, 0, 0]),
    t("cadastre/edigeo/75103000AO01/E000AO01.THF", "BATIMENT_id", Batiments, 67, [67, 0, 0]),
    t("cadastre/edigeo/75103000AO01/E000AO01.THF", "COMMUNE_id", Communes, 1, [1, 0, 0]),
    t("cadastre/edigeo/75103000AO01/E000AO01.THF", "SECTION_id", Sections, 1, [1, 0, 0]),
    t("cadastre/edigeo/75103000AO01/E000AO01.THF", "SUBDSECT_id", Feuilles, 1, [1, 0, 0]),
    whole("cadastre/etalab_derived_from_edigeo/cadastre-13029-feuilles.json", Feuilles, 1, Ogr),
    whole("cadastre/etalab_derived_from_edigeo/cadastre-13029-sections.json", Sections, 1, Ogr),
    whole("cadastre/etalab_derived_from_edigeo/cadastre-13029-lieux_dits.json", LieuxDits, 5, Ogr),
    whole("cadastre/etalab_qgis_reexport_27412/sections.geojson", Sections, 19, Ogr),
    whole("cadastre/apicarto/feuille-4af859-POST.json", Feuilles, 1, Ogr),
    whole("cadastre/apicarto/division-5d28a9-POST.json", Feuilles, 1, Ogr),
    whole("commune_complete_63148_ennezat/RPG_ENNEZAT.shp", Perimetres, 345, Ogr),
    whole("plu/19182_CC_20150517/19182_DOC_URBA_20150517.dbf", Documents, 1, Ogr),
    whole("plu/19182_CC_20150517/19182_DOC_URBA_COM_20150517.dbf", Documents, 1, Ogr),
    whole("plu/200078244_SCOT_20180218/200078244_DOC_URBA_20180218.dbf", Documents, 1, Ogr),
    whole("plu/200078244_SCOT_20180218/200078244_DOC_URBA_COM_20180218.dbf", Documents, 146, Ogr),
    f("plu/30014_PLU_20171013/30014_DOC_URBA_20171013.DBF", Documents, 2, Ogr, [1, 0, 1]),
    whole("plu/30014_PLU_20171013/30014_DOC_URBA_COM_20171013.DBF", Documents, 1, Ogr),
    whole("plu/30014_PLU_20171013/Donnees_geographiques/30014_INFO_PCT_20171013.shp", InformationsPct, 6, Ogr),
    whole("plu/30014_PLU_20171013/Donnees_geographiques/30014_INFO_SURF_20171013.shp", Informations, 18, Ogr),
    whole("plu/30014_PLU_20171013/Donnees_geographiques/30014_PRESCRIPTION_LIN_20171013.shp", PrescriptionsLin, 15, Ogr),
    whole("plu/30014_PLU_20171013/Donnees_geographiques/30014_PRESCRIPTION_PCT_20171013.shp", PrescriptionsPct, 93, Ogr),
    whole("plu/encodings/shp_latin1/PRESCRIPTION_PCT.shp", PrescriptionsPct, 59, Ogr),
    whole("plu/encodings/shp_utf8/PRESCRIPTION_PCT.shp", PrescriptionsPct, 59, Ogr),
];

/// Files and tables that no layer reads, and why. A folder stands for all that it holds.
#[rustfmt::skip]
pub(crate) const NON_LUS: &[(&str, &str)] = &[
    ("SOURCES.md", "la liste des sources, du texte"),
    ("cadastre/apicarto/localisant-ec5c6a-POST.json", "un point par parcelle : pas une emprise"),
    ("cadastre/apicarto/parcelle-7868d5-POST.json", "collection vide : reconnue par personne, lue comme parcelles sans entité (tests/lecture/reels.rs)"),
    ("cadastre/edigeo/75103000AO01/", "fichiers d’un lot EDIGEO, lus par leur .THF"),
    ("friches/cnig_friches_schema_v1.x.json", "schéma de table, pas des données"),
    ("logement/idf_sru_extrait.csv", "sans en-tête et sans code commune : `correspondance` impossible"),
    ("ocsge/", "agrégats de l’OCS GE par commune, sans géométrie : pas une couche"),
    ("plu/19182_CC_20150517/fr-000019182-CC20150517.xml", "fiche de métadonnées"),
    ("plu/200078244_SCOT_20180218/fr-200078244-SCOT20180218.xml", "fiche de métadonnées"),
    ("plu/200078244_SCOT_20180218/Donnees_geographiques/200078244_PERIMETRE_SCOT_20180218.shp", "périmètre de SCoT en polygones : la couche `scots` se donne par communes"),
    ("plu/251702833_scot/SCOT.shp", "périmètre de SCoT en polygone : la couche `scots` se donne par communes"),
    ("plu/30014_PLU_20171013/fr-000030014-plu20171013.xml", "fiche de métadonnées"),
    ("plu/30014_PLU_20171013/Pieces_ecrites/", "liste de pièces écrites"),
    ("plu/cnig_PLU_2017_schema/", "schémas et listes de codes du standard"),
    ("plu/pprt_69dreal20090005.gpkg#pprt_69dreal20090005_referenceinternet", "adresses de documents, sans géométrie"),
    ("plu/pprt_69dreal20090005.gpkg#pprt_69dreal20090005_procedure", "description de la procédure, sans géométrie"),
    ("territoires/departements-occitanie.geojson", "départements : aucune couche n’en a besoin"),
    ("zae/cnig_etablissement.schema.json", "schéma de table"),
    ("zae/cnig_pole-eco.schema.json", "schéma de table"),
    ("zae/cnig_site-eco.schema.json", "schéma de table"),
    ("zae/cnig_terrain-eco.schema.json", "schéma de table"),
    ("zae/cnig_pole-eco.exemple-valide.csv", "pôles économiques : regroupements de sites, pas une couche"),
    ("zae/cnig_sites_economiques.gpkg#etablissement", "établissements : des entreprises, pas du foncier"),
    ("zae/cnig_sites_economiques.gpkg#pole_eco", "pôles économiques : pas une couche"),
    ("zae/cnig_sites_economiques.gpkg#layer_styles", "styles de QGIS"),
    ("zae/nantes_metropole_communes_auran.geojson", "communes sans aucun attribut : ni code ni nom"),
];
