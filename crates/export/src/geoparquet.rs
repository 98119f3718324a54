//! GeoParquet 1.1 by the writer of editions, with what the edition says under the key `gisement`.

use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, UInt32Array};
use arrow_schema::{Field, Fields};
use gisement_store::geoparquet::{Effort, Located, ROWS_PER_GROUP, Writer};
use gisement_store::{GeomKind, Geometries};

use crate::{Error, Export, Progress, Result};

pub(crate) fn write(
    path: &Path,
    export: &Export<'_>,
    progress: &mut Progress<'_>,
) -> Result<Vec<String>> {
    let s = export.selections.first().ok_or(Error::Empty)?;
    let arrays: Vec<(&str, &ArrayRef)> = s
        .columns
        .iter()
        .filter_map(|c| {
            let name = c.champ.nom.as_str();
            Some((name, s.collection().column(name)?))
        })
        .collect();
    let fields: Fields = s
        .columns
        .iter()
        .zip(&arrays)
        .map(|(c, (name, array))| {
            Arc::new(Field::new(
                *name,
                array.data_type().clone(),
                c.champ.nullable,
            ))
        })
        .collect();
    let geometry = s.located().then(|| {
        let present =
            |kind: GeomKind| (0..s.len()).any(|place| s.collection().kind(s.row(place)) == kind);
        Located::new(s.crs(), present)
    });
    let notes = vec![("gisement".to_owned(), export.json().to_string())];
    let mut writer = Writer::create(path, &fields, geometry, Effort::Published, notes, &[])?;
    let size = || std::fs::metadata(path).map_or(0, |m| m.len());
    for places in s.chunks(ROWS_PER_GROUP) {
        let n = places.len();
        let rows = UInt32Array::from_iter_values(places.clone().map(|p| s.row(p) as u32));
        let columns = arrays
            .iter()
            .map(|(_, array)| arrow_select::take::take(array, &rows, None))
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(Error::of("GeoParquet"))?;
        let geoms = if s.located() {
            s.geometries(places)
        } else {
            Geometries::new()
        };
        writer.push(&columns, &geoms, 0..n)?;
        progress.rows(n, size())?;
    }
    writer.finish()?;
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use crate::testing::{Fixture, written};
    use crate::{Format, System};
    use arrow_array::{Array as _, Int64Array};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    fn check(system: System, expected: Option<u64>) {
        let f = Fixture::new();
        let (bytes, _) = written(Format::GeoParquet, &f.export(&["parcelles"], system));
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("e.parquet");
        std::fs::write(&path, bytes).unwrap();
        let file = std::fs::File::open(&path).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
        let meta = reader.metadata().file_metadata().clone();
        let value = |key: &str| -> serde_json::Value {
            let all = meta.key_value_metadata().unwrap();
            let text = all.iter().find(|k| k.key == key).unwrap().value.as_ref();
            serde_json::from_str(text.unwrap()).unwrap()
        };
        let geo = value("geo");
        assert_eq!(geo["version"], "1.1.0");
        let column = &geo["columns"]["geometry"];
        assert_eq!(column["geometry_types"][0], "MultiPolygon");
        // Absent means longitude and latitude.
        assert_eq!(column["crs"]["id"]["code"].as_u64(), expected);
        assert_eq!(value("gisement")["licences"], "Licence Ouverte 2.0");
        let batch = reader.build().unwrap().next().unwrap().unwrap();
        assert_eq!(batch.num_rows(), 3);
        let contenance = batch.column_by_name("contenance_m2").unwrap();
        let contenance = contenance.as_any().downcast_ref::<Int64Array>().unwrap();
        assert_eq!((contenance.value(0), contenance.is_null(1)), (900, true));
        let geometry = batch.column_by_name("geometry").unwrap();
        assert!(geometry.is_valid(0) && geometry.is_null(2));
    }

    #[test]
    fn another_reader_finds_rows_system_and_licence() {
        check(Fixture::LEGAL, Some(2154));
        check(System::CRS84, None);
        let all = System::all(gisement_model::Crs::Lambert93);
        let mercator = all.into_iter().find(|s| s.crs.epsg() == Some(3857));
        check(mercator.unwrap(), Some(3857));
    }
}
