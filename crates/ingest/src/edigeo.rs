//! What an EDIGEO exchange says of itself, read without GDAL: which files make a sheet, in which reference system
//! it is, and of which commune.
//!
//! The exchange (PCI of the DGFiP) is a set of text files: a `.THF` names the others, the `.GEO` names the
//! reference system. Objects carry the three digits of their commune and nothing of their département: only file
//! names have it.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use gisement_model::{Crs, Fuseau};

use crate::Error;

/// Header files are a few hundred bytes long.
const HEADER_MAX: u64 = 1 << 20;
/// Files of one sheet together: GDAL holds a sheet in memory.
const SHEET_MAX: u64 = 512 << 20;
/// Folders one in another, and files, below a folder given as a source.
const DEPTH_MAX: usize = 6;
const FILES_MAX: usize = 1_000_000;
/// Names of a path that may tell the commune of a sheet.
const NAMES_MAX: usize = 6;

/// Regular files below a folder, in name order; links are not followed.
pub(crate) fn files_in(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut out = Vec::new();
    let mut folders = vec![(dir.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(Error::io(&folder))? {
            let entry = entry.map_err(Error::io(&folder))?;
            let kind = entry.file_type().map_err(Error::io(entry.path()))?;
            if kind.is_dir() && depth < DEPTH_MAX {
                folders.push((entry.path(), depth + 1));
            } else if kind.is_file() {
                out.push(entry.path());
            }
            if out.len() + folders.len() > FILES_MAX {
                return Err(Error::Limit {
                    path: dir.into(),
                    detail: format!("plus de {FILES_MAX} fichiers"),
                });
            }
        }
    }
    out.sort_unstable();
    Ok(out)
}

/// The sheets below a folder.
pub(crate) fn sheets_in(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    Ok(files_in(dir)?
        .into_iter()
        .filter(|p| is_ext(p, &["thf"]))
        .collect())
}

/// Whether a file is a part of an exchange.
pub(crate) fn is_part(path: &Path) -> bool {
    is_ext(path, &["thf", "geo", "gen", "dic", "qal", "scd", "vec"])
}

fn is_ext(path: &Path, among: &[&str]) -> bool {
    path.extension()
        .is_some_and(|e| among.iter().any(|a| e.eq_ignore_ascii_case(a)))
}

/// The parts of the exchange of a `.THF`: they share its folder and the name of one of its lots.
pub(crate) fn parts(thf: &Path) -> Vec<PathBuf> {
    let Ok(lots) = lots(thf) else {
        return vec![thf.to_owned()];
    };
    let mut out: Vec<PathBuf> = thf
        .parent()
        .and_then(|d| std::fs::read_dir(d).ok())
        .into_iter()
        .flatten()
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| {
            let name = p.file_name().map(|n| n.to_string_lossy().to_uppercase());
            is_part(p)
                && !is_ext(p, &["thf"])
                && name.is_some_and(|n| lots.iter().any(|l| n.starts_with(l)))
        })
        .collect();
    out.push(thf.to_owned());
    out.sort_unstable();
    out
}

/// What is known of a sheet before GDAL opens it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entete {
    /// The reference system, or the code that is none of ours; `None` when none is declared.
    pub(crate) crs: Option<Result<Crs, String>>,
    /// The code as declared.
    pub(crate) code: String,
}

/// Reads and checks the headers of a sheet.
pub(crate) fn entete(thf: &Path) -> Result<Entete, Error> {
    lots(thf)?;
    let mut size = 0;
    let mut geo = None;
    for p in parts(thf) {
        size += std::fs::metadata(&p).map_err(Error::io(&p))?.len();
        if is_ext(&p, &["geo"]) {
            geo = Some(p);
        }
    }
    if size > SHEET_MAX {
        return Err(Error::Limit {
            path: thf.into(),
            detail: format!("feuille de plus de {} Mio", SHEET_MAX >> 20),
        });
    }
    let code = match geo {
        Some(p) => value(&header(&p)?, "RELSA")
            .next()
            .unwrap_or_default()
            .to_owned(),
        None => String::new(),
    };
    Ok(Entete {
        crs: (!code.is_empty()).then(|| system(&code)),
        code,
    })
}

