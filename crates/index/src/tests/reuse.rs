//! An edition that takes over what has not changed is the one that a build from nothing gives.

use gisement_model::bareme::Bareme;
use gisement_model::codes::{KindEquipement, TypeZone};
use gisement_model::{LayerRow, ParcelleNotee, Recouvrement};
use gisement_store::{Geometries, Layer, Table};

use super::grille::grille;
use super::territory::DATE;
use crate::{Contenu, Demande, Layers, Precedent, Territoire, Traces, construire};

fn build(layers: Layers, precedent: Option<&Precedent>) -> Contenu {
    let demande = Demande {
        territoire: &Territoire::Tout,
        organisation: &[],
        bareme: &Bareme::defaut(),
        date: DATE,
    };
    construire(layers, &demande, precedent, &|_, _, _| {}).unwrap()
}

/// As an edition at rest gives it back.
fn precedent(contenu: &Contenu) -> Precedent {
    let columns = |name: &str, n: usize| {
        let (_, table) = contenu.tables.iter().find(|t| t.1.name == name).unwrap();
        Table {
            name: name.to_owned(),
            fields: table.fields[..n].to_vec(),
            batch: table.batch.project(&(0..n).collect::<Vec<_>>()).unwrap(),
            geoms: Geometries::new(),
            geometry: table.geometry,
            crs: table.crs,
        }
    };
    let traces = serde_json::to_string(&contenu.traces).unwrap();
    Precedent {
        traces: serde_json::from_str::<Traces>(&traces).unwrap(),
        parcelles: columns("parcelles", ParcelleNotee::FIELDS.len()),
        recouvrements: columns("recouvrements", Recouvrement::FIELDS.len()),
    }
}

/// Builds `changed` after `before`, and says how many parcels were taken over.
fn rebuilt(before: &Precedent, changed: Layers, what: &str) -> u64 {
    let whole = build(changed.clone(), None);
    let again = build(changed, Some(before));
    assert_eq!(whole.reprises, 0);
    assert_eq!(whole.tables.len(), again.tables.len());
    for ((_, a), (_, b)) in whole.tables.iter().zip(&again.tables) {
        assert!(a.batch == b.batch, "{what} : {} diffère", a.name);
        assert_eq!(a.geoms, b.geoms, "{what} : {}", a.name);
    }
    assert_eq!(whole.comptes, again.comptes, "{what}");
    assert_eq!(whole.depart, again.depart, "{what}");
    let text = |c: &Contenu| serde_json::to_string(&c.rapport).unwrap();
    assert_eq!(text(&whole), text(&again), "{what}");
    let traces = |c: &Contenu| serde_json::to_string(&c.traces).unwrap();
    assert_eq!(traces(&whole), traces(&again), "{what}");
    again.reprises
}

fn without<T: LayerRow>(layer: &Layer<T>, gone: usize) -> Layer<T> {
    let left: Vec<u32> = (0..layer.len() as u32)
        .filter(|i| *i as usize != gone % layer.len())
        .collect();
    layer.clone().reordered(&left)
}

#[test]
fn what_has_not_changed_is_taken_over_whole() {
    let layers = grille(2000, false);
    let n = layers.parcelles.len() as u64;
    let before = precedent(&build(layers.clone(), None));
    assert_eq!(rebuilt(&before, layers, "rien"), n);
}

#[test]
fn a_row_less_in_any_layer_gives_the_edition_built_from_nothing() {
    let layers = grille(2000, false);
    let n = layers.parcelles.len() as u64;
    let before = precedent(&build(layers.clone(), None));
    let mut tried = 0;
    macro_rules! less {
        ($($field:ident),+) => { $(
            let last = layers.$field.len().wrapping_sub(1);
            let mut least = n;
            for gone in [1, layers.$field.len() / 2, last] {
                if layers.$field.is_empty() {
                    continue;
                }
                let mut changed = layers.clone();
                changed.$field = without(&layers.$field, gone);
                least = least.min(rebuilt(&before, changed, stringify!($field)));
                tried += 1;
            }
            assert!(least < n || layers.$field.is_empty(), stringify!($field));
        )+ };
    }
    less!(
        parcelles,
        batiments,
        zonage,
        prescriptions,
        friches,
        zae,
        terrains,
        contraintes,
        enaf,
        logement,
        equipements,
        activite,
        occupation,
        proprietaires,
        perimetres
    );
    assert!(tried >= 27, "{tried} changes tried");
}

#[test]
fn a_change_in_one_place_leaves_the_others() {
    let layers = grille(6000, false);
    let n = layers.parcelles.len() as u64;
    let before = precedent(&build(layers.clone(), None));
    let near = |changed: Layers, what: &str| {
        let taken = rebuilt(&before, changed, what);
        assert!(taken > n / 2 && taken < n, "{what} : {taken} sur {n}");
    };

    let mut changed = layers.clone();
    changed.friches.rows[0].site_nom = Some("Autre nom".into());
    near(changed, "nom d’une friche");

    let mut changed = layers.clone();
    changed.batiments = without(&layers.batiments, 40);
    near(changed, "un bâtiment");

    let mut changed = layers.clone();
    changed.parcelles = without(&layers.parcelles, 3000);
    near(changed, "une parcelle");

    let mut changed = layers;
    changed.terrains.rows[0].site_id = Some("ailleurs".into());
    near(changed, "la zone d’un terrain");
}

#[test]
fn attributes_count_as_much_as_places() {
    let layers = grille(2000, false);
    let before = precedent(&build(layers.clone(), None));

    let mut changed = layers.clone();
    for z in &mut changed.zonage.rows {
        z.typezone = Some(TypeZone::N);
    }
    rebuilt(&before, changed, "type des zones");

    let mut changed = layers.clone();
    for e in &mut changed.equipements.rows {
        if e.kind == KindEquipement::Transport {
            e.kind = KindEquipement::Ecole;
        }
    }
    rebuilt(&before, changed, "genre des équipements");

    let mut changed = layers.clone();
    for s in &mut changed.contraintes.sources {
        s.couverture = gisement_model::Couverture::Inconnue;
    }
    rebuilt(&before, changed, "couverture");

    let mut changed = layers;
    changed.batiments = Layer::empty(changed.batiments.crs);
    rebuilt(&before, changed, "bâtiments absents");
}

#[test]
fn another_date_or_rule_set_takes_nothing_over() {
    let layers = grille(800, false);
    let before = precedent(&build(layers.clone(), None));
    let mut bareme = Bareme::defaut();
    for (bareme, date) in [
        (Bareme::defaut(), DATE.tomorrow().unwrap()),
        (
            {
                bareme.vetos.part_interdiction = 0.9;
                bareme
            },
            DATE,
        ),
    ] {
        let demande = Demande {
            territoire: &Territoire::Tout,
            organisation: &[],
            bareme: &bareme,
            date,
        };
        let again = construire(layers.clone(), &demande, Some(&before), &|_, _, _| {}).unwrap();
        assert_eq!(again.reprises, 0);
    }
}
