//! GeoPackage 1.3 (OGC 12-128r17) with a spatial index, French names for columns, metadata, and the styles of QGIS: a
//! collection opened there is drawn as on the map.

mod describe;

use std::path::Path;

use gisement_store::{GeomKind, GeomRef, wkb};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ToSql, params};

use crate::column::Cell;
use crate::selection::CHUNK;
use crate::wkt::Definition;
use crate::{Error, Export, Progress, Result, Selection};

pub(crate) use describe::metadata;

const NAME: &str = "GeoPackage";
/// « GPKG ».
const APPLICATION: i64 = 0x4750_4B47;
/// 1.3.0.
const VERSION: i64 = 10300;

pub(crate) fn write(
    path: &Path,
    export: &Export<'_>,
    progress: &mut Progress<'_>,
) -> Result<Vec<String>> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(Error::io(path)(e)),
        _ => {}
    }
    tables(path, export, progress)?;
    let lists = export
        .selections
        .iter()
        .flat_map(|s| &s.columns)
        .any(|c| c.champ.genre == "text_list");
    Ok(if lists {
        vec!["Les listes sont des textes : une virgule entre leurs valeurs.".to_owned()]
    } else {
        Vec::new()
    })
}

fn failed(e: rusqlite::Error) -> Error {
    Error::of(NAME)(e)
}

fn tables(path: &Path, export: &Export<'_>, progress: &mut Progress<'_>) -> Result<()> {
    let mut db = Connection::open(path).map_err(failed)?;
    // A file that is not finished is thrown away: nothing of it needs to survive a failure.
    db.execute_batch(
        "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;",
    )
    .map_err(failed)?;
    db.pragma_update(None, "application_id", APPLICATION)
        .and_then(|()| db.pragma_update(None, "user_version", VERSION))
        .map_err(failed)?;
    let all = db.transaction().map_err(failed)?;
    all.execute_batch(include_str!("gpkg/base.sql"))
        .map_err(failed)?;
    let mut systems: Vec<Definition> = vec![Definition::of(gisement_model::Crs::LonLat)?];
    for s in &export.selections {
        let d = Definition::of(s.crs())?;
        if systems.iter().all(|known| known.epsg != d.epsg) {
            systems.push(d);
        }
    }
    for d in &systems {
        all.execute(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, 'EPSG', ?, ?, NULL)",
            params![d.name(), d.epsg, d.epsg, d.wkt],
        )
        .map_err(failed)?;
    }
    let dataset = describe::dataset(&all, export)?;
    for selection in &export.selections {
        table(&all, path, export, selection, progress)?;
        describe::table(&all, export, selection, dataset)?;
    }
    all.commit().map_err(failed)?;
    db.close().map_err(|(_, e)| failed(e))
}

/// A name quoted for SQL. Names of collections and columns are ours, but quoting costs nothing.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The table of a collection, its rows and their index.
fn table(
    db: &Connection,
    path: &Path,
    export: &Export<'_>,
    s: &Selection<'_>,
    progress: &mut Progress<'_>,
) -> Result<()> {
    let name = &s.info.id;
    let mut columns = vec!["\"fid\" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL".to_owned()];
    if s.located() {
        columns.push(format!("\"geom\" {}", geometry_type(s.kind())));
    }
    columns.extend(
        s.columns
            .iter()
            .map(|c| format!("{} {}", quoted(&c.champ.nom), sql_type(&c.champ.genre))),
    );
    let index = quoted(&format!("rtree_{name}_geom"));
    db.execute_batch(&format!(
        "CREATE TABLE {} ({});",
        quoted(name),
        columns.join(", ")
    ))
    .map_err(failed)?;
    if s.located() {
        db.execute_batch(&format!(
            "CREATE VIRTUAL TABLE {index} USING rtree(id, minx, maxx, miny, maxy);"
        ))
        .map_err(failed)?;
    }
    let bounds = rows(db, path, s, &index, progress)?;
    let srs = Definition::of(s.crs())?.epsg;
    let [min_x, min_y, max_x, max_y] = match bounds {
        Some(b) => b.map(Some),
        None => [None; 4],
    };
    db.execute(
        "INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            name,
            if s.located() {
                "features"
            } else {
                "attributes"
            },
            s.info.titre,
            export.description(),
            describe::time(export),
            min_x,
            min_y,
            max_x,
            max_y,
            s.located().then_some(srs)
        ],
    )
    .map_err(failed)?;
    if s.located() {
        db.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
            params![name, geometry_type(s.kind()), srs],
        )
        .and_then(|_| {
            db.execute(
                "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', \
                 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
                params![name],
            )
        })
        .map_err(failed)?;
        // Made once the rows are in: they call functions that only readers of GeoPackage have.
        db.execute_batch(
            &include_str!("gpkg/rtree.sql").replace("{t}", &name.replace('"', "\"\"")),
        )
        .map_err(failed)?;
    }
    Ok(())
}

