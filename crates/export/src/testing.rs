//! A small edition for the tests of writers: what they must not get wrong.

use geo_types::Coord;
use gisement_model::{
    Couche, Couverture, Crs, Equipement, FieldKind, GeometryKind, LayerRow, Logement,
    ParcelleNotee, Provenance,
};
use gisement_store::{DataFolder, GeomKind, Geometries, Manifest, ServedEdition, Table};
use serde_json::{Value, json};

use crate::{Export, Format, Progress, Selection, Summary, System};

/// Three parcels (the first with a hole, a list and a formula, the second of much unknown and a long name, the third
/// nowhere), two points, and a table without geometry.
pub(crate) struct Fixture {
    edition: ServedEdition,
    _dir: tempfile::TempDir,
}

/// A row with every unknown column unknown.
fn row<T: LayerRow>(known: &Value) -> T {
    let all = T::FIELDS.iter().map(|f| {
        let empty = match f.kind {
            FieldKind::TextList => json!([]),
            FieldKind::Text if !f.nullable => json!(""),
            FieldKind::Real if !f.nullable => json!(0.0),
            _ => Value::Null,
        };
        let value = known.get(f.name).cloned().unwrap_or(empty);
        (f.name.to_owned(), value)
    });
    serde_json::from_value(Value::Object(all.collect())).unwrap()
}

impl Fixture {
    pub(crate) const LEGAL: System = System::stored(Crs::Lambert93);

    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let folder = DataFolder::new(dir.path().join("donnees"));
        let lock = folder.lock().unwrap();
        let mut b = folder.begin_edition(&lock, "2026-11-01-aaaa").unwrap();
        let parcels: Vec<ParcelleNotee> = vec![
            row(&json!({
                "idu": "34901000AB0001", "code_insee": "34901", "contenance_m2": 900, "arpente": true,
                "created": "2020-02-29", "surface_m2": 900.5, "types": ["friche", "zae_vacante"],
                "proprietaire": "=HYPERLINK(\"http://x\")", "verdict": "a_etudier",
            })),
            row(&json!({
                "idu": "34901000AB0002", "code_insee": "34901", "surface_m2": 12.0, "verdict": "sans_objet",
                "proprietaire": "é".repeat(150),
            })),
            row(
                &json!({ "idu": "34901000AB0003", "code_insee": "34901", "verdict": "non_evalue" }),
            ),
        ];
        let mut g = Geometries::new();
        let square = |g: &mut Geometries, x: f64, y: f64, side: f64| {
            let corners = [(0., 0.), (1., 0.), (1., 1.), (0., 1.), (0., 0.)];
            g.push_ring(corners.map(|(dx, dy)| Coord {
                x: 770_000.0 + x + dx * side,
                y: 6_280_000.0 + y + dy * side,
            }));
        };
        square(&mut g, 0., 0., 30.);
        square(&mut g, 10., 10., 5.);
        g.end_polygon();
        g.end_feature(GeomKind::Surface);
        square(&mut g, 40., 0., 10.);
        g.end_polygon();
        g.end_feature(GeomKind::Surface);
        g.push_null();
        let mut add = |title: &str, table: gisement_store::Result<Table>| {
            b.add(title, &table.unwrap()).unwrap();
        };
        let crs = Crs::Lambert93;
        add(
            "Parcelles",
            Table::from_rows("parcelles", GeometryKind::Surface, &parcels, g, crs),
        );
        let places: Vec<Equipement> = ["a", "b"]
            .map(|id| row(&json!({ "id": id, "kind": "ecole" })))
            .into();
        let mut g = Geometries::new();
        g.push_point(Coord {
            x: 770_001.0,
            y: 6_280_001.0,
        });
        g.push_point(Coord {
            x: 770_002.0,
            y: 6_280_002.0,
        });
        add(
            "Équipements",
            Table::from_rows("equipements", GeometryKind::Point, &places, g, crs),
        );
        let needs: Vec<Logement> = vec![row(&json!({ "code_insee": "34901", "sru_taux": 12.5 }))];
        let mut g = Geometries::new();
        g.push_null();
        add(
            "Logement",
            Table::from_rows("logement", GeometryKind::None, &needs, g, crs),
        );
        b.publish(&lock, manifest(), &json!({})).unwrap();
        let edition = folder.open("2026-11-01-aaaa").unwrap();
        Self { edition, _dir: dir }
    }

    /// Whole collections, in a system.
    pub(crate) fn export(&self, collections: &[&str], system: System) -> Export<'_> {
        let manifest = &self.edition.manifest;
        let selections = collections
            .iter()
            .map(|id| {
                let info = manifest.collections.iter().find(|c| c.id == *id).unwrap();
                let collection = self.edition.collection(id).unwrap();
                Selection::new(info, collection, None, None, system).unwrap()
            })
            .collect();
        Export {
            manifest,
            selections,
            conditions: Vec::new(),
        }
    }
}

fn manifest() -> Manifest {
    let source = |couche| Provenance {
        couche,
        fichier: format!("{couche}.geojson"),
        empreinte: "00".into(),
        producteur: Some("DGFiP / Etalab".into()),
        licence: Some("Licence Ouverte 2.0".into()),
        millesime: Some(jiff::civil::date(2026, 10, 1)),
        crs_source: None,
        couverture: Couverture::Contenu,
    };
    Manifest {
        id: "2026-11-01-aaaa".into(),
        nom: "SCoT <d’essai>".into(),
        date: jiff::civil::date(2026, 11, 1),
        diffusion: gisement_store::Diffusion::Interne,
        fictif: true,
        programme: "essai".into(),
        crs: Crs::Lambert93,
        bbox: None,
        depart: None,
        bareme: "essai".into(),
        collections: Vec::new(),
        sources: vec![source(Couche::Parcelles), source(Couche::Equipements)],
        couches_absentes: Vec::new(),
        comptes: std::collections::BTreeMap::default(),
        empreintes: std::collections::BTreeMap::default(),
    }
}

/// A file in memory, and what its writer says.
pub(crate) fn written(format: Format, export: &Export<'_>) -> (Vec<u8>, Summary) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("export");
    let mut last = None;
    let mut tell = |step: crate::Step| {
        last = Some(step);
        Ok(())
    };
    let summary = crate::write(&path, format, export, &mut Progress::new(&mut tell)).unwrap();
    let last = last.unwrap();
    assert_eq!((last.rows, last.rows), (last.total, summary.rows));
    assert_eq!(last.bytes, summary.bytes);
    // Temporary files are gone.
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    (std::fs::read(&path).unwrap(), summary)
}

/// The files of an archive, in order.
pub(crate) fn unzip(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|i| {
            let mut file = archive.by_index(i).unwrap();
            let mut content = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut content).unwrap();
            (file.name().unwrap().into_owned(), content)
        })
        .collect()
}
