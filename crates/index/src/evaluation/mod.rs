//! The sheet of a parcel: the whole derivation of its marks, ready to serve (docs/api.md, `/fiches/{idu}`).

mod criteres;
mod format;
mod grounds;
mod render;
mod texts;

use gisement_model::bareme::Bareme;
use gisement_model::{CommuneNotee, Couche, ParcelleNotee};
use jiff::civil::Date;
use serde::Serialize;

pub use criteres::{couche_du_champ, criteres};
pub use format::{date as date_francaise, nombre, pourcentage, quantite};

use crate::note::note;

/// The whole derivation of a parcel's marks. Serialises to the keys of the sheet; every `source` is the code of a
/// layer, which the server turns into a rank.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// Verdict with its reasons.
    pub verdict: VerdictFiche,
    /// Types of gisement, the main one first.
    pub types: Vec<CodeLibelle>,
    /// The four axes; empty without type.
    pub axes: Vec<AxeFiche>,
    /// Fiabilité, 0 to 100.
    pub fiabilite: Option<f64>,
    /// Index of the default profile.
    pub indice: Option<Indice>,
    /// What is unknown and worth checking first.
    pub a_verifier: Vec<AVerifier>,
    /// Legal pathway.
    pub voie: Option<VoieFiche>,
    /// Capacity.
    pub capacite: Option<CapaciteFiche>,
    /// ENAF cost.
    pub enaf: Option<EnafFiche>,
    /// Every measured criterion.
    pub criteres: Vec<CritereFiche>,
}

/// What a veto, a condition or a remark is called, in French.
pub fn libelle(id: &str) -> &'static str {
    texts::text(id).0
}

/// A code and its French label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeLibelle {
    /// Code.
    pub code: String,
    /// French label.
    pub libelle: String,
}

/// A verdict with its reasons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VerdictFiche {
    /// Code.
    pub code: String,
    /// French label.
    pub libelle: String,
    /// One sentence.
    pub phrase: String,
    /// Proven vetoes.
    pub vetos: Vec<VetoFiche>,
    /// Conditions, each with what would lift it.
    pub conditions: Vec<ConditionFiche>,
    /// Remarks.
    pub remarques: Vec<RemarqueFiche>,
    /// Layers to load, for a parcel that could not be evaluated.
    pub couches_manquantes: Vec<Couche>,
}

/// A proven veto.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VetoFiche {
    /// Identifier.
    pub id: String,
    /// French label.
    pub libelle: String,
    /// Share of the parcel.
    pub part: Option<f64>,
    /// Layer.
    pub source: Option<Couche>,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConditionFiche {
    /// Identifier.
    pub id: String,
    /// French label.
    pub libelle: String,
    /// What would lift it.
    pub levee_par: String,
    /// Share of the parcel.
    pub part: Option<f64>,
    /// Layer.
    pub source: Option<Couche>,
}

/// A remark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RemarqueFiche {
    /// Identifier.
    pub id: String,
    /// French label.
    pub libelle: String,
}

/// An interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bornes {
    /// Minimum.
    pub min: f64,
    /// Central value, when known.
    pub central: Option<f64>,
    /// Maximum.
    pub max: f64,
}

/// An axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AxeFiche {
    /// Code.
    pub code: String,
    /// French label.
    pub libelle: String,
    /// Minimum, 0 to 100.
    pub min: f64,
    /// Central value.
    pub central: Option<f64>,
    /// Maximum.
    pub max: f64,
    /// What each criterion brings.
    pub contributions: Vec<Contribution>,
}

/// What a criterion brings to an axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contribution {
    /// Criterion.
    pub critere: String,
    /// French label.
    pub libelle: String,
    /// Unit.
    pub unite: String,
    /// Value: a number, a code, or null.
    pub valeur: serde_json::Value,
    /// Value ready to show.
    pub affichage: String,
    /// Whether it was inferred rather than read.
    pub presume: bool,
    /// Utility, 0 to 1.
    pub utilite: Bornes,
    /// Weight.
    pub poids: f64,
    /// Points on the axis.
    pub points: Bornes,
    /// Layer.
    pub source: Option<Couche>,
}

/// The index of a profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Indice {
    /// Profile.
    pub profil: String,
    /// Minimum.
    pub min: f64,
    /// Central value.
    pub central: Option<f64>,
    /// Maximum.
    pub max: f64,
    /// Axes that enter by the middle of their interval.
    pub axes_sans_central: Vec<String>,
}

/// An unknown and what learning it would settle.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AVerifier {
    /// Criterion.
    pub critere: String,
    /// French label.
    pub libelle: String,
    /// What to do.
    pub conseil: String,
    /// Axes that it widens.
    pub axes: Vec<String>,
    /// Width that it gives to the index.
    pub points: f64,
    /// Width of the index.
    pub sur: f64,
}

/// A legal pathway.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VoieFiche {
    /// Code.
    pub code: String,
    /// French label.
    pub libelle: String,
    /// Article.
    pub article: Option<String>,
    /// Where to read it.
    pub adresse: Option<String>,
    /// In force from.
    pub depuis: Option<Date>,
    /// Until.
    pub jusqu_a: Option<Date>,
    /// Who decides.
    pub autorite: Option<String>,
    /// Grounds of refusal, checked beforehand against the criteria.
    pub motifs_de_refus: Vec<MotifDeRefus>,
}

/// A ground of refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MotifDeRefus {
    /// Identifier.
    pub id: String,
    /// French label.
    pub libelle: String,
    /// `favorable`, `defavorable`, `inconnu`, `a_apprecier`.
    pub etat: &'static str,
    /// Why.
    pub detail: String,
}

/// A capacity, in dwellings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CapaciteFiche {
    /// Low.
    pub bas: i64,
    /// Central.
    pub central: i64,
    /// High.
    pub haut: i64,
    /// `densite`, `transformation` or `veto`.
    pub methode: &'static str,
    /// How, in words.
    pub detail: String,
    /// Social dwellings that any builder owes.
    pub lls_min: i64,
    /// Social dwellings of a social landlord's own operation.
    pub lls_max: i64,
}

/// ENAF cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EnafFiche {
    /// Minimum, m².
    pub min_m2: f64,
    /// Central estimate, m².
    pub central_m2: f64,
    /// Maximum, m².
    pub max_m2: f64,
    /// Ready to show.
    pub affichage: String,
}

/// A measured criterion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CritereFiche {
    /// Identifier: the column.
    pub id: String,
    /// French label.
    pub libelle: String,
    /// Unit.
    pub unite: String,
    /// Value, null when unknown.
    pub valeur: serde_json::Value,
    /// Ready to show.
    pub affichage: String,
    /// Layer.
    pub source: Option<Couche>,
}

/// Derives everything from a parcel's stored facts, its commune, the rule set and the date. Pure: the same function
/// gives the stored marks at build time.
pub fn evaluer(
    parcelle: &ParcelleNotee,
    commune: Option<&CommuneNotee>,
    bareme: &Bareme,
    date: Date,
) -> Evaluation {
    render::render(
        parcelle,
        commune,
        &note(parcelle, commune, bareme, date),
        bareme,
    )
}

/// Writes the marks (verdict, types, axes, capacity) into a row whose facts are set.
pub fn inscrire_notes(
    parcelle: &mut ParcelleNotee,
    commune: Option<&CommuneNotee>,
    bareme: &Bareme,
    date: Date,
) {
    let marks = note(parcelle, commune, bareme, date);
    marks.inscrire(parcelle);
}
