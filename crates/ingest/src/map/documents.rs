//! Planning documents: CNIG DOC_URBA and DOC_URBA_COM (tables without geometry), SuDocUH, any table by mapping.

use gisement_model::Document;
use gisement_model::codes::TypeDocument;

use super::zonage::{approval_of, commune_of};
use crate::cells::Cells;
use crate::notes::Rejet;
use crate::plan::{Found, Input, inputs};
use crate::read::{Mapping, Twin};

inputs! {
    IDURBA = "idurba" ["idurba"];
    INSEE = "code_insee" ["insee", "com_insee", "code_insee", "insee_com", "codgeo", "depcom"];
    SIREN = "siren" ["siren", "coll_insee_siren", "epci"];
    TYPEDOC = "typedoc" ["typedoc", "app_typedoc", "type_document", "document"];
    PLUI = "plui" ["app_plui", "plui"];
    ETAT = "etat" ["etat", "code_etat"];
    DATAPPRO = "datappro" ["datappro", "app_date_appro", "app_dateappro", "date_approbation", "dateappro"];
    DATEFIN = "datefin" ["datefin", "date_fin"];
    CIBLE_ZAN = "cible_zan" ["cible_zan", "objectif_zan", "zan"];
    PLANCHER = "plancher" ["plancher", "eligible_plancher", "garantie_communale"];
}

impl Mapping for Document {
    type Id = String;
    const INPUTS: &'static [Input] = INPUTS;
    const TABLES: &'static [&'static str] = &["doc_urba"];

    fn dialect(f: &Found<'_>) -> Result<String, String> {
        let says = [TYPEDOC, ETAT, DATAPPRO, CIBLE_ZAN, PLANCHER]
            .iter()
            .any(|i| f.has(*i));
        Ok(match () {
            () if f.column("idurba") && f.column("typedoc") => "CNIG DOC_URBA",
            () if f.column("idurba") && f.column("insee") && !f.column("typezone") => {
                "CNIG DOC_URBA_COM (communes du document)"
            }
            () if f.column("app_typedoc") => "SuDocUH",
            () if f.has(INSEE) && says => "documents d’urbanisme par correspondance",
            () => {
                return Err(
                    "ni IDURBA, ni commune et type de document : indiquez `correspondance`".into(),
                );
            }
        }
        .to_owned())
    }

    fn convert(c: &mut Cells<'_, '_>, out: &mut Vec<Self>) -> Result<(), Rejet> {
        let idurba = c.short(IDURBA);
        let named = c.insee(INSEE);
        let code_insee = named.or_else(|| idurba.as_deref().and_then(commune_of));
        if code_insee.is_none() && idurba.is_none() {
            return Err(Rejet::new(
                "document_sans_commune",
                "Document sans commune ni identifiant lisibles",
                c.column(INSEE),
                "",
            ));
        }
        let typedoc = typedoc(c, idurba.as_deref());
        let datappro = c
            .date(DATAPPRO)
            .or_else(|| idurba.as_deref().and_then(approval_of));
        let siren = c
            .short(SIREN)
            .filter(|s| s.len() == 9 && s.bytes().all(|b| b.is_ascii_digit()));
        // DOC_URBA has one row per document, DOC_URBA_COM one per document and commune: both are kept.
        let id = match (&idurba, named, code_insee) {
            (Some(d), Some(i), _) => format!("{d}-{i}"),
            (Some(d), None, _) => d.clone(),
            (None, _, i) => {
                let kind = typedoc.map_or("document", TypeDocument::code);
                let date = datappro.map(|d| format!("_{}", d.strftime("%Y%m%d")));
                format!(
                    "{}_{kind}{}",
                    i.map(|i| i.to_string()).unwrap_or_default(),
                    date.unwrap_or_default()
                )
            }
        };
        out.push(Self {
            id,
            code_insee,
            siren,
            typedoc,
            etat: c.short(ETAT),
            datappro,
            datefin: c.date(DATEFIN),
            cible_zan: c.yes_no(CIBLE_ZAN),
            plancher: c.yes_no(PLANCHER),
            idurba,
        });
        Ok(())
    }

    fn identity(&self) -> Option<String> {
        Some(self.id.clone())
    }

    /// A second row of a document fills what the first left empty; one that contradicts its state stands beside it.
    fn twin(first: &mut Self, second: &Self, _same: bool) -> Twin {
        if first.etat.is_some() && second.etat.is_some() && first.etat != second.etat {
            return Twin::Both;
        }
        first.code_insee = first.code_insee.or(second.code_insee);
        first.siren = first.siren.take().or_else(|| second.siren.clone());
        first.typedoc = first.typedoc.or(second.typedoc);
        first.etat = first.etat.take().or_else(|| second.etat.clone());
        first.datappro = first.datappro.max(second.datappro);
        first.datefin = first.datefin.max(second.datefin);
        first.cible_zan = first.cible_zan.or(second.cible_zan);
        first.plancher = first.plancher.or(second.plancher);
        Twin::First
    }

    fn rename(&mut self, n: u32) {
        self.id = format!("{}-{n}", self.id);
    }
}

/// The type as written, made intercommunal by SuDocUH's other column, else the one inside the IDURBA.
fn typedoc(c: &mut Cells<'_, '_>, idurba: Option<&str>) -> Option<TypeDocument> {
    let plui = c.yes_no(PLUI) == Some(true);
    let written = c.code(TYPEDOC, TypeDocument::parse);
    let read = written.or_else(|| idurba?.split('_').skip(1).find_map(TypeDocument::parse));
    match read {
        Some(TypeDocument::Plu) if plui => Some(TypeDocument::Plui),
        other => other,
    }
}
