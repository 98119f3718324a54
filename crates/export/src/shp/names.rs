//! Names of ten characters, each once, and styles that use them.

use super::dbf::Field;

/// Most characters of a name.
const LENGTH: usize = 10;

/// A short name for each column: cut to ten characters, with a number in place of the last ones where two would be alike.
pub(super) fn short(names: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = Vec::with_capacity(names.len());
    // A name that is short enough is kept; a cut one may not take it.
    let whole = |name: &str| names.contains(&name);
    for name in names {
        // Names of columns are ASCII.
        let cut: String = name.chars().take(LENGTH).collect();
        let mut candidate = cut.trim_end_matches('_').to_owned();
        let mut n = 1;
        while all.contains(&candidate) || (candidate != *name && whole(&candidate)) {
            n += 1;
            let suffix = format!("_{n}");
            let base: String = name.chars().take(LENGTH - suffix.len()).collect();
            candidate = format!("{base}{suffix}");
        }
        all.push(candidate);
    }
    all
}

/// A style whose renderer reads the short name of its column.
pub(super) fn restyled(qml: &str, fields: &[Field<'_>]) -> String {
    let mut out = qml.to_owned();
    for f in fields {
        out = out.replace(
            &format!(" attr=\"{}\"", f.column),
            &format!(" attr=\"{}\"", f.name),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_each_once() {
        let names = [
            "potentiel",
            "potentiel_min",
            "potentiel_max",
            "dist_transport_m",
            "part_a",
            "friche_statut",
            "friche_type",
            "friche_sta",
        ];
        let all = short(&names);
        assert_eq!(
            all,
            [
                "potentiel",
                "potentie_2",
                "potentie_3",
                "dist_trans",
                "part_a",
                "friche_s_2",
                "friche_typ",
                "friche_sta"
            ]
        );
    }

    #[test]
    fn every_collection_has_distinct_names() {
        use gisement_model::LayerRow as _;
        let names: Vec<&str> = gisement_model::ParcelleNotee::FIELDS
            .iter()
            .map(|f| f.name)
            .collect();
        let mut all = short(&names);
        assert!(all.iter().all(|n| (1..=LENGTH).contains(&n.len())));
        all.sort();
        all.dedup();
        assert_eq!(all.len(), names.len());
    }
}
