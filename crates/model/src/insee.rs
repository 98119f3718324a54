//! INSEE commune codes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A commune code of INSEE's *Code officiel géographique*: five characters, `2A`/`2B` in Corsica.
/// Municipal arrondissements (75118) are valid codes too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeInsee([u8; 5]);

/// Text that is not a commune code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("« {0} » n’est pas un code commune INSEE")]
pub struct InvalidCodeInsee(pub String);

impl CodeInsee {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        // Only ASCII bytes pass `FromStr`, so the fallback is never taken.
        std::str::from_utf8(&self.0).unwrap_or("?????")
    }

    /// The département: two characters, or three overseas (`971`).
    pub fn departement(&self) -> &str {
        let n = if &self.0[..2] == b"97" || &self.0[..2] == b"98" {
            3
        } else {
            2
        };
        &self.as_str()[..n]
    }

    /// The région (INSEE code, two digits), by the *Code officiel géographique* since 2016.
    pub fn region(self) -> Option<&'static str> {
        Some(match self.departement() {
            "75" | "77" | "78" | "91" | "92" | "93" | "94" | "95" => "11",
            "18" | "28" | "36" | "37" | "41" | "45" => "24",
            "21" | "25" | "39" | "58" | "70" | "71" | "89" | "90" => "27",
            "14" | "27" | "50" | "61" | "76" => "28",
            "02" | "59" | "60" | "62" | "80" => "32",
            "08" | "10" | "51" | "52" | "54" | "55" | "57" | "67" | "68" | "88" => "44",
            "44" | "49" | "53" | "72" | "85" => "52",
            "22" | "29" | "35" | "56" => "53",
            "16" | "17" | "19" | "23" | "24" | "33" | "40" | "47" | "64" | "79" | "86" | "87" => {
                "75"
            }
            "09" | "11" | "12" | "30" | "31" | "32" | "34" | "46" | "48" | "65" | "66" | "81"
            | "82" => "76",
            "01" | "03" | "07" | "15" | "26" | "38" | "42" | "43" | "63" | "69" | "73" | "74" => {
                "84"
            }
            "04" | "05" | "06" | "13" | "83" | "84" => "93",
            "2A" | "2B" => "94",
            "971" => "01",
            "972" => "02",
            "973" => "03",
            "974" => "04",
            "976" => "06",
            _ => return None,
        })
    }

    /// The code of the whole commune for a municipal arrondissement of Paris, Lyon or Marseille, else itself.
    #[must_use]
    pub fn commune_entiere(self) -> Self {
        match &self.0 {
            [b'7', b'5', b'1', ..] => Self(*b"75056"),
            [b'6', b'9', b'3', b'8', _] => Self(*b"69123"),
            [b'1', b'3', b'2', b'0' | b'1', _] => Self(*b"13055"),
            _ => self,
        }
    }

    pub(crate) fn from_bytes(b: [u8; 5]) -> Option<Self> {
        let corse = b[0] == b'2' && matches!(b[1], b'A' | b'B');
        let ok = b[0].is_ascii_digit()
            && (b[1].is_ascii_digit() || corse)
            && b[2..].iter().all(u8::is_ascii_digit);
        ok.then_some(Self(b))
    }
}

impl FromStr for CodeInsee {
    type Err = InvalidCodeInsee;

    /// Accepts the five-character code, and a four-digit one whose leading zero was lost (Excel).
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let t = s.trim();
        let bytes: Option<[u8; 5]> = match t.len() {
            5 => t.as_bytes().try_into().ok(),
            4 if t.bytes().all(|b| b.is_ascii_digit()) => {
                let mut b = [b'0'; 5];
                b[1..].copy_from_slice(t.as_bytes());
                Some(b)
            }
            _ => None,
        };
        bytes
            .map(|b| b.map(|c| c.to_ascii_uppercase()))
            .and_then(Self::from_bytes)
            .ok_or_else(|| InvalidCodeInsee(s.to_owned()))
    }
}

impl fmt::Display for CodeInsee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CodeInsee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for CodeInsee {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CodeInsee {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<str>::deserialize(d)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_found_in_files() {
        assert_eq!("34172".parse::<CodeInsee>().unwrap().departement(), "34");
        assert_eq!("8190".parse::<CodeInsee>().unwrap().as_str(), "08190");
        assert_eq!("2a004".parse::<CodeInsee>().unwrap().as_str(), "2A004");
        assert_eq!("97411".parse::<CodeInsee>().unwrap().departement(), "974");
        for bad in ["", "341", "34-17", "A4172", "é1234", "341720"] {
            assert!(bad.parse::<CodeInsee>().is_err(), "{bad}");
        }
    }

    #[test]
    fn arrondissements_belong_to_their_commune() {
        for (arrondissement, commune) in [
            ("75118", "75056"),
            ("69385", "69123"),
            ("13216", "13055"),
            ("34172", "34172"),
        ] {
            assert_eq!(
                arrondissement
                    .parse::<CodeInsee>()
                    .unwrap()
                    .commune_entiere()
                    .as_str(),
                commune
            );
        }
    }
}
