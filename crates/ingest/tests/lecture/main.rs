//! Reading files, as a caller of the crate does. One program: each of its own would compile the readers of every layer
//! again.

mod abimes;
mod archives;
mod correspondances;
mod couches;
mod documentation;
mod edigeo;
mod harness;
mod hostiles;
mod ods;
mod reels;
mod tous_les_fichiers;
