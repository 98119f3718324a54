//! A line of the ledger.

use gisement_model::bareme::RegleZan;
use gisement_model::codes::{
    Epuisement, Moment, NiveauTerritoire, StatutEnveloppe, StatutGarantie, StatutPart, StatutPene,
};
use gisement_model::{CodeInsee, RegistreZan};

use super::Connues;
use super::consommation::Consommation;
use super::enveloppe::{Objectif, Objectifs};
use super::groupes::Groupe;
use crate::layers::Layers;

/// Whether a commune's line enters the sums: its reference and its consumption are both known, up to the last year.
pub(super) fn counted(l: &RegistreZan) -> bool {
    l.reference_m2.is_some() && l.conso_m2.is_some()
}

/// The line of a commune.
pub(super) fn commune(
    code: CodeInsee,
    layers: &Layers,
    consommation: &Consommation,
    objectifs: &Objectifs<'_>,
    connues: &Connues,
    regle: &RegleZan,
) -> RegistreZan {
    let nom = layers
        .communes
        .rows
        .iter()
        .find(|c| c.code_insee == code)
        .map_or_else(|| code.to_string(), |c| c.nom.clone());
    let mut l = blank(
        NiveauTerritoire::Commune,
        code.to_string(),
        nom,
        objectifs.commune(code),
        regle,
    );
    let [from, to] = regle.reference;
    l.reference_m2 = consommation.sum(code, from, to);
    l.cible_m2 = l.reference_m2.map(|r| r * (1.0 - l.reduction));
    if let Some(cible) = l.cible_m2 {
        let (garantie, statut) = objectifs.garantie(code, cible);
        l.garantie_statut = Some(statut);
        l.garantie_m2 = garantie;
        let pooled = objectifs.mutualise(code);
        l.mutualise_vers = pooled
            .filter(|_| statut == StatutGarantie::Acquise)
            .map(str::to_owned);
        l.mutualise_m2 = match (&l.mutualise_vers, garantie) {
            (Some(_), Some(g)) => Some(-g),
            _ => Some(0.0),
        };
        l.enveloppe_m2 = garantie.zip(l.mutualise_m2).map(|(g, m)| cible + g + m);
    }
    let declared = consommation.deductions(code);
    l.pene_statut = Some(match &connues.pene {
        _ if declared.dit_pene => StatutPene::Declaree,
        Some(met) if met.contains(&code) => StatutPene::Concernee,
        Some(_) => StatutPene::HorsPene,
        None => StatutPene::Inconnu,
    });
    if let Some(last) = consommation.derniere {
        l.brut_m2 = consommation.sum(code, regle.objectif[0], last);
    }
    if l.brut_m2.is_some() {
        l.pene_m2 = Some(declared.pene);
        l.renature_m2 = Some(declared.renature);
    }
    l.surface_m2 = connues.surfaces.get(&code).copied();
    l.nb_communes = 1;
    l.nb_membres = None;
    close(&mut l, consommation.derniere, regle);
    l.nb_communes_renseignees = i64::from(counted(&l));
    l
}

/// The line of a territory, from those of communes.
pub(super) fn groupe(
    g: &Groupe,
    communes: &[RegistreZan],
    objectifs: &Objectifs<'_>,
    consommation: &Consommation,
    regle: &RegleZan,
) -> RegistreZan {
    let objectif = objectifs.groupe(g.niveau, &g.code, &g.communes);
    let mut l = blank(g.niveau, g.code.clone(), g.nom.clone(), objectif, regle);
    let ours: Vec<&RegistreZan> = communes
        .iter()
        .filter(|c| {
            c.code
                .parse::<CodeInsee>()
                .is_ok_and(|code| g.communes.contains(&code))
        })
        .collect();
    let known: Vec<&RegistreZan> = ours.iter().filter(|c| counted(c)).copied().collect();
    let sum = |of: fn(&RegistreZan) -> Option<f64>| -> Option<f64> {
        let values: Vec<f64> = known.iter().filter_map(|c| of(c)).collect();
        (!values.is_empty()).then(|| values.iter().sum())
    };
    l.nb_communes = ours.len() as i64;
    l.nb_communes_renseignees = known.len() as i64;
    l.nb_membres = g.membres;
    l.reference_m2 = sum(|c| c.reference_m2);
    l.cible_m2 = l.reference_m2.map(|r| r * (1.0 - l.reduction));
    l.enveloppe_m2 = l.cible_m2;
    l.garantie_m2 = sum(|c| c.garantie_m2);
    l.brut_m2 = sum(|c| c.brut_m2);
    l.pene_m2 = sum(|c| c.pene_m2);
    l.renature_m2 = sum(|c| c.renature_m2);
    l.pene_statut = pene(&ours);
    // The share of the territory is that of the communes counted: one area that is missing leaves none.
    l.surface_m2 = (!known.is_empty())
        .then(|| known.iter().map(|c| c.surface_m2).sum())
        .flatten();
    let pooled: f64 = known.iter().filter_map(|c| c.mutualise_m2).sum();
    // What communes give waits at their intercommunality.
    l.mutualise_m2 = sum(|c| c.mutualise_m2).map(|m| 0.0 - m);
    let without = known.iter().filter(|c| c.enveloppe_m2.is_none()).count() as i64;
    l.communes_sans_enveloppe = Some(without + (ours.len() - known.len()) as i64);
    l.communes_depassees = Some(
        ours.iter()
            .filter(|c| c.statut == StatutEnveloppe::Depasse)
            .count() as i64,
    );
    l.somme_communes_m2 = sum(|c| c.enveloppe_m2);
    if let (0, Some(somme), Some(enveloppe)) = (without, l.somme_communes_m2, l.enveloppe_m2) {
        let cibles: f64 = known.iter().filter_map(|c| c.cible_m2).sum();
        l.ecart_m2 = Some(somme - enveloppe);
        l.ecart_objectifs_m2 = Some(cibles - enveloppe);
        l.ecart_garanties_m2 = l.garantie_m2;
        l.ecart_mutualise_m2 = Some(pooled);
    }
    close(&mut l, consommation.derniere, regle);
    l
}

