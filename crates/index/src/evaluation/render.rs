//! From marks to the sheet: labels, sentences, numbers ready to show.

use gisement_model::bareme::{Bareme, Intervalle};
use gisement_model::{CommuneNotee, ParcelleNotee};
use serde_json::Value;

use super::format::{NBSP, nombre, pourcentage, quantite};
use super::{
    AVerifier, AxeFiche, Bornes, CapaciteFiche, CodeLibelle, ConditionFiche, Contribution,
    CritereFiche, EnafFiche, Evaluation, Indice, RemarqueFiche, VerdictFiche, VetoFiche, VoieFiche,
    criteres, grounds, texts,
};
use crate::axes::{Apport, Axe, Valeur, round2};
use crate::capacity::Methode;
use crate::note::{Axes, Note};
use crate::verdict::Verdict;

const AXES: [(&str, &str); 4] = [
    ("potentiel", "Potentiel"),
    ("durete", "Dureté foncière"),
    ("besoin", "Besoin de logement social"),
    ("sobriete", "Sobriété foncière"),
];

pub(super) fn render(
    r: &ParcelleNotee,
    commune: Option<&CommuneNotee>,
    n: &Note<'_>,
    b: &Bareme,
) -> Evaluation {
    let axes = n.axes.as_ref();
    Evaluation {
        verdict: verdict(n),
        types: n
            .types
            .iter()
            .map(|t| CodeLibelle {
                code: t.code().to_owned(),
                libelle: t.libelle().to_owned(),
            })
            .collect(),
        axes: axes.map_or_else(Vec::new, |a| {
            let four = [&a.potentiel, &a.durete, &a.besoin, &a.sobriete];
            AXES.iter()
                .zip(four)
                .map(|((c, l), axe)| axis(c, l, axe, b))
                .collect()
        }),
        fiabilite: axes.map(|a| a.fiabilite),
        indice: axes.map(|a| Indice {
            profil: b.profil().code.clone(),
            min: a.indice.min,
            central: a.indice.central,
            max: a.indice.max,
            axes_sans_central: a
                .weighted(b.profil().poids)
                .iter()
                .filter(|(_, v, _)| v.central.is_none())
                .map(|(c, ..)| (*c).to_owned())
                .collect(),
        }),
        a_verifier: axes.map_or_else(Vec::new, |a| to_check(a, b)),
        voie: n.voie.map(|v| VoieFiche {
            code: v.code.clone(),
            libelle: v.libelle.clone(),
            article: v.article.clone(),
            adresse: v.adresse.clone(),
            depuis: v.depuis,
            jusqu_a: v.jusqu_a,
            autorite: v.autorite.clone(),
            motifs_de_refus: v.motifs.iter().map(|m| grounds::ground(m, r, b)).collect(),
        }),
        capacite: n.capacite.map(|c| {
            let [bas, central, haut] = c.logements;
            CapaciteFiche {
                bas,
                central,
                haut,
                methode: match c.methode {
                    Methode::Densite(_) => "densite",
                    Methode::Transformation { .. } => "transformation",
                    Methode::Veto => "veto",
                },
                detail: capacity_detail(r, commune, c.methode, b),
                lls_min: c.lls_min,
                lls_max: central,
            }
        }),
        enaf: enaf(r),
        criteres: measured(r, b),
    }
}

fn verdict(n: &Note<'_>) -> VerdictFiche {
    let text = |id: &str| texts::text(id);
    VerdictFiche {
        code: n.verdict.code().to_owned(),
        libelle: n.verdict.libelle().to_owned(),
        phrase: sentence(n),
        vetos: n
            .motifs
            .vetos
            .iter()
            .map(|m| VetoFiche {
                id: m.id.to_owned(),
                libelle: text(m.id).0.to_owned(),
                part: m.part,
                source: m.couche,
            })
            .collect(),
        conditions: n
            .motifs
            .conditions
            .iter()
            .map(|m| ConditionFiche {
                id: m.id.to_owned(),
                libelle: text(m.id).0.to_owned(),
                levee_par: text(m.id).1.to_owned(),
                part: m.part,
                source: m.couche,
            })
            .collect(),
        remarques: n
            .motifs
            .remarques
            .iter()
            .map(|m| RemarqueFiche {
                id: m.id.to_owned(),
                libelle: text(m.id).0.to_owned(),
            })
            .collect(),
        couches_manquantes: n.manquantes.clone(),
    }
}

fn lower_first(s: &str) -> String {
    let mut c = s.chars();
    c.next()
        .map_or_else(String::new, |f| f.to_lowercase().chain(c).collect())
}

