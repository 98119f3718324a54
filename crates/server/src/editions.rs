//! The editions being served: the current one, and a few older ones whose addresses still work.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, RwLock};
use std::time::{Duration, Instant};

use gisement_index::Utilites;
use gisement_model::bareme::Bareme;
use gisement_store::{Collection, CollectionInfo, Manifest, ServedEdition};

use crate::Error;
use crate::classement::{Stock, of_stock};
use crate::keys::KeyIndex;
use crate::problem::Problem;
use crate::search::SearchIndex;
use crate::source::{self, Source};
use crate::tiles::Carreaux;

/// How often the name of the current edition is read.
const WATCH: Duration = Duration::from_millis(500);
/// How long to wait before trying again an edition that would not open.
const RETRY: Duration = Duration::from_secs(15);
/// Older editions kept open.
const OLDER_MAX: usize = 3;
/// Collections that answer questions but are not shown themselves.
const INTERNAL: &[&str] = &["recouvrements"];

/// An edition with what the server derives from it, each part when first needed: nothing here delays the first answer.
#[derive(Debug)]
pub(crate) struct Edition {
    served: ServedEdition,
    name: Arc<str>,
    keys: HashMap<String, OnceLock<KeyIndex>>,
    lead: HashMap<String, OnceLock<Vec<u32>>>,
    search: OnceLock<SearchIndex>,
    bareme: OnceLock<Result<Bareme, String>>,
    points: OnceLock<Vec<u32>>,
    stock: OnceLock<Stock>,
    carreaux: OnceLock<Carreaux>,
    utilities: OnceLock<Result<Vec<Utilites>, Problem>>,
}

impl Edition {
    pub(crate) fn new(served: ServedEdition) -> Self {
        let names = || served.collections().iter().map(|c| c.name().to_owned());
        let keys = names().map(|n| (n, OnceLock::new())).collect();
        let lead = names().map(|n| (n, OnceLock::new())).collect();
        Self {
            name: served.manifest.id.as_str().into(),
            keys,
            lead,
            search: OnceLock::new(),
            bareme: OnceLock::new(),
            points: OnceLock::new(),
            stock: OnceLock::new(),
            carreaux: OnceLock::new(),
            utilities: OnceLock::new(),
            served,
        }
    }

    pub(crate) fn id(&self) -> &str {
        &self.served.manifest.id
    }

    /// The identifier, to be kept beside something derived from the edition.
    pub(crate) fn name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    pub(crate) fn manifest(&self) -> &Manifest {
        &self.served.manifest
    }

    /// A published file: GeoParquet of a collection, rule set, report.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.served.file(name)
    }

    /// A collection with its geometries as they were published, in the legal projection.
    pub(crate) fn published<T: gisement_model::LayerRow>(
        &self,
        name: &str,
    ) -> gisement_store::Result<gisement_store::Table> {
        self.served.published::<T>(name)
    }

    /// A collection, internal ones included.
    pub(crate) fn collection(&self, name: &str) -> Option<&Collection> {
        self.served.collection(name)
    }

    /// The collections that a reader may see, with their descriptions.
    pub(crate) fn public(&self) -> impl Iterator<Item = &CollectionInfo> {
        self.manifest()
            .collections
            .iter()
            .filter(|c| !INTERNAL.contains(&c.id.as_str()))
    }

    /// The row of a collection that has this identifier. Sorts the collection the first time.
    pub(crate) fn find(&self, collection: &Collection, id: &str) -> Option<usize> {
        self.keys(collection)?.find(collection, id)
    }

    /// The identifiers of a collection, in order.
    pub(crate) fn keys(&self, collection: &Collection) -> Option<&KeyIndex> {
        Some(
            self.keys
                .get(collection.name())?
                .get_or_init(|| KeyIndex::build(collection)),
        )
    }

    /// The rows that a listing of the whole collection begins with.
    pub(crate) fn lead(&self, collection: &Collection) -> &[u32] {
        self.lead.get(collection.name()).map_or(&[], |lead| {
            lead.get_or_init(|| crate::collections::lead(collection))
        })
    }

    /// The names that the search box knows.
    pub(crate) fn search(&self) -> &SearchIndex {
        self.search.get_or_init(|| SearchIndex::build(self))
    }

    /// What `/classement` ranks.
    pub(crate) fn stock(&self) -> &Stock {
        self.stock.get_or_init(|| Stock::build(self))
    }

    /// What tiles show where parcels are too small.
    pub(crate) fn carreaux(&self) -> &Carreaux {
        self.carreaux.get_or_init(|| match self.bareme() {
            Ok(bareme) => Carreaux::build(self, self.stock(), bareme),
            Err(problem) => {
                tracing::error!(?problem, "carreaux impossibles à former");
                Carreaux::default()
            }
        })
    }

    /// What criterion weights are applied to, one entry for each candidate of the stock.
    pub(crate) fn utilities(&self) -> Result<&[Utilites], Problem> {
        self.utilities
            .get_or_init(|| of_stock(self, self.stock()))
            .as_deref()
            .map_err(Clone::clone)
    }

    /// The rule set frozen in the edition.
    pub(crate) fn bareme(&self) -> Result<&Bareme, Problem> {
        self.bareme
            .get_or_init(|| source::bareme(&self.served))
            .as_ref()
            .map_err(Problem::internal)
    }

    /// The brownfields known as a point only, as sorted rows of `friches`.
    pub(crate) fn points_only(&self) -> &[u32] {
        self.points.get_or_init(|| {
            let Some(points) = self.collection("friches") else {
                return Vec::new();
            };
            let ids = crate::columns::Texts::new(points, "site_id");
            let drawn = self.collection("friches_emprises");
            (0..points.len() as u32)
                .filter(|row| {
                    let id = ids.get(*row as usize).unwrap_or_default();
                    drawn.is_none_or(|d| self.find(d, id).is_none())
                })
                .collect()
        })
    }

    /// Builds what searches, sheets and rankings will need, so that the first of them does not wait.
    pub(crate) fn warm(&self) {
        if let Some(parcelles) = self.collection("parcelles") {
            self.keys(parcelles);
        }
        self.search();
        self.carreaux();
        // A failure is said to whoever asks.
        let _ = self.utilities();
        // All this read whole columns; requests read a few rows.
        self.served
            .collections()
            .iter()
            .for_each(Collection::release);
    }
}

