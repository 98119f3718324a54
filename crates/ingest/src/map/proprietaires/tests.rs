use super::*;
use crate::{SourceConfig, SourceFile, fingerprint, read};
use gisement_model::{Couche, Crs, RapportFichier};
use gisement_store::Layer;

const HEAD: &str = "Département (Champ géographique);Code Direction (Champ géographique);Code Commune (Champ géographique);Nom Commune (Champ géographique);Préfixe (Références cadastrales);Section (Références cadastrales);N° plan (Références cadastrales);Contenance (Caractéristiques parcelle);SUF (Evaluation SUF);Contenance (Evaluation SUF);Code droit (Propriétaire(s) parcelle);N° MAJIC (Propriétaire(s) parcelle);N° SIREN (Propriétaire(s) parcelle);Groupe personne (Propriétaire(s) parcelle);Forme juridique (Propriétaire(s) parcelle);Forme juridique abrégée (Propriétaire(s) parcelle);Dénomination (Propriétaire(s) parcelle)";

fn load(text: &str) -> (Layer<Proprietaire>, RapportFichier) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pm.csv");
    std::fs::write(&path, text).unwrap();
    let config = SourceConfig::new(Couche::Proprietaires, "pm.csv");
    let file = SourceFile {
        path,
        name: "pm.csv".into(),
        config: &config,
    };
    let print = fingerprint(&file, Crs::Lambert93).unwrap();
    let (l, r) = read::<Proprietaire>(&file, &print, Crs::Lambert93, &|_, _| {}).unwrap();
    assert!(r.is_balanced(), "{r:?}");
    (l, r)
}

fn rows(lines: &[&str]) -> (Layer<Proprietaire>, RapportFichier) {
    load(&format!("{HEAD}\r\n{}\r\n", lines.join("\r\n")))
}

#[test]
fn rows_of_a_parcel_become_one_with_its_owners() {
    // Two subdivisions of two owners: the lessee comes first in the file, the owner is the principal one.
    let (l, r) = rows(&[
        "34;0;7;X;;A;12;900;A;500;E;+1;552081317;0;5599;SA;CREDIT-BAIL DU MIDI",
        "34;0;7;X;;A;12;900;A;500;P;+2;213400070;4;7210;COM;COMMUNE DE X",
        "34;0;7;X;;A;12;900;B;400;E;+1;552081317;0;5599;SA;CREDIT-BAIL DU MIDI",
        "34;0;7;X;;A;12;900;B;400;G;+2;213400070;4;7210;COM;COMMUNE DE X",
    ]);
    assert_eq!(
        [r.lus, r.gardes, r.rejetes, r.fusionnes],
        [4, 1, 0, 3],
        "{:?}",
        r.anomalies
    );
    let p = &l.rows[0];
    assert_eq!(p.idu.as_str(), "340070000A0012");
    assert_eq!(p.classe, ClasseProprietaire::Commune);
    assert_eq!(p.classes, ["commune", "societe"]);
    assert_eq!(p.denominations, ["COMMUNE DE X", "CREDIT-BAIL DU MIDI"]);
    assert_eq!(p.sirens, ["213400070", "552081317"]);
    assert_eq!(p.droits, ["G+P", "E"]);
    assert_eq!((p.nb_proprietaires, p.nb_droits), (2, 3));
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let a = "34;0;7;X;;A;12;9;;9;P;;552081317;0;5599;SA;B SA";
    let b = "34;0;7;X;;A;12;9;;9;P;;U12345678;7;;COPR;LES COPROPRIETAIRES";
    let c = "34;0;7;X;;A;12;9;;9;P;;552081318;0;5599;SA;A SA";
    assert_eq!(rows(&[a, b, c]).0.rows, rows(&[c, b, a]).0.rows);
    let p = &rows(&[a, b, c]).0.rows[0];
    assert_eq!(p.classe, ClasseProprietaire::Copropriete);
    assert_eq!(p.sirens, ["", "552081318", "552081317"]);
}

