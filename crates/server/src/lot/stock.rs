//! What could change use, by territory and type, and what it would save.

use std::collections::BTreeMap;

use arrow_array::{Array as _, ListArray, StringArray};
use gisement_export::lot::Publication;
use gisement_index::{TypeGisement, Verdict};
use serde_json::{Value, json};

use super::portee::{Portee, filled, m2, missing};
use crate::columns::{Integers, Reals, Texts};
use crate::problem::Problem;

/// Up to this, a project takes no ENAF that a register would show. m² (bareme §7).
const ENAF_NUL_M2: f64 = 50.0;

/// The units of a territory and type.
#[derive(Default, Clone)]
struct Sums {
    units: i64,
    area: f64,
    usable: f64,
    enaf: f64,
    enaf_unknown: i64,
    usable_without: f64,
    dwellings: [i64; 3],
    dwellings_unknown: i64,
    without: [i64; 3],
    without_by_verdict: [i64; 3],
    verdicts: [i64; 3],
}

/// A unit.
struct Unit {
    area: f64,
    usable: f64,
    enaf: Option<f64>,
    dwellings: Option<[i64; 3]>,
    verdict: usize,
}

impl Sums {
    fn add(&mut self, u: &Unit) {
        self.units += 1;
        self.area += u.area;
        self.usable += u.usable;
        self.verdicts[u.verdict] += 1;
        match u.enaf {
            Some(e) => {
                self.enaf += e;
                self.usable_without += (u.usable - e).max(0.0);
            }
            None => self.enaf_unknown += 1,
        }
        let Some(dwellings) = u.dwellings else {
            self.dwellings_unknown += 1;
            return;
        };
        let free = u.enaf.is_some_and(|e| e <= ENAF_NUL_M2);
        for (i, n) in dwellings.into_iter().enumerate() {
            self.dwellings[i] += n;
            if free {
                self.without[i] += n;
            }
        }
        if free {
            self.without_by_verdict[u.verdict] += dwellings[1];
        }
    }

    fn row(&self, niveau: &str, code: &str, kind: &str) -> Value {
        // Nothing is known of any: that is not a sum of nothing.
        let known = |unknown: i64, v: i64| (self.units == 0 || unknown < self.units).then_some(v);
        let dwellings = |v: i64| known(self.dwellings_unknown, v);
        let enaf = |v: f64| known(self.enaf_unknown, m2(v));
        json!({
            "niveau": niveau, "code": code, "type": kind,
            "g_unites": self.units,
            "g_surface_m2": m2(self.area),
            "g_utile_m2": m2(self.usable),
            "g_enaf_m2": enaf(self.enaf),
            "g_utile_sans_enaf_m2": enaf(self.usable_without),
            "enaf_inconnus": self.enaf_unknown,
            "lgt_bas": dwellings(self.dwellings[0]),
            "lgt_central": dwellings(self.dwellings[1]),
            "lgt_haut": dwellings(self.dwellings[2]),
            "lgt_inconnus": self.dwellings_unknown,
            "lgt_sans_enaf_bas": dwellings(self.without[0]),
            "lgt_sans_enaf_central": dwellings(self.without[1]),
            "lgt_sans_enaf_haut": dwellings(self.without[2]),
            "lgt_sans_enaf_prioritaire": dwellings(self.without_by_verdict[0]),
            "lgt_sans_enaf_a_etudier": dwellings(self.without_by_verdict[1]),
            "lgt_sans_enaf_reserve": dwellings(self.without_by_verdict[2]),
            "v_prioritaire": self.verdicts[0],
            "v_a_etudier": self.verdicts[1],
            "v_reserve": self.verdicts[2],
        })
    }
}

const ENSEMBLE: &str = "ensemble";

