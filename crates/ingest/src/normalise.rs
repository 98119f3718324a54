//! Cells → values: numbers, dates, yes/no, parcel references, as files write them (source-schemas §8).

use std::borrow::Cow;

use gisement_model::texte::{cle, est_vide};
use gisement_model::{CodeInsee, Idu};
use jiff::civil::Date;

/// What a cell gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Read<T> {
    Value(T),
    /// A placeholder: no value, nothing wrong.
    Unknown,
    /// Not what the column should hold.
    Unreadable,
}

/// A number in French or English notation: `5 922`, `3,1`, `75 261,41`, `143,2%`, `1.5e3`. The flag says whether a
/// per cent sign was there.
pub(crate) fn number(s: &str) -> Read<(f64, bool)> {
    if est_vide(s) {
        return Read::Unknown;
    }
    let mut t: String = s
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}' | '\u{2009}' | '€'))
        .map(|c| if c == '−' { '-' } else { c })
        .collect();
    let percent = t.ends_with('%');
    if percent {
        t.pop();
    }
    match (t.matches(',').count(), t.matches('.').count()) {
        (1, 0) => t = t.replace(',', "."),
        // `1.234,5` and `1,234.5`: the last sign is the decimal one.
        (_, 1) if t.rfind(',') < t.rfind('.') => t = t.replace(',', ""),
        (1, _) if t.rfind('.') < t.rfind(',') => t = t.replace('.', "").replace(',', "."),
        _ => {}
    }
    match t.parse::<f64>() {
        Ok(x) if x.is_finite() && !t.is_empty() => Read::Value((x, percent)),
        _ => Read::Unreadable,
    }
}

/// A civil date: ISO (with or without a time), `dd/mm/yyyy`, `YYYYMMDD`, `YYYY/MM/DD`. A year or a month alone, an
/// epoch and the zero dates of spreadsheets and databases are unknown.
pub(crate) fn date(s: &str) -> Read<Date> {
    if let Some(d) = iso(s.as_bytes()) {
        return plausible(d);
    }
    if est_vide(s) {
        return Read::Unknown;
    }
    let t = s.trim();
    let t = t.split(['T', ' ']).next().unwrap_or(t);
    // A year alone, or seconds since 1970 with their sign: not a date.
    let bare = t.trim_start_matches('-');
    if bare.len() != 8 && bare.bytes().all(|b| b.is_ascii_digit()) {
        return Read::Unknown;
    }
    let parts: Vec<&str> = t.split(['-', '/', '.']).collect();
    let n = |p: &str| p.parse::<i16>().ok();
    let ymd = |y: &str, m: &str, d: &str| {
        Some(Date::new(n(y)?, n(m)?.try_into().ok()?, n(d)?.try_into().ok()?).ok()).flatten()
    };
    let found = match parts.as_slice() {
        [y, m, d] if y.len() == 4 => ymd(y, m, d),
        [d, m, y] if y.len() == 4 => ymd(y, m, d),
        [one] if one.len() == 8 && one.is_ascii() => ymd(&one[..4], &one[4..6], &one[6..]),
        // mm/yyyy: not a date.
        [m, y] if m.len() <= 2 && y.len() == 4 || m.len() == 4 && y.len() <= 2 => {
            return if n(m).is_some() && n(y).is_some() {
                Read::Unknown
            } else {
                Read::Unreadable
            };
        }
        _ => None,
    };
    found.map_or(Read::Unreadable, plausible)
}

/// `YYYY-MM-DD` and nothing else: how nearly every date is written.
fn iso(s: &[u8]) -> Option<Date> {
    let [y @ .., b'-', m1, m2, b'-', d1, d2] = s else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0i16, |n, b| {
            b.is_ascii_digit().then(|| n * 10 + i16::from(b - b'0'))
        })
    };
    let year = (y.len() == 4).then(|| number(y)).flatten()?;
    Date::new(year, number(&[*m1, *m2])? as i8, number(&[*d1, *d2])? as i8).ok()
}

/// Leaves out what stands for "no date" and what cannot be one.
fn plausible(d: Date) -> Read<Date> {
    if d <= jiff::civil::date(1899, 12, 31) || d == jiff::civil::date(1970, 1, 1) {
        Read::Unknown
    } else if d.year() > 2200 {
        Read::Unreadable
    } else {
        Read::Value(d)
    }
}

/// Yes or no.
pub(crate) fn yes_no(s: &str) -> Read<bool> {
    if est_vide(s) {
        return Read::Unknown;
    }
    match cle(s).as_str() {
        "oui" | "o" | "true" | "vrai" | "1" | "t" | "y" | "yes" => Read::Value(true),
        "non" | "n" | "false" | "faux" | "0" | "f" | "no" => Read::Value(false),
        "inconnu" | "inconnue" | "sans objet" => Read::Unknown,
        _ => Read::Unreadable,
    }
}

