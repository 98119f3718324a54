//! Scoring a territory: from canonical layers to the tables of an edition.

use std::collections::BTreeMap;

use gisement_model::bareme::Bareme;
use gisement_model::{
    CommuneNotee, Couche, GeometryKind, Parcelle, ParcelleNotee, Provenance, Recouvrement,
};
use gisement_store::{Depart, Geometries, Layer, Table};
use jiff::civil::Date;
use rayon::prelude::*;

use crate::context::cut;
use crate::facts::{BLOCK, Compteurs, Context, block};
use crate::friches::friches_tables;
use crate::layers::{Layers, Territoire};
use crate::note::assemblage;
use crate::report::RapportEdition;
use crate::subjects::Subjects;
use crate::tables::{bbox, tables};
use crate::tally::Tally;
use crate::unites::assemble;
use crate::{Error, Verdict, inscrire_notes};

/// Parcels turned into columns together: rows of a part are dropped once written, so that a million of them never
/// stand in memory at once.
const PART: usize = 8192;

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
/// the order of rows nor on the number of threads.
pub fn construire(
    layers: Layers,
    demande: &Demande<'_>,
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
    let (ctx, communes) = Context::build(
        &layers,
        bareme,
        organisation,
        &themes,
        &mut rapport,
        progress,
    );

    let sites = sites(&ctx, &communes, bareme, date, &mut rapport)?;
    let n = layers.parcelles.len();
    let done = std::sync::atomic::AtomicU64::new(0);
    let parts: Vec<Part> = (0..n.div_ceil(PART))
        .into_par_iter()
        .map(|i| {
            let range = i * PART..n.min((i + 1) * PART);
            let len = range.len() as u64;
            let part = score(&ctx, &communes, &sites, range, bareme, date);
            let so_far = done.fetch_add(len, std::sync::atomic::Ordering::Relaxed) + len;
            progress("Évaluation des parcelles", so_far, n as u64);
            part
        })
        .collect::<Result<_, Error>>()?;

    progress("Assemblage", 0, 1);
    let mut counts = Compteurs::default();
    let mut tally = Tally::new(communes.len());
    let (mut tables_p, mut tables_r) = (
        Vec::with_capacity(parts.len()),
        Vec::with_capacity(parts.len()),
    );
    let mut friche_links = Vec::new();
    for p in parts {
        counts.add(p.counts);
        tally.merge(p.tally);
        friche_links.extend(p.friches);
        tables_p.push(p.parcelles);
        tables_r.push(p.recouvrements);
    }
    rapport.parcelles_sans_geometrie = counts.without_geometry;
    rapport.eclats_ignores = counts.slivers;
    rapport.parcelles_zones_superposees = counts.overlapping;
    rapport.sommes_verifiees = counts.sums_checked;
    rapport.sommes_fausses = counts.sums_wrong;
    rapport.assemblages.conseilles = counts.assembled;
    let friches = friches_tables(&ctx, &friche_links, &mut rapport.friches)?;
    let depart = tally.depart(&ctx);
    let comptes = tally.comptes(n as u64);
    let notees = tally.communes(communes);
    drop(ctx);
    let table_s = sites.table;

    let sources = layers.sources();
    let bbox = bbox(&layers);
    let tables = tables(layers, (tables_p, tables_r, table_s), friches, notees)?;
    progress("Assemblage", 1, 1);
    Ok(Contenu {
        tables,
        sources,
        comptes,
        depart,
        bbox,
        rapport,
    })
}

/// A run of parcels, scored.
struct Part {
    parcelles: Table,
    recouvrements: Table,
    counts: Compteurs,
    tally: Tally,
    /// Brownfields and the parcels that lie in them.
    friches: Vec<(u32, u32)>,
}

/// Land that is bought together, marked.
pub(crate) struct Sites {
    table: Option<Table>,
    /// The unité foncière of each parcel: identifier, usable area in m², verdict.
    units: Vec<(String, f64, String)>,
    unit_of: Vec<Option<u32>>,
}

