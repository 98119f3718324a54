//! The class of an owner, from the group of the cadastre (0 to 9) and the legal form (INSEE's four digits, or words).

use gisement_model::codes::ClasseProprietaire::{
    self, Commune, Copropriete, Departement, EtablissementPublic, Etat, Hlm, Inconnu, Masque,
    Region, Sem, Societe,
};
use gisement_model::texte::cle;

/// What a file says of the legal form.
pub(super) struct Forme {
    /// INSEE's category, four digits.
    code: Option<String>,
    /// Comparison keys of the words.
    mots: Vec<String>,
}

impl Forme {
    pub(super) fn read(forme: Option<&str>, abrege: Option<&str>) -> Self {
        let mut f = Self {
            code: None,
            mots: Vec::new(),
        };
        for t in [forme, abrege].into_iter().flatten() {
            let t = t.trim();
            if t.len() == 4 && t.bytes().all(|b| b.is_ascii_digit()) {
                f.code = Some(t.to_owned());
            } else {
                f.mots.push(cle(t));
            }
        }
        f
    }

    pub(super) fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    fn says(&self, words: &[&str]) -> bool {
        self.mots
            .iter()
            .any(|m| words.iter().any(|w| m.contains(w)))
    }

    fn is(&self, words: &[&str]) -> bool {
        self.mots.iter().any(|m| words.contains(&m.as_str()))
    }

    fn starts(&self, heads: &[&str]) -> bool {
        self.code()
            .is_some_and(|c| heads.iter().any(|h| c.starts_with(h)))
    }

    /// Sole traders (1xxx) and what has no personality beside its members (joint ownership, de facto companies: 21xx to
    /// 23xx), which is named after them.
    fn natural(&self) -> bool {
        self.starts(&["1", "21", "22", "23"])
            || self.is(&[
                "ei",
                "eirl",
                "indi",
                "indiv",
                "artisan",
                "commercant",
                "pp",
                "particulier",
                "particuliers",
            ])
            || self.says(&[
                "entrepreneur individuel",
                "entreprise individuelle",
                "personne physique",
                "personnes physiques",
                "profession liberale",
                "exploitant agricole",
                "agent commercial",
                "artisan commercant",
                "indivision",
                "societe de fait",
                "societe creee de fait",
            ])
    }

    fn hlm(&self) -> bool {
        self.starts(&["5546", "5547", "5646", "5647", "7371"])
            || self.is(&["oph", "ophlm", "opac", "sahlm", "esh"])
            || self.says(&[
                "hlm",
                "habitation a loyer modere",
                "office public de l habitat",
            ])
    }

    fn sem(&self) -> bool {
        self.starts(&["5415", "5515", "5615"])
            || self.is(&["sem", "seml", "spl", "spla"])
            || self.says(&["economie mixte", "publique locale"])
    }

    /// Groups of communes: the cadastre files them with other public bodies.
    fn intercommunal(&self) -> bool {
        self.starts(&["734", "735"])
            || self.is(&["cc", "ca", "cu", "epci", "metro"])
            || self.says(&[
                "communaute de communes",
                "communaute d agglomeration",
                "communaute urbaine",
                "metropole",
                "syndicat intercommunal",
                "syndicat mixte",
            ])
    }
}

/// The class of an owner. A natural person behind a legal form is masked whatever the group says.
pub(super) fn classify(groupe: Option<&str>, f: &Forme) -> ClasseProprietaire {
    if f.natural() {
        return Masque;
    }
    match group(groupe) {
        Some('1') => Etat,
        Some('2') => Region,
        Some('3') => Departement,
        Some('4') => Commune,
        Some('5') => Hlm,
        Some('6') => Sem,
        Some('7') => Copropriete,
        Some('8') => Societe,
        Some('9') => public_body(f),
        Some('0') => by_form(f).unwrap_or(Societe),
        _ => by_form(f).unwrap_or(Inconnu),
    }
}

/// The digit of a group of the cadastre.
fn group(groupe: Option<&str>) -> Option<char> {
    // `0`, `00`: nothing is left of the group 0.
    let digit = |g: &str| g.trim().trim_start_matches('0').chars().next();
    groupe.map(|g| digit(g).unwrap_or('0'))
}

/// Whether a file says that an owner is a legal person: only then is its name looked at. Groups 0 and 8 are what is
/// left of the cadastre's list and members of companies: their legal form must say it.
pub(super) fn is_legal_person(groupe: Option<&str>, f: &Forme) -> bool {
    !f.natural()
        && (matches!(group(groupe), Some('1'..='7' | '9'))
            || by_form(f).is_some()
            || f.says(&["personne morale", "personnes morales"]))
}

/// Group 9 holds housing bodies and groups of communes beside hospitals and railways.
fn public_body(f: &Forme) -> ClasseProprietaire {
    if f.hlm() {
        Hlm
    } else if f.intercommunal() {
        Commune
    } else {
        EtablissementPublic
    }
}

/// Abbreviations of private legal persons, as the cadastre writes them.
const COMPANIES: &[&str] = &[
    "asso", "assoc", "asl", "afu", "earl", "eurl", "fond", "gaec", "gfa", "gfr", "gie", "sa",
    "sarl", "sas", "sasu", "sc", "sca", "scea", "sci", "scm", "scp", "scpi", "scs", "selarl",
    "snc",
];

