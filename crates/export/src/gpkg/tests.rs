use super::*;
use crate::testing::{Fixture, written};
use crate::{Format, System};

fn open(collections: &[&str], system: System) -> (tempfile::TempDir, Connection) {
    let f = Fixture::new();
    let (bytes, _) = written(Format::Gpkg, &f.export(collections, system));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("e.gpkg");
    std::fs::write(&path, bytes).unwrap();
    let db = Connection::open(&path).unwrap();
    (dir, db)
}

fn one<T: rusqlite::types::FromSql>(db: &Connection, sql: &str) -> T {
    db.query_row(sql, [], |r| r.get(0)).unwrap()
}

#[test]
fn the_file_is_whole_and_says_what_it_is() {
    let (_dir, db) = open(&["parcelles", "equipements", "logement"], Fixture::LEGAL);
    assert_eq!(one::<i64>(&db, "PRAGMA application_id"), APPLICATION);
    assert_eq!(one::<i64>(&db, "PRAGMA user_version"), VERSION);
    assert_eq!(one::<String>(&db, "PRAGMA integrity_check"), "ok");
    let broken: i64 = one(&db, "SELECT COUNT(*) FROM pragma_foreign_key_check");
    assert_eq!(broken, 0);
    let kinds: String = one(
        &db,
        "SELECT group_concat(table_name || ':' || data_type) FROM gpkg_contents WHERE table_name != 'layer_styles'",
    );
    assert_eq!(
        kinds,
        "parcelles:features,equipements:features,logement:attributes"
    );
    assert_eq!(
        one::<String>(&db, "SELECT last_change FROM gpkg_contents LIMIT 1"),
        "2026-11-01T00:00:00.000Z"
    );
    assert_eq!(
        one::<f64>(
            &db,
            "SELECT min_x FROM gpkg_contents WHERE table_name = 'parcelles'"
        ),
        770_000.0
    );
}

#[test]
fn rows_are_typed_and_unknown_is_null() {
    let (_dir, db) = open(&["parcelles"], Fixture::LEGAL);
    let row = |fid: i64| {
        db.query_row(
            "SELECT contenance_m2, arpente, created, surface_m2, types, geom FROM parcelles WHERE fid = ?",
            [fid],
            |r| {
                Ok((
                    r.get::<_, Option<i64>>(0)?,
                    r.get::<_, Option<bool>>(1)?,
                    r.get::<_, Option<String>>(2)?,
                    r.get::<_, f64>(3)?,
                    r.get::<_, String>(4)?,
                    r.get::<_, Option<Vec<u8>>>(5)?,
                ))
            },
        )
        .unwrap()
    };
    let first = row(1);
    assert_eq!(first.0, Some(900));
    assert_eq!(first.1, Some(true));
    assert_eq!(first.2.as_deref(), Some("2020-02-29"));
    assert_eq!(first.3, 900.5);
    assert_eq!(first.4, "friche,zae_vacante");
    let blob = first.5.unwrap();
    assert_eq!(&blob[..4], b"GP\0\x03");
    assert_eq!(blob[4..8], 2154_i32.to_le_bytes());
    assert_eq!(blob[8..16], 770_000.0_f64.to_le_bytes());
    // A multi-polygon follows the envelope.
    assert_eq!(blob[40..45], [1, 6, 0, 0, 0]);
    let second = row(2);
    assert_eq!((second.0, second.1, second.2), (None, None, None));
    assert_eq!(row(3).5, None);
}

#[test]
fn the_index_finds_what_is_there_and_no_more() {
    let (_dir, db) = open(&["parcelles"], Fixture::LEGAL);
    let near = |x: f64| -> i64 {
        db.query_row(
            "SELECT COUNT(*) FROM rtree_parcelles_geom WHERE minx <= ?1 AND maxx >= ?1",
            [x],
            |r| r.get(0),
        )
        .unwrap()
    };
    assert_eq!((near(770_010.0), near(770_045.0), near(1.0)), (1, 1, 0));
    let triggers: i64 = one(
        &db,
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'parcelles'",
    );
    assert_eq!(triggers, 6);
}

#[test]
fn columns_metadata_and_styles_are_inside() {
    let (_dir, db) = open(&["parcelles"], System::CRS84);
    let name: String = one(
        &db,
        "SELECT name FROM gpkg_data_columns WHERE column_name = 'contenance_m2'",
    );
    assert_eq!(name, "Contenance cadastrale (m²)");
    let described: i64 = one(&db, "SELECT COUNT(*) FROM gpkg_data_columns");
    let columns: i64 = one(
        &db,
        "SELECT COUNT(*) - 2 FROM pragma_table_info('parcelles')",
    );
    assert_eq!(described, columns);
    let json: String = one(
        &db,
        "SELECT metadata FROM gpkg_metadata WHERE mime_type = 'application/json'",
    );
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["sources"][0]["producteur"], "DGFiP / Etalab");
    let qmd: String = one(
        &db,
        "SELECT metadata FROM gpkg_metadata WHERE mime_type = 'text/xml'",
    );
    assert!(qmd.contains("<license>Licence Ouverte 2.0</license>") && qmd.contains("EPSG:4326"));
    let qml: String = one(
        &db,
        "SELECT styleQML FROM layer_styles WHERE useAsDefault = 1",
    );
    assert!(qml.contains("categorizedSymbol"));
}

#[test]
fn the_same_selection_gives_the_same_bytes() {
    let f = Fixture::new();
    let write = || written(Format::Gpkg, &f.export(&["parcelles"], Fixture::LEGAL)).0;
    assert_eq!(write(), write());
}
