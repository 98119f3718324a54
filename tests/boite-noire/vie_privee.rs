//! No natural person's name is served, nor kept: every answer and every file of the data folder are searched for
//! names that only the sources hold.

use std::collections::{BTreeSet, VecDeque};
use std::path::Path;

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use serde_json::Value;

use super::harness::{Server, collection, construire, parcels, rapport};

/// In the name of every natural person of the sources; no word of the program has it.
const NAME: &str = "ZZTESTNOM";
/// In the name of every legal person.
const LEGAL: &str = "ZZMORALE";
/// The start of every SIREN of a natural person.
const SIREN: &str = "7171717";

/// As the DGFiP publishes it, one row per owner.
const PAR_DEPARTEMENT: &str = "Département (Champ géographique);Code Direction (Champ géographique);Code Commune (Champ géographique);Nom Commune (Champ géographique);Préfixe (Références cadastrales);Section (Références cadastrales);N° plan (Références cadastrales);Contenance (Caractéristiques parcelle);SUF (Evaluation SUF);Contenance (Evaluation SUF);Code droit (Propriétaire(s) parcelle);N° MAJIC (Propriétaire(s) parcelle);N° SIREN (Propriétaire(s) parcelle);Groupe personne (Propriétaire(s) parcelle);Forme juridique (Propriétaire(s) parcelle);Forme juridique abrégée (Propriétaire(s) parcelle);Dénomination (Propriétaire(s) parcelle)
34;0;999;ESSAI;;AB;1;9;;9;P;+ZZTESTNOM;717171701;0;1600;EA;ZZTESTNOM PRENOM
34;0;999;ESSAI;;AB;1;9;;9;P;;213400070;4;7210;COM;COMMUNE DE ZZMORALE
34;0;999;ESSAI;;AB;2;9;;9;P;;717171702;0;Entrepreneur individuel;EI;ZZTESTNOM PRENOM
34;0;999;ESSAI;;AB;2;9;;9;U;;717171703;8;;;INDIVISION ZZTESTNOM
34;0;999;ESSAI;;AB;3;9;;9;P;;717171704;8;;;ZZTESTNOM PRENOM
34;0;999;ESSAI;;AB;3;9;;9;P;;;;;;ZZTESTNOM PRENOM
34;0;999;ESSAI;;AB;3;9;;9;P;;552081317;0;6540;SCI;SCI ZZMORALE
34;0;999;ESSAI;;AB;4;9;;9;P;;;7;9110;COPR;MME ZZTESTNOM PRENOM
34;0;999;ESSAI;;AB;4;9;;9;P;;717171705;0;2110;;LES HERITIERS ZZTESTNOM
34;0;999;ESSAI;;AB;5;9;;9;P;;;ZZTESTNOM PRENOM;;;
34;0;999;ESSAI;;;;9;;9;P;;717171706;0;1300;;ZZTESTNOM PRENOM
34;0;999;ESSAI;;AB;illisible;9;;9;P;;717171707;0;5499;SARL;M ZZTESTNOM PRENOM
34;0;999;ESSAI;;AB;5;9;;9;P;;717171708;0;1300;;ZZTESTNOMÃ© PRENOM
";

const NATIONAL: &str = "departement,code_commune,prefixe,section,numero_plan,code_droit,numero_siren,groupe_personne_code,groupe_personne_libelle,forme_juridique_code,denomination
34,999,,AB,4,P,717171709,0,ZZTESTNOM,1000,ZZTESTNOM PRENOM
34,999,,AB,5,P,552081318,0,Personnes morales non remarquables,5710,ZZMORALE SAS
";

/// A local table that mixes both kinds, under names of its own.
const LOCALE: &str = "parcelle;genre;nom;contact
34999000AB0001;Particulier;ZZTESTNOM PRENOM;zztestnom@example.invalid
34999000AB0002;personne physique;ZZTESTNOM PRENOM;
34999000AB0003;personne morale;ZZMORALE ASSOCIATION;ZZTESTNOM PRENOM
34999000AB0004;;ZZTESTNOM PRENOM;
34999000AB0005;autre;ZZTESTNOM PRENOM;
";

const FRICHES: &str = "site_id;site_nom;site_statut;comm_insee;proprio_type;proprio_personne;proprio_nom;unite_fonciere_refcad;source_nom;source_producteur;source_contact
34999_1;Usine;friche sans projet;34999;X1a;personne physique;ZZTESTNOM PRENOM;34999000AB0001;Observatoire;ZZTESTNOM PRENOM;zztestnom@example.invalid
34999_2;Garage;friche sans projet;34999;X1a;;ZZTESTNOM PRENOM;34999000AB0002;Observatoire;;ZZTESTNOM PRENOM
;Sans identifiant;friche sans projet;34999;X1a;personne physique;ZZTESTNOM PRENOM;34999000AB0003;Observatoire;ZZTESTNOM;ZZTESTNOM
";

