//! Checks before anything is written (report-design §12): all must hold.

use serde_json::{Value, json};

use crate::problem::Problem;

/// How far two sums of stored areas may differ. m².
const TOLERANCE_M2: f64 = 1.0;

/// A check that was made.
fn check(id: &str, libelle: &str, attendu: f64, obtenu: f64, tolerance: f64, unite: &str) -> Value {
    let ecart = obtenu - attendu;
    json!({
        "id": id,
        "libelle": libelle,
        "attendu": shown(attendu),
        "obtenu": shown(obtenu),
        "ecart": shown(ecart),
        "tolerance": if tolerance == 0.0 { "0".to_owned() } else { format!("{tolerance} {unite}").trim().to_owned() },
        "resultat": if ecart.abs() <= tolerance { "reussi" } else { "echoue" },
    })
}

/// A whole number, without the sign that rounding leaves on nothing.
fn shown(v: f64) -> String {
    format!("{}", v.round() as i64)
}

/// A check of which there is nothing to check.
fn idle(id: &str, libelle: &str) -> Value {
    json!({
        "id": id, "libelle": libelle, "attendu": "", "obtenu": "", "ecart": "", "tolerance": "", "resultat": "sans_objet",
    })
}

fn rows(v: &Value) -> &[Value] {
    v.as_array().map_or(&[], Vec::as_slice)
}

fn sum<'a>(rows: impl Iterator<Item = &'a Value>, key: &str) -> f64 {
    rows.filter_map(|r| r[key].as_f64()).sum()
}

pub(super) fn all(d: &Value) -> Vec<Value> {
    let mut out = Vec::new();
    ledger(d, &mut out);
    stock(d, &mut out);
    sites(d, &mut out);
    documents(d, &mut out);
    out
}

/// Nothing is written unless every check holds.
pub(super) fn hold(checks: &[Value]) -> Result<(), Problem> {
    let failed: Vec<String> = checks
        .iter()
        .filter(|c| c["resultat"] == "echoue")
        .map(|c| {
            format!(
                "{} ({}) : {} attendu, {} obtenu",
                text(&c["id"]),
                text(&c["libelle"]),
                c["attendu"],
                c["obtenu"]
            )
        })
        .collect();
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Problem::parameter(
            "",
            format!(
                "Contrôles non tenus, rien n’est écrit : {}.",
                failed.join(" ; ")
            ),
        ))
    }
}

fn text(v: &Value) -> &str {
    v.as_str().unwrap_or_default()
}

