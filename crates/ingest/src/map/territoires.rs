//! Territories: communes, EPCI, SCoT.

use gisement_model::{CodeInsee, Commune, Epci, Scot};

use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input};
use crate::read::{Mapping, Twin};

mod commune {
    use super::{Cells, CodeInsee, Commune, Found, Input, Mapping, Rejet};
    use crate::plan::inputs;

    inputs! {
        CODE = "code_insee" ["insee_com", "code_insee", "code", "commune", "insee", "codgeo", "id", "idu"];
        NOM = "nom" ["nom_officiel", "nom_com", "nom", "tex2", "libgeo", "nom_m"];
        POPULATION = "population" ["population", "popul", "pop"];
        DEPARTEMENT = "departement" ["insee_dep", "code_dep"];
    }

    impl Mapping for Commune {
        type Id = CodeInsee;
        const INPUTS: &'static [Input] = INPUTS;
        const TABLES: &'static [&'static str] = &["commune"];

        fn dialect(f: &Found<'_>) -> Result<String, String> {
            if !f.has_column(CODE) {
                return Err("aucune colonne de code commune".into());
            }
            Ok(match () {
                () if f.column("insee_com") => "Admin Express commune",
                () if f.column("object_rid") => "EDIGEO commune (PCI, DGFiP)",
                () if f.column("tex2") => "PCI commune (DGFiP)",
                () if f.column("created") => "cadastre Etalab communes",
                () if f.column("code") && f.column("nom") => "communes (code, nom)",
                () => "communes",
            }
            .to_owned())
        }

        fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
            let code = c.text(CODE).unwrap_or_default();
            // The PCI has three digits and leaves the département to the reader.
            let pci = code.len() == 3 && c.column(CODE).eq_ignore_ascii_case("idu");
            let parsed = match c.text(DEPARTEMENT) {
                Some(dep) if code.len() == 3 => crate::map::commune_du_pci(&dep, &code),
                // Nor is `075` commune 00075 of a table that lost its zeros.
                None if pci => None,
                _ => code.parse().ok(),
            };
            let code_insee = parsed.ok_or_else(|| {
                let hint = if pci {
                    "idu sans département : `constantes = { departement = … }`"
                } else {
                    c.column(CODE)
                };
                Rejet::new(
                    "code_insee_illisible",
                    "Code commune absent ou illisible",
                    hint,
                    code.as_str(),
                )
            })?;
            let nom = c.text(NOM).unwrap_or_else(|| {
                c.notes.warn(
                    "nom_absent",
                    "Commune sans nom : son code en tient lieu",
                    "nom",
                    "",
                );
                code_insee.to_string()
            });
            out.push(Self {
                code_insee,
                nom,
                population: c.int(POPULATION).filter(|p| *p >= 0),
            });
            Ok(())
        }

        fn identity(&self) -> Option<CodeInsee> {
            Some(self.code_insee)
        }
    }
}

/// The communes of a group, from a list in one cell or from one row per commune.
fn communes(c: &mut Cells<'_, '_>, list: usize, one: usize) -> Result<Vec<String>, Rejet> {
    let mut texts = c.list(list);
    if texts.is_empty() {
        texts.extend(c.text(one));
    }
    let mut codes = Vec::with_capacity(texts.len());
    for t in texts {
        match t.parse::<CodeInsee>() {
            Ok(code) => codes.push(code.to_string()),
            Err(_) => c.notes.warn(
                "code_insee_illisible",
                "Code commune illisible",
                "communes",
                &t,
            ),
        }
    }
    if codes.is_empty() {
        return Err(Rejet::new(
            "sans_commune",
            "Groupement sans commune lisible",
            "communes",
            "",
        ));
    }
    Ok(codes)
}

/// Adds the communes of a second row of the same group.
fn join(first: &mut Vec<String>, second: &[String]) {
    for code in second {
        if !first.contains(code) {
            first.push(code.clone());
        }
    }
}

