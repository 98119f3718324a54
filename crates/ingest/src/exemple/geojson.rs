//! Writing GeoJSON as Etalab does: one feature per line, 7 decimals, no trailing zeros.

use std::io::{self, Write};

use gisement_model::crs::lambert93_to_lonlat;

use super::plan::Pt;
use super::sol::Surface;

/// Streams a feature collection in the layout of the published cadastre.
pub(super) struct Collection<W: Write> {
    w: W,
    premiere: bool,
    tampon: Vec<u8>,
}

impl<W: Write> Collection<W> {
    pub(super) fn nouvelle(mut w: W) -> io::Result<Self> {
        w.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
        Ok(Self {
            w,
            premiere: true,
            tampon: Vec::with_capacity(1024),
        })
    }

    /// A feature; `proprietes` is the body of the `properties` object, already JSON.
    pub(super) fn ajouter(
        &mut self,
        id: Option<&str>,
        geometrie: Geometrie<'_>,
        proprietes: &str,
    ) -> io::Result<()> {
        let t = &mut self.tampon;
        t.clear();
        if !std::mem::take(&mut self.premiere) {
            t.extend_from_slice(b",\n");
        }
        t.extend_from_slice(b"{\"type\":\"Feature\"");
        if let Some(id) = id {
            t.extend_from_slice(b",\"id\":\"");
            t.extend_from_slice(id.as_bytes());
            t.push(b'"');
        }
        t.extend_from_slice(b",\"geometry\":");
        geometrie.ecrire(t);
        t.extend_from_slice(b",\"properties\":{");
        t.extend_from_slice(proprietes.as_bytes());
        t.extend_from_slice(b"}}");
        self.w.write_all(t)
    }

    /// Closes the collection (no newline at the end, as published) and gives the writer back.
    pub(super) fn clore(mut self) -> io::Result<W> {
        self.w.write_all(b"]}")?;
        Ok(self.w)
    }
}

/// A geometry on the ground (Lambert-93, metres), written in WGS84 degrees.
#[derive(Clone, Copy)]
pub(super) enum Geometrie<'a> {
    Nulle,
    /// One open ring.
    Polygone(&'a [Pt]),
    /// A multi-polygon of one ring.
    Multi(&'a [Pt]),
    Surfaces(&'a [Surface]),
}

impl Geometrie<'_> {
    fn ecrire(self, t: &mut Vec<u8>) {
        match self {
            Self::Nulle => t.extend_from_slice(b"null"),
            Self::Polygone(a) => {
                t.extend_from_slice(b"{\"type\":\"Polygon\",\"coordinates\":[");
                anneau(t, a);
                t.extend_from_slice(b"]}");
            }
            Self::Multi(a) => {
                t.extend_from_slice(b"{\"type\":\"MultiPolygon\",\"coordinates\":[[");
                anneau(t, a);
                t.extend_from_slice(b"]]}");
            }
            Self::Surfaces(s) => {
                t.extend_from_slice(b"{\"type\":\"MultiPolygon\",\"coordinates\":[");
                for (i, surface) in s.iter().enumerate() {
                    t.extend_from_slice(if i == 0 { b"[" } else { b",[" });
                    for (j, a) in surface.iter().enumerate() {
                        if j > 0 {
                            t.push(b',');
                        }
                        anneau(t, a);
                    }
                    t.push(b']');
                }
                t.extend_from_slice(b"]}");
            }
        }
    }
}

fn anneau(t: &mut Vec<u8>, a: &[Pt]) {
    t.push(b'[');
    for p in a {
        position(t, *p);
        t.push(b',');
    }
    if let Some(p) = a.first() {
        position(t, *p);
    }
    t.push(b']');
}

fn position(t: &mut Vec<u8>, p: Pt) {
    let (lon, lat) = lambert93_to_lonlat(p.x, p.y);
    t.push(b'[');
    sept_decimales(t, lon);
    t.push(b',');
    sept_decimales(t, lat);
    t.push(b']');
}

/// Writes a number with at most 7 decimals and no trailing zero.
fn sept_decimales(t: &mut Vec<u8>, v: f64) {
    let n = (v * 1e7).round() as i64;
    if n < 0 {
        t.push(b'-');
    }
    let n = n.unsigned_abs();
    let mut chiffres = [0_u8; 20];
    let mut fin = chiffres.len();
    let mut ecrire = |mut k: u64, t: &mut Vec<u8>| {
        fin = chiffres.len();
        loop {
            fin -= 1;
            chiffres[fin] = b'0' + (k % 10) as u8;
            k /= 10;
            if k == 0 {
                break;
            }
        }
        t.extend_from_slice(&chiffres[fin..]);
    };
    ecrire(n / 10_000_000, t);
    let mut decimales = n % 10_000_000;
    if decimales == 0 {
        return;
    }
    t.push(b'.');
    let mut longueur = 7;
    while decimales.is_multiple_of(10) {
        decimales /= 10;
        longueur -= 1;
    }
    let mut zeros = 10_u64.pow(longueur - 1);
    while decimales < zeros {
        t.push(b'0');
        zeros /= 10;
    }
    ecrire(decimales, t);
}

/// Escapes a text for JSON (the generator's texts hold no control character but the newline).
pub(super) fn texte(s: &str) -> String {
    format!(
        "\"{}\"",
        s.replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_published() {
        let s = |v| {
            let mut t = Vec::new();
            sept_decimales(&mut t, v);
            String::from_utf8(t).expect("ascii")
        };
        assert_eq!(s(1.7943467), "1.7943467");
        assert_eq!(s(42.797361), "42.797361");
        assert_eq!(s(3.0000102), "3.0000102");
        assert_eq!(s(-0.5), "-0.5");
        assert_eq!(s(4.0), "4");
    }
}
