use super::*;
use proptest::prelude::*;

/// `(object or why it is broken)…`, end.
fn cut(json: &str) -> (Vec<Result<String, &'static str>>, Option<End>) {
    let mut c = Cutter::open(json.as_bytes()).unwrap();
    let mut out = Vec::new();
    while let Some(chunk) = c.next_chunk() {
        for s in &chunk.spans {
            out.push(match s.broken {
                Some(why) => Err(why),
                None => Ok(String::from_utf8_lossy(&chunk.bytes[s.start..s.end]).into_owned()),
            });
        }
    }
    (out, c.end)
}

const F: &str = r#"{"type":"Feature","id":"a","properties":{"n":"}{\"é"},"geometry":null}"#;

#[test]
fn layouts_found_in_files() {
    for json in [
        format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{F},\n{F}\n]}}"),
        format!(
            "{{\"bbox\":[1,2,3,4],\"type\":\"FeatureCollection\",\"features\" : [{F},{F}], \"crs\": null}}"
        ),
        format!("\u{feff}[{F} , {F}]"),
    ] {
        let (objects, end) = cut(&json);
        assert_eq!(objects, [Ok(F.to_owned()), Ok(F.to_owned())], "{json}");
        assert_eq!(end, Some(End::Complete));
    }
    assert_eq!(cut(F).0, [Ok(F.to_owned())]);
    let (objects, end) = cut("{\"type\":\"FeatureCollection\",\"features\":[],\"crs\":null}");
    assert!(objects.is_empty() && end == Some(End::Complete));
}

#[test]
fn members_before_and_after_the_features_are_kept() {
    let mut c =
        Cutter::open(br#"{"name":"x","features":[],"crs":{"a":[1,"]"]},"bbox":[1]}"#.as_slice())
            .unwrap();
    assert!(c.next_chunk().is_none());
    let keys: Vec<_> = c.members.iter().map(|(k, _)| k.as_str()).collect();
    assert_eq!(keys, ["name", "crs", "bbox"]);
    assert_eq!(c.members[1].1, br#"{"a":[1,"]"]}"#);
}

#[test]
fn one_corrupt_object_loses_only_itself() {
    for (what, bad) in [
        (
            "missing brace",
            r#"{"type":"Feature","properties":{"n":1,"geometry":null}"#,
        ),
        (
            "missing quote",
            "{\"type\":\"Feature\",\"properties\":{\"n\":\"abc},\"geometry\":null}\n",
        ),
        ("cut short", "{\"type\":\"Feature\",\"prop"),
    ] {
        let (objects, end) = cut(&format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[\n{F},\n{bad},\n{F}]}}"
        ));
        assert_eq!(objects.len(), 3, "{what}: {objects:?}");
        assert!(
            objects[0].is_ok() && objects[1].is_err() && objects[2] == Ok(F.to_owned()),
            "{what}: {objects:?}"
        );
        assert_eq!(end, Some(End::Complete), "{what}");
    }
    // An extra brace is only noise between two objects.
    let (objects, end) = cut(&format!("[{F}}},{F}]"));
    assert_eq!((objects.len(), end), (2, Some(End::Complete)));
}

#[test]
fn truncation_keeps_what_came_before() {
    let whole = format!("{{\"features\":[{F},{F}]}}");
    let (objects, end) = cut(&whole[..whole.len() - 10]);
    assert_eq!(objects[0], Ok(F.to_owned()));
    assert!(objects[1].is_err());
    assert_eq!(end, Some(End::Truncated));
}

#[test]
fn objects_across_blocks_are_whole() {
    let long = format!(
        "{{\"type\":\"Feature\",\"t\":\"{}\"}}",
        "x".repeat(BLOCK / 3)
    );
    let json = format!("[{}]", vec![long.as_str(); 20].join(","));
    let (objects, _) = cut(&json);
    assert_eq!(objects.len(), 20);
    assert!(objects.iter().all(|o| o.as_deref() == Ok(long.as_str())));
}

proptest! {
    #[test]
    fn never_panics(bytes in prop::collection::vec(prop::sample::select(b"{}[]\",:\\ \nfeatures\"type\"Feature".to_vec()), 0..300)) {
        if let Ok(mut c) = Cutter::open(bytes.as_slice()) {
            let mut n = 0;
            while let Some(chunk) = c.next_chunk() {
                n += chunk.spans.len();
                for s in chunk.spans { prop_assert!(s.start < s.end && s.end <= chunk.bytes.len()); }
            }
            prop_assert!(n <= bytes.len());
        }
    }

    #[test]
    fn every_object_of_a_valid_array_is_cut(texts in prop::collection::vec("\\PC{0,30}", 0..20)) {
        let objects: Vec<_> = texts.iter().map(|t| serde_json::json!({"type": "Feature", "t": t})).collect();
        let (cut_out, end) = cut(&serde_json::to_string(&objects).unwrap());
        prop_assert_eq!(end, Some(End::Complete));
        let back: Vec<serde_json::Value> = cut_out.iter().map(|o| serde_json::from_str(o.as_ref().unwrap()).unwrap()).collect();
        prop_assert_eq!(back, objects);
    }
}