/// Writes the rows and the index; gives the extent.
fn rows(
    db: &Connection,
    path: &Path,
    s: &Selection<'_>,
    index: &str,
    progress: &mut Progress<'_>,
) -> Result<Option<[f64; 4]>> {
    let n = s.columns.len() + 1 + usize::from(s.located());
    let marks = vec!["?"; n].join(", ");
    let mut insert = db
        .prepare(&format!(
            "INSERT INTO {} VALUES ({marks})",
            quoted(&s.info.id)
        ))
        .map_err(failed)?;
    let mut insert_box = s
        .located()
        .then(|| db.prepare(&format!("INSERT INTO {index} VALUES (?, ?, ?, ?, ?)")))
        .transpose()
        .map_err(failed)?;
    let srs = Definition::of(s.crs())?.epsg;
    let mut bounds: Option<[f64; 4]> = None;
    let (mut blob, mut one) = (Vec::new(), Vec::new());
    for places in s.chunks(CHUNK) {
        let n = places.len();
        let geoms = s.located().then(|| s.geometries(places.clone()));
        for (i, place) in places.enumerate() {
            let fid = place as i64 + 1;
            let mut at = 1;
            insert.raw_bind_parameter(at, fid).map_err(failed)?;
            if let Some(geoms) = &geoms {
                let g = geoms.get(i);
                at += 1;
                match encode(g, srs, &mut blob, &mut one) {
                    Some(b) => {
                        insert
                            .raw_bind_parameter(at, blob.as_slice())
                            .map_err(failed)?;
                        if let Some(insert_box) = &mut insert_box {
                            insert_box
                                .execute(params![fid, b[0], b[2], b[1], b[3]])
                                .map_err(failed)?;
                        }
                        let all = bounds.get_or_insert(b);
                        *all = [
                            all[0].min(b[0]),
                            all[1].min(b[1]),
                            all[2].max(b[2]),
                            all[3].max(b[3]),
                        ];
                    }
                    None => insert
                        .raw_bind_parameter(at, rusqlite::types::Null)
                        .map_err(failed)?,
                }
            }
            for cell in s.cells(place) {
                at += 1;
                insert.raw_bind_parameter(at, &cell).map_err(failed)?;
            }
            insert.raw_execute().map_err(failed)?;
        }
        progress.rows(n, std::fs::metadata(path).map_or(0, |m| m.len()))?;
    }
    Ok(bounds)
}

/// The GeoPackage binary of a feature, and its box (west, south, east, north); `None` without geometry.
fn encode(g: GeomRef<'_>, srs: u32, out: &mut Vec<u8>, one: &mut Vec<u8>) -> Option<[f64; 4]> {
    let b = g.bbox()?;
    if !wkb::encode(g, one) {
        return None;
    }
    let b = [b.min().x, b.min().y, b.max().x, b.max().y];
    out.clear();
    // Version 1; little endian, with an envelope of x and y unless it is a point.
    let envelope = u8::from(g.kind() != GeomKind::Point);
    out.extend_from_slice(&[b'G', b'P', 0, 1 | envelope << 1]);
    out.extend_from_slice(&(srs as i32).to_le_bytes());
    if envelope == 1 {
        for v in [b[0], b[2], b[1], b[3]] {
            out.extend_from_slice(&v.to_le_bytes());
        }
    }
    out.extend_from_slice(one);
    Some(b)
}

fn geometry_type(kind: GeomKind) -> &'static str {
    match kind {
        GeomKind::Point => "POINT",
        GeomKind::Line => "MULTILINESTRING",
        GeomKind::Surface | GeomKind::Null => "MULTIPOLYGON",
    }
}

fn sql_type(genre: &str) -> &'static str {
    match genre {
        "integer" => "INTEGER",
        "real" => "REAL",
        "boolean" => "BOOLEAN",
        "date" => "DATE",
        _ => "TEXT",
    }
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Text(t) => ToSqlOutput::Borrowed(ValueRef::Text(t.as_bytes())),
            Self::Texts(t) => ToSqlOutput::Borrowed(ValueRef::Text(t.as_bytes())),
            Self::Integer(v) => ToSqlOutput::Owned(Value::Integer(*v)),
            Self::Real(v) => ToSqlOutput::Owned(Value::Real(*v)),
            Self::Boolean(v) => ToSqlOutput::Owned(Value::Integer(i64::from(*v))),
            Self::Date(d) => ToSqlOutput::Owned(Value::Text(d.to_string())),
        })
    }
}

#[cfg(test)]
mod tests;
