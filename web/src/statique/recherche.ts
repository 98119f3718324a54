/** `/recherche`: parcels by reference, communes, brownfields and business parks by name, in the order of the server. */
import type { Bbox, Fiche, Genre, LonLat } from "../api/types";
import type { Fiches } from "./fiches";
import type { Fichiers } from "./fichiers";
import { parametre } from "./probleme";
import { lireReference } from "./reference";
import { cle } from "./texte";

const RESULTATS_MAX = 20;
const TEXTE_MAX = 100;

/** What has a name, as `donnees/recherche.json` holds it. */
export interface NomCherche {
  genre: Exclude<Genre, "parcelle">;
  code: string;
  libelle: string;
  cle: string;
  centre: LonLat | null;
  bbox: Bbox | null;
}

interface Trouve {
  genre: Genre;
  code: string;
  libelle: string;
  centre: LonLat | null;
  bbox: Bbox | null;
}

const noms = async (fichiers: Fichiers): Promise<NomCherche[]> =>
  (await fichiers.json<{ noms: NomCherche[] }>("donnees/recherche.json")).noms;

/** The codes of the communes whose name starts so, in the order of their names. */
export async function communesNommees(fichiers: Fichiers, key: string): Promise<string[]> {
  const found = (await noms(fichiers)).filter((nom) => nom.genre === "commune" && nom.cle.startsWith(key));
  return found.map(({ code }) => code);
}

export async function chercher(fichiers: Fichiers, fiches: Fiches, q: string | null): Promise<Trouve[]> {
  if (q === null) throw parametre("q", "Le texte à chercher est attendu.");
  const text = q.trim();
  if ([...text].length > TEXTE_MAX) throw parametre("q", `Au plus ${TEXTE_MAX} caractères.`);
  const found = (await parcelles(fiches, text)).map(parcelle);
  const key = cle(text);
  if (key === "") return found;
  const all = await noms(fichiers);
  const code = text.toUpperCase();
  const byCode = all.filter((nom) => nom.genre === "commune" && nom.code === code);
  const starts = all.filter((nom) => nom.cle.startsWith(key));
  const inside = all.filter((nom) => !nom.cle.startsWith(key) && nom.cle.includes(` ${key}`));
  for (const { genre, code, libelle, centre, bbox } of [...byCode, ...starts, ...inside]) {
    found.push({ genre, code, libelle, centre, bbox });
  }
  return found.slice(0, RESULTATS_MAX);
}

/** The parcels that a text designates, or whose identifier starts so. */
async function parcelles(fiches: Fiches, text: string): Promise<Fiche[]> {
  const reference = lireReference(text);
  const exact = reference ? await fiches.designees(reference, RESULTATS_MAX) : [];
  if (exact.length > 0) return exact;
  const start = text.toUpperCase();
  return /^[0-9A-Z]{2}\d{3}[0-9A-Z]{1,8}$/.test(start) ? fiches.commencant(start, RESULTATS_MAX) : [];
}

const parcelle = ({ idu, section, numero, commune, centre, bbox }: Fiche): Trouve => ({
  genre: "parcelle",
  code: idu,
  libelle: `${section.replace(/^0+/, "")} ${numero}, ${commune.nom}`,
  centre,
  bbox,
});
