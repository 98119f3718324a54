//! A small invented edition: a grid of parcels, and a few objects of the other layers on it.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use geo_types::Coord;
use gisement_model::{
    Anomalie, CommuneNotee, Couche, Couverture, Crs, Effet, Epci, Equipement, Exemple, FricheNotee,
    GeometryKind, LayerRow, ParcelleNotee, Provenance, RapportFichier, Recouvrement, Zae, bareme,
};
use gisement_server::{ExportLimits, State};
use gisement_store::{DataFolder, Depart, Diffusion, EditionBuilder, Geometries, Manifest, Table};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// Parcels per side of the grid.
pub(crate) const SIDE: usize = 40;
/// Their size in metres.
pub(crate) const STEP: f64 = 30.0;
/// The edition of a service.
pub(crate) const EDITION: &str = "2026-11-01-aaaa";
/// South-west corner, Lambert-93.
pub(crate) const ORIGIN: (f64, f64) = (770_000.0, 6_280_000.0);

/// A row with every unknown column unknown.
pub(crate) fn row<T: LayerRow + DeserializeOwned>(known: &Value) -> T {
    let mut all = serde_json::Map::new();
    for f in T::FIELDS {
        let value = known.get(f.name).cloned();
        let empty = if f.kind == gisement_model::FieldKind::TextList {
            json!([])
        } else {
            Value::Null
        };
        all.insert(f.name.to_owned(), value.unwrap_or(empty));
    }
    serde_json::from_value(Value::Object(all)).unwrap()
}

pub(crate) fn idu(i: usize) -> String {
    let (letter, number) = (char::from(b'B' + (i / 9_999) as u8 % 25), i % 9_999 + 1);
    let section = char::from(b'Z' - (i / 9_999 / 25) as u8);
    // Two communes, and a second prefix in the first one.
    match i % 10 {
        0..=6 => format!("34901000{section}{letter}{number:04}"),
        7 | 8 => format!("34901123{section}{letter}{number:04}"),
        _ if i < 9_999 => format!("349020000A{number:04}"),
        _ => format!("34902000{section}{letter}{number:04}"),
    }
}

fn square(g: &mut Geometries, x: f64, y: f64, side: f64) {
    let at = |dx: f64, dy: f64| Coord {
        x: ORIGIN.0 + x + dx * side,
        y: ORIGIN.1 + y + dy * side,
    };
    g.push_ring([at(0., 0.), at(1., 0.), at(1., 1.), at(0., 1.), at(0., 0.)]);
    g.end_polygon();
    g.end_feature(gisement_store::GeomKind::Surface);
}

fn add<T: LayerRow>(
    b: &mut EditionBuilder,
    name: &str,
    title: &str,
    kind: GeometryKind,
    rows: &[T],
    geoms: Geometries,
) {
    let mut table = Table::from_rows(name, kind, rows, geoms, Crs::Lambert93).unwrap();
    if name != "recouvrements" {
        table.push_source(&vec![0; rows.len()]).unwrap();
    }
    b.add(title, &table).unwrap();
}

fn source(couche: Couche) -> Provenance {
    Provenance {
        couche,
        fichier: format!("{couche}.geojson"),
        empreinte: "00".into(),
        producteur: Some("DGFiP / Etalab".into()),
        licence: Some("Licence Ouverte 2.0".into()),
        millesime: Some(jiff::civil::date(2026, 10, 1)),
        crs_source: None,
        couverture: Couverture::Contenu,
    }
}

/// The rows of a grid of parcels, with the cell where each lies.
fn grid(numbering: usize, side: usize) -> Vec<(usize, ParcelleNotee)> {
    (0..side * side)
        .map(|i| {
            let mut known = parcel(i, &json!({ "contenance_m2": numbering + i }));
            if i == 0 {
                known["friche_id"] = json!("F1");
                known["friche_statut"] = json!("friche sans projet");
                known["zae_id"] = json!("Z1");
                known["terrain_id"] = json!("T1");
                known["terrain_etat"] = json!("vacant");
            }
            if i % 4 == 0 {
                let scored = json!({
                    "verdict": "a_etudier", "type_principal": "dent_creuse", "types": ["dent_creuse"],
                    "potentiel_min": 40.0, "potentiel": 61.4, "potentiel_max": 70.0,
                    "durete_min": 20.0, "durete_max": 31.0, "sobriete": 100.0, "sobriete_min": 100.0, "sobriete_max": 100.0,
                    "fiabilite": 71.6,
                });
                known.as_object_mut().unwrap().extend(scored.as_object().unwrap().clone());
            }
            (i, row(&known))
        })
        .collect()
}

