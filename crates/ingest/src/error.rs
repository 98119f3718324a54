use std::path::{Path, PathBuf};

use gisement_model::Couche;

/// Why a file cannot be read at all. A bad row is no error: it goes to the report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file, or one of its parts, cannot be opened or read.
    #[error("{path} : {source}", path = .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A shapefile without its attribute table, and the like.
    #[error("{path} : il manque {manque} à côté du fichier", path = .path.display())]
    MissingPart {
        /// The file.
        path: PathBuf,
        /// The part that is missing.
        manque: &'static str,
    },
    /// The content is of no known format.
    #[error("{path} : format non reconnu ({detail})", path = .path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// The format is known and the content is broken from the start.
    #[error("{path}, ligne {ligne} : {detail}", path = .path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Row or feature number, 0 for the header.
        ligne: u64,
        /// What is wrong.
        detail: String,
    },
    /// A safety limit was reached.
    #[error("{path} : {detail}", path = .path.display())]
    Limit {
        /// The file.
        path: PathBuf,
        /// Which limit.
        detail: String,
    },
    /// An archive is damaged, or holds what none should.
    #[error("{path} : archive refusée{} : {detail}", if .membre.is_empty() { String::new() } else { format!(", membre « {membre} »") }, path = .path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// The member at fault; empty when it is the archive itself.
        membre: String,
        /// What is wrong.
        detail: String,
    },
    /// The columns do not allow the layer to be built.
    #[error("{fichier} : {detail} ; colonnes du fichier : {colonnes}")]
    Columns {
        /// The file.
        fichier: String,
        /// What is missing.
        detail: String,
        /// The columns found.
        colonnes: String,
    },
    /// The configuration names something that does not exist.
    #[error("clé « {cle} » : {detail}")]
    Config {
        /// The key of the `[[source]]` entry.
        cle: &'static str,
        /// What is wrong.
        detail: String,
    },
    /// The file is read as one layer and configured as another.
    #[error(
        "la source « {fichier} » est déclarée pour la couche « {declaree} », pas « {demandee} »"
    )]
    WrongLayer {
        /// The file.
        fichier: String,
        /// The layer of the configuration.
        declaree: Couche,
        /// The layer asked for.
        demandee: Couche,
    },
    /// The reference system is not handled.
    #[error("{fichier} : {detail} ; indiquez `crs` dans la configuration si le fichier se trompe")]
    Crs {
        /// The file.
        fichier: String,
        /// What was found.
        detail: String,
    },
    /// The polygons inside which a source is complete cannot be used.
    #[error("« {fichier} » : {detail}")]
    Coverage {
        /// The file, as the configuration names it.
        fichier: String,
        /// Why.
        detail: String,
    },
    /// The format needs GDAL and this program was built without it.
    #[error("{path} : le format {format} demande GDAL, absent de ce programme (fonctionnalité « gdal »)", path = .path.display())]
    NeedsGdal {
        /// The file.
        path: PathBuf,
        /// The format.
        format: &'static str,
    },
    /// What was read could not be kept.
    #[error(transparent)]
    Store(#[from] gisement_store::Error),
    /// GDAL refused the file.
    #[error("{path} : GDAL : {detail}", path = .path.display())]
    Gdal {
        /// The file.
        path: PathBuf,
        /// What it said.
        detail: String,
    },
}

impl Error {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }

    /// Names a member by its archive: the temporary folder it was unpacked into means nothing to the reader.
    pub(crate) fn within(mut self, dir: &Path, archive: &Path) -> Self {
        match &mut self {
            Self::Io { path, .. }
            | Self::MissingPart { path, .. }
            | Self::Format { path, .. }
            | Self::Corrupt { path, .. }
            | Self::Limit { path, .. }
            | Self::Archive { path, .. }
            | Self::NeedsGdal { path, .. }
            | Self::Gdal { path, .. } => {
                if let Ok(member) = path.strip_prefix(dir) {
                    *path = archive.join(member);
                }
            }
            _ => {}
        }
        self
    }
}

/// The two or three names nearest to a misspelt one, in words.
pub(crate) fn nearest<'a>(name: &str, among: impl IntoIterator<Item = &'a str>) -> String {
    let key = gisement_model::texte::cle(name);
    let mut scored: Vec<(usize, &str)> = among
        .into_iter()
        .map(|c| {
            let k = gisement_model::texte::cle(c);
            let d = strsim::damerau_levenshtein(&key, &k);
            // A name that contains the other is nearer than its length says.
            (
                if k.contains(&key) || key.contains(&k) {
                    d.min(2)
                } else {
                    d
                },
                c,
            )
        })
        .collect();
    scored.sort_unstable();
    scored.dedup();
    let best: Vec<String> = scored
        .iter()
        .take(3)
        .map(|(_, c)| format!("« {c} »"))
        .collect();
    match best.len() {
        0 => "aucun".to_owned(),
        _ => best.join(", "),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn nearest_names_come_first() {
        let s = super::nearest("site_num", ["terr_id", "site_nom", "site_id"]);
        assert!(s.starts_with("« site_nom »"), "{s}");
    }
}
