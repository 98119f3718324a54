//! Zip archives that hold their own explanations: `LISEZMOI.txt` and `sources.csv`.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::notice::SOURCE_COLUMNS;
use crate::{Error, Export, Progress, Result, csv};

/// Bytes copied between two looks at whether to go on.
const COPIED: usize = 1 << 20;
/// Compression: a little larger than the default and twice as quick.
const LEVEL: i64 = 4;

/// An archive being written.
pub(crate) struct Archive {
    path: PathBuf,
    zip: ZipWriter<BufWriter<File>>,
    options: SimpleFileOptions,
}

impl Archive {
    /// Its times are those of the edition, so that the same selection gives the same bytes.
    pub(crate) fn create(path: &Path, d: jiff::civil::Date) -> Result<Self> {
        let file = File::create(path).map_err(Error::io(path))?;
        let day = DateTime::from_date_and_time(
            d.year().unsigned_abs(),
            d.month().unsigned_abs(),
            d.day().unsigned_abs(),
            0,
            0,
            0,
        );
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL))
            .last_modified_time(day.unwrap_or_default())
            .large_file(true);
        Ok(Self {
            path: path.to_owned(),
            zip: ZipWriter::new(BufWriter::new(file)),
            options,
        })
    }

    /// Begins a file: what is written then goes into it.
    pub(crate) fn begin(&mut self, name: &str) -> Result<()> {
        self.zip
            .start_file(name, self.options)
            .map_err(Error::of("zip"))
    }

    /// A whole file.
    pub(crate) fn add(&mut self, name: &str, content: &[u8]) -> Result<()> {
        self.begin(name)?;
        self.write_all(content).map_err(Error::io(&self.path))
    }

    /// A file of the disk; `before` bytes are on it beside the archive.
    pub(crate) fn copy(
        &mut self,
        name: &str,
        from: &Path,
        before: u64,
        progress: &mut Progress<'_>,
    ) -> Result<()> {
        self.begin(name)?;
        let mut file = File::open(from).map_err(Error::io(from))?;
        let mut buffer = vec![0; COPIED];
        loop {
            let n = file.read(&mut buffer).map_err(Error::io(from))?;
            if n == 0 {
                return Ok(());
            }
            self.write_all(&buffer[..n])
                .map_err(Error::io(&self.path))?;
            progress.bytes(before + self.size())?;
        }
    }

    /// Bytes on the disk.
    pub(crate) fn size(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |m| m.len())
    }

    /// Adds what explains the files, and ends the archive.
    pub(crate) fn finish(
        mut self,
        export: &Export<'_>,
        remarks: &[String],
        columns: &str,
    ) -> Result<()> {
        let sources = export.sources().map(|s| s.to_vec());
        let table = csv::table(&SOURCE_COLUMNS, sources)?;
        self.add("sources.csv", &table)?;
        let readme = export.readme(remarks, columns).replace('\n', "\r\n");
        self.add("LISEZMOI.txt", readme.as_bytes())?;
        self.end()
    }

    /// Ends an archive whose files explain themselves.
    pub(crate) fn end(self) -> Result<()> {
        let mut file = self.zip.finish().map_err(Error::of("zip"))?;
        file.flush().map_err(Error::io(&self.path))
    }
}

impl Write for Archive {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.zip.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.flush()
    }
}
