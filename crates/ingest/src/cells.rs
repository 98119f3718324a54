//! One raw row seen through the plan: typed, with everything odd noted.

use std::borrow::Cow;

use gisement_model::CodeInsee;
use gisement_model::texte::est_vide;
use jiff::civil::Date;

use crate::columns::as_text;
use crate::normalise::{self, Read, Refcad};
use crate::notes::Notes;
use crate::plan::Plan;
use crate::reader::{Cell, RawRow};
use crate::shape::Shape;

/// A row being converted.
pub struct Cells<'r, 'a> {
    plan: &'r Plan,
    row: &'r RawRow<'a>,
    shape: &'r Shape,
    pub(crate) notes: &'r mut Notes,
}

impl<'r, 'a> Cells<'r, 'a> {
    pub(crate) fn new(
        plan: &'r Plan,
        row: &'r RawRow<'a>,
        shape: &'r Shape,
        notes: &'r mut Notes,
    ) -> Self {
        Self {
            plan,
            row,
            shape,
            notes,
        }
    }

    /// The value as the file has it, before any interpretation; constants stand in for missing columns.
    fn raw(&self, input: usize) -> Cell<'r> {
        match self.plan.cell(self.row, input) {
            Cell::Null => match self.plan.constant(input) {
                Some(c) => Cell::Text(Cow::Borrowed(c)),
                None => Cell::Null,
            },
            Cell::Text(t) if est_vide(t) => match self.plan.constant(input) {
                Some(c) => Cell::Text(Cow::Borrowed(c)),
                None => Cell::Null,
            },
            Cell::Text(t) => Cell::Text(Cow::Borrowed(t.as_ref())),
            Cell::Int(n) => Cell::Int(*n),
            Cell::Real(x) => Cell::Real(*x),
            Cell::Bool(b) => Cell::Bool(*b),
            Cell::List(l) => Cell::List(l.clone()),
        }
    }

    /// Text, cleaned and translated by `valeurs`; `None` when empty.
    pub(crate) fn text(&mut self, input: usize) -> Option<String> {
        let raw = match self.raw(input) {
            Cell::Null => return None,
            Cell::Text(t) => t,
            other => Cow::Owned(as_text(&other)?),
        };
        if let Some(code) = self.plan.translated(input, &raw) {
            return Some(code.to_owned());
        }
        let (clean, repaired) = normalise::text(&raw);
        if repaired {
            self.notes.repaired("caracteres_de_controle");
        }
        if !clean.is_ascii() && normalise::looks_damaged(&clean) {
            self.notes.warn(
                "texte_abime",
                "Texte déjà abîmé dans le fichier (double encodage)",
                self.plan.column(input),
                &clean,
            );
        }
        (!est_vide(&clean)).then(|| clean.into_owned())
    }

    /// Text as the file has it, placeholders included: `NC` and `NA` are sections of the cadastre, not missing values.
    pub(crate) fn verbatim(&mut self, input: usize) -> Option<String> {
        let text = match self.plan.cell(self.row, input) {
            Cell::Null => self.plan.constant(input).map(str::to_owned),
            other => as_text(other),
        }?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Text at most `max` characters long, for columns that should be short codes.
    pub(crate) fn short(&mut self, input: usize) -> Option<String> {
        self.text(input).map(|t| t.chars().take(80).collect())
    }

    /// A number and whether a per cent sign was there.
    pub(crate) fn percent(&mut self, input: usize) -> Option<(f64, bool)> {
        match self.raw(input) {
            Cell::Int(n) => Some((n as f64, false)),
            Cell::Real(x) if x.is_finite() => Some((x, false)),
            Cell::Text(t) => match normalise::number(&t) {
                Read::Value(v) => Some(v),
                Read::Unknown => None,
                Read::Unreadable => {
                    self.unreadable(input, &t);
                    None
                }
            },
            _ => None,
        }
    }

    /// A number.
    pub(crate) fn real(&mut self, input: usize) -> Option<f64> {
        self.percent(input).map(|(x, _)| x)
    }

    /// A whole number; decimals are rounded.
    pub(crate) fn int(&mut self, input: usize) -> Option<i64> {
        if let Cell::Int(n) = self.plan.cell(self.row, input) {
            return Some(*n);
        }
        let x = self.real(input)?;
        if x.abs() < 9e15 {
            Some(x.round() as i64)
        } else {
            self.unreadable(input, &x.to_string());
            None
        }
    }

    /// A date.
    pub(crate) fn date(&mut self, input: usize) -> Option<Date> {
        let text = match self.raw(input) {
            Cell::Text(t) => t,
            Cell::Int(n) => Cow::Owned(n.to_string()),
            _ => return None,
        };
        match normalise::date(&text) {
            Read::Value(d) => Some(d),
            Read::Unknown => None,
            Read::Unreadable => {
                self.unreadable(input, &text);
                None
            }
        }
    }

    /// Yes or no.
    pub(crate) fn yes_no(&mut self, input: usize) -> Option<bool> {
        let text = match self.raw(input) {
            Cell::Bool(b) => return Some(b),
            Cell::Null => return None,
            other => as_text(&other)?,
        };
        let text = self
            .plan
            .translated(input, &text)
            .map_or(text, str::to_owned);
        match normalise::yes_no(&text) {
            Read::Value(b) => Some(b),
            Read::Unknown => None,
            Read::Unreadable => {
                self.unreadable(input, &text);
                None
            }
        }
    }

    /// A value of a code list. One outside the list is unknown, and noted.
    pub(crate) fn code<C>(&mut self, input: usize, parse: impl Fn(&str) -> Option<C>) -> Option<C> {
        let text = self.text(input)?;
        let code = parse(&text);
        if code.is_none() && !normalise::code_is_unknown(&text) {
            self.notes.warn(
                "hors_liste",
                "Valeur hors de la liste du standard : considérée comme inconnue",
                self.plan.column(input),
                &text,
            );
        }
        code
    }

    /// A commune code.
    pub(crate) fn insee(&mut self, input: usize) -> Option<CodeInsee> {
        let text = self.text(input)?;
        if let Ok(c) = text.parse() {
            Some(c)
        } else {
            self.notes.warn(
                "code_insee_illisible",
                "Code commune illisible",
                self.plan.column(input),
                &text,
            );
            None
        }
    }

    /// A list of texts: a real list, or one cell with separators.
    pub(crate) fn list(&mut self, input: usize) -> Vec<String> {
        match self.raw(input) {
            Cell::Null => Vec::new(),
            Cell::List(l) => l,
            other => as_text(&other)
                .unwrap_or_default()
                .split(['|', ',', ';', ' '])
                .map(str::trim)
                .filter(|t| !est_vide(t))
                .map(str::to_owned)
                .collect(),
        }
    }

    /// Parcel references.
    pub(crate) fn refcad(&mut self, input: usize, commune: Option<CodeInsee>) -> Vec<String> {
        let Refcad {
            parcelles,
            illisibles,
            tableur,
        } = match self.raw(input) {
            Cell::Null => return Vec::new(),
            Cell::List(l) => normalise::refcad(l.iter().map(String::as_str), commune),
            other => normalise::refcad([as_text(&other).unwrap_or_default().as_str()], commune),
        };
        let column = self.plan.column(input).to_owned();
        if tableur > 0 {
            self.notes.warn(
                "refcad_tableur",
                "Références cadastrales détruites par un tableur (5,748E+13)",
                &column,
                &as_text(&self.raw(input)).unwrap_or_default(),
            );
        }
        for t in illisibles {
            self.notes.warn(
                "refcad_illisible",
                "Référence cadastrale illisible",
                &column,
                &t,
            );
        }
        parcelles
    }

    /// Columns recognised by pattern: name and number.
    pub(crate) fn extras(&mut self) -> Vec<(&'r str, Option<f64>)> {
        let plan = self.plan;
        plan.extras
            .iter()
            .map(|(name, slot)| {
                let v = match &self.row.cells[*slot] {
                    Cell::Int(n) => Some(*n as f64),
                    Cell::Real(x) => Some(*x),
                    Cell::Text(t) => match normalise::number(t) {
                        Read::Value((x, _)) => Some(x),
                        Read::Unknown => None,
                        Read::Unreadable => {
                            self.notes
                                .warn("valeur_illisible", "Valeur illisible", name, t);
                            None
                        }
                    },
                    _ => None,
                };
                (name.as_str(), v)
            })
            .collect()
    }

    /// The column that feeds a field, for messages.
    pub(crate) fn column(&self, input: usize) -> &'r str {
        self.plan.column(input)
    }

    /// Name of the table or file.
    pub(crate) fn table(&self) -> &'r str {
        &self.plan.table
    }

    /// An identifier made from the geometry: stable over editions and over the order of rows.
    pub(crate) fn geometry_id(&self) -> String {
        let mut h = blake3::Hasher::new();
        for c in &self.shape.coords {
            h.update(&c.x.to_le_bytes());
            h.update(&c.y.to_le_bytes());
        }
        h.finalize().to_hex()[..12].to_owned()
    }

    fn unreadable(&mut self, input: usize, value: &str) {
        self.notes.warn(
            "valeur_illisible",
            "Valeur illisible",
            self.plan.column(input),
            value,
        );
    }
}
