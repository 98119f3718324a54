//! Where the absence of an object means that there is none (design §4, `couverture`).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use gisement_model::{CodeInsee, Couverture, LayerRow};
use gisement_store::{GeomRef, Geometries, Layer};
use jiff::civil::Date;

use crate::facts::Mesure;
use crate::overlay::{Eclat, Overlay, Shape};
use crate::spatial::Boite;

/// The communes of an edition.
pub(crate) struct Communes {
    pub(crate) codes: Vec<CodeInsee>,
    ranks: HashMap<CodeInsee, u32>,
}

impl Communes {
    pub(crate) fn new(codes: BTreeSet<CodeInsee>) -> Self {
        let codes: Vec<CodeInsee> = codes.into_iter().collect();
        let ranks = (0..).zip(&codes).map(|(i, c)| (*c, i)).collect();
        Self { codes, ranks }
    }

    pub(crate) fn rank(&self, c: CodeInsee) -> Option<u32> {
        self.ranks.get(&c).copied()
    }

    /// The ranks that a code means: itself, or every arrondissement of a whole commune.
    pub(crate) fn matching(&self, c: CodeInsee) -> Vec<u32> {
        match self.rank(c) {
            Some(r) => vec![r],
            None => (0..)
                .zip(&self.codes)
                .filter(|(_, k)| k.commune_entiere() == c)
                .map(|(i, _)| i)
                .collect(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.codes.len()
    }
}

/// The communes of a feature, but for those that are known to have some already.
pub(crate) type Locate<'a> = dyn Fn(GeomRef<'_>, &dyn Fn(u32) -> bool) -> Vec<u32> + 'a;

/// What coverage is worked out from, whatever the layer.
pub(crate) struct Lieux<'a> {
    pub(crate) communes: &'a Communes,
    /// The polygons of [`Couverture::Polygones`], by hash.
    pub(crate) emprises: &'a BTreeMap<String, Geometries>,
    pub(crate) locate: &'a Locate<'a>,
}

/// What is known of a layer: over each commune, and inside polygons.
pub(crate) struct Emprise {
    /// Whether absence proves that there is none.
    pub(crate) couverte: Vec<bool>,
    /// The oldest date of what was read.
    pub(crate) date: Vec<Option<Date>>,
    /// Where it also does, whatever the commune.
    polygones: Option<Polygones>,
}

/// Land inside which a layer is complete, all its sources together.
struct Polygones {
    geoms: Geometries,
    overlay: Overlay,
    /// The communes that it reaches.
    communes: BTreeSet<u32>,
}

impl Polygones {
    fn new(geoms: Geometries, communes: BTreeSet<u32>) -> Option<Self> {
        (!geoms.is_empty()).then(|| Self {
            overlay: Overlay::new(&geoms, true),
            geoms,
            communes,
        })
    }

    /// Whether a parcel lies inside, but for a sliver of less than `eclat_m2`.
    fn hold(&self, parcel: &Shape<'_>, eclat_m2: f64) -> bool {
        const ANY: Eclat = Eclat {
            area: 0.0,
            width: 0.0,
        };
        let all = parcel.forme.area;
        let candidates = self.overlay.candidates(&parcel.forme.boite);
        let mut hits = Vec::new();
        self.overlay
            .measure(parcel.forme, &candidates, ANY, &mut hits, &mut 0);
        let outside = all - self.overlay.union_area(parcel, &hits, &self.geoms);
        outside < eclat_m2.min(0.5 * all)
    }
}

impl Mesure<'_> {
    /// Whether a layer that shows nothing on the parcel proves that there is nothing. A parcel that is only in part
    /// inside the polygons of a source is not covered by it: what the rest holds is unknown.
    pub(crate) fn is_covered(&self, by: &Emprise) -> bool {
        by.couverte[self.commune as usize]
            || by
                .polygones
                .as_ref()
                .is_some_and(|p| p.hold(&self.shape, self.ctx.b.mesures.eclat_m2))
    }
}

impl Emprise {
    /// The communes reached by polygons, and not covered as a whole.
    pub(crate) fn in_part(&self) -> usize {
        self.polygones.as_ref().map_or(0, |p| {
            let whole = |c: &&u32| self.couverte[**c as usize];
            p.communes.iter().filter(|c| !whole(c)).count()
        })
    }

