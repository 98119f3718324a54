//! A file inside an archive, read as if it lay beside its companions in a folder.

use std::path::{Path, PathBuf};

use super::{Batch, Info, Outcome, Reader, Request, Wanted, open_plain};
use crate::archive::{self, Budget, Kind, Unpacked};
use crate::open::{self, Format, Progress};
use crate::{Error, edigeo};

/// Data files of one archive that are tried to find the one that suits the layer.
const CANDIDATES_MAX: usize = 200;
/// Files that never are data by themselves.
const COMPANIONS: [&str; 27] = [
    "dbf", "shx", "prj", "cpg", "qix", "sbn", "sbx", "qpj", "qmd", "qml", "sld", "xml", "dat",
    "map", "id", "ind", "mid", "pdf", "html", "htm", "md", "png", "jpg", "tif", "doc", "docx",
    "md5",
];

/// Opens what an archive holds. `table` names a member, or else a table inside the member.
pub(super) fn open(request: &Request<'_>, kind: Kind) -> Result<Box<dyn Reader>, Error> {
    let path = &request.file.path;
    let len = std::fs::metadata(path).map_err(Error::io(path))?.len();
    let mut budget = Budget::new(len);
    inside(request, path, path, kind, &mut budget, 1)
}

fn inside(
    request: &Request<'_>,
    path: &Path,
    shown: &Path,
    kind: Kind,
    budget: &mut Budget,
    depth: u8,
) -> Result<Box<dyn Reader>, Error> {
    let unpacked = archive::unpack(path, shown, kind, budget)?;
    let sheets = sheets(&unpacked, depth, budget);
    if !sheets.is_empty() {
        // The reader keeps the folder: nested sheets are unpacked when their turn comes.
        return open_edigeo(request, sheets, unpacked, shown, budget);
    }
    let (member, table) = choose(request, &unpacked, shown, budget, depth)?;
    let inner = open_member(request, &unpacked, shown, &member, table, budget, depth)
        .map_err(|e| e.within(unpacked.dir(), shown))?;
    Ok(Box::new(Member {
        inner,
        shown: shown.into(),
        unpacked,
    }))
}

/// The sheets of an archive: its `.THF`, or the archives that it holds if one of the first holds some.
fn sheets(unpacked: &Unpacked, depth: u8, budget: &mut Budget) -> Vec<PathBuf> {
    let plain: Vec<PathBuf> = unpacked
        .members
        .iter()
        .filter(|m| m.extension().is_some_and(|e| e.eq_ignore_ascii_case("thf")))
        .map(|m| unpacked.path(m))
        .collect();
    if !plain.is_empty() {
        return plain;
    }
    let nested: Vec<(PathBuf, Kind)> = unpacked
        .members
        .iter()
        .filter_map(|m| {
            let path = unpacked.path(m);
            match open::detect(&path) {
                Ok(Format::Archive(kind)) => Some((path, kind)),
                _ => None,
            }
        })
        .collect();
    let holds_sheets = |(path, kind): &(PathBuf, Kind)| {
        archive::unpack(path, path, *kind, budget)
            .is_ok_and(|u| u.members.iter().any(|m| edigeo::is_part(m)))
    };
    // Several are tried: one may be damaged.
    if depth < archive::DEPTH_MAX && nested.iter().take(3).any(holds_sheets) {
        return nested.into_iter().map(|(p, _)| p).collect();
    }
    Vec::new()
}

#[cfg(feature = "gdal")]
fn open_edigeo(
    request: &Request<'_>,
    sheets: Vec<PathBuf>,
    unpacked: Unpacked,
    shown: &Path,
    budget: &mut Budget,
) -> Result<Box<dyn Reader>, Error> {
    let budget = std::mem::replace(budget, Budget::new(0));
    Ok(Box::new(super::edigeo::EdigeoReader::open(
        request,
        sheets,
        Some((unpacked, shown.to_owned())),
        budget,
    )?))
}

#[cfg(not(feature = "gdal"))]
fn open_edigeo(
    _: &Request<'_>,
    _: Vec<PathBuf>,
    _: Unpacked,
    shown: &Path,
    _: &mut Budget,
) -> Result<Box<dyn Reader>, Error> {
    Err(Error::NeedsGdal {
        path: shown.into(),
        format: "EDIGEO",
    })
}

fn open_member(
    request: &Request<'_>,
    unpacked: &Unpacked,
    shown: &Path,
    member: &Path,
    table: Option<&str>,
    budget: &mut Budget,
    depth: u8,
) -> Result<Box<dyn Reader>, Error> {
    let path = unpacked.path(member);
    match open::detect(&path)? {
        Format::Archive(kind) if depth < archive::DEPTH_MAX => {
            inside(request, &path, &shown.join(member), kind, budget, depth + 1)
        }
        Format::Archive(_) => Err(Error::Archive {
            path: shown.into(),
            membre: member.display().to_string(),
            detail: format!(
                "plus de {} archives les unes dans les autres",
                archive::DEPTH_MAX
            ),
        }),
        format => open_plain(request, &path, format, table),
    }
}

