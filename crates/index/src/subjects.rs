//! What is measured and marked: parcels, or surfaces made of parcels, all by the same code.

use crate::joins::Liens;

/// Who owns a subject, by the open file of legal persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The owners of this row.
    Named(u32),
    /// No row names it.
    Unnamed,
    /// Not the same owners everywhere.
    Several,
}

/// What is known of subjects beside their geometry. One entry per subject.
#[derive(Debug, Default)]
pub(crate) struct Subjects {
    /// Rank of the commune.
    pub(crate) commune_of: Vec<u32>,
    /// Brownfields that cite the subject.
    pub(crate) friches: Liens,
    /// Plots of business parks that cite the subject.
    pub(crate) terrains: Liens,
    pub(crate) owners: Vec<Owner>,
    /// Ranks of the parcels that an assembled subject is made of, in order; none for parcels.
    pub(crate) members: Vec<Vec<u32>>,
}

impl Subjects {
    /// Whether a parcel is the subject, or part of it.
    pub(crate) fn contain(&self, rank: u32, parcel: u32) -> bool {
        self.members
            .get(rank as usize)
            .map_or(rank == parcel, |m| m.binary_search(&parcel).is_ok())
    }
}
