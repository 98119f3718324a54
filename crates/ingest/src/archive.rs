//! Archives: `.zip`, `.tar`, `.tar.gz`, `.tar.bz2`, known by content, unpacked into a private temporary folder.
//!
//! An archive comes from anywhere. Nothing of it is believed: names, sizes and kinds of members are checked one by
//! one, bytes are counted as they come out (not as the archive declares them), and no link is ever created, so
//! that no name can lead out of the folder.

use std::fs::File;
use std::io::{self, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::Error;
use crate::open::{BOMB, Inflated, Input};
use bzip2::bufread::MultiBzDecoder;

/// Members of an archive, of those it contains included. A département of EDIGEO has 10 000 sheets.
const ENTRIES_MAX: u64 = 300_000;
/// Bytes of one member.
const ENTRY_MAX: u64 = 8 << 30;
/// Bytes of all members, nested ones included.
const TOTAL_MAX: u64 = 32 << 30;
/// Bytes that may come out for one that is in the archive (EDIGEO reaches 18, GeoJSON 12)…
const RATIO_MAX: u64 = 200;
/// … once this many came out.
const RATIO_FROM: u64 = 16 << 20;
/// Bytes of one name and of a whole path, and folders one in another.
const NAME_MAX: usize = 255;
const PATH_MAX: usize = 1024;
const FOLDERS_MAX: usize = 16;
/// Archives one in another: the DGFiP gives a zip of `.tar.bz2` sheets.
pub(crate) const DEPTH_MAX: u8 = 2;

/// What an archive is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Zip,
    Tar,
    TarGz,
    TarBz2,
}

/// The kind of archive that starts so. `head` is what the file starts with once gzip is undone.
pub(crate) fn kind(head: &[u8], gzip: bool) -> Option<Kind> {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return (!gzip).then_some(Kind::Zip);
    }
    if is_tar(head) {
        return Some(if gzip { Kind::TarGz } else { Kind::Tar });
    }
    if head.starts_with(b"BZh") && !gzip {
        return Some(Kind::TarBz2);
    }
    None
}

/// A tar block, by its checksum: old tars have no magic word.
fn is_tar(head: &[u8]) -> bool {
    let Some(block) = head.get(..512) else {
        return false;
    };
    let declared = std::str::from_utf8(&block[148..156])
        .ok()
        .map(|t| t.trim_matches(['\0', ' ']))
        .and_then(|t| u64::from_str_radix(t, 8).ok());
    let sum: u64 = block
        .iter()
        .enumerate()
        .map(|(i, b)| u64::from(if (148..156).contains(&i) { b' ' } else { *b }))
        .sum();
    block[0] != 0 && declared == Some(sum)
}

/// What may still come out of one source, nested archives included.
#[derive(Debug)]
pub(crate) struct Budget {
    entries: u64,
    bytes: u64,
    source: u64,
}

impl Budget {
    /// For a source of this many bytes on disk.
    pub(crate) fn new(source: u64) -> Self {
        Self {
            entries: 0,
            bytes: 0,
            source,
        }
    }

    fn entry(&mut self) -> Result<(), String> {
        self.entries += 1;
        if self.entries > ENTRIES_MAX {
            return Err(format!("plus de {ENTRIES_MAX} membres"));
        }
        Ok(())
    }

    /// Counts `n` more bytes, of a member that has given `of_entry` so far.
    fn bytes(&mut self, n: u64, of_entry: u64) -> Result<(), String> {
        self.bytes += n;
        if of_entry > ENTRY_MAX {
            return Err(format!("un membre dépasse {} Gio", ENTRY_MAX >> 30));
        }
        if self.bytes > TOTAL_MAX {
            return Err(format!("plus de {} Gio décompressés", TOTAL_MAX >> 30));
        }
        if self.bytes > RATIO_FROM && self.bytes / RATIO_MAX > self.source {
            return Err(format!("{BOMB} (plus de {RATIO_MAX} pour 1)"));
        }
        Ok(())
    }
}

