//! Sections, sheets and named places of the cadastre: Etalab GeoJSON, and the objects of EDIGEO exchanges (SECTION,
//! SUBDSECT, LIEUDIT), whose identifiers lack the département.

use gisement_model::{CodeInsee, Feuille, Idu, LieuDit, Section};
use jiff::civil::Date;

use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input};
use crate::read::{Mapping, Twin};

/// Commune, prefix, section and what follows, from a written identifier or from its parts.
struct Place {
    section: Idu,
    /// What follows the section in the identifier (the sheet).
    rest: String,
}

/// Columns that place an object in the cadastre.
struct Columns {
    id: usize,
    commune: usize,
    departement: usize,
    prefixe: usize,
    section: usize,
    /// The sheet, when the identifier has one.
    numero: Option<usize>,
}

/// The number that completes a section into a parcel identifier, whose rules are then those of the section.
const ANY: &str = "0001";

impl Columns {
    fn place(&self, c: &mut Cells<'_, '_>) -> Result<Place, Rejet> {
        let tail = if self.numero.is_some() { 2 } else { 0 };
        let written = c.text(self.id).unwrap_or_default();
        let dep = c.text(self.departement);
        let full = match &dep {
            // Overseas départements have three digits, of which the commune code repeats the last.
            Some(d) if written.len() == 8 + tail => {
                format!("{}{written}", d.get(..2).unwrap_or(d))
            }
            _ => written.clone(),
        };
        if full.len() == 10 + tail
            && let Some((head, rest)) = full.split_at_checked(10)
            && let Ok(section) = format!("{head}{ANY}").parse()
            && rest.bytes().all(|b| b.is_ascii_digit())
        {
            return Ok(Place {
                section,
                rest: rest.to_owned(),
            });
        }
        let commune = c.text(self.commune).and_then(|t| {
            let full = match &dep {
                Some(d) if t.len() == 3 => format!("{}{t}", d.get(..2).unwrap_or(d)),
                _ => t,
            };
            full.parse::<CodeInsee>().ok()
        });
        let prefixe = c.text(self.prefixe).unwrap_or_default();
        let rest = match self.numero.map(|n| c.text(n)) {
            None => Some(String::new()),
            Some(n) => n.map(|t| format!("{t:0>2}")),
        };
        let Some(((commune, section), rest)) = commune.zip(c.verbatim(self.section)).zip(rest)
        else {
            return Err(illegible(c.column(self.id), written));
        };
        match Idu::from_parts(commune, &prefixe, &section, ANY) {
            Ok(section) if rest.len() == tail && rest.bytes().all(|b| b.is_ascii_digit()) => {
                Ok(Place { section, rest })
            }
            _ => Err(illegible(
                "commune, préfixe, section",
                format!("{commune} {prefixe} {section} {rest}"),
            )),
        }
    }

    fn found(&self, f: &Found<'_>) -> bool {
        f.has_column(self.id)
            || f.has(self.commune) && f.has(self.section) && self.numero.is_none_or(|n| f.has(n))
    }
}

impl Place {
    fn id(&self) -> String {
        format!("{}{}", &self.section.as_str()[..10], self.rest)
    }
}

fn illegible(column: &str, value: String) -> Rejet {
    let column = if column.is_empty() { "id" } else { column };
    Rejet::new(
        "identifiant_illisible",
        "Identifiant cadastral absent ou illisible",
        column,
        value,
    )
}

/// The later of two rows of one identifier.
fn later(first: Option<Date>, second: Option<Date>) -> Twin {
    if second > first {
        Twin::Second
    } else {
        Twin::First
    }
}

mod section {
    use super::{Cells, Columns, Found, Input, Mapping, Rejet, Section, Twin, later};
    use crate::plan::inputs;

    inputs! {
        ID = "id" ["id", "idu"];
        COMMUNE = "commune" ["commune", "code_insee", "code_com"];
        DEPARTEMENT = "departement" ["code_dep", "departement"];
        PREFIXE = "prefixe" ["prefixe", "com_abs"];
        CODE = "code" ["code", "section", "tex"];
        CREATED = "created" ["created", "creat_date"];
        UPDATED = "updated" ["updated", "updat_date"];
    }

    const COLUMNS: Columns = Columns {
        id: ID,
        commune: COMMUNE,
        departement: DEPARTEMENT,
        prefixe: PREFIXE,
        section: CODE,
        numero: None,
    };

    impl Mapping for Section {
        type Id = String;
        const INPUTS: &'static [Input] = INPUTS;
        const TABLES: &'static [&'static str] = &["section"];

        fn dialect(f: &Found<'_>) -> Result<String, String> {
            if !COLUMNS.found(f) {
                return Err("ni identifiant de section (id, idu), ni commune et code".into());
            }
            if f.column("numero") || f.column("contenance") {
                return Err("table de feuilles ou de parcelles, pas de sections".into());
            }
            Ok(match () {
                () if f.column("idu") && f.column("tex") => "PCI sections (DGFiP)",
                () if f.column("prefixe") && f.column("code") => "cadastre Etalab sections",
                () => "sections cadastrales",
            }
            .to_owned())
        }

        fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
            let place = COLUMNS.place(c)?;
            out.push(Self {
                id: place.id(),
                code_insee: place.section.commune(),
                prefixe: place.section.prefixe().to_owned(),
                code: place.section.section().to_owned(),
                created: c.date(CREATED),
                updated: c.date(UPDATED),
            });
            Ok(())
        }

        fn identity(&self) -> Option<String> {
            Some(self.id.clone())
        }

        fn twin(first: &mut Self, second: &Self, _same: bool) -> Twin {
            later(first.updated, second.updated)
        }
    }
}

