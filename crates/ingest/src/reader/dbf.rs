//! dBASE tables, as far as shapefiles and planning documents use them. Every value is text; the mapping parses what it needs.
//!
//! Read here rather than with `dbase`, which replaces undecodable text without saying so and refuses a whole file
//! for one bad date.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::{Cell, Wanted};
use crate::Error;
use crate::open::{encoding_named, sibling};

struct Field {
    name: String,
    offset: usize,
    len: usize,
    kind: u8,
}

pub(crate) struct Dbf {
    input: BufReader<File>,
    fields: Vec<Field>,
    /// For each slot of the wanted columns, its field.
    slots: Vec<Option<usize>>,
    record: Vec<u8>,
    pub(crate) count: u64,
    encoding: &'static Encoding,
    pub(crate) encoding_words: String,
}

/// One record.
pub(crate) enum Record {
    Cells(Vec<Cell<'static>>),
    Deleted,
}

impl Dbf {
    pub(crate) fn open(shp: &Path, encoding: Option<&'static Encoding>) -> Result<Self, Error> {
        let path: PathBuf = sibling(shp, "dbf").ok_or_else(|| Error::MissingPart {
            path: shp.into(),
            manque: "la table d’attributs .dbf",
        })?;
        Self::open_table(&path, encoding)
    }

    /// Opens a table by its own path.
    pub(crate) fn open_table(
        path: &Path,
        encoding: Option<&'static Encoding>,
    ) -> Result<Self, Error> {
        let path = path.to_path_buf();
        let corrupt = |detail: &str| Error::Corrupt {
            path: path.clone(),
            ligne: 0,
            detail: detail.to_owned(),
        };
        let mut input =
            BufReader::with_capacity(1 << 18, File::open(&path).map_err(Error::io(&path))?);
        let mut head = [0u8; 32];
        input
            .read_exact(&mut head)
            .map_err(|_| corrupt("en-tête .dbf incomplet"))?;
        let u16_at = |i: usize| usize::from(u16::from_le_bytes([head[i], head[i + 1]]));
        let (header_len, record_len) = (u16_at(8), u16_at(10));
        let count = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        if header_len < 33 || record_len == 0 {
            return Err(corrupt("en-tête .dbf incohérent"));
        }
        let mut rest = vec![0u8; header_len - 32];
        input
            .read_exact(&mut rest)
            .map_err(|_| corrupt("en-tête .dbf incomplet"))?;
        let (mut fields, mut offset) = (Vec::new(), 1);
        for d in rest.chunks_exact(32) {
            if d[0] == 0x0d {
                break;
            }
            let len = usize::from(d[16]);
            if offset + len > record_len {
                return Err(corrupt("les champs débordent de l’enregistrement"));
            }
            let raw = &d[..11];
            let raw = &raw[..raw.iter().position(|b| *b == 0).unwrap_or(11)];
            let name = std::str::from_utf8(raw)
                .map_or_else(|_| WINDOWS_1252.decode(raw).0.into_owned(), str::to_owned);
            fields.push(Field {
                name: name.trim().to_owned(),
                offset,
                len,
                kind: d[11],
            });
            offset += len;
        }
        let mut dbf = Self {
            input,
            fields,
            slots: Vec::new(),
            record: vec![0; record_len],
            count,
            encoding: UTF_8,
            encoding_words: String::new(),
        };
        let (valid_utf8, ascii) = dbf.sniff();
        dbf.input
            .seek(SeekFrom::Start(header_len as u64))
            .map_err(Error::io(&path))?;
        let cpg = sibling(&path, "cpg")
            .and_then(|p| std::fs::read_to_string(p).ok())
            .map(|s| s.trim().to_owned());
        (dbf.encoding, dbf.encoding_words) = decide(encoding, cpg.as_deref(), valid_utf8, ascii);
        Ok(dbf)
    }

    pub(crate) fn columns(&self) -> Vec<String> {
        self.fields.iter().map(|f| f.name.clone()).collect()
    }

    pub(crate) fn want(&mut self, wanted: &Wanted) {
        self.slots = wanted
            .names
            .iter()
            .map(|n| self.fields.iter().position(|f| f.name == *n))
            .collect();
    }