fn ledger(d: &Value, out: &mut Vec<Value>) {
    let r = &d["registre"];
    let own = &r["territoire"];
    let counted = || {
        rows(&r["communes"])
            .iter()
            .filter(|c| c["reference_m2"].is_number() && c["conso_m2"].is_number())
    };
    for (id, key, libelle) in [
        ("C01", "reference_m2", "Référence : somme des communes"),
        ("C03", "conso_m2", "Consommation : somme des communes"),
    ] {
        match own[key].as_f64() {
            Some(v) => out.push(check(
                id,
                libelle,
                v,
                sum(counted(), key),
                TOLERANCE_M2,
                "m²",
            )),
            None => out.push(idle(id, libelle)),
        }
    }
    let lone = "C02";
    let shown = "Écart de répartition : somme des enveloppes − enveloppe du territoire";
    match (
        own["repartition"]["ecart_m2"].as_f64(),
        own["repartition"]["somme_communes_m2"].as_f64(),
        own["enveloppe_m2"].as_f64(),
    ) {
        (Some(gap), Some(all), Some(envelope)) => {
            out.push(check(lone, shown, all - envelope, gap, TOLERANCE_M2, "m²"));
        }
        _ => out.push(idle(lone, shown)),
    }
    let years: Vec<&Value> = rows(&own["annees"])
        .iter()
        .filter(|a| a["periode"] == "objectif")
        .collect();
    let of_years = "Années de la période = consommation + PENE + renaturation";
    match own["brut_m2"].as_f64() {
        Some(v) => out.push(check(
            "C06",
            of_years,
            v,
            sum(years.iter().copied(), "total_m2"),
            TOLERANCE_M2,
            "m²",
        )),
        None => out.push(idle("C06", of_years)),
    }
    let destinations = [
        "activite_m2",
        "habitat_m2",
        "mixte_m2",
        "route_m2",
        "ferre_m2",
        "inconnu_m2",
    ];
    let parts: f64 = destinations
        .iter()
        .map(|k| sum(years.iter().copied(), k))
        .sum();
    let told = years
        .iter()
        .all(|a| destinations.iter().all(|k| a[k].is_number()));
    let of_parts = "Destinations = années";
    if told && !years.is_empty() {
        // The file rounds each destination: a square metre for each commune and year.
        let loose = (rows(&r["communes"]).len() * years.len()) as f64;
        out.push(check(
            "C07",
            of_parts,
            sum(years.iter().copied(), "total_m2"),
            parts,
            loose,
            "m²",
        ));
    } else {
        out.push(idle("C07", of_parts));
    }
    let reference = rows(&own["annees"])
        .iter()
        .filter(|a| a["periode"] == "reference")
        .count();
    if own.is_object() {
        out.push(check(
            "C08",
            "Dix années de référence",
            10.0,
            reference as f64,
            0.0,
            "",
        ));
    } else {
        out.push(idle("C08", "Dix années de référence"));
    }
    for (id, libelle, wrong) in [
        (
            "C09",
            "Brut − PENE − renaturation = consommation",
            balance as fn(&Value) -> bool,
        ),
        ("C10", "Enveloppe = cible + garantie + mutualisé", envelope),
        ("C12", "Enveloppe nulle : part sans objet", share),
    ] {
        let n = rows(&r["communes"]).iter().filter(|c| wrong(c)).count();
        out.push(check(id, libelle, 0.0, n as f64, 0.0, ""));
    }
    let net = rows(&d["artificialisation"]["lignes"])
        .iter()
        .filter(|l| {
            let [a, b, n] = ["artif_m2", "desartif_m2", "nette_m2"].map(|k| l[k].as_f64());
            a.zip(b)
                .zip(n)
                .is_some_and(|((a, b), n)| (a - b - n).abs() > TOLERANCE_M2)
        })
        .count();
    out.push(check(
        "C15",
        "OCS GE : nette = artificialisé − désartificialisé",
        0.0,
        net as f64,
        0.0,
        "",
    ));
}

fn balance(c: &Value) -> bool {
    let [gross, pene, back, net] =
        ["brut_m2", "pene_m2", "renature_m2", "conso_m2"].map(|k| c[k].as_f64());
    match (gross, pene, back, net) {
        (Some(g), Some(p), Some(b), Some(n)) => (g - p - b - n).abs() > TOLERANCE_M2,
        _ => false,
    }
}

fn envelope(c: &Value) -> bool {
    let [target, floor, pooled, all] =
        ["cible_m2", "garantie_m2", "mutualise_m2", "enveloppe_m2"].map(|k| c[k].as_f64());
    match (target, floor, pooled, all) {
        (Some(t), Some(f), Some(p), Some(a)) => (t + f + p - a).abs() > TOLERANCE_M2,
        _ => false,
    }
}

fn share(c: &Value) -> bool {
    c["enveloppe_m2"].as_f64() == Some(0.0)
        && c["conso_m2"].is_number()
        && (c["part"].is_number() || c["part_statut"] != "sans_objet")
}

