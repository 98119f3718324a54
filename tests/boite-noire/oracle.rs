//! Our published measures beside those of PostGIS on the same published geometries.
//!
//! `bash scripts/oracle.sh` starts a private server and names its socket in `GISEMENT_POSTGRES`; without it the test
//! skips. `GISEMENT_ORACLE` lists what to compare (a number of communes to generate, `brouille`, a configuration, or a
//! data folder already built); by default the real territories and these two. `oracle/*.sql` measure again with GEOS.
//! Shares must agree within 10⁻⁶, distances within 1 cm beyond their rounding to 0.1 m. The
//! urban patch, which we draw on cells, has a tolerance of each parcel's own.

mod brouille;

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Date32Type, Float64Type, Int64Type};
use arrow_array::{Array as _, RecordBatch};
use arrow_schema::{DataType, Field};
use gisement_store::{DataFolder, geoparquet};

use super::harness::{BINARY, Ran, real_data, root};

/// Communes of the generated territory by default: the fewest that hold every kind of layer.
const COMMUNES: &str = "6";
/// The case of [`brouille`].
const BROUILLE: &str = "brouille";
const COLLECTIONS: [&str; 14] = [
    "parcelles",
    "recouvrements",
    "batiments",
    "equipements",
    "friches",
    "friches_emprises",
    "zonage",
    "prescriptions",
    "contraintes",
    "zae",
    "terrains",
    "activite",
    "perimetres",
    "occupation",
];
/// In this order: each uses the tables of those before it.
const SCRIPTS: [&str; 9] = [
    "objets", "criteres", "themes", "zones", "utile", "logement", "tache", "enaf", "bilan",
];
/// The columns that the scripts read, for collections that an edition lacks.
const COLUMNS: &str = "rang int, geometry geometry, site_id text, refcad text, kind text, classe text, categorie text, \
    artif bool, code_cs text, code_us text, millesime int, genre text, nature text, typepsc text, stypepsc text, libelle text, txt text, \
    id text, typezone text, secteur_cc text, datvalid date, datappro date, libelong text, destoui text, destcdt text, \
    destnon text, formdomi text, destdomi text, site_statut text, etat text";

#[test]
fn measures_agree_with_postgis() {
    let Some(postgres) = std::env::var_os("GISEMENT_POSTGRES") else {
        eprintln!("PASSÉ SANS ÊTRE EXÉCUTÉ : comparaison avec PostGIS (lancez scripts/oracle.sh)");
        return;
    };
    let base = Base(postgres.into());
    base.run(
        "postgres",
        "drop database if exists oracle; create database oracle",
    );
    base.run("oracle", "create extension postgis");
    let version = base.run(
        "oracle",
        "select postgis_lib_version(), postgis_geos_version(), current_setting('server_version')",
    );
    println!("PostGIS {}", version[0].join(", "));

    let asked = std::env::var("GISEMENT_ORACLE").unwrap_or_default();
    let mut cases: Vec<PathBuf> = asked.split_whitespace().map(PathBuf::from).collect();
    if cases.is_empty() {
        if real_data("oracle sur les territoires réels").is_some() {
            let configs = root().join("tests/territoires-reels/*/observatoire.toml");
            let found = glob::glob(configs.to_str().unwrap()).unwrap();
            cases.extend(found.map(Result::unwrap));
        }
        cases.push(COMMUNES.into());
        cases.push(BROUILLE.into());
    }
    let beyond: u64 = cases.iter().map(|case| compare(&base, case)).sum();
    assert_eq!(beyond, 0, "mesures qui diffèrent de celles de PostGIS");
}

/// Builds what is asked for, measures it again, prints the table; how many measures differ.
fn compare(base: &Base, case: &Path) -> u64 {
    let dir = tempfile::tempdir().unwrap();
    let built = dir.path().join("donnees");
    let generated = dir.path().join("exemple");
    let mut config = case.to_owned();
    if let Ok(n) = case.to_str().unwrap().parse::<u32>() {
        let n = n.to_string();
        gisement(&["exemple", generated.to_str().unwrap(), "--communes", &n]);
        config = generated.join("observatoire.toml");
    } else if case.to_str() == Some(BROUILLE) {
        gisement(&["exemple", generated.to_str().unwrap(), "--communes", "1"]);
        config = brouille::write(&generated);
    }
    let folder = if config.is_dir() {
        DataFolder::new(config)
    } else {
        gisement(&[
            "construire",
            config.to_str().unwrap(),
            "--donnees",
            built.to_str().unwrap(),
        ]);
        DataFolder::new(built)
    };
    let id = folder.courant().unwrap();
    let manifest = folder.manifest(&id).unwrap();
    let edition = folder.edition_dir(&id).unwrap();
    assert_eq!(manifest.crs, gisement_model::Crs::Lambert93);
    if !edition.join("parcelles.parquet").is_file() {
        println!("\n{} : sans parcelles, rien à comparer", manifest.nom);
        return 0;
    }

    base.run("oracle", "drop schema if exists t cascade; create schema t");
    for name in COLLECTIONS {
        base.load(name, &edition.join(format!("{name}.parquet")));
    }
    let report = super::harness::read_json(&edition.join("rapport.json"));
    let slivers = &report["edition"]["eclats_ignores"];
    base.run(
        "oracle",
        &format!("create table rapport as select {slivers} as eclats"),
    );
    let rules = std::fs::read_to_string(edition.join("bareme.toml")).unwrap();
    let rules: serde_json::Value = toml::from_str(&rules).unwrap();
    base.script(&format!(
        "create table bareme as select $bareme${rules}$bareme$::jsonb as b"
    ));
    let start = Instant::now();
    for name in SCRIPTS {
        let sql = root().join(format!("tests/boite-noire/oracle/{name}.sql"));
        base.script(&std::fs::read_to_string(sql).unwrap());
    }
    print(base, &manifest.nom, start)
}