    /// Calls `each` with the polygons that meet a box, in order.
    pub(crate) fn polygons_meeting(&self, b: &Boite, mut each: impl FnMut(GeomRef<'_>)) {
        if let Some(p) = &self.polygones {
            for i in p.overlay.features_meeting(b) {
                each(p.geoms.get(i as usize));
            }
        }
    }

    /// Covers what another layer covers as well.
    pub(crate) fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.couverte.iter_mut().zip(&other.couverte) {
            *mine |= theirs;
        }
        if let Some(theirs) = &other.polygones {
            let mut geoms = theirs.geoms.clone();
            let mut communes = theirs.communes.clone();
            if let Some(mine) = &self.polygones {
                geoms.extend(&mine.geoms);
                communes.extend(&mine.communes);
            }
            self.polygones = Polygones::new(geoms, communes);
        }
    }

    /// What is known of a layer over each commune, of those of its sources that `speaks` accepts.
    pub(crate) fn new<T: LayerRow>(
        layer: &Layer<T>,
        lieux: &Lieux<'_>,
        speaks: &dyn Fn(usize) -> bool,
    ) -> Self {
        let Lieux {
            communes,
            emprises,
            locate,
        } = lieux;
        let n = communes.len();
        let mut couverte = vec![false; n];
        let mut date: Vec<Option<Date>> = vec![None; n];
        let mut inside = BTreeSet::new();
        let heard = |rank: usize| {
            (rank < layer.sources.len() && speaks(rank)).then(|| &layer.sources[rank])
        };
        for s in (0..layer.sources.len()).filter_map(heard) {
            let mut mark = |f: &dyn Fn(CodeInsee) -> bool| {
                for (slot, c) in couverte.iter_mut().zip(&communes.codes) {
                    *slot |= f(*c) || f(c.commune_entiere());
                }
            };
            match &s.couverture {
                Couverture::Territoire => mark(&|_| true),
                Couverture::Communes(list) => mark(&|c| list.contains(&c)),
                Couverture::Departements(list) => {
                    mark(&|c| list.iter().any(|d| d == c.departement()));
                }
                // The same file may serve several sources.
                Couverture::Polygones { empreinte, .. } => {
                    inside.insert(empreinte.as_str());
                }
                Couverture::Contenu | Couverture::Inconnue => {}
            }
        }
        let older = |slot: &mut Option<Date>, d: Option<Date>| {
            if let Some(d) = d {
                *slot = Some(slot.map_or(d, |o| o.min(d)));
            }
        };
        // A row is read once per source and commune: rows of a big layer mostly repeat what is known.
        let mut seen: BTreeSet<(u16, CodeInsee)> = BTreeSet::new();
        let mut met: BTreeSet<(u16, u32)> = BTreeSet::new();
        for (i, row) in layer.rows.iter().enumerate() {
            let source = layer.source[i];
            let Some(s) = heard(source as usize) else {
                continue;
            };
            let content = s.couverture == Couverture::Contenu;
            let ranks = match row.commune() {
                Some(c) => {
                    if !seen.insert((source, c)) {
                        continue;
                    }
                    communes.matching(c)
                }
                None if content => {
                    let found = locate(layer.geoms.get(i), &|r| met.contains(&(source, r)));
                    met.extend(found.iter().map(|r| (source, *r)));
                    found
                }
                None => continue,
            };
            for r in ranks {
                couverte[r as usize] |= content;
                older(&mut date[r as usize], s.millesime);
            }
        }
        let mut all = None;
        for s in (0..layer.sources.len()).filter_map(heard) {
            older(&mut all, s.millesime);
        }
        for d in &mut date {
            *d = d.or(all);
        }
        let (mut geoms, mut reached) = (Geometries::new(), BTreeSet::new());
        for polygons in inside.iter().filter_map(|e| emprises.get(*e)) {
            geoms.extend(polygons);
            reached.extend(polygons.iter().flat_map(|g| locate(g, &|_| false)));
        }
        Self {
            couverte,
            date,
            polygones: Polygones::new(geoms, reached),
        }
    }
}
