//! Runs the binary: commands in a temporary folder, a server on a free port, JSON over HTTP.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

pub const BINARY: &str = env!("CARGO_BIN_EXE_gisement");

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// The configuration of the sample territory.
pub fn sample() -> PathBuf {
    root().join("data-samples/coteaux/observatoire.toml")
}

/// The folder of real open data, or `None` (and a message) where it is not there.
pub fn real_data(test: &str) -> Option<PathBuf> {
    let dir = root().join("../shared/data");
    if dir.is_dir() {
        return Some(dir);
    }
    eprintln!(
        "PASSÉ SANS ÊTRE EXÉCUTÉ : {test} (données réelles absentes : {})",
        dir.display()
    );
    None
}

/// Five parcels of an invented commune, in the layout of Etalab, one feature per line.
pub fn parcels() -> Vec<String> {
    (0..5)
        .map(|i| {
            let x = 3.10 + f64::from(i) * 0.001;
            let ring: Vec<String> = [(0.0, 0.0), (0.0005, 0.0), (0.0005, 0.0005), (0.0, 0.0005), (0.0, 0.0)]
                .iter()
                .map(|(dx, dy)| format!("[{:.7},{:.7}]", x + dx, 43.6 + dy))
                .collect();
            format!(
                r#"{{"type":"Feature","id":"34999000AB000{n}","geometry":{{"type":"Polygon","coordinates":[[{}]]}},"properties":{{"id":"34999000AB000{n}","commune":"34999","prefixe":"000","section":"AB","numero":"{n}","contenance":2240,"arpente":false,"created":"2015-01-01","updated":"2020-01-01"}}}}"#,
                ring.join(","),
                n = i + 1,
            )
        })
        .collect()
}

/// A GeoJSON file of these features.
pub fn collection(features: &[String]) -> String {
    format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n",
        features.join(",\n")
    )
}

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(o: Output) -> Self {
        let text = |b: Vec<u8>| String::from_utf8(b).unwrap();
        Self {
            code: o.status.code(),
            stdout: text(o.stdout),
            stderr: text(o.stderr),
        }
    }
}

impl Ran {
    /// Asserts the exit code, showing what was printed otherwise.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "\n--- stdout\n{}\n--- stderr\n{}",
            self.stdout,
            self.stderr
        );
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }

    /// Asserts that standard error says something.
    #[track_caller]
    pub fn says(self, expected: &[&str]) -> Self {
        for e in expected {
            assert!(self.stderr.contains(e), "« {e} » not in:\n{}", self.stderr);
        }
        self
    }
}

/// Runs the binary to its end.
pub fn gisement(args: &[&str]) -> Ran {
    Command::new(BINARY).args(args).output().unwrap().into()
}

/// Builds a configuration into a data folder.
pub fn construire(config: &Path, donnees: &Path) -> Ran {
    gisement(&[
        "construire",
        config.to_str().unwrap(),
        "--donnees",
        donnees.to_str().unwrap(),
    ])
}

/// Reads a JSON file.
pub fn read_json(path: &Path) -> Value {
    serde_json::from_slice(
        &std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display())),
    )
    .unwrap()
}

/// The folder of the edition that a data folder serves.
pub fn edition_dir(donnees: &Path) -> PathBuf {
    let id = std::fs::read_to_string(donnees.join("courant")).unwrap();
    donnees.join("editions").join(id.trim())
}

/// The report of the file whose name ends so, in the edition served.
pub fn rapport(donnees: &Path, file: &str) -> Value {
    let all = read_json(&edition_dir(donnees).join("rapport.json"));
    let found = all["fichiers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["source"]["fichier"].as_str().unwrap().ends_with(file));
    found
        .unwrap_or_else(|| panic!("no report of {file}"))
        .clone()
}

/// A running server, killed when dropped.
pub struct Server {
    child: Child,
    pub url: String,
}

impl Server {
    pub fn start(donnees: &Path) -> Self {
        Self::told(donnees, &[])
    }

    /// With more options.
    pub fn told(donnees: &Path, options: &[&str]) -> Self {
        let mut child = Command::new(BINARY)
            .args([
                "servir",
                donnees.to_str().unwrap(),
                "--adresse",
                "127.0.0.1:0",
            ])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let Some(url) = line.split_whitespace().find(|w| w.starts_with("http://")) else {
            let mut err = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut err)
                .unwrap();
            panic!("server did not start: {line}{err}");
        };
        let url = url.trim_end_matches('/').to_owned();
        Self { child, url }
    }

    /// GET: status and body.
    pub fn get(&self, path: &str) -> (u16, Vec<u8>) {
        get(&self.url, path)
    }

    /// POST of a JSON document: status and body, null when it is no JSON.
    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let mut answer = agent
            .post(format!("{}{path}", self.url))
            .header("content-type", "application/json")
            .send(body.to_string())
            .unwrap();
        let status = answer.status().as_u16();
        let text = answer.body_mut().read_to_string().unwrap();
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    /// GET of a JSON answer that must be 200.
    #[track_caller]
    pub fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path);
        assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }

    /// Number of features of a collection.
    #[track_caller]
    pub fn count(&self, collection: &str) -> u64 {
        self.json(&format!("/collections/{collection}/items?limit=1"))["numberMatched"]
            .as_u64()
            .unwrap()
    }

    /// Every feature's properties, page after page.
    pub fn all(&self, collection: &str) -> Vec<Value> {
        let mut path = format!("/collections/{collection}/items?limit=1000");
        let mut out = Vec::new();
        loop {
            let page = self.json(&path);
            out.extend(
                page["features"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|f| f["properties"].clone()),
            );
            let next = page["links"]
                .as_array()
                .unwrap()
                .iter()
                .find(|l| l["rel"] == "next");
            match next.and_then(|l| l["href"].as_str()) {
                Some(href) => href[href.find("/collections").unwrap()..].clone_into(&mut path),
                None => return out,
            }
        }
    }

    /// Sends SIGTERM and waits for the end.
    pub fn stop(mut self) -> Option<i32> {
        Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// GET: status and body.
pub fn get(url: &str, path: &str) -> (u16, Vec<u8>) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let mut answer = agent.get(format!("{url}{path}")).call().unwrap();
    let status = answer.status().as_u16();
    (
        status,
        answer
            .body_mut()
            .with_config()
            .limit(200 << 20)
            .read_to_vec()
            .unwrap(),
    )
}
