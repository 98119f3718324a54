//! Bytes → reader: what the file is (by content), decompression with limits, text encoding.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::{Error, archive, edigeo};

/// A gzip file may not inflate beyond this ratio (real cadastre files reach 12; deflate's own limit is 1032)…
const GZ_RATIO_MAX: u64 = 200;
/// … once it has produced this many bytes.
const GZ_RATIO_FROM: u64 = 16 << 20;

/// First byte of a dBASE table: its version, and whether it has memos.
const DBASE: [u8; 9] = [0x02, 0x03, 0x30, 0x31, 0x43, 0x83, 0x8b, 0xcb, 0xf5];

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// GeoJSON or a JSON table.
    Json,
    /// Delimited text.
    Csv,
    /// ESRI shapefile.
    Shapefile,
    /// GeoPackage.
    GeoPackage,
    /// MapInfo TAB.
    MapInfo,
    /// dBASE table that is no part of a shapefile.
    Dbf,
    /// One or more EDIGEO sheets: a `.THF`, or a folder that holds some.
    Edigeo,
    /// A file that holds others.
    Archive(archive::Kind),
    /// A spreadsheet.
    Classeur(Classeur),
}

/// What a spreadsheet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Classeur {
    Xlsx,
    Ods,
}

/// Recognises a file by its first bytes; the extension only breaks ties that content cannot (MapInfo).
pub(crate) fn detect(path: &Path) -> Result<Format, Error> {
    if path.to_string_lossy().starts_with("/vsi") {
        return Err(Error::Format {
            path: path.into(),
            detail: "les chemins virtuels de GDAL sont refusés".into(),
        });
    }
    let meta = std::fs::metadata(path).map_err(Error::io(path))?;
    if meta.is_dir() {
        return if edigeo::sheets_in(path)?.is_empty() {
            Err(Error::Format {
                path: path.into(),
                detail: "dossier sans feuille EDIGEO (.THF) ; donnez un fichier, ou un motif comme « dossier/*.tar.bz2 »"
                    .into(),
            })
        } else {
            Ok(Format::Edigeo)
        };
    }
    if !meta.is_file() {
        return Err(Error::Format {
            path: path.into(),
            detail: "ce n’est pas un fichier".into(),
        });
    }
    if meta.len() == 0 {
        return Err(Error::Format {
            path: path.into(),
            detail: "fichier vide".into(),
        });
    }
    let mut head = Vec::with_capacity(4096);
    let input = Input::open(path)?;
    let gzip = input.gzip;
    input
        .take(4096)
        .read_to_end(&mut head)
        .or_else(|e| if head.is_empty() { Err(e) } else { Ok(0) })
        .map_err(Error::io(path))?;
    let ext = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    if head.starts_with(b"SQLite format 3\0") {
        return Ok(Format::GeoPackage);
    }
    if head.len() >= 32 && head[..4] == [0, 0, 0x27, 0x0a] {
        return Ok(Format::Shapefile);
    }
    if ext == "tab" && head.starts_with(b"!table") || ext == "mif" {
        return Ok(Format::MapInfo);
    }
    let unsupported = |detail: &str| {
        Err(Error::Format {
            path: path.into(),
            detail: detail.to_owned(),
        })
    };
    if ext == "dbf" && sibling(path, "shp").is_none() {
        if head.len() > 32 && DBASE.contains(&head[0]) {
            return Ok(Format::Dbf);
        }
        return unsupported("ce n’est pas une table dBASE");
    }
    if ext == "dbf" || ext == "shx" || ext == "prj" {
        return unsupported("donnez le fichier .shp, pas un de ses compagnons");
    }
    if head.starts_with(b"BOMT ") {
        return if ext == "thf" {
            Ok(Format::Edigeo)
        } else {
            unsupported("partie d’un échange EDIGEO : donnez le fichier .THF, ou le dossier")
        };
    }
    match archive::kind(&head, gzip) {
        Some(archive::Kind::Zip) => return zip_holds(path),
        Some(kind) => return Ok(Format::Archive(kind)),
        None => {}
    }
    for (magic, name) in [
        (&b"7z\xBC\xAF\x27\x1C"[..], "7z"),
        (b"Rar!", "rar"),
        (b"\xFD7zXZ\0", "xz"),
        (b"\x28\xB5\x2F\xFD", "zstd"),
        (b"PK", "zip en plusieurs morceaux"),
    ] {
        if head.starts_with(magic) {
            return unsupported(&format!(
                "archive {name} : décompressez-la et donnez le fichier qu’elle contient"
            ));
        }
    }
    if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return unsupported("ancien classeur .xls : enregistrez-le en .xlsx ou en CSV");
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head);
    match text.iter().find(|b| !b.is_ascii_whitespace()) {
        Some(b'{' | b'[') => Ok(Format::Json),
        Some(b'<') => unsupported("XML ou HTML"),
        Some(_) if !text.contains(&0) => Ok(Format::Csv),
        _ => unsupported("contenu binaire inconnu"),
    }
}