pub(super) fn bloc(p: &Portee<'_>, publication: &Publication) -> Result<Value, Problem> {
    let Some(parcelles) = p.edition.collection("parcelles") else {
        return Ok(missing("couche non chargée", "parcelles cadastrales"));
    };
    let stock = p.edition.stock();
    let kept: Vec<bool> = stock
        .communes()
        .iter()
        .map(|c| p.perimetre.holds(c))
        .collect();
    let epci: BTreeMap<&str, &str> = p
        .communes
        .iter()
        .filter_map(|c| Some((c.code_insee.as_str(), c.epci.as_deref()?)))
        .collect();
    let surface = Reals::new(parcelles, "surface_m2");
    let enaf = Reals::new(parcelles, "enaf_m2");
    let capacity =
        ["capacite_bas", "capacite", "capacite_haut"].map(|n| Integers::new(parcelles, n));
    let mut sums: BTreeMap<(&str, &str, &str), Sums> = BTreeMap::new();
    for g in stock.gisements().filter(|g| kept[g.commune as usize]) {
        let row = g.row as usize;
        let [low, central, high] = capacity.map(|c| c.get(row));
        let unit = Unit {
            area: surface.get(row).unwrap_or(g.utile),
            usable: g.utile,
            enaf: enaf.get(row),
            dwellings: low.zip(central).zip(high).map(|((l, c), h)| [l, c, h]),
            verdict: match g.verdict {
                Verdict::Prioritaire => 0,
                Verdict::AEtudier => 1,
                _ => 2,
            },
        };
        let commune: &str = &stock.communes()[g.commune as usize];
        let places = [
            Some(("territoire", p.territoire.code)),
            epci.get(commune).map(|e| ("epci", *e)),
            Some(("commune", commune)),
        ];
        for (level, code) in places.into_iter().flatten() {
            for kind in [g.kind.code(), ENSEMBLE] {
                sums.entry((level, code, kind)).or_default().add(&unit);
            }
        }
    }
    // Each territory has its row, were it of nothing.
    let every = std::iter::once(("territoire", p.territoire.code))
        .chain(p.epci().into_iter().map(|(code, _)| ("epci", code)))
        .chain(
            p.communes
                .iter()
                .map(|c| ("commune", c.code_insee.as_str())),
        );
    let mut lines = Vec::new();
    for (level, code) in every {
        let types = TypeGisement::ALL.iter().map(|t| t.code());
        for kind in types.chain([ENSEMBLE]) {
            match sums.get(&(level, code, kind)) {
                Some(s) => lines.push(s.row(level, code, kind)),
                None if kind == ENSEMBLE => lines.push(Sums::default().row(level, code, kind)),
                None => {}
            }
        }
    }
    let (v_ecarte, ecartes) = set_aside(p, parcelles);
    let mut bloc = filled(&["parcelles", "batiments", "zonage", "friches", "zae"]);
    let unscored = p.communes.iter().filter(|c| c.nb_parcelles == 0).count();
    if unscored > 0 {
        bloc["statut"] = "partiel".into();
        bloc["motif"] = "commune non couverte par la source".into();
    }
    bloc["lignes"] = lines.into();
    bloc["v_ecarte"] = v_ecarte.into();
    bloc["ecartes"] = ecartes.into();
    bloc["objectif"] =
        serde_json::to_value(&publication.objectif_logements).map_err(Problem::internal)?;
    bloc["taux_mobilisation"] = publication
        .taux_mobilisation
        .iter()
        .map(|(kind, rate)| json!({ "type": kind, "taux": rate }))
        .collect::<Vec<_>>()
        .into();
    bloc["enaf_source"] = "tache urbaine".into();
    Ok(bloc)
}

/// Gisements that a veto sets aside: how many, and by veto with the mean share that it covers.
fn set_aside(p: &Portee<'_>, parcelles: &gisement_store::Collection) -> (i64, Vec<Value>) {
    let [verdict, kind] = ["verdict", "type_principal"].map(|n| Texts::new(parcelles, n));
    let part = |name: &str| Reals::new(parcelles, name);
    let [a, n, ban, building, reserved, usage] = [
        "part_a",
        "part_n",
        "part_interdiction",
        "part_interdiction_construire",
        "part_emplacement_reserve",
        "part_usage_incompatible",
    ]
    .map(part);
    let lists: Option<&ListArray> = parcelles
        .column("vetos")
        .and_then(|c| c.as_any().downcast_ref());
    let mut count = 0;
    let mut by_veto: BTreeMap<String, (i64, f64, i64)> = BTreeMap::new();
    for row in p.perimetre.rows("parcelles", "code_insee") {
        let row = row as usize;
        // Ordinary land is ruled out too, and is no gisement.
        if verdict.get(row) != Some("ecarte") || kind.get(row).is_none() {
            continue;
        }
        count += 1;
        let Some(list) = lists.filter(|l| l.is_valid(row)).map(|l| l.value(row)) else {
            continue;
        };
        let Some(codes) = list.as_any().downcast_ref::<StringArray>() else {
            continue;
        };
        for veto in codes.iter().flatten() {
            let share = match veto {
                "zone_na" => a.get(row).zip(n.get(row)).map(|(a, n)| a + n),
                "ppr_interdiction" => ban.get(row),
                "interdiction_construire" => building.get(row),
                "emplacement_reserve" => reserved.get(row),
                "usage_incompatible" => usage.get(row),
                _ => None,
            };
            let slot = by_veto.entry(veto.to_owned()).or_default();
            slot.0 += 1;
            if let Some(s) = share {
                slot.1 += s;
                slot.2 += 1;
            }
        }
    }
    let source = |veto: &str| match veto {
        "zone_na" => "zonage",
        "ppr_interdiction" => "contraintes",
        "interdiction_construire" | "emplacement_reserve" => "prescriptions",
        "usage_incompatible" => "activite",
        _ => "parcelles",
    };
    let rows = by_veto.iter().map(|(veto, (units, sum, known))| {
        json!({
            "veto": veto,
            "libelle": gisement_index::libelle(veto),
            "unites": units,
            // A veto on size is not one on a share.
            "part": if *known > 0 { json!(sum / *known as f64) } else { "sans_objet".into() },
            "source": source(veto),
        })
    });
    (count, rows.collect())
}
