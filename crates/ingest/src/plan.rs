//! The mapping engine: which column of the file feeds which canonical field, which constants fill the gaps, which
//! values are translated, which rows are wanted.

use std::collections::HashMap;

use gisement_model::texte::cle;

use crate::columns::{as_text, match_column, number};
use crate::error::nearest;
use crate::reader::{Cell, Info, RawRow, Wanted};
use crate::shape::Shape;
use crate::{Error, SourceConfig, SourceFile, reader, wkt};

/// A canonical field and the columns in which known files keep it, best first. `zon*` matches any column that
/// starts so.
#[derive(Debug, Clone, Copy)]
pub struct Input {
    /// Name in `correspondance`, `constantes` and `valeurs`.
    pub name: &'static str,
    /// Column names of known schemas; case, accents and punctuation do not matter.
    pub aliases: &'static [&'static str],
}

/// Declares the inputs of a layer: an index constant for each, and the list.
macro_rules! inputs {
    ($($konst:ident = $name:literal [$($alias:literal),* $(,)?];)+) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, dead_code)]
        enum Ix { $($konst),+ }
        $(#[allow(dead_code)] const $konst: usize = Ix::$konst as usize;)+
        const INPUTS: &[crate::plan::Input] = &[$(crate::plan::Input { name: $name, aliases: &[$($alias),*] }),+];
    };
}
pub(crate) use inputs;

/// Fields that every layer accepts in `correspondance`: where a table keeps its geometry.
const GEOMETRY: &[Input] = &[
    Input {
        name: "geometrie",
        aliases: &[
            "geomsurf",
            "site_geomsurf",
            "terr_geomsurf",
            "wkt",
            "geom",
            "the_geom",
            "geometry",
            "geometrie",
            "geo_shape",
            "geompoint",
            "site_geompoint",
            "pole_geompoint",
        ],
    },
    Input {
        name: "longitude",
        aliases: &[
            "longitude",
            "stop_lon",
            "lon",
            "long",
            "lng",
            "x_wgs84",
            "lambert_x",
            "x_l93",
            "coordx",
            "coordxet",
            "coord_x",
            "x",
        ],
    },
    Input {
        name: "latitude",
        aliases: &[
            "latitude",
            "stop_lat",
            "lat",
            "y_wgs84",
            "lambert_y",
            "y_l93",
            "coordy",
            "coordyet",
            "coord_y",
            "y",
        ],
    },
];

/// How one field is filled.
#[derive(Debug, Clone, Default)]
pub(crate) struct Binding {
    /// Places in the raw row, best first.
    slots: Vec<usize>,
    constant: Option<String>,
    /// Comparison key of a value of the file → code.
    values: HashMap<String, String>,
    /// The column, for reports.
    column: String,
}

impl Binding {
    pub(crate) fn has_values(&self) -> bool {
        !self.values.is_empty()
    }
}

/// How a file becomes rows of a layer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    pub(crate) wanted: Wanted,
    bindings: Vec<Binding>,
    /// Columns that a layer recognises by pattern: name and place.
    pub(crate) extras: Vec<(String, usize)>,
    filter: Vec<(String, usize, Vec<String>)>,
    surfaces: Vec<usize>,
    lon_lat: Option<(usize, usize)>,
    /// Name of the table or file.
    pub(crate) table: String,
}

/// What a layer can ask of a file before reading it.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    pub(crate) info: &'a Info,
    pub(crate) bindings: &'a [Binding],
}

impl Found<'_> {
    /// Whether a field has a column or a constant.
    pub(crate) fn has(&self, input: usize) -> bool {
        let b = &self.bindings[input];
        b.constant.is_some() || !b.column.is_empty()
    }

    /// Whether a field has a column.
    pub(crate) fn has_column(&self, input: usize) -> bool {
        !self.bindings[input].column.is_empty()
    }

    /// Whether the configuration translates the values of a field.
    pub(crate) fn has_values(&self, input: usize) -> bool {
        self.bindings[input].has_values()
    }

    /// Whether the file has a column of this name.
    pub(crate) fn column(&self, name: &str) -> bool {
        match_column(&self.info.columns, name).is_some()
    }

    /// The columns, as the file spells them.
    pub(crate) fn columns(&self) -> &[String] {
        &self.info.columns
    }

    /// Name of the table or file.
    pub(crate) fn table(&self) -> &str {
        &self.info.table
    }
}

