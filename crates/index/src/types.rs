//! Types of gisement (design §7.2): what makes a parcel a stock of land.
//!
//! Only the layers `zonage` and `batiments` decide a type by absence. Friches, ZAE and activity areas are positive
//! inventories: a parcel that none of them names is in none, as far as an observatory can say, and the sheet lists
//! the inventories that were not loaded.

use gisement_model::bareme::{Bareme, Famille};
use gisement_model::codes::{ClasseProprietaire, EtatTerrain, StatutFriche};
use gisement_model::{Couche, ParcelleNotee};

use crate::Tri;

macro_rules! types {
    ($($variant:ident = $code:literal, $libelle:literal, $famille:ident;)+) => {
        /// A type of gisement, in order of precedence.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum TypeGisement { $(#[doc = $libelle] $variant,)+ }

        impl TypeGisement {
            /// Every type, the most telling first.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code used in files and addresses.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// French label.
            pub fn libelle(self) -> &'static str {
                match self { $(Self::$variant => $libelle,)+ }
            }

            /// Family of criterion weights.
            pub fn famille(self) -> Famille {
                match self { $(Self::$variant => Famille::$famille,)+ }
            }
        }
    };
}

types! {
    Friche = "friche", "Friche", Friche;
    ZaeVacante = "zae_vacante", "ZAE, lot vacant", Zae;
    ZaeMutable = "zae_mutable", "ZAE, lot mutable", Zae;
    Equipement = "equipement", "Équipement public", Bati;
    Tertiaire = "tertiaire", "Bureaux, commerce ou activité", Bati;
    PublicNu = "public_nu", "Terrain public nu", Nu;
    DentCreuse = "dent_creuse", "Dent creuse", Nu;
    SousDensifie = "sous_densifie", "Parcelle sous-densifiée", Dense;
    Extension = "extension", "Extension (zone AU ouverte)", Nu;
}

/// The types that hold for a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Types {
    oui: u16,
    inconnu: u16,
    /// Layers without which a type stays undecided: zonage, batiments.
    manque: [bool; 2],
}

impl Types {
    /// The types that hold, the main one first.
    pub fn iter(self) -> impl Iterator<Item = TypeGisement> {
        TypeGisement::ALL
            .iter()
            .copied()
            .filter(move |t| self.oui & (1 << *t as u16) != 0)
    }

    /// The main type.
    pub fn principal(self) -> Option<TypeGisement> {
        self.iter().next()
    }

    /// Whether a type holds.
    pub fn contient(self, t: TypeGisement) -> bool {
        self.oui & (1 << t as u16) != 0
    }

    /// Whether no type holds and one at least cannot be decided.
    pub fn indecis(self) -> bool {
        self.oui == 0 && self.inconnu != 0
    }

    /// The layers to load to decide.
    pub fn couches_manquantes(self) -> impl Iterator<Item = Couche> {
        [Couche::Zonage, Couche::Batiments]
            .into_iter()
            .zip(self.manque)
            .filter_map(|(c, m)| m.then_some(c))
    }

    fn set(&mut self, t: TypeGisement, v: Tri) {
        match v {
            Tri::Oui => self.oui |= 1 << t as u16,
            Tri::Inconnu => self.inconnu |= 1 << t as u16,
            Tri::Non => {}
        }
    }
}

/// Whether a share makes the parcel "in": at least half of it, or at least 400 m² usable. `inconnue` is the share
/// of which nothing is known: it could be inside or outside.
pub(crate) fn dans(r: &ParcelleNotee, part: Option<f64>, inconnue: f64, b: &Bareme) -> Tri {
    let Some(part) = part else {
        return Tri::Inconnu;
    };
    let enough = |p: f64| {
        p >= b.mesures.dans_part || (p * r.surface_m2).min(r.utile_m2) >= b.mesures.dans_m2
    };
    if enough(part) {
        Tri::Oui
    } else if inconnue > 0.0 && enough(part + inconnue) {
        Tri::Inconnu
    } else {
        Tri::Non
    }
}

/// The same for a positive inventory: what is not listed is not in.
pub(crate) fn dans_inventaire(r: &ParcelleNotee, part: Option<f64>, b: &Bareme) -> bool {
    dans(r, part, 0.0, b).oui()
}

/// Whether the parcel is unbuilt.
pub(crate) fn nu(r: &ParcelleNotee, b: &Bareme) -> Tri {
    Tri::test(r.ces, |c| c < b.types.ces_nu)
}

/// Existing social housing: built land of a social housing body (bareme §2).
pub(crate) fn parc_social(r: &ParcelleNotee, b: &Bareme) -> bool {
    (!nu(r, b)).oui() && r.proprietaire_classe == Some(ClasseProprietaire::Hlm)
}

