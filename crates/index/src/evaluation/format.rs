//! Numbers and codes as a French reader expects them.

/// Narrow no-break space: groups of thousands.
const THIN: char = '\u{202f}';
/// No-break space: before units and double punctuation.
pub(crate) const NBSP: char = '\u{a0}';

/// A number with at most `decimals` decimals, a decimal comma and thin spaces between thousands: `3 200,5`.
pub fn nombre(v: f64, decimals: usize) -> String {
    let s = format!("{:.decimals$}", v.abs());
    let (int, frac) = s.split_once('.').unwrap_or((&s, ""));
    let frac = frac.trim_end_matches('0');
    let negative = v < 0.0 && s.bytes().any(|c| c.is_ascii_digit() && c != b'0');
    let mut out = String::from(if negative { "−" } else { "" });
    for (i, c) in int.chars().enumerate() {
        if i > 0 && (int.len() - i) % 3 == 0 {
            out.push(THIN);
        }
        out.push(c);
    }
    if !frac.is_empty() {
        out.push(',');
        out.push_str(frac);
    }
    out
}

/// A share as a percentage. A share that is neither none nor all never shows as 0 or 100 %.
pub fn pourcentage(v: f64) -> String {
    let p = v * 100.0;
    let shown = if p > 0.0 && p < 0.5 {
        "moins de 1".to_owned()
    } else if (99.5..100.0).contains(&p) {
        nombre(p.min(99.9), 1)
    } else {
        nombre(p, 0)
    };
    format!("{shown}{NBSP}%")
}

/// A quantity with its unit. A distance at the search radius means "further than".
pub fn quantite(v: f64, unite: &str, rayon_m: Option<f64>) -> String {
    match unite {
        "part" => pourcentage(v),
        "m" if rayon_m.is_some_and(|r| v >= r) => {
            format!(
                "plus de {}{NBSP}km",
                nombre(rayon_m.unwrap_or(v) / 1000.0, 1)
            )
        }
        "m" if rayon_m.is_some() => format!("{}{NBSP}m", nombre(v, 0)),
        "m" => format!("{}{NBSP}m", nombre(v, 1)),
        "m²" => format!("{}{NBSP}m²", nombre(v, usize::from(v < 10.0))),
        "" => nombre(v, 2),
        "/100" => nombre(v, 1),
        unit => format!("{}{NBSP}{unit}", nombre(v, 1)),
    }
}

/// A civil date: `1er octobre 2026`.
pub fn date(d: jiff::civil::Date) -> String {
    const MONTHS: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let day = if d.day() == 1 {
        "1ᵉʳ".to_owned()
    } else {
        d.day().to_string()
    };
    format!("{day} {} {}", MONTHS[d.month() as usize - 1], d.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_french() {
        assert_eq!(nombre(3200.0, 0), "3\u{202f}200");
        assert_eq!(nombre(1_234_567.25, 1), "1\u{202f}234\u{202f}567,2");
        assert_eq!(nombre(-0.04, 1), "0");
        assert_eq!(nombre(-12.5, 1), "−12,5");
        assert_eq!(pourcentage(0.85), "85\u{a0}%");
        assert_eq!(pourcentage(0.001), "moins de 1\u{a0}%");
        assert_eq!(pourcentage(0.9999), "99,9\u{a0}%");
        assert_eq!(quantite(5000.0, "m", Some(5000.0)), "plus de 5\u{a0}km");
        assert_eq!(quantite(400.4, "m", Some(5000.0)), "400\u{a0}m");
        assert_eq!(date(jiff::civil::date(2026, 10, 1)), "1ᵉʳ octobre 2026");
    }
}
