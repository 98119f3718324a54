//! Business parks: vacancy by the count of L318-8-2 CU and by area, and how far they could change.
//!
//! A plot of the inventory stands for a unité foncière. `inoccupé` (never built), `vacant` and `friche` are three
//! states, never one. Vacancy in the sense of the law needs dated evidence that no open file gives: without it the
//! rate is a bound from above.

use std::collections::BTreeMap;

use gisement_model::bareme::Potentiel;
use gisement_model::codes::EtatTerrain;
use gisement_model::{Terrain, Zae};
use serde_json::{Value, json};

use super::portee::{Portee, filled, m2, missing};
use crate::columns::{Reals, Texts};
use crate::problem::Problem;

/// Under this utility, a ground of refusal is one that may bite.
const MOTIF: f64 = 0.5;
/// Share of a park's plots by area under which nothing is said of how far it could change.
const COUVERTE: f64 = 0.5;

/// Plots of a park by state.
#[derive(Default, Clone)]
struct Etats {
    by_state: BTreeMap<&'static str, i64>,
    area: f64,
    empty_area: f64,
    area_unknown: i64,
    latest: Option<jiff::civil::Date>,
}

const STATES: [&str; 6] = [
    "occupe",
    "transition",
    "vacant",
    "inoccupe",
    "friche",
    "inconnu",
];

fn state(etat: Option<EtatTerrain>) -> &'static str {
    match etat {
        Some(EtatTerrain::Occupe) => "occupe",
        Some(EtatTerrain::Transitoire) => "transition",
        Some(EtatTerrain::Vacant) => "vacant",
        Some(EtatTerrain::Inoccupe) => "inoccupe",
        Some(EtatTerrain::Friche) => "friche",
        None => "inconnu",
    }
}

impl Etats {
    fn add(&mut self, t: &Terrain) {
        let s = state(t.etat);
        *self.by_state.entry(s).or_default() += 1;
        match t.surface_brute_m2 {
            Some(a) => {
                self.area += a;
                if matches!(s, "vacant" | "friche") {
                    self.empty_area += a;
                }
            }
            None => self.area_unknown += 1,
        }
        self.latest = self.latest.max(t.terr_actu_date);
    }

    fn merge(&mut self, o: &Self) {
        for (s, n) in &o.by_state {
            *self.by_state.entry(s).or_default() += n;
        }
        self.area += o.area;
        self.empty_area += o.empty_area;
        self.area_unknown += o.area_unknown;
    }

    fn count(&self, s: &str) -> i64 {
        self.by_state.get(s).copied().unwrap_or_default()
    }

    fn all(&self) -> i64 {
        self.by_state.values().sum()
    }

    fn describe(&self) -> Value {
        let mut v = json!({ "zae_uf": self.all() });
        for s in STATES {
            v[s] = self.count(s).into();
        }
        let all = self.all() as f64;
        // Without evidence of two years without occupation, nothing is known to be vacant in the sense of the law.
        v["zae_uf_vacante"] = Value::Null;
        v["zae_taux"] = Value::Null;
        let most = self.count("vacant") + self.count("friche") + self.count("inconnu");
        v["zae_taux_max"] = if all > 0.0 {
            json!(most as f64 / all)
        } else {
            "sans_objet".into()
        };
        v["zae_taux_surface"] = if self.area > 0.0 && self.area_unknown == 0 {
            json!(self.empty_area / self.area)
        } else {
            Value::Null
        };
        v
    }
}

/// How far a park could change, from its parcels: usable-area-weighted means.
#[derive(Default)]
struct Mutabilite {
    weight: f64,
    axis: [f64; 3],
    covered: f64,
    area: f64,
    grounds: [(f64, f64); 4],
}

/// The grounds of L152-6-7 CU, in the order of the article.
const GROUNDS: [&str; 4] = [
    "Insertion dans le paysage",
    "Accès autrement qu’en voiture",
    "Nuisances et risques du voisinage",
    "Services à proximité",
];

impl Mutabilite {
    fn describe(&self) -> Value {
        let known = self.weight > 0.0 && self.covered >= COUVERTE * self.area;
        let axis = |i: usize| known.then(|| (self.axis[i] / self.weight).round());
        let lowest = self
            .grounds
            .iter()
            .zip(GROUNDS)
            .filter(|((_, w), _)| *w > 0.0)
            .map(|((sum, w), name)| (sum / w, name))
            // Of equals the first of the article.
            .min_by(|a, b| a.0.total_cmp(&b.0));
        json!({
            "zae_mut_min": axis(0),
            "zae_mut_central": axis(1),
            "zae_mut_max": axis(2),
            "zae_motif": lowest.map(|(u, name)| if u < MOTIF { name } else { "Aucun identifié" }),
        })
    }
}

/// What is said of a park without inventory.
fn nothing_known() -> Value {
    let mut v = Etats::default().describe();
    for key in ["zae_uf", "zae_taux_max"].into_iter().chain(STATES) {
        v[key] = Value::Null;
    }
    v
}

