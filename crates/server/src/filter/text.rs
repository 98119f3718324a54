//! Texts as filters compare them: folding (CASEI, ACCENTI) and patterns (LIKE).

use std::borrow::Cow;
use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// What a comparison does not tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fold {
    /// Upper and lower case.
    Case,
    /// Letters with and without accents.
    Accents,
}

impl Fold {
    pub(super) fn apply(self, s: Cow<'_, str>) -> Cow<'_, str> {
        match self {
            Self::Case if s.is_ascii() => {
                if s.bytes().any(|b| b.is_ascii_uppercase()) {
                    Cow::Owned(s.to_ascii_lowercase())
                } else {
                    s
                }
            }
            // By way of capitals, so that ß meets SS and the two small sigmas meet.
            Self::Case => Cow::Owned(
                s.chars()
                    .flat_map(char::to_uppercase)
                    .flat_map(char::to_lowercase)
                    .collect(),
            ),
            Self::Accents if s.is_ascii() => s,
            Self::Accents => Cow::Owned(s.nfd().filter(|c| !is_combining_mark(*c)).nfc().collect()),
        }
    }
}

/// A pattern of LIKE: `%` any run of characters, `_` any one, `\` before either for itself.
///
/// It runs as an automaton of one bit a state, so its time is that of reading the text, whatever the pattern.
#[derive(Debug)]
pub(super) struct Pattern {
    /// Number of positions.
    len: usize,
    /// Characters of the pattern, in order, with the positions that accept them.
    accepting: Vec<(char, u128)>,
    /// Positions that accept any character.
    any: u128,
    /// States before which any run may stand.
    runs: u128,
}

impl Pattern {
    /// Positions that fit the states of the automaton.
    pub(super) const POSITIONS_MAX: usize = 127;

    /// `None` when it is too long.
    pub(super) fn new(text: &str) -> Option<Self> {
        let (mut len, mut any, mut runs) = (0, 0, 0);
        let mut accepting = BTreeMap::<char, u128>::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            let state = 1u128 << len;
            match c {
                '%' => {
                    runs |= state;
                    continue;
                }
                '_' => any |= state,
                // A last backslash stands for itself.
                '\\' => *accepting.entry(chars.next().unwrap_or(c)).or_default() |= state,
                c => *accepting.entry(c).or_default() |= state,
            }
            len += 1;
            if len > Self::POSITIONS_MAX {
                return None;
            }
        }
        Some(Self {
            len,
            accepting: accepting.into_iter().collect(),
            any,
            runs,
        })
    }

    /// Whether the whole text follows the pattern.
    pub(super) fn matches(&self, text: &str) -> bool {
        let mut states = 1u128;
        for c in text.chars() {
            let named = self.accepting.binary_search_by_key(&c, |(a, _)| *a);
            let accepting = self.any | named.map_or(0, |at| self.accepting[at].1);
            states = (states & accepting) << 1 | states & self.runs;
            if states == 0 {
                return false;
            }
        }
        states >> self.len & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn like(text: &str, pattern: &str) -> bool {
        Pattern::new(pattern).unwrap().matches(text)
    }

    #[test]
    fn patterns_cover_the_whole_text() {
        for (text, pattern, expected) in [
            ("Lauzerac", "Lau%", true),
            ("Lauzerac", "lau%", false),
            ("Lauzerac", "%z%c", true),
            ("Lauzerac", "auz", false),
            ("Lauzerac", "L_uz_rac", true),
            ("100 %", "100 \\%", true),
            ("100 m", "100 \\%", false),
            ("", "%", true),
            ("", "", true),
            ("a", "", false),
            ("été", "_t_", true),
            ("a\\", "a\\", true),
        ] {
            assert_eq!(like(text, pattern), expected, "{text} {pattern}");
        }
        assert!(Pattern::new(&"a".repeat(Pattern::POSITIONS_MAX)).is_some());
        assert!(Pattern::new(&"a".repeat(Pattern::POSITIONS_MAX + 1)).is_none());
    }

    #[test]
    fn a_hostile_pattern_takes_the_time_of_the_text() {
        let text = "a".repeat(100_000);
        let start = std::time::Instant::now();
        assert!(!like(&text, &format!("{}b", "%a".repeat(100))));
        assert!(start.elapsed().as_secs() < 5);
    }

    #[test]
    fn folding_forgets_what_it_says() {
        let fold = |f: Fold, s: &str| f.apply(Cow::Owned(s.to_owned())).into_owned();
        for (a, b) in [("Straße", "STRASSE"), ("Οδος", "ΟΔΟΣ"), ("Été", "ÉTÉ")] {
            assert_eq!(fold(Fold::Case, a), fold(Fold::Case, b));
        }
        assert_eq!(fold(Fold::Accents, "Saint-Étienne"), "Saint-Etienne");
        assert_ne!(fold(Fold::Accents, "É"), fold(Fold::Accents, "e"));
    }

    /// The definition, by trying everything.
    fn slow(text: &[char], pattern: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            ['%', rest @ ..] => (0..=text.len()).any(|i| slow(&text[i..], rest)),
            ['_', rest @ ..] => !text.is_empty() && slow(&text[1..], rest),
            [c, rest @ ..] => text.first() == Some(c) && slow(&text[1..], rest),
        }
    }

    proptest! {
        #[test]
        fn patterns_mean_their_definition(text in "[abé]{0,10}", pattern in "[abé%_]{0,8}") {
            let chars = |s: &str| s.chars().collect::<Vec<_>>();
            prop_assert_eq!(like(&text, &pattern), slow(&chars(&text), &chars(&pattern)));
        }

        #[test]
        fn folding_twice_is_folding_once(s in "\\PC{0,20}") {
            for f in [Fold::Case, Fold::Accents] {
                let once = f.apply(Cow::Borrowed(&s)).into_owned();
                prop_assert_eq!(f.apply(Cow::Borrowed(&once)).into_owned(), once.clone());
            }
        }
    }
}
