//! Brownfields, business parks and activity areas on a parcel.

use gisement_model::ParcelleNotee;
use gisement_model::codes::{NatureActivite, StatutFriche};

use super::occupation::is_network;
use super::{ACTIVITE, FRICHES, Mesure, OCCUPATION, TERRAINS, ZAE};
use crate::joins::Rattachement;
use crate::overlay::Hit;

pub(super) fn sites(m: &Mesure<'_>, row: &mut ParcelleNotee) {
    friche(m, row);
    zae(m, row);
    activite(m, row);
}

/// The brownfield of a parcel: the one that cites it or covers the most of it; between equals, the one that is
/// still a brownfield, then the first of the collection.
fn friche(m: &Mesure<'_>, row: &mut ParcelleNotee) {
    let ctx = m.ctx;
    let cited = m.subjects.friches.of(m.rank);
    let total = m.shape.forme.area;
    let rows = &ctx.layers.friches.rows;
    let alive = |f: u32| {
        matches!(
            rows[f as usize].site_statut,
            Some(StatutFriche::SansProjet | StatutFriche::AvecProjet)
        )
    };
    let all = cited.iter().map(|l| (l.1, total, l.2)).chain(
        m.hits[FRICHES]
            .iter()
            .map(|h| (h.feature, h.area, Rattachement::Geometrie)),
    );
    let best = all.reduce(|a, b| {
        let better = b.1 > a.1
            || (b.1 == a.1
                && (alive(b.0), std::cmp::Reverse(b.0)) > (alive(a.0), std::cmp::Reverse(a.0)));
        if better { b } else { a }
    });
    row.part_friche = m.known(
        best.map_or(0.0, |b| b.1),
        m.is_covered(&ctx.couvertures.friches),
    );
    if let Some((rank, _, link)) = best {
        let f = &rows[rank as usize];
        row.friche_id = Some(f.site_id.clone());
        row.friche_statut = f.site_statut;
        row.friche_type.clone_from(&f.site_type);
        row.friche_occupation = f.site_occupation;
        row.friche_pollution = f.sol_pollution;
        row.friche_rattachement = Some(link.code().to_owned());
    }
}

fn largest(hits: &[Hit]) -> Option<Hit> {
    hits.iter()
        .copied()
        .reduce(|a, b| if b.area > a.area { b } else { a })
}

/// The business park and its plot. A plot without polygon that cites the parcel counts whole.
fn zae(m: &Mesure<'_>, row: &mut ParcelleNotee) {
    let ctx = m.ctx;
    let total = m.shape.forme.area;
    let terrain = m
        .subjects
        .terrains
        .of(m.rank)
        .first()
        .map(|l| Hit {
            feature: l.1,
            area: total,
        })
        .or_else(|| largest(&m.hits[TERRAINS]));
    let mut area = m.covered_by(ZAE, &ctx.layers.zae.geoms, |_| true);
    let mut site = largest(&m.hits[ZAE]).map(|h| h.feature);
    if let Some(t) = terrain {
        let plot = &ctx.layers.terrains.rows[t.feature as usize];
        // A corner of a neighbouring plot says nothing of this parcel's occupation.
        if t.area >= ctx.b.mesures.dans_part * total || t.area >= ctx.b.mesures.dans_m2 {
            row.terrain_id = Some(plot.terr_id.clone());
            row.terrain_etat = plot.etat;
        }
        if site.is_none() {
            area = t.area;
            site = ctx.park_of[t.feature as usize];
            row.zae_id.clone_from(&plot.site_id);
        }
    }
    row.part_zae = m.known(area, m.is_covered(&ctx.couvertures.zae));
    if let Some(i) = site {
        let z = &ctx.layers.zae.rows[i as usize];
        row.zae_id = Some(z.site_id.clone());
        row.zae_type = z.site_type;
        row.zae_vocation = z.site_vocadomi;
    }
}

/// The nature of activity that covers the most of the parcel.
fn activite(m: &Mesure<'_>, row: &mut ParcelleNotee) {
    let ctx = m.ctx;
    let covered = m.is_covered(&ctx.couvertures.activite);
    let rows = &ctx.layers.activite.rows;
    let geoms = &ctx.layers.activite.geoms;
    let best = if m.hits[ACTIVITE].is_empty() {
        None
    } else {
        NatureActivite::ALL
            .iter()
            .map(|n| {
                (
                    *n,
                    m.covered_by(ACTIVITE, geoms, |k| rows[k as usize].nature == Some(*n)),
                )
            })
            .filter(|(_, a)| *a > 0.0)
            .reduce(|a, b| if b.1 > a.1 { b } else { a })
    };
    row.activite_nature = best.map(|b| b.0);
    row.part_activite = m.known(best.map_or(0.0, |b| b.1), covered);
    let bad = &ctx.b.vetos.natures_incompatibles;
    let occupation = &ctx.layers.occupation;
    let area = m.covered_by_both(
        (ACTIVITE, geoms, &|k| {
            rows[k as usize].nature.is_some_and(|n| bad.contains(&n))
        }),
        (OCCUPATION, &occupation.geoms, &|k| {
            is_network(&occupation.rows[k as usize], &ctx.b.vetos)
        }),
    );
    let covered = covered || m.is_covered(&ctx.couvertures.occupation);
    row.part_usage_incompatible = m.known(area, covered);
}
