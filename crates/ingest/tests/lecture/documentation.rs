//! Every code that a report may hold is explained in `docs/ingestion.md`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test helpers")]

use std::collections::BTreeSet;
use std::path::Path;

/// The calls whose first literal is a code.
const CALLS: &[&str] = &[
    "notes.warn(",
    ".warn(",
    "Rejet::new(",
    "Rejet::filtered(",
    ".note(",
    "repaired(",
];

/// Codes of repairs that a variable carries to the call.
const BY_VARIABLE: &[&str] = &[
    "anneau_referme",
    "sommets_repetes_retires",
    "anneau_degenere_retire",
    "auto_intersection",
    "anneaux_secants",
    "anneaux_mal_imbriques",
];

fn codes(dir: &Path, out: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "exemple" {
                codes(&path, out);
            }
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for call in CALLS {
            for (at, _) in text.match_indices(call) {
                let rest = text[at + call.len()..].trim_start();
                let literal = rest.strip_prefix('"').and_then(|r| r.split('"').next());
                out.extend(literal.filter(|l| is_code(l)).map(str::to_owned));
            }
        }
    }
}

fn is_code(s: &str) -> bool {
    !s.is_empty() && s.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

#[test]
fn every_code_is_explained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found: BTreeSet<String> = BY_VARIABLE.iter().map(|c| (*c).to_owned()).collect();
    codes(&root.join("src"), &mut found);
    assert!(found.len() > 50, "{found:?}");
    let page = std::fs::read_to_string(root.join("../../docs/ingestion.md")).unwrap();
    let missing: Vec<_> = found
        .iter()
        .filter(|c| !page.contains(&format!("| `{c}` |")))
        .collect();
    assert!(missing.is_empty(), "not in docs/ingestion.md: {missing:?}");
    // And nothing is explained that no longer exists.
    let stale: Vec<&str> = page
        .lines()
        .filter_map(|l| l.strip_prefix("| `")?.split('`').next())
        .filter(|c| is_code(c) && !found.contains(*c))
        .collect();
    assert!(stale.is_empty(), "no longer in the source: {stale:?}");
}
