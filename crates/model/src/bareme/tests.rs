use super::*;

#[test]
fn built_in_rule_set_is_sound() {
    let b = Bareme::defaut();
    assert_eq!(b.profil().code, "equilibre");
    assert_eq!(b.potentiel.surface_utile.poids.famille(Famille::Bati), 1.5);
}

#[test]
fn errors_name_the_key() {
    let unknown = DEFAUT.replacen("eclat_m2", "eclat_m3", 1);
    let e = Bareme::parse(&unknown).unwrap_err().to_string();
    assert!(e.contains("eclat_m3"), "{e}");

    let missing = DEFAUT.replacen("dans_part = 0.5", "", 1);
    let e = Bareme::parse(&missing).unwrap_err().to_string();
    assert!(e.contains("dans_part"), "{e}");

    let bad = DEFAUT.replacen("dans_part = 0.5", "dans_part = 50", 1);
    let e = Bareme::parse(&bad).unwrap_err().to_string();
    assert!(e.contains("mesures.dans_part"), "{e}");

    let curve = DEFAUT.replacen("[[100, 0.0], [400, 0.4]", "[[400, 0.0], [100, 0.4]", 1);
    let e = Bareme::parse(&curve).unwrap_err().to_string();
    assert!(e.contains("potentiel.surface_utile.courbe"), "{e}");
}

#[test]
fn curves_are_linear_between_points_and_flat_outside() {
    let c = &Bareme::defaut().potentiel.surface_utile.courbe.unwrap();
    for (x, y) in [
        (0.0, 0.0),
        (100.0, 0.0),
        (250.0, 0.2),
        (400.0, 0.4),
        (2500.0, 1.0),
        (90_000.0, 0.8),
    ] {
        assert!((c.at(x) - y).abs() < 1e-12, "{x}");
    }
    assert_eq!(c.bounds(), (0.0, 1.0));
}
