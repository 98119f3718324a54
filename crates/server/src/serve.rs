//! The socket: who may be listened to, limits of a connection, orderly end.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use gisement_store::{DataFolder, Diffusion};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use crate::limits::{CONNECTIONS_MAX, DRAIN_TIME, ExportLimits, HEADERS_MAX, HEADERS_TIME};
use crate::source::Source;
use crate::{Error, State, app};

/// How to serve.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// Who may read. Needed as soon as the address can be reached from another machine.
    pub diffusion: Option<Diffusion>,
    /// Identifies the program: a public form derived by another one is derived again.
    pub programme: String,
    /// Opens `/metrics` to other machines.
    pub metrics_key: Option<String>,
}

impl ServerConfig {
    /// Who may read.
    fn diffusion(&self) -> Result<Diffusion, Error> {
        match self.diffusion {
            Some(diffusion) => Ok(diffusion),
            None if self.address.ip().is_loopback() => Ok(Diffusion::Interne),
            None => Err(Error::DiffusionMissing(self.address)),
        }
    }
}

/// Serves the current edition of a data folder, and those that replace it, until SIGINT or SIGTERM; then lets the
/// answers in flight end. `ready` is told the address once connections are accepted.
pub async fn serve(
    folder: DataFolder,
    config: ServerConfig,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), Error> {
    let diffusion = config.diffusion()?;
    let listen = |source| Error::Listen {
        address: config.address,
        source,
    };
    let mut stop = Stop::new().map_err(Error::Signals)?;
    // Listened to first: a port already taken is told before a large edition is opened.
    let listener = TcpListener::bind(config.address).await.map_err(listen)?;
    let source = match diffusion {
        Diffusion::Interne => Source::interne(folder),
        Diffusion::Publique => Source::publique(folder, config.programme),
    };
    let key = config.metrics_key;
    let state = tokio::task::spawn_blocking(move || {
        State::over(source, ExportLimits::default(), key.as_deref())
    })
    .await
    .map_err(|e| Error::Signals(std::io::Error::other(e)))??;
    let address = listener.local_addr().map_err(listen)?;
    tracing::info!(%address, edition = state.edition().id(), "à l’écoute");
    ready(address);

    let watch = tokio::spawn(Arc::clone(state.editions()).watch());
    let edition = state.edition();
    tokio::task::spawn_blocking(move || edition.warm());
    let exports = Arc::clone(state.exports());
    let router = app(state);
    let slots = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let open = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            () = stop.wait() => break,
            accepted = accept(&listener, &slots) => accepted,
        };
        let Some((stream, peer, slot)) = accepted else {
            continue;
        };
        // Small answers must not wait for the next packet.
        let _ = stream.set_nodelay(true);
        let connection = open.watch(connection(stream, peer, router.clone()));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connexion interrompue");
            }
            drop(slot);
        });
    }
    tracing::info!("arrêt demandé : les réponses en cours se terminent");
    drop(listener);
    watch.abort();
    exports.close();
    if tokio::time::timeout(DRAIN_TIME, open.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("des réponses étaient encore en cours");
    }
    Ok(())
}

/// The next connection, once there is room for it.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let slot = Arc::clone(slots).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, slot)),
        Err(error) => {
            // Out of file descriptors, most likely: wait for some to be freed instead of spinning.
            tracing::warn!(%error, "connexion refusée par le système");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            None
        }
    }
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send {
    let service = router.map_request(move |mut r: Request<Incoming>| {
        r.extensions_mut().insert(ConnectInfo(peer));
        r.map(Body::new)
    });
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_TIME)
        .max_buf_size(HEADERS_MAX)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
}

/// The signals that end the service.
struct Stop {
    #[cfg(unix)]
    term: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Stop {
    /// Installed before anything else, so that a signal during start-up is not lost.
    #[cfg(unix)]
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    #[cfg(unix)]
    async fn wait(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "the same form on every system")]
    fn new() -> std::io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn wait(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, diffusion: Option<Diffusion>) -> Result<Diffusion, Error> {
        ServerConfig {
            address: address.parse().unwrap(),
            diffusion,
            programme: String::new(),
            metrics_key: None,
        }
        .diffusion()
    }

    #[test]
    fn other_machines_are_let_in_only_when_said_so() {
        for local in ["127.0.0.1:0", "[::1]:0"] {
            assert!(matches!(check(local, None), Ok(Diffusion::Interne)));
        }
        assert!(matches!(
            check("0.0.0.0:80", None),
            Err(Error::DiffusionMissing(_))
        ));
        assert!(check("192.168.1.2:80", Some(Diffusion::Interne)).is_ok());
        assert!(matches!(
            check("0.0.0.0:80", Some(Diffusion::Publique)),
            Ok(Diffusion::Publique)
        ));
    }
}
