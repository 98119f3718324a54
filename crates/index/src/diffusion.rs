//! What anyone may read of an edition (`docs/decisions/0009`).
//!
//! A parcel whose owner is not a known legal person, and which is in no brownfield or business park, shows cadastre,
//! zone and constraints only. It counts only in numbers of at least [`AGREGAT_MIN`] of its kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, BooleanArray, StringArray};
use geo::Coord;
use gisement_model::bareme::Bareme;
use gisement_model::codes::ClasseProprietaire;
use gisement_model::{CommuneNotee, Field, FieldKind, GeometryKind, ParcelleNotee, Proprietaire};
use gisement_store::{Collection, Retenue, ServedEdition, Table};
use serde_json::Value;

use crate::tally::{Tally, VERDICTS};
use crate::{Error, Verdict};

/// The column of a public edition that says which parcels are masked.
pub const MASQUEE: Field = Field::required(
    "masquee",
    FieldKind::Boolean,
    "",
    "Évaluation non publiée (parcelle de particulier)",
);
/// Fewest masked parcels that a published number may hold.
const AGREGAT_MIN: i64 = 5;
/// What is shown of a masked parcel: cadastre, zone and constraints. A column that is not named here is not shown.
const SHOWN: &[&str] = &[
    "idu",
    "code_insee",
    "prefixe",
    "section",
    "numero",
    "contenance_m2",
    "arpente",
    "created",
    "updated",
    "surface_m2",
    "zone_libelle",
    "zone_type",
    "part_u",
    "part_auc",
    "part_aus",
    "part_a",
    "part_n",
    "part_zone_inconnue",
    "part_stecal",
    "part_interdiction_construire",
    "part_emplacement_reserve",
    "part_er_mixite",
    "part_er_autre",
    "part_site_gele",
    "part_sms",
    "sms_taux",
    "part_interdiction",
    "part_prescription",
    "part_etude",
    "part_information",
    "part_classe_inconnue",
    "part_ppr_inconnue",
    "part_sis",
    "part_patrimoine",
    "part_environnement",
    "part_qpv",
    "peb",
    "bruit_categorie",
    "source",
];

/// What the public form of an edition holds in place of what the edition holds.
///
/// # Errors
/// The edition's files cannot be read.
pub fn masquer(edition: &ServedEdition, bareme: &Bareme) -> Result<Retenue, Error> {
    let mut retenue = Retenue {
        tables: Vec::new(),
        documents: report(edition)?,
        comptes: BTreeMap::new(),
        depart: None,
    };
    if let Some(owners) = owners(edition)? {
        retenue.tables.push(owners);
    }
    let Some(parcelles) = edition.collection("parcelles") else {
        return Ok(retenue);
    };
    let masked = masked(parcelles);

    let communes: Vec<CommuneNotee> = match edition.collection("communes") {
        Some(c) => c.rows(&(0..c.len() as u32).collect::<Vec<_>>())?,
        None => Vec::new(),
    };
    let (shown, hidden) = tallies(edition, parcelles, &communes, &masked, bareme);
    retenue.depart = shown.depart(edition.manifest.crs);
    let rows = counts(shown, &hidden, communes);
    retenue.comptes = totals(&rows, parcelles.len(), masked.true_count());
    if edition.collection("communes").is_some() {
        let of = edition.published::<CommuneNotee>("communes")?;
        let geoms = of.geoms.clone();
        let mut table = Table::from_rows("communes", GeometryKind::Surface, &rows, geoms, of.crs)?;
        table.push_columns_of(&of)?;
        retenue.tables.push(table);
    }

    let mut table = edition.published::<ParcelleNotee>("parcelles")?;
    table.withhold(&masked, |name| SHOWN.contains(&name))?;
    table.push_column(MASQUEE, Arc::new(masked))?;
    retenue.tables.push(table);
    Ok(retenue)
}

/// Which parcels are masked.
fn masked(parcelles: &Collection) -> BooleanArray {
    let texts = |name: &str| texts(parcelles.column(name));
    let [class, friche, zae] = ["proprietaire_classe", "friche_id", "zae_id"].map(texts);
    let legal = |row: usize| {
        let class = get(class, row).and_then(ClasseProprietaire::parse);
        class.is_some_and(|c| c != ClasseProprietaire::Masque)
    };
    (0..parcelles.len())
        .map(|row| Some(!legal(row) && get(friche, row).is_none() && get(zae, row).is_none()))
        .collect()
}

fn texts(column: Option<&ArrayRef>) -> Option<&StringArray> {
    column.and_then(|c| c.as_any().downcast_ref())
}

