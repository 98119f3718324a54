//! Scoring a territory: from canonical layers to the tables of an edition.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use gisement_model::bareme::Bareme;
use gisement_model::{GeometryKind, ParcelleNotee, Provenance};
use gisement_store::{Depart, Filling, Table};
use jiff::civil::Date;
use rayon::prelude::*;

use crate::Error;
use crate::context::cut;
use crate::facts::{Compteurs, Context};
use crate::friches::friches_tables;
use crate::layers::{Layers, Territoire};
use crate::report::RapportEdition;
use crate::reuse::{Inputs, Known, Precedent, Traces, blocks};
use crate::score::{Part, Scoring};
use crate::sites::Sites;
use crate::tables::{bbox, tables};
use crate::tally::Tally;

/// Blocks turned into columns together, some thousands of parcels.
const PART: usize = 128;

/// The scored content of an edition.
#[derive(Debug)]
pub struct Contenu {
    /// The tables with their French titles, in the order of the data flow.
    pub tables: Vec<(String, Table)>,
    /// The sources that rows refer to by rank (column `source`).
    pub sources: Vec<Provenance>,
    /// Number of parcels by verdict, and `parcelles` for all.
    pub comptes: BTreeMap<String, u64>,
    /// Where a map opens: the densest place of gisements.
    pub depart: Option<Depart>,
    /// Extent in degrees: west, south, east, north.
    pub bbox: Option<[f64; 4]>,
    /// What was decided and left out.
    pub rapport: RapportEdition,
    /// What the next build needs to take over what has not changed.
    pub traces: Traces,
    /// Parcels taken over from the previous edition. Their rows are what building them again would have given.
    pub reprises: u64,
}

/// How far a build is: French step, done, total.
pub type Progress<'a> = dyn Fn(&str, u64, u64) + Sync + 'a;

/// What is asked of a build.
#[derive(Debug, Clone, Copy)]
pub struct Demande<'a> {
    /// The communes to score.
    pub territoire: &'a Territoire,
    /// SIREN of the organisation that the observatory is for: its own land is the easiest to have.
    pub organisation: &'a [String],
    /// The rule set.
    pub bareme: &'a Bareme,
    /// The day at which rules are read and ages counted.
    pub date: Date,
}

/// Scores a territory. The result depends on the layers, the territory, the rule set and the date only: neither on
/// the order of rows nor on the number of threads, nor on what `precedent` spares.
pub fn construire(
    layers: Layers,
    demande: &Demande<'_>,
    precedent: Option<&Precedent>,
    progress: &Progress<'_>,
) -> Result<Contenu, Error> {
    let Demande {
        territoire,
        organisation,
        bareme,
        date,
    } = *demande;
    progress("Lecture du territoire", 0, 1);
    let themes = crate::classify::themes(&layers.contraintes, bareme);
    let (layers, mut rapport) = cut(layers, territoire)?;
    progress("Lecture du territoire", 1, 1);
    let (ctx, communes, registres) = Context::build(
        &layers,
        (bareme, date),
        organisation,
        &themes,
        &mut rapport,
        progress,
    );

    let sites = Sites::new(&ctx, &communes, demande, &mut rapport)?;
    let inputs = Inputs::new(&ctx, &communes, &sites, demande);
    let known = precedent.and_then(|p| Known::new(p, &inputs));
    let scoring = Scoring {
        ctx: &ctx,
        communes: &communes,
        sites: &sites,
        b: bareme,
        date,
    };
    let blocks = blocks(&layers.parcelles.rows);
    let n = layers.parcelles.len() as u64;
    let length = |blocks: &[Range<usize>]| blocks.iter().map(ExactSizeIterator::len).sum();
    let lengths: Vec<usize> = blocks.chunks(PART).map(length).collect();
    let mut parcelles = Filling::<ParcelleNotee>::new(layers.parcelles.len());
    let done = AtomicU64::new(0);
    let parts: Vec<Part> = blocks
        .par_chunks(PART)
        .zip(parcelles.runs(&lengths))
        .map(|(blocks, run)| {
            let part = scoring.part(blocks, run, &inputs, known.as_ref());
            let len = length(blocks);
            let so_far = done.fetch_add(len as u64, Ordering::Relaxed) + len as u64;
            progress("Évaluation des parcelles", so_far, n);
            part
        })
        .collect::<Result<_, Error>>()?;

    progress("Assemblage", 0, 1);
    let mut counts = Compteurs::default();
    let mut traces = Vec::with_capacity(blocks.len());
    let mut reprises = 0;
    let mut tally = Tally::new(communes.len());
    let (mut rest, mut tables_r) = (
        Vec::with_capacity(parts.len()),
        Vec::with_capacity(parts.len()),
    );
    let mut friche_links = Vec::new();
    for p in parts {
        p.traces.iter().for_each(|t| counts.add(t.counts()));
        traces.extend(p.traces);
        reprises += p.taken;
        tally.merge(p.tally);
        friche_links.extend(p.friches);
        rest.push(p.rest);
        tables_r.push(p.recouvrements);
    }
    rapport.parcelles_sans_geometrie = counts.without_geometry;
    rapport.eclats_ignores = counts.slivers;
    rapport.parcelles_zones_superposees = counts.overlapping;
    rapport.sommes_verifiees = counts.sums_checked;
    rapport.sommes_fausses = counts.sums_wrong;
    rapport.assemblages.conseilles = counts.assembled;
    let friches = friches_tables(&ctx, &friche_links, &mut rapport.friches)?;
    let depart = tally.depart(layers.parcelles.crs);
    let comptes = tally.comptes(n);
    let traces = Traces::new(inputs, traces);
    let notees = tally.communes(communes);
    drop(ctx);
    let tables_s = sites.tables;

    let sources = layers.sources();
    let bbox = bbox(&layers);
    let tables_z = registres.tables(&layers)?;
    let mut layers = layers;
    let geoms = std::mem::take(&mut layers.parcelles.geoms);
    let crs = layers.parcelles.crs;
    let tables_p = parcelles.finish("parcelles", rest, GeometryKind::Surface, geoms, crs)?;
    let scored = (tables_p, tables_r, tables_s);
    let tables = tables(layers, scored, friches, notees, tables_z)?;
    progress("Assemblage", 1, 1);
    Ok(Contenu {
        tables,
        sources,
        comptes,
        depart,
        bbox,
        rapport,
        traces,
        reprises,
    })
}
