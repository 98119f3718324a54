//! Batches → rows: one thread reads, all convert, the order of the file is kept.

use std::sync::mpsc::{Receiver, sync_channel};

use gisement_model::RapportFichier;
use gisement_store::Geometries;
use rayon::prelude::*;

use crate::Error;
use crate::cells::Cells;
use crate::collect::{Collector, Out, write};
use crate::frame::Frame;
use crate::geometry::{Room, Wish};
use crate::notes::{Notes, Rejet};
use crate::plan::Plan;
use crate::read::Ingest;
use crate::reader::{Batch, Raw, RawRow, Reader, feature};
use crate::shape::{Shape, ShapeKind};
use crate::sink::Sink;

/// What does not change from one batch to the next.
pub(crate) struct Job<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) frame: &'p Frame,
    pub(crate) wish: Wish,
    pub(crate) features: bool,
}

/// Reads in one thread, converts in all, hands the rows over in the order of the file and writes the chunks that are
/// full meanwhile. Memory holds a few batches and a chunk or two.
pub(crate) fn run<T: Ingest>(
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
    // Wide enough that the threads that convert stay busy while others write the chunks that are full.
    let threads = rayon::current_num_threads();
    let width = threads * 12;
    let position = reader.progress();
    std::thread::scope(|scope| {
        // Created here, so that an error or a panic below drops the receiver and frees the reading thread.
        let (send, receive) = sync_channel(width);
        scope.spawn(move || {
            loop {
                let next = reader.batch().transpose();
                let last = !matches!(next, Some(Ok(_)));
                if next.is_some_and(|n| send.send(n).is_err()) || last {
                    return;
                }
            }
        });
        // A group is converted by whichever threads are free, this one included: the caller may itself be a worker
        // of the pool, so that nothing here may wait for a task that only the pool can run.
        let mut group = vec![first];
        while !group.is_empty() {
            let full = collector.take_full(threads);
            let (outs, written) = rayon::join(
                || {
                    group
                        .into_par_iter()
                        .map(|b| job.convert(b))
                        .collect::<Vec<Out<T>>>()
                },
                || write(full, sink),
            );
            written?;
            for out in outs {
                collector.add(out, report);
            }
            let (done, of) = position.get();
            progress(done, of);
            group = next_group(&receive, width)?;
        }
        collector.finish(report)
    })
}

/// Waits for a batch, then takes those that are ready.
fn next_group(receive: &Receiver<Result<Batch, Error>>, width: usize) -> Result<Vec<Batch>, Error> {
    let mut group = Vec::with_capacity(width);
    if let Ok(b) = receive.recv() {
        group.push(b?);
    }
    while group.len() < width {
        match receive.try_recv() {
            Ok(b) => group.push(b?),
            Err(_) => break,
        }
    }
    Ok(group)
}

impl Job<'_> {
    fn convert<T: Ingest>(&self, batch: Batch) -> Out<T> {
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

    fn row<T: Ingest>(
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
