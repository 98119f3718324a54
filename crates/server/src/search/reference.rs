//! Parcel references as people write them: `34901000ZB0047`, `34901 ZB 47`, `ZB47 Lauzerac`, `ZB 47`.

use gisement_model::{CodeInsee, texte};

use crate::editions::Edition;

/// A reference read from free text; what was not written is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    commune: Option<CodeInsee>,
    prefixe: Option<String>,
    /// Two characters.
    section: String,
    /// Four digits.
    numero: String,
    /// The other words, as a comparison key: a commune's name.
    nom: String,
}

/// A run of digits or of letters; `glued` when nothing separates it from the run before.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    text: String,
    digits: bool,
    glued: bool,
}

fn runs(text: &str) -> Vec<Run> {
    let mut all: Vec<Run> = Vec::new();
    let mut gap = true;
    for c in text.chars() {
        if !c.is_alphanumeric() {
            gap = true;
            continue;
        }
        let digits = c.is_ascii_digit();
        match all.last_mut() {
            Some(last) if !gap && last.digits == digits => last.text.push(c),
            _ => all.push(Run {
                text: c.to_string(),
                digits,
                glued: !gap,
            }),
        }
        gap = false;
    }
    all
}

impl Reference {
    /// Reads a reference; `None` when the text is something else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        // A Corsican commune code mixes letters and digits: taken out first.
        let (corse, rest) = corsican(text);
        let runs = runs(&rest);
        let is_section = |r: &Run| !r.digits && r.text.len() <= 2 && r.text.is_ascii();
        let is_number = |r: &Run| r.digits && r.text.len() <= 4;
        let at = (0..runs.len().saturating_sub(1))
            .find(|&i| is_section(&runs[i]) && is_number(&runs[i + 1]));
        let (first, section, number) = match at {
            // `0A12`: the section's padding is a digit stuck before its letter.
            Some(i)
                if i > 0
                    && runs[i].glued
                    && runs[i].text.len() == 1
                    && runs[i - 1].text.ends_with('0') =>
            {
                (i, format!("0{}", runs[i].text), i + 1)
            }
            Some(i) => (i, runs[i].text.clone(), i + 1),
            // Alsace and Moselle number their sections; then the commune must come first.
            None => {
                let d: Vec<_> = runs.iter().filter(|r| r.digits).collect();
                let n = d.len();
                if !(n == 3 || n == 4 && d[1].text.len() == 3)
                    || d[0].text.len() != 5
                    || d.len() != runs.len()
                {
                    return None;
                }
                (n - 2, d[n - 2].text.clone(), n - 1)
            }
        };
        let numero = runs.get(number).filter(|r| is_number(r))?.text.clone();
        let (commune, prefixe) = before(&runs[..first], &section);
        let words: Vec<&str> = runs
            .iter()
            .enumerate()
            .filter(|(i, r)| !r.digits && *i != first)
            .map(|(_, r)| r.text.as_str())
            .collect();
        Some(Self {
            commune: commune.or(corse),
            prefixe,
            section: format!("{:0>2}", section.to_ascii_uppercase()),
            numero: format!("{numero:0>4}"),
            nom: texte::cle(&words.join(" ")),
        })
        .filter(|r| r.section.len() == 2)
    }

    /// The rows of `parcelles` that the reference designates, at most `max`. Where the prefix is not written, every
    /// prefix of the commune is tried by one jump in the sorted identifiers.
    pub(crate) fn rows(&self, edition: &Edition, max: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let Some(parcelles) = edition.collection("parcelles") else {
            return found;
        };
        let Some(keys) = edition.keys(parcelles) else {
            return found;
        };
        for commune in self.communes(edition) {
            let mut from = self.prefixe.as_deref().unwrap_or("000").to_owned();
            loop {
                let start = format!("{commune}{from}");
                let Some((key, _)) = keys.from(parcelles, &start).next() else {
                    break;
                };
                let Some(prefixe) = key.strip_prefix(commune.as_str()).and_then(|k| k.get(..3))
                else {
                    break;
                };
                if self.prefixe.as_deref().is_some_and(|p| p != prefixe) {
                    break;
                }
                let idu = format!("{commune}{prefixe}{}{}", self.section, self.numero);
                found.extend(keys.find(parcelles, &idu));
                if found.len() >= max {
                    return found;
                }
                match prefixe.parse::<u16>() {
                    Ok(p) if p < 999 => from = format!("{:03}", p + 1),
                    _ => break,
                }
            }
        }
        found
    }

    fn communes(&self, edition: &Edition) -> Vec<String> {
        match self.commune {
            Some(c) => vec![c.to_string()],
            None => edition
                .search()
                .communes(edition, &self.nom)
                .map(str::to_owned)
                .collect(),
        }
    }
}

