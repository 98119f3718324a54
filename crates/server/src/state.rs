use std::sync::Arc;

use gisement_store::DataFolder;
use tokio::sync::Semaphore;

use crate::Error;
use crate::editions::{Edition, Editions};
use crate::exports::Jobs;
use crate::limits::ExportLimits;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::source::Source;
use crate::tiles::TileCache;

/// What every handler shares. Cheap to clone.
#[derive(Debug, Clone)]
pub struct State(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    editions: Arc<Editions>,
    exports: Arc<Jobs>,
    tiles: TileCache,
    metrics: Metrics,
    cpu: Arc<Semaphore>,
}

impl State {
    /// Opens the current edition of a data folder, for partners: everything is shown.
    pub fn open(folder: DataFolder) -> Result<Self, Error> {
        Self::with_limits(folder, ExportLimits::default())
    }

    /// The same, with other limits on exports.
    pub fn with_limits(folder: DataFolder, exports: ExportLimits) -> Result<Self, Error> {
        Self::over(Source::interne(folder), exports, None)
    }

    /// Opens the public form of the current edition of a data folder. `programme` identifies the program: a form that
    /// another one derived is derived again.
    pub fn publique(folder: DataFolder, programme: String) -> Result<Self, Error> {
        let source = Source::publique(folder, programme);
        Self::over(source, ExportLimits::default(), None)
    }

    /// `metrics_key` opens `/metrics` to other machines.
    pub(crate) fn over(
        source: Source,
        exports: ExportLimits,
        metrics_key: Option<&str>,
    ) -> Result<Self, Error> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let exports_dir = source.folder().root().join("exports");
        Ok(Self(Arc::new(Inner {
            editions: Arc::new(Editions::open(source)?),
            exports: Arc::new(Jobs::new(exports_dir, exports)),
            tiles: TileCache::new(),
            metrics: Metrics::new(metrics_key),
            // A few more than cores: some of them wait for a page of the mapped files.
            cpu: Arc::new(Semaphore::new(cores + 2)),
        })))
    }

    pub(crate) fn editions(&self) -> &Arc<Editions> {
        &self.0.editions
    }

    /// The edition served now.
    pub(crate) fn edition(&self) -> Arc<Edition> {
        self.0.editions.current()
    }

    pub(crate) fn exports(&self) -> &Arc<Jobs> {
        &self.0.exports
    }

    pub(crate) fn tiles(&self) -> &TileCache {
        &self.0.tiles
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Runs work that takes the processor or reads files, away from the threads that answer, and not too much at once.
    pub(crate) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let permit = Arc::clone(&self.0.cpu)
            .acquire_owned()
            .await
            .map_err(Problem::internal)?;
        // The permit goes with the work, which runs to its end even when the client has left.
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        })
        .await
        .map_err(Problem::internal)
    }
}
