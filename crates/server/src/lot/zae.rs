//! The business parks of the pack.

use serde_json::{Value, json};

use super::portee::{Portee, absent, filled, m2};
use crate::observatoire::{ETATS, Etats, Zone, zae};
use crate::problem::Problem;

fn described(e: &Etats) -> Value {
    let mut v = json!({
        "zae_uf": e.nombre(),
        // Without evidence of two years without occupation, nothing is known to be vacant in the sense of the law.
        "zae_uf_vacante": null,
        "zae_taux": null,
        "zae_taux_max": e.taux_max().map_or_else(|| json!("sans_objet"), |r| json!(r)),
        "zae_taux_surface": e.taux_surface(),
    });
    for (code, state) in ETATS {
        v[code] = e.of(state).nombre.into();
    }
    v
}

/// What is said of a park without inventory.
fn nothing_known() -> Value {
    let mut v = described(&Etats::default());
    let counts = ETATS.map(|(code, _)| code);
    for key in ["zae_uf", "zae_taux_max"].into_iter().chain(counts) {
        v[key] = Value::Null;
    }
    v
}

fn row(z: &Zone) -> Value {
    let mut row = z.etats.as_ref().map_or_else(nothing_known, described);
    let axes = z.mutabilite.axes();
    row["id"] = z.zae.site_id.as_str().into();
    row["nom"] = z.zae.site_nom.as_deref().unwrap_or(&z.zae.site_id).into();
    row["commune"] = json!(z.zae.code_insee);
    row["surface_m2"] = json!(z.zae.surface_brute_m2.map(m2));
    row["inventaire"] = json!(z.inventaire());
    row["zae_mut_min"] = json!(axes.map(|[min, ..]| min));
    row["zae_mut_central"] = json!(axes.map(|[_, central, _]| central));
    row["zae_mut_max"] = json!(axes.map(|[.., max]| max));
    row["zae_motif"] = json!(z.mutabilite.motif().map(|(_, label)| label));
    row
}

pub(super) fn bloc(p: &Portee<'_>) -> Result<Value, Problem> {
    let found = match zae(&p.perimetre)? {
        Ok(found) => found,
        Err(absence) => return Ok(absent(absence)),
    };
    let mut bloc = filled(&["zae", "terrains"]);
    if let Some(m) = found.manque() {
        bloc["statut"] = "partiel".into();
        bloc["motif"] = m.motif.into();
        bloc["couche_attendue"] = m.couche.into();
    }
    let mut sum = described(&found.total);
    sum["zones"] = found.zones.len().into();
    sum["zones_inventoriees"] = found.inventoriees.into();
    sum["surface_m2"] = json!(found.surface.map(m2));
    bloc["total"] = sum;
    bloc["zones"] = found.zones.iter().map(row).collect();
    Ok(bloc)
}
