//! One file → one canonical layer and its report.

use std::hash::Hash;

use geo_types::Coord;
use gisement_model::{Crs, Effet, Exemple, GeometryKind, LayerRow, Provenance, RapportFichier};
use gisement_store::Layer;

use crate::cells::Cells;
use crate::fingerprint::Fingerprint;
use crate::frame::{self, Declared, Frame};
use crate::geometry::Wish;
use crate::notes::Rejet;
use crate::pipeline::{Job, run};
use crate::plan::{Found, Input, Plan};
use crate::reader::{self, Batch, Info, Raw, RawRow, feature};
use crate::shape::{Shape, ShapeKind};
use crate::sink::{Chunk, Memory, Sink};
use crate::{Error, SourceFile};

/// How the columns of known schemas become a layer: implemented in `map/`, one file per layer.
pub trait Mapping: LayerRow + PartialEq {
    /// What two rows of one file must not share.
    type Id: Eq + Hash;

    /// The fields that a file can fill, with the columns of known schemas.
    const INPUTS: &'static [Input];
    /// Words in the name of a table that suits the layer.
    const TABLES: &'static [&'static str] = &[];
    /// Whether a row without geometry is refused.
    const GEOMETRY_REQUIRED: bool = true;

    /// The schema recognised, in words, or what is missing.
    fn dialect(found: &Found<'_>) -> Result<String, String>;

    /// Whether a column is recognised by its pattern rather than by its name.
    fn extra(_column: &str) -> bool {
        false
    }

    /// Turns a raw row into rows of the layer: one, unless the file is a wide table.
    fn convert(cells: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet>;

    /// What makes the row unique; `None` when nothing does.
    fn identity(&self) -> Option<Self::Id>;

    /// What to do with a second row of the same identity.
    fn twin(_first: &mut Self, _second: &Self, _same_geometry: bool) -> Twin {
        Twin::First
    }

    /// Makes the `n`-th row of an identity unique ([`Twin::Both`]).
    fn rename(&mut self, _n: u32) {}

    /// Whether [`Self::finish`] needs the whole layer at once: small tables only.
    const WHOLE: bool = false;

    /// Corrects what only the whole column tells (a share written as a percentage).
    fn finish(_rows: &mut [Self], _report: &mut RapportFichier) {}
}

/// Which of two rows of the same identity stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twin {
    /// The first.
    First,
    /// The second.
    Second,
    /// Both: the second is renamed.
    Both,
}

