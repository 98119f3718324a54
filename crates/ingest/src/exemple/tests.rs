//! What the sample promises: same bytes, sound geometry, modest size.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::Read;
use std::path::Path;

use geo::{Area, BooleanOps, BoundingRect, LineString, Polygon};

use super::plan::{Pt, aire};
use super::sol::{Parcelle, Sol};
use super::usages::{Lot, Usage};
use super::{Options, Resume, ecrire};

fn sol(rang: usize) -> Sol {
    Sol::generer(rang, 1)
}

fn polygone(anneau: &[Pt]) -> Polygon {
    Polygon::new(LineString::new(anneau.to_vec()), Vec::new())
}

fn generer(communes: usize, fils: usize) -> (tempfile::TempDir, Resume) {
    let dossier = tempfile::tempdir().expect("a temporary folder");
    let fils = rayon::ThreadPoolBuilder::new()
        .num_threads(fils)
        .build()
        .expect("threads");
    let resume = fils
        .install(|| {
            ecrire(
                dossier.path(),
                &Options {
                    communes,
                    graine: 1,
                },
                &|_, _| {},
            )
        })
        .expect("a sample");
    (dossier, resume)
}

/// Hash of every file by relative path.
fn empreintes(dossier: &Path, resume: &Resume) -> BTreeMap<String, String> {
    let relatif = |p: &Path| {
        p.strip_prefix(dossier)
            .expect("inside the folder")
            .display()
            .to_string()
    };
    resume
        .fichiers
        .iter()
        .map(|p| {
            (
                relatif(p),
                blake3::hash(&fs::read(p).expect("a file"))
                    .to_hex()
                    .to_string(),
            )
        })
        .collect()
}

#[test]
fn same_seed_same_bytes_whatever_the_threads() {
    let (a, ra) = generer(3, 1);
    let (b, rb) = generer(3, 3);
    assert_eq!(empreintes(a.path(), &ra), empreintes(b.path(), &rb));
    assert_eq!(ra.parcelles, rb.parcelles);
}

#[test]
fn the_default_sample_is_small_and_complete() {
    let (d, r) = generer(6, 2);
    let taille: u64 = r
        .fichiers
        .iter()
        .map(|f| fs::metadata(f).expect("a file").len())
        .sum();
    assert!(taille < 12_000_000, "{taille} bytes");
    assert!((4_000..=5_500).contains(&sol(0).parcelles.len()));
    assert!(
        (7_000..14_000).contains(&r.parcelles),
        "{} parcels",
        r.parcelles
    );
    assert!(r.fichiers.len() >= 95, "{} files", r.fichiers.len());
    for attendu in [
        "observatoire.toml",
        "SOURCES.md",
        "cadastre/cadastre-34901-parcelles.json.gz",
        "cadastre/cadastre-34905-parcelles.json",
        "territoires/epci.json",
        "plu/34901_PLU_20220317/Donnees_geographiques/34901_ZONE_URBA_20220317.shp",
        "plu/34904_CC_20110920/Donnees_geographiques/34904_SECTEUR_CC_20110920.shp",
        "friches/friches-standard.csv",
        "zae/zae_local.shp",
        "enaf/conso_com.csv",
        "proprietaires/parcelles_personnes_morales_34.csv",
    ] {
        assert!(d.path().join(attendu).exists(), "{attendu} is missing");
    }
    let muet = d
        .path()
        .join("plu/34903_PLU_20181206/Donnees_geographiques/34903_ZONE_URBA_20181206.cpg");
    assert!(
        !muet.exists(),
        "the third plan must not declare its encoding"
    );
}

/// Pairs of parcels whose bounding boxes meet.
fn voisines(parcelles: &[Parcelle]) -> Vec<(usize, usize)> {
    let boites: Vec<_> = parcelles
        .iter()
        .map(|p| polygone(&p.anneau).bounding_rect().expect("a ring"))
        .collect();
    let mut ordre: Vec<usize> = (0..parcelles.len()).collect();
    ordre.sort_by(|&i, &j| boites[i].min().x.total_cmp(&boites[j].min().x));
    let mut paires = Vec::new();
    for (k, &i) in ordre.iter().enumerate() {
        for &j in ordre[k + 1..]
            .iter()
            .take_while(|&&j| boites[j].min().x < boites[i].max().x)
        {
            if boites[j].min().y < boites[i].max().y && boites[j].max().y > boites[i].min().y {
                paires.push((i, j));
            }
        }
    }
    paires
}

#[test]
fn parcels_do_not_overlap() {
    for rang in [0, 3] {
        let s = sol(rang);
        for (i, j) in voisines(&s.parcelles) {
            let (a, b) = (&s.parcelles[i], &s.parcelles[j]);
            let commun = polygone(&a.anneau)
                .intersection(&polygone(&b.anneau))
                .unsigned_area();
            assert!(commun < 0.05, "{} and {} share {commun} m²", a.idu, b.idu);
        }
    }
}

