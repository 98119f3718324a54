//! Shapefiles (Esri white paper of July 1998) in a zip archive, each with its projection, its encoding and the table
//! that says what its ten-character names stand for.

mod dbf;
mod names;

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use geo_types::Coord;
use gisement_store::{GeomKind, GeomRef};

use crate::archive::Archive;
use crate::notice::counted;
use crate::selection::CHUNK;
use crate::wkt::Definition;
use crate::{Error, Export, Progress, Result, Selection, styles};
use dbf::Table;

const NAME: &str = "Shapefile";
/// Most bytes of a `.shp` or `.dbf`: beyond, many readers count in 31 bits and go wrong.
const SIZE_MAX: u64 = (1 << 31) - 1;
const HEADER: u64 = 100;

pub(crate) fn write(
    path: &Path,
    export: &Export<'_>,
    progress: &mut Progress<'_>,
) -> Result<Vec<String>> {
    let beside = path.parent().unwrap_or(Path::new("."));
    let aside = tempfile::tempdir_in(beside).map_err(Error::io(beside))?;
    let mut archive = Archive::create(path, export.manifest.date)?;
    let mut columns = String::new();
    let mut cut = 0;
    for selection in &export.selections {
        let id = &selection.info.id;
        let stem = aside.path().join(id);
        let fields = dbf::fields(selection);
        let table = Table::create(&stem.with_extension("dbf"), &fields, selection.len())?;
        cut += files(&stem, selection, table, &archive, progress)?;
        let before = folder_size(aside.path());
        let mut parts = vec!["dbf"];
        if selection.located() {
            parts.splice(0..0, ["shp", "shx"]);
        }
        for part in parts {
            let from = stem.with_extension(part);
            archive.copy(&format!("{id}.{part}"), &from, before, progress)?;
            std::fs::remove_file(&from).map_err(Error::io(&from))?;
        }
        archive.add(&format!("{id}.cpg"), b"UTF-8")?;
        if selection.located() {
            let definition = Definition::of(selection.crs())?;
            archive.add(&format!("{id}.prj"), definition.esri.as_bytes())?;
            if let Some(qml) = styles::find(id) {
                archive.add(
                    &format!("{id}.qml"),
                    names::restyled(qml, &fields).as_bytes(),
                )?;
            }
        }
        let _ = writeln!(
            columns,
            "{id}.{}",
            if selection.located() { "shp" } else { "dbf" }
        );
        for (f, c) in fields.iter().zip(&selection.columns) {
            let _ = writeln!(
                columns,
                "  {:<10} = {} : {}",
                f.name,
                c.champ.nom,
                c.heading()
            );
        }
    }
    let mut remarks = vec![
        "Les noms de colonnes ont dix caractères au plus : LISEZMOI.txt donne ce qu’ils abrègent. Nombres à six décimales ; \
         les listes ont une virgule entre leurs valeurs ; un texte vide est inconnu."
            .to_owned(),
    ];
    if cut > 0 {
        remarks.push(format!(
            "{} à 254 octets, limite du format : le GeoPackage les garde entiers.",
            counted(cut, "texte est coupé", "textes sont coupés")
        ));
    }
    archive.finish(export, &remarks, &columns)?;
    Ok(remarks)
}

/// Writes the files of a collection; gives how many texts were cut.
fn files(
    stem: &Path,
    selection: &Selection<'_>,
    mut table: Table,
    archive: &Archive,
    progress: &mut Progress<'_>,
) -> Result<usize> {
    let mut shapes = selection
        .located()
        .then(|| Shapes::create(stem, selection.kind()))
        .transpose()?;
    for places in selection.chunks(CHUNK) {
        let n = places.len();
        if let Some(shapes) = &mut shapes {
            for g in selection.geometries(places.clone()).iter() {
                shapes.push(g)?;
            }
        }
        for place in places {
            table.push(selection.cells(place))?;
        }
        let shapes = shapes.as_ref().map_or(0, |s| s.size);
        progress.rows(n, archive.size() + table.size() + shapes)?;
    }
    if let Some(shapes) = shapes {
        shapes.finish()?;
    }
    table.finish()
}