/// What an OpenDocument file says it is, in a member named so.
const ODF: &str = "application/vnd.oasis.opendocument.";

/// Spreadsheets are zips too: a member that only they have tells them.
fn zip_holds(path: &Path) -> Result<Format, Error> {
    let mut zip = archive::zip_list(path)?;
    if zip.index_for_name("xl/workbook.xml").is_some() {
        return Ok(Format::Classeur(Classeur::Xlsx));
    }
    let mut kind = String::new();
    if let Ok(member) = zip.by_name("mimetype") {
        // A member that is no short text is that of something else.
        let _ = member.take(128).read_to_string(&mut kind);
    }
    match kind.trim().strip_prefix(ODF) {
        None => Ok(Format::Archive(archive::Kind::Zip)),
        Some("spreadsheet" | "spreadsheet-template") => Ok(Format::Classeur(Classeur::Ods)),
        Some(other) => Err(Error::Format {
            path: path.into(),
            detail: format!("document OpenDocument ({other}) : seuls les classeurs sont lus"),
        }),
    }
}

/// A file opened for streaming, decompressed when it is gzip. Knows how many bytes of the file were consumed.
pub(crate) struct Input {
    inner: Box<dyn Read + Send>,
    consumed: Arc<AtomicU64>,
    total: u64,
    gzip: bool,
}

impl Input {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let mut file = File::open(path).map_err(Error::io(path))?;
        let total = file.metadata().map_err(Error::io(path))?.len();
        let mut magic = [0; 2];
        let n = file.read(&mut magic).map_err(Error::io(path))?;
        let consumed = Arc::new(AtomicU64::new(0));
        let counted = Counted {
            inner: io::Cursor::new(magic[..n].to_vec()).chain(file),
            consumed: Arc::clone(&consumed),
        };
        let gzip = magic == [0x1f, 0x8b];
        let inner: Box<dyn Read + Send> = if gzip {
            Box::new(Inflated::new(
                flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 18, counted)),
                total,
            ))
        } else {
            Box::new(counted)
        };
        Ok(Self {
            inner,
            consumed,
            total,
            gzip,
        })
    }

    /// A handle on the bytes consumed, and the size of the file.
    pub(crate) fn progress(&self) -> Progress {
        Progress {
            done: Arc::clone(&self.consumed),
            total: self.total,
        }
    }
}

impl Read for Input {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buf)
    }
}

/// How far a reader is, in its own unit.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    pub(crate) done: Arc<AtomicU64>,
    pub(crate) total: u64,
}

impl Progress {
    pub(crate) fn rows(total: u64) -> Self {
        Self {
            done: Arc::default(),
            total,
        }
    }

    pub(crate) fn get(&self) -> (u64, u64) {
        (
            self.done.load(Ordering::Relaxed).min(self.total),
            self.total,
        )
    }
}

struct Counted<R> {
    inner: R,
    consumed: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.consumed.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// A decompressor that refuses bombs.
pub(crate) struct Inflated<R> {
    inner: R,
    produced: u64,
    total: u64,
}

impl<R> Inflated<R> {
    /// `total` is the size of the file that `inner` decompresses.
    pub(crate) fn new(inner: R, total: u64) -> Self {
        Self {
            inner,
            produced: 0,
            total,
        }
    }
}

/// The message by which a bomb is told from a truncated file.
pub(crate) const BOMB: &str = "taux de compression anormal";

impl<R: Read> Read for Inflated<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.produced += n as u64;
        if self.produced > GZ_RATIO_FROM && self.produced / GZ_RATIO_MAX > self.total {
            return Err(io::Error::new(io::ErrorKind::QuotaExceeded, BOMB));
        }
        Ok(n)
    }
}

/// The encoding a configuration or a `.cpg` file names.
pub(crate) fn encoding_named(label: &str) -> Option<&'static Encoding> {
    let compact: String = label
        .trim()
        .to_ascii_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    match compact.as_str() {
        // The labels of real .cpg files; encoding_rs knows the regular ones.
        "1252" | "ansi1252" | "cp1252" | "win1252" | "windows1252" | "ansi" | "latin1"
        | "88591" | "iso88591" | "88591iso" => Some(WINDOWS_1252),
        "utf8" | "65001" => Some(UTF_8),
        _ => Encoding::for_label(label.trim().as_bytes()),
    }
}

/// Sniffs over a whole text: valid UTF-8 is UTF-8, anything else is Windows-1252.
pub(crate) struct Sniffer {
    valid: bool,
    ascii: bool,
    /// The start of a character cut by the end of a block.
    pending: Vec<u8>,
}

impl Sniffer {
    pub(crate) fn new() -> Self {
        Self {
            valid: true,
            ascii: true,
            pending: Vec::new(),
        }
    }

