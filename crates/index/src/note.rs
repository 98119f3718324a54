//! From the facts of a parcel to its marks: the one function that both the build and the sheet run.

use gisement_model::bareme::{Bareme, Intervalle, PoidsAxes, Voie};
use gisement_model::{CommuneNotee, Couche, ParcelleNotee};
use jiff::civil::Date;

use crate::axes::{Axe, besoin, durete, etat, potentiel, round2, sobriete};
use crate::capacity::{Capacite, capacite};
use crate::pathway::voie;
use crate::reliability::fiabilite;
use crate::types::{TypeGisement, Types, activite_parmi, nu, parc_social, types};
use crate::verdict::{Motif, Motifs, Verdict, motifs};

/// The marks of a parcel.
#[derive(Debug, Clone)]
pub(crate) struct Note<'b> {
    pub(crate) verdict: Verdict,
    pub(crate) types: Types,
    pub(crate) motifs: Motifs,
    pub(crate) manquantes: Vec<Couche>,
    pub(crate) voie: Option<&'b Voie>,
    pub(crate) axes: Option<Axes>,
    pub(crate) capacite: Option<Capacite>,
}

/// The axes of a parcel that has a type.
#[derive(Debug, Clone)]
pub(crate) struct Axes {
    pub(crate) potentiel: Axe,
    pub(crate) durete: Axe,
    pub(crate) besoin: Axe,
    pub(crate) sobriete: Axe,
    pub(crate) fiabilite: f64,
    pub(crate) indice: Intervalle,
}

