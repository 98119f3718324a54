//! What the columns of a planning document or an easement mean, worked out once per feature.

use gisement_model::bareme::{Bareme, Destinations};
use gisement_model::codes::{ClasseContrainte, TypeZone};
use gisement_model::texte::cle;
use gisement_model::{Contrainte, Prescription, Zone};
use gisement_store::Layer;

/// What a zone says of housing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Logement {
    Autorise,
    Conditionnel,
    Rnu,
    Interdit,
    Inconnu,
}

/// A zone, understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ZoneLue {
    /// `None` when the document does not say.
    pub(crate) espece: Option<TypeZone>,
    pub(crate) logement: Logement,
    /// Read from a label rather than from a code.
    pub(crate) presume: bool,
    /// Rank among overlapping zones: the lowest wins.
    pub(crate) priorite: u32,
}

impl ZoneLue {
    /// Whether the zone is taken out of the usable part.
    pub(crate) fn exclue(self) -> bool {
        matches!(self.espece, Some(TypeZone::A | TypeZone::N))
    }
}

/// Reads every zone of a layer; `areas` are planar.
pub(crate) fn zones(layer: &Layer<Zone>, areas: &[f64], d: &Destinations) -> Vec<ZoneLue> {
    let mut order: Vec<usize> = (0..layer.len()).collect();
    // The later document wins, then the smaller polygon, then the identifier.
    let date = |i: usize| layer.rows[i].datvalid.max(layer.rows[i].datappro);
    order.sort_by(|a, b| {
        date(*b)
            .cmp(&date(*a))
            .then(areas[*a].total_cmp(&areas[*b]))
            .then_with(|| layer.rows[*a].id.cmp(&layer.rows[*b].id))
    });
    let mut out: Vec<ZoneLue> = layer.rows.iter().map(|z| zone(z, d)).collect();
    for (rank, i) in (0..).zip(order) {
        out[i].priorite = rank;
    }
    out
}

fn zone(z: &Zone, d: &Destinations) -> ZoneLue {
    let known = |espece, logement, presume| ZoneLue {
        espece,
        logement,
        presume,
        priorite: 0,
    };
    // Carte communale: 01 open, 02 open to activities only, 03 closed, 99 without sector.
    match z.secteur_cc.as_deref().map(str::trim) {
        Some("01") => return known(Some(TypeZone::U), Logement::Autorise, false),
        Some("02") => return known(Some(TypeZone::U), Logement::Interdit, false),
        Some("03") => return known(Some(TypeZone::N), Logement::Interdit, false),
        Some("99") => return known(None, Logement::Inconnu, false),
        _ => {}
    }
    let label = z
        .libelle
        .as_deref()
        .unwrap_or_default()
        .trim()
        .to_uppercase();
    if d.libelles_rnu.iter().any(|l| label == l.to_uppercase()) {
        return known(Some(TypeZone::U), Logement::Rnu, false);
    }
    match z.typezone {
        None => known(None, Logement::Inconnu, false),
        Some(t @ (TypeZone::A | TypeZone::N)) => known(Some(t), Logement::Interdit, false),
        Some(t) => {
            let (logement, presume) = droit(z, &label, d);
            known(Some(t), logement, presume)
        }
    }
}

/// In decreasing order of trust: destination codes, dominant form or destination, labels (presumed).
fn droit(z: &Zone, label: &str, d: &Destinations) -> (Logement, bool) {
    let has = |list: &Option<String>, code: &str| {
        list.as_deref()
            .is_some_and(|l| l.split(|c: char| !c.is_ascii_digit()).any(|c| c == code))
    };
    for code in &d.logement {
        if has(&z.destnon, code) {
            return (Logement::Interdit, false);
        }
        if has(&z.destoui, code) {
            return (Logement::Autorise, false);
        }
        if has(&z.destcdt, code) {
            return (Logement::Conditionnel, false);
        }
    }
    if let Some(f) = z.formdomi.as_deref().map(str::trim)
        && d.formdomi_autorise
            .iter()
            .any(|p| f.starts_with(p.as_str()))
    {
        return (Logement::Autorise, false);
    }
    if let Some(dom) = z.destdomi.as_deref().map(str::trim) {
        if d.destdomi_autorise.iter().any(|c| c == dom) {
            return (Logement::Autorise, false);
        }
        if d.destdomi_interdit.iter().any(|c| c == dom) {
            return (Logement::Interdit, false);
        }
    }
    if d.libelles_interdits
        .iter()
        .any(|p| label.starts_with(&p.to_uppercase()))
    {
        return (Logement::Interdit, true);
    }
    let text = cle(&format!(
        "{} {}",
        z.libelong.as_deref().unwrap_or_default(),
        z.libelle.as_deref().unwrap_or_default()
    ));
    let any = |words: &[String]| {
        words.iter().any(|w| {
            let w = cle(w);
            text.split(' ').any(|t| t == w)
        })
    };
    if any(&d.mots_interdits) {
        (Logement::Interdit, true)
    } else if any(&d.mots_autorises) {
        (Logement::Autorise, true)
    } else {
        (Logement::Inconnu, false)
    }
}

