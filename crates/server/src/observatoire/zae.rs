//! Business parks: vacancy by the count of L318-8-2 CU and by area, and how far they could change.
//!
//! A plot of the inventory stands for a unité foncière. `inoccupé` (never built), `vacant` and `friche` are three
//! states, never one. Vacancy in the sense of the law needs dated evidence of two years without occupation, which no
//! open file gives: its rate is never known here, only bounded from above.

use std::collections::BTreeMap;

use gisement_model::bareme::Potentiel;
use gisement_model::codes::EtatTerrain;
use gisement_model::{Terrain, Zae};
use jiff::civil::Date;

use super::perimetre::{Absence, Perimetre};
use crate::columns::{Reals, Texts};
use crate::problem::Problem;

/// Under this utility, a ground of refusal is one that may bite.
const MOTIF: f64 = 0.5;
/// Share of a park's plots by area under which nothing is said of how far it could change.
const COUVERTE: f64 = 0.5;

const COUCHE: &str = "sites économiques (CNIG)";

/// The six states of a plot, with the code that answers and tables give them; the last one is not said by the file.
pub(crate) const ETATS: [(&str, Option<EtatTerrain>); 6] = [
    ("occupe", Some(EtatTerrain::Occupe)),
    ("transition", Some(EtatTerrain::Transitoire)),
    ("vacant", Some(EtatTerrain::Vacant)),
    ("inoccupe", Some(EtatTerrain::Inoccupe)),
    ("friche", Some(EtatTerrain::Friche)),
    ("inconnu", None),
];

/// Plots in one state.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Terrains {
    pub(crate) nombre: i64,
    /// Declared area of those of which it is known. m²
    pub(crate) surface: f64,
    pub(crate) surface_inconnue: i64,
}

impl Terrains {
    /// Their area; unknown when it is that of every one. m²
    pub(crate) fn surface_connue(self) -> Option<f64> {
        (self.nombre == 0 || self.surface_inconnue < self.nombre).then_some(self.surface)
    }
}

/// Plots by state.
#[derive(Debug, Default, Clone)]
pub(crate) struct Etats {
    by_state: BTreeMap<Option<EtatTerrain>, Terrains>,
    area: f64,
    empty_area: f64,
    area_unknown: i64,
    latest: Option<Date>,
}

impl Etats {
    fn add(&mut self, t: &Terrain) {
        let slot = self.by_state.entry(t.etat).or_default();
        slot.nombre += 1;
        if let Some(a) = t.surface_brute_m2 {
            slot.surface += a;
            self.area += a;
            if matches!(t.etat, Some(EtatTerrain::Vacant | EtatTerrain::Friche)) {
                self.empty_area += a;
            }
        } else {
            slot.surface_inconnue += 1;
            self.area_unknown += 1;
        }
        self.latest = self.latest.max(t.terr_actu_date);
    }

    fn merge(&mut self, o: &Self) {
        for (state, t) in &o.by_state {
            let slot = self.by_state.entry(*state).or_default();
            slot.nombre += t.nombre;
            slot.surface += t.surface;
            slot.surface_inconnue += t.surface_inconnue;
        }
        self.area += o.area;
        self.empty_area += o.empty_area;
        self.area_unknown += o.area_unknown;
    }

    pub(crate) fn of(&self, state: Option<EtatTerrain>) -> Terrains {
        self.by_state.get(&state).copied().unwrap_or_default()
    }

    /// Unités foncières.
    pub(crate) fn nombre(&self) -> i64 {
        self.by_state.values().map(|t| t.nombre).sum()
    }

    /// The most that vacancy in the sense of L318-8-2 CU may be: `vacant`, `friche` and those of unknown state, over
    /// all. 0–1; nothing without plots.
    pub(crate) fn taux_max(&self) -> Option<f64> {
        let most: i64 = [Some(EtatTerrain::Vacant), Some(EtatTerrain::Friche), None]
            .map(|state| self.of(state).nombre)
            .iter()
            .sum();
        let all = self.nombre();
        (all > 0).then(|| most as f64 / all as f64)
    }

    /// Share of `vacant` and `friche` by declared area, 0–1; nothing while the area of one plot is unknown.
    pub(crate) fn taux_surface(&self) -> Option<f64> {
        (self.area > 0.0 && self.area_unknown == 0).then(|| self.empty_area / self.area)
    }
}

/// How far a park could change, from its parcels: usable-area-weighted means.
#[derive(Debug, Default, Clone)]
pub(crate) struct Mutabilite {
    weight: f64,
    axis: [f64; 3],
    covered: f64,
    area: f64,
    grounds: [(f64, f64); 4],
}

