//! What a table holds: every row is counted, the first ones are kept to guess types and recognise words.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use geo_types::Coord;
use gisement_model::Couche;
use gisement_model::texte::est_vide;
use jiff::civil::Date;
use serde::Serialize;

use crate::columns::as_text;
use crate::normalise::{self, Read};
use crate::plan::Plan;
use crate::reader::{self, Batch, Cell, Info, Outcome, Raw, RawRow, feature};
use crate::shape::{Shape, ShapeKind};
use crate::{Error, SourceConfig};

/// Rows whose values are looked at.
const SAMPLE: usize = 1000;
const EXAMPLES: usize = 3;
const FIRSTS: usize = 100;

/// Columns that date a row: the latest date of the file suggests its millésime.
const DATES: &[&str] = &[
    "updated",
    "date_maj",
    "site_actu_date",
    "site_actu_",
    "terr_actu_date",
    "terr_actu_",
    "datvalid",
    "datavalid",
    "datappro",
    "datapro",
    "dateappro",
    "date_obs",
];

/// One column.
#[derive(Debug, Clone, Serialize)]
pub struct Colonne {
    /// Its name, as the file spells it.
    pub nom: String,
    /// What its first values look like.
    #[serde(rename = "type")]
    pub nature: &'static str,
    /// Share of empty cells among the first rows, from 0 to 1.
    pub vides: f64,
    /// A few values; none of a column that no layer knows, since it may name people.
    pub exemples: Vec<String>,
}

/// A table once scanned.
pub(super) struct Content {
    pub(super) info: Info,
    pub(super) outcome: Outcome,
    pub(super) rows: u64,
    pub(super) broken: u64,
    pub(super) shapes: BTreeMap<String, u64>,
    pub(super) bounds: Option<[f64; 4]>,
    pub(super) first_coords: Vec<Coord<f64>>,
    /// The latest plausible date of the columns that date rows, and the column.
    pub(super) latest: Option<(Date, String)>,
    slots: HashMap<String, usize>,
    sample: Vec<Vec<Cell<'static>>>,
    /// The first filled values of each column: every layer looks at them.
    firsts: HashMap<String, Vec<String>>,
}

/// Reads a whole table without mapping it to anything.
pub(super) fn scan(path: &Path, table: Option<&str>) -> Result<Content, Error> {
    // The layer of this entry is never asked for: the reader only needs the path and the table.
    let config = SourceConfig {
        table: table.map(str::to_owned),
        ..SourceConfig::new(Couche::Parcelles, "")
    };
    let file = super::source_file(path, &config);
    let mut reader = reader::open(&file, &[], &|_, _| 0)?;
    let info = reader.info().clone();
    let mut plan = Plan::bind(&file, &info, &[], |_| false)?;
    let slots: HashMap<String, usize> = info
        .columns
        .iter()
        .map(|c| (c.clone(), plan.wanted.slot(c)))
        .collect();
    reader.want(&plan.wanted);
    let dated = info
        .columns
        .iter()
        .filter(|c| DATES.iter().any(|d| c.eq_ignore_ascii_case(d)))
        .map(|c| (c.clone(), slots[c]))
        .collect();
    let mut scan = Scan {
        plan: &plan,
        dated,
        today: jiff::Zoned::now().date(),
        scratch: Shape::default(),
        content: Content {
            outcome: Outcome::default(),
            rows: 0,
            broken: 0,
            shapes: BTreeMap::new(),
            bounds: None,
            first_coords: Vec::new(),
            latest: None,
            slots,
            sample: Vec::new(),
            firsts: HashMap::new(),
            info: info.clone(),
        },
    };
    while let Some(batch) = reader.batch()? {
        match batch {
            Batch::Rows(rows) => {
                for r in rows {
                    match r {
                        Raw::Row(row) => scan.row(&row),
                        Raw::Deleted(_) | Raw::Broken(..) => scan.broken(),
                    }
                }
            }
            Batch::Objects(chunk) => {
                feature::parse_chunk(&chunk, &plan.wanted, info.has_geometry, |_, r| match r {
                    Ok(row) => scan.row(row),
                    Err(_) => scan.broken(),
                });
            }
        }
    }
    let mut content = scan.content;
    content.outcome = reader.outcome();
    content.firsts = info
        .columns
        .iter()
        .map(|c| (c.clone(), content.values(c).take(FIRSTS).collect()))
        .collect();
    Ok(content)
}

struct Scan<'p> {
    plan: &'p Plan,
    dated: Vec<(String, usize)>,
    today: Date,
    scratch: Shape,
    content: Content,
}

