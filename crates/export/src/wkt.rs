//! The definitions of reference systems that files carry, as GDAL 3.6 and PROJ 9.1 write them
//! (`gdalsrsinfo -o wkt1 EPSG:…` and `-o wkt_esri`), for those that an edition can be written in.

use gisement_model::{Crs, Fuseau};

use crate::{Error, Result};

/// A reference system as files name it: longitude and latitude are EPSG:4326 with longitude first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Definition {
    /// EPSG number.
    pub(crate) epsg: u32,
    /// Well-known text, OGC 01-009.
    pub(crate) wkt: &'static str,
    /// The same as Esri writes it.
    pub(crate) esri: &'static str,
}

impl Definition {
    pub(crate) fn of(crs: Crs) -> Result<Self> {
        macro_rules! definition {
            ($epsg:literal) => {
                Self {
                    epsg: $epsg,
                    wkt: include_str!(concat!("systems/", $epsg, ".wkt")),
                    esri: include_str!(concat!("systems/", $epsg, ".prj")),
                }
            };
        }
        Ok(match crs {
            Crs::LonLat => definition!(4326),
            Crs::WebMercator => definition!(3857),
            Crs::Lambert93 => definition!(2154),
            Crs::Utm(Fuseau::Antilles) => definition!(5490),
            Crs::Utm(Fuseau::Guyane) => definition!(2972),
            Crs::Utm(Fuseau::Reunion) => definition!(2975),
            Crs::Utm(Fuseau::Mayotte) => definition!(4471),
            other => return Err(Error::UnknownSystem(other)),
        })
    }

    /// What people call it.
    pub(crate) fn name(&self) -> &'static str {
        self.wkt.split('"').nth(1).unwrap_or_default()
    }

    /// As files of QGIS name it. It heeds the authority only beside a number of its own table, whichever that is.
    pub(crate) fn qgis(&self) -> String {
        format!(
            "<spatialrefsys><srsid>{0}</srsid><authid>EPSG:{0}</authid></spatialrefsys>",
            self.epsg
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_system_of_an_edition_is_defined_under_its_number() {
        for legal in Crs::legales() {
            for system in crate::System::all(legal) {
                let d = Definition::of(system.crs).unwrap();
                assert_eq!(d.epsg, system.crs.epsg().unwrap_or(4326));
                let authority = format!("AUTHORITY[\"EPSG\",\"{}\"]]", d.epsg);
                assert!(d.wkt.ends_with(&authority), "{}", d.wkt);
                assert!(d.esri.starts_with(['P', 'G']) && !d.esri.contains("AUTHORITY"));
                assert!(!d.name().is_empty());
            }
        }
    }
}
