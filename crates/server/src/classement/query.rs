//! The parameters of `/classement`, checked.

use gisement_index::{TypeGisement, Verdict};
use gisement_model::bareme::{Bareme, PoidsAxes};

use super::stock::type_of;
use super::weights::{AXES, Weights};
use crate::collections::{Window, bbox, whole};
use crate::filter::{self, Source};
use crate::problem::Problem;
use crate::request::Params;
use crate::system::{self, System};
use crate::territoires::Level;

/// Parcels of an answer unless told otherwise.
pub(crate) const LIMIT_DEFAULT: usize = 100;
/// Most parcels of an answer.
pub(crate) const LIMIT_MAX: usize = 1_000;
/// Largest weight: beyond, the others would vanish.
pub(crate) const WEIGHT_MAX: f64 = 1_000.0;
/// Parameters other than axes and criteria.
const KNOWN: [&str; 14] = [
    "par",
    "profil",
    "territoire",
    "types",
    "verdicts",
    "bbox",
    "bbox-crs",
    filter::PARAMETERS[0],
    filter::PARAMETERS[1],
    filter::PARAMETERS[2],
    "utile_min",
    "limit",
    "offset",
    "f",
];
/// Prefix of the weight of a criterion.
const CRITERION: &str = "poids.";
/// Prefix of a filter that has a name.
pub(super) const NAMED: &str = "filtre.";
/// Most of those.
const NAMED_MAX: usize = 32;

/// What a place of the ranking is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Par {
    Parcelle,
    /// The parcels of a brownfield or of a unité foncière together, in the place of the best of them.
    Site,
}

/// How the answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Csv,
}

