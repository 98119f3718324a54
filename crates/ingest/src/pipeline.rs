//! Batches → rows: one thread reads, all convert, the order of the file is kept.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::Duration;

use gisement_model::RapportFichier;
use gisement_store::Geometries;

use crate::Error;
use crate::cells::Cells;
use crate::collect::{Collector, Out};
use crate::frame::Frame;
use crate::geometry::{Room, Wish};
use crate::notes::{Notes, Rejet};
use crate::plan::Plan;
use crate::read::Mapping;
use crate::reader::{Batch, Raw, RawRow, Reader, feature};
use crate::shape::{Shape, ShapeKind};
use crate::sink::Sink;

/// Batches in memory for each thread: enough that none runs out of work while the one that reads is interrupted.
const BATCHES_PER_THREAD: usize = 12;
/// How long a worker without work waits before it looks for some again.
const IDLE: Duration = Duration::from_millis(1);

/// What does not change from one batch to the next.
pub(crate) struct Job<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) frame: &'p Frame,
    pub(crate) wish: Wish,
    pub(crate) features: bool,
}

/// What the thread that puts rows in order hears of.
enum Event<T> {
    /// A batch, by its rank in the file.
    Converted(u64, std::thread::Result<Out<T>>),
    /// A chunk.
    Written(std::thread::Result<Result<(), Error>>),
    /// All batches are read: how many they are.
    Ended(Result<u64, Error>),
}

/// Reads in one thread, converts in all, hands the rows over in the order of the file and writes the chunks that are
/// full meanwhile. Nobody waits for a slower one while there is work, and memory holds a few batches and chunks.
/// To be called from outside the pool: see [`hear`].
pub(crate) fn run<T: Mapping>(
    job: &Job<'_>,
    reader: &mut dyn Reader,
    first: Option<Batch>,
    sink: &dyn Sink<T>,
    report: &mut RapportFichier,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Option<[f64; 4]>, Error> {
    let mut collector = Collector::new(sink);
    let Some(first) = first else {
        return collector.finish(report);
    };
    let threads = rayon::current_num_threads();
    let position = reader.progress();
    rayon::in_place_scope(|pool| {
        std::thread::scope(|scope| {
            // Created here, so that an error or a panic below drops them and frees the reading thread.
            let (send, events) = channel();
            let (take, give_back) = sync_channel(threads * BATCHES_PER_THREAD);
            let told = send.clone();
            scope.spawn(move || read(job, reader, first, pool, &take, &send));
            let mut early = BTreeMap::new();
            let (mut next, mut batches, mut writing) = (0, u64::MAX, 0);
            while next < batches || writing > 0 {
                match hear(&events) {
                    Event::Converted(rank, out) => {
                        early.insert(rank, out.unwrap_or_else(|p| resume_unwind(p)));
                    }
                    Event::Written(result) => {
                        result.unwrap_or_else(|p| resume_unwind(p))?;
                        writing -= 1;
                    }
                    Event::Ended(result) => batches = result?,
                }
                // Behind on writing, batches wait, and the reading thread with them.
                while writing <= threads {
                    let Some(out) = early.remove(&next) else {
                        break;
                    };
                    collector.add(out, report);
                    next += 1;
                    let _ = give_back.try_recv();
                    for (n, chunk) in collector.take_full() {
                        writing += 1;
                        let told = told.clone();
                        pool.spawn(move |_| {
                            let written = caught(|| sink.put(n, chunk));
                            let _ = told.send(Event::Written(written));
                        });
                    }
                    let (done, of) = position.get();
                    progress(done, of);
                }
            }
            collector.finish(report)
        })
    })
}

/// Reads every batch and has it converted, as long as there is room for it.
fn read<'s, T: Mapping>(
    job: &'s Job<'_>,
    reader: &mut dyn Reader,
    first: Batch,
    pool: &rayon::Scope<'s>,
    room: &SyncSender<()>,
    tell: &Sender<Event<T>>,
) {
    let mut batch = Ok(Some(first));
    for rank in 0.. {
        match batch {
            Ok(Some(b)) => {
                if room.send(()).is_err() {
                    return;
                }
                let tell = tell.clone();
                pool.spawn(move |_| {
                    let out = caught(|| job.convert(b));
                    let _ = tell.send(Event::Converted(rank, out));
                });
            }
            end => {
                let _ = tell.send(Event::Ended(end.map(|_| rank)));
                return;
            }
        }
        batch = reader.batch();
    }
}

