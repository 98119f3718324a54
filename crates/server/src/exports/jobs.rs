//! Exports in progress and those that wait to be taken. An export is known by its identifier alone: nothing lists them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use gisement_export::{Error, Progress, Step, Summary};
use jiff::Timestamp;
use tokio::sync::Semaphore;

use super::demande::{Quoi, selected};
use super::folder::{Folder, random_name, sweep};
use super::sorte::Sorte;
use crate::editions::Edition;
use crate::limits::ExportLimits;
use crate::problem::Problem;

/// Every export that this server knows of.
#[derive(Debug)]
pub(crate) struct Jobs {
    limits: ExportLimits,
    parent: PathBuf,
    /// Made when first needed; `None` where it cannot be.
    folder: OnceLock<Option<Folder>>,
    all: Mutex<HashMap<String, Arc<Job>>>,
    workers: Arc<Semaphore>,
}

/// One export.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) sorte: Sorte,
    pub(crate) collections: Vec<String>,
    pub(crate) edition: String,
    pub(crate) asked: Timestamp,
    client: IpAddr,
    born: Instant,
    stop: AtomicBool,
    rows: AtomicU64,
    pub(crate) total: u64,
    bytes: AtomicU64,
    state: Mutex<Etat>,
}

/// What has become of an export.
#[derive(Debug, Clone)]
pub(crate) enum Etat {
    Waiting,
    Running,
    Done(Arc<Fini>),
    /// Why, for a reader.
    Failed(String),
    Cancelled,
}

/// A file ready to be taken.
#[derive(Debug)]
pub(crate) struct Fini {
    pub(crate) path: PathBuf,
    pub(crate) summary: Summary,
    /// BLAKE3.
    pub(crate) hash: String,
    pub(crate) until: Timestamp,
}

/// What an export is made of.
#[derive(Debug)]
pub(crate) struct Travail {
    pub(crate) edition: Arc<Edition>,
    pub(crate) quoi: Quoi,
    pub(crate) conditions: Vec<String>,
}

impl Travail {
    /// How many rows are to be written.
    pub(crate) fn rows(&self) -> u64 {
        match &self.quoi {
            Quoi::Selection(choices) => {
                let rows = choices.iter().map(|c| c.rows(&self.edition));
                rows.sum::<usize>() as u64
            }
            // A pack is no list of rows.
            Quoi::Lot(_) => 0,
        }
    }
}

impl Job {
    pub(crate) fn state(&self) -> Etat {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Etat> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Rows written.
    pub(crate) fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// Bytes on the disk.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    fn active(&self) -> bool {
        matches!(*self.lock(), Etat::Waiting | Etat::Running)
    }

    /// The name under which the file is saved.
    pub(crate) fn file_name(&self) -> String {
        let what = if self.collections.len() <= 3 {
            self.collections.join("-")
        } else {
            "selection".to_owned()
        };
        let what = plain(&what);
        format!("{}-{what}.{}", self.edition, self.sorte.extension())
    }
}

/// A SCoT's code comes from a file and may hold anything: in the name of a file it is no path.
fn plain(name: &str) -> String {
    let kept = |c: char| {
        if c.is_alphanumeric() || c == '_' {
            c
        } else {
            '-'
        }
    };
    name.chars().map(kept).collect()
}

impl Jobs {
    /// None yet; what servers that were killed left in `parent` is removed.
    pub(crate) fn new(parent: PathBuf, limits: ExportLimits) -> Self {
        sweep(&parent);
        Self {
            workers: Arc::new(Semaphore::new(limits.workers)),
            limits,
            parent,
            folder: OnceLock::new(),
            all: Mutex::default(),
        }
    }