/// Whether a coded value says that it is unknown: the three words that end every CNIG list.
pub(crate) fn code_is_unknown(s: &str) -> bool {
    matches!(
        cle(s).as_str(),
        "inconnu" | "inconnue" | "indifferencie" | "autre" | "sans objet" | "non defini"
    )
}

/// Text as kept: trimmed, inner line breaks as spaces, C1 controls put back to what Windows-1252 meant
/// (`V\u{9c}gtlinshoffen`). The flag says that a repair was needed.
pub(crate) fn text(s: &str) -> (Cow<'_, str>, bool) {
    let t = s.trim();
    if !t.contains(|c: char| c.is_control()) {
        return (Cow::Borrowed(t), false);
    }
    let mut repaired = false;
    let out: String = t
        .chars()
        .map(|c| match c {
            '\u{80}'..='\u{9f}' => {
                repaired = true;
                let byte = [c as u8];
                encoding_rs::WINDOWS_1252
                    .decode_without_bom_handling(&byte)
                    .0
                    .chars()
                    .next()
                    .filter(|c| !c.is_control())
                    .unwrap_or('\u{fffd}')
            }
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    // A control character at an end has become a space there.
    (Cow::Owned(out.trim().to_owned()), repaired)
}

/// Whether a text was destroyed by decoding it twice or more (`ï¿½`, `Ã¯Â¿Â½`, `rÃ©novation`, `exerà§ait`) or
/// carries U+FFFD. French has no word in which `Ã` or `Â` comes before a sign of the upper Latin-1 block.
pub(crate) fn looks_damaged(s: &str) -> bool {
    if s.contains('\u{fffd}') || s.contains("ï¿½") || s.contains("à§") {
        return true;
    }
    let mut before = ' ';
    s.chars().any(|c| {
        let pair = matches!(before, 'Ã' | 'Â') && matches!(c, '\u{80}'..='\u{bf}');
        before = c;
        pair
    })
}

/// Parcel references found in one cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Refcad {
    pub(crate) parcelles: Vec<String>,
    /// Texts that are no parcel.
    pub(crate) illisibles: Vec<String>,
    /// Numbers that a spreadsheet rounded (`5,748E+13`).
    pub(crate) tableur: u32,
}

/// Splits a list of references: `a|b`, `a,b`, `{a,b}` (PostgreSQL), trailing separators. The regular expression of
/// the standard has a back-reference and is of no use here. `commune` completes references that lack it.
pub(crate) fn refcad<'a>(
    cells: impl IntoIterator<Item = &'a str>,
    commune: Option<CodeInsee>,
) -> Refcad {
    let mut out = Refcad::default();
    for cell in cells {
        // In `5,748E+13` the comma is a decimal sign: such a cell is one lost list.
        if cell.contains("E+") || cell.contains("e+") {
            out.tableur += 1;
            continue;
        }
        for token in cell.split(|c: char| {
            matches!(c, '|' | ',' | ';' | '{' | '}' | '"' | '[' | ']') || c.is_whitespace()
        }) {
            if token.is_empty() || est_vide(token) {
                continue;
            }
            let read = token
                .parse::<Idu>()
                .ok()
                .or_else(|| commune.and_then(|c| short_reference(c, token)));
            match read {
                Some(idu) => {
                    let id = idu.to_string();
                    if !out.parcelles.contains(&id) {
                        out.parcelles.push(id);
                    }
                }
                None => out.illisibles.push(token.chars().take(40).collect()),
            }
        }
    }
    out
}

