//! The land outside the town: vineyards and crops on the plain, garrigue and woods where the relief rises.

use super::alea::{Alea, bruit};
use super::lots::{self, Lotissement};
use super::plan::{Cellule, Pt};
use super::trace::distance;
use super::usages::Usage;

/// The town a field belongs to: seed of the relief, centre, radius (metres).
#[derive(Clone, Copy, Debug)]
pub(super) struct Alentours {
    pub(super) graine: u64,
    pub(super) centre: Pt,
    pub(super) rayon: f64,
}

/// Cuts a block of countryside into fields of about `cible` m²: smaller near the town, larger on the hills.
pub(super) fn terres(
    net: &Cellule,
    ville: Alentours,
    cible: f64,
    alea: &mut Alea,
) -> Vec<Lotissement> {
    let relief_du_bloc = relief(net.centre(), ville.graine);
    let pres = distance(net.centre(), ville.centre, ville.graine) < ville.rayon * 1.5;
    let cible = match relief_du_bloc {
        _ if pres => cible * 0.5,
        r if r > 0.28 => cible * 2.4,
        _ => cible,
    };
    let mut lots = Vec::new();
    for cellule in lots::champs(net, cible, relief_du_bloc < 0.05, alea) {
        let usage = match relief(cellule.centre(), ville.graine) + alea.cloche() * 0.1 {
            r if r > 0.34 => Usage::Bois,
            r if r > 0.2 => Usage::Garrigue,
            r if r > -0.25 => Usage::Vigne,
            _ => Usage::Champ,
        };
        let cultive = matches!(usage, Usage::Vigne | Usage::Champ);
        if cultive && cellule.aire() > 5500.0 && alea.chance(0.06) {
            // A farmstead at the end of the field.
            let (mas, champ) = lots::prelever(&cellule, alea.entre(1500.0, 3200.0), alea);
            lots.push(Lotissement {
                cellule: mas,
                usage: Usage::Mas,
            });
            lots.extend(champ.map(|cellule| Lotissement { cellule, usage }));
        } else {
            lots.push(Lotissement { cellule, usage });
        }
    }
    lots
}

/// Relief as a noise between about −1 and 1.
fn relief(p: Pt, graine: u64) -> f64 {
    bruit(graine ^ 0x31, p.x / 1250.0, p.y / 1250.0) * 0.8
        + bruit(graine ^ 0x32, p.x / 420.0, p.y / 420.0) * 0.3
}
