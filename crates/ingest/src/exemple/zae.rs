//! Business sites: the CNIG GeoPackage (sites and terrains) and, for one commune, a local shapefile.

use std::io;
use std::path::{Path, PathBuf};

use super::alea::{Alea, Objet};
use super::plan::{Pt, aire};
use super::shp::{self, Champ, Codage};
use super::sol::{Sol, Surface};
use super::territoires::{nom_epci, siren_epci};
use super::usages::{Lot, Usage};

/// The commune whose EPCI publishes its own layer instead of the CNIG one.
pub(super) const RANG_LOCAL: usize = 2;

const LOCAL: [Champ; 5] = [
    Champ("ID", 'C', 12),
    Champ("NOM_ZAE", 'C', 60),
    Champ("SURF_HA", 'N', 10),
    Champ("STATUT", 'C', 30),
    Champ("MAJ", 'C', 10),
];

/// A site and its terrains.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(feature = "gdal"),
    expect(dead_code, reason = "only the GeoPackage writes them")
)]
pub(super) struct Site {
    code: String,
    commune: String,
    rang: usize,
    epci: (String, String),
    nom: String,
    emprise: Vec<Surface>,
    terrains: Vec<Terrain>,
}

#[derive(Clone, Debug)]
#[cfg_attr(
    not(feature = "gdal"),
    expect(dead_code, reason = "only the GeoPackage writes them")
)]
struct Terrain {
    idu: String,
    anneau: Vec<Pt>,
    etat: Lot,
    bati: bool,
    maitrise: &'static str,
}

/// Gathers the business sites of a commune.
pub(super) fn recueillir(sol: &Sol, graine: u64) -> Vec<Site> {
    let mut a = Alea::nouveau(graine, sol.commune.rang + 2_000_000, Objet::Sites);
    let mut sites = Vec::new();
    for (i, s) in sol
        .sites
        .iter()
        .enumerate()
        .filter(|(_, s)| matches!(s.usage, Usage::Zae(_)))
    {
        let terrains = sol
            .parcelles
            .iter()
            .filter(|p| p.site == Some(i))
            .filter_map(|p| match p.usage {
                Usage::Zae(etat) => Some(Terrain {
                    idu: p.idu.clone(),
                    anneau: p.anneau.clone(),
                    etat,
                    bati: !p.batis.is_empty(),
                    maitrise: match etat {
                        Lot::Inoccupe => {
                            a.parmi(&["EPCI, structure intercommunale", "SEM ou SPLA", "commune"])
                        }
                        _ => a.parmi(&[
                            "investisseur professionnel",
                            "investisseur professionnel",
                            "EPCI, structure intercommunale",
                            "inconnu",
                        ]),
                    },
                }),
                _ => None,
            })
            .collect();
        sites.push(Site {
            code: sol.commune.code.clone(),
            commune: sol.commune.nom.clone(),
            rang: sol.commune.rang,
            epci: (
                siren_epci(sol.commune.epci),
                nom_epci(sol.commune.epci, graine),
            ),
            nom: s.nom.clone(),
            emprise: sol.emprises.get(&i).cloned().unwrap_or_default(),
            terrains,
        });
    }
    sites
}

/// Writes the GeoPackage and the local shapefile.
pub(super) fn ecrire(dossier: &Path, sites: &[Site]) -> io::Result<Vec<PathBuf>> {
    let dossier = dossier.join("zae");
    std::fs::create_dir_all(&dossier)?;
    let (locaux, standard): (Vec<&Site>, Vec<&Site>) =
        sites.iter().partition(|s| s.rang == RANG_LOCAL);
    let mut fichiers = Vec::new();
    if !standard.is_empty() {
        fichiers.extend(paquet::ecrire(
            &dossier.join("sites_economiques.gpkg"),
            &standard,
        )?);
    }
    let lignes = locaux
        .iter()
        .enumerate()
        .flat_map(|(i, s)| {
            let ligne = vec![
                format!("ZA{:03}", i + 1),
                s.nom.clone(),
                format!("{:.2}", hectares(&s.emprise)),
                "Existante, en activité".into(),
                "2024".into(),
            ];
            s.emprise.iter().map(move |e| (e.clone(), ligne.clone()))
        })
        .collect::<Vec<_>>();
    if !lignes.is_empty() {
        fichiers.extend(shp::ecrire(
            &dossier.join("zae_local"),
            &shp::Couche {
                champs: &LOCAL,
                lignes,
                codage: Codage::Utf8,
            },
        )?);
    }
    Ok(fichiers)
}

fn hectares(emprise: &[Surface]) -> f64 {
    emprise.iter().flatten().map(|a| aire(a)).sum::<f64>() / 10_000.0
}

/// Without GDAL nothing here can write a GeoPackage: the sample then has no CNIG sites file.
#[cfg(not(feature = "gdal"))]
mod paquet {
    use super::{Path, PathBuf, Site, io};

    pub(super) fn ecrire(_: &Path, _: &[&Site]) -> io::Result<Option<PathBuf>> {
        Ok(None)
    }
}

