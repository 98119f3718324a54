//! Levels of territory, and who belongs.

use gisement_model::CodeInsee;

use crate::columns::Texts;
use crate::editions::Edition;

/// A level of territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Commune,
    Epci,
    Scot,
    Departement,
}

impl Level {
    pub(crate) const ALL: [Self; 4] = [Self::Commune, Self::Epci, Self::Scot, Self::Departement];

    /// As addresses write it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::Epci => "epci",
            Self::Scot => "scot",
            Self::Departement => "departement",
        }
    }

    pub(crate) fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.code() == code)
    }

    /// What a commune says of its territory of this level: code, and name when it has one.
    fn of<'e>(self, names: &Communes<'e>, row: usize) -> Option<(&'e str, Option<&'e str>)> {
        let insee = names.insee.get(row)?;
        match self {
            Self::Commune => Some((insee, names.nom.get(row))),
            Self::Epci => Some((names.epci.get(row)?, names.epci_nom.get(row))),
            Self::Scot => Some((names.scot.get(row)?, names.scot_nom.get(row))),
            Self::Departement => {
                let n = insee.parse::<CodeInsee>().ok()?.departement().len();
                Some((insee.get(..n)?, None))
            }
        }
    }
}

struct Communes<'e> {
    n: usize,
    insee: Texts<'e>,
    nom: Texts<'e>,
    epci: Texts<'e>,
    epci_nom: Texts<'e>,
    scot: Texts<'e>,
    scot_nom: Texts<'e>,
}

impl<'e> Communes<'e> {
    fn of(edition: &'e Edition) -> Option<Self> {
        let c = edition.collection("communes")?;
        let text = |name| Texts::new(c, name);
        Some(Self {
            n: c.len(),
            insee: text("code_insee"),
            nom: text("nom"),
            epci: text("epci"),
            epci_nom: text("epci_nom"),
            scot: text("scot"),
            scot_nom: text("scot_nom"),
        })
    }
}

/// A territory of an edition: some of its communes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Territoire<'e> {
    pub(crate) level: Level,
    pub(crate) code: &'e str,
    /// Its name, or its code when the edition does not know it.
    pub(crate) nom: &'e str,
    /// Rows of `communes`.
    pub(crate) communes: Vec<u32>,
}

/// The territories of a level, by code.
pub(crate) fn all(edition: &Edition, level: Level) -> Vec<Territoire<'_>> {
    let mut found = std::collections::BTreeMap::<&str, Territoire<'_>>::new();
    if let Some(names) = Communes::of(edition) {
        for row in 0..names.n {
            if let Some((code, nom)) = level.of(&names, row) {
                let new = || Territoire {
                    level,
                    code,
                    nom: nom.unwrap_or(code),
                    communes: Vec::new(),
                };
                let territoire = found.entry(code).or_insert_with(new);
                territoire.communes.push(row as u32);
            }
        }
    }
    found.into_values().collect()
}

/// A territory by its code; `None` when no commune of the edition is in it.
pub(crate) fn find<'e>(edition: &'e Edition, level: Level, code: &str) -> Option<Territoire<'e>> {
    all(edition, level).into_iter().find(|t| t.code == code)
}