/// The effect of a prescription on a change of use to housing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effet {
    Interdiction,
    EmplacementReserve,
    Mixite,
    Autre,
    Gele,
    Sms,
    Stecal,
    SansEffet,
}

/// A prescription, understood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PrescriptionLue {
    pub(crate) effet: Effet,
    /// Rate of social housing read from the text, as a share.
    pub(crate) taux: Option<f64>,
}

/// Reads every prescription.
pub(crate) fn prescriptions(layer: &Layer<Prescription>, b: &Bareme) -> Vec<PrescriptionLue> {
    let p = &b.prescriptions;
    layer
        .rows
        .iter()
        .map(|r| {
            let (t, s) = (
                r.typepsc.trim(),
                r.stypepsc.as_deref().unwrap_or("00").trim(),
            );
            let full = format!("{t:0>2}-{s:0>2}");
            let is = |codes: &[String]| codes.iter().any(|c| *c == full || *c == full[..2]);
            let text = cle(&format!(
                "{} {}",
                r.libelle.as_deref().unwrap_or_default(),
                r.txt.as_deref().unwrap_or_default()
            ));
            let housing = p.mots_logement.iter().any(|w| text.contains(&cle(w)));
            let effet = if is(&p.mixite) {
                Effet::Mixite
            } else if is(&p.emplacement_reserve) {
                Effet::EmplacementReserve
            } else if is(&p.gele) {
                Effet::Gele
            } else if is(&p.autre) {
                Effet::Autre
            } else if p.emplacement_generique.contains(&full) {
                if housing {
                    Effet::Mixite
                } else {
                    Effet::EmplacementReserve
                }
            } else if is(&p.stecal) {
                Effet::Stecal
            } else if is(&p.sms) {
                Effet::Sms
            } else if is(&p.interdiction) {
                Effet::Interdiction
            } else {
                Effet::SansEffet
            };
            let taux = (effet == Effet::Sms)
                .then(|| {
                    [&r.libelle, &r.txt]
                        .into_iter()
                        .flatten()
                        .find_map(|t| percentage(t))
                })
                .flatten();
            PrescriptionLue { effet, taux }
        })
        .collect()
}

/// The first percentage of a text, as a share: the CNIG standard has no column for it.
fn percentage(text: &str) -> Option<f64> {
    let at = text.find('%')?;
    let head = text[..at].trim_end_matches([' ', '\u{a0}', '\u{202f}']);
    let digits = head.len() - head.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let value: f64 = head[head.len() - digits..].parse().ok()?;
    (0.0..=100.0).contains(&value).then_some(value / 100.0)
}

/// A constraint, understood: its class and the groups of categories that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContrainteLue {
    pub(crate) classe: ClasseContrainte,
    pub(crate) ppr: bool,
    pub(crate) sis: bool,
    pub(crate) patrimoine: bool,
    pub(crate) environnement: bool,
    pub(crate) qpv: bool,
    /// Letter of a noise exposure plan, `?` when it has none.
    pub(crate) peb: Option<char>,
    /// Class of transport noise.
    pub(crate) bruit: Option<i64>,
}

/// What a file of constraints tells about: a file of flood plans says nothing of protected areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    Risques,
    Sols,
    Patrimoine,
    Environnement,
    Bruit,
    Qpv,
}

impl Theme {
    pub(crate) const ALL: [Self; 6] = [
        Self::Risques,
        Self::Sols,
        Self::Patrimoine,
        Self::Environnement,
        Self::Bruit,
        Self::Qpv,
    ];
}

/// For each source of the layer, whether it holds rows of each theme: taken before the layer is cut to the
/// territory, where a file may have nothing to say.
pub(crate) fn themes(layer: &Layer<Contrainte>, b: &Bareme) -> Vec<[bool; Theme::ALL.len()]> {
    let mut out = vec![[false; Theme::ALL.len()]; layer.sources.len()];
    for (c, source) in contraintes(layer, b).into_iter().zip(&layer.source) {
        out[*source as usize][c.theme() as usize] = true;
    }
    out
}