#[cfg(feature = "gdal")]
mod paquet {
    use gdal::DriverManager;
    use gdal::errors::Result;
    use gdal::spatial_ref::SpatialRef;
    use gdal::vector::{
        Feature, FieldValue, Geometry, LayerAccess, LayerOptions, OGRFieldType, OGRwkbGeometryType,
    };

    use super::{Lot, Path, PathBuf, Pt, Site, aire, hectares, io};

    const TEXTE: u32 = OGRFieldType::OFTString;
    const REEL: u32 = OGRFieldType::OFTReal;
    const ENTIER: u32 = OGRFieldType::OFTInteger;

    /// Columns of `site_eco`, CNIG Sites économiques 1.0.1 (the network and transport columns that no one fills are left out).
    const SITE: [(&str, u32); 35] = [
        ("site_id", TEXTE),
        ("pole_id", TEXTE),
        ("site_nom", TEXTE),
        ("site_type", TEXTE),
        ("site_vocadomi", TEXTE),
        ("site_etat", TEXTE),
        ("site_surf_brute", REEL),
        ("site_surf_utile", REEL),
        ("site_creation_date", TEXTE),
        ("site_identif_date", TEXTE),
        ("site_actu_date", TEXTE),
        ("site_description", TEXTE),
        ("source_producteur", TEXTE),
        ("site_evol_urba", TEXTE),
        ("site_epci_nom", TEXTE),
        ("site_epci_siren", TEXTE),
        ("site_comm_nom", TEXTE),
        ("site_comm_insee", TEXTE),
        ("site_moa_type", TEXTE),
        ("site_moa_nom", TEXTE),
        ("site_uf_nbre", ENTIER),
        ("site_uf_vacant_nbre", ENTIER),
        ("site_taux_vacance", ENTIER),
        ("site_uf_bati_nbre", ENTIER),
        ("site_nb_etab", ENTIER),
        ("site_nb_emploi", ENTIER),
        ("site_surf_comm_dispo", REEL),
        ("site_voca_industrielle", TEXTE),
        ("site_voca_commerciale", TEXTE),
        ("site_voca_tertiaire", TEXTE),
        ("site_voca_artisanale", TEXTE),
        ("reseau_eau_potable", TEXTE),
        ("reseau_electrique", TEXTE),
        ("reseau_fibre_optique", TEXTE),
        ("desserte_tc", TEXTE),
    ];
    const TERRAIN: [(&str, u32); 17] = [
        ("terr_id", TEXTE),
        ("site_id", TEXTE),
        ("terr_refcad", TEXTE),
        ("terr_surf_brute", REEL),
        ("terr_utile", TEXTE),
        ("terr_identif_date", TEXTE),
        ("terr_actu_date", TEXTE),
        ("terr_maitrise_fonc", TEXTE),
        ("terr_stade_amngt", TEXTE),
        ("terr_stade_comm", TEXTE),
        ("terr_etat_occup", TEXTE),
        ("terr_usage", TEXTE),
        ("terr_cle_en_main", TEXTE),
        ("terr_acquereur", TEXTE),
        ("terr_cession_date", TEXTE),
        ("terr_vente_montant", ENTIER),
        ("terr_m2_prix", ENTIER),
    ];

    pub(super) fn ecrire(chemin: &Path, sites: &[&Site]) -> io::Result<Option<PathBuf>> {
        remplir(chemin, sites).map_err(io::Error::other)?;
        Ok(Some(chemin.to_owned()))
    }

    fn remplir(chemin: &Path, sites: &[&Site]) -> Result<()> {
        // GeoPackage stores its date of writing; the sample's bytes must not depend on the clock.
        gdal::config::set_config_option("OGR_CURRENT_DATE", "2026-10-01T00:00:00.000Z")?;
        let _ = std::fs::remove_file(chemin);
        let mut base = DriverManager::get_driver_by_name("GPKG")?.create_vector_only(chemin)?;
        let crs = SpatialRef::from_epsg(2154)?;
        let couche =
            |base: &mut gdal::Dataset, nom: &str, ty: u32, champs: &[(&str, u32)]| -> Result<()> {
                let couche = base.create_layer(LayerOptions {
                    name: nom,
                    srs: Some(&crs),
                    ty,
                    options: None,
                })?;
                couche.create_defn_fields(champs)
            };
        couche(
            &mut base,
            "site_eco",
            OGRwkbGeometryType::wkbMultiPolygon,
            &SITE,
        )?;
        couche(
            &mut base,
            "terrain_eco",
            OGRwkbGeometryType::wkbPolygon,
            &TERRAIN,
        )?;
        let transaction = base.start_transaction()?;
        for (nom, terrains) in [("site_eco", false), ("terrain_eco", true)] {
            let couche = transaction.layer_by_name(nom)?;
            let mut rang = 0;
            for (i, s) in sites.iter().enumerate() {
                if terrains {
                    for t in &s.terrains {
                        rang += 1;
                        let mut f = Feature::new(couche.defn())?;
                        f.set_geometry(polygone(std::slice::from_ref(&t.anneau))?)?;
                        poser(&mut f, &TERRAIN, terrain(s, t, i, rang))?;
                        f.create(&couche)?;
                    }
                } else {
                    let mut g = Geometry::empty(OGRwkbGeometryType::wkbMultiPolygon)?;
                    for e in &s.emprise {
                        g.add_geometry(polygone(e)?)?;
                    }
                    let mut f = Feature::new(couche.defn())?;
                    f.set_geometry(g)?;
                    poser(&mut f, &SITE, site(s, i))?;
                    f.create(&couche)?;
                }
            }
        }
        transaction.commit()
    }