mod feuille {
    use super::{Cells, Columns, Feuille, Found, Input, Mapping, Rejet, Twin, later};
    use crate::plan::inputs;

    inputs! {
        ID = "id" ["id", "idu"];
        COMMUNE = "commune" ["commune", "code_insee", "code_com"];
        DEPARTEMENT = "departement" ["code_dep", "departement"];
        PREFIXE = "prefixe" ["prefixe", "com_abs"];
        SECTION = "section" ["section"];
        NUMERO = "numero" ["numero", "feuille"];
        QUALITE = "qualite" ["qualite", "qupl"];
        MODE = "mode_confection" ["modeconfection", "mode_confection", "mode_conf", "copl"];
        ECHELLE = "echelle" ["echelle", "eor"];
        CREATED = "created" ["created", "creat_date"];
        UPDATED = "updated" ["updated", "updat_date"];
    }

    const COLUMNS: Columns = Columns {
        id: ID,
        commune: COMMUNE,
        departement: DEPARTEMENT,
        prefixe: PREFIXE,
        section: SECTION,
        numero: Some(NUMERO),
    };

    impl Mapping for Feuille {
        type Id = String;
        const INPUTS: &'static [Input] = INPUTS;
        const TABLES: &'static [&'static str] = &["feuille", "subdsect"];

        fn dialect(f: &Found<'_>) -> Result<String, String> {
            if !COLUMNS.found(f) {
                return Err(
                    "ni identifiant de feuille (id, idu), ni commune, section et numéro".into(),
                );
            }
            Ok(match () {
                () if f.column("qupl") || f.column("copl") => "PCI subdivisions de section (DGFiP)",
                () if f.column("modeconfection") => "cadastre Etalab feuilles",
                () => "feuilles cadastrales",
            }
            .to_owned())
        }

        fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
            let place = COLUMNS.place(c)?;
            out.push(Self {
                id: place.id(),
                code_insee: place.section.commune(),
                prefixe: place.section.prefixe().to_owned(),
                section: place.section.section().to_owned(),
                numero: place.rest,
                qualite: c.short(QUALITE),
                mode_confection: c.short(MODE),
                echelle: c.int(ECHELLE).filter(|e| *e > 0),
                created: c.date(CREATED),
                updated: c.date(UPDATED),
            });
            Ok(())
        }

        fn identity(&self) -> Option<String> {
            Some(self.id.clone())
        }

        fn twin(first: &mut Self, second: &Self, _same: bool) -> Twin {
            later(first.updated, second.updated)
        }
    }
}

mod lieu_dit {
    use super::{Cells, CodeInsee, Found, Input, LieuDit, Mapping, Rejet, Twin};
    use crate::plan::inputs;

    inputs! {
        NOM = "nom" ["nom", "tex"];
        // EDIGEO cuts a long name over ten columns.
        TEX2 = "nom_2" ["tex2"];
        TEX3 = "nom_3" ["tex3"];
        TEX4 = "nom_4" ["tex4"];
        TEX5 = "nom_5" ["tex5"];
        TEX6 = "nom_6" ["tex6"];
        TEX7 = "nom_7" ["tex7"];
        TEX8 = "nom_8" ["tex8"];
        TEX9 = "nom_9" ["tex9"];
        TEX10 = "nom_10" ["tex10"];
        COMMUNE = "code_insee" ["commune", "code_insee", "code_com"];
        DEPARTEMENT = "departement" ["code_dep", "departement"];
        CREATED = "created" ["created", "creat_date"];
        UPDATED = "updated" ["updated", "updat_date"];
    }

    impl Mapping for LieuDit {
        type Id = String;
        const INPUTS: &'static [Input] = INPUTS;
        const TABLES: &'static [&'static str] = &["lieudit", "lieu_dit", "lieux_dits"];

        fn dialect(f: &Found<'_>) -> Result<String, String> {
            Ok(match () {
                () if !f.has(NOM) => return Err("aucune colonne de nom (nom, tex)".into()),
                () if f.column("tex") => "PCI lieux-dits (DGFiP)",
                () if f.column("commune") => "cadastre Etalab lieux-dits",
                () => "lieux-dits",
            }
            .to_owned())
        }

        fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
            let parts: Vec<String> = (NOM..=TEX10).filter_map(|i| c.text(i)).collect();
            let nom = (!parts.is_empty()).then(|| parts.join(" "));
            if nom.is_none() {
                c.notes
                    .warn("nom_absent", "Lieu-dit sans nom", c.column(NOM), "");
            }
            let code_insee = match (c.text(COMMUNE), c.text(DEPARTEMENT)) {
                (Some(t), Some(d)) if t.len() == 3 => format!("{}{t}", d.get(..2).unwrap_or(&d))
                    .parse::<CodeInsee>()
                    .ok(),
                _ => c.insee(COMMUNE),
            };
            let place = code_insee.map_or_else(|| "lieu-dit".to_owned(), |i| i.to_string());
            out.push(Self {
                id: format!("{place}-{}", c.geometry_id()),
                nom,
                code_insee,
                created: c.date(CREATED),
                updated: c.date(UPDATED),
            });
            Ok(())
        }

        fn identity(&self) -> Option<String> {
            Some(self.id.clone())
        }

        fn twin(first: &mut Self, second: &Self, _same: bool) -> Twin {
            if first.nom == second.nom {
                Twin::First
            } else {
                Twin::Both
            }
        }

        fn rename(&mut self, n: u32) {
            self.id = format!("{}-{n}", self.id);
        }
    }
}