pub(super) fn bloc(p: &Portee<'_>) -> Result<Value, Problem> {
    let (Some(parks), Some(plots)) = (
        p.edition.collection("zae"),
        p.edition.collection("terrains"),
    ) else {
        return Ok(missing(
            "aucun inventaire L. 318-8-2 n’est chargé",
            "sites économiques (CNIG)",
        ));
    };
    let zones: Vec<Zae> = parks
        .rows(&p.rows("zae", "code_insee"))
        .map_err(Problem::internal)?;
    if zones.is_empty() {
        return Ok(missing(
            "aucune zone d’activité dans le territoire",
            "sites économiques (CNIG)",
        ));
    }
    let terrains: Vec<Terrain> = plots.rows(&p.terrains()).map_err(Problem::internal)?;
    let mut by_site: BTreeMap<&str, Etats> = BTreeMap::new();
    for t in &terrains {
        if let Some(site) = &t.site_id {
            by_site.entry(site).or_default().add(t);
        }
    }
    let change = mutability(p)?;
    let mut total = Etats::default();
    let mut inventoried = 0;
    let mut rows = Vec::new();
    for z in &zones {
        let states = by_site.get(z.site_id.as_str());
        let mut row = states.map_or_else(nothing_known, Etats::describe);
        if let Some(s) = states {
            total.merge(s);
            inventoried += 1;
        }
        row["id"] = z.site_id.as_str().into();
        row["nom"] = z.site_nom.as_deref().unwrap_or(&z.site_id).into();
        row["commune"] = json!(z.code_insee);
        row["surface_m2"] = json!(z.surface_brute_m2.map(m2));
        row["inventaire"] = json!(states.and_then(|s| s.latest.or(z.site_actu_date)));
        let of_park = change.get(z.site_id.as_str());
        let of_park =
            of_park.map_or_else(|| Mutabilite::default().describe(), Mutabilite::describe);
        for (key, value) in of_park.as_object().into_iter().flatten() {
            row[key] = value.clone();
        }
        rows.push(row);
    }
    // The likeliest to change first; those of which nothing is said come last.
    let central = |v: &Value| v["zae_mut_central"].as_f64().unwrap_or(-1.0);
    rows.sort_by(|a, b| {
        central(b)
            .total_cmp(&central(a))
            .then_with(|| a["id"].as_str().cmp(&b["id"].as_str()))
    });
    let mut bloc = filled(&["zae", "terrains"]);
    if inventoried < zones.len() {
        bloc["statut"] = "partiel".into();
        bloc["motif"] = "inventaire non transmis".into();
        bloc["couche_attendue"] = "sites économiques (CNIG)".into();
    }
    let mut sum = total.describe();
    sum["zones"] = zones.len().into();
    sum["zones_inventoriees"] = inventoried.into();
    let area: Option<f64> = zones.iter().map(|z| z.surface_brute_m2).sum();
    sum["surface_m2"] = json!(area.map(m2));
    bloc["total"] = sum;
    bloc["zones"] = rows.into();
    Ok(bloc)
}

/// By park, what its parcels say of it.
fn mutability<'e>(p: &Portee<'e>) -> Result<BTreeMap<&'e str, Mutabilite>, Problem> {
    let mut out: BTreeMap<&str, Mutabilite> = BTreeMap::new();
    let Some(parcelles) = p.edition.collection("parcelles") else {
        return Ok(out);
    };
    let curves: &Potentiel = &p.edition.bareme()?.potentiel;
    let park = Texts::new(parcelles, "zae_id");
    let [usable, area] = ["utile_m2", "surface_m2"].map(|n| Reals::new(parcelles, n));
    let axes = ["potentiel_min", "potentiel", "potentiel_max"].map(|n| Reals::new(parcelles, n));
    let [heritage, stop, risk, services] = [
        "part_patrimoine",
        "dist_transport_m",
        "dist_risque_m",
        "dist_services_m",
    ]
    .map(|n| Reals::new(parcelles, n));
    for row in p.rows("parcelles", "code_insee") {
        let row = row as usize;
        let Some(id) = park.get(row) else { continue };
        let m = out.entry(id).or_default();
        let own = area.get(row).unwrap_or(0.0);
        m.area += own;
        let weight = usable.get(row).unwrap_or(0.0);
        if let [Some(min), Some(central), Some(max)] = axes.map(|a| a.get(row)) {
            m.covered += own;
            m.weight += weight;
            for (sum, v) in m.axis.iter_mut().zip([min, central, max]) {
                *sum += weight * v;
            }
        }
        let utilities = [
            heritage.get(row).map(|v| curves.patrimoine.nombre(v)),
            stop.get(row).map(|v| curves.transport.nombre(v)),
            risk.get(row).map(|v| curves.nuisances.nombre(v)),
            services.get(row).map(|v| curves.services.nombre(v)),
        ];
        for (slot, u) in m.grounds.iter_mut().zip(utilities) {
            if let Some(u) = u {
                slot.0 += own * u;
                slot.1 += own;
            }
        }
    }
    Ok(out)
}