/// What every parcel has, and more or otherwise what is known of this one.
pub(crate) fn parcel(i: usize, known: &Value) -> Value {
    let id = idu(i);
    let mut v = json!({
        "idu": id, "code_insee": id[..5], "prefixe": id[5..8], "section": id[8..10], "numero": id[10..],
        "surface_m2": 900.5, "compacite": 0.785, "utile_m2": 900.4,
        "verdict": "sans_objet", "zone_libelle": "UX \"activités\"",
    });
    v.as_object_mut()
        .unwrap()
        .extend(known.as_object().unwrap().clone());
    v
}

fn parcels(b: &mut EditionBuilder, parcels: &[(usize, ParcelleNotee)], side: usize) {
    let mut geoms = Geometries::new();
    let mut rows = Vec::with_capacity(parcels.len());
    for (cell, row) in parcels {
        let (x, y) = ((cell % side) as f64 * STEP, (cell / side) as f64 * STEP);
        square(&mut geoms, x, y, STEP);
        rows.push(row.clone());
    }
    add(
        b,
        "parcelles",
        "Parcelles",
        GeometryKind::Surface,
        &rows,
        geoms,
    );
}

/// A commune of the fixture; every count is 3 but the number of ranked gisements.
pub(crate) fn commune(code: &str, nom: &str) -> CommuneNotee {
    let mut v =
        json!({ "code_insee": code, "nom": nom, "nb_classes": 12, "indice_dix_meilleurs": 66.5 });
    for f in CommuneNotee::FIELDS
        .iter()
        .filter(|f| f.name.starts_with("nb_") && f.name != "nb_classes")
    {
        v[f.name] = json!(3);
    }
    row(&v)
}

fn others(b: &mut EditionBuilder, communes: &[CommuneNotee; 2]) {
    let all = SIDE as f64 * STEP;
    let mut geoms = Geometries::new();
    square(&mut geoms, 0.0, 0.0, all);
    square(&mut geoms, all, 0.0, all);
    add(
        b,
        "communes",
        "Communes",
        GeometryKind::Surface,
        communes,
        geoms,
    );

    let mut geoms = Geometries::new();
    geoms.push_null();
    let epci: [Epci; 1] = [row(
        &json!({ "siren": "200000001", "nom": "CC fictive", "communes": ["34901", "34902"] }),
    )];
    add(
        b,
        "epci",
        "Intercommunalités",
        GeometryKind::None,
        &epci,
        geoms,
    );

    let friche = |id: &str, nom: &str| -> FricheNotee {
        row(
            &json!({ "site_id": id, "site_nom": nom, "site_statut": "friche sans projet", "rattachement": "refcad", "nb_parcelles": 1 }),
        )
    };
    let mut geoms = Geometries::new();
    for d in [45.0, 500.0] {
        geoms.push_point(Coord {
            x: ORIGIN.0 + d,
            y: ORIGIN.1 + d,
        });
    }
    let friches = [
        friche("F1", "Ancienne briqueterie"),
        friche("F2", "Garage <fermé>"),
    ];
    add(
        b,
        "friches",
        "Friches",
        GeometryKind::Point,
        &friches,
        geoms,
    );
    let mut geoms = Geometries::new();
    square(&mut geoms, 30.0, 30.0, 30.0);
    add(
        b,
        "friches_emprises",
        "Friches, emprises",
        GeometryKind::Surface,
        &friches[..1],
        geoms,
    );

    let mut geoms = Geometries::new();
    square(&mut geoms, 0.0, 0.0, 200.0);
    let zae: [Zae; 1] = [row(
        &json!({ "site_id": "Z1", "site_nom": "ZAE des Graves" }),
    )];
    add(
        b,
        "zae",
        "Zones d’activité",
        GeometryKind::Surface,
        &zae,
        geoms,
    );

    let mut geoms = Geometries::new();
    geoms.push_point(Coord {
        x: ORIGIN.0 + 100.0,
        y: ORIGIN.1 + 100.0,
    });
    let stops: [Equipement; 1] = [row(
        &json!({ "id": "S/1 é", "kind": "transport", "nom": "Gare" }),
    )];
    add(
        b,
        "equipements",
        "Équipements",
        GeometryKind::Point,
        &stops,
        geoms,
    );

    let mut geoms = Geometries::new();
    geoms.push_null();
    geoms.push_null();
    let on: [Recouvrement; 2] = [("zae", 1.0), ("friches", 0.4)].map(|(couche, part)| {
        row(&json!({ "parcelle": 0, "idu": idu(0), "couche": couche, "objet": 0, "part": part }))
    });
    add(
        b,
        "recouvrements",
        "Recouvrements",
        GeometryKind::None,
        &on,
        geoms,
    );
}

/// Publishes an edition and makes it the current one. `numbering` shifts a column, so that editions differ.
pub(crate) fn publish(folder: &DataFolder, id: &str, numbering: usize) {
    publish_side(folder, id, numbering, SIDE);
}

