//! What an export is: a file of chosen rows, or the pack of a territory.

use gisement_export::Format;

/// The kind of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sorte {
    /// Rows in a format.
    Selection(Format),
    /// The pack of a territory, zipped.
    Lot,
}

impl Sorte {
    /// The name of packs in `format`.
    pub(crate) const LOT: &'static str = "lot";

    /// Every kind.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let selections = Format::ALL.into_iter().map(Self::Selection);
        selections.chain([Self::Lot])
    }

    /// As requests name it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Selection(f) => f.code(),
            Self::Lot => Self::LOT,
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::all().find(|s| s.code() == code)
    }

    /// For a reader.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Selection(f) => f.name(),
            Self::Lot => "Lot de l’observatoire",
        }
    }

    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Selection(f) => f.media_type(),
            Self::Lot => "application/zip",
        }
    }

    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Selection(f) => f.extension(),
            Self::Lot => "zip",
        }
    }
}