/// What a client asks of `/classement`.
#[derive(Debug)]
pub(super) struct Query {
    /// Profile whose weights these are; `None` for weights of the client's own.
    pub(super) profil: Option<String>,
    pub(super) weights: Weights,
    /// Criteria of Potentiel weighed otherwise than in the rule set.
    pub(super) criteria: Vec<(&'static str, f64)>,
    pub(super) verdicts: Vec<Verdict>,
    /// Main types.
    pub(super) types: Vec<TypeGisement>,
    /// Levels and codes, any of which may hold; everywhere when empty.
    pub(super) territories: Vec<(Level, String)>,
    pub(super) window: Option<Window>,
    /// Conditions on the columns of `parcelles`, by the parameter of each.
    pub(super) filters: Vec<(String, Source)>,
    pub(super) par: Par,
    /// Least usable area, m².
    pub(super) utile_min: f64,
    pub(super) limit: usize,
    pub(super) offset: usize,
    pub(super) format: Format,
}

impl Query {
    /// `more` are the parameters that the operation has beside these.
    pub(super) fn read(
        params: &Params,
        bareme: &Bareme,
        stored: System,
        more: &[&str],
    ) -> Result<Self, Problem> {
        let criteria: Vec<(&'static str, String)> = bareme
            .potentiel
            .criteres()
            .iter()
            .map(|(id, _)| (*id, format!("{CRITERION}{id}")))
            .collect();
        let known: Vec<&str> = KNOWN
            .iter()
            .chain(&AXES)
            .copied()
            .chain(criteria.iter().map(|(_, name)| name.as_str()))
            .chain(more.iter().copied())
            .chain(params.beginning(NAMED))
            .collect();
        params.only(&known, &[])?;

        let (profil, weights, profile_types) = axes(params, bareme)?;
        let mut weighed = Vec::new();
        for (id, name) in &criteria {
            if let Some(w) = weight(params, name)? {
                weighed.push((*id, w));
            }
        }
        let bbox_crs = params
            .get("bbox-crs")?
            .map(|text| system::read("bbox-crs", text, stored.crs))
            .transpose()?
            .unwrap_or(System::CRS84);
        let query = Self {
            profil,
            weights,
            criteria: weighed,
            verdicts: verdicts(params)?,
            types: types(params, bareme, profile_types)?,
            territories: territories(params)?,
            window: params
                .get("bbox")?
                .map(|text| bbox(text, bbox_crs))
                .transpose()?,
            filters: filters(params, stored)?,
            par: match params.get("par")? {
                None | Some("parcelle") => Par::Parcelle,
                Some("site") => Par::Site,
                Some(_) => {
                    return Err(Problem::parameter(
                        "par",
                        "Formes possibles : parcelle, site.",
                    ));
                }
            },
            utile_min: number(params, "utile_min", f64::MAX)?.unwrap_or(0.0),
            limit: limit(params)?,
            offset: params
                .get("offset")?
                .map_or(Ok(0), |v| whole("offset", v))?,
            format: match params.get("f")? {
                None | Some("json") => Format::Json,
                Some("csv") => Format::Csv,
                Some(_) => {
                    return Err(Problem::parameter("f", "Formats possibles : json, csv."));
                }
            },
        };
        if (query.par, query.format) == (Par::Site, Format::Csv) {
            return Err(Problem::parameter(
                "par",
                "Un classement par site n’est écrit qu’en JSON.",
            ));
        }
        Ok(query)
    }
}

/// The filter, and those that have a name.
fn filters(params: &Params, stored: System) -> Result<Vec<(String, Source)>, Problem> {
    let names: Vec<&str> = params.beginning(NAMED).collect();
    if names.len() > NAMED_MAX {
        return Err(Problem::parameter(
            names[NAMED_MAX],
            format!("Au plus {NAMED_MAX} filtres nommés."),
        ));
    }
    let mut out = Vec::new();
    for name in std::iter::once(filter::PARAMETERS[0]).chain(names) {
        if let Some(source) = Source::named(params, name, stored)? {
            out.push((name.to_owned(), source));
        }
    }
    Ok(out)
}

/// The profile, if any, the weights, and the types that the profile is made for.
fn axes<'b>(
    params: &Params,
    bareme: &'b Bareme,
) -> Result<(Option<String>, Weights, &'b [String]), Problem> {
    let mut given = None;
    let mut own = [0.0; 4];
    for (axis, w) in AXES.into_iter().zip(&mut own) {
        if let Some(v) = weight(params, axis)? {
            *w = v;
            given.get_or_insert(axis);
        }
    }
    let code = params.get("profil")?;
    if let Some(axis) = given {
        if code.is_some() {
            return Err(Problem::parameter(
                "profil",
                "Donnez un profil ou des poids d’axes, pas les deux.",
            ));
        }
        let [potentiel, durete, besoin, sobriete] = own;
        let weights = Weights::new(PoidsAxes {
            potentiel,
            besoin,
            sobriete,
            durete,
        })
        .ok_or_else(|| Problem::parameter(axis, "Un poids d’axe au moins doit dépasser 0."))?;
        return Ok((None, weights, &[]));
    }
    let profil = match code {
        None => bareme.profil(),
        Some(code) => bareme
            .profils
            .iter()
            .find(|p| p.code == code)
            .ok_or_else(|| {
                let codes: Vec<&str> = bareme.profils.iter().map(|p| p.code.as_str()).collect();
                Problem::parameter(
                    "profil",
                    format!("Profil inconnu. Profils du barème : {}.", codes.join(", ")),
                )
            })?,
    };
    let weights = Weights::new(profil.poids)
        .ok_or_else(|| Problem::internal(format!("profil {} sans poids", profil.code)))?;
    Ok((Some(profil.code.clone()), weights, &profil.types))
}

fn weight(params: &Params, name: &str) -> Result<Option<f64>, Problem> {
    number(params, name, WEIGHT_MAX)
}

fn number(params: &Params, name: &str, max: f64) -> Result<Option<f64>, Problem> {
    let Some(text) = params.get(name)? else {
        return Ok(None);
    };
    let bad = |detail: &str| Problem::parameter(name, detail);
    let v: f64 = text
        .parse()
        .map_err(|_| bad("Un nombre est attendu, avec un point décimal."))?;
    match v {
        _ if v.is_nan() || v < 0.0 => Err(bad("Un nombre positif ou nul est attendu.")),
        _ if v > max => Err(bad(&format!("Au plus {max}."))),
        // Nothing is gained by telling −0 from 0.
        _ => Ok(Some(v.abs())),
    }
}

fn limit(params: &Params) -> Result<usize, Problem> {
    match params.get("limit")? {
        None => Ok(LIMIT_DEFAULT),
        Some(v) => match whole("limit", v)? {
            0 => Err(Problem::parameter(
                "limit",
                "Un nombre d’au moins 1 est attendu.",
            )),
            // As on `/items`, more than the most only gives a shorter answer.
            n => Ok(n.min(LIMIT_MAX)),
        },
    }
}

fn verdicts(params: &Params) -> Result<Vec<Verdict>, Problem> {
    let ranked = || Verdict::ALL.iter().copied().filter(|v| v.classe());
    let Some(codes) = params.list("verdicts")? else {
        return Ok(ranked().collect());
    };
    codes
        .into_iter()
        .map(|code| match Verdict::from_code(code) {
            Some(v) if v.classe() => Ok(v),
            Some(v) => Err(Problem::parameter(
                "verdicts",
                format!(
                    "« {code} » ne se classe pas : {} Ces parcelles se lisent dans la collection « parcelles ».",
                    never(v)
                ),
            )),
            None => {
                let codes: Vec<&str> = ranked().map(Verdict::code).collect();
                Err(Problem::parameter(
                    "verdicts",
                    format!("Verdict inconnu. Verdicts classés : {}.", codes.join(", ")),
                ))
            }
        })
        .collect()
}

/// Why a verdict is never ranked.
fn never(v: Verdict) -> &'static str {
    match v {
        Verdict::Ecarte => "un veto est prouvé, et un veto ne se compense pas par des points.",
        Verdict::SansObjet => "rien n’y montre un gisement, il n’y a donc rien à comparer.",
        Verdict::NonEvalue => "une couche nécessaire manque, et une note y serait une supposition.",
        Verdict::ParcSocial => "c’est un patrimoine existant, tenu dans sa propre liste.",
        _ => "ce verdict n’entre pas dans le classement.",
    }
}