/// The commune and prefix written before the section.
fn before(runs: &[Run], section: &str) -> (Option<CodeInsee>, Option<String>) {
    let padded = section.starts_with('0') && section.len() == 2;
    let mut digits: Vec<String> = runs
        .iter()
        .filter(|r| r.digits)
        .map(|r| r.text.clone())
        .collect();
    if padded
        && section.ends_with(|c: char| c.is_ascii_alphabetic())
        && let Some(last) = digits.last_mut()
    {
        last.pop();
    }
    digits.retain(|d| !d.is_empty());
    let joined = digits.concat();
    match joined.len() {
        5 => (joined.parse().ok(), None),
        8 => (joined[..5].parse().ok(), Some(joined[5..].to_owned())),
        3 => (None, Some(joined)),
        _ => (None, None),
    }
}

fn corsican(text: &str) -> (Option<CodeInsee>, String) {
    let found = text.char_indices().find_map(|(i, _)| {
        let code = text.get(i..i + 5)?;
        let corse = matches!(code.as_bytes(), [b'2', b'A' | b'a' | b'B' | b'b', rest @ ..] if rest.iter().all(u8::is_ascii_digit));
        let alone = i == 0 || text.as_bytes()[i - 1] == b' ';
        (corse && alone).then(|| (i, code.parse().ok()))
    });
    match found {
        Some((i, code)) => (code, format!("{} {}", &text[..i], &text[i + 5..])),
        None => (None, text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<(String, String, String, String, String)> {
        let r = Reference::parse(text)?;
        let c = r.commune.map(|c| c.to_string()).unwrap_or_default();
        Some((c, r.prefixe.unwrap_or_default(), r.section, r.numero, r.nom))
    }

    #[test]
    fn spellings_of_a_parcel() {
        for (text, expected) in [
            ("34901000ZB0047", ("34901", "000", "ZB", "0047", "")),
            ("34901 ZB 47", ("34901", "", "ZB", "0047", "")),
            ("34901 000 zb 47", ("34901", "000", "ZB", "0047", "")),
            ("ZB47 Lauzerac", ("", "", "ZB", "0047", "lauzerac")),
            (
                "Saint-Étienne ZB 47",
                ("", "", "ZB", "0047", "saint etienne"),
            ),
            ("ZB 47", ("", "", "ZB", "0047", "")),
            ("A 12", ("", "", "0A", "0012", "")),
            ("0A12", ("", "", "0A", "0012", "")),
            ("34901 0A 0012", ("34901", "", "0A", "0012", "")),
            ("349010000A0012", ("34901", "000", "0A", "0012", "")),
            ("31555840AW0165", ("31555", "840", "AW", "0165", "")),
            ("2A004 AB 12", ("2A004", "", "AB", "0012", "")),
            ("2A004000AB0012", ("2A004", "000", "AB", "0012", "")),
            ("67482 12 34", ("67482", "", "12", "0034", "")),
            ("67482 000 12 34", ("67482", "000", "12", "0034", "")),
        ] {
            let e = [expected.0, expected.1, expected.2, expected.3, expected.4].map(str::to_owned);
            let [a, b, c, d, f] = e;
            assert_eq!(read(text), Some((a, b, c, d, f)), "{text}");
        }
        for other in ["Lauzerac", "", "12", "zone des graves", "é", "34901"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_harm(s in "\\PC{0,30}|[0-9A-Z ]{0,16}") {
            let _ = Reference::parse(&s);
        }
    }
}