/// One sentence that says the verdict and its main reason.
fn sentence(n: &Note<'_>) -> String {
    let main = n.types.principal().map_or("", |t| t.libelle());
    match n.verdict {
        Verdict::Ecarte => {
            let vetos: Vec<String> = n
                .motifs
                .vetos
                .iter()
                .map(|m| {
                    let label = lower_first(texts::text(m.id).0);
                    m.part.map_or_else(
                        || label.clone(),
                        |p| format!("{label} ({})", pourcentage(p)),
                    )
                })
                .collect();
            format!("Écarté{NBSP}: {}.", vetos.join(", "))
        }
        Verdict::NonEvalue => {
            let layers: Vec<&str> = n.manquantes.iter().map(|c| texts::layer(*c)).collect();
            format!(
                "Non évalué{NBSP}: il manque {} sur cette parcelle.",
                layers.join(" et ")
            )
        }
        Verdict::SansObjet => {
            "Terrain ordinaire en usage\u{a0}: aucun type de gisement.".to_owned()
        }
        Verdict::ParcSocial => "Parc social existant.".to_owned(),
        Verdict::Reserve => {
            let first = n
                .motifs
                .conditions
                .iter()
                .find(|c| c.id.starts_with("derogation_"));
            if let (Some(_), Some(v)) = (first, n.voie) {
                return format!(
                    "Logement possible par dérogation ({}), sur {}. Aucun veto.",
                    v.article.as_deref().unwrap_or_default(),
                    v.autorite
                        .as_deref()
                        .unwrap_or("décision de l’autorité compétente")
                );
            }
            let label = n
                .motifs
                .conditions
                .first()
                .map_or_else(String::new, |m| lower_first(texts::text(m.id).0));
            let more = match n.motifs.conditions.len() {
                0 | 1 => String::new(),
                2 => ", et une autre condition".to_owned(),
                k => format!(", et {} autres conditions", k - 1),
            };
            format!("{main}, sous réserve{NBSP}: {label}{more}. Aucun veto.")
        }
        Verdict::Prioritaire => format!("{main}, disponible, sans veto ni condition."),
        Verdict::AEtudier => format!("{main}, sans veto ni condition\u{a0}: à étudier."),
    }
}

fn bounds(i: Intervalle, decimals: i32) -> Bornes {
    let k = 10f64.powi(decimals);
    let round = |v: f64| (v * k).round() / k;
    Bornes {
        min: round(i.min),
        central: i.central.map(round),
        max: round(i.max),
    }
}

fn axis(code: &str, libelle: &str, axe: &Axe, b: &Bareme) -> AxeFiche {
    AxeFiche {
        code: code.to_owned(),
        libelle: libelle.to_owned(),
        min: axe.valeur.min,
        central: axe.valeur.central,
        max: axe.valeur.max,
        contributions: axe.apports.iter().map(|a| contribution(a, b)).collect(),
    }
}

/// Label, unit and advice of a criterion of any axis.
fn describe<'b>(critere: &str, b: &'b Bareme) -> (&'b str, &'b str, &'b str) {
    if let Some((_, c)) = b
        .potentiel
        .criteres()
        .into_iter()
        .find(|(id, _)| *id == critere)
    {
        return (&c.libelle, &c.unite, &c.conseil);
    }
    if let Some((_, c)) = b
        .besoin
        .criteres()
        .into_iter()
        .find(|(id, _)| *id == critere)
    {
        return (&c.libelle, &c.unite, &c.conseil);
    }
    let d = &b.durete;
    let part = match critere {
        "propriete" => &d.propriete,
        "occupation" => &d.occupation,
        "bati_en_usage" => &d.bati_en_usage,
        "environnement" => &d.environnement,
        "prescription" => &d.prescription,
        "pollution_sol" => &d.pollution,
        "enaf" => return ("ENAF consommé (estimation)", "m²", "charger les bâtiments"),
        _ => {
            return (
                "ENAF restant à la commune",
                "m²",
                "charger la consommation d’ENAF",
            );
        }
    };
    (&part.libelle, "", &part.conseil)
}

fn contribution(a: &Apport, b: &Bareme) -> Contribution {
    let (libelle, unite, _) = describe(a.critere, b);
    let rayon = matches!(
        a.critere,
        "transport" | "services" | "centralite" | "nuisances"
    )
    .then_some(b.mesures.rayon_recherche_m);
    Contribution {
        critere: a.critere.to_owned(),
        libelle: libelle.to_owned(),
        unite: unite.to_owned(),
        valeur: match &a.valeur {
            Valeur::Inconnue => Value::Null,
            Valeur::Nombre(v) => Value::from(*v),
            Valeur::Code(c) => Value::from(*c),
        },
        affichage: match &a.valeur {
            Valeur::Inconnue => "inconnu".to_owned(),
            Valeur::Nombre(v) => quantite(*v, unite, rayon),
            Valeur::Code(c) => texts::code(a.critere, c),
        },
        presume: a.presume,
        utilite: bounds(a.utilite, 3),
        poids: a.poids,
        points: bounds(a.points, 2),
        source: Some(a.couche),
    }
}