    fn poser(
        f: &mut Feature<'_>,
        champs: &[(&str, u32)],
        valeurs: Vec<Option<FieldValue>>,
    ) -> Result<()> {
        for (k, v) in valeurs.into_iter().enumerate().take(champs.len()) {
            if let Some(v) = v {
                f.set_field(k, &v)?;
            }
        }
        Ok(())
    }

    fn polygone(anneaux: &[Vec<Pt>]) -> Result<Geometry> {
        let mut g = Geometry::empty(OGRwkbGeometryType::wkbPolygon)?;
        for a in anneaux {
            let mut r = Geometry::empty(OGRwkbGeometryType::wkbLinearRing)?;
            for p in a.iter().chain(a.first()) {
                r.add_point_2d((p.x, p.y));
            }
            g.add_geometry(r)?;
        }
        Ok(g)
    }

    fn site_id(s: &Site, i: usize) -> String {
        format!("{}_SITE-ECO_{:05}", s.code, i + 1)
    }

    fn site(s: &Site, i: usize) -> Vec<Option<FieldValue>> {
        let t = |v: &str| Some(FieldValue::StringValue(v.to_owned()));
        let (r, e) = (
            |v: f64| Some(FieldValue::RealValue((v * 100.0).round() / 100.0)),
            |v: usize| Some(FieldValue::IntegerValue(v as i32)),
        );
        let total = s.terrains.len();
        let vacants = s
            .terrains
            .iter()
            .filter(|x| matches!(x.etat, Lot::Vacant | Lot::Friche))
            .count();
        let dispo: f64 = s
            .terrains
            .iter()
            .filter(|x| x.etat == Lot::Inoccupe)
            .map(|x| aire(&x.anneau))
            .sum::<f64>()
            / 10_000.0;
        let utile: f64 = s.terrains.iter().map(|x| aire(&x.anneau)).sum::<f64>() / 10_000.0;
        let occupes = s
            .terrains
            .iter()
            .filter(|x| matches!(x.etat, Lot::Occupe | Lot::Partiel))
            .count();
        vec![
            t(&site_id(s, i)),
            t(&format!("{}_POLE-ECO_00001", s.code)),
            t(&s.nom),
            t("zone d'activité économique"),
            t("mixte"),
            t("existant et actif"),
            r(hectares(&s.emprise)),
            r(utile),
            t("1988"),
            t("2022-05-11"),
            t("2025-11-18"),
            None,
            t("SCoT de démonstration (fictif)"),
            t("renouvellement urbain"),
            t(&s.epci.1),
            t(&s.epci.0),
            t(&s.commune),
            t(&s.code),
            t("epci"),
            t(&s.epci.1),
            e(total),
            e(vacants),
            e(100 * vacants / total.max(1)),
            e(s.terrains.iter().filter(|x| x.bati).count()),
            e(occupes * 2),
            e(occupes * 13),
            r(dispo),
            t("oui"),
            t("oui"),
            t("non"),
            t("oui"),
            t("oui"),
            t("oui"),
            t("non"),
            t("oui"),
        ]
    }

    fn terrain(s: &Site, x: &super::Terrain, i: usize, rang: usize) -> Vec<Option<FieldValue>> {
        let t = |v: &str| Some(FieldValue::StringValue(v.to_owned()));
        let (amenagement, commerce, usage) = match x.etat {
            Lot::Occupe | Lot::Partiel => (
                "viabilisé et aménagé",
                "vendu, commercialisation achevée",
                "bâti productif",
            ),
            Lot::Inoccupe => ("viabilisé non aménagé", "en vente", "sans objet"),
            Lot::Vacant => ("viabilisé et aménagé", "en vente", "bâti productif"),
            Lot::Friche => ("viabilisé et aménagé", "non commercialisé", "inconnu"),
        };
        vec![
            t(&format!("{}_TERRAIN-ECO_{rang:05}", s.code)),
            t(&site_id(s, i)),
            t(&x.idu),
            Some(FieldValue::RealValue((aire(&x.anneau)).round() / 10_000.0)),
            t("oui"),
            t("2022-05-11"),
            t("2025-11-18"),
            t(x.maitrise),
            t(amenagement),
            t(commerce),
            t(x.etat.etat()),
            t(usage),
            t("non"),
            None,
            None,
            None,
            None,
        ]
    }
}
