//! What a GeoPackage says of its tables: names of columns, sources and licences, styles.

use std::fmt::Write as _;

use rusqlite::{Connection, params};

use super::failed;
use crate::wkt::Definition;
use crate::xml::escape;
use crate::{Export, Result, Selection, csv, styles};

/// The standard of the metadata that QGIS shows in the properties of a layer.
const QMD: &str = "http://mrcc.com/qgis.dtd";
/// Ours, for programs.
const JSON: &str = "urn:gisement:export";

/// The date of the edition as a time: the same selection gives the same bytes.
pub(super) fn time(export: &Export<'_>) -> String {
    format!("{}T00:00:00.000Z", export.manifest.date)
}

/// What concerns the whole file; gives the identifier of the entry.
pub(super) fn dataset(db: &Connection, export: &Export<'_>) -> Result<i64> {
    db.execute(
        "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata) VALUES ('dataset', ?, 'application/json', ?)",
        params![JSON, export.json().to_string()],
    )
    .map_err(failed)?;
    let id = db.last_insert_rowid();
    db.execute(
        "INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?, ?, NULL)",
        params![time(export), id],
    )
    .map_err(failed)?;
    // The table of styles is one of the tables of the file.
    db.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) \
         VALUES ('layer_styles', 'attributes', 'layer_styles', 'Styles pour QGIS', ?)",
        params![time(export)],
    )
    .map_err(failed)?;
    Ok(id)
}

/// What concerns one table.
pub(super) fn table(
    db: &Connection,
    export: &Export<'_>,
    s: &Selection<'_>,
    parent: i64,
) -> Result<()> {
    let name = &s.info.id;
    db.execute(
        "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata) VALUES ('dataset', ?, 'text/xml', ?)",
        params![QMD, qmd(export, s)?],
    )
    .map_err(failed)?;
    db.execute(
        "INSERT INTO gpkg_metadata_reference VALUES ('table', ?, NULL, NULL, ?, ?, ?)",
        params![name, time(export), db.last_insert_rowid(), parent],
    )
    .map_err(failed)?;
    let mut insert = db
        .prepare("INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)")
        .map_err(failed)?;
    for (heading, c) in csv::headings(s).iter().zip(&s.columns) {
        let description = match (c.champ.nullable, c.champ.genre.as_str()) {
            (_, "text_list") => "liste, une virgule entre ses valeurs",
            (true, _) => "NULL : inconnu",
            (false, _) => "toujours connu",
        };
        insert
            .execute(params![
                name,
                c.champ.nom,
                heading,
                c.champ.libelle,
                format!("{heading} ; {description}")
            ])
            .map_err(failed)?;
    }
    if let (Some(qml), true) = (styles::find(name), s.located()) {
        db.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, \
             styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) \
             VALUES ('', '', ?, 'geom', 'Gisement', ?, '', 1, ?, '', NULL, ?)",
            params![name, qml, format!("Style de « {} »", s.info.titre), time(export)],
        )
        .map_err(failed)?;
    }
    Ok(())
}

/// The metadata of a layer as QGIS reads them.
fn qmd(export: &Export<'_>, s: &Selection<'_>) -> Result<String> {
    let head = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>";
    let elements = metadata(export, s)?;
    Ok(format!(
        "{head}\n<qgis version=\"3.22\">\n{elements}</qgis>"
    ))
}

/// The elements of these metadata: a project holds them too.
pub(crate) fn metadata(export: &Export<'_>, s: &Selection<'_>) -> Result<String> {
    let m = export.manifest;
    let mut out = String::new();
    let mut element = |name: &str, text: &str| {
        let _ = writeln!(out, "  <{name}>{}</{name}>", escape(text));
    };
    element("identifier", &format!("{}/{}", m.id, s.info.id));
    element("language", "FRE");
    element("type", "dataset");
    element("title", &s.info.titre);
    element("abstract", &export.description());
    let mut licences: Vec<&str> = m
        .sources
        .iter()
        .filter_map(|s| s.licence.as_deref())
        .collect();
    licences.sort_unstable();
    licences.dedup();
    for licence in licences {
        element("license", licence);
    }
    for [layer, _, file, producer, licence, date, ..] in export.sources() {
        let parts = [file, producer, date, licence];
        let parts: Vec<&str> = parts
            .iter()
            .map(String::as_str)
            .filter(|p| !p.is_empty())
            .collect();
        element(
            "history",
            &format!("Source : {layer} : {}", parts.join(", ")),
        );
    }
    let _ = writeln!(out, "  <crs>{}</crs>", Definition::of(s.crs())?.qgis());
    Ok(out)
}
