//! Brownfields by status, and what of them could be used.

use gisement_index::TypeGisement;
use gisement_model::FricheNotee;
use gisement_model::codes::StatutFriche;

use super::perimetre::Perimetre;
use crate::columns::Texts;
use crate::problem::Problem;

/// The statuses of CNIG Friches, with the code that answers and tables give them.
pub(crate) const STATUTS: [(&str, StatutFriche); 4] = [
    ("sans_projet", StatutFriche::SansProjet),
    ("avec_projet", StatutFriche::AvecProjet),
    ("reconvertie", StatutFriche::Reconvertie),
    ("potentielle", StatutFriche::Potentielle),
];

/// Brownfields of one status.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Classe {
    pub(crate) nombre: i64,
    /// Declared area of those of which it is known. m²
    pub(crate) surface: i64,
    pub(crate) surface_inconnue: i64,
    /// Gisements whose main type is the brownfield, ranked ones only.
    pub(crate) unites: i64,
    /// Their usable area. m²
    pub(crate) utile: f64,
}

/// The brownfields of some communes.
#[derive(Debug)]
pub(crate) struct Friches {
    /// Each with its row in `friches`.
    pub(crate) sites: Vec<(u32, FricheNotee)>,
    /// In the order of [`STATUTS`].
    pub(crate) classes: [Classe; 4],
    pub(crate) sans_statut: i64,
}

impl Friches {
    /// The state of the stock as « Mon Diagnostic Artificialisation » words it (potential brownfields do not count);
    /// nothing when a site without status could change it.
    pub(crate) fn situation(&self) -> Option<&'static str> {
        let [free, planned, reused, _] = self.classes.map(|c| c.nombre > 0);
        match (free, planned || reused, self.sans_statut > 0) {
            (true, true, _) => Some("potentiel_en_cours"),
            (_, _, true) => None,
            (true, false, false) => Some("potentiel_non_exploite"),
            (false, true, false) => Some("nul_deja_exploite"),
            (false, false, false) => Some("nul"),
        }
    }
}

/// The brownfields of the edition; nothing when it has no such layer.
pub(crate) fn friches(p: &Perimetre<'_>) -> Result<Option<Friches>, Problem> {
    let Some(c) = p.edition.collection("friches") else {
        return Ok(None);
    };
    let ranks = p.rows("friches", "code_insee");
    let rows: Vec<FricheNotee> = c.rows(&ranks).map_err(Problem::internal)?;
    let place = |s: StatutFriche| STATUTS.iter().position(|(_, known)| *known == s);
    let mut classes = [Classe::default(); 4];
    let mut sans_statut = 0;
    for f in &rows {
        let Some(i) = f.site_statut.and_then(place) else {
            sans_statut += 1;
            continue;
        };
        classes[i].nombre += 1;
        match f.surface_m2 {
            Some(a) => classes[i].surface += a,
            None => classes[i].surface_inconnue += 1,
        }
    }
    if let Some(parcelles) = p.edition.collection("parcelles") {
        let statut = Texts::new(parcelles, "friche_statut");
        for g in p.gisements() {
            if g.kind != TypeGisement::Friche {
                continue;
            }
            let of = statut.get(g.row as usize).and_then(StatutFriche::parse);
            if let Some(i) = of.and_then(place) {
                classes[i].unites += 1;
                classes[i].utile += g.utile;
            }
        }
    }
    Ok(Some(Friches {
        sites: ranks.into_iter().zip(rows).collect(),
        classes,
        sans_statut,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn situation(counts: [i64; 4], sans_statut: i64) -> Option<&'static str> {
        let classe = |nombre| Classe {
            nombre,
            ..Classe::default()
        };
        let of = Friches {
            sites: Vec::new(),
            classes: counts.map(classe),
            sans_statut,
        };
        of.situation()
    }

    #[test]
    fn a_stock_is_in_one_of_four_states_unless_a_site_may_change_it() {
        assert_eq!(situation([0, 0, 0, 7], 0), Some("nul"));
        assert_eq!(situation([0, 1, 0, 0], 0), Some("nul_deja_exploite"));
        assert_eq!(situation([0, 0, 1, 0], 0), Some("nul_deja_exploite"));
        assert_eq!(situation([2, 0, 0, 0], 0), Some("potentiel_non_exploite"));
        assert_eq!(situation([2, 1, 0, 0], 0), Some("potentiel_en_cours"));
        assert_eq!(situation([2, 0, 0, 0], 1), None);
        assert_eq!(situation([2, 1, 0, 0], 1), Some("potentiel_en_cours"));
    }
}