const ZAE: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"site_id":"34999_SITE","site_nom":"Parc","etab_contact_nom":"ZZTESTNOM PRENOM","etab_raison_sociale":"ZZTESTNOM PRENOM","site_proprio":"ZZTESTNOM"},"geometry":{"type":"Polygon","coordinates":[[[3.1,43.6],[3.101,43.6],[3.101,43.601],[3.1,43.601],[3.1,43.6]]]}}]}"#;
const TERRAINS: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"terr_id":"34999_T1","site_id":"34999_SITE","terr_etat_occup":"vacant","terr_acquereur":"ZZTESTNOM PRENOM","terr_proprio_nom":"ZZTESTNOM"},"geometry":{"type":"Polygon","coordinates":[[[3.1,43.6],[3.1005,43.6],[3.1005,43.6005],[3.1,43.6005],[3.1,43.6]]]}}]}"#;
const COMMUNES: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"34999","nom":"Essai"},"geometry":{"type":"Polygon","coordinates":[[[3.09,43.59],[3.12,43.59],[3.12,43.61],[3.09,43.61],[3.09,43.59]]]}}]}"#;

const CONFIG: &str = r#"[observatoire]
nom = "Essai"
date = 2026-11-01

[tolerance]
rejets = 1

[[source]]
couche = "parcelles"
chemin = "parcelles.json"

[[source]]
couche = "communes"
chemin = "communes.json"

[[source]]
couche = "proprietaires"
chemin = "pm_34.csv"

[[source]]
couche = "proprietaires"
chemin = "pm_national.csv"

[[source]]
couche = "proprietaires"
chemin = "pm_locale.csv"
correspondance = { idu = "parcelle", forme = "genre", denomination = "nom" }

[[source]]
couche = "friches"
chemin = "friches.csv"

[[source]]
couche = "zae"
chemin = "zae.json"

[[source]]
couche = "terrains"
chemin = "terrains.json"
"#;

/// Whether bytes hold a word, whatever its case.
fn holds(bytes: &[u8], word: &str) -> bool {
    bytes
        .windows(word.len())
        .any(|w| w.eq_ignore_ascii_case(word.as_bytes()))
}

#[track_caller]
fn assert_clean(what: &str, bytes: &[u8]) {
    for secret in [NAME, SIREN] {
        assert!(!holds(bytes, secret), "{secret} in {what}");
    }
}

/// The addresses of this server that a JSON or HTML answer names.
fn links(url: &str, body: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(body);
    let mut out = Vec::new();
    for quote in ["\"href\":\"", "href=\"", "src=\""] {
        for (at, _) in text.match_indices(quote) {
            let rest = &text[at + quote.len()..];
            let link = rest.split('"').next().unwrap_or_default();
            let link = link.replace("&amp;", "&").replace("\\u0026", "&");
            let path = link.strip_prefix(url).unwrap_or(&link);
            if path.starts_with('/') && !path.starts_with("//") && !path.contains('{') {
                out.push(path.split('#').next().unwrap_or_default().to_owned());
            }
        }
    }
    out
}

/// Tiles around the parcels, at every zoom that has some.
fn tiles(out: &mut VecDeque<String>) {
    for z in 8..=18_u32 {
        let n = f64::from(1 << z);
        let x = |lon: f64| ((lon + 180.0) / 360.0 * n) as u32;
        let lat = 43.60025_f64.to_radians();
        let y = ((1.0 - lat.tan().asinh() / std::f64::consts::PI) / 2.0 * n) as u32;
        for x in x(3.1)..=x(3.1045) {
            for y in y - 1..=y + 1 {
                out.push_back(format!("/tiles/WebMercatorQuad/{z}/{y}/{x}"));
            }
        }
    }
}

/// Every answer that can be reached from the server's addresses, searched. Returns the paths that answered 200, and
/// whether a legal person was seen.
fn crawl(server: &Server) -> (BTreeSet<String>, bool) {
    let mut todo: VecDeque<String> = [
        "/",
        "/?f=html",
        "/api",
        "/conformance",
        "/edition",
        "/editions",
        "/rapport",
        "/rapport?f=html",
        "/sante",
        "/collections",
        "/tiles",
        "/tiles/WebMercatorQuad",
        "/tiles/WebMercatorQuad/tilejson.json",
        "/carte",
        "/recherche?q=essai",
        "/recherche?q=34999",
        "/recherche?q=prenom",
        "/recherche?q=parc",
    ]
    .map(str::to_owned)
    .into();
    for c in server.json("/collections")["collections"]
        .as_array()
        .unwrap()
    {
        let id = c["id"].as_str().unwrap();
        todo.push_back(format!("/collections/{id}"));
        // Two by two: there are pages to follow.
        todo.push_back(format!("/collections/{id}/items?limit=2"));
        let mut page = Some(format!("/collections/{id}/items?limit=1000"));
        while let Some(path) = page.take() {
            let items = server.json(&path);
            for f in items["features"].as_array().unwrap() {
                let feature = match &f["id"] {
                    Value::String(s) => s.clone(),
                    other => other.to_string(),
                };
                todo.push_back(format!("/collections/{id}/items/{feature}"));
            }
            todo.push_back(path);
        }
    }
    for n in 1..=5 {
        for f in ["", "?f=html", "?f=json"] {
            todo.push_back(format!("/fiches/34999000AB000{n}{f}"));
        }
        todo.push_back(format!("/recherche?q=34999000AB000{n}"));
    }
    tiles(&mut todo);
    let (mut seen, mut answered, mut legal) = (BTreeSet::new(), BTreeSet::new(), false);
    while let Some(path) = todo.pop_front() {
        if !seen.insert(path.clone()) {
            continue;
        }
        assert!(seen.len() < 5000, "the crawl does not end: {path}");
        let (status, body) = server.get(&path);
        assert_clean(&path, &body);
        legal |= holds(&body, LEGAL);
        if status == 200 {
            todo.extend(links(&server.url, &body));
            answered.insert(path);
        }
    }
    (answered, legal)
}