impl Axes {
    /// The values in the order of [`PoidsAxes`], Dureté reversed, with their weights: what the index adds up.
    pub(crate) fn weighted(&self, w: PoidsAxes) -> [(&'static str, Intervalle, f64); 4] {
        [
            ("potentiel", self.potentiel.valeur, w.potentiel),
            ("durete", reversed(self.durete.valeur), w.durete),
            ("besoin", self.besoin.valeur, w.besoin),
            ("sobriete", self.sobriete.valeur, w.sobriete),
        ]
    }
}

fn reversed(i: Intervalle) -> Intervalle {
    Intervalle {
        min: 100.0 - i.max,
        central: i.central.map(|v| 100.0 - v),
        max: 100.0 - i.min,
    }
}

/// The index of a profile: `Σ w·A ÷ Σ w` on centrals, an axis without central entering by the middle of its
/// interval.
fn indice(axes: &[(&'static str, Intervalle, f64); 4]) -> Intervalle {
    let total: f64 = axes.iter().map(|a| a.2).sum();
    let sum = |f: fn(&Intervalle) -> f64| {
        round2(axes.iter().map(|(_, v, w)| w * f(v)).sum::<f64>() / total)
    };
    Intervalle {
        min: sum(|v| v.min),
        central: Some(sum(Intervalle::milieu)),
        max: sum(|v| v.max),
    }
}

/// Marks a parcel.
pub(crate) fn note<'b>(
    r: &ParcelleNotee,
    commune: Option<&CommuneNotee>,
    b: &'b Bareme,
    date: Date,
) -> Note<'b> {
    let types = types(r, b);
    let voie = voie(r, types, b, date);
    let mut motifs = motifs(r, commune, types, voie, b, date);
    let veto = !motifs.vetos.is_empty();
    let axes = types.principal().map(|t| {
        let potentiel = potentiel(r, t, voie, b);
        let durete = durete(r, t, b);
        let besoin = besoin(commune, b);
        let sobriete = sobriete(r, commune, b);
        let mut axes = Axes {
            fiabilite: fiabilite(&potentiel, &durete, commune, b, date),
            potentiel,
            durete,
            besoin,
            sobriete,
            indice: Intervalle::exact(0.0),
        };
        axes.indice = indice(&axes.weighted(b.profil().poids));
        axes
    });
    let verdict = match types.principal() {
        _ if parc_social(r, b) => Verdict::ParcSocial,
        _ if veto => Verdict::Ecarte,
        None if types.indecis() => Verdict::NonEvalue,
        None => Verdict::SansObjet,
        Some(_) if !motifs.conditions.is_empty() => Verdict::Reserve,
        Some(t) if axes.as_ref().is_some_and(|a| prioritaire(r, t, a, b)) => Verdict::Prioritaire,
        Some(_) => Verdict::AEtudier,
    };
    if assemblage(r, verdict) {
        motifs.remarques.insert(
            0,
            Motif {
                id: "assemblage",
                part: None,
                couche: Some(Couche::Proprietaires),
            },
        );
    }
    let capacite = types
        .principal()
        .and_then(|t| capacite(r, commune, t, veto, b));
    Note {
        manquantes: if verdict == Verdict::NonEvalue {
            types.couches_manquantes().collect()
        } else {
            Vec::new()
        },
        verdict,
        types,
        motifs,
        voie: types.principal().and(voie),
        axes,
        capacite,
    }
}

/// Whether a parcel that is not ranked belongs to a unité foncière that is.
pub(crate) fn assemblage(r: &ParcelleNotee, verdict: Verdict) -> bool {
    let unit = r.unite_verdict.as_deref().and_then(Verdict::from_code);
    !verdict.classe() && verdict != Verdict::ParcSocial && unit.is_some_and(Verdict::classe)
}

/// Whether a gisement without veto or condition is a priority: shown available, large and wide enough, well
/// enough known.
fn prioritaire(r: &ParcelleNotee, principal: TypeGisement, axes: &Axes, b: &Bareme) -> bool {
    let p = &b.prioritaire;
    let free = etat(r, principal, b).is_some_and(|e| {
        !e.presume && matches!(e.code, "friche_sans_projet" | "vacant" | "inoccupe")
    });
    let equipment = activite_parmi(r, &b.types.natures_equipement, b)
        || activite_parmi(r, &b.types.natures_exclues, b);
    let available = free || nu(r, b).oui() && !equipment;
    let at_least = |v: Option<f64>, min: f64| v.is_some_and(|v| v >= min);
    available
        && !p.types_exclus.iter().any(|t| t == principal.code())
        // A hint of an old inventory never makes a priority.
        && etat(r, principal, b).is_none_or(|e| e.code != "potentielle" && e.code != "reconvertie")
        && at_least(axes.potentiel.valeur.central, p.potentiel)
        && axes.potentiel.valeur.min >= p.potentiel_min
        && at_least(axes.sobriete.valeur.central, p.sobriete)
        && at_least(r.diametre_inscrit_m, p.diametre_m)
        && axes.fiabilite >= p.fiabilite
}

impl Note<'_> {
    /// Writes the marks into the row's columns.
    pub(crate) fn inscrire(&self, r: &mut ParcelleNotee) {
        let ids = |m: &[crate::verdict::Motif]| m.iter().map(|m| m.id.to_owned()).collect();
        self.verdict.code().clone_into(&mut r.verdict);
        r.type_principal = self.types.principal().map(|t| t.code().to_owned());
        r.types = self.types.iter().map(|t| t.code().to_owned()).collect();
        r.vetos = ids(&self.motifs.vetos);
        r.conditions = ids(&self.motifs.conditions);
        r.voie = self.voie.map(|v| v.code.clone());
        let axis = |f: fn(&Axes) -> Intervalle| {
            let v = self.axes.as_ref().map(f);
            (
                v.map(|v| v.min),
                v.and_then(|v| v.central),
                v.map(|v| v.max),
            )
        };
        (r.potentiel_min, r.potentiel, r.potentiel_max) = axis(|a| a.potentiel.valeur);
        (r.durete_min, r.durete, r.durete_max) = axis(|a| a.durete.valeur);
        (r.besoin_min, r.besoin, r.besoin_max) = axis(|a| a.besoin.valeur);
        (r.sobriete_min, r.sobriete, r.sobriete_max) = axis(|a| a.sobriete.valeur);
        (r.indice_min, r.indice, r.indice_max) = axis(|a| a.indice);
        r.fiabilite = self.axes.as_ref().map(|a| a.fiabilite);
        let dwellings = |i: usize| self.capacite.map(|c| c.logements[i]);
        (r.capacite_bas, r.capacite, r.capacite_haut) = (dwellings(0), dwellings(1), dwellings(2));
    }
}
