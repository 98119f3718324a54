//! Code lists of the standards. Parsing forgives case, accents and apostrophes; a value outside the list is
//! `None` for the caller to report: it is unknown, never a default.

macro_rules! code_list {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal $(| $alias:literal)*;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Every value of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The value as the standard writes it.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// Reads a value as files write it.
            pub fn parse(s: &str) -> Option<Self> {
                // Rows read back from our own files hold the exact code: no folding for them.
                $(if s == $code { return Some(Self::$variant); })+
                let k = crate::texte::cle(s);
                $(if k == crate::texte::cle($code) $(|| k == crate::texte::cle($alias))* { return Some(Self::$variant); })+
                None
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.code()) }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.serialize_str(self.code()) }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let s = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(d)?;
                Self::parse(&s).ok_or_else(|| serde::de::Error::custom(format!(concat!(stringify!($name), " inconnu : « {} »"), s)))
            }
        }
    };
}

mod registre;

pub use registre::{
    Epuisement, Moment, OrigineObjectif, Periode, StatutEnveloppe, StatutGarantie, StatutPart,
    StatutPene,
};

code_list! {
    /// Nature of a zone of a local plan, normalised (CNIG TYPEZONE; Ah → A, Nh and Nd → N, CC sectors by TYPESECT).
    TypeZone {
        /// Urban.
        U = "U";
        /// To urbanise, usable under conditions of the plan.
        AUc = "AUc" | "1AU";
        /// To urbanise, locked until the plan changes.
        AUs = "AUs" | "2AU";
        /// Agricultural.
        A = "A" | "Ah";
        /// Natural.
        N = "N" | "Nh" | "Nd";
    }
}

code_list! {
    /// `site_statut` of CNIG Friches 1.0.
    StatutFriche {
        /// Known from an old inventory only: a hint, not a brownfield.
        Potentielle = "friche potentielle";
        /// Brownfield without a project.
        SansProjet = "friche sans projet";
        /// Brownfield with a project.
        AvecProjet = "friche avec projet";
        /// Already reused.
        Reconvertie = "friche reconvertie";
    }
}

code_list! {
    /// `sol_pollution_existe` of CNIG Friches 1.0 (`inconnu` is no value).
    Pollution {
        /// None.
        Inexistante = "pollution inexistante";
        /// Treated.
        Traitee = "pollution traitée";
        /// Unlikely.
        PeuProbable = "pollution peu probable";
        /// Supposed. Cartofriches production files say "probable".
        Supposee = "pollution supposée" | "pollution probable";
        /// Proved.
        Averee = "pollution avérée";
    }
}

code_list! {
    /// `site_occupation` of CNIG Friches 1.0.
    OccupationFriche {
        /// Empty.
        Totalement = "totalement inoccupé";
        /// Partly empty.
        Partiellement = "partiellement inoccupé";
        /// Transitional use.
        Transitoire = "occupation transitoire ou temporaire";
        /// Supposed squat.
        IlliciteSupposee = "occupation illicite supposée";
        /// Proved squat.
        IlliciteAveree = "occupation illicite avérée";
    }
}

code_list! {
    /// `terr_etat_occup` of CNIG Sites économiques 1.0.1.
    EtatTerrain {
        /// Never built.
        Inoccupe = "inoccupé";
        /// Transitional use.
        Transitoire = "occupation transitoire" | "occupation en transition";
        /// In use.
        Occupe = "occupé";
        /// Empty and reusable as it is.
        Vacant = "vacant";
        /// Empty and needing works.
        Friche = "friche";
    }
}

code_list! {
    /// `site_type` of CNIG Sites économiques 1.0.1.
    TypeSite {
        /// Business park of art. L318-8-1 CU: the only type that opens L152-6-7.
        Zae = "zone d'activité économique" | "zone d'activités économiques";
        /// Historic site outside a business park.
        HorsZae = "site économique historique hors ZAE";
        /// Single establishment.
        Isole = "établissement économique isolé";
        /// AU zone meant for business.
        ZoneAu = "zone AU à vocation économique";
    }
}