/// An archive unpacked; its files disappear with it.
#[derive(Debug)]
pub(crate) struct Unpacked {
    dir: TempDir,
    /// Members, relative to [`Self::dir`], sorted.
    pub(crate) members: Vec<PathBuf>,
}

impl Unpacked {
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn path(&self, member: &Path) -> PathBuf {
        self.dir.path().join(member)
    }
}

/// Unpacks an archive. `path` is where it is and `shown` what messages call it.
pub(crate) fn unpack(
    path: &Path,
    shown: &Path,
    kind: Kind,
    budget: &mut Budget,
) -> Result<Unpacked, Error> {
    let dir = tempfile::Builder::new()
        .prefix("gisement-")
        .tempdir()
        .map_err(Error::io(std::env::temp_dir()))?;
    let mut job = Job {
        shown,
        dir: dir.path(),
        budget,
        members: Vec::new(),
    };
    match kind {
        Kind::Zip => job.zip(path)?,
        Kind::Tar | Kind::TarGz => job.tar(Input::open(path)?)?,
        Kind::TarBz2 => {
            let file = File::open(path).map_err(Error::io(path))?;
            let total = file.metadata().map_err(Error::io(path))?.len();
            let plain = MultiBzDecoder::new(BufReader::with_capacity(1 << 16, file));
            job.tar(Inflated::new(plain, total))?;
        }
    }
    let mut members = job.members;
    if members.is_empty() {
        return Err(Error::Archive {
            path: shown.into(),
            membre: String::new(),
            detail: "archive vide".into(),
        });
    }
    members.sort_unstable();
    Ok(Unpacked { dir, members })
}

/// Opens the list of a zip.
pub(crate) fn zip_list(path: &Path) -> Result<zip::ZipArchive<BufReader<File>>, Error> {
    let file = File::open(path).map_err(Error::io(path))?;
    zip::ZipArchive::new(BufReader::new(file)).map_err(|e| Error::Archive {
        path: path.into(),
        membre: String::new(),
        detail: format!("zip illisible ou tronqué ({e})"),
    })
}

/// Reads a whole zip without keeping it: for files that are zips and that another library unpacks in memory.
pub(crate) fn check_zip(path: &Path, max: u64) -> Result<(), Error> {
    let mut zip = zip_list(path)?;
    let len = std::fs::metadata(path).map_err(Error::io(path))?.len();
    let mut budget = Budget::new(len);
    let limit = |detail| Error::Limit {
        path: path.into(),
        detail,
    };
    let mut block = vec![0; 1 << 16];
    for i in 0..zip.len() {
        budget.entry().map_err(limit)?;
        let mut member = zip.by_index(i).map_err(|e| Error::Archive {
            path: path.into(),
            membre: String::new(),
            detail: e.to_string(),
        })?;
        let name = name_of(&member);
        loop {
            let n = member.read(&mut block).map_err(|e| Error::Archive {
                path: path.into(),
                membre: name.clone(),
                detail: format!("membre abîmé ou tronqué ({e})"),
            })? as u64;
            if n == 0 {
                break;
            }
            budget.bytes(n, 0).map_err(limit)?;
            if budget.bytes > max {
                return Err(limit(format!("plus de {} Mio décompressés", max >> 20)));
            }
        }
    }
    Ok(())
}

/// The name of a member; one that is in no known encoding keeps its readable characters.
fn name_of<R: Read>(member: &zip::read::ZipFile<'_, R>) -> String {
    match member.name() {
        Ok(name) => name.into_owned(),
        Err(_) => String::from_utf8_lossy(member.name_raw()).into_owned(),
    }
}

struct Job<'j> {
    shown: &'j Path,
    dir: &'j Path,
    budget: &'j mut Budget,
    members: Vec<PathBuf>,
}