/// What a territory's communes say of national projects: the strongest that one of them says.
fn pene(communes: &[&RegistreZan]) -> Option<StatutPene> {
    [
        StatutPene::Declaree,
        StatutPene::Concernee,
        StatutPene::Inconnu,
        StatutPene::HorsPene,
    ]
    .into_iter()
    .find(|s| communes.iter().any(|c| c.pene_statut == Some(*s)))
}

/// What follows from reference, envelope and consumption.
fn close(l: &mut RegistreZan, derniere: Option<i64>, regle: &RegleZan) {
    l.rythme_reference_m2_an = l.reference_m2.map(|r| r / regle.annees_reference() as f64);
    let deductions = l.pene_m2.unwrap_or(0.0) + l.renature_m2.unwrap_or(0.0);
    l.conso_m2 = l.brut_m2.map(|b| b - deductions);
    if l.conso_m2.is_some() {
        l.derniere_annee = derniere;
        l.annees_observees = derniere.map_or(0, |y| y - regle.objectif[0] + 1);
    }
    let years = l.annees_observees as f64;
    let of_period = regle.annees_objectif() as f64;
    l.temps_ecoule = l.conso_m2.map(|_| years / of_period);
    l.rythme_m2_an = l.conso_m2.filter(|_| years > 0.0).map(|c| c / years);
    l.projection_m2 = l.rythme_m2_an.map(|r| r * of_period);
    l.part_territoire = share(l.conso_m2, l.surface_m2);
    let Some((enveloppe, conso)) = l.enveloppe_m2.zip(l.conso_m2) else {
        return;
    };
    l.reste_m2 = Some(enveloppe - conso);
    l.part = share(l.conso_m2, l.enveloppe_m2);
    l.part_statut = if l.part.is_some() {
        StatutPart::Renseigne
    } else {
        StatutPart::SansObjet
    };
    l.statut = if conso <= enveloppe * (1.0 + regle.tolerance) {
        StatutEnveloppe::Respecte
    } else {
        StatutEnveloppe::Depasse
    };
    exhaustion(l, enveloppe - conso, regle);
}

/// A share of something; nothing when that is nothing.
fn share(part: Option<f64>, whole: Option<f64>) -> Option<f64> {
    let (part, whole) = part.zip(whole)?;
    (whole > 0.0).then(|| part / whole)
}

/// When the envelope would be used up at the rhythm observed.
fn exhaustion(l: &mut RegistreZan, left: f64, regle: &RegleZan) {
    let Some(rhythm) = l.rythme_m2_an else { return };
    l.epuisement = Some(if left <= 0.0 {
        Epuisement::DejaDepassee
    } else if rhythm <= 0.0 {
        Epuisement::SansObjet
    } else {
        let at = (regle.objectif[0] + l.annees_observees) as f64 + left / rhythm;
        if at >= (regle.objectif[1] + 1) as f64 {
            Epuisement::AuDela
        } else {
            l.epuisement_annee = Some(at.floor() as i64);
            l.epuisement_moment = Some(match at.fract() {
                f if f < 1.0 / 3.0 => Moment::Debut,
                f if f < 2.0 / 3.0 => Moment::Milieu,
                _ => Moment::Fin,
            });
            Epuisement::Annee
        }
    });
}

fn blank(
    niveau: NiveauTerritoire,
    code: String,
    nom: String,
    objectif: Objectif,
    regle: &RegleZan,
) -> RegistreZan {
    let [par_niveau, par_code, document, adresse] = objectif.par.unwrap_or_default();
    RegistreZan {
        id: format!("{niveau}-{code}"),
        niveau,
        code,
        nom,
        regles: regle.id.clone(),
        reference_m2: None,
        reduction: objectif.reduction,
        objectif_origine: objectif.origine,
        objectif_niveau: par_niveau,
        objectif_code: par_code,
        objectif_document: document,
        objectif_adresse: adresse,
        cible_m2: None,
        garantie_m2: None,
        garantie_statut: None,
        mutualise_m2: None,
        mutualise_vers: None,
        enveloppe_m2: None,
        brut_m2: None,
        pene_m2: None,
        renature_m2: None,
        conso_m2: None,
        pene_statut: None,
        reste_m2: None,
        part: None,
        part_statut: StatutPart::NonRenseigne,
        statut: StatutEnveloppe::Inconnu,
        annees_observees: 0,
        derniere_annee: None,
        temps_ecoule: None,
        rythme_m2_an: None,
        rythme_reference_m2_an: None,
        projection_m2: None,
        epuisement: None,
        epuisement_annee: None,
        epuisement_moment: None,
        surface_m2: None,
        part_territoire: None,
        nb_communes: 0,
        nb_communes_renseignees: 0,
        nb_membres: None,
        somme_communes_m2: None,
        ecart_m2: None,
        ecart_objectifs_m2: None,
        ecart_garanties_m2: None,
        ecart_mutualise_m2: None,
        communes_sans_enveloppe: None,
        communes_depassees: None,
    }
}
