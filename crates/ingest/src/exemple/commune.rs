//! Who each commune is: name, code, size, planning document, housing duties.

use super::alea::{Alea, Objet};

/// Names that no commune of France bears (checked against the ABC zoning list of July 2024).
const NOMS: [&str; 30] = [
    "Lauzerac",
    "Bordeneuve",
    "Le Coustou",
    "Montcalvel",
    "Peyrelade-les-Vignes",
    "Puech-Merlet",
    "Sauvejolle",
    "Cantelauze",
    "Vilamagne",
    "Roquefeuille-sur-Lergue",
    "Castelbessac",
    "Fontcaude-le-Vieux",
    "Mas-Escudier",
    "Tressanac",
    "Bélarguet",
    "Coumeneuve",
    "Aubeterque",
    "Saint-Guiral-d'Orb",
    "Valcroze",
    "Cabrespic",
    "Lespinassol",
    "Malaterre",
    "Sérignague",
    "Peyrols-Haut",
    "Combescure-en-Val",
    "Ribaute-Longue",
    "Olmetolle",
    "Cazevieilh",
    "Barjagues",
    "La Garrigue-Basse",
];
const RACINES: [&str; 16] = [
    "Mont", "Puech", "Roqu", "Castel", "Font", "Val", "Combel", "Coumb", "Rib", "Serr", "Mas",
    "Bel", "Vill", "Cant", "Cap", "Gar",
];
const FINALES: [&str; 18] = [
    "auzel", "arnac", "ougniès", "esparre", "inhac", "oulade", "assagne", "ergue", "igous", "irac",
    "ouzette", "andrieu", "elmas", "orgues", "ourbet", "aussel", "avenc", "iraguel",
];
/// Names of communes beyond those that roots and endings make.
const COMPLEMENTS: [&str; 10] = [
    "le-Haut",
    "le-Bas",
    "le-Neuf",
    "le-Vieux",
    "le-Grand",
    "le-Petit",
    "la-Plaine",
    "la-Forêt",
    "les-Bois",
    "les-Pins",
];
/// Numbers 901 to 999, which no real commune of these départements uses.
const NUMEROS: usize = 99;
const DEPARTEMENTS: [(&str, &str); 30] = [
    ("34", "Hérault"),
    ("30", "Gard"),
    ("11", "Aude"),
    ("12", "Aveyron"),
    ("81", "Tarn"),
    ("66", "Pyrénées-Orientales"),
    ("48", "Lozère"),
    ("31", "Haute-Garonne"),
    ("09", "Ariège"),
    ("82", "Tarn-et-Garonne"),
    ("46", "Lot"),
    ("32", "Gers"),
    ("65", "Hautes-Pyrénées"),
    ("13", "Bouches-du-Rhône"),
    ("84", "Vaucluse"),
    ("07", "Ardèche"),
    ("26", "Drôme"),
    ("43", "Haute-Loire"),
    ("15", "Cantal"),
    ("19", "Corrèze"),
    ("24", "Dordogne"),
    ("47", "Lot-et-Garonne"),
    ("40", "Landes"),
    ("64", "Pyrénées-Atlantiques"),
    ("83", "Var"),
    ("04", "Alpes-de-Haute-Provence"),
    ("05", "Hautes-Alpes"),
    ("38", "Isère"),
    ("42", "Loire"),
    ("63", "Puy-de-Dôme"),
];
/// Most communes of a sample: beyond, codes would come twice.
pub(super) const COMMUNES_MAX: usize = DEPARTEMENTS.len() * NUMEROS;

/// Size class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taille {
    Ville,
    Bourg,
    Village,
}

/// Dialect of a local plan's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialecte {
    /// CNIG 2020 and later: `FORMDOMI`, `DESTOUI`, `DESTCDT`, `DESTNON`.
    Destinations,
    /// CNIG 2017: without destinations.
    Courant,
    /// CNIG 2013: `DESTDOMI`, zones `Nh` and `Ah`.
    Ancien,
}