impl Plan {
    pub(crate) fn bind(
        file: &SourceFile<'_>,
        info: &Info,
        inputs: &'static [Input],
        extra: impl Fn(&str) -> bool,
    ) -> Result<Self, Error> {
        let config = file.config;
        check_names(config, inputs)?;
        let mut plan = Self {
            table: info.table.clone(),
            ..Self::default()
        };
        for input in inputs {
            let b = bind_one(file, info, input, &mut plan.wanted)?;
            if config.valeurs.contains_key(input.name) && b.slots.is_empty() {
                return Err(Error::Columns {
                    fichier: file.name.clone(),
                    detail: format!(
                        "`valeurs.{0}` est donné mais aucune colonne ne porte « {0} » : indiquez `correspondance = {{ {0} = … }}`",
                        input.name
                    ),
                    colonnes: info.columns.join(", "),
                });
            }
            plan.bindings.push(b);
        }
        for c in info.columns.iter().filter(|c| extra(c)) {
            let slot = plan.wanted.slot(c);
            plan.extras.push((c.clone(), slot));
        }
        for (column, values) in &config.filtre {
            let found = match_column(&info.columns, column)
                .ok_or_else(|| no_column(file, info, "filtre", column))?;
            let slot = plan.wanted.slot(found);
            plan.filter.push((
                found.to_owned(),
                slot,
                values.iter().map(|v| cle(v)).collect(),
            ));
        }
        plan.bind_geometry(file, info)?;
        Ok(plan)
    }

    fn bind_geometry(&mut self, file: &SourceFile<'_>, info: &Info) -> Result<(), Error> {
        let mut place = |input: &Input| -> Result<Vec<usize>, Error> {
            if let Some(column) = file.config.correspondance.get(input.name) {
                let found = match_column(&info.columns, column)
                    .ok_or_else(|| no_column(file, info, "correspondance", column))?;
                return Ok(vec![self.wanted.slot(found)]);
            }
            Ok(input
                .aliases
                .iter()
                .filter_map(|a| info.columns.iter().find(|c| c.eq_ignore_ascii_case(a)))
                .map(|c| self.wanted.slot(c))
                .collect())
        };
        let surfaces = place(&GEOMETRY[0])?;
        let (x, y) = (place(&GEOMETRY[1])?, place(&GEOMETRY[2])?);
        self.surfaces = surfaces;
        self.lon_lat = x.first().copied().zip(y.first().copied());
        Ok(())
    }

    pub(crate) fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The geometry that a table keeps in its cells: text first (surfaces before points), then two columns.
    pub(crate) fn shape_from_cells(&self, row: &RawRow<'_>, shape: &mut Shape) -> bool {
        for &slot in &self.surfaces {
            if let Cell::Text(t) = &row.cells[slot] {
                let t = t.trim();
                let read = if t.starts_with('{') {
                    reader::coords::parse_geometry(t, shape).is_ok()
                        && shape.kind != crate::shape::ShapeKind::Null
                } else {
                    wkt::parse(t, shape).is_some()
                };
                if read {
                    return true;
                }
            }
        }
        if let Some((x, y)) = self.lon_lat
            && let (Some(x), Some(y)) = (number(&row.cells[x]), number(&row.cells[y]))
        {
            *shape = Shape::point(x, y);
            return true;
        }
        false
    }

    /// Whether the cells of a row may hold a geometry.
    pub(crate) fn has_geometry(&self) -> bool {
        !self.surfaces.is_empty() || self.lon_lat.is_some()
    }