impl Scan<'_> {
    fn broken(&mut self) {
        self.content.rows += 1;
        self.content.broken += 1;
    }

    fn row(&mut self, row: &RawRow<'_>) {
        let c = &mut self.content;
        c.rows += 1;
        self.scratch.clear();
        let shape = if row.shape.kind == ShapeKind::Null {
            self.plan.shape_from_cells(row, &mut self.scratch);
            &self.scratch
        } else {
            &row.shape
        };
        let word = match shape.kind {
            ShapeKind::Null => "sans géométrie",
            ShapeKind::Point => "point",
            ShapeKind::Line => "ligne",
            ShapeKind::Surface if shape.polygons.len() > 1 => "multipolygone",
            ShapeKind::Surface => "polygone",
        };
        *c.shapes.entry(word.to_owned()).or_default() += 1;
        for p in &shape.coords {
            let b = c.bounds.get_or_insert([p.x, p.y, p.x, p.y]);
            *b = [b[0].min(p.x), b[1].min(p.y), b[2].max(p.x), b[3].max(p.y)];
        }
        if c.first_coords.len() < 500 {
            c.first_coords.extend(
                shape
                    .coords
                    .first()
                    .filter(|p| p.x.is_finite() && p.y.is_finite()),
            );
        }
        for (name, slot) in &self.dated {
            if let Some(text) = as_text(&row.cells[*slot])
                && let Read::Value(d) = normalise::date(&text)
                && d <= self.today
                && c.latest.as_ref().is_none_or(|(latest, _)| d > *latest)
            {
                c.latest = Some((d, name.clone()));
            }
        }
        if c.sample.len() < SAMPLE {
            c.sample.push(row.cells.iter().map(own).collect());
        }
    }
}

impl Content {
    /// The first values of a column that are not empty.
    pub(super) fn values(&self, column: &str) -> impl Iterator<Item = String> {
        let slot = self.slots.get(column).copied();
        self.sample
            .iter()
            .filter_map(move |r| as_text(&r[slot?]))
            .filter(|t| !est_vide(t))
    }

    /// The first of them, kept.
    pub(super) fn first_values(&self, column: &str) -> &[String] {
        self.firsts.get(column).map_or(&[], Vec::as_slice)
    }

    /// Whether most rows have a geometry of this kind (`point`, `polygone`).
    pub(super) fn mostly(&self, kind: &str) -> bool {
        let of: u64 = self
            .shapes
            .iter()
            .filter(|(k, _)| k.contains(kind))
            .map(|(_, n)| n)
            .sum();
        of * 2 > self.rows
    }

    /// Every column, described; values are shown only of those that `known` accepts.
    pub(super) fn columns(&self, known: impl Fn(&str) -> bool) -> Vec<Colonne> {
        self.info
            .columns
            .iter()
            .map(|name| {
                let cells: Vec<&Cell<'_>> = self
                    .slots
                    .get(name)
                    .map(|s| self.sample.iter().map(|r| &r[*s]).collect())
                    .unwrap_or_default();
                let filled: Vec<&Cell<'_>> = cells
                    .iter()
                    .copied()
                    .filter(|c| as_text(c).is_some_and(|t| !est_vide(&t)))
                    .collect();
                let mut seen = BTreeSet::new();
                let exemples = if known(name) {
                    filled
                        .iter()
                        .filter_map(|c| as_text(c))
                        .filter(|t| seen.insert(t.clone()))
                        .take(EXAMPLES)
                        .map(|t| t.chars().take(40).collect())
                        .collect()
                } else {
                    Vec::new()
                };
                Colonne {
                    nom: name.clone(),
                    nature: nature(&filled),
                    vides: if cells.is_empty() {
                        0.0
                    } else {
                        1.0 - filled.len() as f64 / cells.len() as f64
                    },
                    exemples,
                }
            })
            .collect()
    }
}

fn own(c: &Cell<'_>) -> Cell<'static> {
    match c {
        Cell::Null => Cell::Null,
        Cell::Text(t) => Cell::text(t.as_ref()),
        Cell::Int(n) => Cell::Int(*n),
        Cell::Real(x) => Cell::Real(*x),
        Cell::Bool(b) => Cell::Bool(*b),
        Cell::List(l) => Cell::List(l.clone()),
    }
}

/// What the filled cells of a column look like.
fn nature(cells: &[&Cell<'_>]) -> &'static str {
    let all = |f: fn(&Cell<'_>) -> bool| !cells.is_empty() && cells.iter().all(|c| f(c));
    let text = |f: fn(&str) -> bool| {
        !cells.is_empty()
            && cells
                .iter()
                .all(|c| matches!(c, Cell::Text(t) if f(t.trim())))
    };
    match () {
        () if cells.is_empty() => "vide",
        () if all(|c| matches!(c, Cell::Int(_))) => "entier",
        () if all(|c| matches!(c, Cell::Int(_) | Cell::Real(_))) => "décimal",
        () if all(|c| matches!(c, Cell::Bool(_))) => "oui/non",
        () if all(|c| matches!(c, Cell::List(_))) => "liste",
        () if text(|t| {
            t.len() >= 8 && matches!(normalise::date(t), Read::Value(_) | Read::Unknown)
        }) =>
        {
            "date"
        }
        () if text(|t| t.bytes().all(|b| b.is_ascii_digit())) => {
            // A leading zero is a code, not a number.
            if text(|t| t == "0" || !t.starts_with('0')) {
                "entier"
            } else {
                "code"
            }
        }
        () if text(|t| matches!(normalise::number(t), Read::Value(_))) => "décimal",
        () if text(|t| {
            let t = t.to_ascii_uppercase();
            [
                "POINT",
                "POLYGON",
                "MULTIPOLYGON",
                "MULTIPOINT",
                "LINESTRING",
            ]
            .iter()
            .any(|k| t.starts_with(k))
        }) =>
        {
            "géométrie (WKT)"
        }
        () => "texte",
    }
}
