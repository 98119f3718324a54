//! The cadastre in Etalab's layout: parcels, buildings and the commune, with the flaws of real files.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::alea::{Alea, Objet};
use super::geojson::{Collection, Geometrie};
use super::plan::Pt;
use super::sol::{Parcelle, Sol};

/// A plain or compressed file.
enum Sortie {
    Claire(BufWriter<File>),
    Comprimee(Box<GzEncoder<BufWriter<File>>>),
}

impl Write for Sortie {
    fn write(&mut self, b: &[u8]) -> io::Result<usize> {
        match self {
            Self::Claire(w) => w.write(b),
            Self::Comprimee(w) => w.write(b),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Claire(w) => w.flush(),
            Self::Comprimee(w) => w.flush(),
        }
    }
}

/// One commune is published uncompressed, so that both forms are in the sample.
const RANG_CLAIR: usize = 4;

fn ouvrir(dossier: &Path, sol: &Sol, couche: &str) -> io::Result<(PathBuf, Collection<Sortie>)> {
    let clair = sol.commune.rang == RANG_CLAIR || couche == "communes";
    let nom = format!(
        "cadastre-{}-{couche}.json{}",
        sol.commune.code,
        if clair { "" } else { ".gz" }
    );
    let chemin = dossier.join("cadastre").join(nom);
    let f = BufWriter::with_capacity(1 << 16, File::create(&chemin)?);
    // The gzip header holds no clock nor file name, so the same content gives the same bytes.
    let sortie = if clair {
        Sortie::Claire(f)
    } else {
        Sortie::Comprimee(Box::new(GzEncoder::new(f, Compression::new(6))))
    };
    Ok((chemin, Collection::nouvelle(sortie)?))
}

fn fermer(c: Collection<Sortie>) -> io::Result<()> {
    match c.clore()? {
        Sortie::Claire(mut w) => w.flush(),
        Sortie::Comprimee(g) => g.finish()?.flush(),
    }
}

/// Writes the three layers of a commune; returns the files.
pub(super) fn ecrire(dossier: &Path, sol: &Sol, graine: u64) -> io::Result<Vec<PathBuf>> {
    let code = &sol.commune.code;
    let mut alea = Alea::nouveau(graine, sol.commune.rang + 1_000_000, Objet::Cadastre);
    let (fp, mut parcelles) = ouvrir(dossier, sol, "parcelles")?;
    let (fb, mut batiments) = ouvrir(dossier, sol, "batiments")?;
    for (k, p) in sol.parcelles.iter().enumerate() {
        let ligne = proprietes(p, code, &mut alea);
        parcelles.ajouter(Some(&p.idu), Geometrie::Polygone(&p.anneau), &ligne)?;
        defauts(sol, k, p, &ligne, &mut parcelles)?;
        for b in &p.batis {
            let genre = if b.leger { "02" } else { "01" };
            let (cree, maj) = dates(&mut alea);
            let ligne = format!(
                "\"type\":\"{genre}\",\"nom\":null,\"commune\":\"{code}\",\"created\":\"{cree}\",\"updated\":\"{maj}\""
            );
            batiments.ajouter(None, Geometrie::Multi(&b.anneau), &ligne)?;
        }
    }
    fermer(parcelles)?;
    fermer(batiments)?;
    let (fc, mut communes) = ouvrir(dossier, sol, "communes")?;
    let ligne = format!(
        "\"id\":\"{code}\",\"nom\":\"{}\",\"created\":\"2009-03-12\",\"updated\":\"2025-06-04\"",
        sol.commune.nom_cadastre()
    );
    communes.ajouter(Some(code), Geometrie::Multi(&sol.contour), &ligne)?;
    fermer(communes)?;
    Ok(vec![fp, fb, fc])
}

fn proprietes(p: &Parcelle, code: &str, alea: &mut Alea) -> String {
    // The declared area differs from the drawn one: by at most 2 % for most, by more for one in fifty.
    let ecart = if alea.chance(0.02) {
        alea.cloche() * 0.06
    } else {
        alea.cloche() * 0.0066
    };
    let contenance = (p.aire * (1.0 + ecart)).round().max(1.0) as i64;
    let contenance = if alea.chance(0.002) {
        String::new()
    } else {
        format!("\"contenance\":{contenance},")
    };
    let arpente = alea.chance(0.12);
    let (cree, maj) = dates(alea);
    format!(
        "\"id\":\"{}\",\"commune\":\"{code}\",\"prefixe\":\"{}\",\"section\":\"{}\",\"numero\":\"{}\",{contenance}\"arpente\":{arpente},\"created\":\"{cree}\",\"updated\":\"{maj}\"",
        p.idu, p.prefixe, p.section, p.numero
    )
}

fn dates(alea: &mut Alea) -> (String, String) {
    let cree = alea.entier(2003, 2021);
    let maj = alea.entier(cree + 1, 2026).min(2026);
    let jour = |a: &mut Alea, an: i64| {
        format!(
            "{an}-{:02}-{:02}",
            a.entier(1, if an == 2026 { 9 } else { 12 }),
            a.entier(1, 28)
        )
    };
    (jour(alea, cree), jour(alea, maj))
}

/// The flaws, in the main town only, each at a fixed place: listed in `SOURCES.md`.
fn defauts(
    sol: &Sol,
    k: usize,
    p: &Parcelle,
    ligne: &str,
    c: &mut Collection<Sortie>,
) -> io::Result<()> {
    if sol.commune.rang != 0 {
        return Ok(());
    }
    match k {
        // The same row twice.
        40 | 41 => c.ajouter(Some(&p.idu), Geometrie::Polygone(&p.anneau), ligne),
        // A row without geometry.
        60 => {
            let idu = format!("{}000AA9001", sol.commune.code);
            let ligne = ligne.replace(&p.idu, &idu).replace(
                &format!("\"numero\":\"{}\"", p.numero),
                "\"numero\":\"9001\"",
            );
            c.ajouter(Some(&idu), Geometrie::Nulle, &ligne)
        }
        // A bow tie: two corners of a copy swapped, on the river bed where no parcel lies.
        80 => {
            let idu = format!("{}000AA9002", sol.commune.code);
            let ligne = ligne.replace(&p.idu, &idu).replace(
                &format!("\"numero\":\"{}\"", p.numero),
                "\"numero\":\"9002\"",
            );
            let o = sol.territoire.riviere.map_or(sol.centre, |r| {
                sol.deformation.terrain(Pt {
                    x: sol.territoire.centre.x,
                    y: r.o.y,
                })
            });
            let pt = |x: f64, y: f64| o + Pt { x, y };
            c.ajouter(
                Some(&idu),
                Geometrie::Polygone(&[pt(0.0, 0.0), pt(7.0, 4.0), pt(7.0, 0.0), pt(0.0, 4.0)]),
                &ligne,
            )
        }
        _ => Ok(()),
    }
}