#[test]
fn no_natural_person_enters_the_layer_or_the_report() {
    let (l, r) = rows(&[
        "34;0;7;X;;A;1;9;;9;P;;333333333;0;1600;EA;DUPONT MARCEL",
        "34;0;7;X;;A;2;9;;9;P;;444444444;8;;;INDIVISION DURAND",
        // Damaged by a double encoding: a warning would quote it.
        "34;0;7;X;;A;3;9;;9;P;;555555555;0;1300;;LEFÃ¨VRE RENÃ©",
        "34;0;7;X;;A;3;9;;9;P;;213400070;4;7210;COM;COMMUNE DE X",
        "34;0;7;X;;A;4;9;;9;P;;pas un siren;0;5499;SARL;SARL DU MAS",
        // Nothing says what the owner is.
        "34;0;7;X;;A;5;9;;9;P;;666666666;8;;;LEROY LUCIE",
        "34;0;7;X;;A;6;9;;9;P;;777777777;;non renseigné;;MOREAU PAUL",
    ]);
    let all = format!(
        "{} {}",
        serde_json::to_string(&l.rows).unwrap(),
        serde_json::to_string(&r).unwrap()
    );
    for secret in [
        "DUPONT",
        "MARCEL",
        "DURAND",
        "VRE",
        "333333333",
        "444444444",
        "555555555",
        "LEROY",
        "MOREAU",
        "666666666",
        "777777777",
    ] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
    assert_eq!(r.anomalies["personne_masquee"].nombre, 3);
    assert!(r.anomalies.contains_key("siren_illisible"));
    assert_eq!(r.anomalies["denomination_ecartee"].nombre, 2);
    assert_eq!([r.lus, r.gardes, r.fusionnes], [7, 6, 1]);
    let classes: Vec<_> = l.rows.iter().map(|p| p.classe.code()).collect();
    assert_eq!(
        classes,
        [
            "masque", "masque", "commune", "societe", "societe", "inconnu"
        ]
    );
    assert_eq!(l.rows[2].classes, ["commune", "masque"]);
    assert_eq!(l.rows[2].denominations, ["COMMUNE DE X", ""]);
}

#[test]
fn dirty_identifiers_are_rebuilt_or_refused() {
    let (l, r) = rows(&[
        // NC and NA are sections; a spreadsheet dropped zeros.
        "1;0;4;X;000;NC;7;9;;9;P;;213400070;4;7210;COM;COMMUNE",
        "2A;0;004;X;12;NA;0007;9;;9;P;;213400070;4;7210;COM;COMMUNE",
        "34;0;;X;;A;1;9;;9;P;;213400070;4;7210;COM;COMMUNE",
        "34;0;007;X;;;1;9;;9;P;;213400070;4;7210;COM;COMMUNE",
        "34;0;007;X;;A;12345;9;;9;P;;213400070;4;7210;COM;COMMUNE",
    ]);
    let ids: Vec<_> = l.rows.iter().map(|p| p.idu.to_string()).collect();
    assert_eq!(ids, ["01004000NC0007", "2A004012NA0007"]);
    assert_eq!(r.rejetes, 3);
    assert_eq!(r.anomalies["idu_illisible"].nombre, 3);
}

#[test]
fn the_national_edition_is_known_by_its_columns() {
    let (l, r) = load(
        "departement,code_commune,prefixe,section,numero_plan,code_droit,numero_siren,groupe_personne_code,groupe_personne_libelle,forme_juridique_code,denomination\n34,007,,AB,3,P,213400070,4,Commune,7210,COMMUNE DE X\n",
    );
    assert!(r.dialecte.contains("édition nationale"), "{}", r.dialecte);
    assert_eq!(l.rows[0].idu.as_str(), "34007000AB0003");
    assert_eq!(l.rows[0].classe, ClasseProprietaire::Commune);
}
