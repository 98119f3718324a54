//! The entries of `docs/correspondances/` parse, and read the files that they are for.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test helpers: a failure is the message"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use gisement_ingest::{Ingest, SourceConfig, SourceFile, fingerprint, read};
use gisement_model::codes::{ClasseContrainte, EtatTerrain};
use gisement_model::{Contrainte, Crs, Friche, RapportFichier, Terrain, Zae};
use gisement_store::Layer;

#[derive(serde::Deserialize)]
struct Document {
    source: Vec<SourceConfig>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/correspondances")
}

fn entries(name: &str) -> Vec<SourceConfig> {
    let text = std::fs::read_to_string(folder().join(name)).unwrap();
    toml::from_str::<Document>(&text).unwrap().source
}

fn real(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("GISEMENT_DONNEES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = root.join(path);
    if !path.exists() {
        eprintln!("PASSÉ SANS ÊTRE EXÉCUTÉ : {} absent", path.display());
        return None;
    }
    Some(path)
}

fn load<T: Ingest>(path: &Path, config: &SourceConfig) -> (Layer<T>, RapportFichier) {
    let file = SourceFile {
        path: path.to_owned(),
        name: path.file_name().unwrap().to_string_lossy().into(),
        config,
    };
    let fp = fingerprint(&file, Crs::Lambert93).unwrap();
    let (layer, report) =
        read::<T>(&file, &fp, Crs::Lambert93, &|_, _| {}).unwrap_or_else(|e| panic!("{e}"));
    assert!(report.is_balanced());
    (layer, report)
}

#[test]
fn every_entry_parses() {
    let mut n = 0;
    for f in std::fs::read_dir(folder()).unwrap() {
        let path = f.unwrap().path();
        if path.extension().is_some_and(|e| e == "toml") {
            n += entries(path.file_name().unwrap().to_str().unwrap()).len();
        }
    }
    assert!(n >= 7, "{n}");
}

#[test]
fn sites_and_lots_of_the_tarn() {
    let dir = tempfile::tempdir().unwrap();
    let config = entries("ddt-tarn-ofea.toml");
    let square = |x: u32| {
        format!(
            "POLYGON(({x} 6300000,{0} 6300000,{0} 6300100,{x} 6300000))",
            x + 100
        )
    };
    let sites = dir.path().join("N_SAE_S_081.csv");
    std::fs::write(
        &sites,
        format!(
            "id_site;mise_a_jour;nom_site;insee;commune;epci_nom;epci_siren;surf_ha_site;code_typologie;libelle_typologie;statut_site;wkt\nS1;2023;Essai;81004;Albi;C2A;248100737;12,5;1;x;Public;\"{}\"\n",
            square(630_000)
        ),
    )
    .unwrap();
    let (zae, _) = load::<Zae>(&sites, &config[0]);
    let z = &zae.rows[0];
    assert_eq!(
        (z.site_id.as_str(), z.site_nom.as_deref()),
        ("S1", Some("Essai"))
    );
    assert_eq!(z.surface_brute_m2, Some(125_000.0));
    // Nothing in the file says that the site is a ZAE in law.
    assert_eq!(z.site_type, None);

    let lots = dir.path().join("N_SAE_LOTS_S_081.csv");
    let mut rows = String::new();
    for (i, t) in ["disponible", "occupé", "non viabilisé", "pas d'information"]
        .iter()
        .enumerate()
    {
        let wkt = square(630_000 + 200 * i as u32);
        let _ = writeln!(rows, "L{i};Essai;0,5;1;libellé;{t};oui;\"{wkt}\"");
    }
    std::fs::write(
        &lots,
        format!("id_lot;nom_site;surf_ha_lot;code_statut_lot;libelle_statut_lot;type;dispo_eco;wkt\n{rows}"),
    )
    .unwrap();
    let (terrains, report) = load::<Terrain>(&lots, &config[1]);
    let etats: Vec<_> = terrains.rows.iter().map(|t| t.etat).collect();
    let (free, busy) = (EtatTerrain::parse("inoccupé"), EtatTerrain::parse("occupé"));
    assert_eq!(etats, [free, busy, free, None]);
    assert!(report.anomalies.is_empty(), "{:?}", report.anomalies);
}

#[test]
fn polygons_without_attributes_take_their_names_from_the_configuration() {
    let Some(path) = real("zae/nantes_metropole_zae_auran.geojson") else {
        return;
    };
    let (zae, report) = load::<Zae>(&path, &entries("nantes-zae-sans-attributs.toml")[0]);
    assert_eq!((report.lus, report.gardes), (191, 191));
    assert!(zae.rows.iter().all(|z| {
        z.site_nom.as_deref() == Some("Zone d’activité (Nantes Métropole)")
            && z.site_type.is_none()
            && z.epci_siren.as_deref() == Some("244400404")
    }));
}

#[test]
fn brownfields_of_the_ardennes() {
    let config = entries("ardennes-friches.toml");
    for (file, config) in [
        "friches/ardennes_obs_friches.geojson",
        "friches/ardennes_obs_friches_data.csv",
    ]
    .iter()
    .zip(&config)
    {
        let Some(path) = real(file) else { return };
        let (friches, report) = load::<Friche>(&path, config);
        assert_eq!((report.lus, report.gardes), (164, 164), "{file}");
        assert!(friches.rows.iter().all(|f| f.site_nom.is_some()), "{file}");
        assert!(friches.rows.iter().any(|f| !f.refcad.is_empty()), "{file}");
    }
}

#[test]
fn risks_of_ennezat() {
    let config = entries("ennezat-risques.toml");
    let folder = "commune_complete_63148_ennezat";
    let Some(pprn) = real(&format!("{folder}/CONTRAINTES_PPRN.shp")) else {
        return;
    };
    let (c, _) = load::<Contrainte>(&pprn, &config[0]);
    assert_eq!(c.rows[0].categorie, "PPRN");
    for (name, class) in [
        ("SEVESO_FORT", ClasseContrainte::Interdiction),
        ("SEVESO_TRES_FORT", ClasseContrainte::Interdiction),
        ("SEVESO_MOYEN_AUTORISATION", ClasseContrainte::Prescription),
    ] {
        let path = real(&format!("{folder}/{name}.shp")).unwrap();
        let (c, _) = load::<Contrainte>(&path, &config[1]);
        assert_eq!(c.rows[0].classe, class, "{name}");
    }
}
