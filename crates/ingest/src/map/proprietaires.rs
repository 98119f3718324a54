//! Parcels of legal persons (DGFiP): files by département, one row per tax subdivision and owner, and their national
//! edition in snake case. Rows of one parcel become one.
//!
//! No natural person enters: their name is not even read, so that neither the layer nor the report can hold it.

mod classe;

use gisement_model::codes::ClasseProprietaire;
use gisement_model::texte::cle;
use gisement_model::{CodeInsee, Idu, Proprietaire};

use self::classe::{Forme, announces_a_person, classify, is_legal_person};
use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input, inputs};
use crate::read::{Mapping, Twin};

inputs! {
    IDU = "idu" ["idu", "id_parcelle", "parcelle_id", "idpar", "code_parcelle"];
    COMMUNE = "code_insee" ["code_insee", "insee", "insee_com"];
    DEPARTEMENT = "departement" ["departement_code", "code_departement", "departement*"];
    CODE_COM = "code_commune" ["commune_code", "code_commune", "code commune*"];
    PREFIXE = "prefixe" ["prefixe", "prefixe*"];
    SECTION = "section" ["section", "section*"];
    NUMERO = "numero" ["numero_plan", "plan_numero", "n plan*", "no plan*", "numero plan*"];
    DROIT = "droit" ["droit_code", "code_droit", "code droit*"];
    SIREN = "siren" ["siren", "numero_siren", "n siren*", "no siren*", "numero siren*"];
    GROUPE = "groupe" ["groupe_personne_code", "groupe personne*"];
    FORME = "forme" ["forme_juridique_code", "forme juridique proprietaire s parcelle", "forme_juridique"];
    ABREGE = "forme_abregee" ["forme_juridique_abregee", "forme juridique abregee*", "forme_juridique_libelle"];
    DENOMINATION = "denomination" ["denomination", "denomination*"];
}

impl Mapping for Proprietaire {
    type Id = Idu;
    const INPUTS: &'static [Input] = INPUTS;
    const TABLES: &'static [&'static str] = &["personnes_morales"];

    fn dialect(f: &Found<'_>) -> Result<String, String> {
        let place = f.has(IDU)
            || f.has(SECTION)
                && f.has(NUMERO)
                && (f.has(COMMUNE) || f.has(DEPARTEMENT) && f.has(CODE_COM));
        if !place {
            return Err("ni identifiant de parcelle, ni commune, section et numéro de plan".into());
        }
        if !f.has(GROUPE) && !f.has(FORME) {
            return Err("ni groupe de personne ni forme juridique : la classe du propriétaire serait inconnue partout".into());
        }
        Ok(match () {
            () if f.column("groupe_personne_code") => {
                "parcelles des personnes morales (DGFiP), édition nationale"
            }
            () if f.column("groupe personne*") => "parcelles des personnes morales (DGFiP)",
            () => "propriétaires personnes morales par correspondance",
        }
        .to_owned())
    }

    fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
        let idu = idu(c)?;
        let forme = Forme::read(c.short(FORME).as_deref(), c.short(ABREGE).as_deref());
        let groupe = c.short(GROUPE);
        let mut classe = classify(groupe.as_deref(), &forme);
        if classe == ClasseProprietaire::Inconnu {
            c.notes.warn(
                "classe_inconnue",
                "Groupe et forme juridique qui ne disent pas la classe du propriétaire",
                c.column(GROUPE),
                // Where columns are shifted it may be a name.
                groupe
                    .as_deref()
                    .filter(|g| g.chars().count() <= 2)
                    .unwrap_or_default(),
            );
        }
        // A name is kept only when the file says that the owner is a legal person. It is looked at when the form is not
        // that of a natural person, and noted nowhere: a damaged one would be shown in the report.
        let legal = is_legal_person(groupe.as_deref(), &forme);
        let mut denomination = None;
        if classe != ClasseProprietaire::Masque {
            denomination = c
                .verbatim(DENOMINATION)
                .map(|d| d.split_whitespace().collect::<Vec<_>>().join(" "));
            if denomination.as_deref().is_some_and(announces_a_person) {
                classe = ClasseProprietaire::Masque;
            }
            denomination = denomination.filter(|_| legal && classe != ClasseProprietaire::Masque);
        }
        let mut siren = None;
        if classe == ClasseProprietaire::Masque {
            c.notes.warn(
                "personne_masquee",
                "Personne physique derrière une forme juridique : ni nom ni SIREN conservés",
                c.column(FORME),
                forme.code().unwrap_or_default(),
            );
        } else if legal {
            siren = siren_of(c);
        } else {
            c.notes.warn(
                "denomination_ecartee",
                "Rien ne dit que le propriétaire est une personne morale : ni nom ni SIREN conservés",
                c.column(FORME),
                forme.code().unwrap_or_default(),
            );
        }
        let droit = c.short(DROIT).map(|d| d.to_uppercase()).unwrap_or_default();
        out.push(Self {
            idu,
            classe,
            denominations: vec![denomination.unwrap_or_default()],
            sirens: vec![siren.unwrap_or_default()],
            classes: vec![classe.code().to_owned()],
            nb_droits: i64::from(!droit.is_empty()),
            droits: vec![droit],
            nb_proprietaires: 1,
        });
        Ok(())
    }

    fn identity(&self) -> Option<Idu> {
        Some(self.idu)
    }

    /// The owners of a further row of the parcel join those of the first.
    fn twin(first: &mut Self, second: &Self, _same: bool) -> Twin {
        let mut owners = owners(first);
        for o in self::owners(second) {
            match owners.iter_mut().find(|p| p.is(&o)) {
                Some(p) => p.join(o),
                None => owners.push(o),
            }
        }
        owners.sort_by_key(Owner::rank);
        let principal = owners.first().map_or(first.classe, |o| o.classe);
        first.classe = principal;
        first.nb_proprietaires = owners.len() as i64;
        first.nb_droits = owners.iter().map(|o| o.droits.len() as i64).sum();
        first.classes = owners.iter().map(|o| o.classe.code().to_owned()).collect();
        first.droits = owners.iter().map(|o| o.droits.join("+")).collect();
        first.sirens = owners.iter().map(|o| o.siren.clone()).collect();
        first.denominations = owners.into_iter().map(|o| o.denomination).collect();
        Twin::First
    }
}

