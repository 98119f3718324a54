//! dBASE tables without a shapefile: DOC_URBA and the like.

use std::path::Path;
use std::sync::atomic::Ordering;

use encoding_rs::Encoding;

use super::dbf::{Dbf, Record};
use super::{Batch, Info, Outcome, Raw, RawRow, Reader, Wanted};
use crate::Error;
use crate::open::Progress;
use crate::shape::Shape;

const ROWS_PER_BATCH: usize = 1000;

pub(crate) struct TableReader {
    dbf: Dbf,
    info: Info,
    progress: Progress,
    number: u64,
}

impl TableReader {
    pub(crate) fn open(path: &Path, encoding: Option<&'static Encoding>) -> Result<Self, Error> {
        let dbf = Dbf::open_table(path, encoding)?;
        let info = Info {
            format: "table dBASE",
            columns: dbf.columns(),
            encoding: dbf.encoding_words.clone(),
            table: path
                .file_stem()
                .map(|s| s.to_string_lossy().into_owned())
                .unwrap_or_default(),
            ..Info::default()
        };
        Ok(Self {
            progress: Progress::rows(dbf.count),
            dbf,
            info,
            number: 0,
        })
    }
}

impl Reader for TableReader {
    fn info(&self) -> &Info {
        &self.info
    }

    fn want(&mut self, wanted: &Wanted) {
        self.dbf.want(wanted);
    }

    fn batch(&mut self) -> Result<Option<Batch>, Error> {
        let mut rows = Vec::with_capacity(ROWS_PER_BATCH);
        while rows.len() < ROWS_PER_BATCH {
            let Some(record) = self.dbf.next_record() else {
                break;
            };
            self.number += 1;
            rows.push(match record {
                Record::Deleted => Raw::Deleted(self.number),
                Record::Cells(cells) => Raw::Row(RawRow {
                    number: self.number,
                    cells,
                    shape: Shape::default(),
                }),
            });
        }
        self.progress.done.store(self.number, Ordering::Relaxed);
        Ok((!rows.is_empty()).then_some(Batch::Rows(rows)))
    }

    fn progress(&self) -> Progress {
        self.progress.clone()
    }

    fn outcome(&self) -> Outcome {
        Outcome {
            truncated: (self.number < self.dbf.count)
                .then(|| format!("{} lignes annoncées, {} lues", self.dbf.count, self.number)),
            ..Outcome::default()
        }
    }
}