code_list! {
    /// `site_vocadomi` of CNIG Sites économiques 1.0.1.
    Vocation {
        /// Industry.
        Industrielle = "industrielle";
        /// Retail.
        Commerciale = "commerciale";
        /// Offices and services.
        Tertiaire = "tertiaire";
        /// Crafts.
        Artisanale = "artisanale";
        /// Tourism.
        Touristique = "touristique";
        /// Harbour.
        Portuaire = "portuaire";
        /// Airport.
        Aeroportuaire = "aéroportuaire, aéronautique" | "aéroportuaire";
        /// Warehouses. The official example truncates it to "logistique".
        Logistique = "entrepôts, logistique" | "logistique" | "entrepôts";
        /// Farm logistics.
        LogistiqueAgricole = "logistique agricole";
        /// Mixed.
        Mixte = "mixte";
    }
}

code_list! {
    /// Effect of a constraint on a change of use to housing (design §5).
    ClasseContrainte {
        /// Building is banned.
        Interdiction = "interdiction";
        /// Building is allowed under prescriptions.
        Prescription = "prescription";
        /// A study is required.
        Etude = "etude";
        /// For information.
        Information = "information";
        /// The plan does not say: never a ban.
        Inconnue = "inconnue";
    }
}

code_list! {
    /// Kind of a point of interest.
    KindEquipement {
        /// Stop of a public transport line.
        Transport = "transport";
        /// School.
        Ecole = "ecole";
        /// Food shop or local shop.
        Commerce = "commerce";
        /// Doctor, pharmacy, hospital.
        Sante = "sante";
        /// Town hall.
        Mairie = "mairie";
        /// Industrial installation with a risk.
        RisqueIndustriel = "risque_industriel";
    }
}

code_list! {
    /// Nature of an activity area, reduced to what scoring uses (BD TOPO `zone_d_activite_ou_d_interet`).
    NatureActivite {
        /// Industry or trade.
        Activite = "activite" | "industriel ou commercial" | "industriel et commercial" | "zone industrielle" | "usine" | "marché" | "centre commercial";
        /// Hospital or clinic.
        Hopital = "hopital" | "hôpital" | "santé" | "etablissement hospitalier" | "établissement thermal" | "maison de retraite";
        /// Administration.
        Administration = "administration" | "administratif" | "administratif ou militaire" | "mairie" | "bureau ou hôtel des postes" | "siège d'epci" | "gendarmerie" | "caserne de pompiers" | "palais de justice";
        /// Army land.
        Militaire = "militaire" | "camp militaire non clos" | "caserne" | "enceinte militaire";
        /// Railway land.
        Ferroviaire = "ferroviaire" | "gare" | "transport" | "aire de triage";
        /// School or campus.
        Enseignement = "enseignement" | "science et enseignement" | "collège" | "lycée" | "université" | "enseignement primaire" | "enseignement supérieur";
        /// Park or garden.
        Parc = "parc" | "espace vert" | "parc des expositions" | "jardin" | "parc de loisirs";
        /// Sports ground.
        Sport = "sport" | "stade" | "terrain de tennis" | "piscine" | "golf" | "hippodrome";
        /// Cemetery.
        Cimetiere = "cimetiere" | "cimetière";
        /// Worship.
        Culte = "culte" | "religieux" | "culte catholique ou orthodoxe" | "culte divers";
        /// Car park.
        Stationnement = "stationnement" | "parking";
        /// Water.
        Eau = "eau" | "gestion des eaux" | "station d'épuration";
    }
}

code_list! {
    /// Main use of a building (BD TOPO `usage_1`).
    UsageBatiment {
        /// Housing.
        Residentiel = "Résidentiel";
        /// Offices, shops, services.
        Commercial = "Commercial et services";
        /// Industry.
        Industriel = "Industriel";
        /// Farm.
        Agricole = "Agricole";
        /// Worship.
        Religieux = "Religieux";
        /// Sport.
        Sportif = "Sportif";
        /// Outbuilding.
        Annexe = "Annexe";
    }
}

code_list! {
    /// Housing tension zone (arrêté of 1 August 2014, art. D304-1 CCH).
    ZoneAbc {
        /// A bis.
        Abis = "A bis" | "Abis";
        /// A.
        A = "A";
        /// B1.
        B1 = "B1";
        /// B2.
        B2 = "B2";
        /// C.
        C = "C";
    }
}