/// The main types asked for; else those of the profile; else all but those that the rule set leaves out.
fn types(
    params: &Params,
    bareme: &Bareme,
    profile: &[String],
) -> Result<Vec<TypeGisement>, Problem> {
    if let Some(codes) = params.list("types")? {
        return codes
            .into_iter()
            .map(|code| {
                type_of(code).ok_or_else(|| {
                    let codes: Vec<&str> = TypeGisement::ALL.iter().map(|t| t.code()).collect();
                    Problem::parameter(
                        "types",
                        format!("Type inconnu. Types de gisement : {}.", codes.join(", ")),
                    )
                })
            })
            .collect();
    }
    if !profile.is_empty() {
        return Ok(profile.iter().filter_map(|code| type_of(code)).collect());
    }
    let left_out = &bareme.verdict.types_hors_classement;
    Ok(TypeGisement::ALL
        .iter()
        .copied()
        .filter(|t| !left_out.iter().any(|code| code == t.code()))
        .collect())
}

fn territories(params: &Params) -> Result<Vec<(Level, String)>, Problem> {
    let Some(list) = params.list("territoire")? else {
        return Ok(Vec::new());
    };
    list.into_iter()
        .map(|text| {
            text.split_once(':')
                .and_then(|(level, code)| Some((Level::parse(level)?, code.to_owned())))
                .ok_or_else(|| {
                    Problem::parameter(
                        "territoire",
                        "Forme attendue : commune:34901, epci:200000001, scot:identifiant ou departement:34.",
                    )
                })
        })
        .collect()
}
