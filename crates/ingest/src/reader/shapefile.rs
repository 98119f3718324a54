//! Shapefiles, read in sequence: `.shx` is never needed. Lengths are checked before anything is allocated, and Z
//! and M, which follow the plane coordinates, are not even read.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use encoding_rs::Encoding;
use geo_types::Coord;

use super::cutter::FEATURE_MAX;
use super::dbf::{Dbf, Record};
use super::{Batch, Info, Outcome, Raw, RawRow, Reader, Wanted};
use crate::Error;
use crate::open::{Progress, sibling};
use crate::prj;
use crate::shape::{Shape, ShapeKind};

const ROWS_PER_BATCH: usize = 1000;

pub(crate) struct ShapefileReader {
    path: PathBuf,
    input: BufReader<File>,
    dbf: Dbf,
    info: Info,
    progress: Progress,
    number: u64,
    content: Vec<u8>,
    shapes_done: bool,
    truncated: Option<String>,
}

impl ShapefileReader {
    pub(crate) fn open(path: &Path, encoding: Option<&'static Encoding>) -> Result<Self, Error> {
        let dbf = Dbf::open(path, encoding)?;
        let mut input =
            BufReader::with_capacity(1 << 18, File::open(path).map_err(Error::io(path))?);
        let mut header = [0u8; 100];
        input.read_exact(&mut header).map_err(|_| Error::Corrupt {
            path: path.into(),
            ligne: 0,
            detail: "en-tête .shp incomplet".into(),
        })?;
        let prj = sibling(path, "prj").and_then(|p| std::fs::read(p).ok());
        let (crs, looks_like, crs_words) = match prj.as_deref().map(String::from_utf8_lossy) {
            None => (None, None, "sans .prj".to_owned()),
            Some(wkt) => match prj::recognise(&wkt) {
                Ok(crs) => (Some(crs), None, format!(".prj reconnu : {crs}")),
                Err(e) => (None, e.looks_like, format!(".prj non reconnu ({})", e.why)),
            },
        };
        let info = Info {
            format: "shapefile",
            columns: dbf.columns(),
            has_geometry: true,
            crs,
            looks_like,
            crs_words,
            encoding: dbf.encoding_words.clone(),
            table: path
                .file_stem()
                .map(|s| s.to_string_lossy().into_owned())
                .unwrap_or_default(),
            open_columns: false,
        };
        Ok(Self {
            path: path.into(),
            input,
            progress: Progress::rows(dbf.count),
            dbf,
            info,
            number: 0,
            content: Vec::new(),
            shapes_done: false,
            truncated: None,
        })
    }

    /// The content of the next record; `None` at the end, clean or not.
    fn next_content(&mut self) -> Option<()> {
        let mut head = [0u8; 8];
        let mut got = 0;
        while got < 8 {
            match self.input.read(&mut head[got..]) {
                Ok(0) if got == 0 => return None,
                Ok(0) => {
                    self.truncated = Some("enregistrement .shp incomplet".into());
                    return None;
                }
                Ok(n) => got += n,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => {
                    self.truncated = Some(e.to_string());
                    return None;
                }
            }
        }
        let words = i32::from_be_bytes([head[4], head[5], head[6], head[7]]);
        let len = usize::try_from(words)
            .unwrap_or(usize::MAX)
            .saturating_mul(2);
        if !(4..=FEATURE_MAX).contains(&len) {
            self.truncated = Some(format!(
                "longueur d’enregistrement .shp impossible ({words} mots)"
            ));
            return None;
        }
        self.content.clear();
        // `take` grows the buffer with what is there, not with what is promised.
        let read = (&mut self.input)
            .take(len as u64)
            .read_to_end(&mut self.content);
        if read.ok() != Some(len) {
            self.truncated = Some("enregistrement .shp incomplet".into());
            return None;
        }
        Some(())
    }

    fn next_row(&mut self) -> Option<Raw> {
        let shape = if self.shapes_done {
            None
        } else {
            let got = self.next_content();
            self.shapes_done = got.is_none();
            got.map(|()| parse(&self.content))
        };
        let record = self.dbf.next_record();
        if shape.is_none() && record.is_none() {
            return None;
        }
        self.number += 1;
        let number = self.number;
        Some(match (shape, record) {
            (_, Some(Record::Deleted)) => Raw::Deleted(number),
            (Some(Err(why)), _) => Raw::Broken(number, why),
            (None, _) => Raw::Broken(number, "sans géométrie dans le .shp".into()),
            (Some(Ok(_)), None) => Raw::Broken(number, "sans attributs dans le .dbf".into()),
            (Some(Ok(shape)), Some(Record::Cells(cells))) => Raw::Row(RawRow {
                number,
                cells,
                shape,
            }),
        })
    }
}