/// The member to open, and the table to look for in it. In order:
/// - the member that `table` names (path, file name, or name without extension);
/// - the only data file;
/// - the only one whose columns make the layer, or, if several do, whose name says so as well.
///
/// Two that suit equally are an error that names them: half of the data is worse than none.
fn choose<'t>(
    request: &Request<'t>,
    unpacked: &Unpacked,
    shown: &Path,
    budget: &mut Budget,
    depth: u8,
) -> Result<(PathBuf, Option<&'t str>), Error> {
    let table = request.file.config.table.as_deref();
    let candidates: Vec<&PathBuf> = unpacked.members.iter().filter(|m| is_data(m)).collect();
    let list = |members: &[&PathBuf]| {
        let names: Vec<String> = members
            .iter()
            .take(20)
            .map(|m| format!("« {} »", m.display()))
            .collect();
        names.join(", ")
    };
    if let Some(name) = table {
        let is = |m: &Path| {
            let same =
                |s: Option<&std::ffi::OsStr>| s.is_some_and(|s| s.eq_ignore_ascii_case(name));
            m.as_os_str().eq_ignore_ascii_case(name) || same(m.file_name()) || same(m.file_stem())
        };
        let named: Vec<&PathBuf> = candidates.iter().filter(|m| is(m)).copied().collect();
        match named.as_slice() {
            [one] => return Ok(((*one).clone(), None)),
            [] => {}
            several => {
                return Err(Error::Config {
                    cle: "table",
                    detail: format!(
                        "« {name} » désigne plusieurs fichiers de {} : {}",
                        request.file.name,
                        list(several)
                    ),
                });
            }
        }
    }
    match candidates.as_slice() {
        [] => {
            return Err(Error::Archive {
                path: shown.into(),
                membre: String::new(),
                detail: "aucun fichier de données reconnu".into(),
            });
        }
        [one] => return Ok(((*one).clone(), table)),
        _ => {}
    }
    if let Some(name) = table {
        return Err(Error::Config {
            cle: "table",
            detail: format!(
                "« {name} » n’est pas dans {}, qui contient : {}",
                request.file.name,
                list(&candidates)
            ),
        });
    }
    let mut scored: Vec<(i64, &PathBuf)> = candidates
        .iter()
        .take(CANDIDATES_MAX)
        .filter_map(|m| {
            let reader = open_member(request, unpacked, shown, m, None, budget, depth).ok()?;
            let info = reader.info();
            // Hundreds: the columns make the layer (10), the name says so (1). Below, similar files differ by
            // chance.
            Some(((request.score)(&info.table, &info.columns) / 100, *m))
        })
        .collect();
    scored.sort_by_key(|(s, _)| std::cmp::Reverse(*s));
    match scored.as_slice() {
        [(best, one), rest @ ..] if *best > 0 && rest.first().is_none_or(|r| r.0 < *best) => {
            Ok(((*one).clone(), None))
        }
        _ => Err(Error::Config {
            cle: "table",
            detail: format!(
                "{} contient plusieurs fichiers de données : {} ; décompressez l’archive, ou nommez-en un par `table`",
                request.file.name,
                list(&candidates)
            ),
        }),
    }
}

fn is_data(member: &Path) -> bool {
    let hidden = member.components().any(|c| {
        let name = c.as_os_str().to_string_lossy();
        name.starts_with('.') || name == "__MACOSX"
    });
    let companion = member
        .extension()
        .is_some_and(|e| COMPANIONS.iter().any(|c| e.eq_ignore_ascii_case(c)));
    let readme = member.file_stem().is_some_and(|s| {
        let s = s.to_string_lossy().to_lowercase();
        s == "readme" || s.starts_with("lisez") || s.starts_with("licen")
    });
    !hidden && !companion && !readme
}

/// A member open for reading, and the folder it was unpacked into.
struct Member {
    // Dropped in this order: the file is closed before its folder goes.
    inner: Box<dyn Reader>,
    shown: PathBuf,
    unpacked: Unpacked,
}

impl Reader for Member {
    fn info(&self) -> &Info {
        self.inner.info()
    }

    fn want(&mut self, wanted: &Wanted) {
        self.inner.want(wanted);
    }

    fn batch(&mut self) -> Result<Option<Batch>, Error> {
        self.inner
            .batch()
            .map_err(|e| e.within(self.unpacked.dir(), &self.shown))
    }

    fn progress(&self) -> Progress {
        self.inner.progress()
    }

    fn outcome(&self) -> Outcome {
        self.inner.outcome()
    }
}
