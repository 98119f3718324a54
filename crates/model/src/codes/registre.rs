//! What the lines of the registers say of a territory.

code_list! {
    /// Where a reduction target comes from.
    OrigineObjectif {
        /// The territory's own document.
        Propre = "propre";
        /// The document of a territory above.
        Herite = "herite";
        /// The rule set.
        Defaut = "defaut";
    }
}

code_list! {
    /// What the communal guarantee gives to a commune.
    StatutGarantie {
        /// It raises the envelope.
        Acquise = "acquise";
        /// The target is above the floor.
        SansEffet = "sans_effet";
        /// No document gives a right to it.
        NonEligible = "non_eligible";
        /// It is not known whether one does.
        Inconnue = "inconnue";
    }
}

code_list! {
    /// Whether a commune is concerned by a project of national or European scope.
    StatutPene {
        /// No contour meets it.
        HorsPene = "hors_pene";
        /// A contour meets it; nothing is declared.
        Concernee = "concernee";
        /// Something is declared.
        Declaree = "declaree";
        /// No list of such projects was read.
        Inconnu = "inconnu";
    }
}

code_list! {
    /// Where a territory stands against its envelope.
    StatutEnveloppe {
        /// At or under it.
        Respecte = "respecte";
        /// Over it.
        Depasse = "depasse";
        /// Consumption or envelope is not known.
        Inconnu = "inconnu";
    }
}

code_list! {
    /// Whether a share has a value.
    StatutPart {
        /// It has.
        Renseigne = "renseigne";
        /// The whole is nothing.
        SansObjet = "sans_objet";
        /// A term is not known.
        NonRenseigne = "non_renseigne";
    }
}

code_list! {
    /// When an envelope would be used up at the rhythm observed.
    Epuisement {
        /// In a year of the period.
        Annee = "annee";
        /// After the period.
        AuDela = "au_dela";
        /// It is.
        DejaDepassee = "deja_depassee";
        /// Nothing is consumed.
        SansObjet = "sans_objet";
    }
}

code_list! {
    /// A third of a year.
    Moment {
        /// First third.
        Debut = "debut";
        /// Second third.
        Milieu = "milieu";
        /// Last third.
        Fin = "fin";
    }
}

code_list! {
    /// Where a year stands in the ledger.
    Periode {
        /// The reference decade.
        Reference = "reference";
        /// The target decade.
        Objectif = "objectif";
        /// Neither.
        HorsPeriode = "hors_periode";
    }
}
