//! The tables of an edition, from layers and scored columns.

use std::collections::{BTreeMap, BTreeSet};

use gisement_model::{CommuneNotee, Couche, GeometryKind, Recouvrement};
use gisement_store::{Geometries, Table};

use crate::Error;
use crate::layers::Layers;
use crate::spatial::Boite;

/// Extent in degrees of what the territory holds: parcels and communes, else whatever has a geometry.
pub(crate) fn bbox(layers: &Layers) -> Option<[f64; 4]> {
    let crs = layers.parcelles.crs;
    let mut all = Boite::VIDE;
    let mut add = |g: &Geometries| {
        for i in 0..g.len() {
            g.get(i).coords().iter().for_each(|c| all.add(c.x, c.y));
        }
        !all.is_empty()
    };
    let l = layers;
    let found = add(&l.parcelles.geoms) | add(&l.communes.geoms);
    let _ = found
        || add(&l.friches.geoms)
            | add(&l.zae.geoms)
            | add(&l.zonage.geoms)
            | add(&l.contraintes.geoms)
            | add(&l.equipements.geoms);
    if all.is_empty() {
        return None;
    }
    // A rectangle of the projection is not one in degrees: its sides are followed.
    let mut out = Boite::VIDE;
    for i in 0..=8 {
        let t = f64::from(i) / 8.0;
        let (x, y) = (
            all.x0 + (all.x1 - all.x0) * t,
            all.y0 + (all.y1 - all.y0) * t,
        );
        for (px, py) in [(x, all.y0), (x, all.y1), (all.x0, y), (all.x1, y)] {
            let (lon, lat) = crs.to_lonlat(px, py);
            out.add(lon, lat);
        }
    }
    let round = |v: f64| (v * 1e7).round() / 1e7;
    Some([round(out.x0), round(out.y0), round(out.x1), round(out.y1)])
}

/// The tables of the layers that were loaded, in the order of the data flow.
pub(crate) fn tables(
    layers: Layers,
    (parcelles, recouvrements, sites): (Table, Vec<Table>, Vec<(&str, Table)>),
    friches: Vec<(String, Table)>,
    notees: Vec<CommuneNotee>,
    registres: Vec<(&str, Table)>,
) -> Result<Vec<(String, Table)>, Error> {
    let mut out = Vec::new();
    let crs = layers.parcelles.crs;
    let first = |c: Couche, layers: &Layers| layers.first_source(c);
    let firsts: BTreeMap<Couche, u16> = Couche::ALL
        .iter()
        .map(|c| (*c, first(*c, &layers)))
        .collect();
    let shift =
        |source: &[u16], c: Couche| source.iter().map(|s| s + firsts[&c]).collect::<Vec<u16>>();

    let communes = commune_table(&layers, notees, firsts[&Couche::Communes])?;
    let loaded = layers.parcelles.is_loaded();
    if loaded {
        let sources = shift(&layers.parcelles.source, Couche::Parcelles);
        let mut table = parcelles;
        table.push_source(&sources)?;
        out.push(("Parcelles".to_owned(), table));
        let mut geoms = Geometries::new();
        let rows: usize = recouvrements.iter().map(|t| t.batch.num_rows()).sum();
        (0..rows).for_each(|_| geoms.push_null());
        let table = if recouvrements.is_empty() {
            Table::from_rows(
                "recouvrements",
                GeometryKind::None,
                &[] as &[Recouvrement],
                geoms,
                crs,
            )?
        } else {
            Table::concat(
                "recouvrements",
                recouvrements,
                GeometryKind::None,
                geoms,
                crs,
            )?
        };
        out.push(("Recouvrements des parcelles".to_owned(), table));
        for (title, mut table) in sites {
            let first = firsts[&Couche::Parcelles];
            table.push_source(&vec![first; table.batch.num_rows()])?;
            out.push((title.to_owned(), table));
        }
    }
    macro_rules! layer {
        ($($field:ident: $title:literal),+) => {
            $(if layers.$field.is_loaded() {
                let mut layer = layers.$field;
                layer.source = shift(&layer.source, layer.couche());
                out.push(($title.to_owned(), layer.into_table()?));
            })+
        };
    }
    layer!(
        sections: "Sections cadastrales", feuilles: "Feuilles cadastrales",
        lieux_dits: "Lieux-dits", proprietaires: "Propriétaires personnes morales",
        batiments: "Bâtiments"
    );
    out.extend(friches);
    layer!(
        zae: "Zones d’activité économique", terrains: "Terrains des zones d’activité",
        zonage: "Zonage d’urbanisme", prescriptions: "Prescriptions d’urbanisme",
        prescriptions_lin: "Prescriptions d’urbanisme linéaires",
        prescriptions_pct: "Prescriptions d’urbanisme ponctuelles",
        informations: "Informations d’urbanisme",
        informations_lin: "Informations d’urbanisme linéaires",
        informations_pct: "Informations d’urbanisme ponctuelles",
        documents: "Documents d’urbanisme", trajectoires: "Trajectoires de sobriété foncière",
        declarations: "Déclarations au registre ZAN",
        perimetres: "Périmètres opérationnels", occupation: "Occupation du sol",
        contraintes: "Risques et servitudes", activite: "Zones d’activité ou d’intérêt",
        equipements: "Équipements et transports"
    );
    out.push(("Communes".to_owned(), communes));
    layer!(epci: "Intercommunalités", scots: "SCoT");
    out.extend(
        registres
            .into_iter()
            .map(|(title, t)| (title.to_owned(), t)),
    );
    Ok(out)
}

/// Communes with their outline; those known only by their parcels have none, and come last.
fn commune_table(layers: &Layers, notees: Vec<CommuneNotee>, first: u16) -> Result<Table, Error> {
    let l = &layers.communes;
    let ranks: BTreeMap<_, _> = l
        .rows
        .iter()
        .enumerate()
        .map(|(i, c)| (c.code_insee, i))
        .collect();
    let mut rows = Vec::with_capacity(notees.len());
    let mut geoms = Geometries::new();
    let mut source = Vec::with_capacity(notees.len());
    let by_code: BTreeMap<_, _> = notees.into_iter().map(|c| (c.code_insee, c)).collect();
    let mut seen = BTreeSet::new();
    for (i, c) in l.rows.iter().enumerate() {
        if let Some(row) = by_code
            .get(&c.code_insee)
            .filter(|_| seen.insert(c.code_insee))
        {
            rows.push(row.clone());
            geoms.push_ref(l.geoms.get(i));
            source.push(l.source[i] + first);
        }
    }
    for (code, row) in by_code {
        if !ranks.contains_key(&code) {
            rows.push(row);
            geoms.push_null();
            // Known from the cadastre: the first source of parcels.
            source.push(layers.first_source(Couche::Parcelles));
        }
    }
    let mut table = Table::from_rows("communes", GeometryKind::Surface, &rows, geoms, l.crs)?;
    table.push_source(&source)?;
    Ok(table)
}