/// The names of the lots of a sheet, upper case. They become file names: one that is more than letters and digits
/// could lead out of the folder.
fn lots(thf: &Path) -> Result<Vec<String>, Error> {
    let text = header(thf)?;
    let corrupt = |detail: String| Error::Corrupt {
        path: thf.into(),
        ligne: 0,
        detail,
    };
    let plain = |v: &str| {
        v.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    for key in [
        "LONSA", "GNNSA", "GONSA", "QANSA", "DINSA", "SCNSA", "GDNSA",
    ] {
        if let Some(bad) = value(&text, key).find(|v| !plain(v)) {
            return Err(corrupt(format!("nom de lot « {bad} » refusé")));
        }
    }
    let lots: Vec<String> = value(&text, "LONSA").map(str::to_uppercase).collect();
    if lots.iter().all(String::is_empty) {
        return Err(corrupt("aucun lot de données dans le .THF".into()));
    }
    Ok(lots)
}

fn header(path: &Path) -> Result<String, Error> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|f| f.take(HEADER_MAX).read_to_end(&mut bytes))
        .map_err(Error::io(path))?;
    Ok(encoding_rs::WINDOWS_1252
        .decode_without_bom_handling(&bytes)
        .0
        .into_owned())
}

/// The values of a field: `RELSA06:LAMB93` is the field `RELSA`, six characters long.
fn value<'t>(text: &'t str, key: &str) -> impl Iterator<Item = &'t str> {
    text.lines().filter_map(move |l| {
        let (length, value) = l.strip_prefix(key)?.split_once(':')?;
        length
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then_some(value.trim())
    })
}

/// How the codes of the former local systems overseas begin, after IGN's registry: Sainte-Anne and Fort-Marigot
/// (Guadeloupe), Fort-Desaix (Martinique), CSG 67 (Guyane), Piton des Neiges (La Réunion), Combani and Cadastre 1997
/// (Mayotte).
const FORMER: [&str; 7] = [
    "GUAD", "MART", "CSG67", "C67IG95", "REUN47", "MAYO50", "CAD97",
];

/// The system that an IGN-F code names, or what it is.
fn system(code: &str) -> Result<Crs, String> {
    let key = code.to_ascii_uppercase();
    let zone = key
        .strip_prefix("RGF93CC")
        .or_else(|| key.strip_prefix("CC"))
        .and_then(|z| z.parse::<u32>().ok());
    match (key.as_str(), zone) {
        ("LAMB93" | "RGF93LAMB93" | "LAMBERT93", _) => Ok(Crs::Lambert93),
        (_, Some(z @ 42..=50)) => Crs::from_epsg(3900 + z).map_err(|e| e.to_string()),
        ("LAMBE", _) => Ok(Crs::LambertNtf(27572)),
        ("LAMB1", _) => Ok(Crs::LambertNtf(27561)),
        ("LAMB2", _) => Ok(Crs::LambertNtf(27562)),
        ("LAMB3", _) => Ok(Crs::LambertNtf(27563)),
        ("LAMB4", _) => Ok(Crs::LambertNtf(27564)),
        // Before RGAF09, the Antilles were in « WGS 84 » as RRAF 91 realised it.
        ("RGAF09UTM20" | "RRAFUTM20" | "WGS84UTM20" | "UTM20W84GUAD" | "UTM20W84MART", _) => {
            Ok(Crs::Utm(Fuseau::Antilles))
        }
        ("RGFG95UTM22" | "UTM22RGFG95", _) => Ok(Crs::Utm(Fuseau::Guyane)),
        ("RGR92UTM40S", _) => Ok(Crs::Utm(Fuseau::Reunion)),
        ("RGM04UTM38S", _) => Ok(Crs::Utm(Fuseau::Mayotte)),
        (k, _) if FORMER.iter().any(|f| k.starts_with(f)) => Err(format!(
            "« {code} » : ancien système local, à des centaines de mètres de l’actuel ; reprojetez les feuilles"
        )),
        _ => Err(format!("« {code} » : code inconnu")),
    }
}

/// Where a sheet is, as far as names tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lieu {
    /// The two first characters of the commune's code.
    pub(crate) debut: String,
    /// Its three last ones.
    pub(crate) commune: Option<String>,
}

/// The communes that the name of a sheet and those of its archives and folders tell, nearest first. The path is
/// made absolute: the folder that the command is run from is one of them, however the file is named.
pub(crate) fn lieux(path: &Path) -> Vec<Lieu> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.ancestors()
        .take(NAMES_MAX)
        .filter_map(|p| lieu(&p.file_name()?.to_string_lossy()))
        .collect()
}

