//! Tables as SQL describes them: types, keys, indexes and comments. Nothing here talks to a server.

use std::fmt::Write as _;

use gisement_store::Diffusion;
use postgres::types::Type;
use postgres_protocol::escape::{escape_identifier, escape_literal};

use crate::notice::sourced;
use crate::wkt::Definition;
use crate::{Export, Result, Selection};

/// What the names of our schemas begin with.
pub(super) const PREFIX: &str = "gisement_";
/// Bytes of a name that PostgreSQL keeps.
const NAME_MAX: usize = 63;

pub(super) const GEOM: &str = "geom";
pub(super) const DEPARTEMENT: &str = "departement";
pub(super) const COMMUNE: &str = "code_insee";

/// The schema of an edition: lower-case letters, digits and underscores, so that nobody has to quote it.
pub(super) fn schema_name(edition: &str) -> String {
    let safe = edition.chars().map(|c| match c.to_ascii_lowercase() {
        c if c.is_ascii_alphanumeric() => c,
        _ => '_',
    });
    PREFIX.chars().chain(safe).take(NAME_MAX).collect()
}

/// A form of an edition as the database names it.
pub(super) fn named(diffusion: Diffusion) -> &'static str {
    match diffusion {
        Diffusion::Interne => "interne",
        Diffusion::Publique => "publique",
    }
}

/// A column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    /// Its type, and its default value when it has one.
    sql: String,
    comment: String,
    /// How its values are sent; `None` when the server makes them.
    pub(super) wire: Option<Type>,
}

/// A table of an edition.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: String,
    comment: String,
    pub(super) columns: Vec<Column>,
    /// The columns that tell rows apart; empty when none is known to.
    pub(super) key: Vec<String>,
}

impl Table {
    /// The table of a collection. Where it has a commune it has a département too, in the key when it is always known:
    /// the same table can then be distributed by it.
    pub(super) fn of(s: &Selection<'_>, export: &Export<'_>, extension: &str) -> Result<Self> {
        let mut columns: Vec<Column> = s
            .columns
            .iter()
            .map(|c| {
                let (sql, wire) = kind(&c.champ.genre);
                let unknown = if c.champ.nullable {
                    " NULL : inconnu."
                } else {
                    ""
                };
                column(
                    &c.champ.nom,
                    sql,
                    wire,
                    &format!("{}.{unknown}", c.heading()),
                )
            })
            .collect();
        let find = |name: &str| s.columns.iter().find(|c| c.champ.nom == name);
        let mut known = find(DEPARTEMENT).is_some_and(|c| !c.champ.nullable);
        if let (Some(commune), None) = (find(COMMUNE), find(DEPARTEMENT)) {
            known = !commune.champ.nullable;
            let comment = "Département, d’après le code INSEE de la commune.";
            columns.push(column(DEPARTEMENT, "text", Type::TEXT, comment));
        }
        let key = match s.columns.first() {
            Some(first) if !first.champ.nullable => std::iter::once(first.champ.nom.clone())
                .chain(known.then(|| DEPARTEMENT.to_owned()))
                .collect(),
            _ => Vec::new(),
        };
        if s.located() {
            let epsg = Definition::of(s.crs())?.epsg;
            let shape = match s.info.geometrie.as_str() {
                "point" => "Point",
                "line" => "MultiLineString",
                "mixed" => "Geometry",
                _ => "MultiPolygon",
            };
            let sql = format!("{}.geometry({shape}, {epsg})", escape_identifier(extension));
            let comment = format!("Géométrie, EPSG:{epsg}.");
            // The server reads the bytes; the type only tells how we write them.
            columns.push(column(GEOM, &sql, Type::BYTEA, &comment));
        }
        Ok(Self {
            name: s.info.id.clone(),
            comment: commented(s, export),
            columns,
            key,
        })
    }

    /// What the edition says of itself, in one row.
    pub(super) fn edition() -> Self {
        let text = |name, comment| column(name, "text", Type::TEXT, comment);
        Self {
            name: "edition".to_owned(),
            comment: "L’édition, en une ligne.".to_owned(),
            columns: vec![
                text(
                    "id",
                    "Identifiant : date de référence et empreinte de ce qui est entré.",
                ),
                text("nom", "Nom de l’observatoire."),
                column(
                    "date",
                    "date",
                    Type::DATE,
                    "Date de référence des règles et de la fraîcheur.",
                ),
                text("bareme", "Barème : les règles appliquées."),
                text("programme", "Version du programme."),
                text(
                    "licence",
                    "Licences des sources ; elles s’appliquent à ce qui en est tiré.",
                ),
                text(
                    "diffusion",
                    "À qui cette forme est destinée : interne ou publique.",
                ),
                column("fictif", "boolean", Type::BOOL, "Territoire inventé."),
                Column {
                    name: "publie_le".to_owned(),
                    sql: "timestamptz NOT NULL DEFAULT now()".to_owned(),
                    comment: "Moment de la publication dans cette base.".to_owned(),
                    wire: None,
                },
            ],
            key: vec!["id".to_owned()],
        }
    }

