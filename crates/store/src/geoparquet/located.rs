//! What a GeoParquet file says of its geometries: their system and their kinds.

use gisement_model::{Crs, Fuseau};
use serde_json::{Value, json};

use crate::GeomKind;

/// The definition of a projection as PROJ 9.1 writes it (`gdalsrsinfo -o PROJJSON EPSG:…`), for those that
/// files are written in.
fn projjson(crs: Crs) -> Option<&'static str> {
    Some(match crs {
        Crs::Lambert93 => include_str!("../epsg2154.projjson"),
        Crs::Utm(Fuseau::Antilles) => include_str!("../epsg5490.projjson"),
        Crs::Utm(Fuseau::Guyane) => include_str!("../epsg2972.projjson"),
        Crs::Utm(Fuseau::Reunion) => include_str!("../epsg2975.projjson"),
        Crs::Utm(Fuseau::Mayotte) => include_str!("../epsg4471.projjson"),
        Crs::WebMercator => include_str!("../epsg3857.projjson"),
        _ => return None,
    })
}

/// What a file says of its geometries.
#[derive(Debug)]
pub struct Located {
    crs: Crs,
    types: Vec<&'static str>,
}

impl Located {
    /// In this system, of these kinds.
    pub fn new(crs: Crs, present: impl Fn(GeomKind) -> bool) -> Self {
        let types = [
            (GeomKind::Point, "Point"),
            (GeomKind::Line, "MultiLineString"),
            (GeomKind::Surface, "MultiPolygon"),
        ];
        let types = types.into_iter().filter(|(kind, _)| present(*kind));
        Self {
            crs,
            types: types.map(|(_, name)| name).collect(),
        }
    }
}

/// The `geo` note of a file.
pub(super) fn geo_metadata(geometry: &Located, boxed: bool) -> Value {
    let mut column = json!({
        "encoding": "WKB",
        "geometry_types": geometry.types,
    });
    if boxed {
        column["covering"] = json!({ "bbox": {
            "xmin": ["bbox", "xmin"], "ymin": ["bbox", "ymin"], "xmax": ["bbox", "xmax"], "ymax": ["bbox", "ymax"],
        } });
    }
    // GeoParquet: an absent `crs` means OGC:CRS84; nothing else lacks a definition here.
    if let Some(definition) = projjson(geometry.crs) {
        column["crs"] = serde_json::from_str(definition).unwrap_or(Value::Null);
    }
    json!({ "version": "1.1.0", "primary_column": "geometry", "columns": { "geometry": column } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_legal_projection_is_written_under_its_own_code() {
        for crs in Crs::legales() {
            let meta = geo_metadata(&Located::new(crs, |_| true), true);
            let said = &meta["columns"]["geometry"]["crs"]["id"];
            assert_eq!(said["authority"], "EPSG");
            assert_eq!(said["code"].as_u64(), crs.epsg().map(u64::from));
        }
    }
}