/// The same, with a grid of another size.
pub(crate) fn publish_side(folder: &DataFolder, id: &str, numbering: usize, side: usize) {
    let communes = [
        commune("34901", "Lauzerac"),
        commune("34902", "Saint-Étienne-des-Graves"),
    ];
    publish_rows(folder, id, &grid(numbering, side), side, &communes);
}

/// The same with these parcels, each in a cell of the grid, and these communes.
pub(crate) fn publish_rows(
    folder: &DataFolder,
    id: &str,
    rows: &[(usize, ParcelleNotee)],
    side: usize,
    communes: &[CommuneNotee; 2],
) {
    let lock = folder.lock().unwrap();
    let mut b = folder.begin_edition(&lock, id).unwrap();
    parcels(&mut b, rows, side);
    others(&mut b, communes);
    b.add_text("bareme.toml", bareme::DEFAUT).unwrap();
    let mut report = RapportFichier::new(source(Couche::Parcelles), "cadastre Etalab");
    (report.lus, report.gardes, report.rejetes) = (1601, 1600, 1);
    report.anomalies.insert(
        "geometrie".into(),
        Anomalie {
            libelle: "Géométrie <vide>".into(),
            effet: Effet::Rejete,
            nombre: 1,
            exemples: vec![Exemple::at(7, "geometry", "null")],
        },
    );
    b.add_json(
        "rapport.json",
        &json!({ "fichiers": [report], "jointures": { "friches": 1 } }),
    )
    .unwrap();
    let manifest = Manifest {
        id: id.into(),
        nom: "SCoT <d’essai>".into(),
        date: jiff::civil::date(2026, 11, 1),
        diffusion: Diffusion::Interne,
        fictif: true,
        programme: "essai".into(),
        crs: Crs::Lambert93,
        bbox: Some([3.86, 43.6, 3.91, 43.64]),
        depart: Some(Depart {
            centre: [3.87, 43.61],
            zoom: 14.5,
        }),
        bareme: "essai".into(),
        collections: Vec::new(),
        sources: vec![source(Couche::Parcelles), source(Couche::Zae)],
        couches_absentes: vec![Couche::Occupation],
        comptes: [("parcelles".to_owned(), 1600)].into(),
        empreintes: std::collections::BTreeMap::default(),
    };
    b.publish(&lock, manifest, &json!({})).unwrap();
    folder.set_courant(&lock, id).unwrap();
}

/// A service over one edition, kept for as long as the value lives.
pub(crate) struct Service {
    pub(crate) app: axum::Router,
    pub(crate) folder: DataFolder,
    _dir: tempfile::TempDir,
}

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Service {
    pub(crate) fn new() -> Self {
        Self::of(SIDE)
    }

    /// Over a grid of another size.
    pub(crate) fn of(side: usize) -> Self {
        Self::publishing(|folder| publish_side(folder, EDITION, 0, side))
    }

    /// Over parcels and communes of one's own.
    pub(crate) fn with(rows: &[(usize, ParcelleNotee)], communes: &[CommuneNotee; 2]) -> Self {
        Self::publishing(|folder| publish_rows(folder, EDITION, rows, SIDE, communes))
    }

    /// The same, as anyone may read it.
    pub(crate) fn publique(rows: &[(usize, ParcelleNotee)], communes: &[CommuneNotee; 2]) -> Self {
        let publish = |folder: &DataFolder| publish_rows(folder, EDITION, rows, SIDE, communes);
        Self::opening(publish, |f| State::publique(f, "essai".into()))
    }

    /// With other limits on exports.
    pub(crate) fn limited(limits: ExportLimits) -> Self {
        Self::opening(
            |folder| publish(folder, EDITION, 0),
            |f| State::with_limits(f, limits),
        )
    }

    fn publishing(publish: impl FnOnce(&DataFolder)) -> Self {
        Self::opening(publish, State::open)
    }

    fn opening(
        publish: impl FnOnce(&DataFolder),
        open: impl FnOnce(DataFolder) -> Result<State, gisement_server::Error>,
    ) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let folder = DataFolder::new(dir.path());
        publish(&folder);
        let app = gisement_server::app(open(folder.clone()).unwrap());
        Self {
            app,
            folder,
            _dir: dir,
        }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        }
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut r = Request::builder().uri(path);
        for (k, v) in headers {
            r = r.header(*k, *v);
        }
        self.send(r.body(Body::empty()).unwrap()).await
    }

    /// The JSON at an address that must answer.
    pub(crate) async fn json(&self, path: &str) -> Value {
        let a = self.get(path, &[]).await;
        assert_eq!(a.status, StatusCode::OK, "{path}: {}", a.text());
        a.json()
    }
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}