    /// The files that went in.
    pub(super) fn sources() -> Self {
        let text = |name, comment| column(name, "text", Type::TEXT, comment);
        Self {
            name: "sources".to_owned(),
            comment: "Les fichiers entrés dans l’édition, couche par couche.".to_owned(),
            columns: vec![
                text("couche", "Couche que le fichier alimente."),
                column(
                    "rang",
                    "bigint",
                    Type::INT8,
                    "Rang parmi les sources de la couche : colonne « source » des tables.",
                ),
                text("fichier", "Fichier, dans la configuration."),
                text("producteur", "Producteur. NULL : non indiqué."),
                text("licence", "Licence. NULL : non indiquée."),
                column(
                    "millesime",
                    "date",
                    Type::DATE,
                    "Date des données. NULL : non indiquée.",
                ),
                text(
                    "crs",
                    "Système de coordonnées du fichier. NULL : sans géométrie.",
                ),
                text("blake3", "Empreinte BLAKE3 du fichier."),
            ],
            key: vec!["couche".to_owned(), "rang".to_owned()],
        }
    }

    /// Its name in a schema.
    pub(super) fn path(&self, schema: &str) -> String {
        format!(
            "{}.{}",
            escape_identifier(schema),
            escape_identifier(&self.name)
        )
    }

    pub(super) fn create(&self, schema: &str) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|c| format!("{} {}", escape_identifier(&c.name), c.sql))
            .collect();
        format!(
            "CREATE TABLE {} ({});",
            self.path(schema),
            columns.join(", ")
        )
    }

    /// What is made once the rows are in: indexes, comments, statistics.
    pub(super) fn finish(&self, schema: &str) -> String {
        let path = self.path(schema);
        let has = |name: &str| self.columns.iter().any(|c| c.name == name);
        let mut out = String::new();
        if has(GEOM) {
            let _ = write!(out, "CREATE INDEX ON {path} USING gist ({GEOM});");
        }
        if has(COMMUNE) && self.key.first().is_none_or(|first| first != COMMUNE) {
            let _ = write!(out, "CREATE INDEX ON {path} ({COMMUNE});");
        }
        out.push_str(&self.comments(schema, "TABLE"));
        let _ = write!(out, "ANALYZE {path};");
        out
    }

    /// Its comments, on the table or on the view of its name.
    pub(super) fn comments(&self, schema: &str, what: &str) -> String {
        let path = self.path(schema);
        let mut out = format!(
            "COMMENT ON {what} {path} IS {};",
            escape_literal(&self.comment)
        );
        for c in &self.columns {
            let (name, text) = (escape_identifier(&c.name), escape_literal(&c.comment));
            let _ = write!(out, "COMMENT ON COLUMN {path}.{name} IS {text};");
        }
        out
    }
}

fn column(name: &str, sql: &str, wire: Type, comment: &str) -> Column {
    Column {
        name: name.to_owned(),
        sql: sql.to_owned(),
        comment: comment.to_owned(),
        wire: Some(wire),
    }
}

fn kind(genre: &str) -> (&'static str, Type) {
    match genre {
        "integer" => ("bigint", Type::INT8),
        "real" => ("double precision", Type::FLOAT8),
        "boolean" => ("boolean", Type::BOOL),
        "date" => ("date", Type::DATE),
        "text_list" => ("text[]", Type::TEXT_ARRAY),
        _ => ("text", Type::TEXT),
    }
}

/// What a collection is and where it comes from.
fn commented(s: &Selection<'_>, export: &Export<'_>) -> String {
    let m = export.manifest;
    let mut own: Vec<String> = m
        .sources
        .iter()
        .filter(|source| source.couche.code() == s.info.id)
        .map(sourced)
        .collect();
    own.dedup();
    let mut text = format!("{}. Édition {}.", s.info.titre, m.id);
    if !own.is_empty() {
        let _ = write!(text, " Sources : {}.", own.join(" ; "));
    }
    text.push_str(
        " Ce qui est calculé tire sur toutes les sources de l’édition : table « sources ».",
    );
    text
}

#[cfg(test)]
mod tests;
