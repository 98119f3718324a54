//! The national parcel identifier.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::CodeInsee;

/// *Identifiant unique* of a cadastral parcel: commune (5), prefix (3), section (2, zero-padded), number (4).
/// Example: `31555840AW0165`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Idu([u8; 14]);

/// Text that is not a parcel identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "« {0} » n’est pas un identifiant de parcelle (14 caractères : commune, préfixe, section, numéro)"
)]
pub struct InvalidIdu(pub String);

impl Idu {
    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        // Only ASCII bytes pass `FromStr`, so the fallback is never taken.
        std::str::from_utf8(&self.0).unwrap_or("??????????????")
    }

    /// The commune (or municipal arrondissement) under which the cadastre files the parcel.
    pub fn commune(&self) -> CodeInsee {
        let mut b = [0; 5];
        b.copy_from_slice(&self.0[..5]);
        CodeInsee::from_bytes(b)
            .unwrap_or_else(|| unreachable!("checked when the identifier was parsed"))
    }

    /// `000`, or the code of a former commune or quarter.
    pub fn prefixe(&self) -> &str {
        &self.as_str()[5..8]
    }

    /// The section, zero-padded to two characters (`0A`).
    pub fn section(&self) -> &str {
        &self.as_str()[8..10]
    }

    /// The number, zero-padded to four digits.
    pub fn numero(&self) -> &str {
        &self.as_str()[10..]
    }

    /// Builds the identifier from the columns of a file, which may be unpadded; an empty prefix is `000`.
    pub fn from_parts(
        commune: CodeInsee,
        prefixe: &str,
        section: &str,
        numero: &str,
    ) -> Result<Self, InvalidIdu> {
        format!(
            "{commune}{:0>3}{:0>2}{:0>4}",
            prefixe.trim(),
            section.trim(),
            numero.trim()
        )
        .parse()
    }
}

impl FromStr for Idu {
    type Err = InvalidIdu;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let err = || InvalidIdu(s.to_owned());
        let mut b: [u8; 14] = s.trim().as_bytes().try_into().map_err(|_| err())?;
        b.make_ascii_uppercase();
        let mut insee = [0; 5];
        insee.copy_from_slice(&b[..5]);
        let ok = CodeInsee::from_bytes(insee).is_some()
            && b[5..8].iter().all(u8::is_ascii_digit)
            && b[8..10].iter().all(u8::is_ascii_alphanumeric)
            && b[10..].iter().all(u8::is_ascii_digit);
        ok.then_some(Self(b)).ok_or_else(err)
    }
}

impl fmt::Display for Idu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Idu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Idu {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Idu {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<str>::deserialize(d)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn splits_into_its_parts() {
        let idu: Idu = "31555840AW0165".parse().unwrap();
        assert_eq!(
            (
                idu.commune().as_str(),
                idu.prefixe(),
                idu.section(),
                idu.numero()
            ),
            ("31555", "840", "AW", "0165")
        );
        let built = Idu::from_parts("09001".parse().unwrap(), "", "A", "25").unwrap();
        assert_eq!(built.as_str(), "090010000A0025");
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_round_trips(s in "\\PC{0,16}") {
            if let Ok(idu) = s.parse::<Idu>() {
                prop_assert_eq!(idu.to_string().parse::<Idu>().unwrap(), idu);
            }
        }

        #[test]
        fn every_well_formed_identifier_is_read(s in "[0-9]{8}[0-9A-Z]{2}[0-9]{4}") {
            let read = s.parse::<Idu>().unwrap();
            prop_assert_eq!(read.as_str(), s.as_str());
        }
    }
}
