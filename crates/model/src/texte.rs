//! Comparing French words as files spell them.

use unicode_normalization::UnicodeNormalization as _;

/// The comparison key of a word or label: lower case, no accent, `’` as `'`, runs of white space and
/// punctuation as one space. `"Friche d’équipement public"` and `"FRICHE D'EQUIPEMENT  PUBLIC"` share a key.
pub fn cle(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    let mut gap = false;
    for c in s
        .nfkd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
    {
        let c = if c == '’' { '\'' } else { c };
        if c.is_alphanumeric() {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            for l in c.to_lowercase() {
                match l {
                    'œ' => out.push_str("oe"),
                    'æ' => out.push_str("ae"),
                    _ => out.push(l),
                }
            }
        } else {
            gap = true;
        }
    }
    out
}

/// Whether a cell means "no value" in the files we read (source-schemas §8.5).
pub fn est_vide(s: &str) -> bool {
    let t = s.trim();
    t.is_empty()
        || t.len() <= 14
            && matches!(t.as_bytes()[0], b'n' | b'N' | b'(' | b'-')
            && matches!(
                t.to_lowercase().as_str(),
                "na" | "nan"
                    | "n/a"
                    | "null"
                    | "nc"
                    | "(null)"
                    | "-"
                    | "non renseigné"
                    | "non renseigne"
            )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_word_share_a_key() {
        assert_eq!(
            cle("Friche d’équipement  public"),
            cle("FRICHE D'EQUIPEMENT PUBLIC")
        );
        assert_eq!(cle("  entrepôts, logistique "), "entrepots logistique");
    }

    #[test]
    fn missing_values_are_recognised() {
        for s in ["", " ", "NA", "NaN", "null", "-", "Non renseigné"] {
            assert!(est_vide(s), "{s}");
        }
        assert!(!est_vide("0"));
    }

    proptest! {
        #[test]
        fn key_is_idempotent(s in "\\PC{0,40}") {
            let k = cle(&s);
            prop_assert_eq!(cle(&k), k);
        }
    }
}