/// The grounds on which L152-6-7 CU lets a project be refused, in the order of the article: code and label.
const GROUNDS: [(&str, &str); 4] = [
    ("paysage", "Insertion dans le paysage"),
    ("acces", "Accès autrement qu’en voiture"),
    ("voisinage", "Nuisances et risques du voisinage"),
    ("services", "Services à proximité"),
];
const NO_GROUND: (&str, &str) = ("aucun", "Aucun identifié");

impl Mutabilite {
    /// Lowest, central and highest Potentiel, 0–100; nothing when less than half of the park's parcels have one.
    pub(crate) fn axes(&self) -> Option<[f64; 3]> {
        let known = self.weight > 0.0 && self.covered >= COUVERTE * self.area;
        known.then(|| self.axis.map(|sum| (sum / self.weight).round()))
    }

    /// The ground of refusal most likely to bite, by code and label; nothing when none could be weighed.
    pub(crate) fn motif(&self) -> Option<(&'static str, &'static str)> {
        self.grounds
            .iter()
            .zip(GROUNDS)
            .filter(|((_, w), _)| *w > 0.0)
            .map(|((sum, w), ground)| (sum / w, ground))
            // Of equals the first of the article.
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(u, ground)| if u < MOTIF { ground } else { NO_GROUND })
    }
}

/// A business park.
#[derive(Debug)]
pub(crate) struct Zone {
    /// Row in `zae`.
    pub(crate) row: u32,
    pub(crate) zae: Zae,
    /// Its plots; nothing when its inventory was not handed over.
    pub(crate) etats: Option<Etats>,
    pub(crate) mutabilite: Mutabilite,
}

impl Zone {
    /// The newest date at which its plots were seen, else that of the park's own record.
    pub(crate) fn inventaire(&self) -> Option<Date> {
        let etats = self.etats.as_ref()?;
        etats.latest.or(self.zae.site_actu_date)
    }
}

/// The business parks of some communes.
#[derive(Debug)]
pub(crate) struct Inventaire {
    /// The likeliest to change first; those of which nothing is said come last.
    pub(crate) zones: Vec<Zone>,
    /// Over those that have an inventory.
    pub(crate) total: Etats,
    pub(crate) inventoriees: usize,
    /// Of all of them; unknown when it is that of one. m²
    pub(crate) surface: Option<f64>,
}

impl Inventaire {
    /// The newest date at which plots of a park were seen.
    pub(crate) fn inventaire(&self) -> Option<Date> {
        self.zones.iter().filter_map(Zone::inventaire).max()
    }

    /// What is not there, when it is not whole.
    pub(crate) fn manque(&self) -> Option<Absence> {
        (self.inventoriees < self.zones.len()).then_some(Absence {
            motif: "inventaire non transmis",
            couche: COUCHE,
        })
    }
}

/// The inventory of business parks of L318-8-2 CU.
pub(crate) fn zae(p: &Perimetre<'_>) -> Result<Result<Inventaire, Absence>, Problem> {
    let absent = |motif| {
        Ok(Err(Absence {
            motif,
            couche: COUCHE,
        }))
    };
    let (Some(parks), Some(plots)) = (
        p.edition.collection("zae"),
        p.edition.collection("terrains"),
    ) else {
        return absent("aucun inventaire L. 318-8-2 n’est chargé");
    };
    let ranks = p.rows("zae", "code_insee");
    let parks: Vec<Zae> = parks.rows(&ranks).map_err(Problem::internal)?;
    if parks.is_empty() {
        return absent("aucune zone d’activité dans le territoire");
    }
    let terrains: Vec<Terrain> = plots.rows(&p.terrains()).map_err(Problem::internal)?;
    let mut by_site: BTreeMap<&str, Etats> = BTreeMap::new();
    for t in &terrains {
        if let Some(site) = &t.site_id {
            by_site.entry(site).or_default().add(t);
        }
    }
    let change = mutability(p)?;
    let surface: Option<f64> = parks.iter().map(|z| z.surface_brute_m2).sum();
    let mut total = Etats::default();
    let mut zones: Vec<Zone> = Vec::with_capacity(parks.len());
    for (zae, row) in parks.into_iter().zip(ranks) {
        let etats = by_site.get(zae.site_id.as_str()).cloned();
        if let Some(e) = &etats {
            total.merge(e);
        }
        let mutabilite = change
            .get(zae.site_id.as_str())
            .cloned()
            .unwrap_or_default();
        zones.push(Zone {
            row,
            zae,
            etats,
            mutabilite,
        });
    }
    let inventoriees = zones.iter().filter(|z| z.etats.is_some()).count();
    let central = |z: &Zone| z.mutabilite.axes().map_or(-1.0, |[_, central, _]| central);
    zones.sort_by(|a, b| {
        central(b)
            .total_cmp(&central(a))
            .then_with(|| a.zae.site_id.cmp(&b.zae.site_id))
    });
    Ok(Ok(Inventaire {
        zones,
        total,
        inventoriees,
        surface,
    }))
}

