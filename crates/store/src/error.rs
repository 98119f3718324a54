use std::path::PathBuf;

/// What can go wrong with data at rest.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("{path} : {source}", path = .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A columnar file is not what it should be.
    #[error("{path} : {detail}", path = .path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// Rows could not be turned into columns, or back.
    #[error("colonnes de la couche « {couche} » : {source}")]
    Columns {
        /// The layer.
        couche: String,
        /// Why.
        source: Box<serde_arrow::Error>,
    },
    /// Arrow refused a batch.
    #[error(transparent)]
    Arrow(#[from] arrow_schema::ArrowError),
    /// A geometry of a kind that layers do not hold.
    #[error("géométrie {0} : seuls les points et les (multi)polygones sont conservés")]
    Geometry(&'static str),
    /// Another process is building in the folder.
    #[error("{} est déjà en cours de construction par un autre processus", .0.display())]
    Locked(PathBuf),
    /// No edition has been published.
    #[error("{} ne contient aucune édition publiée : lancez « gisement construire »", .0.display())]
    NoEdition(PathBuf),
    /// The edition asked for does not exist.
    #[error("édition « {0} » inconnue")]
    UnknownEdition(String),
}

impl Error {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }

    pub(crate) fn corrupt(path: impl Into<PathBuf>, detail: impl ToString) -> Self {
        Self::Corrupt {
            path: path.into(),
            detail: detail.to_string(),
        }
    }
}
