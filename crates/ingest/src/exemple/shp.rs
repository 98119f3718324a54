//! Shapefiles: geometry by the `shapefile` crate, table by hand, because a real table may carry what a tidy
//! writer refuses (Windows-1252 text without any declared encoding) and must not carry today's date.

use std::fs;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};

use shapefile::{Point, Polygon, PolygonRing, ShapeWriter};

use super::sol::Surface;

/// ESRI's spelling of EPSG:2154, without authority code, as QGIS and most offices write it.
const PRJ: &str = "PROJCS[\"RGF93_Lambert_93\",GEOGCS[\"GCS_RGF_1993\",DATUM[\"D_RGF_1993\",SPHEROID[\"GRS_1980\",6378137.0,298.257222101]],PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],PROJECTION[\"Lambert_Conformal_Conic\"],PARAMETER[\"False_Easting\",700000.0],PARAMETER[\"False_Northing\",6600000.0],PARAMETER[\"Central_Meridian\",3.0],PARAMETER[\"Standard_Parallel_1\",49.0],PARAMETER[\"Standard_Parallel_2\",44.0],PARAMETER[\"Latitude_Of_Origin\",46.5],UNIT[\"Meter\",1.0]]";

/// How the table's text is encoded, and what the files say about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codage {
    /// UTF-8 with a `.cpg`.
    Utf8,
    /// Windows-1252 with a `.cpg` reading `1252`, as the GPU publishes it.
    Cp1252,
    /// Windows-1252 and nothing that says so.
    Cp1252Muet,
}

/// A column: name (at most 10 characters), dBase type and width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Champ(pub(super) &'static str, pub(super) char, pub(super) u8);

/// A surface and its cells.
pub(super) type Ligne = (Surface, Vec<String>);

/// A layer to write: one row per surface.
#[derive(Clone, Debug)]
pub(super) struct Couche {
    pub(super) champs: &'static [Champ],
    pub(super) lignes: Vec<Ligne>,
    pub(super) codage: Codage,
}

/// Writes `.shp`, `.shx`, `.dbf`, `.prj` and, when declared, `.cpg` beside `base` (a path without extension).
pub(super) fn ecrire(base: &Path, couche: &Couche) -> io::Result<Vec<PathBuf>> {
    if let Some(dossier) = base.parent() {
        fs::create_dir_all(dossier)?;
    }
    let (mut shp, mut shx) = (Cursor::new(Vec::new()), Cursor::new(Vec::new()));
    {
        let mut w = ShapeWriter::with_shx(&mut shp, &mut shx);
        for (surface, _) in &couche.lignes {
            w.write_shape(&polygone(surface))
                .map_err(io::Error::other)?;
        }
        w.finalize().map_err(io::Error::other)?;
    }
    let mut fichiers = Vec::new();
    let mut poser = |extension: &str, contenu: &[u8]| -> io::Result<()> {
        let chemin = PathBuf::from(format!("{}.{extension}", base.display()));
        fs::write(&chemin, contenu)?;
        fichiers.push(chemin);
        Ok(())
    };
    poser("shp", shp.get_ref())?;
    poser("shx", shx.get_ref())?;
    poser(
        "dbf",
        &table(
            couche.champs,
            couche.lignes.iter().map(|(_, v)| v.as_slice()),
            couche.codage,
        ),
    )?;
    poser("prj", PRJ.as_bytes())?;
    match couche.codage {
        Codage::Utf8 => poser("cpg", b"UTF-8")?,
        Codage::Cp1252 => poser("cpg", b"1252")?,
        Codage::Cp1252Muet => {}
    }
    Ok(fichiers)
}

fn polygone(surface: &Surface) -> Polygon {
    let anneaux = surface
        .iter()
        .enumerate()
        .map(|(i, a)| {
            let mut pts: Vec<Point> = a.iter().map(|p| Point::new(p.x, p.y)).collect();
            pts.extend(a.first().map(|p| Point::new(p.x, p.y)));
            if i == 0 {
                PolygonRing::Outer(pts)
            } else {
                PolygonRing::Inner(pts)
            }
        })
        .collect();
    Polygon::with_rings(anneaux)
}

/// A dBase III table.
pub(super) fn table<'a>(
    champs: &[Champ],
    lignes: impl Iterator<Item = &'a [String]>,
    codage: Codage,
) -> Vec<u8> {
    let lignes: Vec<&[String]> = lignes.collect();
    let largeur: u16 = 1 + champs.iter().map(|c| u16::from(c.2)).sum::<u16>();
    let entete = 33 + 32 * champs.len() as u16;
    // Dated as the sample is, not by the clock: the same seed gives the same bytes.
    let mut t = vec![3, 126, 10, 1];
    t.extend((lignes.len() as u32).to_le_bytes());
    t.extend(entete.to_le_bytes());
    t.extend(largeur.to_le_bytes());
    t.extend([0; 20]);
    for Champ(nom, genre, l) in champs {
        let mut nom: Vec<u8> = nom.bytes().take(10).collect();
        nom.resize(11, 0);
        t.extend(nom);
        t.push(*genre as u8);
        t.extend([0; 4]);
        t.extend([*l, 0]);
        t.extend([0; 14]);
    }
    t.push(13);
    for ligne in lignes {
        t.push(b' ');
        for (i, Champ(_, genre, l)) in champs.iter().enumerate() {
            let valeur = ligne.get(i).map_or("", String::as_str);
            let octets = match codage {
                Codage::Utf8 => valeur.as_bytes().to_vec(),
                _ => encoding_rs::WINDOWS_1252.encode(valeur).0.into_owned(),
            };
            let l = *l as usize;
            let mut o = couper(&octets, l, codage).to_vec();
            if *genre == 'N' {
                t.extend(std::iter::repeat_n(b' ', l - o.len()));
            } else {
                o.resize(l, b' ');
            }
            t.extend(o);
        }
    }
    t.push(26);
    t
}

/// At most `l` bytes, without cutting a UTF-8 character in two.
fn couper(octets: &[u8], l: usize, codage: Codage) -> &[u8] {
    if octets.len() <= l {
        return octets;
    }
    let mut fin = l;
    while codage == Codage::Utf8 && fin > 0 && octets[fin] & 0xC0 == 0x80 {
        fin -= 1;
    }
    &octets[..fin]
}
