use std::path::PathBuf;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Whoever asked for the file gave it up.
    #[error("export annulé")]
    Cancelled,
    /// The file is larger than its reader was allowed.
    #[error("le fichier dépasse la taille permise ({max} octets) : restreignez la sélection")]
    TooLarge {
        /// The most that was allowed, in bytes.
        max: u64,
    },
    /// All files together are larger than the server keeps.
    #[error("le serveur n’a plus de place pour des exports : réessayez plus tard")]
    NoRoom,
    /// The format has a limit, and the selection is beyond it.
    #[error("{format} : {limit} ; {advice}")]
    Limit {
        /// The format.
        format: &'static str,
        /// What it cannot hold.
        limit: String,
        /// What to do instead.
        advice: &'static str,
    },
    /// The format holds a single collection.
    #[error(
        "un fichier {0} ne contient qu’une collection : GPKG, SHP, CSV et XLSX en contiennent plusieurs"
    )]
    OneCollection(&'static str),
    /// The format needs a geometry, and the collection has none.
    #[error("la collection « {collection} » n’a pas de géométrie : {format} en demande une")]
    NoGeometry {
        /// The collection.
        collection: String,
        /// The format.
        format: &'static str,
    },
    /// Nothing was chosen.
    #[error("aucune collection à écrire")]
    Empty,
    /// The collection has no such column.
    #[error("la collection « {collection} » n’a pas de propriété « {name} »")]
    UnknownColumn {
        /// The collection.
        collection: String,
        /// The name.
        name: String,
    },
    /// No definition of this reference system is at hand.
    #[error("pas de définition du système {0}")]
    UnknownSystem(gisement_model::Crs),
    /// What stands where a folder was asked for is something else.
    #[error("{path} existe et n’est pas {kind} : choisissez un autre dossier", path = .path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// What was to be written, with its article.
        kind: &'static str,
    },
    /// The logo of a publication cannot be used.
    #[error("logo {path} : {reason}", path = .path.display())]
    Logo {
        /// The file, as the configuration names it.
        path: PathBuf,
        /// Why.
        reason: &'static str,
    },
    /// A file could not be written.
    #[error("{path} : {source}", path = .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A library that writes a format refused.
    #[error("{format} : {cause}")]
    Format {
        /// The format.
        format: &'static str,
        /// Why.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The edition could not be read, or GeoParquet not be written.
    #[error(transparent)]
    Store(#[from] gisement_store::Error),
}

impl Error {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }

    /// What a library says when it writes this format.
    pub(crate) fn of<E: Into<Box<dyn std::error::Error + Send + Sync>>>(
        format: &'static str,
    ) -> impl FnOnce(E) -> Self {
        move |cause| Self::Format {
            format,
            cause: cause.into(),
        }
    }
}