    /// The next record; `None` at the end, even when the header promised more.
    pub(crate) fn next_record(&mut self) -> Option<Record> {
        self.input.read_exact(&mut self.record).ok()?;
        match self.record[0] {
            b'*' => return Some(Record::Deleted),
            0x1a => return None,
            _ => {}
        }
        Some(Record::Cells(
            self.slots
                .iter()
                .map(|s| s.map_or(Cell::Null, |i| self.cell(&self.fields[i])))
                .collect(),
        ))
    }

    fn cell(&self, f: &Field) -> Cell<'static> {
        let raw = &self.record[f.offset..f.offset + f.len];
        if f.kind == b'I' && raw.len() == 4 {
            return Cell::Int(i64::from(i32::from_le_bytes([
                raw[0], raw[1], raw[2], raw[3],
            ])));
        }
        let raw = raw.trim_ascii();
        let raw = &raw[..raw.iter().position(|b| *b == 0).unwrap_or(raw.len())];
        // Stars are what dBASE writes for a number that does not fit, or for none.
        if raw.is_empty() || matches!(f.kind, b'N' | b'F') && raw[0] == b'*' {
            return Cell::Null;
        }
        // Text may be cut inside a character by the width of the field.
        let raw = match std::str::from_utf8(raw) {
            Err(e) if self.encoding == UTF_8 && e.error_len().is_none() => &raw[..e.valid_up_to()],
            _ => raw,
        };
        Cell::text(self.encoding.decode_without_bom_handling(raw).0)
    }

    /// Whether every text is valid UTF-8, and whether all is ASCII.
    fn sniff(&mut self) -> (bool, bool) {
        let (mut valid, mut ascii) = (true, true);
        while valid && self.input.read_exact(&mut self.record).is_ok() {
            if self.record.is_ascii() {
                continue;
            }
            for f in self.fields.iter().filter(|f| f.kind == b'C') {
                let raw = &self.record[f.offset..f.offset + f.len];
                if raw.is_ascii() {
                    continue;
                }
                ascii = false;
                if let Err(e) = std::str::from_utf8(raw.trim_ascii_end()) {
                    valid &= e.error_len().is_none();
                }
            }
        }
        (valid, ascii)
    }
}

/// Configuration, then content against `.cpg`: bytes that are no UTF-8 are Windows-1252 whatever the `.cpg` says,
/// and accents that are valid UTF-8 are UTF-8 (chance never writes them).
fn decide(
    config: Option<&'static Encoding>,
    cpg: Option<&str>,
    valid_utf8: bool,
    ascii: bool,
) -> (&'static Encoding, String) {
    if let Some(e) = config {
        return (e, format!("{} (imposé par la configuration)", e.name()));
    }
    if ascii {
        return (UTF_8, "ASCII".to_owned());
    }
    let declared = cpg.and_then(encoding_named);
    let told = cpg.map_or_else(|| "sans .cpg".to_owned(), |c| format!(".cpg « {c} »"));
    match (declared, valid_utf8) {
        (Some(e), true) if e != UTF_8 => (UTF_8, format!("UTF-8 (contenu valide, malgré {told})")),
        (_, true) => (UTF_8, format!("UTF-8 ({told})")),
        (Some(e), false) if e != UTF_8 => (e, format!("{} ({told})", e.name())),
        (Some(_), false) => (
            WINDOWS_1252,
            format!("Windows-1252 (contenu, malgré {told})"),
        ),
        (None, false) => (WINDOWS_1252, format!("Windows-1252 (contenu, {told})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_overrules_a_wrong_cpg() {
        assert_eq!(decide(None, Some("UTF-8"), false, false).0, WINDOWS_1252);
        assert_eq!(decide(None, Some("1252"), false, false).0, WINDOWS_1252);
        assert_eq!(decide(None, Some("1252"), true, false).0, UTF_8);
        assert_eq!(decide(None, None, false, false).0, WINDOWS_1252);
        assert_eq!(
            decide(Some(WINDOWS_1252), None, true, false).0,
            WINDOWS_1252
        );
    }
}
