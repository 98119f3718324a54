//! One file per layer: known columns, dialects, and how a raw row becomes a row of the layer.

mod activite;
mod batiments;
mod cadastre;
mod contraintes;
mod declarations;
mod documents;
mod enaf;
mod equipements;
mod friches;
mod informations;
mod logement;
mod occupation;
mod parcelles;
mod perimetres;
mod prescriptions;
mod proprietaires;
mod territoires;
mod trajectoires;
mod zae;
mod zonage;

/// The code of a commune from its département and the three digits of the PCI. Overseas départements have three
/// characters, of which the PCI repeats the last.
fn commune_du_pci(departement: &str, commune: &str) -> Option<gisement_model::CodeInsee> {
    let debut = match departement.len() {
        1 => format!("0{departement}"),
        _ => departement.get(..2)?.to_owned(),
    };
    format!("{debut}{commune:0>3}").parse().ok()
}
