use std::net::SocketAddr;

/// What keeps the server from starting, or ends it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The data folder has no edition to serve, or it cannot be opened.
    #[error(transparent)]
    Store(#[from] gisement_store::Error),
    /// The address cannot be listened on.
    #[error("impossible d’écouter sur {address} : {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// An address that other machines reach, without saying who may read.
    #[error(
        "{0} est accessible depuis d’autres machines : précisez « --diffusion interne » pour servir toutes les données \
         à un réseau de confiance, « --diffusion publique » pour masquer l’évaluation des parcelles de particuliers, \
         ou gardez une adresse locale (127.0.0.1)"
    )]
    DiffusionMissing(SocketAddr),
    /// The public form of an edition cannot be derived.
    #[error("{edition} : forme publique impossible, {source}")]
    Publique {
        /// The edition.
        edition: String,
        /// Why.
        source: gisement_index::Error,
    },
    /// The rule set frozen in an edition cannot be read.
    #[error("{edition} : barème illisible, {reason}")]
    Bareme {
        /// The edition.
        edition: String,
        /// Why.
        reason: String,
    },
    /// An export was asked for in a way that cannot be followed.
    #[error("{0}")]
    Demande(String),
    /// An export could not be written.
    #[error(transparent)]
    Export(#[from] gisement_export::Error),
    /// An edition could not be published in a database.
    #[error(transparent)]
    Postgis(#[from] gisement_export::postgis::Error),
    /// The clock or the signals of the system are out of reach.
    #[error("signaux du système inaccessibles : {0}")]
    Signals(#[source] std::io::Error),
}
