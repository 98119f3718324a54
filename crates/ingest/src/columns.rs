//! Finding a column by the name that a schema gives it, and reading its cells for comparisons.

use gisement_model::texte::cle;

use crate::reader::Cell;

/// The column of that name: exactly, then whatever its case, then by comparison key, then cut to ten characters
/// (shapefiles).
pub(crate) fn match_column<'c>(columns: &'c [String], name: &str) -> Option<&'c str> {
    if let Some(prefix) = name.strip_suffix('*') {
        let p = cle(prefix);
        return columns
            .iter()
            .find(|c| cle(c).starts_with(&p))
            .map(String::as_str);
    }
    let exact = columns.iter().find(|c| *c == name);
    let folded = || columns.iter().find(|c| c.eq_ignore_ascii_case(name));
    let key = || {
        let k = cle(name);
        columns.iter().find(|c| c.len() >= k.len() && cle(c) == k)
    };
    let cut = || {
        let short = name.get(..10).filter(|_| name.len() > 10)?;
        columns
            .iter()
            .find(|c| c.len() == 10 && c.eq_ignore_ascii_case(short))
    };
    exact
        .or_else(folded)
        .or_else(key)
        .or_else(cut)
        .map(String::as_str)
}

pub(crate) fn number(c: &Cell<'_>) -> Option<f64> {
    match c {
        Cell::Int(n) => Some(*n as f64),
        Cell::Real(x) => Some(*x),
        Cell::Text(t) => match crate::normalise::number(t) {
            crate::normalise::Read::Value((x, _)) => Some(x),
            _ => None,
        },
        _ => None,
    }
}

/// A cell as text, for comparisons.
pub(crate) fn as_text(c: &Cell<'_>) -> Option<String> {
    match c {
        Cell::Null => None,
        Cell::Text(t) => Some(t.to_string()),
        Cell::Int(n) => Some(n.to_string()),
        Cell::Real(x) => Some(x.to_string()),
        Cell::Bool(b) => Some(if *b { "oui" } else { "non" }.to_owned()),
        Cell::List(l) => Some(l.join("|")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_matched_as_files_spell_them() {
        let columns: Vec<String> = [
            "CONTENANCE",
            "site_surf_",
            "Zone en vigueur depuis le 5 juillet 2024",
            "Code INSEE",
            "Idu",
        ]
        .map(str::to_owned)
        .to_vec();
        for (name, found) in [
            ("contenance", "CONTENANCE"),
            ("site_surf_brute", "site_surf_"),
            ("zon*", "Zone en vigueur depuis le 5 juillet 2024"),
            ("code_insee", "Code INSEE"),
            ("idu", "Idu"),
        ] {
            assert_eq!(match_column(&columns, name), Some(found), "{name}");
        }
        assert_eq!(match_column(&columns, "surface"), None);
    }
}