/// By park, what its parcels say of it.
fn mutability<'e>(p: &Perimetre<'e>) -> Result<BTreeMap<&'e str, Mutabilite>, Problem> {
    let mut out: BTreeMap<&str, Mutabilite> = BTreeMap::new();
    let Some(parcelles) = p.edition.collection("parcelles") else {
        return Ok(out);
    };
    let curves: &Potentiel = &p.edition.bareme()?.potentiel;
    let [park, insee] = ["zae_id", "code_insee"].map(|n| Texts::new(parcelles, n));
    let [usable, area] = ["utile_m2", "surface_m2"].map(|n| Reals::new(parcelles, n));
    let axes = ["potentiel_min", "potentiel", "potentiel_max"].map(|n| Reals::new(parcelles, n));
    let [heritage, stop, risk, services] = [
        "part_patrimoine",
        "dist_transport_m",
        "dist_risque_m",
        "dist_services_m",
    ]
    .map(|n| Reals::new(parcelles, n));
    for row in 0..parcelles.len() {
        // Most parcels are in no park: the commune is asked of the others only.
        let Some(id) = park.get(row) else { continue };
        if insee.get(row).is_none_or(|i| !p.holds(i)) {
            continue;
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn plots(all: &[(Option<EtatTerrain>, Option<f64>)]) -> Etats {
        let mut etats = Etats::default();
        for (etat, area) in all {
            etats.add(&Terrain {
                terr_id: "T".to_owned(),
                site_id: None,
                etat: *etat,
                refcad: Vec::new(),
                maitrise_fonciere: None,
                usage: None,
                surface_brute_m2: *area,
                terr_actu_date: None,
            });
        }
        etats
    }

    #[test]
    fn the_bound_holds_the_unknown_and_never_what_was_not_built() {
        let known = plots(&[
            (Some(EtatTerrain::Occupe), Some(6000.0)),
            (Some(EtatTerrain::Inoccupe), Some(1000.0)),
            (Some(EtatTerrain::Vacant), Some(2000.0)),
            (Some(EtatTerrain::Friche), Some(1000.0)),
        ]);
        assert_eq!(known.taux_max(), Some(0.5));
        assert_eq!(known.taux_surface(), Some(0.3));
        let mut both = known.clone();
        both.merge(&plots(&[(None, None)]));
        assert_eq!((both.nombre(), both.taux_max()), (5, Some(0.6)));
        assert_eq!(both.taux_surface(), None);
        assert_eq!(both.of(None).surface_connue(), None);
        assert_eq!(
            both.of(Some(EtatTerrain::Transitoire)).surface_connue(),
            Some(0.0)
        );
        assert_eq!(Etats::default().taux_max(), None);
    }

    #[test]
    fn the_ground_is_the_lowest_and_the_first_of_equals() {
        let of = |grounds| Mutabilite {
            grounds,
            ..Mutabilite::default()
        };
        let code = |m: &Mutabilite| m.motif().map(|(code, _)| code);
        let none = (0.0, 0.0);
        assert_eq!(code(&of([none; 4])), None);
        assert_eq!(
            code(&of([(9.0, 10.0), none, none, (6.0, 10.0)])),
            Some("aucun")
        );
        assert_eq!(
            code(&of([(4.0, 10.0), none, (2.0, 5.0), none])),
            Some("paysage")
        );
        assert_eq!(
            code(&of([(4.0, 10.0), none, (1.0, 5.0), none])),
            Some("voisinage")
        );
    }

    #[test]
    fn nothing_is_said_of_a_park_of_which_half_is_not_scored() {
        let m = Mutabilite {
            weight: 100.0,
            axis: [5000.0, 6049.0, 7000.0],
            covered: 49.0,
            area: 100.0,
            ..Mutabilite::default()
        };
        assert_eq!(m.axes(), None);
        let more = Mutabilite { covered: 50.0, ..m };
        assert_eq!(more.axes(), Some([50.0, 60.0, 70.0]));
    }
}
