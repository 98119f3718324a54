//! Net artificialisation of communes between two editions of OCS GE (CU L101-2-1): what became artificialised, what
//! ceased to be, and their balance. Only editions that cover a commune wholly are compared.

use std::collections::{BTreeMap, BTreeSet};

use geo::{BooleanOps as _, MultiPolygon};
use gisement_model::{Occupation, RegistreArtif};
use gisement_store::Layer;
use rayon::prelude::*;

use crate::layers::Layers;
use crate::overlay::{Eclat, Hit, Overlay, local};
use crate::spatial::{Boite, Forme};

/// Share of a commune's area that an edition must describe.
const COUVERTURE: f64 = 0.99;
/// Share of a commune's best described area from which an edition is said to be its own.
const PRESENTE: f64 = 0.5;
/// Cover of sealed soil (CU R101-1, annex, 1° and 2°).
const IMPERMEABLE: [&str; 2] = ["CS1.1.1.1", "CS1.1.1.2"];
/// Nothing is left out of a sum.
const TOUT: Eclat = Eclat {
    area: 0.0,
    width: 0.0,
};

/// Gives each polygon a name of its own: IGN's are the same from one edition to the next.
pub(crate) fn distinguish(layer: &mut Layer<Occupation>) {
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for row in &layer.rows {
        *times.entry(row.id.clone()).or_default() += 1;
    }
    for row in &mut layer.rows {
        if let (Some(year), Some(2..)) = (row.millesime, times.get(&row.id)) {
            row.id = format!("{}-{year}", row.id);
        }
    }
}

/// The editions of OCS GE that were loaded, polygon by polygon.
pub(crate) struct Millesimes {
    years: Vec<Option<i64>>,
    /// Nothing when there is one edition only.
    superseded: Option<Vec<bool>>,
}

impl Millesimes {
    /// `outlines` are the communes of `layers`.
    pub(crate) fn new(layers: &Layers, outlines: &Overlay) -> Self {
        let l = &layers.occupation;
        let dated = |i: usize| {
            let source = &l.sources[usize::from(l.source[i])];
            let of_source = || source.millesime.map(|d| i64::from(d.year()));
            l.rows[i].millesime.or_else(of_source)
        };
        let years: Vec<Option<i64>> = (0..l.len()).map(dated).collect();
        let distinct: BTreeSet<i64> = years.iter().flatten().copied().collect();
        let superseded = (distinct.len() > 1).then(|| superseded(layers, outlines, &years));
        Self { years, superseded }
    }

    /// Whether a polygon says what is there now: a later edition of the same commune replaces an earlier one.
    pub(crate) fn is_current(&self, polygon: usize) -> bool {
        self.superseded.as_ref().is_none_or(|s| !s[polygon])
    }

    /// Whether some polygons are not current.
    pub(crate) fn several(&self) -> bool {
        self.superseded.is_some()
    }
}

/// Polygons of editions that came before the last one of their commune.
fn superseded(layers: &Layers, outlines: &Overlay, years: &[Option<i64>]) -> Vec<bool> {
    let l = &layers.occupation;
    let commune: Vec<Option<u32>> = (0..l.len())
        .into_par_iter()
        .map(|i| {
            let mut b = Boite::VIDE;
            l.geoms.get(i).coords().iter().for_each(|c| b.add(c.x, c.y));
            let (x, y) = (f64::midpoint(b.x0, b.x1), f64::midpoint(b.y0, b.y1));
            let at = Boite {
                x0: x,
                y0: y,
                x1: x,
                y1: y,
            };
            let met = outlines.features_meeting(&at);
            met.into_iter().find(|f| outlines.contains(*f, x, y))
        })
        .collect();
    let mut areas: BTreeMap<(Option<u32>, i64), f64> = BTreeMap::new();
    for (i, year) in years.iter().enumerate() {
        if let Some(y) = year {
            *areas.entry((commune[i], *y)).or_default() += l.geoms.get(i).area();
        }
    }
    let mut best: BTreeMap<Option<u32>, f64> = BTreeMap::new();
    for ((c, _), area) in &areas {
        let slot = best.entry(*c).or_default();
        *slot = slot.max(*area);
    }
    let mut last: BTreeMap<Option<u32>, i64> = BTreeMap::new();
    for ((c, year), area) in &areas {
        if *area >= PRESENTE * best[c] {
            let slot = last.entry(*c).or_insert(*year);
            *slot = (*slot).max(*year);
        }
    }
    (0..l.len())
        .map(|i| {
            let of_commune = last.get(&commune[i]).copied();
            years[i].zip(of_commune).is_some_and(|(y, last)| y < last)
        })
        .collect()
}

/// A row by commune whose outline an edition covers, and by pair of editions that follow one another.
pub(crate) fn artificialisation(
    layers: &Layers,
    millesimes: &Millesimes,
    outlines: &Overlay,
    current: &Overlay,
) -> Vec<RegistreArtif> {
    if !layers.occupation.is_loaded() {
        return Vec::new();
    }
    let every;
    let all = if millesimes.several() {
        every = Overlay::new(&layers.occupation.geoms, false);
        &every
    } else {
        current
    };
    let look = Look {
        layers,
        years: &millesimes.years,
        outlines,
        all,
    };
    let mut rows: Vec<RegistreArtif> = (0..layers.communes.len())
        .into_par_iter()
        .flat_map_iter(|c| look.commune(c as u32))
        .collect();
    rows.sort_by_key(|r| (r.code_insee, r.annee_fin));
    rows
}