fn get(column: Option<&StringArray>, row: usize) -> Option<&str> {
    column.filter(|c| c.is_valid(row)).map(|c| c.value(row))
}

/// What is counted of the parcels that are shown, and of those that are masked.
fn tallies(
    edition: &ServedEdition,
    parcelles: &Collection,
    communes: &[CommuneNotee],
    masked: &BooleanArray,
    bareme: &Bareme,
) -> (Tally, Tally) {
    let ranks: BTreeMap<&str, u32> = communes
        .iter()
        .map(|c| c.code_insee.as_str())
        .zip(0..)
        .collect();
    let [insee, verdict, principal] =
        ["code_insee", "verdict", "type_principal"].map(|n| texts(parcelles.column(n)));
    let indice: Option<&arrow_array::Float64Array> = parcelles
        .column("indice")
        .and_then(|c| c.as_any().downcast_ref());
    let crs = edition.manifest.crs;
    let mut both = (Tally::new(communes.len()), Tally::new(communes.len()));
    for row in 0..parcelles.len() {
        let commune = get(insee, row).and_then(|c| ranks.get(c));
        let (Some(commune), Some(verdict)) = (commune, get(verdict, row)) else {
            continue;
        };
        let indice = indice.filter(|c| c.is_valid(row)).map(|c| c.value(row));
        let place = || {
            let [w, s, e, n] = parcelles.bbox(row)?;
            let (x, y) = crs.from_lonlat(f64::midpoint(w, e), f64::midpoint(s, n));
            Some(Coord { x, y })
        };
        let tally = if masked.value(row) {
            &mut both.1
        } else {
            &mut both.0
        };
        tally.add(
            *commune,
            (verdict, get(principal, row), indice),
            place,
            bareme,
        );
    }
    both
}

/// The counts of communes. Ranked gisements and their best are those that the ranking lists.
fn counts(shown: Tally, hidden: &Tally, communes: Vec<CommuneNotee>) -> Vec<CommuneNotee> {
    let mut rows = shown.communes(communes);
    for (rank, row) in (0..).zip(&mut rows) {
        let hidden = hidden.of(rank);
        let published = publishable(hidden);
        row.nb_parcelles += hidden.iter().sum::<i64>();
        for (v, n) in Verdict::ALL.iter().zip(by_verdict(row)) {
            let v = *v as usize;
            *n = n.filter(|_| published[v]).map(|n| n + hidden[v]);
        }
    }
    rows
}

/// The counts of a commune, in the order of [`Verdict`].
fn by_verdict(row: &mut CommuneNotee) -> [&mut Option<i64>; VERDICTS] {
    [
        &mut row.nb_parc_social,
        &mut row.nb_ecarte,
        &mut row.nb_non_evalue,
        &mut row.nb_sans_objet,
        &mut row.nb_reserve,
        &mut row.nb_prioritaire,
        &mut row.nb_a_etudier,
    ]
}

/// Which numbers may be published, of masked parcels by verdict. The shown ones and the sum of all are known to anyone,
/// so those held back must be, together, of [`AGREGAT_MIN`] parcels too; when all are fewer, none is published.
fn publishable(masked: [i64; VERDICTS]) -> [bool; VERDICTS] {
    let few = |n: i64| 0 < n && n < AGREGAT_MIN;
    let mut published = masked.map(|n| !few(n));
    loop {
        let held: i64 = (0..VERDICTS)
            .filter(|v| !published[*v])
            .map(|v| masked[v])
            .sum();
        if !few(held) {
            return published;
        }
        // The smallest number that is not already held back; of none at all when there is no other.
        let next = (0..VERDICTS)
            .filter(|v| published[*v])
            .min_by_key(|v| (masked[*v] == 0, masked[*v]));
        match next {
            Some(v) => published[v] = false,
            None => return published,
        }
    }
}

/// The numbers of the whole edition: sums of what communes publish, which tell nothing more.
fn totals(communes: &[CommuneNotee], parcelles: usize, masked: usize) -> BTreeMap<String, u64> {
    let mut out = BTreeMap::new();
    for row in communes {
        let mut row = row.clone();
        for (v, n) in Verdict::ALL.iter().zip(by_verdict(&mut row)) {
            *out.entry(v.code().to_owned()).or_default() += n.unwrap_or(0) as u64;
        }
    }
    out.insert("parcelles".to_owned(), parcelles as u64);
    out.insert("masquees".to_owned(), masked as u64);
    out
}

