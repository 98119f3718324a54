//! The reference systems in which answers and files are written, and boxes and filters read (OGC API – Features Part 2).

use gisement_model::Crs;
use gisement_store::Ring;

/// A reference system, with the order of its axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct System {
    /// What its numbers mean.
    pub crs: Crs,
    /// Latitude comes first.
    pub flipped: bool,
    /// That of the edition, in which positions are known as its layers have them.
    stored: bool,
}

impl System {
    /// Longitude, latitude: that of answers unless told otherwise.
    pub const CRS84: Self = Self {
        crs: Crs::LonLat,
        flipped: false,
        stored: false,
    };
    /// Latitude, longitude.
    const EPSG_4326: Self = Self {
        crs: Crs::LonLat,
        flipped: true,
        stored: false,
    };

    /// Those of an edition of this legal projection; CRS84 first, then that of storage.
    pub fn all(legal: Crs) -> Vec<Self> {
        let mut all = vec![Self::CRS84];
        if legal != Crs::LonLat {
            all.push(Self::stored(legal));
        }
        all.push(Self::EPSG_4326);
        if legal != Crs::WebMercator {
            all.push(Self {
                crs: Crs::WebMercator,
                ..Self::CRS84
            });
        }
        all
    }

    /// The system of storage.
    pub const fn stored(legal: Crs) -> Self {
        Self {
            crs: legal,
            flipped: false,
            stored: true,
        }
    }

    /// Its address.
    pub fn uri(self) -> String {
        match (self.crs.epsg(), self.flipped) {
            (Some(n), _) => format!("http://www.opengis.net/def/crs/EPSG/0/{n}"),
            (None, true) => "http://www.opengis.net/def/crs/EPSG/0/4326".to_owned(),
            (None, false) => "http://www.opengis.net/def/crs/OGC/1.3/CRS84".to_owned(),
        }
    }

    /// The system of this name, among those of an edition of this legal projection: its address, or `EPSG:2154`, in
    /// brackets or not.
    pub fn named(text: &str, legal: Crs) -> Option<Self> {
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        Self::all(legal).into_iter().find(|r| {
            let uri = r.uri();
            let last = uri.rsplit('/').next().unwrap_or_default();
            let authority = if r.crs == Crs::LonLat && !r.flipped {
                "OGC"
            } else {
                "EPSG"
            };
            uri == bare
                || bare
                    .strip_prefix(authority)
                    .is_some_and(|code| code.strip_prefix(':') == Some(last))
                || bare == "CRS84" && last == bare
        })
    }

    /// The same system with longitude or easting first, as every file format has it.
    #[must_use]
    pub fn of_files(self) -> Self {
        Self {
            flipped: false,
            ..self
        }
    }

    /// Where a vertex lies: in 10⁻⁷ degree, longitude first, or in metres to the millimetre, as answers write them.
    pub fn position(self, ring: Ring<'_>, i: usize) -> (f64, f64) {
        let (lon, lat) = (f64::from(ring.lon[i]), f64::from(ring.lat[i]));
        if self.crs == Crs::LonLat {
            return (lon, lat);
        }
        let (x, y) = self.crs.from_lonlat(lon / 1e7, lat / 1e7);
        let (dx, dy) = if self.stored {
            (ring.dx[i], ring.dy[i])
        } else {
            (0, 0)
        };
        let millimetres = |v: f64, lack: i8| ((v * 1e3).round() + f64::from(lack)) / 1e3;
        (millimetres(x, dx), millimetres(y, dy))
    }

    /// A number of a request in the unit of [`Self::position`], its axis apart.
    pub fn scaled(self, v: f64) -> f64 {
        if self.crs == Crs::LonLat {
            // Rounded to a thousandth of a unit, so that a bound written with seven decimals is exactly that unit.
            (v * 1e10).round() / 1e3
        } else {
            v
        }
    }

    /// Whether a point, abscissa first, is on Earth as this system counts.
    pub fn holds(self, x: f64, y: f64) -> bool {
        let (x_max, y_max) = match self.crs {
            Crs::LonLat => (180.0, 90.0),
            _ => (2.1e7, 2.1e7),
        };
        x.abs() <= x_max && y.abs() <= y_max
    }

    /// West, south, east, north in degrees of a box: a little more than it covers, where its sides curve.
    pub fn envelope(self, [x0, y0, x1, y1]: [f64; 4]) -> [f64; 4] {
        /// Points of each side: between two of them a side strays by far less than the margin.
        const SAMPLES: u32 = 16;
        if self.crs == Crs::LonLat {
            return [x0, y0, x1, y1];
        }
        let mut b = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
        for i in 0..=SAMPLES {
            let t = f64::from(i) / f64::from(SAMPLES);
            let (x, y) = (x0 + (x1 - x0) * t, y0 + (y1 - y0) * t);
            for (x, y) in [(x, y0), (x, y1), (x0, y), (x1, y)] {
                let (lon, lat) = self.crs.to_lonlat(x, y);
                b = [b[0].min(lon), b[1].min(lat), b[2].max(lon), b[3].max(lat)];
            }
        }
        let margin = 0.01 * (b[2] - b[0]).max(b[3] - b[1]) + 1e-6;
        [
            (b[0] - margin).max(-180.0),
            (b[1] - margin).max(-90.0),
            (b[2] + margin).min(180.0),
            (b[3] + margin).min(90.0),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_read_under_their_names() {
        let read = |t: &str| System::named(t, Crs::Lambert93);
        for r in System::all(Crs::Lambert93) {
            assert_eq!(read(&r.uri()), Some(r));
        }
        assert_eq!(read("EPSG:2154"), Some(System::stored(Crs::Lambert93)));
        assert_eq!(read("[EPSG:4326]"), Some(System::EPSG_4326));
        assert_eq!(read("CRS84"), Some(System::CRS84));
        assert_eq!(read("OGC:CRS84"), Some(System::CRS84));
        for bad in ["", "EPSG:27572", "2154", "EPSG:", "http://example.org/2154"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_envelope_holds_its_box() {
        let r = System::stored(Crs::Lambert93);
        let b = [300_000.0, 6_200_000.0, 1_100_000.0, 6_900_000.0];
        let e = r.envelope(b);
        for i in 0..=1000 {
            let t = f64::from(i) / 1000.0;
            let (x, y) = (b[0] + (b[2] - b[0]) * t, b[1] + (b[3] - b[1]) * t);
            for (x, y) in [(x, b[1]), (x, b[3]), (b[0], y), (b[2], y)] {
                let (lon, lat) = r.crs.to_lonlat(x, y);
                assert!(lon > e[0] && lon < e[2] && lat > e[1] && lat < e[3]);
            }
        }
    }
}
