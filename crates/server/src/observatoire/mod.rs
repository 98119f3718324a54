//! What an edition says of the business parks, the brownfields and the public land of some communes: worked out
//! here, once. `/territoires` and the pack write it down, each in its own members.

mod foncier;
mod friches;
mod perimetre;
mod zae;

pub(crate) use foncier::{Bati, Foncier, foncier_public};
pub(crate) use friches::{STATUTS, friches};
pub(crate) use perimetre::{Absence, Perimetre};
pub(crate) use zae::{ETATS, Etats, Zone, zae};
