use super::*;
use crate::testing::Fixture;

fn table(name: &str) -> Table {
    let f = Fixture::new();
    let export = f.export(&[name], Fixture::LEGAL);
    Table::of(&export.selections[0], &export, "public").unwrap()
}

#[test]
fn schemas_need_no_quotes() {
    assert_eq!(
        schema_name("2026-11-01-9cd152cb"),
        "gisement_2026_11_01_9cd152cb"
    );
    assert_eq!(schema_name("A\"b;é"), "gisement_a_b__");
    assert_eq!(schema_name(&"x".repeat(80)).len(), NAME_MAX);
}

#[test]
fn columns_are_typed() {
    let sql = table("parcelles").create("s");
    for part in [
        "CREATE TABLE \"s\".\"parcelles\" (\"idu\" text, \"code_insee\" text, ",
        "\"contenance_m2\" bigint,",
        "\"arpente\" boolean,",
        "\"created\" date,",
        "\"surface_m2\" double precision,",
        "\"types\" text[],",
        "\"departement\" text, \"geom\" \"public\".geometry(MultiPolygon, 2154));",
    ] {
        assert!(sql.contains(part), "{part} : {sql}");
    }
    assert!(
        table("equipements")
            .create("s")
            .contains("geometry(Point, 2154)")
    );
    assert!(!table("logement").create("s").contains("geom"));
}

#[test]
fn rows_are_told_apart_within_a_departement() {
    assert_eq!(table("parcelles").key, ["idu", "departement"]);
    assert_eq!(table("equipements").key, ["id"]);
    assert_eq!(table("logement").key, ["code_insee", "departement"]);
}

#[test]
fn indexes_serve_places_and_communes() {
    let sql = table("parcelles").finish("s");
    assert!(sql.contains("CREATE INDEX ON \"s\".\"parcelles\" USING gist (geom);"));
    assert!(sql.contains("CREATE INDEX ON \"s\".\"parcelles\" (code_insee);"));
    // Its key begins with the commune.
    assert!(!table("logement").finish("s").contains("CREATE INDEX"));
}

#[test]
fn comments_say_label_unit_and_source() {
    let sql = table("parcelles").comments("s", "VIEW");
    for part in [
        "COMMENT ON VIEW \"s\".\"parcelles\" IS 'Parcelles. Édition 2026-11-01-aaaa. Sources : parcelles : DGFiP / Etalab, 2026-10-01, licence : Licence Ouverte 2.0.",
        "COMMENT ON COLUMN \"s\".\"parcelles\".\"contenance_m2\" IS 'Contenance cadastrale (m²). NULL : inconnu.';",
        "COMMENT ON COLUMN \"s\".\"parcelles\".\"geom\" IS 'Géométrie, EPSG:2154.';",
    ] {
        assert!(sql.contains(part), "{part} : {sql}");
    }
}
