//! Rows that share an identity.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use gisement_model::{Effet, Exemple, GeometryKind, RapportFichier};
use gisement_store::Geometries;

use crate::read::{Mapping, Twin};

/// Merges rows of the same identity, among rows in file order that may share one. Says of each row whether it is
/// dropped; those that stay may have changed.
pub(crate) fn unique<T: Mapping>(
    rows: &mut [T],
    geoms: &Geometries,
    origin: &[u64],
    report: &mut RapportFichier,
) -> Vec<bool> {
    let mut seen: HashMap<T::Id, (usize, u32)> = HashMap::with_capacity(rows.len());
    let mut dropped = vec![false; rows.len()];
    for i in 0..rows.len() {
        let Some(id) = rows[i].identity() else {
            continue;
        };
        match seen.entry(id) {
            Entry::Vacant(v) => {
                v.insert((i, 1));
            }
            Entry::Occupied(mut o) => {
                let (j, n) = *o.get();
                let same = geoms.get(i).coords() == geoms.get(j).coords();
                let (head, tail) = rows.split_at_mut(i);
                let (first, second) = (&mut head[j], &mut tail[0]);
                let key = second.key();
                match T::twin(first, second, same) {
                    Twin::First => dropped[i] = true,
                    Twin::Second => {
                        dropped[j] = true;
                        o.insert((i, n));
                    }
                    Twin::Both => {
                        second.rename(n + 1);
                        o.insert((j, n + 1));
                        report.note(
                            "identifiant_en_double",
                            "Identifiant porté par plusieurs entités : un rang y est ajouté",
                            Effet::Garde,
                            Exemple::at(origin[i], "", &key),
                        );
                        continue;
                    }
                }
                if T::GEOMETRY != GeometryKind::None {
                    report.note(
                        "doublon",
                        "Même identifiant plusieurs fois dans le fichier",
                        Effet::Fusionne,
                        Exemple::at(origin[i], "", &key),
                    );
                }
            }
        }
    }
    dropped
}