/// Every file below a folder, searched as it is and, for Parquet, row by row. Returns how many rows were read, and
/// whether a legal person was seen in them.
fn search_files(dir: &Path) -> (usize, bool) {
    let (mut rows, mut legal) = (0, false);
    let mut todo = vec![dir.to_owned()];
    while let Some(d) = todo.pop() {
        for entry in std::fs::read_dir(d).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
                continue;
            }
            let what = path.display().to_string();
            assert_clean(&what, what.as_bytes());
            assert_clean(&what, &std::fs::read(&path).unwrap());
            if path.extension().is_some_and(|e| e == "parquet") {
                let reader =
                    SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
                for row in reader.get_row_iter(None).unwrap() {
                    let text = row.unwrap().to_string();
                    assert_clean(&what, text.as_bytes());
                    legal |= holds(text.as_bytes(), LEGAL);
                    rows += 1;
                }
            }
        }
    }
    (rows, legal)
}

#[test]
fn no_natural_person_is_served_or_kept() {
    let sources = tempfile::tempdir().unwrap();
    let donnees = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("parcelles.json", &*collection(&parcels())),
        ("communes.json", COMMUNES),
        ("pm_34.csv", PAR_DEPARTEMENT),
        ("pm_national.csv", NATIONAL),
        ("pm_locale.csv", LOCALE),
        ("friches.csv", FRICHES),
        ("zae.json", ZAE),
        ("terrains.json", TERRAINS),
        ("observatoire.toml", CONFIG),
    ] {
        std::fs::write(sources.path().join(name), text).unwrap();
    }
    let ran = construire(&sources.path().join("observatoire.toml"), donnees.path()).exits(0);
    // Neither does the command say one.
    assert_clean("stdout", ran.stdout.as_bytes());
    assert_clean("stderr", ran.stderr.as_bytes());
    // The rows are there: masked, set aside, or refused.
    let lus = |file: &str| rapport(donnees.path(), file)["lus"].as_u64().unwrap();
    assert_eq!(
        [
            "pm_34.csv",
            "pm_national.csv",
            "pm_locale.csv",
            "friches.csv"
        ]
        .map(lus),
        [13, 2, 5, 3]
    );
    let r = rapport(donnees.path(), "pm_34.csv");
    for code in ["personne_masquee", "denomination_ecartee", "idu_illisible"] {
        assert!(r["anomalies"][code]["nombre"].as_u64() > Some(0), "{code}");
    }

    let server = Server::start(donnees.path());
    let (answered, legal) = crawl(&server);
    assert!(legal, "legal persons are served");
    for expected in [
        "/",
        "/api",
        "/rapport",
        "/rapport?f=html",
        "/carte",
        "/collections/proprietaires/items?limit=2",
        "/collections/friches/items?limit=2",
        "/collections/zae/items?limit=2",
        "/collections/terrains/items?limit=2",
        "/fiches/34999000AB0001",
        "/fiches/34999000AB0001?f=html",
    ] {
        assert!(answered.contains(expected), "{expected} in {answered:?}");
    }
    let tiles = answered
        .iter()
        .filter(|p| p.starts_with("/tiles/WebMercatorQuad/1"));
    assert!(tiles.count() > 10);
    // Pages were followed.
    assert!(
        answered.iter().any(|p| p.contains("offset=")),
        "{answered:?}"
    );
    // An answer may repeat the question: only what it finds counts.
    for q in [NAME, SIREN, "717171701"] {
        let found = &server.json(&format!("/recherche?q={q}"))["resultats"];
        assert_eq!(found, &serde_json::json!([]), "{q}");
    }

    let (rows, legal) = search_files(donnees.path());
    assert!(rows > 30, "{rows} rows of Parquet were read");
    assert!(legal, "legal persons are kept");
}