code_list! {
    /// Who owns a parcel, as far as the open file of legal persons says (design §5). The order is that in which equal
    /// owners of one parcel are ranked.
    ClasseProprietaire {
        /// The State and its services.
        Etat = "etat";
        /// A region.
        Region = "region";
        /// A département.
        Departement = "departement";
        /// A commune or a group of communes.
        Commune = "commune";
        /// A social housing body.
        Hlm = "organisme_hlm";
        /// Another public body: hospital, port, railways.
        EtablissementPublic = "etablissement_public";
        /// A company of mixed or public local ownership.
        Sem = "sem";
        /// Co-owners of a building.
        Copropriete = "copropriete";
        /// Any other legal person of private law.
        Societe = "societe";
        /// A natural person behind a legal form: never named.
        Masque = "masque";
        /// The file does not say.
        Inconnu = "inconnu";
    }
}

code_list! {
    /// What the open file of legal persons tells of a parcel's ownership (bareme §5).
    Propriete {
        /// Owned by the observatory's own organisation.
        Organisation = "organisation";
        /// Public owners only, or another social housing body.
        Publique = "publique";
        /// A few legal persons.
        PersonnesMorales = "personnes_morales";
        /// More legal persons than the rule set's limit.
        Nombreuses = "personnes_morales_nombreuses";
        /// Co-owners of a building.
        Copropriete = "copropriete";
        /// The file covers the commune and does not name the parcel: natural persons, presumably.
        HorsFichier = "personnes_physiques";
    }
}

code_list! {
    /// Kind of a planning document (CNIG TYPEDOC, SuDocUH).
    TypeDocument {
        /// Local plan of one commune.
        Plu = "PLU";
        /// Local plan of several communes.
        Plui = "PLUi" | "PLUIH" | "PLUi-H";
        /// Map of a commune that has no plan.
        Cc = "CC" | "carte communale";
        /// National rules: no document.
        Rnu = "RNU";
        /// Plan of the law before 2000.
        Pos = "POS";
        /// Plan of a protected old town.
        Psmv = "PSMV";
        /// Territorial coherence plan.
        Scot = "SCOT";
    }
}

code_list! {
    /// Who has a reduction target.
    NiveauTrajectoire {
        /// A région: its SRADDET.
        Region = "region";
        /// A SCoT.
        Scot = "scot";
        /// An intercommunality.
        Epci = "epci";
        /// A commune.
        Commune = "commune";
    }
}

code_list! {
    /// A level of territory at which figures are given.
    NiveauTerritoire {
        /// A commune.
        Commune = "commune";
        /// An intercommunality.
        Epci = "epci";
        /// A SCoT.
        Scot = "scot";
        /// A département.
        Departement = "departement";
    }
}

code_list! {
    /// What a declaration deducts from measured consumption.
    NatureDeclaration {
        /// Booked nationally: a project of national or European scope (loi 2023-630, art. 3).
        Pene = "pene" | "projet d'envergure nationale";
        /// Urbanised land effectively given back (loi 2021-1104, art. 194 as amended in 2023).
        Renaturation = "renaturation" | "desartificialisation";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_found_in_files_are_read() {
        assert_eq!(
            StatutFriche::parse("Friche sans projet"),
            Some(StatutFriche::SansProjet)
        );
        assert_eq!(EtatTerrain::parse("Inoccupe"), Some(EtatTerrain::Inoccupe));
        assert_eq!(
            TypeSite::parse("Zone d’activité économique"),
            Some(TypeSite::Zae)
        );
        assert_eq!(TypeZone::parse("AUC"), Some(TypeZone::AUc));
        assert_eq!(TypeZone::parse("Nh"), Some(TypeZone::N));
        assert_eq!(ZoneAbc::parse("Abis"), ZoneAbc::parse("A bis"));
        assert_eq!(Pollution::parse("inconnu"), None);
    }

    #[test]
    fn every_code_reads_itself() {
        for z in TypeZone::ALL {
            assert_eq!(TypeZone::parse(z.code()), Some(*z));
        }
        for v in Vocation::ALL {
            assert_eq!(Vocation::parse(v.code()), Some(*v));
        }
        for n in NatureActivite::ALL {
            assert_eq!(NatureActivite::parse(n.code()), Some(*n));
        }
        for c in ClasseProprietaire::ALL {
            assert_eq!(ClasseProprietaire::parse(c.code()), Some(*c));
        }
        assert_eq!(TypeDocument::parse("PLUI"), Some(TypeDocument::Plui));
    }
}