#[test]
fn neighbours_share_whole_edges() {
    let s = sol(0);
    let cle = |p: Pt| ((p.x * 100.0).round() as i64, (p.y * 100.0).round() as i64);
    let mut aretes = HashSet::new();
    for p in &s.parcelles {
        let n = p.anneau.len();
        aretes.extend((0..n).map(|i| (cle(p.anneau[i]), cle(p.anneau[(i + 1) % n]))));
    }
    let partagees = aretes
        .iter()
        .filter(|(a, b)| aretes.contains(&(*b, *a)))
        .count();
    // The rest lies along streets, the river and the border.
    assert!(
        partagees * 2 > aretes.len(),
        "{partagees} of {} edges are shared",
        aretes.len()
    );
}

#[test]
fn communes_share_their_borders() {
    let cle = |p: &Pt| (p.x.to_bits(), p.y.to_bits());
    let a: HashSet<_> = sol(0).contour.iter().map(cle).collect();
    let mut communs = HashSet::new();
    for rang in 1..7 {
        communs.extend(sol(rang).contour.iter().map(cle).filter(|c| a.contains(c)));
    }
    assert_eq!(communs.len(), a.len());
}

#[test]
fn buildings_lie_inside_their_parcel() {
    let s = sol(0);
    let mut total = 0;
    for p in &s.parcelles {
        let terrain = polygone(&p.anneau);
        for b in &p.batis {
            total += 1;
            let dehors = polygone(&b.anneau).difference(&terrain).unsigned_area();
            assert!(
                dehors < 0.5,
                "a building of {} sticks out by {dehors} m²",
                p.idu
            );
            assert!(aire(&b.anneau) > 3.0, "a building of {} is a speck", p.idu);
        }
    }
    assert!(total > s.parcelles.len() / 2);
}

#[test]
fn zones_tile_the_commune() {
    for rang in [0, 1, 2] {
        let s = sol(rang);
        let zones: f64 = s.zones.values().flatten().flatten().map(|r| aire(r)).sum();
        let commune = aire(&s.contour);
        assert!(
            (zones - commune).abs() < 30.0,
            "zones {zones} m² for a commune of {commune} m²"
        );
    }
}

#[test]
fn declared_areas_are_near_the_drawn_ones() {
    let (d, _) = generer(1, 1);
    let mut texte = String::new();
    let f = fs::File::open(d.path().join("cadastre/cadastre-34901-parcelles.json.gz"))
        .expect("parcels");
    flate2::read::GzDecoder::new(f)
        .read_to_string(&mut texte)
        .expect("gzip");
    assert!(texte.starts_with(
        "{\"type\":\"FeatureCollection\",\"features\":[\n{\"type\":\"Feature\",\"id\":\"34901000"
    ));
    assert!(texte.ends_with("}}]}"));
    let json: serde_json::Value = serde_json::from_str(&texte).expect("JSON");
    let aires: BTreeMap<String, f64> = sol(0)
        .parcelles
        .into_iter()
        .map(|p| (p.idu, p.aire))
        .collect();
    let (mut total, mut proches, mut sans) = (0, 0, 0);
    for f in json["features"].as_array().expect("features") {
        let Some(aire) = f["id"].as_str().and_then(|id| aires.get(id)) else {
            continue;
        };
        match f["properties"]["contenance"].as_f64() {
            Some(c) => {
                total += 1;
                proches += usize::from((c - aire).abs() <= aire * 0.021 + 0.51);
            }
            None => sans += 1,
        }
    }
    assert!(
        total > 4_000 && proches * 100 > total * 97,
        "{proches} of {total}"
    );
    assert!((1..60).contains(&sans), "{sans} parcels without contenance");
}

#[test]
fn cited_parcels_exist() {
    let s = sol(0);
    let idus: HashSet<&str> = s.parcelles.iter().map(|p| p.idu.as_str()).collect();
    assert_eq!(idus.len(), s.parcelles.len(), "every IDU is unique");
    assert!(idus.iter().all(|i| i.len() == 14));
    let lots: HashSet<Lot> = s
        .parcelles
        .iter()
        .filter_map(|p| {
            if let Usage::Zae(l) = p.usage {
                Some(l)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(lots.len(), 5, "every state of a business lot occurs");
    let friches = s
        .sites
        .iter()
        .filter(|x| matches!(x.usage, Usage::Friche(_)))
        .count();
    assert!(friches >= 6, "{friches} friches");
}

/// A pattern without any file would make the configuration impossible to build.
#[test]
fn a_small_sample_names_only_what_was_written() {
    let (dossier, _) = generer(1, 1);
    let toml = fs::read_to_string(dossier.path().join("observatoire.toml")).expect("a text");
    for chemin in toml.lines().filter_map(|l| l.strip_prefix("chemin = ")) {
        let motif = dossier.path().join(chemin.trim_matches('"'));
        let mut trouves = glob::glob(&motif.to_string_lossy()).expect("a pattern");
        assert!(trouves.next().is_some(), "{chemin}");
    }
}

#[test]
fn an_empty_sample_is_refused() {
    let d = tempfile::tempdir().expect("a temporary folder");
    assert!(
        ecrire(
            d.path(),
            &Options {
                communes: 0,
                graine: 1
            },
            &|_, _| {}
        )
        .is_err()
    );
}