fn print(base: &Base, name: &str, start: Instant) -> u64 {
    let facts = base.run("oracle", "select fait from faits order by rang");
    let facts: Vec<String> = facts.concat();
    println!(
        "\n{name} : {} ; SQL en {:.0} s",
        facts.join(", "),
        start.elapsed().as_secs_f64()
    );
    println!(
        "| mesure | comparées | écart maximal | hors tolérance | nous seuls | PostGIS seul | éclats |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|");
    let mut beyond = 0;
    for row in base.run(
        "oracle",
        "select mesure, comparees, ltrim(to_char(ecart, '0.0EEEE')), hors, nous, postgis, eclats from bilan order by rang",
    ) {
        println!("| {} |", row.join(" | "));
        beyond += row[3..6].iter().map(|n| n.parse::<u64>().unwrap()).sum::<u64>();
    }
    for row in base.run("oracle", "select * from exemples") {
        println!("  {}", row.join("  "));
    }
    beyond
}

fn gisement(args: &[&str]) {
    let binary = std::env::var_os("GISEMENT").unwrap_or_else(|| BINARY.into());
    let ran: Ran = Command::new(binary).args(args).output().unwrap().into();
    ran.exits(0);
}

/// A PostgreSQL server, by the folder of its socket.
struct Base(PathBuf);

impl Base {
    fn psql(&self, database: &str) -> Command {
        let mut c = Command::new("psql");
        c.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-F",
            "\u{1f}",
            "-v",
            "ON_ERROR_STOP=1",
        ])
        .args(["-U", "postgres", "-d", database, "-h"])
        .arg(&self.0)
        .env(
            "PGOPTIONS",
            "-c client_min_messages=warning -c search_path=t,public",
        )
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
        c
    }

    /// Runs statements, one transaction each, and returns the rows of the queries among them.
    fn run(&self, database: &str, sql: &str) -> Vec<Vec<String>> {
        let mut c = self.psql(database);
        for statement in sql.split(';') {
            c.args(["-c", statement]);
        }
        let ran = Ran::from(c.output().unwrap()).exits(0);
        ran.stdout
            .lines()
            .map(|l| l.split('\u{1f}').map(str::to_owned).collect())
            .collect()
    }

    fn script(&self, sql: &str) {
        let mut child = self.psql("oracle").spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(sql.as_bytes())
            .unwrap();
        Ran::from(child.wait_with_output().unwrap()).exits(0);
    }

    /// A collection as a table: its columns, the WKB of the file untouched, and the rank of each row. One that the
    /// edition lacks is an empty table.
    fn load(&self, name: &str, path: &Path) {
        if !path.is_file() {
            self.run(
                "oracle",
                &format!("create unlogged table {name} ({COLUMNS})"),
            );
            return;
        }
        let batches = geoparquet::read_batches(path).unwrap();
        let schema = batches[0].schema();
        // The box is that of the geometry.
        let columns: Vec<usize> = (0..schema.fields().len())
            .filter(|i| !matches!(schema.field(*i).data_type(), DataType::Struct(_)))
            .collect();
        let list: Vec<String> = columns
            .iter()
            .map(|i| format!("{} {}", schema.field(*i).name(), kind(schema.field(*i))))
            .collect();
        self.run(
            "oracle",
            &format!(
                "create unlogged table {name} (rang int, {})",
                list.join(", ")
            ),
        );
        let mut child = self
            .psql("oracle")
            .args(["-c", &format!("copy {name} from stdin")])
            .spawn()
            .unwrap();
        let mut pipe = BufWriter::new(child.stdin.take().unwrap());
        let mut rank = 0;
        for batch in &batches {
            for row in 0..batch.num_rows() {
                write!(pipe, "{rank}").unwrap();
                for i in &columns {
                    write!(pipe, "\t{}", cell(batch, *i, row)).unwrap();
                }
                writeln!(pipe).unwrap();
                rank += 1;
            }
        }
        pipe.flush().unwrap();
        drop(pipe);
        Ran::from(child.wait_with_output().unwrap()).exits(0);
    }
}

fn kind(field: &Field) -> &'static str {
    match field.data_type() {
        DataType::Binary => "geometry",
        DataType::Float64 => "float8",
        DataType::Int64 => "int8",
        DataType::Boolean => "bool",
        DataType::Date32 => "date",
        // Texts, and lists of texts with `|` between them.
        _ => "text",
    }
}

/// A cell of a COPY line.
fn cell(batch: &RecordBatch, column: usize, row: usize) -> String {
    let column = batch.column(column);
    if column.is_null(row) {
        return "\\N".to_owned();
    }
    let text = match column.data_type() {
        DataType::Binary => {
            let bytes = column.as_binary::<i32>().value(row);
            let mut hex = String::with_capacity(2 * bytes.len());
            for b in bytes {
                for nibble in [b >> 4, b & 15] {
                    hex.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
                }
            }
            return hex;
        }
        DataType::Float64 => {
            // The shortest text that reads back as the same number.
            return column.as_primitive::<Float64Type>().value(row).to_string();
        }
        DataType::List(_) => {
            let list = column.as_list::<i32>().value(row);
            let words: Vec<&str> = list.as_string::<i32>().iter().flatten().collect();
            words.join("|")
        }
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Boolean => column.as_boolean().value(row).to_string(),
        DataType::Date32 => column
            .as_primitive::<Date32Type>()
            .value_as_date(row)
            .unwrap()
            .to_string(),
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        other => panic!("{other} in no collection"),
    };
    text.replace('\\', "\\\\")
        .replace('\t', "\\t")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
}
