//! Filters drawn at random, in both encodings of CQL2, against their definition applied to the properties of items.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use axum::http::StatusCode;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::classement::communes;
use crate::filters::{DATES, LABELS, PARCELS, asked, encode, rows};
use crate::fixture::Service;

/// One service for all, with every item read once.
struct Shared {
    service: Service,
    runtime: tokio::runtime::Runtime,
    items: Vec<Value>,
}

static SHARED: LazyLock<Shared> = LazyLock::new(|| {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let service = Service::with(&rows(), &communes());
    let all = runtime.block_on(service.json("/collections/parcelles/items?limit=10000"));
    let items = all["features"].as_array().unwrap().clone();
    assert_eq!(items.len(), PARCELS);
    Shared {
        service,
        runtime,
        items,
    }
});

/// A condition, to be written in both encodings and worked out by hand.
#[derive(Debug, Clone)]
enum Cond {
    And(Vec<Cond>),
    Or(Vec<Cond>),
    Not(Box<Cond>),
    Number(&'static str, &'static str, f64),
    /// `(a op b) < c` over numbers.
    Sum(&'static str, &'static str, &'static str, f64),
    Text(&'static str, &'static str),
    Date(&'static str, &'static str),
    In(Vec<&'static str>),
    NumberIn(Vec<i32>),
    Between(i32, i32),
    Null(&'static str),
    Flag(Option<bool>),
    Holds(&'static str, Vec<&'static str>),
}

/// Three-valued AND (`value` true) or OR.
fn every(all: impl Iterator<Item = Option<bool>>, value: bool) -> Option<bool> {
    let all: Vec<_> = all.collect();
    if all.contains(&Some(!value)) {
        Some(!value)
    } else if all.contains(&None) {
        None
    } else {
        Some(value)
    }
}

fn compare<T: PartialOrd + ?Sized>(op: &str, a: &T, b: &T) -> bool {
    match op {
        "=" => a == b,
        "<>" => a != b,
        "<" => a < b,
        "<=" => a <= b,
        ">" => a > b,
        ">=" => a >= b,
        _ => panic!("{op}"),
    }
}

impl Cond {
    fn of(&self, p: &Value) -> Option<bool> {
        match self {
            Self::And(all) => every(all.iter().map(|c| c.of(p)), true),
            Self::Or(all) => every(all.iter().map(|c| c.of(p)), false),
            Self::Not(c) => c.of(p).map(|v| !v),
            Self::Number(name, op, v) => Some(compare(op, &p[name].as_f64()?, v)),
            Self::Sum(a, op, b, v) => {
                let (a, b) = (p[a].as_f64()?, p[b].as_f64()?);
                let sum = match *op {
                    "+" => a + b,
                    "-" => a - b,
                    "*" => a * b,
                    _ => a / b,
                };
                sum.is_finite().then_some(sum < *v)
            }
            Self::Text(op, v) => Some(compare(op, p["zone_libelle"].as_str()?, *v)),
            Self::Date(op, v) => Some(compare(op, p["created"].as_str()?, *v)),
            Self::In(all) => Some(all.contains(&p["zone_libelle"].as_str()?)),
            Self::NumberIn(all) => {
                let v = p["contenance_m2"].as_i64()?;
                Some(all.iter().any(|x| i64::from(*x) == v))
            }
            Self::Between(low, high) => {
                let v = p["contenance_m2"].as_i64()?;
                Some((i64::from(*low)..=i64::from(*high)).contains(&v))
            }
            Self::Null(name) => Some(p[name].is_null()),
            Self::Flag(None) => p["arpente"].as_bool(),
            Self::Flag(Some(v)) => p["arpente"].as_bool().map(|f| f == *v),
            Self::Holds(op, texts) => {
                let list = p["types"].as_array()?;
                let holds = |t: &&str| list.iter().any(|v| v == t);
                let within = list.iter().all(|v| texts.iter().any(|t| v == t));
                Some(match *op {
                    "A_CONTAINS" => texts.iter().all(holds),
                    "A_CONTAINEDBY" => within,
                    "A_EQUALS" => within && texts.iter().all(holds),
                    _ => texts.iter().any(holds),
                })
            }
        }
    }

    fn text(&self) -> String {
        let joined = |all: &[Self], word: &str| {
            let parts: Vec<String> = all.iter().map(|c| format!("({})", c.text())).collect();
            parts.join(word)
        };
        let quoted = |t: &str| format!("'{}'", t.replace('\'', "''"));
        let list =
            |all: &[&'static str]| all.iter().map(|t| quoted(t)).collect::<Vec<_>>().join(", ");
        match self {
            Self::And(all) => joined(all, " AND "),
            Self::Or(all) => joined(all, " or "),
            Self::Not(c) => format!("NOT ({})", c.text()),
            Self::Number(name, op, v) => format!("{name} {op} {v}"),
            Self::Sum(a, op, b, v) => format!("({a} {op} \"{b}\") < {v}"),
            Self::Text(op, v) => format!("zone_libelle {op} {}", quoted(v)),
            Self::Date(op, v) => format!("created {op} DATE('{v}')"),
            Self::In(all) => format!("zone_libelle IN ({})", list(all)),
            Self::NumberIn(all) => {
                let all: Vec<String> = all.iter().map(ToString::to_string).collect();
                format!("contenance_m2 IN ({})", all.join(","))
            }
            Self::Between(low, high) => format!("contenance_m2 BETWEEN {low} AND {high}"),
            Self::Null(name) => format!("{name} IS NULL"),
            Self::Flag(None) => "arpente".to_owned(),
            Self::Flag(Some(v)) => format!("arpente = {v}"),
            Self::Holds(op, texts) => format!("{op}(types, ({}))", list(texts)),
        }
    }

    fn json(&self) -> Value {
        let op = |op: &str, args: Value| json!({ "op": op, "args": args });
        let p = |name: &str| json!({ "property": name });
        let all = |all: &[Self]| Value::Array(all.iter().map(Self::json).collect());
        match self {
            Self::And(c) => op("and", all(c)),
            Self::Or(c) => op("or", all(c)),
            Self::Not(c) => op("not", json!([c.json()])),
            Self::Number(name, o, v) => op(o, json!([p(name), v])),
            Self::Sum(a, o, b, v) => op("<", json!([op(o, json!([p(a), p(b)])), v])),
            Self::Text(o, v) => op(o, json!([p("zone_libelle"), v])),
            Self::Date(o, v) => op(o, json!([p("created"), { "date": v }])),
            Self::In(all) => op("in", json!([p("zone_libelle"), all])),
            Self::NumberIn(all) => op("in", json!([p("contenance_m2"), all])),
            Self::Between(low, high) => op("between", json!([p("contenance_m2"), low, high])),
            Self::Null(name) => op("isNull", json!([p(name)])),
            Self::Flag(None) => p("arpente"),
            Self::Flag(Some(v)) => op("=", json!([p("arpente"), v])),
            Self::Holds(o, texts) => {
                let name = if *o == "A_CONTAINEDBY" {
                    "a_containedBy".to_owned()
                } else {
                    o.to_lowercase()
                };
                op(&name, json!([p("types"), texts]))
            }
        }
    }

    /// What it must give, by brute force.
    fn expected(&self) -> BTreeSet<String> {
        let kept = SHARED
            .items
            .iter()
            .filter(|f| self.of(&f["properties"]) == Some(true));
        kept.map(|f| f["id"].as_str().unwrap().to_owned()).collect()
    }
}

fn condition() -> impl Strategy<Value = Cond> {
    use prop::sample::select;
    let cmp = || select(vec!["=", "<>", "<", "<=", ">", ">="]);
    let number = || select(vec!["contenance_m2", "facade_m", "surface_m2", "ces"]);
    let some = |all: Vec<&'static str>| prop::collection::vec(select(all), 1..4);
    let types = vec!["friche", "dent_creuse", "extension", "tertiaire"];
    let leaf = prop_oneof![
        (number(), cmp(), select(vec![0.0, 100.0, 4.5, 900.5, -1.5]))
            .prop_map(|(n, op, v)| Cond::Number(n, op, v)),
        (
            number(),
            select(vec!["+", "-", "*", "/"]),
            number(),
            select(vec![0.0, 1.5, 950.0])
        )
            .prop_map(|(a, op, b, v)| Cond::Sum(a, op, b, v)),
        (cmp(), select(LABELS.to_vec())).prop_map(|(op, v)| Cond::Text(op, v)),
        (cmp(), select(DATES.to_vec())).prop_map(|(op, v)| Cond::Date(op, v)),
        some(LABELS.to_vec()).prop_map(Cond::In),
        prop::collection::vec(-1..12, 1..5)
            .prop_map(|v| Cond::NumberIn(v.into_iter().map(|x| x * 100).collect())),
        (0..1000, 0..1000).prop_map(|(a, b)| Cond::Between(a, b)),
        select(vec![
            "contenance_m2",
            "zone_libelle",
            "created",
            "arpente",
            "types",
            "ces"
        ])
        .prop_map(Cond::Null),
        prop::option::of(any::<bool>()).prop_map(Cond::Flag),
        (
            select(vec![
                "A_CONTAINS",
                "A_CONTAINEDBY",
                "A_EQUALS",
                "A_OVERLAPS"
            ]),
            some(types)
        )
            .prop_map(|(op, v)| Cond::Holds(op, v)),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let several = || prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            several().prop_map(Cond::And),
            several().prop_map(Cond::Or),
            inner.clone().prop_map(|c| Cond::Not(Box::new(c))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn both_encodings_give_what_brute_force_gives(c in condition()) {
        let s = &*SHARED;
        let twice = Cond::Not(Box::new(Cond::Not(Box::new(c.clone()))));
        let json = encode(&c.json().to_string());
        for query in [
            format!("filter={}", encode(&c.text())),
            format!("filter-lang=cql2-json&filter={json}"),
            format!("filter={}", encode(&twice.text())),
        ] {
            // What would not fit in an address is another test's matter.
            if query.len() < 3_500 {
                let found = s.runtime.block_on(asked(&s.service, &query));
                prop_assert_eq!(found, c.expected(), "{}", c.text());
            }
        }
    }

    #[test]
    fn no_text_is_too_much(text in "[a-z_ '\"()<>=%,0-9.+-]{0,60}|\\PC{0,40}") {
        let s = &*SHARED;
        for lang in ["cql2-text", "cql2-json"] {
            let path = format!("/collections/parcelles/items?limit=1&filter-lang={lang}&filter={}", encode(&text));
            let a = s.runtime.block_on(s.service.get(&path, &[]));
            prop_assert!(a.status == StatusCode::BAD_REQUEST || a.status == StatusCode::OK, "{text}: {}", a.text());
        }
    }
}
