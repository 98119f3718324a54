//! Three-valued logic (Kleene): what is not known is neither true nor false.

/// Yes, no, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tri {
    /// Proven.
    Oui,
    /// Proven false.
    Non,
    /// Not known.
    Inconnu,
}

impl Tri {
    /// From a test on a nullable value.
    pub fn test<T>(v: Option<T>, f: impl FnOnce(T) -> bool) -> Self {
        v.map_or(Self::Inconnu, |v| f(v).into())
    }

    /// Whether it is proven.
    pub fn oui(self) -> bool {
        self == Self::Oui
    }

    /// Both.
    #[must_use]
    pub fn et(self, other: Self) -> Self {
        match (self, other) {
            (Self::Non, _) | (_, Self::Non) => Self::Non,
            (Self::Oui, Self::Oui) => Self::Oui,
            _ => Self::Inconnu,
        }
    }

    /// Either.
    #[must_use]
    pub fn ou(self, other: Self) -> Self {
        !((!self).et(!other))
    }
}

impl std::ops::Not for Tri {
    type Output = Self;
    fn not(self) -> Self {
        match self {
            Self::Oui => Self::Non,
            Self::Non => Self::Oui,
            Self::Inconnu => Self::Inconnu,
        }
    }
}

impl From<bool> for Tri {
    fn from(b: bool) -> Self {
        if b { Self::Oui } else { Self::Non }
    }
}

#[cfg(test)]
mod tests {
    use super::Tri::{Inconnu, Non, Oui};

    #[test]
    fn unknown_is_decided_only_when_it_cannot_matter() {
        assert_eq!(Inconnu.et(Non), Non);
        assert_eq!(Inconnu.et(Oui), Inconnu);
        assert_eq!(Inconnu.ou(Oui), Oui);
        assert_eq!(Inconnu.ou(Non), Inconnu);
        assert_eq!(!Inconnu, Inconnu);
    }
}