/// A layer that files can feed. Implemented for every [`Mapping`] in `layers.rs`: generic code is compiled again by each
/// crate that calls it, and the reading of thirty layers takes minutes.
pub trait Ingest: Mapping {
    /// Reads a file into chunks of a layer in the legal projection, in bounded memory. Bad rows are counted in the
    /// report; the error is for a file that cannot be read at all.
    fn read_into(
        file: &SourceFile<'_>,
        fp: &Fingerprint,
        legal: Crs,
        sink: &dyn Sink<Self>,
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<RapportFichier, Error>;
}

/// Reads a file into a layer in memory, in the legal projection: [`Ingest::read_into`] for a look at one file.
pub fn read<T: Ingest>(
    file: &SourceFile<'_>,
    fp: &Fingerprint,
    legal: Crs,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<(Layer<T>, RapportFichier), Error> {
    let memory = Memory::new();
    let report = T::read_into(file, fp, legal, &memory, progress)?;
    let Chunk { rows, geoms } = memory.into_chunk();
    let layer = Layer::from_source(rows, geoms, report.source.clone(), legal);
    Ok((layer, report))
}

/// What every [`Ingest::read_into`] does.
pub(crate) fn read_into<T: Mapping>(
    file: &SourceFile<'_>,
    fp: &Fingerprint,
    legal: Crs,
    sink: &dyn Sink<T>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<RapportFichier, Error> {
    if file.config.couche != T::COUCHE {
        return Err(Error::WrongLayer {
            fichier: file.name.clone(),
            declaree: file.config.couche,
            demandee: T::COUCHE,
        });
    }
    match pass::<T>(file, fp, legal, None, sink, progress)? {
        Pass::Done(report) => Ok(*report),
        // A reference system declared after the rows contradicts what they were read in: read again, knowing it.
        Pass::Late(crs) => {
            sink.clear()?;
            match pass::<T>(file, fp, legal, Some(crs), sink, progress)? {
                Pass::Done(report) => Ok(*report),
                Pass::Late(_) => Err(Error::Crs {
                    fichier: file.name.clone(),
                    detail: format!("système {crs} déclaré après les entités, contredit par elles"),
                }),
            }
        }
    }
}

enum Pass {
    Done(Box<RapportFichier>),
    Late(Crs),
}

fn pass<T: Mapping>(
    file: &SourceFile<'_>,
    fp: &Fingerprint,
    legal: Crs,
    late: Option<Crs>,
    sink: &dyn Sink<T>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Pass, Error> {
    let config = file.config;
    let must_have: Vec<&str> = config
        .correspondance
        .values()
        .chain(config.filtre.keys())
        .map(String::as_str)
        .collect();
    let mut reader = reader::open(file, &must_have, &|table, columns| {
        score::<T>(file, table, columns)
    })?;
    let info = reader.info().clone();
    let plan = Plan::bind(file, &info, T::INPUTS, T::extra)?;
    let dialect = T::dialect(&Found {
        info: &info,
        bindings: plan.bindings(),
    });
    reader.want(&plan.wanted);
    let first = reader.batch()?;
    let dialect = match dialect {
        Ok(d) => d,
        // An empty collection has no columns: nothing is wrong with it.
        Err(_) if first.is_none() => "fichier sans entité".to_owned(),
        Err(missing) => {
            return Err(Error::Columns {
                fichier: file.name.clone(),
                detail: missing,
                colonnes: info.columns.join(", "),
            });
        }
    };
    let wish = Wish {
        kind: T::GEOMETRY,
        required: T::GEOMETRY_REQUIRED,
    };
    if wish.kind != GeometryKind::None
        && wish.required
        && first.is_some()
        && !info.has_geometry
        && !plan.has_geometry()
    {
        return Err(Error::Columns {
            fichier: file.name.clone(),
            detail: "aucune colonne de géométrie (WKT, GeoJSON, longitude et latitude, x et y)"
                .into(),
            colonnes: info.columns.join(", "),
        });
    }
    let sample = first
        .as_ref()
        .map(|b| sample(b, &plan, &info))
        .unwrap_or_default();
    let frame = frame(file, &info, late, &sample, wish, legal)?;
    let job = Job {
        plan: &plan,
        frame: &frame,
        wish,
        features: info.has_geometry,
    };
    let geometric = wish.kind != GeometryKind::None;
    let table = if info.table.is_empty() || file.name.contains(&info.table) {
        String::new()
    } else {
        format!(", table {}", info.table)
    };
    let mut report = RapportFichier::new(
        Provenance {
            couche: T::COUCHE,
            fichier: file.name.clone(),
            empreinte: fp.empreinte.clone(),
            producteur: config.producteur.clone(),
            licence: config.licence.clone(),
            millesime: config.millesime,
            crs_source: geometric.then_some(frame.source),
            couverture: config.couverture(),
        },
        format!("{dialect} ({}{table})", info.format),
    );
    report.emprise = run::<T>(&job, reader.as_mut(), first, sink, &mut report, progress)?;

    let outcome = reader.outcome();
    if let Some(crs) = outcome.late_crs
        && late.is_none()
        && config.crs.is_none()
        && info.crs.is_none()
        && crs != frame.source
        && self::frame(file, &info, Some(crs), &sample, wish, legal)?.source != frame.source
    {
        return Ok(Pass::Late(crs));
    }
    report.crs = if geometric {
        frame.words.clone()
    } else {
        "sans géométrie".into()
    };
    report.encodage = outcome.encoding.unwrap_or(info.encoding);
    if geometric && frame.overruled {
        report.note(
            "crs_contredit",
            "Le système de coordonnées déclaré ne convient pas aux coordonnées",
            Effet::Garde,
            Exemple {
                valeur: Some(frame.words.clone()),
                ..Exemple::default()
            },
        );
    }
    if let Some(why) = outcome.truncated {
        report.note(
            "fichier_tronque",
            "Fichier tronqué ou abîmé : ce qui précède est conservé",
            Effet::Garde,
            Exemple {
                valeur: Some(why.chars().take(120).collect()),
                ..Exemple::default()
            },
        );
    }
    if outcome.garbage > 0 {
        report.note(
            "caracteres_inattendus",
            "Caractères inattendus entre deux entités",
            Effet::Garde,
            Exemple {
                valeur: Some(outcome.garbage.to_string()),
                ..Exemple::default()
            },
        );
    }
    debug_assert!(report.is_balanced(), "{report:?}");
    let (done, total) = reader.progress().get();
    progress(total.max(done), total);
    Ok(Pass::Done(Box::new(report)))
}

/// The legal projection of the territory where a file lies, by what it declares and its first coordinates; `None` when
/// they lie in none.
pub fn locate<T: Mapping>(file: &SourceFile<'_>) -> Result<Option<Crs>, Error> {
    let mut reader = reader::open(file, &[], &|table, columns| {
        score::<T>(file, table, columns)
    })?;
    let info = reader.info().clone();
    let plan = Plan::bind(file, &info, T::INPUTS, T::extra)?;
    reader.want(&plan.wanted);
    let Some(first) = reader.batch()? else {
        return Ok(None);
    };
    let declared = Declared {
        crs: info.crs,
        looks_like: info.looks_like,
        words: &info.crs_words,
    };
    Ok(frame::legal(
        file.config.declared_crs()?,
        declared,
        &sample(&first, &plan, &info),
    ))
}

/// How well a table suits the layer: every needed column first, then its name, then the number of known columns.
fn score<T: Mapping>(file: &SourceFile<'_>, table: &str, columns: &[String]) -> i64 {
    let info = Info {
        columns: columns.to_vec(),
        table: table.to_owned(),
        ..Info::default()
    };
    let Ok(plan) = Plan::bind(file, &info, T::INPUTS, T::extra) else {
        return -1;
    };
    let found = Found {
        info: &info,
        bindings: plan.bindings(),
    };
    let known = (0..T::INPUTS.len())
        .filter(|i| found.has_column(*i))
        .count() as i64;
    let key = gisement_model::texte::cle(table).replace(' ', "_");
    let named = T::TABLES.iter().any(|t| key.contains(t));
    known + i64::from(named) * 100 + i64::from(T::dialect(&found).is_ok()) * 1000
}

fn frame(
    file: &SourceFile<'_>,
    info: &Info,
    late: Option<Crs>,
    sample: &[Coord<f64>],
    wish: Wish,
    legal: Crs,
) -> Result<Frame, Error> {
    let sample = if wish.kind == GeometryKind::None {
        &[]
    } else {
        sample
    };
    let words = match (&late, info.crs_words.as_str()) {
        (Some(crs), _) => format!("membre crs après les entités : {crs}"),
        (None, "") => "coordonnées dans les cellules".to_owned(),
        (None, w) => w.to_owned(),
    };
    Frame::decide(
        &file.name,
        file.config.declared_crs()?,
        Declared {
            crs: late.or(info.crs),
            looks_like: info.looks_like,
            words: &words,
        },
        sample,
        legal,
    )
}

/// The first coordinate of each of the first rows.
fn sample(batch: &Batch, plan: &Plan, info: &Info) -> Vec<Coord<f64>> {
    let mut out = Vec::new();
    let mut scratch = Shape::default();
    let mut add = |row: &RawRow<'_>| {
        if out.len() < 500 {
            let shape = if row.shape.kind != ShapeKind::Null {
                Some(&row.shape)
            } else if plan.shape_from_cells(row, &mut scratch) {
                Some(&scratch)
            } else {
                None
            };
            out.extend(
                shape
                    .and_then(|s| s.coords.first())
                    .filter(|c| c.x.is_finite() && c.y.is_finite()),
            );
        }
    };
    match batch {
        Batch::Rows(rows) => {
            for r in rows {
                if let Raw::Row(row) = r {
                    add(row);
                }
            }
        }
        Batch::Objects(chunk) => {
            feature::parse_chunk(chunk, &plan.wanted, info.has_geometry, |_, r| {
                if let Ok(row) = r {
                    add(row);
                }
            });
        }
    }
    out
}