fn folder_size(dir: &Path) -> u64 {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .filter_map(|e| e.metadata().ok())
        .map(|m| m.len())
        .sum()
}

fn too_large() -> Error {
    Error::Limit {
        format: NAME,
        limit: "2 Go par fichier au plus".to_owned(),
        advice: "choisissez moins de lignes ou de colonnes, ou le GeoPackage",
    }
}

/// The `.shp` and `.shx` of a collection.
struct Shapes {
    paths: [PathBuf; 2],
    shp: BufWriter<File>,
    shx: BufWriter<File>,
    code: i32,
    /// Bytes of the `.shp`.
    size: u64,
    records: i32,
    bounds: Option<[f64; 4]>,
    record: Vec<u8>,
}

impl Shapes {
    fn create(stem: &Path, kind: GeomKind) -> Result<Self> {
        let paths = ["shp", "shx"].map(|e| stem.with_extension(e));
        let open = |path: &Path| -> Result<_> {
            let mut file = BufWriter::new(File::create(path).map_err(Error::io(path))?);
            // The header comes last, when the extent is known.
            file.write_all(&[0; HEADER as usize])
                .map_err(Error::io(path))?;
            Ok(file)
        };
        Ok(Self {
            shp: open(&paths[0])?,
            shx: open(&paths[1])?,
            paths,
            code: match kind {
                GeomKind::Point => 1,
                GeomKind::Line => 3,
                _ => 5,
            },
            size: HEADER,
            records: 0,
            bounds: None,
            record: Vec::new(),
        })
    }

    fn push(&mut self, g: GeomRef<'_>) -> Result<()> {
        self.record.clear();
        shape(g, &mut self.record);
        if let Some(b) = g.bbox() {
            let (lo, hi) = (b.min(), b.max());
            let all = self.bounds.get_or_insert([lo.x, lo.y, hi.x, hi.y]);
            *all = [
                all[0].min(lo.x),
                all[1].min(lo.y),
                all[2].max(hi.x),
                all[3].max(hi.y),
            ];
        }
        let length = self.record.len() as u64;
        if self.size + 8 + length > SIZE_MAX {
            return Err(too_large());
        }
        // Lengths are counted in words of two bytes; they fit, the whole being under 2³¹.
        let (offset, words) = ((self.size / 2) as i32, (length / 2) as i32);
        self.records += 1;
        let mut head = [0; 8];
        head[..4].copy_from_slice(&self.records.to_be_bytes());
        head[4..].copy_from_slice(&words.to_be_bytes());
        let [shp, shx] = &self.paths;
        self.shp
            .write_all(&head)
            .and_then(|()| self.shp.write_all(&self.record))
            .map_err(Error::io(shp))?;
        head[..4].copy_from_slice(&offset.to_be_bytes());
        self.shx.write_all(&head).map_err(Error::io(shx))?;
        self.size += 8 + length;
        Ok(())
    }

    fn finish(mut self) -> Result<()> {
        let [shp, shx] = &self.paths;
        let index = HEADER + 8 * self.records as u64;
        for (file, path, size) in [(&mut self.shp, shp, self.size), (&mut self.shx, shx, index)] {
            let head = header(self.code, size, self.bounds);
            file.seek(SeekFrom::Start(0))
                .and_then(|_| file.write_all(&head))
                .and_then(|()| file.flush())
                .map_err(Error::io(path))?;
        }
        Ok(())
    }
}

fn header(code: i32, size: u64, bounds: Option<[f64; 4]>) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER as usize);
    out.extend_from_slice(&9994_i32.to_be_bytes());
    out.extend_from_slice(&[0; 20]);
    out.extend_from_slice(&((size / 2) as i32).to_be_bytes());
    out.extend_from_slice(&1000_i32.to_le_bytes());
    out.extend_from_slice(&code.to_le_bytes());
    for v in bounds.unwrap_or_default() {
        out.extend_from_slice(&v.to_le_bytes());
    }
    out.resize(HEADER as usize, 0);
    out
}

