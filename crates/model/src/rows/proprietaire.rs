use crate::codes::ClasseProprietaire;
use crate::{Idu, row};

row! {
    /// The owners of a parcel that are legal persons: one row per parcel, from the rows per tax subdivision and owner
    /// of the DGFiP. Natural persons are not in it: their parcels have no row, and a sole trader has no name.
    ///
    /// The four lists go together: entries of one rank describe one owner, an empty text is an unknown value. Owners
    /// are ranked, the principal one first: the right of ownership before leases and usufruct before management, then
    /// the order of [`ClasseProprietaire`], then the name.
    Proprietaire: Proprietaires, None, key |p| p.idu.to_string(), commune |p| Some(p.idu.commune());
    idu: Idu = "" "Identifiant cadastral";
    classe: ClasseProprietaire = "" "Classe du propriétaire principal";
    denominations: Vec<String> = "" "Dénominations";
    sirens: Vec<String> = "" "SIREN";
    classes: Vec<String> = "" "Classes";
    droits: Vec<String> = "" "Codes des droits (P propriétaire, U usufruitier, E emphytéote…)";
    nb_proprietaires: i64 = "" "Nombre de propriétaires connus";
    nb_droits: i64 = "" "Nombre de droits";
}