impl Job<'_> {
    fn refused(&self, membre: &str, detail: impl Into<String>) -> Error {
        Error::Archive {
            path: self.shown.into(),
            membre: membre.chars().take(120).collect(),
            detail: detail.into(),
        }
    }

    fn limit(&self, detail: String) -> Error {
        Error::Limit {
            path: self.shown.into(),
            detail: format!("archive refusée : {detail}"),
        }
    }

    fn zip(&mut self, path: &Path) -> Result<(), Error> {
        let mut zip = zip_list(path)?;
        if zip.len() as u64 > ENTRIES_MAX {
            return Err(self.limit(format!("plus de {ENTRIES_MAX} membres")));
        }
        for i in 0..zip.len() {
            self.budget.entry().map_err(|d| self.limit(d))?;
            let mut member = zip.by_index(i).map_err(|e| match e {
                zip::result::ZipError::UnsupportedArchive(why) => self.refused(
                    "",
                    format!("membre chiffré ou compression non prise en charge ({why})"),
                ),
                e => self.refused("", format!("zip illisible ou tronqué ({e})")),
            })?;
            let name = name_of(&member);
            // The file type that Unix archivers keep; 0 when they keep none.
            match member.unix_mode().map_or(0, |m| m & 0o170_000) {
                0 | 0o100_000 | 0o040_000 => {}
                0o120_000 => return Err(self.refused(&name, "lien symbolique")),
                _ => return Err(self.refused(&name, "fichier spécial")),
            }
            let relative = self.name(&name)?;
            if member.is_dir() {
                continue;
            }
            let size = member.size();
            self.member(&name, relative, &mut member, size)?;
        }
        Ok(())
    }

    fn tar(&mut self, plain: impl Read) -> Result<(), Error> {
        let mut tar = tar::Archive::new(plain);
        let broken = |job: &Self, name: &str, e: &io::Error| {
            if e.to_string().contains(BOMB) {
                job.limit(BOMB.to_owned())
            } else {
                job.refused(name, format!("archive abîmée ou tronquée ({e})"))
            }
        };
        // Raw entries: the library would otherwise gather long names in memory, whatever their length.
        let entries = tar.entries().map_err(|e| broken(self, "", &e))?.raw(true);
        for entry in entries {
            let mut entry = entry.map_err(|e| broken(self, "", &e))?;
            self.budget.entry().map_err(|d| self.limit(d))?;
            let name = match String::from_utf8(entry.path_bytes().into_owned()) {
                Ok(name) => name,
                Err(e) => encoding_rs::WINDOWS_1252
                    .decode_without_bom_handling(e.as_bytes())
                    .0
                    .into_owned(),
            };
            let kind = entry.header().entry_type();
            match kind {
                tar::EntryType::Regular | tar::EntryType::Continuous => {}
                tar::EntryType::Directory => {
                    self.name(&name)?;
                    continue;
                }
                // Comments, dates and names in Unicode: the plain name that follows is used.
                tar::EntryType::XHeader | tar::EntryType::XGlobalHeader => continue,
                tar::EntryType::Symlink | tar::EntryType::Link => {
                    return Err(self.refused(&name, "lien"));
                }
                tar::EntryType::GNULongName | tar::EntryType::GNULongLink => {
                    return Err(self.refused(&name, "nom de plus de 100 caractères"));
                }
                _ => return Err(self.refused(&name, "fichier spécial")),
            }
            let relative = self.name(&name)?;
            let size = entry.size();
            self.member(&name, relative, &mut entry, size)?;
        }
        Ok(())
    }

    fn name(&self, raw: &str) -> Result<PathBuf, Error> {
        safe_name(raw).map_err(|why| self.refused(raw, why))
    }

    /// Writes one member. `size` is what the archive declares: more or less is a damaged archive.
    fn member(
        &mut self,
        name: &str,
        relative: PathBuf,
        content: &mut dyn Read,
        size: u64,
    ) -> Result<(), Error> {
        self.budget.bytes(0, size).map_err(|d| self.limit(d))?;
        let target = self.dir.join(&relative);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent)
                .map_err(|_| self.refused(name, "nom à la fois de fichier et de dossier"))?;
        }
        let mut out = File::create_new(&target).map_err(|e| {
            if matches!(
                e.kind(),
                io::ErrorKind::AlreadyExists | io::ErrorKind::IsADirectory
            ) {
                self.refused(name, "nom présent deux fois")
            } else {
                Error::Io {
                    path: target.clone(),
                    source: e,
                }
            }
        })?;
        let mut done = 0;
        let mut block = vec![0; 1 << 16];
        loop {
            let n = match content.read(&mut block) {
                Ok(0) => break,
                Ok(n) => n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) if e.to_string().contains(BOMB) => return Err(self.limit(BOMB.to_owned())),
                Err(e) => {
                    return Err(self.refused(name, format!("membre abîmé ou tronqué ({e})")));
                }
            };
            done += n as u64;
            self.budget
                .bytes(n as u64, done)
                .map_err(|d| self.limit(d))?;
            out.write_all(&block[..n]).map_err(Error::io(&target))?;
        }
        if done != size {
            return Err(self.refused(
                name,
                format!("membre abîmé ou tronqué ({done} octets sur {size})"),
            ));
        }
        self.members.push(relative);
        Ok(())
    }
}

