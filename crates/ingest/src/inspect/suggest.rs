//! Columns that resemble the ones that a layer lacks, and dates that the file itself suggests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use gisement_model::texte::cle;
use jiff::civil::Date;

use super::content::Content;
use super::vocabulary;
use crate::layers::Layer;
use crate::normalise;

/// Names nearer than this are probably the same thing.
const NEAR: f64 = 0.93;

/// Field → column, for fields without a column: by the words in the cells, else by the name.
pub(super) fn columns(
    layer: &Layer,
    bound: &BTreeMap<String, String>,
    content: &Content,
    known: impl Fn(&str) -> bool,
) -> BTreeMap<String, String> {
    let mut taken: BTreeSet<&str> = bound.values().map(String::as_str).collect();
    let mut out = BTreeMap::new();
    for input in layer.inputs.iter().filter(|i| !bound.contains_key(i.name)) {
        let free = || {
            content
                .info
                .columns
                .iter()
                .filter(|c| !taken.contains(c.as_str()))
        };
        let by_words = vocabulary::of(layer.couche, input.name).and_then(|(belongs, _)| {
            free().find(|c| {
                let values = content.first_values(c);
                // Few values, or values that any code could have, prove nothing.
                // One value alone (« A ») belongs to many lists.
                let several = values.iter().any(|v| *v != values[0]);
                let telling = several && values.iter().all(|v| v.chars().any(char::is_alphabetic));
                let allowed = values.len() / 10;
                // Stops at the first miss too many: most columns are no list at all.
                telling
                    && values.len() >= 3
                    && values
                        .iter()
                        .filter(|v| !belongs(v.trim()))
                        .nth(allowed)
                        .is_none()
            })
        });
        let found = by_words.or_else(|| {
            free()
                // A column that some layer knows under its own name is no misspelling of another.
                .filter(|c| !known(c))
                .map(|c| (near(c, input.name, input.aliases), c))
                .filter(|(s, _)| *s >= NEAR)
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(_, c)| c)
        });
        if let Some(c) = found {
            taken.insert(c);
            out.insert(input.name.to_owned(), c.clone());
        }
    }
    out
}

fn near(column: &str, name: &str, aliases: &[&str]) -> f64 {
    let c = cle(column);
    aliases
        .iter()
        .copied()
        .chain(std::iter::once(name))
        .filter(|a| !a.ends_with('*'))
        .map(|a| {
            let a = cle(a);
            let words = |s: &str| s.split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
            if a.len() >= 5 && words(&c).is_superset(&words(&a)) {
                0.95
            } else if c.len().min(a.len()) < 4 {
                0.0
            } else {
                strsim::jaro_winkler(&c, &a)
            }
        })
        .fold(0.0, f64::max)
}

/// The date written in the name of the file, or of the folders that hold it.
pub(super) fn date_in_name(path: &Path) -> Option<Date> {
    let mut parts: Vec<String> = path
        .components()
        .rev()
        .take(3)
        .map(|c| c.as_os_str().to_string_lossy().into_owned())
        .collect();
    if let Some(first) = parts.first_mut()
        && let Some(dot) = first.find('.')
    {
        first.truncate(dot);
    }
    parts.iter().find_map(|p| date_in(p))
}

fn date_in(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    (0..bytes.len())
        .filter(|i| *i == 0 || !digit(i - 1))
        .find_map(|i| {
            let len = [10, 8]
                .into_iter()
                .find(|n| !digit(i + n) && text.get(i..i + n).is_some_and(is_written_date))?;
            let digits: String = text[i..i + len]
                .chars()
                .filter(char::is_ascii_digit)
                .collect();
            match normalise::date(&digits) {
                normalise::Read::Value(d) if (1990..2100).contains(&d.year()) => Some(d),
                _ => None,
            }
        })
}

/// `AAAAMMJJ`, or `AAAA-MM-JJ` with hyphens or underscores.
fn is_written_date(t: &str) -> bool {
    let b = t.as_bytes();
    let digits = b.iter().filter(|c| c.is_ascii_digit()).count();
    digits == 8 && (b.len() == 8 || b[4] == b[7] && matches!(b[4], b'-' | b'_'))
}

/// The département that completes parcels of 12 characters: that of a commune named by the path, when its last
/// three digits are those of the parcels.
pub(super) fn departement(path: &Path, parcel: &str) -> Option<String> {
    let commune = parcel.get(..3)?;
    // A path relative to the current folder hides the commune that the folder names.
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let text = whole.to_string_lossy();
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .find(|w| {
            w.len() == 5 && w.ends_with(commune) && w.parse::<gisement_model::CodeInsee>().is_ok()
        })
        .map(|w| w[..2].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_found_in_names() {
        for (name, date) in [
            (
                "plu/30014_PLU_20171013/30014_ZONE_URBA_20171013.shp",
                Some("2017-10-13"),
            ),
            (
                "cadastre/2026-06-01/cadastre-09-parcelles.json.gz",
                Some("2026-06-01"),
            ),
            ("bd/x_2015_01_limagne.shp", None),
            ("insee/200069193.csv", None),
            ("a/99999999.csv", None),
        ] {
            assert_eq!(
                date_in_name(Path::new(name))
                    .map(|d| d.to_string())
                    .as_deref(),
                date,
                "{name}"
            );
        }
    }

    #[test]
    fn a_departement_is_read_only_from_the_right_commune() {
        let p = Path::new("commune_complete_63148_ennezat/PARCELLE.shp");
        assert_eq!(departement(p, "148000AA0099").as_deref(), Some("63"));
        assert_eq!(departement(p, "149000AA0099"), None);
    }
}
