//! What stands on the land: the vocabulary that the plan, the buildings and every file share.

/// Use of a parcel. Everything written about it (buildings, owner, land cover, friche…) follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Usage {
    Centre,
    Faubourg,
    Pavillon,
    GrandTerrain,
    Libre,
    Collectif,
    Hlm,
    Ecole,
    College,
    Hopital,
    Mairie,
    Eglise,
    Cimetiere,
    Parc,
    Stade,
    Supermarche,
    Bureaux,
    Administration,
    Gare,
    Rail,
    TerrainCommunal,
    Friche(Friche),
    Zae(Lot),
    Vigne,
    Champ,
    Bois,
    Garrigue,
    Mas,
    Ouvert,
}

/// The friches that a town is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Friche {
    Briqueterie,
    Halle,
    Ferroviaire,
    AncienneEcole,
    Caserne,
    CaveCooperative,
    Moulin,
    Garage,
}

/// State of a business lot, as in the CNIG `terr_etat_occup`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Lot {
    Occupe,
    Partiel,
    Inoccupe,
    Vacant,
    Friche,
}

impl Lot {
    #[cfg_attr(
        not(feature = "gdal"),
        expect(dead_code, reason = "only the GeoPackage writes it")
    )]
    pub(super) fn etat(self) -> &'static str {
        match self {
            Self::Occupe | Self::Partiel => "occupé",
            Self::Inoccupe => "inoccupé",
            Self::Vacant => "vacant",
            Self::Friche => "friche",
        }
    }
}

/// Zone of the local plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Zone {
    Ua,
    Ub,
    Uc,
    Ux,
    Ue,
    Uf,
    Auc,
    Aus,
    A,
    N,
}

impl Zone {
    pub(super) const TOUTES: [Self; 10] = [
        Self::Ua,
        Self::Ub,
        Self::Uc,
        Self::Ux,
        Self::Ue,
        Self::Uf,
        Self::Auc,
        Self::Aus,
        Self::A,
        Self::N,
    ];

    /// CNIG `TYPEZONE`.
    pub(super) fn typezone(self) -> &'static str {
        match self {
            Self::Ua | Self::Ub | Self::Uc | Self::Ux | Self::Ue | Self::Uf => "U",
            Self::Auc => "AUc",
            Self::Aus => "AUs",
            Self::A => "A",
            Self::N => "N",
        }
    }

    pub(super) fn libelle(self) -> &'static str {
        match self {
            Self::Ua => "UA",
            Self::Ub => "UB",
            Self::Uc => "UC",
            Self::Ux => "UX",
            Self::Ue => "UE",
            Self::Uf => "UF",
            Self::Auc => "1AU",
            Self::Aus => "2AU",
            Self::A => "A",
            Self::N => "N",
        }
    }

    pub(super) fn libelong(self) -> &'static str {
        match self {
            Self::Ua => "Zone urbaine dense : centre ancien",
            Self::Ub => "Zone urbaine de faubourg, habitat continu ou semi-continu",
            Self::Uc => "Zone urbaine à dominante d'habitat pavillonnaire ou collectif",
            Self::Ux => "Zone urbaine à vocation d'activités économiques",
            Self::Ue => "Zone urbaine d'équipements publics ou d'intérêt collectif",
            Self::Uf => "Emprise du domaine public ferroviaire",
            Self::Auc => {
                "Zone à urbaniser à vocation résidentielle, ouverte sous condition d'opération d'ensemble"
            }
            Self::Aus => "Zone à urbaniser fermée, ouverture subordonnée à une modification du PLU",
            Self::A => "Zone agricole",
            Self::N => "Zone naturelle et forestière",
        }
    }

    /// CNIG 2020 `FORMDOMI` (4 characters) and `DESTDOMI` of the 2013 standard.
    pub(super) fn formdomi(self) -> (&'static str, &'static str) {
        match self {
            Self::Ua => ("0101", "03"),
            Self::Ub | Self::Uc | Self::Auc => ("0100", "01"),
            Self::Ux => ("0200", "02"),
            Self::Ue => ("0500", "05"),
            Self::Uf => ("0500", "99"),
            Self::Aus => ("0000", "00"),
            Self::A => ("0700", "07"),
            Self::N => ("0800", "08"),
        }
    }
}
