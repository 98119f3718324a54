//! The reference systems that requests name.

use gisement_model::Crs;

pub(crate) use gisement_export::System;

use crate::problem::Problem;

/// Reads a parameter: the address of a system, or `EPSG:2154`, in brackets or not.
pub(crate) fn read(parameter: &str, text: &str, legal: Crs) -> Result<System, Problem> {
    System::named(text, legal).ok_or_else(|| {
        let known: Vec<String> = System::all(legal).iter().map(|r| r.uri()).collect();
        Problem::parameter(
            parameter,
            format!(
                "Système inconnu ici. Systèmes acceptés : {}.",
                known.join(", ")
            ),
        )
    })
}
