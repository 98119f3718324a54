//! Text in XML.

/// A text as an element or an attribute holds it.
pub(crate) fn escape(text: &str) -> String {
    text.chars()
        // Control characters have no place in XML, even escaped.
        .filter(|c| !c.is_control())
        .fold(String::with_capacity(text.len()), |mut out, c| {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                c => out.push(c),
            }
            out
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_reserves_is_escaped() {
        assert_eq!(
            escape("L’« A » <b> & \"c\"\n\u{0}"),
            "L’« A » &lt;b&gt; &amp; &quot;c&quot;"
        );
    }
}
