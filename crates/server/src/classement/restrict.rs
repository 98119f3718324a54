//! The conditions of a query over an edition, each by itself.

use gisement_store::Collection;

use super::query::Query;
use super::rank::Selection;
use super::stock::Stock;
use crate::columns::Texts;
use crate::editions::Edition;
use crate::filter::Filter;
use crate::problem::Problem;
use crate::territoires;

/// The conditions of a query, all of which must hold.
pub(super) fn selection<'a>(
    edition: &'a Edition,
    stock: &Stock,
    query: &'a Query,
) -> Result<Selection<'a>, Problem> {
    // Few parcels are candidates: looking at each costs less than asking for every parcel that a condition keeps.
    let all = || stock.candidates.iter().map(|c| c.row).collect();
    let mut rows: Option<Vec<u32>> = None;
    if let (Some(parcelles), Some(window)) = (edition.collection("parcelles"), query.window) {
        rows = Some(window.among(parcelles, all()));
    }
    for (_, source) in &query.filters {
        rows = Some(passing(edition, source, rows.unwrap_or_else(all))?);
    }
    Ok(Selection {
        verdicts: &query.verdicts,
        types: &query.types,
        communes: communes(edition, stock, query)?,
        utile_min: query.utile_min,
        kept: rows.map(|rows| flags(edition, &rows)),
    })
}

/// The rows that a filter keeps among some.
pub(super) fn passing(
    edition: &Edition,
    source: &crate::filter::Source,
    among: Vec<u32>,
) -> Result<Vec<u32>, Problem> {
    let Some(parcelles) = edition.collection("parcelles") else {
        return Ok(Vec::new());
    };
    let mut filter = Filter::new(parcelles);
    filter.and(source, true)?;
    filter.rows(Some(among))
}

/// By row of `parcelles`, whether it is one of these.
pub(super) fn flags(edition: &Edition, rows: &[u32]) -> Vec<bool> {
    let len = edition.collection("parcelles").map_or(0, Collection::len);
    let mut kept = vec![false; len];
    for row in rows {
        kept[*row as usize] = true;
    }
    kept
}

/// By rank in [`Stock::communes`], whether it is in one of the territories asked for; `None` when none is.
pub(super) fn communes(
    edition: &Edition,
    stock: &Stock,
    query: &Query,
) -> Result<Option<Vec<bool>>, Problem> {
    if query.territories.is_empty() {
        return Ok(None);
    }
    let members = members(edition, query)?;
    let known = stock.communes.iter();
    Ok(Some(known.map(|c| members.contains(&c.as_ref())).collect()))
}

/// INSEE codes of the communes of the territories asked for.
pub(super) fn members<'e>(edition: &'e Edition, query: &Query) -> Result<Vec<&'e str>, Problem> {
    let known = edition.collection("communes");
    let insee = known.map(|c| Texts::new(c, "code_insee"));
    let mut members = Vec::new();
    for (level, code) in &query.territories {
        let territoire = territoires::find(edition, *level, code).ok_or_else(|| {
            let shown: String = code.chars().take(40).collect();
            let level = level.code();
            Problem::parameter(
                "territoire",
                format!("L’édition n’a aucune commune de ce territoire : {level}:{shown}."),
            )
        })?;
        let rows = territoire.communes.iter();
        members.extend(rows.filter_map(|row| insee?.get(*row as usize)));
    }
    Ok(members)
}