mod epci {
    use super::{Cells, Epci, Found, Input, Mapping, Rejet, Twin, communes, join};
    use crate::plan::inputs;

    inputs! {
        SIREN = "siren" ["code_epci", "siren_epci", "epci", "siren", "code"];
        NOM = "nom" ["nom", "libepci", "nom_epci", "epci_nom"];
        NATURE = "nature" ["type", "nature", "nature_epci"];
        COMMUNES = "communes" ["membres", "communes"];
        COMMUNE = "commune" ["codgeo", "code_insee", "insee_com", "com", "commune"];
    }

    impl Mapping for Epci {
        type Id = String;
        const INPUTS: &'static [Input] = INPUTS;

        fn dialect(f: &Found<'_>) -> Result<String, String> {
            match (
                f.has_column(SIREN),
                f.has_column(COMMUNES),
                f.has_column(COMMUNE),
            ) {
                (true, true, _) => Ok("EPCI et leurs membres".into()),
                (true, _, true) => Ok("composition communale des EPCI".into()),
                _ => Err("il faut le SIREN de l’EPCI et ses communes".into()),
            }
        }

        fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
            let siren = c.text(SIREN).unwrap_or_default();
            if siren.to_ascii_uppercase().starts_with("ZZZ") {
                return Err(Rejet::filtered("sans_epci", "Commune sans EPCI", "", siren));
            }
            if siren.len() != 9 || !siren.bytes().all(|b| b.is_ascii_digit()) {
                return Err(Rejet::new(
                    "siren_illisible",
                    "SIREN absent ou illisible",
                    c.column(SIREN),
                    siren,
                ));
            }
            let communes = communes(c, COMMUNES, COMMUNE)?;
            out.push(Self {
                nom: c.text(NOM).unwrap_or_else(|| siren.clone()),
                nature: c.text(NATURE),
                communes,
                siren,
            });
            Ok(())
        }

        fn identity(&self) -> Option<String> {
            Some(self.siren.clone())
        }

        fn twin(first: &mut Self, second: &Self, _same: bool) -> Twin {
            join(&mut first.communes, &second.communes);
            Twin::First
        }
    }
}

mod scot {
    use super::{Cells, Found, Input, Mapping, Rejet, Scot, Twin, communes, join};
    use crate::plan::inputs;

    inputs! {
        ID = "id" ["id_scot", "scot_id", "code_scot", "idscot", "scot", "id"];
        NOM = "nom" ["nom_scot", "scot_nom", "libscot", "scot_libelle", "nom"];
        COMMUNES = "communes" ["communes", "membres"];
        COMMUNE = "commune" ["commune", "code_insee", "insee_com", "codgeo", "com_insee", "comm_insee", "insee", "idcom"];
    }

    impl Mapping for Scot {
        type Id = String;
        const INPUTS: &'static [Input] = INPUTS;

        fn dialect(f: &Found<'_>) -> Result<String, String> {
            if f.has(ID) && (f.has_column(COMMUNE) || f.has_column(COMMUNES)) {
                Ok("SCoT et leurs communes".into())
            } else {
                Err("il faut l’identifiant du SCoT (id_scot) et ses communes (commune)".into())
            }
        }

        fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
            let Some(id) = c.text(ID) else {
                return Err(Rejet::filtered(
                    "sans_scot",
                    "Commune sans SCoT",
                    "",
                    c.text(COMMUNE).unwrap_or_default(),
                ));
            };
            let communes = communes(c, COMMUNES, COMMUNE)?;
            out.push(Self {
                nom: c.text(NOM).unwrap_or_else(|| id.clone()),
                communes,
                id,
            });
            Ok(())
        }

        fn identity(&self) -> Option<String> {
            Some(self.id.clone())
        }

        fn twin(first: &mut Self, second: &Self, _same: bool) -> Twin {
            join(&mut first.communes, &second.communes);
            Twin::First
        }
    }
}