/// One owner of a parcel, with all its rights.
struct Owner {
    denomination: String,
    siren: String,
    classe: ClasseProprietaire,
    droits: Vec<String>,
}

fn owners(row: &Proprietaire) -> Vec<Owner> {
    let at = |list: &[String], i: usize| list.get(i).cloned().unwrap_or_default();
    (0..row.classes.len())
        .map(|i| Owner {
            denomination: at(&row.denominations, i),
            siren: at(&row.sirens, i),
            classe: ClasseProprietaire::parse(&row.classes[i])
                .unwrap_or(ClasseProprietaire::Inconnu),
            droits: at(&row.droits, i)
                .split('+')
                .filter(|d| !d.is_empty())
                .map(str::to_owned)
                .collect(),
        })
        .collect()
}

impl Owner {
    /// The same SIREN, else the same name and class. Masked owners of a parcel cannot be told apart: they are one.
    fn is(&self, o: &Self) -> bool {
        if self.siren.is_empty() || o.siren.is_empty() {
            self.classe == o.classe && cle(&self.denomination) == cle(&o.denomination)
        } else {
            self.siren == o.siren
        }
    }

    fn join(&mut self, o: Self) {
        for d in o.droits {
            if !self.droits.contains(&d) {
                self.droits.push(d);
            }
        }
        self.droits.sort_unstable();
        if self.siren.is_empty() {
            self.siren = o.siren;
        }
        if self.denomination.is_empty() {
            self.denomination = o.denomination;
        }
    }

    /// The principal owner first, whatever the order of rows.
    fn rank(&self) -> (u8, ClasseProprietaire, String, String) {
        let right = self
            .droits
            .iter()
            .map(|d| right(d))
            .min()
            .unwrap_or(UNKNOWN);
        (
            right,
            self.classe,
            self.denomination.clone(),
            self.siren.clone(),
        )
    }
}

/// Rank of a right that the file does not give, or that the list does not have: between ownership and leases.
const UNKNOWN: u8 = 1;

/// How near a right of the cadastre is to full ownership: owners (also bare, or lessors of a building lease), then
/// usufruct and long leases, then management.
fn right(code: &str) -> u8 {
    match code {
        "P" | "N" | "B" | "F" | "D" | "V" | "X" | "C" => 0,
        "U" | "E" | "R" | "T" | "W" | "A" | "K" | "O" | "H" => 2,
        "G" | "S" | "L" | "J" | "Q" | "Y" | "M" => 3,
        _ => UNKNOWN,
    }
}

/// Nine digits; `U…` numbers are the cadastre's own.
fn siren_of(c: &mut Cells<'_, '_>) -> Option<String> {
    let t: String = c
        .short(SIREN)?
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let real = t.len() == 9 && t.bytes().all(|b| b.is_ascii_digit());
    if !real && !t.starts_with(['U', 'u']) {
        c.notes.warn(
            "siren_illisible",
            "SIREN illisible : considéré comme inconnu",
            c.column(SIREN),
            "",
        );
    }
    real.then_some(t)
}

/// The identifier as such, or rebuilt from its parts.
fn idu(c: &mut Cells<'_, '_>) -> Result<Idu, Rejet> {
    let written = c.text(IDU);
    if let Some(idu) = written.as_deref().and_then(|t| t.parse().ok()) {
        return Ok(idu);
    }
    let refused = |value: String| {
        Rejet::new(
            "idu_illisible",
            "Parcelle absente ou illisible",
            "commune, préfixe, section, numéro",
            value,
        )
    };
    // `NC` and `NA` are sections.
    let (section, numero) = (c.verbatim(SECTION), c.text(NUMERO));
    let prefixe = c.text(PREFIXE).unwrap_or_default();
    let Some(((section, numero), commune)) = section.zip(numero).zip(commune(c)) else {
        return Err(refused(written.unwrap_or_default()));
    };
    Idu::from_parts(commune, &prefixe, &section, &numero)
        .map_err(|_| refused(format!("{commune} {prefixe} {section} {numero}")))
}

/// The commune of a row, from its code or from the département and a code that a spreadsheet may have unpadded.
fn commune(c: &mut Cells<'_, '_>) -> Option<CodeInsee> {
    if let Some(code) = c.text(COMMUNE).and_then(|t| t.parse().ok()) {
        return Some(code);
    }
    let (dep, com) = c.text(DEPARTEMENT).zip(c.text(CODE_COM))?;
    if com.len() == 5 {
        return com.parse().ok();
    }
    let dep = match dep.len() {
        1 => format!("0{dep}"),
        3 if com.len() == 3 => dep.get(..2)?.to_owned(),
        _ => dep,
    };
    let width = 5usize.checked_sub(dep.len())?;
    format!("{dep}{com:0>width$}").parse().ok()
}

#[cfg(test)]
mod tests;
