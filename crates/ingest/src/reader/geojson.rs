//! GeoJSON and JSON tables: what the document declares, and its objects cut by [`Cutter`]. Parsing them is the
//! affair of `feature`, in parallel.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use gisement_model::Crs;
use serde::de::{self, IgnoredAny, MapAccess, Visitor};

use super::cutter::{Chunk, CutError, Cutter, End, Layout};
use super::{Batch, Info, Outcome, Reader, Wanted};
use crate::Error;
use crate::open::{BOMB, Input, Progress};
use crate::prj::Unrecognised;

pub(crate) struct JsonReader {
    path: PathBuf,
    cutter: Cutter<Input>,
    progress: Progress,
    info: Info,
    first: Option<Chunk>,
}

impl JsonReader {
    pub(crate) fn open(path: &Path, must_have: &[&str]) -> Result<Self, Error> {
        let input = Input::open(path)?;
        let progress = input.progress();
        let mut cutter = Cutter::open(input).map_err(|e| match e {
            CutError::Io(e) => Error::io(path)(e),
            CutError::NotJson(detail) => Error::Corrupt {
                path: path.into(),
                ligne: 0,
                detail,
            },
        })?;
        let first = cutter.next_chunk();
        let mut columns = Columns::default();
        let mut features = cutter.layout == Layout::Features;
        if let Some(chunk) = &first {
            features |= columns.add(chunk);
        }
        if cutter.layout == Layout::Single && !features {
            return Err(Error::Format {
                path: path.into(),
                detail: "objet JSON sans membre « features » ni « properties »".into(),
            });
        }
        if must_have
            .iter()
            .any(|m| !columns.names.iter().any(|c| c.eq_ignore_ascii_case(m)))
        {
            // The configuration names a column that the first objects lack: it may come later, so that the whole
            // file is looked at before it is called an error.
            let again = Input::open(path)?;
            if let Ok(mut c) = Cutter::open(again) {
                while let Some(chunk) = c.next_chunk() {
                    columns.add(&chunk);
                }
            }
        }
        let crs_member = cutter.members.iter().find(|(k, _)| k == "crs");
        let (crs, looks_like, crs_words) =
            declared_crs(crs_member.map(|(_, v)| v.as_slice()), features);
        let info = Info {
            format: if features { "GeoJSON" } else { "table JSON" },
            columns: columns.order,
            open_columns: true,
            has_geometry: features,
            crs,
            looks_like,
            crs_words,
            encoding: "UTF-8 (JSON)".into(),
            table: String::new(),
        };
        Ok(Self {
            path: path.into(),
            cutter,
            progress,
            info,
            first,
        })
    }
}

impl Reader for JsonReader {
    fn info(&self) -> &Info {
        &self.info
    }

    fn want(&mut self, _wanted: &Wanted) {}

    fn batch(&mut self) -> Result<Option<Batch>, Error> {
        let chunk = match self.first.take() {
            Some(c) => Some(c),
            None => self.cutter.next_chunk(),
        };
        if let Some(e) = self.cutter.failure()
            && e.to_string().contains(BOMB)
        {
            return Err(Error::Limit {
                path: self.path.clone(),
                detail: format!("{BOMB} : lecture refusée"),
            });
        }
        Ok(chunk.map(Batch::Objects))
    }

    fn progress(&self) -> Progress {
        self.progress.clone()
    }

    fn outcome(&self) -> Outcome {
        let truncated = match (self.cutter.failure(), self.cutter.end) {
            (Some(e), _) => Some(e.to_string()),
            (None, Some(End::Truncated)) => Some("le tableau n’est pas refermé".to_owned()),
            _ => None,
        };
        let late = self.cutter.members.iter().find(|(k, _)| k == "crs");
        Outcome {
            truncated,
            garbage: self.cutter.garbage,
            late_crs: declared_crs(late.map(|(_, v)| v.as_slice()), self.info.has_geometry).0,
            encoding: None,
        }
    }
}

/// The `crs` member of GeoJSON 2008. Absent or null means CRS84 (RFC 7946).
fn declared_crs(member: Option<&[u8]>, features: bool) -> (Option<Crs>, Option<Crs>, String) {
    let name = member
        .and_then(|raw| serde_json::from_slice::<serde_json::Value>(raw).ok())
        .and_then(|v| {
            let p = v.get("properties")?;
            p.get("name")
                .and_then(|n| n.as_str().map(str::to_owned))
                .or_else(|| p.get("code").map(std::string::ToString::to_string))
        });
    match name {
        Some(n) => match n.parse().map_err(Unrecognised::from) {
            Ok(crs) => (Some(crs), None, format!("membre crs « {n} »")),
            Err(e) if e.looks_like.is_some() => (
                None,
                e.looks_like,
                format!("membre crs « {n} » : {}", e.why),
            ),
            Err(_) => (None, None, format!("membre crs « {n} »")),
        },
        None if features => (None, None, "GeoJSON sans membre crs".to_owned()),
        None => (None, None, String::new()),
    }
}

/// The keys of the first objects, in order of appearance.
#[derive(Default)]
struct Columns {
    names: BTreeSet<String>,
    order: Vec<String>,
}

impl Columns {
    /// Adds the keys of a chunk. True when its objects are features.
    fn add(&mut self, chunk: &Chunk) -> bool {
        let mut features = false;
        for s in chunk.spans.iter().filter(|s| s.broken.is_none()) {
            let text = String::from_utf8_lossy(&chunk.bytes[s.start..s.end]);
            let Ok(Keys { root, properties }) = serde_json::from_str::<Keys>(&text) else {
                continue;
            };
            features |= properties.is_some();
            for k in properties.unwrap_or(root) {
                if !self.names.contains(&k) {
                    self.names.insert(k.clone());
                    self.order.push(k);
                }
            }
        }
        features
    }
}

struct Keys {
    root: Vec<String>,
    properties: Option<Vec<String>>,
}

impl<'de> de::Deserialize<'de> for Keys {
    fn deserialize<D: de::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Keys;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("un objet")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Keys {
                    root: Vec::new(),
                    properties: None,
                };
                while let Some(k) = map.next_key::<String>()? {
                    if k == "properties" {
                        keys.properties =
                            Some(map.next_value::<Option<Names>>()?.unwrap_or_default().0);
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                    keys.root.push(k);
                }
                Ok(keys)
            }
        }
        d.deserialize_map(V)
    }
}

#[derive(Default)]
struct Names(Vec<String>);

impl<'de> de::Deserialize<'de> for Names {
    fn deserialize<D: de::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Names;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("un objet")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some(k) = map.next_key::<String>()? {
                    map.next_value::<IgnoredAny>()?;
                    names.push(k);
                }
                Ok(Names(names))
            }
        }
        d.deserialize_map(V)
    }
}