    pub(crate) fn feed(&mut self, block: &[u8]) {
        if !self.valid || (self.pending.is_empty() && block.is_ascii()) {
            return;
        }
        self.ascii = false;
        let joined;
        let bytes = if self.pending.is_empty() {
            block
        } else {
            joined = [self.pending.as_slice(), block].concat();
            &joined
        };
        match std::str::from_utf8(bytes) {
            Ok(_) => self.pending.clear(),
            Err(e) if e.error_len().is_none() => self.pending = bytes[e.valid_up_to()..].to_vec(),
            Err(_) => self.valid = false,
        }
    }

    /// The encoding, and how it was decided.
    pub(crate) fn decide(&self) -> (&'static Encoding, &'static str) {
        if self.valid && self.pending.is_empty() {
            let how = if self.ascii {
                "ASCII"
            } else {
                "UTF-8 (contenu valide)"
            };
            (UTF_8, how)
        } else {
            (
                WINDOWS_1252,
                "Windows-1252 (le contenu n’est pas de l’UTF-8)",
            )
        }
    }
}

/// A companion of a file (`.dbf` of a `.shp`), whatever the case of its extension.
pub(crate) fn sibling(path: &Path, ext: &str) -> Option<PathBuf> {
    [ext.to_owned(), ext.to_ascii_uppercase()]
        .iter()
        .map(|e| path.with_extension(e))
        .find(|p| p.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn formats_are_known_by_content() {
        let dir = tempfile::tempdir().unwrap();
        let check = |name: &str, bytes: &[u8]| {
            let p = dir.path().join(name);
            std::fs::write(&p, bytes).unwrap();
            detect(&p)
        };
        assert_eq!(
            check("a.txt", b"\xEF\xBB\xBF  {\"type\"").unwrap(),
            Format::Json
        );
        assert_eq!(check("a.json", b"code;nom\n").unwrap(), Format::Csv);
        assert_eq!(
            check("b", b"SQLite format 3\0....").unwrap(),
            Format::GeoPackage
        );
        for (name, bytes) in [
            ("d", &b""[..]),
            ("g.7z", b"7z\xBC\xAF\x27\x1C\0\x04"),
            ("h.GEO", b"BOMT 12:ED0A01SE.GEO\r\n"),
            ("e.xml", b"<a/>"),
            ("f.dbf", b"\x03abc"),
        ] {
            assert!(
                matches!(check(name, bytes), Err(Error::Format { .. })),
                "{name}"
            );
        }
        assert_eq!(
            check("E0000A01.THF", b"BOMT 12:E0000A01.THF\r\n").unwrap(),
            Format::Edigeo
        );
        assert_eq!(
            check("i", b"BZh91AY&SY").unwrap(),
            Format::Archive(archive::Kind::TarBz2)
        );
        assert!(matches!(
            check("c.zip", b"PK\x03\x04"),
            Err(Error::Archive { .. })
        ));
        assert!(matches!(
            detect(Path::new("/vsicurl/http://x")),
            Err(Error::Format { .. })
        ));
        assert!(matches!(
            detect(&dir.path().join("absent")),
            Err(Error::Io { .. })
        ));
    }

    #[test]
    fn a_table_alone_is_read_and_a_companion_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let table = dir.path().join("DOC_URBA.DBF");
        let mut bytes = vec![0x03, 117, 10, 13];
        bytes.resize(66, 0);
        std::fs::write(&table, bytes).unwrap();
        assert_eq!(detect(&table).unwrap(), Format::Dbf);
        std::fs::write(dir.path().join("DOC_URBA.shp"), b"x").unwrap();
        let err = detect(&table).unwrap_err().to_string();
        assert!(err.contains(".shp"), "{err}");
    }

    #[test]
    fn a_bomb_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("bombe.json.gz");
        let mut gz = flate2::write::GzEncoder::new(
            File::create(&path).unwrap(),
            flate2::Compression::best(),
        );
        gz.write_all(b"[").unwrap();
        let zeros = vec![b' '; 1 << 20];
        for _ in 0..64 {
            gz.write_all(&zeros).unwrap();
        }
        gz.finish().unwrap();
        let err = io::copy(&mut Input::open(&path).unwrap(), &mut io::sink()).unwrap_err();
        assert!(err.to_string().contains(BOMB));
    }

    #[test]
    fn labels_of_real_cpg_files() {
        for l in ["1252", "latin1", "ISO 88591", "ISO-8859-1"] {
            assert_eq!(encoding_named(l), Some(WINDOWS_1252), "{l}");
        }
        for l in ["utf-8", "UTF-8\n", "65001"] {
            assert_eq!(encoding_named(l), Some(UTF_8), "{l}");
        }
        assert_eq!(encoding_named("klingon"), None);
    }

    #[test]
    fn a_character_cut_between_blocks_is_still_utf8() {
        let mut s = Sniffer::new();
        let text = "déjà".as_bytes();
        s.feed(&text[..2]);
        s.feed(&text[2..]);
        assert_eq!(s.decide().0, UTF_8);
        s.feed(b"\xe9 ");
        assert_eq!(s.decide().0, WINDOWS_1252);
    }
}
