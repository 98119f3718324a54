//! CSV as French offices write it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How a CSV file is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Forme {
    pub(super) bom: bool,
    pub(super) crlf: bool,
    pub(super) separateur: u8,
}

/// `;`, UTF-8 without mark, Unix line ends.
pub(super) const SIMPLE: Forme = Forme {
    bom: false,
    crlf: false,
    separateur: b';',
};

/// Writes a table; cells are quoted only when they must be.
pub(super) fn csv(
    chemin: &Path,
    forme: Forme,
    entete: &[&str],
    lignes: &[Vec<String>],
) -> io::Result<PathBuf> {
    if let Some(dossier) = chemin.parent() {
        fs::create_dir_all(dossier)?;
    }
    let mut contenu = if forme.bom {
        "\u{feff}".as_bytes().to_vec()
    } else {
        Vec::new()
    };
    contenu.extend(octets(forme, &[entete])?);
    contenu.extend(octets(forme, lignes)?);
    fs::write(chemin, contenu)?;
    Ok(chemin.to_owned())
}

/// Rows as text, without header nor byte order mark.
pub(super) fn octets<R, C>(forme: Forme, lignes: &[R]) -> io::Result<Vec<u8>>
where
    R: AsRef<[C]>,
    C: AsRef<[u8]>,
{
    let fin = if forme.crlf {
        csv::Terminator::CRLF
    } else {
        csv::Terminator::Any(b'\n')
    };
    let mut w = csv::WriterBuilder::new()
        .delimiter(forme.separateur)
        .terminator(fin)
        .flexible(true)
        .from_writer(Vec::new());
    for l in lignes {
        w.write_record(l.as_ref())?;
    }
    w.into_inner().map_err(|e| io::Error::other(e.to_string()))
}