/// The path that a name means inside the folder, or why it is refused. Windows archivers write `\`.
fn safe_name(raw: &str) -> Result<PathBuf, &'static str> {
    if raw.chars().any(char::is_control) {
        return Err("caractère de contrôle dans le nom");
    }
    if raw.len() > PATH_MAX {
        return Err("nom trop long");
    }
    let name = raw.replace('\\', "/");
    if name.starts_with('/') || name.as_bytes().get(1) == Some(&b':') {
        return Err("chemin absolu");
    }
    let mut path = PathBuf::new();
    let mut folders = 0;
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => return Err("le chemin sort de l’archive (« .. »)"),
            p if p.len() > NAME_MAX => return Err("nom trop long"),
            p => {
                path.push(p);
                folders += 1;
            }
        }
    }
    if folders > FOLDERS_MAX {
        return Err("trop de dossiers les uns dans les autres");
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_stay_inside() {
        for (raw, path) in [
            ("a/b.shp", "a/b.shp"),
            ("./a//b", "a/b"),
            ("a\\b.dbf", "a/b.dbf"),
            ("été.csv", "été.csv"),
        ] {
            assert_eq!(safe_name(raw), Ok(PathBuf::from(path)), "{raw}");
        }
        for raw in [
            "/etc/passwd",
            "\\\\serveur\\x",
            "c:\\x",
            "../x",
            "a/../../x",
            "a\\..\\x",
            "a\0b",
        ] {
            assert!(safe_name(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn limits_are_counted_over_the_whole_source() {
        let mut b = Budget::new(1 << 40);
        assert!((0..ENTRIES_MAX).all(|_| b.entry().is_ok()));
        assert!(b.entry().unwrap_err().contains("membres"));
        assert!(b.bytes(0, ENTRY_MAX + 1).is_err());
        assert!(b.bytes(TOTAL_MAX, 1).is_ok());
        assert!(b.bytes(1, 1).unwrap_err().contains("décompressés"));
        let mut small = Budget::new(1000);
        assert!(small.bytes(RATIO_FROM, 1).is_ok());
        assert!(small.bytes(1, 1).unwrap_err().contains(BOMB));
    }

    proptest! {
        #[test]
        fn no_name_leads_out(raw in "[a./\\\\: ]{0,40}") {
            if let Ok(p) = safe_name(&raw) {
                prop_assert!(p.components().all(|c| matches!(c, std::path::Component::Normal(_))));
            }
        }
    }
}