struct Look<'a> {
    layers: &'a Layers,
    years: &'a [Option<i64>],
    outlines: &'a Overlay,
    all: &'a Overlay,
}

/// What an edition says of a commune. m².
#[derive(Default)]
struct Etat {
    described: f64,
    artificial: f64,
    sealed: f64,
    /// Whether cover is known, so that what is sealed is.
    cover: bool,
    polygons: Vec<u32>,
}

impl Look<'_> {
    fn commune(&self, commune: u32) -> Vec<RegistreArtif> {
        let outline = self.layers.communes.geoms.get(commune as usize);
        let surface = outline.area();
        let mut around = Boite::VIDE;
        outline.coords().iter().for_each(|c| around.add(c.x, c.y));
        if surface <= 0.0 || around.is_empty() {
            return Vec::new();
        }
        let mut by_year: BTreeMap<i64, Etat> = BTreeMap::new();
        let mut subject = Forme::default();
        for polygon in self.all.features_meeting(&around) {
            let o = &self.layers.occupation.rows[polygon as usize];
            let (Some(year), Some(artif)) = (self.years[polygon as usize], o.artif) else {
                continue;
            };
            subject.load(self.layers.occupation.geoms.get(polygon as usize));
            let area = self.outlines.area_in(&subject, commune);
            if area <= 0.0 {
                continue;
            }
            let e = by_year.entry(year).or_default();
            e.described += area;
            e.cover |= o.code_cs.is_some();
            if artif {
                e.artificial += area;
            }
            if is_sealed(o) {
                e.sealed += area;
            }
            e.polygons.push(polygon);
        }
        let whole: Vec<(i64, Etat)> = by_year
            .into_iter()
            .filter(|(_, e)| e.described >= COUVERTURE * surface)
            .collect();
        let code_insee = self.layers.communes.rows[commune as usize].code_insee;
        let row = |debut: Option<&(i64, Etat)>, (annee_fin, fin): &(i64, Etat)| {
            let flux = debut.map(|(_, d)| self.flux(commune, d, fin));
            RegistreArtif {
                id: format!("{code_insee}-{annee_fin}"),
                code_insee,
                departement: code_insee.departement().to_owned(),
                annee_debut: debut.map(|d| d.0),
                annee_fin: *annee_fin,
                surface_m2: surface,
                artificialise_m2: fin.artificial,
                taux: fin.artificial / surface,
                artif_m2: flux.map(|f| f.artif),
                desartif_m2: flux.map(|f| f.desartif),
                nette_m2: flux.map(|f| f.artif - f.desartif),
                imper_m2: flux.and_then(|f| f.imper),
            }
        };
        match whole.as_slice() {
            [] => Vec::new(),
            [only] => vec![row(None, only)],
            several => several
                .windows(2)
                .map(|pair| row(Some(&pair[0]), &pair[1]))
                .collect(),
        }
    }

    fn flux(&self, commune: u32, debut: &Etat, fin: &Etat) -> Flux {
        let artificial = |o: &Occupation| o.artif == Some(true);
        let kept = self.common(commune, debut, fin, artificial);
        let known = debut.cover && fin.cover;
        // Rounding of two sums of the same surfaces leaves less than nothing.
        let more = |whole: f64, part: f64| (whole - part).max(0.0);
        Flux {
            artif: more(fin.artificial, kept),
            desartif: more(debut.artificial, kept),
            imper: known.then(|| more(fin.sealed, self.common(commune, debut, fin, is_sealed))),
        }
    }

    /// Area of a commune that both editions describe so. m².
    fn common(
        &self,
        commune: u32,
        debut: &Etat,
        fin: &Etat,
        so: impl Fn(&Occupation) -> bool,
    ) -> f64 {
        let rows = &self.layers.occupation.rows;
        let later: BTreeSet<u32> = fin
            .polygons
            .iter()
            .filter(|p| so(&rows[**p as usize]))
            .copied()
            .collect();
        let mut subject = Forme::default();
        let (mut hits, mut slivers) = (Vec::<Hit>::new(), 0);
        let mut sum = 0.0;
        for polygon in debut.polygons.iter().filter(|p| so(&rows[**p as usize])) {
            self.load_within(*polygon, commune, &mut subject);
            if subject.area <= 0.0 {
                continue;
            }
            let near = self.all.candidates(&subject.boite);
            self.all
                .measure(&subject, &near, TOUT, &mut hits, &mut slivers);
            sum += hits
                .iter()
                .filter(|h| later.contains(&h.feature))
                .map(|h| h.area)
                .sum::<f64>();
        }
        sum
    }

    /// A polygon, or what of it lies in the commune.
    fn load_within(&self, polygon: u32, commune: u32, subject: &mut Forme) {
        let geoms = &self.layers.occupation.geoms;
        subject.load(geoms.get(polygon as usize));
        let inside = self.outlines.area_in(subject, commune);
        if inside < subject.area * (1.0 - 1e-9) {
            let outline = local(&self.layers.communes.geoms, commune, &subject.boite);
            let cut: MultiPolygon<f64> = geoms
                .get(polygon as usize)
                .to_multi_polygon()
                .intersection(&outline);
            subject.load_polygons(&cut);
        }
    }
}

#[derive(Clone, Copy)]
struct Flux {
    artif: f64,
    desartif: f64,
    imper: Option<f64>,
}

fn is_sealed(o: &Occupation) -> bool {
    o.code_cs
        .as_deref()
        .is_some_and(|c| IMPERMEABLE.contains(&c))
}