/// Whether the parcel is in the brownfield that names it.
pub(crate) fn en_friche(r: &ParcelleNotee, b: &Bareme) -> bool {
    r.friche_id.is_some() && dans_inventaire(r, r.part_friche, b)
}

/// Whether the parcel is in a business park.
pub(crate) fn en_zae(r: &ParcelleNotee, b: &Bareme) -> bool {
    dans_inventaire(r, r.part_zae, b)
}

/// Whether half of the parcel at least has one of these natures of activity.
pub(crate) fn activite_parmi(
    r: &ParcelleNotee,
    natures: &[gisement_model::codes::NatureActivite],
    b: &Bareme,
) -> bool {
    r.part_activite.is_some_and(|p| p >= b.mesures.dans_part)
        && r.activite_nature.is_some_and(|n| natures.contains(&n))
}

/// The types of a parcel.
pub fn types(r: &ParcelleNotee, b: &Bareme) -> Types {
    let mut t = Types::default();
    let nu = nu(r, b);
    let mutable = Tri::test(r.ces, |c| c >= b.types.ces_nu && c <= b.types.ces_mutable);
    let inconnue = r.part_zone_inconnue.unwrap_or(0.0);
    let en_friche = en_friche(r, b);
    let en_zae = en_zae(r, b);
    let exclu = activite_parmi(r, &b.types.natures_exclues, b);

    // Art. L111-26 CU: unbuilt farmland is never a brownfield. Zone A, declared farmland or OCS GE show it.
    let half = |p: Option<f64>| Tri::test(p, |a| a >= b.mesures.dans_part);
    let agricole = nu.et(half(r.part_a).ou(half(r.part_agricole)));
    let friche = en_friche
        && matches!(
            r.friche_statut,
            Some(StatutFriche::SansProjet | StatutFriche::AvecProjet)
        )
        && !agricole.oui();
    t.set(TypeGisement::Friche, friche.into());

    let vacant = match r.terrain_etat {
        Some(EtatTerrain::Inoccupe | EtatTerrain::Vacant | EtatTerrain::Friche) => Tri::Oui,
        Some(_) => Tri::Non,
        None => nu,
    };
    t.set(TypeGisement::ZaeVacante, Tri::from(en_zae).et(vacant));
    t.set(TypeGisement::ZaeMutable, Tri::from(en_zae).et(mutable));

    let owned_by = |classes: &[ClasseProprietaire]| {
        r.proprietaire_classe.is_some_and(|c| classes.contains(&c))
    };
    let equipement = !exclu
        && (activite_parmi(r, &b.types.natures_equipement, b)
            || (!nu).oui() && owned_by(&b.types.proprietaires_equipement));
    t.set(TypeGisement::Equipement, equipement.into());

    // A building without a declared usage is no proof of an office: the usage is a datum of the building layer, and
    // the type stays "not shown". Without any building layer the type cannot be decided.
    let usage = r
        .usage_bati
        .is_some_and(|u| b.types.usages_tertiaire.contains(&u));
    let tertiaire = if en_zae || equipement {
        Tri::Non
    } else {
        (!nu).et(if r.ces.is_some() {
            usage.into()
        } else {
            Tri::Inconnu
        })
    };
    t.set(TypeGisement::Tertiaire, tertiaire);

    // A positive inventory too: without an owner named, land is not shown to be public.
    let incompatible = r
        .part_usage_incompatible
        .is_some_and(|p| p >= b.mesures.dans_part);
    let public = owned_by(&b.types.proprietaires_publics) && !exclu && !incompatible;
    t.set(TypeGisement::PublicNu, nu.et(public.into()));

    // Under the national rules a zone drawn "U" covers the whole commune: only the urban patch is urban.
    let rnu = r.logement_rnu.is_some_and(|p| p >= b.mesures.dans_part);
    let tache = Tri::test(r.part_hors_tache, |p| p < b.mesures.dans_part);
    let en_u = dans(r, r.part_u, inconnue, b).et(if rnu { tache } else { Tri::Oui });
    let urbain = en_u.et((!exclu).into());
    t.set(
        TypeGisement::DentCreuse,
        urbain
            .et(nu)
            .et((r.utile_m2 >= b.types.dent_creuse_min_m2).into()),
    );
    t.set(
        TypeGisement::SousDensifie,
        urbain
            .et(mutable)
            .et((r.utile_m2 >= b.types.sous_densifie_min_m2).into()),
    );
    t.set(
        TypeGisement::Extension,
        dans(r, r.part_auc, inconnue, b).et(nu).et((!exclu).into()),
    );

    if t.indecis() {
        t.manque = [
            r.part_u.is_none() || inconnue >= b.mesures.dans_part,
            r.ces.is_none(),
        ];
    }
    t
}
