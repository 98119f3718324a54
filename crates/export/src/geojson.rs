//! GeoJSON (RFC 7946): features as text, and files of them.

mod text;

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use gisement_model::Crs;
use serde_json::json;

use crate::selection::CHUNK;
use crate::{Error, Export, Progress, Result};

pub use text::{Features, geometry, value};

/// One collection. RFC 7946 wants longitude and latitude; another system is written, with the `crs` member of 2008 that
/// GDAL and QGIS still read, only when it was asked for.
pub(crate) fn write(
    path: &Path,
    export: &Export<'_>,
    progress: &mut Progress<'_>,
) -> Result<Vec<String>> {
    let selection = export.selections.first().ok_or(Error::Empty)?;
    let failed = |e| Error::io(path)(e);
    let mut file = BufWriter::new(File::create(path).map_err(failed)?);
    let mut head = json!({ "type": "FeatureCollection", "name": selection.info.id });
    if let Some(epsg) = selection.crs().epsg() {
        let urn = format!("urn:ogc:def:crs:EPSG::{epsg}");
        head["crs"] = json!({ "type": "name", "properties": { "name": urn } });
    }
    head["gisement"] = export.json();
    let mut out = head.to_string().into_bytes();
    // The list of features takes the place of its closing brace.
    out.pop();
    out.extend_from_slice(b",\"features\":[\n");
    let shown: Vec<String> = selection
        .columns
        .iter()
        .map(|c| c.champ.nom.clone())
        .collect();
    let features = Features::new(selection.collection(), Some(&shown), selection.system);
    let mut bytes = 0;
    for places in selection.chunks(CHUNK) {
        let n = places.len();
        for place in places {
            if place > 0 {
                out.extend_from_slice(b",\n");
            }
            features.feature(&mut out, selection.row(place));
        }
        file.write_all(&out).map_err(failed)?;
        bytes += out.len() as u64;
        out.clear();
        progress.rows(n, bytes)?;
    }
    out.extend_from_slice(b"\n]}\n");
    file.write_all(&out).map_err(failed)?;
    file.flush().map_err(failed)?;
    Ok(if selection.crs() == Crs::LonLat {
        Vec::new()
    } else {
        vec![
            "GeoJSON hors de la RFC 7946 : coordonnées dans un autre système, nommé par « crs »."
                .to_owned(),
        ]
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{Fixture, written};
    use crate::{Format, System};
    use serde_json::Value;

    fn document(system: System) -> Value {
        let f = Fixture::new();
        let bytes = written(Format::GeoJson, &f.export(&["parcelles"], system)).0;
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn a_collection_is_written_with_its_sources_and_unknown_stays_null() {
        let d = document(System::CRS84);
        assert!(d.get("crs").is_none(), "RFC 7946");
        let features = d["features"].as_array().unwrap();
        assert_eq!(features.len(), 3);
        assert_eq!(features[0]["properties"]["contenance_m2"], 900);
        assert_eq!(features[1]["properties"]["contenance_m2"], Value::Null);
        assert_eq!(features[2]["geometry"], Value::Null);
        assert_eq!(
            d["gisement"]["sources"][0]["licence"],
            "Licence Ouverte 2.0"
        );
        let lon = features[0]["geometry"]["coordinates"][0][0][0][0].as_f64();
        assert!((3.0..4.0).contains(&lon.unwrap()));
    }

    #[test]
    fn another_system_is_named() {
        let d = document(Fixture::LEGAL);
        assert_eq!(d["crs"]["properties"]["name"], "urn:ogc:def:crs:EPSG::2154");
        let x = &d["features"][0]["geometry"]["coordinates"][0][0][0][0];
        assert_eq!(x.as_f64(), Some(770_000.0));
    }
}