/// The next event. A caller that is itself a worker of the pool runs the pool's tasks while it waits, whatever they
/// are: were all workers to wait for tasks that only workers run, none would ever run.
fn hear<T>(events: &Receiver<Event<T>>) -> Event<T> {
    const LOST: &str = "a sender lives as long as the loop that hears";
    loop {
        if let Ok(e) = events.try_recv() {
            return e;
        }
        match rayon::yield_now() {
            Some(rayon::Yield::Executed) => {}
            Some(rayon::Yield::Idle) => match events.recv_timeout(IDLE) {
                Ok(e) => return e,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => unreachable!("{LOST}"),
            },
            None => return events.recv().unwrap_or_else(|_| unreachable!("{LOST}")),
        }
    }
}

/// A panic must be told of like a result: whoever waits for it would wait for ever.
fn caught<R>(f: impl FnOnce() -> R) -> std::thread::Result<R> {
    catch_unwind(AssertUnwindSafe(f))
}

impl Job<'_> {
    fn convert<T: Mapping>(&self, batch: Batch) -> Out<T> {
        let mut out = Out {
            rows: Vec::new(),
            geoms: Geometries::new(),
            origin: Vec::new(),
            notes: Notes::default(),
        };
        let (mut room, mut scratch) = (Room::default(), Shape::default());
        match batch {
            Batch::Rows(rows) => {
                for r in rows {
                    match r {
                        Raw::Row(row) => self.row(&row, &mut out, &mut room, &mut scratch),
                        Raw::Deleted(n) => lose(
                            &mut out.notes,
                            n,
                            &Rejet::filtered(
                                "ligne_supprimee",
                                "Ligne marquée comme supprimée dans le .dbf",
                                "",
                                "",
                            ),
                        ),
                        Raw::Broken(n, why) => lose(&mut out.notes, n, &broken(why)),
                    }
                }
            }
            Batch::Objects(chunk) => {
                feature::parse_chunk(&chunk, &self.plan.wanted, self.features, |n, r| match r {
                    Ok(row) => self.row(row, &mut out, &mut room, &mut scratch),
                    Err(why) => lose(&mut out.notes, n, &broken(why)),
                });
            }
        }
        out
    }

    fn row<T: Mapping>(
        &self,
        row: &RawRow<'_>,
        out: &mut Out<T>,
        room: &mut Room,
        scratch: &mut Shape,
    ) {
        out.notes.lus += 1;
        out.notes.row = row.number;
        if let Some((column, value)) = self.plan.filtered(row) {
            let r = Rejet::filtered(
                "filtre",
                "Écartée par le filtre de la configuration",
                column,
                value,
            );
            out.notes.lost(&r);
            return;
        }
        let shape = if row.shape.kind == ShapeKind::Null && self.plan.shape_from_cells(row, scratch)
        {
            &*scratch
        } else {
            &row.shape
        };
        let before = out.rows.len();
        let converted = T::convert(
            &mut Cells::new(self.plan, row, shape, &mut out.notes),
            &mut out.rows,
        );
        let settled = converted.and_then(|()| {
            for _ in before..out.rows.len() {
                room.settle(shape, self.frame, self.wish, &mut out.geoms, &mut out.notes)?;
            }
            Ok(())
        });
        match settled {
            Ok(()) => {
                out.notes.gardes += 1;
                out.origin.resize(out.rows.len(), row.number);
            }
            Err(r) => {
                out.rows.truncate(before);
                out.notes.lost(&r);
            }
        }
    }
}

fn broken(why: String) -> Rejet {
    Rejet::new(
        "entite_illisible",
        "Entité illisible : elle seule est perdue",
        "",
        why,
    )
}

fn lose(notes: &mut Notes, number: u64, r: &Rejet) {
    notes.lus += 1;
    notes.row = number;
    notes.lost(r);
}
