use std::error::Error as _;

use postgres::error::SqlState;

/// Why an edition was not published in a database. None says a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address cannot be read. It is not repeated: it may hold a password.
    #[error(
        "adresse PostgreSQL illisible : « postgresql://utilisateur@hôte/base » ou « host=… dbname=… user=… » est attendu"
    )]
    Address,
    /// An encrypted connection was asked for.
    #[error(
        "Gisement ne chiffre pas la connexion lui-même (sslmode) : passez par le socket local ou par un tunnel \
         (ssh -L 5433:localhost:5432 serveur, puis host=localhost port=5433)"
    )]
    Tls,
    /// The connection would cross a network as it is.
    #[error(
        "la connexion à {0} ne serait pas chiffrée : passez par un tunnel (ssh -L 5433:localhost:5432 {0}), ou ajoutez \
         sslmode=disable si le réseau est de confiance"
    )]
    Clear(String),
    /// The server does not answer, or does not let in.
    #[error("connexion à {to} impossible : {}", said(.cause))]
    Connect {
        /// What was asked for.
        to: String,
        /// Why.
        cause: postgres::Error,
    },
    /// The extension is missing.
    #[error("PostGIS n’est pas installé dans cette base : « CREATE EXTENSION postgis » le fait")]
    NoPostgis,
    /// Another publication is running.
    #[error("une autre publication est en cours dans cette base")]
    Busy,
    /// Readers never let go of the views.
    #[error(
        "des lecteurs gardent les vues de « courant » ouvertes depuis plusieurs minutes : l’édition précédente reste servie"
    )]
    Readers,
    /// The database serves other readers.
    #[error(
        "« courant » sert la forme {served} à ses lecteurs : publiez la forme {asked} dans une autre base, ou supprimez \
         d’abord ce schéma (DROP SCHEMA courant CASCADE)"
    )]
    OtherDiffusion {
        /// What `courant` shows.
        served: String,
        /// What was to be published.
        asked: &'static str,
    },
    /// A schema of the name of the edition holds something else.
    #[error("le schéma « {0} » existe et n’est pas cette édition : renommez-le ou supprimez-le")]
    Foreign(String),
    /// Somebody's views stand on what would be replaced.
    #[error(
        "des objets de la base dépendent de ce qui serait remplacé : {0}. Supprimez-les, ou faites-les lire « courant »"
    )]
    Dependents(String),
    /// The server refused.
    #[error("PostgreSQL : {}", said(.0))]
    Sql(postgres::Error),
    /// The edition could not be read, or whoever asked gave up.
    #[error(transparent)]
    Export(#[from] crate::Error),
}

impl From<postgres::Error> for Error {
    fn from(e: postgres::Error) -> Self {
        match e.as_db_error() {
            Some(db) if *db.code() == SqlState::DEPENDENT_OBJECTS_STILL_EXIST => {
                Self::Dependents(db.detail().unwrap_or(db.message()).replace('\n', " ; "))
            }
            _ => Self::Sql(e),
        }
    }
}

/// What the server says on one line, or else what stopped us from hearing it.
fn said(e: &postgres::Error) -> String {
    match (e.as_db_error(), e.source()) {
        (Some(db), _) => match db.detail() {
            Some(detail) => format!("{} ({})", db.message(), detail.replace('\n', " ; ")),
            None => db.message().to_owned(),
        },
        (None, Some(cause)) => format!("{e}, {cause}"),
        (None, None) => e.to_string(),
    }
}