    /// The column and value by which a row is left out, if it is.
    pub(crate) fn filtered(&self, row: &RawRow<'_>) -> Option<(&str, String)> {
        self.filter.iter().find_map(|(column, slot, kept)| {
            let value = as_text(&row.cells[*slot]).unwrap_or_default();
            (!kept.contains(&cle(&value))).then_some((column.as_str(), value))
        })
    }

    /// The cell of a field.
    pub(crate) fn cell<'r, 'a>(&self, row: &'r RawRow<'a>, input: usize) -> &'r Cell<'a> {
        self.bindings[input]
            .slots
            .iter()
            .map(|s| &row.cells[*s])
            .find(|c| !matches!(c, Cell::Null))
            .unwrap_or(&Cell::Null)
    }

    pub(crate) fn constant(&self, input: usize) -> Option<&str> {
        self.bindings[input].constant.as_deref()
    }

    /// The configured code for a value.
    pub(crate) fn translated(&self, input: usize, value: &str) -> Option<&str> {
        let values = &self.bindings[input].values;
        if values.is_empty() {
            return None;
        }
        values.get(&cle(value)).map(String::as_str)
    }

    pub(crate) fn column(&self, input: usize) -> &str {
        &self.bindings[input].column
    }
}

fn bind_one(
    file: &SourceFile<'_>,
    info: &Info,
    input: &Input,
    wanted: &mut Wanted,
) -> Result<Binding, Error> {
    let config = file.config;
    let mut b = Binding {
        constant: config.constantes.get(input.name).cloned(),
        ..Binding::default()
    };
    if let Some(map) = config.valeurs.get(input.name) {
        b.values = map.iter().map(|(k, v)| (cle(k), v.clone())).collect();
    }
    if let Some(column) = config.correspondance.get(input.name) {
        let found = match_column(&info.columns, column)
            .ok_or_else(|| no_column(file, info, "correspondance", column))?;
        b.slots = vec![wanted.slot(found)];
        found.clone_into(&mut b.column);
        return Ok(b);
    }
    // A constant is the user's word: it is not overruled by a column that merely has the right name.
    if b.constant.is_some() {
        return Ok(b);
    }
    for alias in input.aliases {
        if let Some(found) = match_column(&info.columns, alias) {
            let slot = wanted.slot(found);
            if !b.slots.contains(&slot) {
                b.slots.push(slot);
            }
            if b.column.is_empty() {
                found.clone_into(&mut b.column);
            }
        }
    }
    if b.slots.is_empty() && info.open_columns {
        // JSON objects leave out empty members: the column may still come.
        b.slots = input
            .aliases
            .iter()
            .filter(|a| !a.ends_with('*'))
            .map(|a| wanted.slot(a))
            .collect();
    }
    Ok(b)
}

/// Every canonical field named by the configuration must exist.
fn check_names(config: &SourceConfig, inputs: &[Input]) -> Result<(), Error> {
    let known = || inputs.iter().chain(GEOMETRY).map(|i| i.name);
    let keys = [
        (
            "correspondance",
            config.correspondance.keys().collect::<Vec<_>>(),
        ),
        ("constantes", config.constantes.keys().collect()),
        ("valeurs", config.valeurs.keys().collect()),
    ];
    for (cle, names) in keys {
        for n in names {
            if !known().any(|k| k == n) {
                return Err(Error::Config {
                    cle,
                    detail: format!(
                        "le champ « {n} » n’existe pas dans la couche « {} » ; proches : {}",
                        config.couche,
                        nearest(n, known())
                    ),
                });
            }
        }
    }
    Ok(())
}

fn no_column(file: &SourceFile<'_>, info: &Info, cle: &'static str, column: &str) -> Error {
    Error::Config {
        cle,
        detail: format!(
            "la colonne « {column} » n’est pas dans {} ; proches : {}",
            file.name,
            nearest(column, info.columns.iter().map(String::as_str))
        ),
    }
}
