//! Rows in the binary form of COPY, one after the other: what stands in memory does not grow with the table.

use std::error::Error as StdError;

use bytes::BytesMut;
use gisement_model::CodeInsee;
use gisement_store::{GeomRef, wkb};
use postgres::Transaction;
use postgres::binary_copy::BinaryCopyInWriter;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres_protocol::escape::escape_identifier;

use super::ddl::{self, COMMUNE, DEPARTEMENT, Table};
use super::{ASIDE, Result};
use crate::column::{self, Cell, Column};
use crate::selection::CHUNK;
use crate::wkt::Definition;
use crate::{Export, Progress, Selection};

/// « This geometry says its reference system » (EWKB).
const WITH_SRID: u32 = 0x2000_0000;

/// A value on its way to the server.
#[derive(Debug)]
pub(super) enum Value<'a> {
    Cell(Cell<'a>),
    Texts(Vec<&'a str>),
    /// EWKB.
    Geometry(&'a [u8]),
}

impl<'a> Value<'a> {
    fn of(column: Column<'a>, row: usize) -> Self {
        match column {
            Column::Texts(list) => {
                column::texts(list, row).map_or(Self::Cell(Cell::Null), Self::Texts)
            }
            other => Self::Cell(other.cell(row)),
        }
    }

    fn text(text: &'a str) -> Self {
        Self::Cell(Cell::Text(text))
    }

    fn known(text: Option<&'a str>) -> Self {
        text.map_or(Self::Cell(Cell::Null), Self::text)
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Cell(Cell::Null) => Ok(IsNull::Yes),
            // PostgreSQL has no text with a null character.
            Self::Cell(Cell::Text(t)) if t.contains('\0') => t.replace('\0', "").to_sql(ty, out),
            Self::Cell(Cell::Text(t)) => t.to_sql(ty, out),
            Self::Cell(Cell::Texts(t)) => t.to_sql(ty, out),
            Self::Cell(Cell::Integer(v)) => v.to_sql(ty, out),
            Self::Cell(Cell::Real(v)) => v.to_sql(ty, out),
            Self::Cell(Cell::Boolean(v)) => v.to_sql(ty, out),
            Self::Cell(Cell::Date(v)) => v.to_sql(ty, out),
            Self::Texts(all) => all.to_sql(ty, out),
            Self::Geometry(bytes) => bytes.to_sql(ty, out),
        }
    }

    // Types are those of `ddl`, by construction.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A copy into a table that this transaction made.
fn writer<'t>(all: &'t mut Transaction<'_>, table: &Table) -> Result<BinaryCopyInWriter<'t>> {
    let (names, types): (Vec<String>, Vec<Type>) = table
        .columns
        .iter()
        .filter_map(|c| Some((escape_identifier(&c.name), c.wire.clone()?)))
        .unzip();
    let copy = all.copy_in(&format!(
        "COPY {} ({}) FROM STDIN (FORMAT binary, FREEZE)",
        table.path(ASIDE),
        names.join(", ")
    ))?;
    Ok(BinaryCopyInWriter::new(copy, &types))
}

/// Copies a collection.
pub(super) fn selection(
    all: &mut Transaction<'_>,
    table: &Table,
    s: &Selection<'_>,
    progress: &mut Progress<'_>,
) -> Result<()> {
    let srid = Definition::of(s.crs())?.epsg;
    let find = |name: &str| s.columns.iter().find(|c| c.champ.nom == name);
    let commune = find(COMMUNE).filter(|_| find(DEPARTEMENT).is_none());
    let mut out = writer(all, table)?;
    let (mut one, mut ewkb) = (Vec::new(), Vec::new());
    for places in s.chunks(CHUNK) {
        let n = places.len();
        let geoms = s.located().then(|| s.geometries(places.clone()));
        for (i, place) in places.enumerate() {
            let row = s.row(place);
            let mut values: Vec<Value<'_>> = Vec::with_capacity(table.columns.len());
            values.extend(s.columns.iter().map(|c| Value::of(c.values, row)));
            if let Some(commune) = commune {
                values.push(Value::known(departement(&commune.values.cell(row))));
            }
            if let Some(geoms) = &geoms {
                values.push(if encode(geoms.get(i), srid, &mut one, &mut ewkb) {
                    Value::Geometry(&ewkb)
                } else {
                    Value::Cell(Cell::Null)
                });
            }
            out.write_raw(values)?;
        }
        progress.rows(n, 0)?;
    }
    out.finish()?;
    Ok(())
}

/// Copies a few rows.
pub(super) fn values(
    all: &mut Transaction<'_>,
    table: &Table,
    rows: Vec<Vec<Value<'_>>>,
) -> Result<()> {
    let mut out = writer(all, table)?;
    for row in rows {
        out.write_raw(row)?;
    }
    out.finish()?;
    Ok(())
}

/// The row of [`Table::edition`].
pub(super) fn edition<'a>(export: &Export<'a>) -> Vec<Value<'a>> {
    let m = export.manifest;
    vec![
        Value::text(&m.id),
        Value::text(&m.nom),
        Value::Cell(Cell::Date(m.date)),
        Value::text(&m.bareme),
        Value::text(&m.programme),
        Value::Cell(Cell::Texts(export.licences())),
        Value::text(ddl::named(m.diffusion)),
        Value::Cell(Cell::Boolean(m.fictif)),
    ]
}