/// Planning document in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Document {
    Plu(Dialecte, &'static str),
    CarteCommunale(&'static str),
    Rnu,
}

/// A commune of the sample.
#[derive(Clone, Debug)]
pub(super) struct Commune {
    pub(super) rang: usize,
    pub(super) code: String,
    pub(super) nom: String,
    pub(super) taille: Taille,
    pub(super) document: Document,
    pub(super) population: u32,
    /// Prefix of the parcels outside the town, when the commune absorbed another one.
    pub(super) prefixe_rural: &'static str,
    /// Radius of the built-up area and mean size of fields, which set the number of parcels.
    pub(super) rayon: f64,
    pub(super) champ_m2: f64,
    pub(super) epci: usize,
    pub(super) scot: Option<usize>,
}

impl Commune {
    pub(super) fn nouvelle(rang: usize, graine: u64) -> Self {
        let mut a = Alea::nouveau(graine, rang, Objet::Statistiques);
        let (departement, _) = DEPARTEMENTS[rang / NUMEROS];
        let (taille, rayon, champ_m2, population) = match rang {
            0 => (Taille::Ville, 810.0, 6600.0, 9_240),
            1 => (Taille::Village, 440.0, 15_000.0, 3_870),
            2 => (Taille::Village, 400.0, 17_000.0, 2_310),
            3 => (Taille::Village, 240.0, 21_000.0, 640),
            4 => (Taille::Village, 250.0, 15_000.0, 810),
            5 => (Taille::Village, 330.0, 18_000.0, 1_450),
            _ if rang.is_multiple_of(9) => (
                Taille::Ville,
                a.entre(800.0, 900.0),
                6500.0,
                a.entier(8_000, 14_000) as u32,
            ),
            _ => (
                Taille::Bourg,
                a.entre(560.0, 780.0),
                a.entre(6000.0, 7600.0),
                a.entier(2_800, 6_500) as u32,
            ),
        };
        let document = match rang {
            0 => Document::Plu(Dialecte::Destinations, "20220317"),
            1 => Document::Plu(Dialecte::Ancien, "20140212"),
            2 => Document::Plu(Dialecte::Courant, "20181206"),
            3 => Document::CarteCommunale("20110920"),
            4 => Document::Rnu,
            5 => Document::Plu(Dialecte::Courant, "20200130"),
            _ if rang.is_multiple_of(17) => Document::Rnu,
            _ if rang.is_multiple_of(13) => Document::CarteCommunale("20120614"),
            _ => Document::Plu(
                a.parmi(&[Dialecte::Destinations, Dialecte::Courant, Dialecte::Ancien]),
                a.parmi(&["20130704", "20170921", "20190516", "20230209"]),
            ),
        };
        // The last of the first six belongs to no SCoT and to another EPCI, as communes at the edge of a SCoT do.
        let (epci, scot) = match rang {
            0..=4 => (0, Some(0)),
            5 => (1, None),
            _ => (2 + (rang - 6) / 9, Some((rang - 6) / 36)),
        };
        Self {
            rang,
            code: format!("{departement}{}", 901 + rang % NUMEROS),
            nom: nom(rang),
            taille,
            document,
            population,
            prefixe_rural: if rang % 11 == 3 { "127" } else { "000" },
            rayon,
            champ_m2,
            epci,
            scot,
        }
    }

    pub(super) fn departement(&self) -> (&str, &'static str) {
        let code = &self.code[..2];
        (
            code,
            DEPARTEMENTS
                .iter()
                .find(|d| d.0 == code)
                .map_or("", |d| d.1),
        )
    }

    /// Name in capitals without accents, as the cadastre writes it.
    pub(super) fn nom_cadastre(&self) -> String {
        sans_accent(&self.nom).to_uppercase()
    }
}

fn nom(rang: usize) -> String {
    if let Some(n) = NOMS.get(rang) {
        return (*n).to_owned();
    }
    let k = rang - NOMS.len();
    let (r, f) = (
        RACINES[k % RACINES.len()],
        FINALES[(k / RACINES.len() + k) % FINALES.len()],
    );
    match k / (RACINES.len() * FINALES.len()) {
        0 => format!("{r}{f}"),
        n => format!("{r}{f}-{}", COMPLEMENTS[(n - 1) % COMPLEMENTS.len()]),
    }
}

/// Drops the accents of French text.
pub(super) fn sans_accent(s: &str) -> String {
    s.chars()
        .map(|c| match c {
            'à' | 'â' | 'ä' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'É' | 'È' | 'Ê' => 'E',
            'î' | 'ï' => 'i',
            'ô' | 'ö' => 'o',
            'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            'À' | 'Â' => 'A',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_and_names_are_unique() {
        let all = 0..COMMUNES_MAX;
        let communes: Vec<Commune> = all.map(|r| Commune::nouvelle(r, 1)).collect();
        assert_eq!(
            communes
                .iter()
                .map(|c| &c.code)
                .collect::<HashSet<_>>()
                .len(),
            COMMUNES_MAX
        );
        assert_eq!(
            communes
                .iter()
                .map(|c| &c.nom)
                .collect::<HashSet<_>>()
                .len(),
            COMMUNES_MAX
        );
        assert_eq!(communes[0].code, "34901");
    }
}