pub(crate) fn sites(
    ctx: &Context<'_>,
    communes: &[CommuneNotee],
    b: &Bareme,
    date: Date,
    rapport: &mut RapportEdition,
) -> Result<Sites, Error> {
    let all = assemble(ctx, &mut rapport.assemblages);
    let unit_of = all.unit_of(ctx.layers.parcelles.len());
    let n = all.sites.len();
    let marked: Vec<ParcelleNotee> = (0..n.div_ceil(BLOCK))
        .into_par_iter()
        .flat_map_iter(|i| {
            let range = i * BLOCK..n.min((i + 1) * BLOCK);
            let subjects = (&all.layer, &all.subjects);
            let (mut found, _, _) = measured(ctx, subjects, range.clone());
            for (row, i) in found.iter_mut().zip(range) {
                let commune = &communes[all.subjects.commune_of[i] as usize];
                inscrire_notes(row, Some(commune), b, date);
            }
            found
        })
        .collect();
    let units = all
        .sites
        .iter()
        .zip(&marked)
        .map(|(s, r)| (s.id.clone(), r.utile_m2, r.verdict.clone()))
        .collect();
    let crs = all.layer.crs;
    let columns = |name: &str, geoms: Geometries| {
        let none = (0..n).fold(Geometries::new(), |mut g, _| {
            g.push_null();
            g
        });
        let kind = GeometryKind::Surface;
        let marks = Table::from_rows(name, kind, &marked, none, crs)?;
        let mut table = Table::from_rows(name, kind, &all.sites, geoms, crs)?;
        table.push_columns_of(&marks)?;
        Ok::<_, Error>(table)
    };
    let table = if n > 0 {
        Some(columns("sites", all.layer.geoms.clone())?)
    } else {
        None
    };
    Ok(Sites {
        table,
        units,
        unit_of,
    })
}

/// The facts of subjects `range`, with what lies on them.
fn measured(
    ctx: &Context<'_>,
    subjects: (&Layer<Parcelle>, &Subjects),
    range: std::ops::Range<usize>,
) -> (Vec<ParcelleNotee>, Vec<Recouvrement>, Compteurs) {
    let mut rows = Vec::with_capacity(range.len());
    let mut overlaps = Vec::with_capacity(range.len() * 2);
    let mut counts = Compteurs::default();
    let mut first = range.start;
    while first < range.end {
        let n = BLOCK.min(range.end - first);
        block(
            ctx,
            subjects,
            first,
            n,
            &mut rows,
            &mut overlaps,
            &mut counts,
        );
        first += n;
    }
    (rows, overlaps, counts)
}

/// Scores parcels `range` as rows.
pub(crate) fn rows(
    ctx: &Context<'_>,
    communes: &[CommuneNotee],
    sites: &Sites,
    range: std::ops::Range<usize>,
    b: &Bareme,
    date: Date,
) -> (Vec<ParcelleNotee>, Vec<Recouvrement>, Compteurs) {
    let subjects = (&ctx.layers.parcelles, &ctx.parcels);
    let (mut rows, overlaps, mut counts) = measured(ctx, subjects, range.clone());
    for (row, i) in rows.iter_mut().zip(range) {
        if let Some(u) = sites.unit_of[i] {
            let (id, usable, verdict) = &sites.units[u as usize];
            row.unite = Some(id.clone());
            row.unite_utile_m2 = Some(*usable);
            row.unite_verdict = Some(verdict.clone());
        }
        let commune = &communes[ctx.parcels.commune_of[i] as usize];
        inscrire_notes(row, Some(commune), b, date);
        let verdict = Verdict::from_code(&row.verdict);
        counts.assembled += u64::from(verdict.is_some_and(|v| assemblage(row, v)));
    }
    (rows, overlaps, counts)
}

fn score(
    ctx: &Context<'_>,
    communes: &[CommuneNotee],
    sites: &Sites,
    range: std::ops::Range<usize>,
    b: &Bareme,
    date: Date,
) -> Result<Part, Error> {
    let first = range.start;
    let crs = ctx.layers.parcelles.crs;
    let (rows, overlaps, counts) = rows(ctx, communes, sites, range, b, date);
    let mut tally = Tally::new(communes.len());
    for (i, row) in rows.iter().enumerate() {
        tally.add(ctx, first + i, row, b);
    }
    let friches = overlaps
        .iter()
        .filter(|o| o.couche == Couche::Friches)
        .map(|o| (o.objet as u32, o.parcelle as u32))
        .collect();
    let none = || Geometries::new();
    Ok(Part {
        parcelles: Table::from_rows("parcelles", GeometryKind::Surface, &rows, none(), crs)?,
        recouvrements: Table::from_rows(
            "recouvrements",
            GeometryKind::None,
            &overlaps,
            none(),
            crs,
        )?,
        counts,
        tally,
        friches,
    })
}
