//! Risks and easements on a parcel, by class and by theme.

use gisement_model::ParcelleNotee;
use gisement_model::codes::ClasseContrainte;

use super::buildings::{Batis, share_in};
use super::{Block, CONTRAINTES, Mesure, PERIMETRES};
use crate::classify::{ContrainteLue, Theme};

pub(super) fn constraints(m: &Mesure<'_>, row: &mut ParcelleNotee, batis: &Batis, block: &Block) {
    let ctx = m.ctx;
    let hits = &m.hits[CONTRAINTES];
    let geoms = &ctx.layers.contraintes.geoms;
    let covered = Theme::ALL.map(|t| m.is_covered(&ctx.couvertures.contraintes[t as usize]));
    let share = |theme: Theme, f: &dyn Fn(ContrainteLue) -> bool| {
        let area = m.covered_by(CONTRAINTES, geoms, |k| f(ctx.contraintes[k as usize]));
        m.known(area, covered[theme as usize])
    };
    let class = |c: ClasseContrainte| share(Theme::Risques, &|k| k.classe == c && !k.thematique());
    row.part_interdiction = class(ClasseContrainte::Interdiction);
    row.part_prescription = class(ClasseContrainte::Prescription);
    row.part_etude = share(Theme::Risques, &|k| k.classe == ClasseContrainte::Etude);
    row.part_information = share(Theme::Risques, &|k| {
        k.classe == ClasseContrainte::Information
    });
    row.part_classe_inconnue = share(Theme::Risques, &|k| k.classe == ClasseContrainte::Inconnue);
    row.part_ppr_inconnue = share(Theme::Risques, &|k| {
        k.ppr && k.classe == ClasseContrainte::Inconnue
    });
    row.part_sis = share(Theme::Sols, &|k| k.sis);
    row.part_patrimoine = share(Theme::Patrimoine, &|k| k.patrimoine);
    row.part_environnement = share(Theme::Environnement, &|k| k.environnement);
    let perimetres = &ctx.layers.perimetres;
    let qpv = m.covered_by_both(
        (CONTRAINTES, geoms, &|k| ctx.contraintes[k as usize].qpv),
        (PERIMETRES, &perimetres.geoms, &|k| {
            perimetres.rows[k as usize].genre == "QPV"
        }),
    );
    let covered = m.is_covered(&ctx.couvertures.contraintes[Theme::Qpv as usize])
        || m.is_covered(&ctx.couvertures.qpv);
    row.part_qpv = m.known(qpv, covered);

    // The harshest letter touched: A and B are bans, an unread letter comes after C.
    let letter = |k: &ContrainteLue| k.peb.map(|c| ("ABC?D".find(c).unwrap_or(5), c));
    row.peb = hits
        .iter()
        .filter_map(|h| letter(&ctx.contraintes[h.feature as usize]))
        .min()
        .map(|(_, c)| c.to_string());
    row.bruit_categorie = hits
        .iter()
        .filter_map(|h| ctx.contraintes[h.feature as usize].bruit)
        .min();

    if row.part_interdiction.is_some_and(|p| p > 0.0) && !batis.all.is_empty() {
        let bans: Vec<u32> = hits
            .iter()
            .filter(|h| is_ban(ctx.contraintes[h.feature as usize]))
            .map(|h| h.feature)
            .collect();
        row.part_bati_interdiction = Some(share_in(
            &ctx.layers.batiments.geoms,
            batis,
            block,
            (geoms, &bans),
        ));
    }
}

/// Whether a constraint takes land out of the usable part.
pub(super) fn is_ban(k: ContrainteLue) -> bool {
    k.classe == ClasseContrainte::Interdiction && !k.thematique()
}
