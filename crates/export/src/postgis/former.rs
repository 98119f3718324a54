//! The schemas of earlier publications: replaced, left, or removed when there are too many.

use postgres::{Client, Error as SqlError, Row, Transaction};
use postgres_protocol::escape::{escape_identifier, escape_literal};

use super::ddl::PREFIX;
use super::{Error, Result, begin};

/// How long a schema to remove may be in use before it is left.
const IN_USE: &str = "5s";

/// Whether a schema of this name is free, or holds this edition and may be replaced by it.
pub(super) fn check(all: &mut Transaction<'_>, schema: &str, edition: &str) -> Result<()> {
    let there = all.query_opt("SELECT 1 FROM pg_namespace WHERE nspname = $1", &[&schema])?;
    if there.is_none() {
        return Ok(());
    }
    let foreign = || Error::Foreign(schema.to_owned());
    let known = schemas(all)?;
    if !known.iter().any(|s| s == schema) {
        return Err(foreign());
    }
    let sql = format!("SELECT id FROM {}.edition", escape_identifier(schema));
    let row: Option<Row> = all.query_opt(&sql, &[])?;
    match row.map(|r| r.try_get::<_, String>(0)).transpose()? {
        Some(id) if id == edition => Ok(()),
        _ => Err(foreign()),
    }
}

/// Removes what was published before the last `n` editions; what could not be, and why, comes second. The publication
/// is done: nothing here makes it fail.
pub(super) fn keep(client: &mut Client, n: u32) -> (Vec<String>, Vec<String>) {
    let (mut removed, mut remarks) = (Vec::new(), Vec::new());
    let older = match begin(client).and_then(|mut all| Ok(by_age(&mut all)?)) {
        Ok(all) => all.into_iter().skip(n as usize),
        Err(e) => {
            return (
                removed,
                vec![format!("éditions anciennes conservées : {e}")],
            );
        }
    };
    for schema in older {
        match remove(client, &schema) {
            Ok(()) => removed.push(schema),
            Err(e) => remarks.push(format!("{schema} est conservé : {e}")),
        }
    }
    (removed, remarks)
}

fn remove(client: &mut Client, schema: &str) -> Result<()> {
    let mut all = begin(client)?;
    if let Some(drop) = drop_sql(&mut all, schema)? {
        all.batch_execute(&format!("SET LOCAL lock_timeout = '{IN_USE}'; {drop}"))?;
    }
    Ok(all.commit()?)
}

/// What removes a schema and its tables, and fails when something else stands on them; `None` when it is not there.
pub(super) fn drop_sql(
    all: &mut Transaction<'_>,
    schema: &str,
) -> std::result::Result<Option<String>, SqlError> {
    let tables: Vec<String> = all
        .query(
            "SELECT t.relname::text FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace \
             WHERE n.nspname = $1 AND t.relkind IN ('r', 'p') ORDER BY 1",
            &[&schema],
        )?
        .iter()
        .map(|row| row.try_get(0).map(|name: String| escape_identifier(&name)))
        .collect::<std::result::Result<_, _>>()?;
    if tables.is_empty() {
        return Ok(None);
    }
    let schema = escape_identifier(schema);
    let paths: Vec<String> = tables.iter().map(|t| format!("{schema}.{t}")).collect();
    Ok(Some(format!(
        "DROP TABLE {}; DROP SCHEMA {schema};",
        paths.join(", ")
    )))
}

/// Our schemas: they are named so, and have a table `edition`.
fn schemas(all: &mut Transaction<'_>) -> std::result::Result<Vec<String>, SqlError> {
    all.query(
        "SELECT n.nspname::text FROM pg_namespace n JOIN pg_class t ON t.relnamespace = n.oid \
         WHERE starts_with(n.nspname::text, $1) AND t.relname = 'edition' AND t.relkind IN ('r', 'p')",
        &[&PREFIX],
    )?
    .iter()
    .map(|row| row.try_get(0))
    .collect()
}

/// Our schemas, the one published last first.
fn by_age(all: &mut Transaction<'_>) -> std::result::Result<Vec<String>, SqlError> {
    let each: Vec<String> = schemas(all)?
        .iter()
        .map(|s| {
            let (name, path) = (escape_literal(s), escape_identifier(s));
            format!("SELECT {name}::text AS nom, publie_le FROM {path}.edition")
        })
        .collect();
    if each.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT nom FROM ({}) AS e ORDER BY publie_le DESC",
        each.join(" UNION ALL ")
    );
    all.query(&sql, &[])?
        .iter()
        .map(|row| row.try_get(0))
        .collect()
}
