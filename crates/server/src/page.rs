//! Pages for a reader: one small frame, no external resource.

use std::fmt::Write as _;

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};

/// What pages may load: themselves, and the data of the map.
pub(crate) const POLICY: &str = "default-src 'self'; worker-src 'self'; img-src 'self' data: blob:; \
     style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'";

const STYLE: &str = "
:root{color-scheme:light dark;--fond:#f4f3ef;--carte:#fff;--encre:#15181d;--gris:#5a606b;--trait:#d9d6cd;--lien:#1d4f91}
@media(prefers-color-scheme:dark){:root{--fond:#1a1d22;--carte:#23272e;--encre:#eceae6;--gris:#a9aeb8;--trait:#3c4450;--lien:#9dc1f5}}
*{box-sizing:border-box}
body{margin:0;background:var(--fond);color:var(--encre);font:16px/1.55 system-ui,sans-serif}
header,main,footer{max-width:70rem;margin:0 auto;padding:1rem 1.25rem}
header{padding-top:2rem}header p{margin:.25rem 0;color:var(--gris)}
h1{font-size:1.9rem;line-height:1.2;margin:.25rem 0}h2{font-size:1.25rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1.25rem 0 .25rem}
a{color:var(--lien)}a:focus-visible,summary:focus-visible,.table:focus-visible{outline:3px solid var(--lien);outline-offset:2px}
.bandeau{background:#f6d860;color:#15181d;padding:.5rem 1.25rem;text-align:center;font-weight:600}
.cartes{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:.75rem;padding:0;list-style:none}
.cartes li,.bloc{background:var(--carte);border:1px solid var(--trait);border-radius:.5rem;padding:.85rem 1rem}
.cartes strong{display:block}.cartes span{color:var(--gris);font-size:.9rem}
.principal{display:inline-block;background:var(--encre);color:var(--fond);padding:.6rem 1.1rem;border-radius:.4rem;text-decoration:none;font-weight:600}
.table{overflow-x:auto;background:var(--carte);border:1px solid var(--trait);border-radius:.5rem}
table{border-collapse:collapse;width:100%;font-size:.92rem}caption{text-align:left;padding:.6rem .75rem;color:var(--gris)}
th,td{text-align:left;padding:.45rem .75rem;border-top:1px solid var(--trait);vertical-align:top}thead th{border-top:0}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.rejet{font-weight:600}code{font-size:.88em;overflow-wrap:anywhere}summary{cursor:pointer}details{margin:.5rem 0}
footer{color:var(--gris);font-size:.9rem;padding-bottom:3rem}
.saut{position:absolute;left:-999rem}.saut:focus{left:1rem;top:1rem}
";

/// Text made safe between tags and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A whole number with narrow spaces between thousands, as French typography writes it.
pub(crate) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(c);
    }
    out
}

/// A date in words: `1ᵉʳ octobre 2026`.
pub(crate) fn date(d: jiff::civil::Date) -> String {
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
    let month = MONTHS
        .get(d.month() as usize - 1)
        .copied()
        .unwrap_or_default();
    format!("{day} {month} {}", d.year())
}

/// A page: `title` and `lead` are plain text, `main` is markup already escaped.
pub(crate) fn page(title: &str, lead: &str, fictif: bool, main: &str) -> Response {
    let mut html = String::with_capacity(main.len() + STYLE.len() + 1024);
    let banner = if fictif {
        "<p class=\"bandeau\" role=\"note\" style=\"margin:0\">Territoire fictif : données inventées</p>"
    } else {
        ""
    };
    let (title, lead) = (escape(title), escape(lead));
    let _ = write!(
        html,
        "<!doctype html><html lang=\"fr\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} · Gisement</title><link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\
         <style>{STYLE}</style></head><body><a class=\"saut\" href=\"#contenu\">Aller au contenu</a>{banner}\
         <header><p><a href=\"/\">Gisement</a></p><h1>{title}</h1><p>{lead}</p></header>\
         <main id=\"contenu\">{main}</main><footer>Gisement {}, observatoire du foncier mobilisable.</footer></body></html>",
        env!("CARGO_PKG_VERSION"),
    );
    (
        [
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::CACHE_CONTROL, "no-cache"),
            (header::VARY, "Accept"),
        ],
        Html(html),
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(
            escape("<a href='x'>&\""),
            "&lt;a href=&#39;x&#39;&gt;&amp;&quot;"
        );
    }

    #[test]
    fn numbers_and_dates_are_french() {
        assert_eq!(number(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(number(999), "999");
        assert_eq!(date(jiff::civil::date(2026, 10, 1)), "1ᵉʳ octobre 2026");
        assert_eq!(date(jiff::civil::date(2026, 8, 27)), "27 août 2026");
    }
}