fn stock(d: &Value, out: &mut Vec<Value>) {
    let all = rows(&d["stock"]["lignes"]);
    let of = |level: &'static str, whole: bool| {
        all.iter()
            .filter(move |l| l["niveau"] == level && (l["type"] == "ensemble") == whole)
    };
    let own = of("territoire", true).next();
    let Some(own) = own else {
        for (id, libelle) in [
            ("C16", "Types = ensemble"),
            ("C17", "Communes = territoire"),
            ("C18", "Verdicts = unités"),
        ] {
            out.push(idle(id, libelle));
        }
        return;
    };
    for (key, what) in [
        ("g_unites", "unités"),
        ("g_utile_m2", "surface utile"),
        ("g_enaf_m2", "coût ENAF"),
        ("lgt_central", "logements"),
    ] {
        // Each stored area is rounded on its own.
        let loose = if key.ends_with("_m2") {
            all.len() as f64
        } else {
            0.0
        };
        let v = own[key].as_f64().unwrap_or(0.0);
        out.push(check(
            "C16",
            &format!("Types = ensemble ({what})"),
            v,
            sum(of("territoire", false), key),
            loose,
            "m²",
        ));
        out.push(check(
            "C17",
            &format!("Communes = territoire ({what})"),
            v,
            sum(of("commune", true), key),
            loose,
            "m²",
        ));
    }
    let verdicts: f64 = ["v_prioritaire", "v_a_etudier", "v_reserve"]
        .iter()
        .filter_map(|k| own[k].as_f64())
        .sum();
    out.push(check(
        "C18",
        "Verdicts = unités",
        own["g_unites"].as_f64().unwrap_or(0.0),
        verdicts,
        0.0,
        "",
    ));
    let broken = all
        .iter()
        .filter(|l| {
            let [low, mid, high] = ["lgt_bas", "lgt_central", "lgt_haut"].map(|k| l[k].as_f64());
            let [usable, area] = ["g_utile_m2", "g_surface_m2"].map(|k| l[k].as_f64());
            low > mid || mid > high || usable.zip(area).is_some_and(|(u, a)| u > a * 1.01 + 1.0)
        })
        .count();
    out.push(check(
        "C21",
        "Bas ≤ central ≤ haut, utile ≤ surface",
        0.0,
        broken as f64,
        0.0,
        "",
    ));
    let free = own["lgt_sans_enaf_central"].as_f64().unwrap_or(0.0);
    let by_verdict: f64 = ["prioritaire", "a_etudier", "reserve"]
        .iter()
        .filter_map(|v| own[format!("lgt_sans_enaf_{v}")].as_f64())
        .sum();
    out.push(check(
        "C22",
        "Logements sans ENAF : Σ verdicts = total",
        free,
        by_verdict,
        0.0,
        "",
    ));
}

fn sites(d: &Value, out: &mut Vec<Value>) {
    let f = &d["friches"];
    if f["statut"] == "non_renseigne" {
        out.push(idle("C24", "Friches : Σ statuts = lues − sans statut"));
    } else {
        let by: f64 = f["resume"]
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(_, v)| v["n"].as_f64())
            .sum();
        let [read, left] = ["lues", "rejetees"].map(|k| f[k].as_f64().unwrap_or(0.0));
        out.push(check(
            "C24",
            "Friches : Σ statuts = lues − sans statut",
            read - left,
            by,
            0.0,
            "",
        ));
    }
    let z = &d["zae"];
    if z["statut"] == "non_renseigne" {
        out.push(idle("C25", "ZAE : Σ six états = unités foncières"));
        return;
    }
    let states: f64 = [
        "occupe",
        "transition",
        "vacant",
        "inoccupe",
        "friche",
        "inconnu",
    ]
    .iter()
    .filter_map(|k| z["total"][k].as_f64())
    .sum();
    out.push(check(
        "C25",
        "ZAE : Σ six états = unités foncières",
        z["total"]["zae_uf"].as_f64().unwrap_or(0.0),
        states,
        0.0,
        "",
    ));
}

fn documents(d: &Value, out: &mut Vec<Value>) {
    let blocs = [
        "registre",
        "artificialisation",
        "stock",
        "friches",
        "zae",
        "foncier_public",
        "besoin",
        "evolutions",
        "marches",
    ];
    let mute = blocs
        .iter()
        .map(|b| &d[b])
        .chain(rows(&d["ohf"]))
        .filter(|b| {
            b["statut"] == "non_renseigne"
                && (b["motif"].is_null() || b["couche_attendue"].is_null())
        })
        .count();
    out.push(check(
        "C30",
        "Tout « n. r. » a sa raison et sa couche attendue",
        0.0,
        mute as f64,
        0.0,
        "",
    ));
    out.push(check(
        "C31",
        "Onze rubriques OHF, chacune avec son statut",
        11.0,
        rows(&d["ohf"])
            .iter()
            .filter(|o| o["statut"].is_string())
            .count() as f64,
        0.0,
        "",
    ));
    let day = text(&d["edition"]["date"]);
    let late = rows(&d["sources"])
        .iter()
        .filter(|s| s["date_validite"].as_str().is_some_and(|v| v > day))
        .count();
    out.push(check(
        "C29",
        "Aucune source postérieure à l’édition",
        0.0,
        late as f64,
        0.0,
        "",
    ));
}
