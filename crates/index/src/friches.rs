//! Brownfields as they are served: points (every one that can be placed) and polygons.

use geo::{InteriorPoint as _, MultiPolygon};
use gisement_model::{Couche, FricheNotee, GeometryKind};
use gisement_store::{GeomKind, Geometries, Table};

use crate::Error;
use crate::facts::Context;
use crate::joins::Rattachement;
use crate::report::RapportFriches;

/// The two tables, when brownfields were loaded. `links` are brownfields and the parcels that lie in them.
pub(crate) fn friches_tables(
    ctx: &Context<'_>,
    links: &[(u32, u32)],
    rapport: &mut RapportFriches,
) -> Result<Vec<(String, Table)>, Error> {
    let layer = &ctx.layers.friches;
    if !layer.is_loaded() {
        return Ok(Vec::new());
    }
    let cited = ctx.parcels.friches.by_object(layer.len());
    let mut joined = vec![0i64; layer.len()];
    for (f, _) in links {
        joined[*f as usize] += 1;
    }
    let first = ctx.layers.first_source(Couche::Friches);
    let (mut rows, mut points, mut sources) = (Vec::new(), Geometries::new(), Vec::new());
    let (mut rows_e, mut surfaces, mut sources_e) = (Vec::new(), Geometries::new(), Vec::new());
    for (i, f) in layer.rows.iter().enumerate() {
        let g = layer.geoms.get(i);
        let by_point = g.kind() == GeomKind::Point;
        let link = match (cited[i].is_empty(), by_point) {
            (false, true) if joined_by_point(ctx, &cited[i], i as u32) => Rattachement::Point,
            (false, _) => Rattachement::Refcad,
            (true, _) if joined[i] > 0 => Rattachement::Geometrie,
            _ => Rattachement::Aucun,
        };
        rapport.total += 1;
        match link {
            Rattachement::Refcad => rapport.refcad += 1,
            Rattachement::Geometrie => rapport.geometrie += 1,
            Rattachement::Point => rapport.point += 1,
            Rattachement::Aucun => rapport.aucun += 1,
        }
        let row = FricheNotee {
            site_id: f.site_id.clone(),
            site_nom: f.site_nom.clone(),
            site_type: f.site_type.clone(),
            site_statut: f.site_statut,
            site_occupation: f.site_occupation,
            sol_pollution: f.sol_pollution,
            code_insee: f.code_insee,
            refcad: f.refcad.clone(),
            surface_m2: f.surface_m2,
            site_identif_date: f.site_identif_date,
            site_actu_date: f.site_actu_date,
            site_url: f.site_url.clone(),
            rattachement: link.code().to_owned(),
            nb_parcelles: joined[i],
        };
        // Its own polygon, else the parcels it cites; a parcel that only holds its point is not its outline.
        let surface = match link {
            _ if g.kind() == GeomKind::Surface => g.to_multi_polygon(),
            Rattachement::Refcad => outline(ctx, &cited[i]),
            _ => MultiPolygon(Vec::new()),
        };
        match g.point() {
            Some(c) => points.push_point(c),
            None => match surface.interior_point() {
                Some(p) => points.push_point(p.0),
                None => points.push_null(),
            },
        }
        if !surface.0.is_empty() {
            surfaces.push_multi_polygon(&surface);
            rows_e.push(row.clone());
            sources_e.push(layer.source[i] + first);
        }
        rows.push(row);
        sources.push(layer.source[i] + first);
    }
    let mut all = Table::from_rows("friches", GeometryKind::Point, &rows, points, layer.crs)?;
    all.push_source(&sources)?;
    let mut polygons = Table::from_rows(
        "friches_emprises",
        GeometryKind::Surface,
        &rows_e,
        surfaces,
        layer.crs,
    )?;
    polygons.push_source(&sources_e)?;
    Ok(vec![
        ("Friches".to_owned(), all),
        ("Emprises des friches".to_owned(), polygons),
    ])
}

fn joined_by_point(ctx: &Context<'_>, parcels: &[u32], friche: u32) -> bool {
    parcels.iter().all(|p| {
        ctx.parcels
            .friches
            .of(*p)
            .iter()
            .any(|l| l.1 == friche && l.2 == Rattachement::Point)
    })
}

/// The union of parcels.
pub(crate) fn outline(ctx: &Context<'_>, parcels: &[u32]) -> MultiPolygon<f64> {
    let parts: Vec<MultiPolygon<f64>> = parcels
        .iter()
        .map(|p| {
            ctx.layers
                .parcelles
                .geoms
                .get(*p as usize)
                .to_multi_polygon()
        })
        .collect();
    crate::clip::union(parts)
}