/// The content of a record. Outer rings turn clockwise here, holes anticlockwise: the reverse of everywhere else.
fn shape(g: GeomRef<'_>, out: &mut Vec<u8>) {
    let word = |out: &mut Vec<u8>, v: i32| out.extend_from_slice(&v.to_le_bytes());
    let vertex = |out: &mut Vec<u8>, c: &Coord<f64>| {
        out.extend_from_slice(&c.x.to_le_bytes());
        out.extend_from_slice(&c.y.to_le_bytes());
    };
    let (Some(bounds), kind) = (g.bbox(), g.kind()) else {
        return word(out, 0);
    };
    if let Some(c) = g.point() {
        word(out, 1);
        return vertex(out, &c);
    }
    word(out, if kind == GeomKind::Line { 3 } else { 5 });
    vertex(out, &bounds.min());
    vertex(out, &bounds.max());
    let rings = || g.polygons().flat_map(|p| p.rings());
    word(out, rings().count() as i32);
    word(out, rings().map(<[_]>::len).sum::<usize>() as i32);
    let mut start = 0;
    for ring in rings() {
        word(out, start);
        start += ring.len() as i32;
    }
    for ring in rings() {
        let reversed = kind == GeomKind::Surface;
        for i in 0..ring.len() {
            vertex(out, &ring[if reversed { ring.len() - 1 - i } else { i }]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Format;
    use crate::testing::{Fixture, unzip, written};

    #[test]
    fn another_reader_finds_the_same_features() {
        let f = Fixture::new();
        let export = f.export(&["parcelles", "equipements"], Fixture::LEGAL);
        let (bytes, summary) = written(Format::Shp, &export);
        assert_eq!(summary.rows, 5);
        let dir = tempfile::tempdir().unwrap();
        for (name, content) in unzip(&bytes) {
            std::fs::write(dir.path().join(name), content).unwrap();
        }
        let mut reader = shapefile::Reader::from_path(dir.path().join("parcelles.shp")).unwrap();
        let header = reader.header().bbox;
        assert_eq!((header.min.x, header.min.y), (770_000.0, 6_280_000.0));
        let all: Vec<_> = reader
            .iter_shapes_and_records()
            .map(|r| r.unwrap())
            .collect();
        assert_eq!(all.len(), 3);
        let shapefile::Shape::Polygon(p) = &all[0].0 else {
            panic!("{}", all[0].0.shapetype())
        };
        let rings = p.rings();
        assert!(matches!(rings[0], shapefile::PolygonRing::Outer(_)));
        assert!(matches!(rings[1], shapefile::PolygonRing::Inner(_)));
        assert!(matches!(all[2].0, shapefile::Shape::NullShape));
        let value = |row: usize, name: &str| all[row].1.get(name).unwrap().to_string();
        assert!(value(0, "idu").contains("34901000AB0001"));
        assert!(value(0, "contenance").contains("900"));
        assert!(
            value(1, "contenance").contains("None"),
            "{}",
            value(1, "contenance")
        );
        // A text of 300 bytes is cut between two characters.
        assert!(
            summary
                .remarks
                .iter()
                .any(|r| r.starts_with("1 texte est coupé"))
        );
        let long = value(1, "proprietai");
        assert!(long.contains("éé") && !long.contains('\u{fffd}'), "{long}");
        let readme = std::fs::read_to_string(dir.path().join("LISEZMOI.txt")).unwrap();
        assert!(readme.contains("contenance = contenance_m2"), "{readme}");
        let cpg = std::fs::read_to_string(dir.path().join("parcelles.cpg")).unwrap();
        assert_eq!(cpg, "UTF-8");
        let points = shapefile::read(dir.path().join("equipements.shp")).unwrap();
        assert!(matches!(points[0].0, shapefile::Shape::Point(_)));
    }

    #[test]
    fn sizes_are_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let mut shapes = Shapes::create(&dir.path().join("s"), GeomKind::Point).unwrap();
        let mut g = gisement_store::Geometries::new();
        g.push_point(Coord { x: 1.0, y: 2.0 });
        shapes.size = SIZE_MAX - 27;
        assert!(matches!(shapes.push(g.get(0)), Err(Error::Limit { .. })));
        shapes.size -= 1;
        assert!(shapes.push(g.get(0)).is_ok());
    }
}
