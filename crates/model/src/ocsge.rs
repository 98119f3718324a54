//! OCS GE nomenclatures and the matrix that says which land is artificialised (CU R101-1 and its annex, décret
//! 2023-1096 of 27 November 2023), before the thresholds of area.
//!
//! The matrix is a table of law and of IGN's own production, not a choice of the observatory: it is here rather than
//! in the rule set. A threshold pass follows it in IGN's files (2 500 m², buildings from 50 m²), which a polygon alone
//! does not tell: `artif` of the file, when it is there, is the answer and the matrix only a check.

/// Land cover codes.
pub const COUVERTURES: &[(&str, &str)] = &[
    ("CS1.1.1.1", "Zones bâties"),
    ("CS1.1.1.2", "Zones non bâties imperméables"),
    ("CS1.1.2.1", "Zones à matériaux minéraux"),
    ("CS1.1.2.2", "Zones à matériaux composites"),
    ("CS1.2.1", "Sols nus"),
    ("CS1.2.2", "Surfaces d’eau"),
    ("CS1.2.3", "Névés et glaciers"),
    ("CS2.1.1.1", "Peuplements de feuillus"),
    ("CS2.1.1.2", "Peuplements de conifères"),
    ("CS2.1.1.3", "Peuplements mixtes"),
    ("CS2.1.2", "Formations arbustives"),
    ("CS2.1.3", "Autres formations ligneuses"),
    ("CS2.2.1", "Formations herbacées"),
    ("CS2.2.2", "Autres formations non ligneuses"),
];

/// Land use codes.
pub const USAGES: &[(&str, &str)] = &[
    ("US1.1", "Agriculture"),
    ("US1.2", "Sylviculture"),
    ("US1.3", "Activités d’extraction"),
    ("US1.4", "Pêche et aquaculture"),
    ("US1.5", "Autre production primaire"),
    ("US2", "Production secondaire"),
    ("US3", "Production tertiaire"),
    ("US5", "Usage résidentiel"),
    (
        "US235",
        "Production secondaire, tertiaire ou usage résidentiel",
    ),
    ("US4.1.1", "Réseaux routiers"),
    ("US4.1.2", "Réseaux ferrés"),
    ("US4.1.3", "Réseaux aériens"),
    ("US4.1.4", "Réseaux de transport fluvial et maritime"),
    ("US4.1.5", "Autres réseaux de transport"),
    ("US4.2", "Services de logistique et de stockage"),
    ("US4.3", "Réseaux d’utilité publique"),
    ("US6.1", "Zones en transition"),
    ("US6.2", "Zones abandonnées"),
    ("US6.3", "Sans usage"),
    ("US6.6", "Usage inconnu"),
];

/// Uses under which herbaceous cover is artificialised.
const USAGES_ARTIFICIELS: &[&str] = &[
    "US2", "US3", "US5", "US235", "US4.1.1", "US4.1.2", "US4.1.3", "US4.1.4", "US4.1.5", "US4.2",
    "US4.3", "US6.1", "US6.2",
];

/// A land cover code as the nomenclature writes it (`1.1.1.1`, `cs1.1.1.1` → `CS1.1.1.1`); `None` outside it.
pub fn couverture(code: &str) -> Option<&'static str> {
    find(code, "CS", COUVERTURES)
}

/// A land use code as the nomenclature writes it (`235`, `us235` → `US235`); `None` outside it.
pub fn usage(code: &str) -> Option<&'static str> {
    find(code, "US", USAGES)
}

fn find(code: &str, prefix: &str, list: &[(&'static str, &str)]) -> Option<&'static str> {
    let t = code.trim().to_ascii_uppercase();
    let digits = t.strip_prefix(prefix).unwrap_or(&t).trim();
    list.iter()
        .map(|(c, _)| *c)
        .find(|c| c.strip_prefix(prefix) == Some(digits))
}

/// Whether land of that cover and use is artificialised, codes as [`couverture`] and [`usage`] give them. `None` when
/// a code that matters is missing: unknown is neither yes nor no.
pub fn artificialise(cs: Option<&str>, us: Option<&str>) -> Option<bool> {
    match cs? {
        "CS1.1.1.1" | "CS1.1.1.2" | "CS1.1.2.2" => Some(true),
        "CS1.1.2.1" => Some(us? != "US1.3"),
        "CS2.2.1" | "CS2.2.2" => Some(USAGES_ARTIFICIELS.contains(&us?)),
        _ => Some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_files_write_them() {
        for s in ["CS1.1.1.1", "cs1.1.1.1", "1.1.1.1", " CS1.1.1.1 "] {
            assert_eq!(couverture(s), Some("CS1.1.1.1"), "{s}");
        }
        assert_eq!(usage("235"), Some("US235"));
        for s in ["CS1.1", "US2", "", "CS"] {
            assert_eq!(couverture(s), None, "{s}");
        }
    }

    #[test]
    fn the_matrix_of_the_decree() {
        let m = |cs: &str, us: &str| artificialise(couverture(cs), usage(us));
        for (cs, us, artif) in [
            ("CS1.1.1.1", "US1.1", true),
            ("CS1.1.1.2", "US6.6", true),
            ("CS1.1.2.1", "US1.3", false),
            ("CS1.1.2.1", "US5", true),
            ("CS1.1.2.2", "US1.3", true),
            ("CS2.2.1", "US5", true),
            ("CS2.2.1", "US1.1", false),
            ("CS2.2.2", "US235", true),
            ("CS2.2.2", "US6.3", false),
            ("CS2.1.1.1", "US5", false),
            ("CS1.2.2", "US4.1.4", false),
        ] {
            assert_eq!(m(cs, us), Some(artif), "{cs} {us}");
        }
        assert_eq!(m("", "US5"), None);
        assert_eq!(m("CS2.2.1", ""), None);
        assert_eq!(m("CS1.1.1.1", ""), Some(true));
    }
}