/// The commune that a name tells: `edigeo-130290000A01.tar.bz2`, `75103000AO01`, `edigeo-13029`, `13029`, `dep13`,
/// `edigeo-dep34`.
fn lieu(name: &str) -> Option<Lieu> {
    let name = name.split('.').next()?.to_ascii_uppercase();
    let name = name
        .strip_prefix("EDIGEO")
        .map_or(name.as_str(), |n| n.trim_start_matches(['-', '_']));
    if !name.is_ascii() {
        return None;
    }
    let departement = |d: &str| matches!(d, "2A" | "2B") || d.bytes().all(|b| b.is_ascii_digit());
    let digits = |d: &str| d.bytes().all(|b| b.is_ascii_digit());
    let sheet = |rest: &str| {
        // Prefix, section, sheet.
        digits(&rest[..3]) && digits(&rest[5..]) && rest.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if let Some(d) = name.strip_prefix("DEP") {
        let d = d.trim_start_matches(['-', '_']);
        return ((2..=3).contains(&d.len()) && departement(&d[..2]) && digits(&d[2..])).then(
            || Lieu {
                debut: d[..2].to_owned(),
                commune: None,
            },
        );
    }
    let known = match name.len() {
        5 => true,
        12 => sheet(&name[5..]),
        _ => false,
    };
    (known && departement(&name[..2]) && digits(&name[2..5])).then(|| Lieu {
        debut: name[..2].to_owned(),
        commune: Some(name[2..5].to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_commune() {
        let l = |n: &str| lieu(n).map(|l| format!("{} {}", l.debut, l.commune.unwrap_or_default()));
        for (name, found) in [
            ("edigeo-130290000A01.tar.bz2", Some("13 029")),
            ("75103000AO01", Some("75 103")),
            ("edigeo-2A0040000B02.tar.bz2", Some("2A 004")),
            ("97411000AB01", Some("97 411")),
            ("edigeo-34172.zip", Some("34 172")),
            ("34172", Some("34 172")),
            ("dep34.zip", Some("34 ")),
            ("dep34", Some("34 ")),
            ("DEP_2A", Some("2A ")),
            ("dep-01", Some("01 ")),
            ("edigeo-dep13.tar.bz2", Some("13 ")),
            ("dep3", None),
            ("dep2C", None),
            ("dep34172", None),
            ("depot", None),
            ("departement34", None),
            ("edigeo-dep974.zip", Some("97 ")),
            ("E0000A01.THF", None),
            ("2024-01-29", None),
            ("34", None),
            ("été12", None),
        ] {
            assert_eq!(l(name).as_deref(), found, "{name}");
        }
        let all =
            |p: &str| -> Vec<String> { lieux(Path::new(p)).into_iter().map(|l| l.debut).collect() };
        assert_eq!(all("/34172/75103000AO01/E000AO01.THF"), ["75", "34"]);
        assert_eq!(all("/dep13/1/2/3/4/E.THF"), ["13"]);
        assert!(all("/dep13/1/2/3/4/5/E.THF").is_empty());
    }

    #[test]
    fn codes_of_the_geo_file() {
        assert_eq!(system("LAMB93"), Ok(Crs::Lambert93));
        assert_eq!(system("RGF93CC44"), Ok(Crs::ConiqueConforme(44)));
        assert_eq!(system("LAMBE"), Ok(Crs::LambertNtf(27572)));
        for (code, zone) in [
            ("RGAF09UTM20", Fuseau::Antilles),
            ("RGFG95UTM22", Fuseau::Guyane),
            ("UTM22RGFG95", Fuseau::Guyane),
            ("RGR92UTM40S", Fuseau::Reunion),
            ("RGM04UTM38S", Fuseau::Mayotte),
        ] {
            assert_eq!(system(code), Ok(Crs::Utm(zone)), "{code}");
        }
        for code in ["GUAD48UTM20", "REUN47GAUSSL", "CAD97UTM38S"] {
            let why = system(code).unwrap_err();
            assert!(why.contains(code) && why.contains("ancien"), "{why}");
        }
        for code in ["RGF93CC51", "RGR92UTM39S", "X"] {
            assert!(system(code).unwrap_err().contains(code), "{code}");
        }
    }

    #[test]
    fn lots_do_not_lead_out() {
        let dir = tempfile::tempdir().unwrap();
        let thf = dir.path().join("E.THF");
        let write = |lot: &str| {
            std::fs::write(
                &thf,
                format!("BOMT 05:E.THF\r\nLONSA{:02}:{lot}\r\n", lot.len()),
            )
            .unwrap();
            entete(&thf)
        };
        std::fs::write(dir.path().join("ED01SE.GEO"), "RELSA09:RGF93CC49\r\n").unwrap();
        assert_eq!(
            write("ED01").unwrap().crs,
            Some(Ok(Crs::ConiqueConforme(49)))
        );
        assert_eq!(write("ED02").unwrap().crs, None);
        for bad in ["../x", "/etc/x", "a.b", ""] {
            assert!(matches!(write(bad), Err(Error::Corrupt { .. })), "{bad}");
        }
    }
}
