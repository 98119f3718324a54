//! Delimited text: separator and encoding sniffed, byte-order mark, quoted line breaks.

use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use csv::ByteRecord;
use encoding_rs::Encoding;

use super::{Batch, Cell, Info, Outcome, Raw, RawRow, Reader, Wanted};
use crate::Error;
use crate::open::{Input, Progress, Sniffer};
use crate::shape::Shape;

const ROWS_PER_BATCH: usize = 2000;
/// What is looked at to recognise the separator.
const HEAD: u64 = 1 << 16;
/// A row (567 parcels in one cell have been seen) may not be larger than this.
const ROW_MAX: usize = 16 << 20;

pub(crate) struct CsvReader {
    path: PathBuf,
    reader: csv::Reader<Box<dyn Read + Send>>,
    encoding: &'static Encoding,
    info: Info,
    progress: Progress,
    slots: Vec<Option<usize>>,
    number: u64,
    truncated: Option<String>,
}

impl CsvReader {
    pub(crate) fn open(path: &Path, encoding: Option<&'static Encoding>) -> Result<Self, Error> {
        let (sniffed, how) = sniff(path)?;
        let (encoding, words) = match encoding {
            Some(e) => (e, format!("{} (imposé par la configuration)", e.name())),
            None => (sniffed, how.to_owned()),
        };
        let input = Input::open(path)?;
        let progress = input.progress();
        // One read may return a few bytes only (the ones looked at to recognise gzip), so the head is read apart.
        let mut input = BufReader::with_capacity(1 << 18, input);
        let mut head = Vec::new();
        input
            .by_ref()
            .take(HEAD)
            .read_to_end(&mut head)
            .map_err(Error::io(path))?;
        let skip = if head.starts_with(b"\xEF\xBB\xBF") {
            3
        } else {
            0
        };
        let separator = separator(&head[skip..]);
        let mut head = std::io::Cursor::new(head);
        head.set_position(skip as u64);
        let boxed: Box<dyn Read + Send> = Box::new(head.chain(input));
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .from_reader(boxed);
        let header = reader.byte_headers().map_err(|e| Error::Corrupt {
            path: path.into(),
            ligne: 0,
            detail: e.to_string(),
        })?;
        let columns: Vec<String> = header
            .iter()
            .map(|h| encoding.decode_without_bom_handling(h).0.trim().to_owned())
            .collect();
        let separator = match separator {
            b'\t' => "tabulation".to_owned(),
            s => char::from(s).to_string(),
        };
        Ok(Self {
            path: path.into(),
            reader,
            encoding,
            info: Info {
                format: "CSV",
                columns,
                encoding: format!("{words}, séparateur « {separator} »"),
                ..Info::default()
            },
            progress,
            slots: Vec::new(),
            number: 0,
            truncated: None,
        })
    }
}

impl Reader for CsvReader {
    fn info(&self) -> &Info {
        &self.info
    }

    fn want(&mut self, wanted: &Wanted) {
        self.slots = wanted
            .names
            .iter()
            .map(|n| self.info.columns.iter().position(|c| c == n))
            .collect();
    }

    fn batch(&mut self) -> Result<Option<Batch>, Error> {
        let mut rows = Vec::with_capacity(ROWS_PER_BATCH);
        let mut record = ByteRecord::new();
        while rows.len() < ROWS_PER_BATCH && self.truncated.is_none() {
            match self.reader.read_byte_record(&mut record) {
                Ok(false) => break,
                Ok(true) => {}
                Err(e) => {
                    self.truncated = Some(e.to_string());
                    break;
                }
            }
            // A row of separators only is what spreadsheets write below the data.
            if record.iter().all(|f| f.trim_ascii().is_empty()) {
                continue;
            }
            self.number += 1;
            if record.as_slice().len() > ROW_MAX {
                return Err(Error::Limit {
                    path: self.path.clone(),
                    detail: format!(
                        "ligne {} : plus de 16 Mo (guillemet non refermé ?)",
                        self.number
                    ),
                });
            }
            rows.push(Raw::Row(RawRow {
                number: self.number,
                cells: self
                    .slots
                    .iter()
                    .map(|s| {
                        let raw = s
                            .and_then(|i| record.get(i))
                            .unwrap_or_default()
                            .trim_ascii();
                        if raw.is_empty() {
                            Cell::Null
                        } else {
                            Cell::text(self.encoding.decode_without_bom_handling(raw).0)
                        }
                    })
                    .collect(),
                shape: Shape::default(),
            }));
        }
        Ok((!rows.is_empty()).then_some(Batch::Rows(rows)))
    }

    fn progress(&self) -> Progress {
        self.progress.clone()
    }

    fn outcome(&self) -> Outcome {
        Outcome {
            truncated: self.truncated.clone(),
            ..Outcome::default()
        }
    }
}

/// Reads the whole file once: one accent in the last line decides. A truncated gzip is judged by what it gives.
fn sniff(path: &Path) -> Result<(&'static Encoding, &'static str), Error> {
    let mut input = Input::open(path)?;
    let mut sniffer = Sniffer::new();
    let mut block = vec![0u8; 1 << 18];
    loop {
        match input.read(&mut block) {
            Ok(0) => break,
            Ok(n) => sniffer.feed(&block[..n]),
            Err(e) if e.to_string().contains(crate::open::BOMB) => {
                return Err(Error::Limit {
                    path: path.into(),
                    detail: format!("{} : lecture refusée", crate::open::BOMB),
                });
            }
            Err(_) => break,
        }
    }
    Ok(sniffer.decide())
}

/// The separator that occurs most in the header line, outside quotes.
fn separator(head: &[u8]) -> u8 {
    let mut counts = [(b';', 0u32), (b',', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for b in head {
        match b {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if !quoted => {
                if let Some(c) = counts.iter_mut().find(|c| c.0 == *b) {
                    c.1 += 1;
                }
            }
            _ => {}
        }
    }
    // The first of equals: `;` when there is none at all.
    counts
        .iter()
        .rev()
        .max_by_key(|c| c.1)
        .map_or(b';', |c| c.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_sniffed_outside_quotes() {
        assert_eq!(separator(b"a;b;c\n1,2,3,4"), b';');
        assert_eq!(separator(b"\"a;b;c\",d,e\n"), b',');
        assert_eq!(separator(b"a\tb\n"), b'\t');
        assert_eq!(separator(b"a\n"), b';');
    }
}