impl Reader for ShapefileReader {
    fn info(&self) -> &Info {
        &self.info
    }

    fn want(&mut self, wanted: &Wanted) {
        self.dbf.want(wanted);
    }

    fn batch(&mut self) -> Result<Option<Batch>, Error> {
        let mut rows = Vec::with_capacity(ROWS_PER_BATCH);
        while rows.len() < ROWS_PER_BATCH {
            match self.next_row() {
                Some(r) => rows.push(r),
                None => break,
            }
        }
        self.progress.done.store(self.number, Ordering::Relaxed);
        Ok((!rows.is_empty()).then_some(Batch::Rows(rows)))
    }

    fn progress(&self) -> Progress {
        self.progress.clone()
    }

    fn outcome(&self) -> Outcome {
        Outcome {
            truncated: self.truncated.as_ref().map(|t| {
                format!(
                    "{} : {t}",
                    self.path.file_name().unwrap_or_default().to_string_lossy()
                )
            }),
            ..Outcome::default()
        }
    }
}

/// The shape of a record's content.
fn parse(content: &[u8]) -> Result<Shape, String> {
    let mut r = Bytes(content);
    let kind = r.i32().ok_or("enregistrement vide")?;
    let mut shape = Shape::default();
    match kind {
        0 => {}
        1 | 11 | 21 => {
            shape.coords.push(r.xy().ok_or("point incomplet")?);
            shape.kind = ShapeKind::Point;
        }
        8 | 18 | 28 => {
            r.skip(32).ok_or("multipoint incomplet")?;
            let n = r.count(16).ok_or("multipoint incomplet")?;
            shape.coords.extend((0..n).map_while(|_| r.xy()));
            shape.kind = ShapeKind::Point;
        }
        3 | 13 | 23 | 5 | 15 | 25 => {
            r.skip(32).ok_or("tracé incomplet")?;
            let (parts, points) = (
                r.i32().ok_or("tracé incomplet")?,
                r.i32().ok_or("tracé incomplet")?,
            );
            let parts = usize::try_from(parts).map_err(|_| "nombre de parties négatif")?;
            let points = usize::try_from(points).map_err(|_| "nombre de sommets négatif")?;
            if parts
                .saturating_mul(4)
                .saturating_add(points.saturating_mul(16))
                > r.0.len()
            {
                return Err("tracé plus long que son enregistrement".into());
            }
            let starts: Vec<i32> = (0..parts).map_while(|_| r.i32()).collect();
            shape.coords = (0..points).map_while(|_| r.xy()).collect();
            for (i, s) in starts.iter().enumerate() {
                let end = starts.get(i + 1).map_or(points as i64, |e| i64::from(*e));
                if *s < 0 || end <= i64::from(*s) || end > points as i64 {
                    return Err("découpage des parties incohérent".into());
                }
                shape.rings.push(end as u32);
            }
            if starts.first().is_some_and(|s| *s != 0) {
                return Err("découpage des parties incohérent".into());
            }
            if shape.rings.is_empty() {
                shape.clear();
            } else if matches!(kind, 3 | 13 | 23) {
                shape.kind = ShapeKind::Line;
            } else {
                shape.kind = ShapeKind::Surface;
                shape.assemble();
            }
        }
        other => return Err(format!("type de forme {other} non pris en charge")),
    }
    Ok(shape)
}

/// Little-endian reading that never goes past the end.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, tail) = self.0.split_first_chunk::<N>()?;
        self.0 = tail;
        Some(*head)
    }

    fn skip(&mut self, n: usize) -> Option<()> {
        self.0 = self.0.get(n..)?;
        Some(())
    }

    fn i32(&mut self) -> Option<i32> {
        self.take().map(i32::from_le_bytes)
    }

    /// A number of items of `size` bytes, all present.
    fn count(&mut self, size: usize) -> Option<usize> {
        let n = usize::try_from(self.i32()?).ok()?;
        (n.checked_mul(size)? <= self.0.len()).then_some(n)
    }

    fn xy(&mut self) -> Option<Coord<f64>> {
        Some(Coord {
            x: f64::from_le_bytes(self.take()?),
            y: f64::from_le_bytes(self.take()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn hostile_records_are_refused(kind in prop::sample::select(vec![0i32, 1, 3, 5, 8, 15, 18, 31]), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut content = kind.to_le_bytes().to_vec();
            content.extend(bytes);
            let _ = parse(&content);
        }
    }

    #[test]
    fn a_promise_of_a_billion_points_allocates_nothing() {
        let mut content = 5i32.to_le_bytes().to_vec();
        content.extend([0u8; 32]);
        content.extend(1i32.to_le_bytes());
        content.extend(1_000_000_000i32.to_le_bytes());
        assert!(parse(&content).is_err());
    }
}
