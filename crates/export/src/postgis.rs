//! An edition in a PostGIS database, for those who live in SQL: a schema of its own, and `courant`, a schema of views
//! that shows the one published last.
//!
//! *Invariants:* a publication is one transaction, so that whoever dies on the way leaves nothing, and a reader sees
//! the edition before or this one. Rows are frozen as they are copied: a reader whose snapshot is older finds them too,
//! instead of empty tables. One publication at a time in a database.

mod copy;
mod ddl;
mod error;
mod former;
mod target;
mod views;

use gisement_store::Diffusion;
use postgres::error::SqlState;
use postgres::{Client, IsolationLevel, Transaction};
use postgres_protocol::escape::{escape_identifier, escape_literal};

pub use error::Error;
pub use target::Target;

use crate::{Export, Progress};
use ddl::Table;

/// Result of a publication.
pub type Result<T> = std::result::Result<T, Error>;

/// The schema of the views.
const COURANT: &str = "courant";
/// Where an edition is built. Nobody sees it: it has its own name when the transaction ends.
const ASIDE: &str = "gisement_en_cours";
/// What two publications of a database contend for.
const LOCK: i64 = i64::from_be_bytes(*b"gisement");
/// How long to wait for the lock: the server may take a moment to notice that a publisher died.
const LOCK_WAIT: &str = "10s";

/// What was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The schema of the edition.
    pub schema: String,
    /// Tables of collections.
    pub tables: usize,
    /// Their rows.
    pub rows: u64,
    /// Schemas of older editions that were removed.
    pub removed: Vec<String>,
    /// What is not as a reader may expect, in French.
    pub remarks: Vec<String>,
}

/// Publishes the selections of an export, which are whole collections in the legal projection. The same edition is
/// replaced; older ones are left, unless only the `keep` last published ones, this one included, are asked to stay.
///
/// # Errors
/// The database cannot be reached or written, is being published to, or is read without a pause; what [`Progress`]
/// stops. What was served still is.
pub fn publish(
    target: &Target,
    export: &Export<'_>,
    keep: Option<u32>,
    progress: &mut Progress<'_>,
) -> Result<Published> {
    let mut client = target.connect()?;
    let schema = ddl::schema_name(&export.manifest.id);
    let mut remarks = Vec::new();
    let mut all = begin(&mut client)?;
    let extension = extension(&mut all)?;
    check_served(&mut all, export.manifest.diffusion)?;
    former::check(&mut all, &schema, &export.manifest.id)?;
    all.batch_execute(&format!(
        "CREATE SCHEMA {ASIDE}; COMMENT ON SCHEMA {ASIDE} IS {};",
        escape_literal(&export.description())
    ))?;
    let rows = export.selections.iter().map(|s| s.len() as u64).sum();
    progress.begin(rows)?;
    let mut tables = Vec::new();
    for selection in &export.selections {
        let table = Table::of(selection, export, &extension)?;
        all.batch_execute(&table.create(ASIDE))?;
        copy::selection(&mut all, &table, selection, progress)?;
        if !add_key(&mut all, &table)? {
            remarks.push(format!(
                "{} : {} ne distingue pas les lignes, la table n’a pas de clé primaire",
                table.name,
                table.key.join(", ")
            ));
        }
        tables.push(table);
    }
    for (table, rows) in [
        (Table::edition(), vec![copy::edition(export)]),
        (Table::sources(), copy::sources(export)),
    ] {
        all.batch_execute(&table.create(ASIDE))?;
        copy::values(&mut all, &table, rows)?;
        add_key(&mut all, &table)?;
        tables.push(table);
    }
    for table in &tables {
        all.batch_execute(&table.finish(ASIDE))?;
    }
    views::switch(&mut all, &schema, &tables)?;
    all.commit()?;
    let (removed, kept) = keep.map_or_else(Default::default, |n| former::keep(&mut client, n));
    remarks.extend(kept);
    Ok(Published {
        schema,
        tables: export.selections.len(),
        rows,
        removed,
        remarks,
    })
}

/// A transaction that nothing but us ends, and that alone publishes.
fn begin(client: &mut Client) -> Result<Transaction<'_>> {
    let mut all = client
        .build_transaction()
        .isolation_level(IsolationLevel::ReadCommitted)
        .read_only(false)
        .start()?;
    // Whatever the role's settings are; names are all qualified.
    all.batch_execute(&format!(
        "SET LOCAL search_path = ''; SET LOCAL client_min_messages = warning; SET LOCAL statement_timeout = 0; \
         SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = '{LOCK_WAIT}';"
    ))?;
    match all.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]) {
        Err(e) if e.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => return Err(Error::Busy),
        done => done?,
    };
    all.batch_execute("SET LOCAL lock_timeout = 0")?;
    Ok(all)
}

/// The schema in which PostGIS is installed.
fn extension(all: &mut Transaction<'_>) -> Result<String> {
    let found = all.query_opt(
        "SELECT n.nspname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace \
         WHERE e.extname = 'postgis'",
        &[],
    )?;
    Ok(found.ok_or(Error::NoPostgis)?.try_get(0)?)
}

/// Whether the readers of the database are those whom this form is for: a public database must not show the rest from
/// one day to the next, nor partners lose it.
fn check_served(all: &mut Transaction<'_>, diffusion: Diffusion) -> Result<()> {
    let name = format!("{COURANT}.edition");
    let there: bool = all
        .query_one("SELECT to_regclass($1) IS NOT NULL", &[&name])?
        .try_get(0)?;
    if !there {
        return Ok(());
    }
    let served: Option<String> = all
        .query_opt(&format!("SELECT diffusion FROM {name}"), &[])?
        .map(|row| row.try_get(0))
        .transpose()?;
    match served {
        Some(served) if served != ddl::named(diffusion) => Err(Error::OtherDiffusion {
            served,
            asked: ddl::named(diffusion),
        }),
        _ => Ok(()),
    }
}

/// Adds the primary key of a table; false when rows are not distinct.
fn add_key(all: &mut Transaction<'_>, table: &Table) -> Result<bool> {
    if table.key.is_empty() {
        return Ok(true);
    }
    let key: Vec<String> = table.key.iter().map(|c| escape_identifier(c)).collect();
    let mut attempt = all.transaction()?;
    let added = attempt.batch_execute(&format!(
        "ALTER TABLE {} ADD PRIMARY KEY ({})",
        table.path(ASIDE),
        key.join(", ")
    ));
    match added {
        Ok(()) => {
            attempt.commit()?;
            Ok(true)
        }
        Err(e) if e.code() == Some(&SqlState::UNIQUE_VIOLATION) => {
            attempt.rollback()?;
            Ok(false)
        }
        Err(e) => Err(e.into()),
    }
}