/// `000AD79`: prefix, section and number, unpadded, of a known commune.
fn short_reference(commune: CodeInsee, token: &str) -> Option<Idu> {
    if !token.is_ascii() || token.len() < 5 || token.len() > 9 {
        return None;
    }
    let (prefix, rest) = token.split_at(3);
    let letters = rest.find(|c: char| c.is_ascii_alphabetic())?;
    let last = rest.rfind(|c: char| c.is_ascii_alphabetic())?;
    if letters > 1 || last + 1 >= rest.len() {
        return None;
    }
    Idu::from_parts(commune, prefix, &rest[..=last], &rest[last + 1..]).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as ymd;
    use proptest::prelude::*;

    #[test]
    fn numbers_of_real_files() {
        let v = |s| match number(s) {
            Read::Value((x, _)) => x,
            other => panic!("{s}: {other:?}"),
        };
        for (s, x) in [
            ("5 922", 5922.0),
            ("3,1", 3.1),
            ("143,2%", 143.2),
            ("75\u{a0}261,41", 75261.41),
            ("0,162485092", 0.162_485_092),
            ("1.234,5", 1234.5),
            ("1,234.5", 1234.5),
            ("-1", -1.0),
            ("318.000000000000000", 318.0),
        ] {
            assert_eq!(v(s), x, "{s}");
        }
        assert_eq!(number("4,55%"), Read::Value((4.55, true)));
        assert_eq!(number("NC"), Read::Unknown);
        for s in ["abc", "1,2,3", "inf", "%", "12 rue"] {
            assert_eq!(number(s), Read::Unreadable, "{s}");
        }
    }

    #[test]
    fn dates_of_real_files() {
        for s in [
            "2017-10-13",
            "13/10/2017",
            "20171013",
            "2017/10/13",
            "2017-10-13T08:00:00Z",
            "2017-10-13 19:05:15",
        ] {
            assert_eq!(date(s), Read::Value(ymd(2017, 10, 13)), "{s}");
        }
        for s in [
            "1899-12-30",
            "18991230",
            "1970-01-01",
            "12/2021",
            "2021",
            "-3600",
            "157762800",
            "NA",
            "",
        ] {
            assert_eq!(date(s), Read::Unknown, "{s}");
        }
        for s in ["demain", "31/02/2020", "2020-13-01"] {
            assert_eq!(date(s), Read::Unreadable, "{s}");
        }
    }

    #[test]
    fn texts_are_repaired() {
        assert_eq!(
            text("V\u{9c}gtlinshoffen\n"),
            (Cow::Owned("Vœgtlinshoffen".to_owned()), true)
        );
        assert_eq!(text(" MTE\nx ").0, "MTE x");
        assert_eq!(text("\u{7f}ui\u{1}").0, "ui");
    }

    #[test]
    fn damage_is_seen_and_accents_are_not_damage() {
        for s in [
            "montÃ¯Â¿Â½e",
            "montï¿½e",
            "rÃ©novation",
            "exerà§ait",
            "\u{fffd}",
        ] {
            assert!(looks_damaged(s), "{s}");
        }
        for s in ["Âge d’or", "Forêt à côté", "façade", "« Âme »"] {
            assert!(!looks_damaged(s), "{s}");
        }
    }

    #[test]
    fn references_of_real_files() {
        let r = refcad(["12083000AH0035|12083000AH0072|", "{54395000BI0326}"], None);
        assert_eq!(
            r.parcelles,
            ["12083000AH0035", "12083000AH0072", "54395000BI0326"]
        );
        let r = refcad(["5,748E+13"], None);
        assert_eq!((r.parcelles.len(), r.tableur), (0, 1));
        assert_eq!(
            refcad(["000AD79"], "08105".parse().ok()).parcelles,
            ["08105000AD0079"]
        );
        assert_eq!(refcad(["lieu-dit"], None).illisibles, ["lieu-dit"]);
    }

    proptest! {
        #[test]
        fn nothing_panics(s in "\\PC{0,40}") {
            let _ = (number(&s), date(&s), yes_no(&s), text(&s), refcad([s.as_str()], "34172".parse().ok()));
        }

        #[test]
        fn numbers_read_what_they_print(x in -1e12f64..1e12) {
            prop_assert_eq!(number(&x.to_string()), Read::Value((x, false)));
            let french = x.to_string().replace('.', ",");
            prop_assert_eq!(number(&french), Read::Value((x, false)));
        }

        #[test]
        fn dates_read_what_they_print(days in 0i64..80_000) {
            let d = ymd(1900, 1, 2).checked_add(jiff::Span::new().days(days)).unwrap();
            prop_assume!(d != ymd(1970, 1, 1));
            prop_assert_eq!(date(&d.to_string()), Read::Value(d));
            prop_assert_eq!(date(&d.strftime("%d/%m/%Y").to_string()), Read::Value(d));
            prop_assert_eq!(date(&d.strftime("%Y%m%d").to_string()), Read::Value(d));
        }

        #[test]
        fn references_are_idempotent(ids in prop::collection::vec("[0-9]{8}[0-9A-Z]{2}[0-9]{4}", 0..6)) {
            let once = refcad([ids.join("|").as_str()], None).parcelles;
            let twice = refcad([once.join(",").as_str()], None).parcelles;
            prop_assert_eq!(once, twice);
        }

        #[test]
        fn text_is_idempotent(s in "\\PC{0,40}") {
            let once = text(&s).0.into_owned();
            let twice = text(&once).0.into_owned();
            prop_assert_eq!(twice, once);
        }
    }
}