impl ContrainteLue {
    /// The theme of which a file holding this constraint is a source.
    pub(crate) fn theme(self) -> Theme {
        if self.sis {
            Theme::Sols
        } else if self.patrimoine {
            Theme::Patrimoine
        } else if self.environnement {
            Theme::Environnement
        } else if self.qpv {
            Theme::Qpv
        } else if self.bruit.is_some() || self.peb.is_some() {
            Theme::Bruit
        } else {
            Theme::Risques
        }
    }

    /// Whether the class bears on risk or easement rather than on a theme of its own.
    pub(crate) fn thematique(self) -> bool {
        self.patrimoine || self.environnement || self.qpv || self.bruit.is_some()
    }
}

/// Reads every constraint.
pub(crate) fn contraintes(layer: &Layer<Contrainte>, b: &Bareme) -> Vec<ContrainteLue> {
    let g = &b.contraintes;
    let keys = |list: &[String]| list.iter().map(|p| cle(p)).collect::<Vec<_>>();
    let groups = [
        &g.ppr,
        &g.sis,
        &g.patrimoine,
        &g.environnement,
        &g.peb,
        &g.bruit,
        &g.qpv,
    ]
    .map(|l| keys(l));
    layer
        .rows
        .iter()
        .map(|r| {
            let categorie = cle(&r.categorie);
            let is = |i: usize| groups[i].iter().any(|p| categorie.starts_with(p.as_str()));
            let letter = |text: &Option<String>| {
                cle(text.as_deref().unwrap_or_default())
                    .split(' ')
                    .rev()
                    .find_map(|t| match t {
                        "a" => Some('A'),
                        "b" => Some('B'),
                        "c" => Some('C'),
                        "d" => Some('D'),
                        _ => None,
                    })
            };
            let digit = |text: &Option<String>| {
                text.as_deref()
                    .unwrap_or_default()
                    .chars()
                    .rev()
                    .find_map(|c| c.to_digit(10))
                    .filter(|d| (1..=5).contains(d))
                    .map(i64::from)
            };
            ContrainteLue {
                classe: r.classe,
                ppr: is(0),
                sis: is(1),
                patrimoine: is(2),
                environnement: is(3),
                peb: is(4).then(|| {
                    letter(&r.classe_source)
                        .or_else(|| letter(&r.nom))
                        .unwrap_or('?')
                }),
                bruit: if is(5) {
                    digit(&r.classe_source).or_else(|| digit(&r.nom))
                } else {
                    None
                },
                qpv: is(6),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn z(typezone: TypeZone, f: impl FnOnce(&mut Zone)) -> ZoneLue {
        let mut row: Zone = serde_json::from_value(serde_json::json!({ "id": "z" })).unwrap();
        row.typezone = Some(typezone);
        f(&mut row);
        zone(&row, &Bareme::defaut().destinations)
    }

    #[test]
    fn housing_is_read_in_decreasing_order_of_trust() {
        let some = |s: &str| Some(s.to_owned());
        let codes = z(TypeZone::U, |r| {
            r.destnon = some("21-22");
            r.libelong = some("Zone d’habitat");
        });
        assert_eq!((codes.logement, codes.presume), (Logement::Interdit, false));
        assert_eq!(
            z(TypeZone::U, |r| r.destcdt = some("31-21")).logement,
            Logement::Conditionnel
        );
        assert_eq!(
            z(TypeZone::U, |r| r.formdomi = some("0105")).logement,
            Logement::Autorise
        );
        let words = z(TypeZone::U, |r| {
            r.libelong = some("Zone mixte d’activités économiques");
        });
        assert_eq!((words.logement, words.presume), (Logement::Interdit, true));
        assert_eq!(
            z(TypeZone::U, |r| r.libelle = some("UXa")).logement,
            Logement::Interdit
        );
        assert_eq!(z(TypeZone::U, |_| ()).logement, Logement::Inconnu);
        assert_eq!(
            z(TypeZone::U, |r| r.libelle = some("ZURNU")).logement,
            Logement::Rnu
        );
        let cc = z(TypeZone::N, |r| r.secteur_cc = some("01"));
        assert_eq!(
            (cc.espece, cc.logement),
            (Some(TypeZone::U), Logement::Autorise)
        );
    }

    #[test]
    fn percentages_are_read_from_text() {
        assert_eq!(percentage("SMS : 30 % de logements sociaux"), Some(0.3));
        assert_eq!(percentage("25% LLS, 10 % PLAI"), Some(0.25));
        assert_eq!(percentage("au moins un tiers"), None);
    }
}