/// The class that the legal form alone gives.
fn by_form(f: &Forme) -> Option<ClasseProprietaire> {
    if f.hlm() {
        return Some(Hlm);
    }
    if f.sem() {
        return Some(Sem);
    }
    if f.intercommunal() {
        return Some(Commune);
    }
    if let Some(code) = f.code() {
        return match code {
            "7210" => Some(Commune),
            "7220" => Some(Departement),
            "7230" => Some(Region),
            "9110" => Some(Copropriete),
            _ if f.starts(&["71"]) => Some(Etat),
            _ if f.starts(&["4", "7"]) => Some(EtablissementPublic),
            _ if f.starts(&["3", "5", "6", "8", "9"]) => Some(Societe),
            _ => None,
        };
    }
    match () {
        () if f.says(&["copropri"]) => Some(Copropriete),
        () if f.is(&["commune"]) => Some(Commune),
        () if f.is(&["departement"]) => Some(Departement),
        () if f.is(&["region"]) => Some(Region),
        () if f.is(&["etat"]) || f.says(&["service de l etat"]) => Some(Etat),
        () if f.says(&["etablissement public"]) => Some(EtablissementPublic),
        () if f.is(COMPANIES) => Some(Societe),
        () if f.says(&[
            "societe",
            "association",
            "groupement",
            "fondation",
            "mutuelle",
        ]) =>
        {
            Some(Societe)
        }
        () => None,
    }
}

/// Words by which a name announces natural persons, whatever the legal form says.
pub(super) fn announces_a_person(denomination: &str) -> bool {
    if denomination.contains("_X_") {
        return true;
    }
    let key = cle(denomination);
    let mut words = key.split(' ');
    let first = words.next().unwrap_or_default();
    // `M DUPONT`, not `M.M.A. IARD`.
    let title = matches!(first, "m" | "mr" | "mm") && words.next().is_some_and(|w| w.len() > 2);
    title
        || key.split(' ').any(|w| {
            matches!(
                w,
                "mme"
                    | "mmes"
                    | "mlle"
                    | "monsieur"
                    | "madame"
                    | "mademoiselle"
                    | "epoux"
                    | "epouse"
                    | "veuve"
                    | "consorts"
                    | "heritiers"
                    | "hoirs"
                    | "hoirie"
                    | "indivision"
                    | "succession"
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(groupe: &str, forme: &str, abrege: &str) -> ClasseProprietaire {
        let some = |t: &'static str| (!t.is_empty()).then_some(t);
        let (forme, abrege) = (forme.to_owned().leak(), abrege.to_owned().leak());
        classify(
            Some(groupe).filter(|g| !g.is_empty()),
            &Forme::read(some(forme), some(abrege)),
        )
    }

    #[test]
    fn groups_of_the_cadastre() {
        for (groupe, forme, abrege, expected) in [
            ("1", "Service de l'Etat", "ETAT", Etat),
            ("2", "7230", "REG", Region),
            ("3", "7220", "DPT", Departement),
            ("4", "7210", "COM", Commune),
            ("5", "7371", "OPH", Hlm),
            ("6", "5515", "SEM", Sem),
            ("7", "", "COPR", Copropriete),
            ("8", "", "", Societe),
            ("9", "4110", "EPIC", EtablissementPublic),
            ("9", "7346", "CC", Commune),
            ("9", "Communauté de communes", "", Commune),
            ("9", "Office public de l’habitat", "OPH", Hlm),
            ("0", "5499", "SARL", Societe),
            ("0", "6540", "SCI", Societe),
            ("00", "9220", "ASSO", Societe),
            ("0", "5546", "SA HLM", Hlm),
            ("0", "9110", "SYND", Copropriete),
            ("", "", "", Inconnu),
            ("Z", "", "", Inconnu),
            ("", "7210", "", Commune),
        ] {
            assert_eq!(class(groupe, forme, abrege), expected, "{groupe} {forme}");
        }
    }

    #[test]
    fn natural_persons_are_masked_whatever_the_group() {
        for (forme, abrege) in [
            ("1000", ""),
            ("1600", "EA"),
            ("2110", ""),
            ("Entrepreneur individuel", "EI"),
            ("Indivision entre personnes physiques", ""),
            ("", "INDIV"),
        ] {
            for groupe in ["0", "8", ""] {
                assert_eq!(class(groupe, forme, abrege), Masque, "{forme} {abrege}");
            }
        }
    }

    #[test]
    fn a_legal_person_is_said_to_be_one() {
        for (groupe, forme, legal) in [
            ("4", "", true),
            ("9", "", true),
            ("0", "5499", true),
            ("8", "SCI", true),
            ("", "Association", true),
            ("", "Personne morale", true),
            ("0", "", false),
            ("8", "", false),
            ("", "", false),
            ("Z", "non renseigné", false),
            ("8", "privé", false),
            ("4", "1300", false),
            ("4", "Particulier", false),
        ] {
            let f = Forme::read(Some(forme), None);
            assert_eq!(is_legal_person(Some(groupe), &f), legal, "{groupe} {forme}");
        }
    }

    #[test]
    fn names_that_announce_a_person() {
        for s in [
            "MME DUPONT MARIE",
            "M. DUPONT",
            "INDIVISION DUPONT",
            "LES CONSORTS MARTIN",
            "SUCCESSION DE M X",
            "_X_",
        ] {
            assert!(announces_a_person(s), "{s}");
        }
        for s in [
            "COMMUNE DE LAUZERAC",
            "SCI LES OLIVIERS",
            "MAISON DES JEUNES",
            "M.M.A. IARD",
            "SNCF RESEAU",
        ] {
            assert!(!announces_a_person(s), "{s}");
        }
    }
}
