import { CLES as CLES_FILTRES, ecrireFiltres, lireFiltres } from "../filters/adresse";
import { AUCUN, type Filtres } from "../filters/filtres";
import { ecrirePoids, lirePoids, type Poids } from "../weights/poids";

/** What the list can be ordered by; an axis is an order of the server under that weight alone. */
export const TRIS = ["indice", "potentiel", "besoin", "sobriete", "durete"] as const;
export type Tri = (typeof TRIS)[number];

export const NIVEAUX = ["commune", "epci", "scot", "departement"] as const;
export type Niveau = (typeof NIVEAUX)[number];

/** What the list asks for: what a link keeps of it. */
export interface Demande {
  territoire: { niveau: Niveau; code: string } | null;
  filtres: Filtres;
  /** Null for the first profile of the edition. */
  profil: string | null;
  /** Null as long as they are those of the profile. */
  poids: Poids | null;
  tri: Tri;
  /** The list holds what the map shows. */
  suit: boolean;
  /** The parcels of a site are one row. */
  groupe: boolean;
}

export const DEMANDE: Demande = {
  territoire: null,
  filtres: AUCUN,
  profil: null,
  poids: null,
  tri: "indice",
  suit: true,
  groupe: true,
};

export const CLES: readonly string[] = ["t", "p", "w", "n", "g", "suit", ...CLES_FILTRES];

/** Reads a link; keys whose value means nothing are added to `ignores`. */
export function lireDemande(params: URLSearchParams, ignores: string[]): Demande {
  const t = params.get("t");
  const [, niveau, code] = /^([a-z]+):(.+)$/.exec(t ?? "") ?? [];
  const known = NIVEAUX.find((n) => n === niveau);
  if (t !== null && !(known && code)) ignores.push("t");

  const w = params.get("w");
  const poids = lirePoids(w);
  if (w !== null && !poids) ignores.push("w");

  const n = params.get("n");
  const tri = TRIS.find((name) => name === n);
  if (n !== null && !tri) ignores.push("n");

  const suit = params.get("suit");
  if (suit !== null && suit !== "non") ignores.push("suit");

  const g = params.get("g");
  if (g !== null && g !== "site" && g !== "parcelle") ignores.push("g");

  return {
    territoire: known && code ? { niveau: known, code } : null,
    filtres: lireFiltres(params, ignores),
    profil: params.get("p") || null,
    poids,
    tri: tri ?? "indice",
    suit: suit !== "non",
    groupe: g !== "parcelle",
  };
}

export function ecrireDemande(demande: Demande): string[] {
  const { territoire, filtres, profil, poids, tri, suit, groupe } = demande;
  const parts: string[] = [];
  if (territoire) parts.push(`t=${territoire.niveau}:${encodeURIComponent(territoire.code)}`);
  if (profil) parts.push(`p=${encodeURIComponent(profil)}`);
  if (poids) parts.push(`w=${ecrirePoids(poids)}`);
  parts.push(...ecrireFiltres(filtres));
  if (tri !== "indice") parts.push(`n=${tri}`);
  if (!groupe) parts.push("g=parcelle");
  if (!suit) parts.push("suit=non");
  return parts;
}