    pub(crate) fn limits(&self) -> &ExportLimits {
        &self.limits
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Job>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An export by its identifier.
    pub(crate) fn get(&self, id: &str) -> Option<Arc<Job>> {
        self.lock().get(id).cloned()
    }

    fn folder(&self) -> Option<&Folder> {
        let made = self.folder.get_or_init(|| {
            let made = Folder::create(&self.parent);
            made.inspect_err(
                |error| tracing::error!(%error, dossier = %self.parent.display(), "dossier des exports"),
            )
            .ok()
        });
        made.as_ref()
    }

    /// Whether this client may ask for another export now.
    ///
    /// # Errors
    /// 429 when it has too many in progress, 503 when all clients together have.
    pub(crate) fn admit(&self, client: IpAddr) -> Result<(), Problem> {
        self.room(&self.lock(), client)
    }

    fn room(&self, all: &HashMap<String, Arc<Job>>, client: IpAddr) -> Result<(), Problem> {
        let active = || all.values().filter(|j| j.active());
        let most = self.limits.active_client;
        if active().filter(|j| j.client == client).count() >= most {
            return Err(Problem::too_many(format!(
                "{most} exports au plus sont préparés à la fois pour une même adresse : attendez la fin de l’un d’eux, ou \
                 annulez-le (DELETE)."
            )));
        }
        if active().count() >= self.limits.active || all.len() >= self.limits.known {
            return Err(Problem::busy(
                "Le serveur prépare déjà autant d’exports qu’il peut : réessayez dans un moment.",
            ));
        }
        if all.values().map(|j| j.bytes()).sum::<u64>() >= self.limits.bytes_total {
            return Err(Problem::busy(
                "Le serveur n’a plus de place pour des exports : les plus anciens seront bientôt effacés.",
            ));
        }
        Ok(())
    }

    /// Puts an export in the queue.
    pub(crate) fn submit(
        self: &Arc<Self>,
        client: IpAddr,
        sorte: Sorte,
        collections: Vec<String>,
        total: u64,
        work: Travail,
    ) -> Result<Arc<Job>, Problem> {
        let job = Arc::new(Job {
            id: random_name().map_err(Problem::internal)?,
            sorte,
            collections,
            edition: work.edition.id().to_owned(),
            asked: Timestamp::now(),
            client,
            born: Instant::now(),
            stop: AtomicBool::new(false),
            rows: AtomicU64::new(0),
            total,
            bytes: AtomicU64::new(0),
            state: Mutex::new(Etat::Waiting),
        });
        let mut all = self.lock();
        self.room(&all, client)?;
        let mine: Vec<&Arc<Job>> = all
            .values()
            .filter(|j| j.client == client && !j.active())
            .collect();
        // A client that asks again and again keeps its latest files.
        if mine.len() >= self.limits.kept_client
            && let Some(oldest) = mine.into_iter().min_by_key(|j| j.born)
        {
            let oldest = oldest.id.clone();
            self.forget(&mut all, &oldest);
        }
        all.insert(job.id.clone(), Arc::clone(&job));
        drop(all);
        tokio::spawn(Arc::clone(self).live(Arc::clone(&job), work));
        Ok(job)
    }

    /// The whole life of an export: queue, work, wait to be taken, end.
    async fn live(self: Arc<Self>, job: Arc<Job>, work: Travail) {
        let Ok(worker) = Arc::clone(&self.workers).acquire_owned().await else {
            return;
        };
        let begun = {
            let mut state = job.lock();
            let waiting = matches!(*state, Etat::Waiting);
            if waiting {
                *state = Etat::Running;
            }
            waiting
        };
        if begun {
            let (jobs, this) = (Arc::clone(&self), Arc::clone(&job));
            let done = tokio::task::spawn_blocking(move || jobs.run(&this, work)).await;
            let ended = match done {
                Ok(Ok(file)) => Etat::Done(Arc::new(file)),
                Ok(Err(Error::Cancelled)) => Etat::Cancelled,
                Ok(Err(e)) => Etat::Failed(told(&e)),
                Err(panic) => {
                    tracing::error!(%panic, "export interrompu");
                    Etat::Failed(INTERNAL.to_owned())
                }
            };
            let mut state = job.lock();
            // Cancelled while its last bytes were written: it stays so.
            if matches!(*state, Etat::Running) {
                *state = ended;
            }
            let kept = matches!(*state, Etat::Done(_));
            drop(state);
            if !kept {
                self.empty(&job);
            }
        } else {
            drop(work);
        }
        drop(worker);
        tokio::time::sleep(self.limits.age).await;
        self.remove(&job.id);
    }

    fn run(&self, job: &Job, work: Travail) -> Result<Fini, Error> {
        let io = |source| Error::Io {
            path: self.parent.clone(),
            source,
        };
        let folder = self
            .folder()
            .ok_or_else(|| io(std::io::Error::other("dossier des exports absent")))?;
        let path = folder.inner(&job.id).map_err(io)?.join(job.file_name());
        let mut tell = |step: Step| {
            job.rows.store(step.rows, Ordering::Relaxed);
            job.bytes.store(step.bytes, Ordering::Relaxed);
            if job.stop.load(Ordering::Relaxed) {
                return Err(Error::Cancelled);
            }
            if step.bytes > self.limits.bytes_job {
                return Err(Error::TooLarge {
                    max: self.limits.bytes_job,
                });
            }
            if self.lock().values().map(|j| j.bytes()).sum::<u64>() > self.limits.bytes_total {
                return Err(Error::NoRoom);
            }
            Ok(())
        };
        let mut progress = Progress::new(&mut tell);
        let summary = match (work.quoi, job.sorte) {
            (Quoi::Selection(choices), Sorte::Selection(format)) => {
                let export = selected(&work.edition, choices, work.conditions)?;
                gisement_export::write(&path, format, &export, &mut progress)?
            }
            (Quoi::Lot(territoire), _) => {
                crate::lot::archive(&work.edition, &territoire, &path, &mut progress)?
            }
            (Quoi::Selection(_), Sorte::Lot) => return Err(Error::Empty),
        };
        let hash = hash(&path).map_err(io)?;
        let kept = jiff::SignedDuration::try_from(self.limits.age).unwrap_or_default();
        Ok(Fini {
            path,
            summary,
            hash,
            until: Timestamp::now() + kept,
        })
    }

    /// Cancels an export that is not finished; forgets one that is. `None` when there is none.
    pub(crate) fn remove(&self, id: &str) -> Option<()> {
        let mut all = self.lock();
        let job = all.get(id)?;
        job.stop.store(true, Ordering::Relaxed);
        let mut state = job.lock();
        match *state {
            Etat::Waiting | Etat::Running => {
                *state = Etat::Cancelled;
                drop(state);
            }
            _ => {
                drop(state);
                self.forget(&mut all, id);
            }
        }
        Some(())
    }

    fn forget(&self, all: &mut HashMap<String, Arc<Job>>, id: &str) {
        if let Some(job) = all.remove(id) {
            self.empty(&job);
        }
    }

    /// Removes the files of an export.
    fn empty(&self, job: &Job) {
        if let Some(Some(folder)) = self.folder.get()
            && let Ok(path) = folder.inner(&job.id)
        {
            let _ = std::fs::remove_dir_all(path);
        }
        job.bytes.store(0, Ordering::Relaxed);
    }

    /// Stops what is in progress: the server ends.
    pub(crate) fn close(&self) {
        self.workers.close();
        for job in self.lock().values() {
            job.stop.store(true, Ordering::Relaxed);
        }
    }
}

const INTERNAL: &str =
    "Une erreur inattendue s’est produite ; elle est inscrite au journal du serveur.";

/// What a reader is told of a failure: never a path of the server.
fn told(e: &Error) -> String {
    match e {
        Error::Io { .. } | Error::Format { .. } | Error::Store(_) => {
            tracing::error!(error = %e, "export");
            INTERNAL.to_owned()
        }
        e => {
            let text = e.to_string();
            let mut letters = text.chars();
            let first = letters.next().map(|c| c.to_uppercase().to_string());
            format!("{}{}.", first.unwrap_or_default(), letters.as_str())
        }
    }
}

fn hash(path: &Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_territory_s_code_is_no_path() {
        assert_eq!(plain("scot:FICTIF-01"), "scot-FICTIF-01");
        assert_eq!(plain("scot:../../a/b"), "scot-------a-b");
    }
}
