//! Scoring parcels part by part: rows become columns some hundreds at a time, so that they are read again while they are
//! still in the processor's cache, and a million of them never stand in memory at once.

use std::ops::Range;

use gisement_model::bareme::Bareme;
use gisement_model::{CommuneNotee, Couche, GeometryKind, Parcelle, ParcelleNotee, Recouvrement};
use gisement_store::{Geometries, Layer, Rest, Run, Table};
use jiff::civil::Date;

use crate::facts::{BLOCK, Compteurs, Context, block};
use crate::note::assemblage;
use crate::reuse::{Content, Inputs, Known, LONGEST, Trace};
use crate::sites::Sites;
use crate::subjects::Subjects;
use crate::tally::Tally;
use crate::{Error, Verdict, inscrire_notes};

/// What parcels are scored with.
pub(crate) struct Scoring<'a> {
    pub(crate) ctx: &'a Context<'a>,
    pub(crate) communes: &'a [CommuneNotee],
    pub(crate) sites: &'a Sites,
    pub(crate) b: &'a Bareme,
    pub(crate) date: Date,
}

/// Rows turned into columns together.
const BATCH: usize = 1024;

/// A run of parcels, scored.
pub(crate) struct Part {
    /// What of the rows of its run stands in no fixed place.
    pub(crate) rest: Rest,
    pub(crate) recouvrements: Table,
    pub(crate) traces: Vec<Trace>,
    pub(crate) tally: Tally,
    /// Brownfields and the parcels that lie in them.
    pub(crate) friches: Vec<(u32, u32)>,
    /// Parcels taken from a previous edition.
    pub(crate) taken: u64,
}

impl Scoring<'_> {
    /// Scores blocks that follow one another, into their run of the table of parcels.
    pub(crate) fn part(
        &self,
        blocks: &[Range<usize>],
        mut run: Run<'_, ParcelleNotee>,
        inputs: &Inputs<'_>,
        known: Option<&Known<'_>>,
    ) -> Result<Part, Error> {
        let crs = self.ctx.layers.parcelles.crs;
        let fill = |run: &mut Run<'_, ParcelleNotee>, rows: &mut Vec<ParcelleNotee>| {
            run.rows(rows);
            rows.clear();
        };
        let commune_of = &self.ctx.parcels.commune_of;
        let geoms = &self.ctx.layers.parcelles.geoms;
        let place = |i: usize| geoms.get(i).bbox().map(geo::Rect::center);
        let mut tally = Tally::new(self.communes.len());
        let mut rows = Vec::with_capacity(BATCH + LONGEST);
        let mut content = Content::default();
        let mut overlaps = Vec::new();
        let mut traces = Vec::with_capacity(blocks.len());
        let mut reused = 0;
        for range in blocks {
            let signature = inputs.signature(range.clone(), &mut content);
            if let Some(taken) = known.and_then(|k| k.take(signature, range.start)) {
                fill(&mut run, &mut rows);
                for (i, marks) in range.clone().zip(taken.marks()) {
                    tally.add(commune_of[i], marks, || place(i), self.b);
                }
                run.table(&taken.parcelles);
                overlaps.extend(taken.recouvrements);
                traces.push(taken.trace);
                reused += range.len() as u64;
                continue;
            }
            let (first_row, first_overlap) = (rows.len(), overlaps.len());
            let counts = self.block(range.clone(), &mut rows, &mut overlaps);
            for (i, row) in range.clone().zip(&rows[first_row..]) {
                let principal = row.type_principal.as_deref();
                let marks = (row.verdict.as_str(), principal, row.indice);
                tally.add(commune_of[i], marks, || place(i), self.b);
            }
            traces.push(Trace::new(
                signature,
                range.len(),
                overlaps.len() - first_overlap,
                counts,
            ));
            if rows.len() >= BATCH {
                fill(&mut run, &mut rows);
            }
        }
        fill(&mut run, &mut rows);
        let friches = overlaps
            .iter()
            .filter(|o| o.couche == Couche::Friches)
            .map(|o| (o.objet as u32, o.parcelle as u32))
            .collect();
        Ok(Part {
            rest: run.finish(),
            recouvrements: Table::from_rows(
                "recouvrements",
                GeometryKind::None,
                &overlaps,
                Geometries::new(),
                crs,
            )?,
            traces,
            tally,
            friches,
            taken: reused,
        })
    }

    /// Scores parcels `range` as rows, with what lies on them.
    pub(crate) fn block(
        &self,
        range: Range<usize>,
        rows: &mut Vec<ParcelleNotee>,
        overlaps: &mut Vec<Recouvrement>,
    ) -> Compteurs {
        let subjects = (&self.ctx.layers.parcelles, &self.ctx.parcels);
        let (first, mut counts) = (rows.len(), Compteurs::default());
        measure(
            self.ctx,
            subjects,
            range.clone(),
            (rows, overlaps, &mut counts),
        );
        for (row, i) in rows[first..].iter_mut().zip(range) {
            if let Some(unit) = self.sites.unit_of(i) {
                row.unite = Some(unit.id.clone());
                row.unite_utile_m2 = Some(unit.utile_m2);
                row.unite_verdict = Some(unit.verdict.clone());
            }
            let commune = &self.communes[self.ctx.parcels.commune_of[i] as usize];
            inscrire_notes(row, Some(commune), self.b, self.date);
            let verdict = Verdict::from_code(&row.verdict);
            counts.assembled += u64::from(verdict.is_some_and(|v| assemblage(row, v)));
        }
        counts
    }
}

/// The facts of subjects `range`, with what lies on them.
pub(crate) fn measure(
    ctx: &Context<'_>,
    subjects: (&Layer<Parcelle>, &Subjects),
    range: Range<usize>,
    (rows, overlaps, counts): (
        &mut Vec<ParcelleNotee>,
        &mut Vec<Recouvrement>,
        &mut Compteurs,
    ),
) {
    let mut first = range.start;
    while first < range.end {
        let n = BLOCK.min(range.end - first);
        block(ctx, subjects, first, n, rows, overlaps, counts);
        first += n;
    }
}