/// Every edition that can be asked for.
#[derive(Debug)]
pub(crate) struct Editions {
    source: Source,
    current: RwLock<Arc<Edition>>,
    /// Most recently used first.
    older: tokio::sync::Mutex<VecDeque<Arc<Edition>>>,
}

impl Editions {
    /// Opens the current edition.
    pub(crate) fn open(source: Source) -> Result<Self, Error> {
        let current = source.open(&source.courant()?)?;
        Ok(Self {
            source,
            current: RwLock::new(Arc::new(Edition::new(current))),
            older: tokio::sync::Mutex::default(),
        })
    }

    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// The edition served now. A request keeps the one it started with.
    pub(crate) fn current(&self) -> Arc<Edition> {
        let guard = self
            .current
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Arc::clone(&guard)
    }

    /// An edition by identifier: the current one, or an older one opened when first asked for.
    pub(crate) async fn get(&self, id: &str) -> Result<Arc<Edition>, Problem> {
        let current = self.current();
        if current.id() == id {
            return Ok(current);
        }
        let unknown = || Problem::not_found("Cette édition n’existe pas ou n’est plus conservée.");
        // Held while opening, so that an edition is opened once however many ask for it.
        let mut older = self.older.lock().await;
        let found = if let Some(at) = older.iter().position(|e| e.id() == id) {
            older.remove(at).ok_or_else(unknown)?
        } else {
            if !self.source.has(id) {
                return Err(unknown());
            }
            let (source, name) = (self.source.clone(), id.to_owned());
            let opened = tokio::task::spawn_blocking(move || source.open(&name)).await;
            Arc::new(Edition::new(
                opened
                    .map_err(Problem::internal)?
                    .map_err(Problem::internal)?,
            ))
        };
        older.push_front(Arc::clone(&found));
        older.truncate(OLDER_MAX);
        Ok(found)
    }

    /// Follows `courant`: a new edition is opened aside, then takes the place of the old one between two requests.
    pub(crate) async fn watch(self: Arc<Self>) {
        let mut failed: Option<(String, Instant)> = None;
        loop {
            tokio::time::sleep(WATCH).await;
            let this = Arc::clone(&self);
            let skip = failed
                .as_ref()
                .filter(|(_, at)| at.elapsed() < RETRY)
                .map(|(id, _)| id.clone());
            match tokio::task::spawn_blocking(move || this.refresh(skip.as_deref())).await {
                Ok(Ok(changed)) => {
                    if let Some(edition) = changed {
                        tracing::info!(edition = edition.id(), "nouvelle édition servie");
                        failed = None;
                        let _ = tokio::task::spawn_blocking(move || edition.warm()).await;
                    }
                }
                Ok(Err((id, error))) => {
                    tracing::error!(edition = id, %error, "édition impossible à ouvrir : la précédente reste servie");
                    failed = Some((id, Instant::now()));
                }
                Err(error) => tracing::error!(%error, "surveillance de l’édition courante"),
            }
        }
    }

    /// Takes up the edition that `courant` names, unless it is the one served or the one to skip.
    fn refresh(&self, skip: Option<&str>) -> Result<Option<Arc<Edition>>, (String, Error)> {
        // A name that cannot be read now will be read at the next turn.
        let Ok(id) = self.source.courant() else {
            return Ok(None);
        };
        if id == self.current().id() || skip == Some(id.as_str()) {
            return Ok(None);
        }
        let opened = self.source.open(&id).map_err(|e| (id, e))?;
        let edition = Arc::new(Edition::new(opened));
        let mut guard = self
            .current
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *guard = Arc::clone(&edition);
        Ok(Some(edition))
    }
}