/// What is unknown, by the width that it gives to the index of the default profile.
fn to_check(axes: &Axes, b: &Bareme) -> Vec<AVerifier> {
    let w = b.profil().poids;
    let total = w.potentiel + w.durete + w.besoin + w.sobriete;
    let sur = axes.indice.largeur();
    let mut found: Vec<AVerifier> = Vec::new();
    for (code, axe, weight) in [
        ("potentiel", &axes.potentiel, w.potentiel),
        ("durete", &axes.durete, w.durete),
        ("besoin", &axes.besoin, w.besoin),
        ("sobriete", &axes.sobriete, w.sobriete),
    ] {
        for a in &axe.apports {
            let points = a.points.largeur() * weight / total;
            if a.utilite.largeur() < 1e-9 || points < 0.005 {
                continue;
            }
            // The soil enters two axes under one name.
            let critere = if a.critere == "pollution_sol" {
                "pollution"
            } else {
                a.critere
            };
            if let Some(known) = found.iter_mut().find(|f| f.critere == critere) {
                known.points += points;
                known.axes.push(code.to_owned());
                continue;
            }
            let (libelle, _, conseil) = describe(a.critere, b);
            found.push(AVerifier {
                critere: critere.to_owned(),
                libelle: libelle.to_owned(),
                conseil: conseil.to_owned(),
                axes: vec![code.to_owned()],
                points,
                sur: round2(sur),
            });
        }
    }
    for f in &mut found {
        f.points = round2(f.points);
    }
    found.sort_by(|a, b| {
        b.points
            .total_cmp(&a.points)
            .then_with(|| a.critere.cmp(&b.critere))
    });
    found
}

fn capacity_detail(
    r: &ParcelleNotee,
    commune: Option<&CommuneNotee>,
    methode: Methode,
    b: &Bareme,
) -> String {
    match methode {
        Methode::Veto => "Aucun logement tant qu’un veto s’applique".to_owned(),
        Methode::Densite([lo, mid, hi]) => {
            let zone = commune
                .and_then(|c| c.zone_abc)
                .map_or("zone ABC inconnue", gisement_model::codes::ZoneAbc::code);
            format!(
                "Densité ({zone}) {} / {} / {} par ha",
                nombre(lo, 1),
                nombre(mid, 1),
                nombre(hi, 1)
            )
        }
        Methode::Transformation { niveaux: [lo, hi] } => {
            let levels = if lo == hi {
                nombre(lo, 0)
            } else {
                format!("{} à {}", nombre(lo, 0), nombre(hi, 0))
            };
            format!(
                "Transformation{NBSP}: {} d’emprise, {levels} niveaux, {} par logement",
                quantite(r.emprise_bati_m2.unwrap_or(0.0), "m²", None),
                quantite(b.capacite.logement_m2, "m²", None)
            )
        }
    }
}

fn enaf(r: &ParcelleNotee) -> Option<EnafFiche> {
    let (min_m2, central_m2, max_m2) = (r.enaf_min_m2?, r.enaf_m2?, r.enaf_max_m2?);
    let m2 = |v: f64| quantite(v.round(), "m²", None);
    Some(EnafFiche {
        min_m2,
        central_m2,
        max_m2,
        affichage: if max_m2 <= 0.0 {
            "aucun ENAF consommé (estimation)".to_owned()
        } else if (max_m2 - min_m2).abs() < 0.5 {
            format!("{} d’ENAF (estimation)", m2(central_m2))
        } else {
            format!("{} à {} d’ENAF", nombre(min_m2, 0), m2(max_m2))
        },
    })
}

fn measured(r: &ParcelleNotee, b: &Bareme) -> Vec<CritereFiche> {
    let row = serde_json::to_value(r).unwrap_or_default();
    criteres::criteres()
        .map(|(f, couche)| {
            let valeur = row.get(f.name).cloned().unwrap_or_default();
            let rayon = f
                .name
                .starts_with("dist_")
                .then_some(b.mesures.rayon_recherche_m);
            CritereFiche {
                id: f.name.to_owned(),
                libelle: f.label.to_owned(),
                unite: f.unit.to_owned(),
                affichage: show(&valeur, f, rayon),
                source: (!valeur.is_null()).then_some(couche),
                valeur,
            }
        })
        .collect()
}

fn show(v: &Value, f: &gisement_model::Field, rayon: Option<f64>) -> String {
    match v {
        Value::Null => "inconnu".to_owned(),
        Value::Bool(true) => "oui".to_owned(),
        Value::Bool(false) => "non".to_owned(),
        Value::Number(n) => quantite(n.as_f64().unwrap_or(0.0), f.unit, rayon),
        Value::String(s) if f.kind == gisement_model::FieldKind::Date => {
            s.parse().map_or_else(|_| s.clone(), super::format::date)
        }
        Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}
