//! Who owns a parcel, as far as the open file of legal persons says. Natural persons are never named.

use gisement_model::bareme::Durete;
use gisement_model::codes::{ClasseProprietaire, Propriete};
use gisement_model::{ParcelleNotee, Proprietaire};

use super::Mesure;
use crate::subjects::Owner;

pub(super) fn owners(m: &Mesure<'_>, row: &mut ParcelleNotee) {
    let ctx = m.ctx;
    let rank = match m.subjects.owners[m.rank as usize] {
        Owner::Named(rank) => rank,
        Owner::Unnamed => {
            let covered = m.is_covered(&ctx.couvertures.proprietaires);
            row.propriete = covered.then_some(Propriete::HorsFichier);
            return;
        }
        Owner::Several => return,
    };
    let p = &ctx.layers.proprietaires.rows[rank as usize];
    let named = |list: &[String]| list.first().filter(|s| !s.is_empty()).cloned();
    row.proprietaire = named(&p.denominations);
    row.proprietaire_siren = named(&p.sirens);
    row.proprietaire_classe = Some(p.classe);
    row.propriete = Some(propriete(p, ctx.organisation, &ctx.b.durete));
}

/// The situation of an owner set: co-ownership and strangers weigh more than the principal owner.
fn propriete(p: &Proprietaire, organisation: &[String], d: &Durete) -> Propriete {
    let classes: Vec<ClasseProprietaire> = p
        .classes
        .iter()
        .map(|c| ClasseProprietaire::parse(c).unwrap_or(ClasseProprietaire::Inconnu))
        .collect();
    let all = |f: &dyn Fn(ClasseProprietaire) -> bool| {
        !classes.is_empty() && classes.iter().all(|c| f(*c))
    };
    if !p.sirens.is_empty() && p.sirens.iter().all(|s| organisation.contains(s)) {
        Propriete::Organisation
    } else if classes.contains(&ClasseProprietaire::Copropriete) {
        Propriete::Copropriete
    } else if all(&|c| c == ClasseProprietaire::Masque) {
        Propriete::HorsFichier
    } else if all(&|c| d.classes_publiques.contains(&c)) {
        Propriete::Publique
    } else if classes.len() > d.personnes_morales_max {
        Propriete::Nombreuses
    } else {
        Propriete::PersonnesMorales
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gisement_model::bareme::Bareme;

    fn set(owners: &[(&str, &str)]) -> Propriete {
        let p = Proprietaire {
            idu: "34901000AB0001".parse().unwrap(),
            classe: ClasseProprietaire::Inconnu,
            denominations: vec![String::new(); owners.len()],
            sirens: owners.iter().map(|o| o.0.to_owned()).collect(),
            classes: owners.iter().map(|o| o.1.to_owned()).collect(),
            droits: vec!["P".to_owned(); owners.len()],
            nb_proprietaires: owners.len() as i64,
            nb_droits: owners.len() as i64,
        };
        propriete(&p, &["111".to_owned()], &Bareme::defaut().durete)
    }

    #[test]
    fn the_situation_is_that_of_the_whole_set() {
        assert_eq!(set(&[("111", "organisme_hlm")]), Propriete::Organisation);
        assert_eq!(
            set(&[("111", "organisme_hlm"), ("222", "commune")]),
            Propriete::Publique
        );
        assert_eq!(
            set(&[("222", "commune"), ("333", "societe")]),
            Propriete::PersonnesMorales
        );
        assert_eq!(set(&[("333", "societe"); 5]), Propriete::Nombreuses);
        assert_eq!(
            set(&[("222", "commune"), ("", "copropriete")]),
            Propriete::Copropriete
        );
        assert_eq!(set(&[("", "masque")]), Propriete::HorsFichier);
    }
}
