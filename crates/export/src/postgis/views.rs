//! `courant`, the views that show one edition: all of them change at once.

use std::thread::sleep;
use std::time::{Duration, Instant};

use postgres::error::SqlState;
use postgres::{Error as SqlError, Transaction};
use postgres_protocol::escape::{escape_identifier, escape_literal};

use super::ddl::{PREFIX, Table};
use super::{ASIDE, COURANT, Error, Result, former};

/// How long readers may keep us waiting.
const PATIENCE: Duration = Duration::from_mins(5);
/// How long they are left alone after a vain attempt; longer each time, up to the last.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(2)];

/// Makes `courant` show the edition that was built aside, and gives it its name in place of an earlier publication of it.
///
/// The views are locked against their readers before any changes. A reader of several could then wait for one of ours
/// while we wait for one of his: so an attempt gives up, and lets everybody through, before the server would look for
/// such a knot and cut one of its ends. The next one begins with the view that was not free: waiting for the first
/// holds nobody up who has begun to read.
pub(super) fn switch(all: &mut Transaction<'_>, schema: &str, tables: &[Table]) -> Result<()> {
    all.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {COURANT}"))?;
    let setting = "SELECT setting::bigint FROM pg_settings WHERE name = 'deadlock_timeout'";
    let knot: i64 = all.query_one(setting, &[])?.try_get(0)?;
    let attempt_max = Duration::from_millis(knot.unsigned_abs() / 2);
    let mut views = shown(all)?;
    let until = Instant::now() + PATIENCE;
    let mut pause = PAUSES[0];
    loop {
        let mut attempt = all.transaction()?;
        let changed = lock(&mut attempt, &views, attempt_max).and_then(|deadline| {
            change(&mut attempt, schema, tables, &views, deadline).map_err(|e| (0, e))
        });
        match changed {
            Err((at, e)) if e.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
                attempt.rollback()?;
                if let Some(views) = views.get_mut(..=at) {
                    views.rotate_right(1);
                }
            }
            done => {
                done.map_err(|(_, e)| e)?;
                attempt.commit()?;
                break;
            }
        }
        if Instant::now() > until {
            return Err(Error::Readers);
        }
        sleep(pause);
        pause = PAUSES[1].min(pause * 2);
    }
    // Every lock is held: readers wait for this only.
    let mut comments = format!(
        "COMMENT ON SCHEMA {COURANT} IS {};",
        escape_literal(
            "Les vues montrent l’édition publiée en dernier ; toutes en changent à la fois."
        )
    );
    for table in tables {
        comments.push_str(&table.comments(COURANT, "VIEW"));
    }
    Ok(all.batch_execute(&comments)?)
}

/// Locks the views in this order; gives until when other locks may be waited for, or else which view was not free.
fn lock(
    all: &mut Transaction<'_>,
    views: &[String],
    attempt_max: Duration,
) -> std::result::Result<Instant, (usize, SqlError)> {
    let mut deadline = Instant::now() + attempt_max;
    for (i, name) in views.iter().enumerate() {
        // It changes nothing: LOCK would lock the tables under the view too.
        let view = escape_identifier(name);
        let sql = format!("ALTER VIEW {COURANT}.{view} RESET (security_barrier)");
        within(all, deadline, &sql).map_err(|e| (i, e))?;
        if i == 0 {
            // The rest is free now, or held by someone who waits for us: not worth as long.
            deadline = Instant::now() + attempt_max / 4;
        }
    }
    Ok(deadline)
}

fn change(
    all: &mut Transaction<'_>,
    schema: &str,
    tables: &[Table],
    views: &[String],
    deadline: Instant,
) -> std::result::Result<(), SqlError> {
    for name in views {
        if tables.iter().all(|t| t.name != *name) {
            let view = escape_identifier(name);
            all.batch_execute(&format!("DROP VIEW {COURANT}.{view}"))?;
        }
    }
    for table in tables {
        let view = table.path(COURANT);
        let select = format!("VIEW {view} AS SELECT * FROM {}", table.path(ASIDE));
        // In place when its columns allow, so that rights and views that stand on it stay.
        let mut in_place = all.transaction()?;
        match within(
            &mut in_place,
            deadline,
            &format!("CREATE OR REPLACE {select}"),
        ) {
            Err(e) if e.code() == Some(&SqlState::INVALID_TABLE_DEFINITION) => {
                in_place.rollback()?;
                within(all, deadline, &format!("DROP VIEW {view}; CREATE {select}"))?;
            }
            done => {
                done?;
                in_place.commit()?;
            }
        }
    }
    if let Some(drop) = former::drop_sql(all, schema)? {
        within(all, deadline, &drop)?;
    }
    let rename = format!(
        "ALTER SCHEMA {ASIDE} RENAME TO {}",
        escape_identifier(schema)
    );
    all.batch_execute(&rename)
}

/// Runs what needs locks, unless they are not free by then.
fn within(
    all: &mut Transaction<'_>,
    deadline: Instant,
    sql: &str,
) -> std::result::Result<(), SqlError> {
    let left = deadline
        .saturating_duration_since(Instant::now())
        .as_millis()
        .max(1);
    all.batch_execute(&format!("SET LOCAL lock_timeout = {left}; {sql}"))
}

/// The views of `courant` that a publication made: those that show the table of their name in one of our schemas.
fn shown(all: &mut Transaction<'_>) -> std::result::Result<Vec<String>, SqlError> {
    all.query(
        "SELECT DISTINCT v.relname::text FROM pg_class v \
         JOIN pg_namespace here ON here.oid = v.relnamespace \
         JOIN pg_rewrite r ON r.ev_class = v.oid \
         JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid \
           AND d.refclassid = 'pg_class'::regclass \
         JOIN pg_class t ON t.oid = d.refobjid AND t.relname = v.relname \
         JOIN pg_namespace there ON there.oid = t.relnamespace AND starts_with(there.nspname::text, $2) \
         WHERE v.relkind = 'v' AND here.nspname = $1",
        &[&COURANT, &PREFIX],
    )?
    .iter()
    .map(|row| row.try_get(0))
    .collect()
}