/// The owners, but those that the file names by a legal form behind which is a natural person.
fn owners(edition: &ServedEdition) -> Result<Option<Table>, Error> {
    let Some(c) = edition.collection("proprietaires") else {
        return Ok(None);
    };
    let class = texts(c.column("classe"));
    let masked = ClasseProprietaire::Masque.code();
    let kept: Vec<u32> = (0..c.len() as u32)
        .filter(|row| get(class, *row as usize) != Some(masked))
        .collect();
    let table = edition.published::<Proprietaire>("proprietaires")?;
    Ok(Some(table.select(&kept)?))
}

/// The report without the examples of anomalies, which quote rows of files.
fn report(edition: &ServedEdition) -> Result<Vec<(String, Value)>, Error> {
    const REPORT: &str = "rapport.json";
    let Some(mut report) = edition.document::<Value>(REPORT)? else {
        return Ok(Vec::new());
    };
    for file in report["fichiers"].as_array_mut().into_iter().flatten() {
        for anomaly in file["anomalies"].as_object_mut().into_iter().flatten() {
            anomaly.1["exemples"] = Value::Array(Vec::new());
        }
    }
    Ok(vec![(REPORT.to_owned(), report)])
}

#[cfg(test)]
mod tests {
    use gisement_model::LayerRow as _;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_shown_of_a_masked_parcel_exists() {
        for name in SHOWN.iter().filter(|n| **n != "source") {
            assert!(
                ParcelleNotee::FIELDS.iter().any(|f| f.name == *name),
                "{name}"
            );
        }
    }

    /// A column added to parcels is not shown until someone decides that it may be: this test then says so.
    #[test]
    fn what_is_not_shown_is_said_here() {
        let evaluation = ParcelleNotee::FIELDS
            .iter()
            .skip_while(|f| f.name != "verdict");
        for f in evaluation {
            assert!(!SHOWN.contains(&f.name), "{}", f.name);
        }
        for name in [
            "proprietaire",
            "unite",
            "utile_m2",
            "ces",
            "dist_transport_m",
            "enaf_m2",
        ] {
            assert!(!SHOWN.contains(&name), "{name}");
        }
    }

    #[test]
    fn counts_are_those_of_their_verdict() {
        let tally = Tally::new(1);
        let empty = CommuneNotee {
            nb_parcelles: 0,
            ..tally.communes(vec![commune()]).remove(0)
        };
        let mut row = empty;
        let names = [
            "parc_social",
            "ecarte",
            "non_evalue",
            "sans_objet",
            "reserve",
            "prioritaire",
            "a_etudier",
        ];
        assert_eq!(
            Verdict::ALL.iter().map(|v| v.code()).collect::<Vec<_>>(),
            names
        );
        for (n, slot) in (1..).zip(by_verdict(&mut row)) {
            *slot = Some(n);
        }
        let row = serde_json::to_value(row).unwrap();
        for (n, name) in (1..).zip(names) {
            assert_eq!(row[format!("nb_{name}")], n);
        }
    }

    fn commune() -> CommuneNotee {
        let mut v = serde_json::json!({ "code_insee": "34901", "nom": "Lauzerac", "nb_parcelles": 0, "nb_classes": 0 });
        for f in CommuneNotee::FIELDS.iter().filter(|f| f.nullable) {
            v[f.name] = Value::Null;
        }
        serde_json::from_value(v).unwrap()
    }

    #[test]
    fn small_numbers_are_held_back_together() {
        assert_eq!(publishable([0, 9, 0, 40, 0, 0, 0]), [true; 7]);
        // Two priorities alone would be told by subtraction: the nine others keep them company.
        assert_eq!(
            publishable([0, 9, 0, 40, 0, 2, 0]),
            [true, false, true, true, true, false, true]
        );
        assert_eq!(publishable([0, 0, 0, 0, 0, 3, 0]), [false; 7]);
        assert_eq!(
            publishable([4, 0, 0, 40, 0, 3, 0]),
            [false, true, true, true, true, false, true]
        );
    }

    proptest! {
        /// Whoever knows all that is shown, and how many parcels are masked, learns of fewer than five masked parcels
        /// from no published number and from no difference.
        #[test]
        fn nothing_is_learnt_of_a_few(masked in prop::array::uniform7(0i64..12)) {
            let published = publishable(masked);
            let all: i64 = masked.iter().sum();
            let told: i64 = (0..7).filter(|v| published[*v]).map(|v| masked[v]).sum();
            for v in 0..7 {
                prop_assert!(!published[v] || masked[v] == 0 || masked[v] >= AGREGAT_MIN);
            }
            let rest = all - told;
            prop_assert!(rest == 0 || rest >= AGREGAT_MIN || told == 0, "{masked:?} {published:?}");
        }
    }
}