/// The rows of [`Table::sources`].
pub(super) fn sources<'a>(export: &Export<'a>) -> Vec<Vec<Value<'a>>> {
    export
        .ranked()
        .map(|(rank, s)| {
            vec![
                Value::text(s.couche.code()),
                Value::Cell(Cell::Integer(rank as i64)),
                Value::text(&s.fichier),
                Value::known(s.producteur.as_deref()),
                Value::known(s.licence.as_deref()),
                Value::Cell(s.millesime.map_or(Cell::Null, Cell::Date)),
                Value::Cell(
                    s.crs_source
                        .map_or(Cell::Null, |c| Cell::Texts(c.to_string())),
                ),
                Value::text(&s.empreinte),
            ]
        })
        .collect()
}

/// The département of a commune.
fn departement<'a>(commune: &Cell<'a>) -> Option<&'a str> {
    let Cell::Text(text) = commune else {
        return None;
    };
    let code: CodeInsee = text.parse().ok()?;
    text.get(..code.departement().len())
}

/// The EWKB of a feature; false without geometry.
fn encode(g: GeomRef<'_>, srid: u32, one: &mut Vec<u8>, out: &mut Vec<u8>) -> bool {
    if !wkb::encode(g, one) {
        return false;
    }
    let Some((&[order, a, b, c, d], rest)) = one.split_first_chunk::<5>() else {
        return false;
    };
    out.clear();
    out.push(order);
    out.extend_from_slice(&(u32::from_le_bytes([a, b, c, d]) | WITH_SRID).to_le_bytes());
    out.extend_from_slice(&srid.to_le_bytes());
    out.extend_from_slice(rest);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    fn sent(value: &Value<'_>, ty: &Type) -> Option<Vec<u8>> {
        let mut out = BytesMut::new();
        match value.to_sql(ty, &mut out).unwrap() {
            IsNull::Yes => None,
            IsNull::No => Some(out.to_vec()),
        }
    }

    #[test]
    fn values_are_in_binary_form() {
        let cell = |cell, ty| sent(&Value::Cell(cell), &ty);
        assert_eq!(cell(Cell::Null, Type::TEXT), None);
        assert_eq!(cell(Cell::Text("a\0b"), Type::TEXT).unwrap(), b"ab");
        assert_eq!(
            cell(Cell::Integer(258), Type::INT8).unwrap(),
            258_i64.to_be_bytes()
        );
        assert_eq!(
            cell(Cell::Real(1.5), Type::FLOAT8).unwrap(),
            1.5_f64.to_be_bytes()
        );
        assert_eq!(cell(Cell::Boolean(true), Type::BOOL).unwrap(), [1]);
        // Days since 2000.
        let date = jiff::civil::date(2000, 1, 31);
        assert_eq!(
            cell(Cell::Date(date), Type::DATE).unwrap(),
            30_i32.to_be_bytes()
        );
    }

    #[test]
    fn lists_and_departements_come_from_the_columns() {
        let f = Fixture::new();
        let export = f.export(&["parcelles"], Fixture::LEGAL);
        let s = &export.selections[0];
        let column = |name: &str| s.columns.iter().find(|c| c.champ.nom == name).unwrap();
        let types = column("types").values;
        assert!(matches!(Value::of(types, 0), Value::Texts(t) if t == ["friche", "zae_vacante"]));
        assert!(matches!(Value::of(types, 1), Value::Texts(t) if t.is_empty()));
        assert_eq!(
            departement(&column("code_insee").values.cell(0)),
            Some("34")
        );
        assert_eq!(departement(&Cell::Text("97411")), Some("974"));
        assert_eq!(departement(&Cell::Text("2A004")), Some("2A"));
        assert_eq!(departement(&Cell::Null), None);
    }

    #[test]
    fn a_geometry_says_its_system() {
        let f = Fixture::new();
        let export = f.export(&["equipements", "parcelles"], Fixture::LEGAL);
        let (mut one, mut out) = (Vec::new(), Vec::new());
        let points = export.selections[0].geometries(0..1);
        assert!(encode(points.get(0), 2154, &mut one, &mut out));
        assert_eq!(out[..9], [1, 1, 0, 0, 0x20, 0x6A, 8, 0, 0]);
        assert_eq!(out[9..17], 770_001.0_f64.to_le_bytes());
        // The third parcel is nowhere.
        let surfaces = export.selections[1].geometries(2..3);
        assert!(!encode(surfaces.get(0), 2154, &mut one, &mut out));
    }
}
