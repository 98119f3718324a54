import type { TypeGisement, Verdict } from "../../api/types";
import { RANKED, TYPES } from "../../map/colours";
import { CLASSEMENT } from "../colonnes";
import type { Colonne } from "../predicat";
import { lecture, type Table } from "../table";
import { AXES, DURETE } from "./poids";

/** The columns of the ranking, row by row; those that the edition has not know nothing. */
export type Colonnes = Record<string, Colonne>;

/** An axis as columns hold it: one of which the row says nothing spans everything. */
export interface Etendue {
  min: number;
  central: number | null;
  max: number;
}

/** What can be ranked, in the order that settles ties: usable area, the largest first, then identifier. */
export interface Stock {
  colonnes: Colonnes;
  /** Rows of the table, in that order. */
  lignes: Uint32Array;
  /** The values with which the four axes enter the index, four a candidate. */
  valeurs: Float64Array;
  /** Rank of the brownfield or unité foncière of each, −1 without. */
  sites: Int32Array;
  noms: { genre: "friche" | "unite_fonciere"; id: string }[];
}

const nothing: Colonne = () => null;
const types = new Set<unknown>(TYPES.map(({ code }) => code));
const ranked = new Set<unknown>(RANKED);

export const nombreDe = (colonne: Colonne | undefined, row: number): number | null => {
  const value = colonne?.(row);
  return typeof value === "number" ? value : null;
};
export const texteDe = (colonne: Colonne | undefined, row: number): string | null => {
  const value = colonne?.(row);
  return typeof value === "string" ? value : null;
};

export function etendue(colonnes: Colonnes, axe: string, row: number): Etendue {
  return {
    min: nombreDe(colonnes[`${axe}_min`], row) ?? 0,
    central: nombreDe(colonnes[axe], row),
    max: nombreDe(colonnes[`${axe}_max`], row) ?? 100,
  };
}

/** An axis as the index takes it: Dureté reversed. */
export const orientee = (axe: number, { min, central, max }: Etendue): Etendue =>
  axe === DURETE
    ? { min: 100 - max, central: central === null ? null : 100 - central, max: 100 - min }
    : { min, central, max };

export const verdictDe = (colonnes: Colonnes, row: number) => texteDe(colonnes["verdict"], row) as Verdict | null;
export const typeDe = (colonnes: Colonnes, row: number) =>
  texteDe(colonnes["type_principal"], row) as TypeGisement | null;
export const utileDe = (colonnes: Colonnes, row: number): number => nombreDe(colonnes["utile_m2"], row) ?? 0;

/** Reads the columns once. A parcel without axes is never ranked, whatever its verdict. */
export async function lireStock(table: Table): Promise<Stock> {
  const noms = CLASSEMENT.filter((nom) => table.noms.has(nom));
  const read = await table.charger(noms);
  const colonnes: Colonnes = Object.fromEntries(CLASSEMENT.map((nom) => [nom, nothing]));
  for (const [i, nom] of noms.entries()) {
    const values = read[i];
    if (values) colonnes[nom] = lecture(values);
  }
  const rows: number[] = [];
  for (let row = 0; row < table.lignes; row += 1) {
    const known = AXES.some((axe) => [`${axe}_min`, axe, `${axe}_max`].some((nom) => colonnes[nom]?.(row) !== null));
    if (known && ranked.has(verdictDe(colonnes, row)) && types.has(typeDe(colonnes, row))) rows.push(row);
  }
  const id = (row: number) => texteDe(colonnes["idu"], row) ?? "";
  const utile = new Float64Array(table.lignes).map((_, row) => utileDe(colonnes, row));
  rows.sort((a, b) => (utile[b] ?? 0) - (utile[a] ?? 0) || (id(a) < id(b) ? -1 : id(a) > id(b) ? 1 : a - b));
  return { colonnes, lignes: Uint32Array.from(rows), valeurs: valeurs(colonnes, rows), ...sites(colonnes, rows) };
}

function valeurs(colonnes: Colonnes, rows: readonly number[]): Float64Array {
  const found = new Float64Array(4 * rows.length);
  for (const [i, row] of rows.entries()) {
    for (const [axe, nom] of AXES.entries()) {
      const { min, central, max } = orientee(axe, etendue(colonnes, nom, row));
      found[4 * i + axe] = central ?? (min + max) / 2;
    }
  }
  return found;
}

function sites(colonnes: Colonnes, rows: readonly number[]): Pick<Stock, "sites" | "noms"> {
  const found = new Int32Array(rows.length).fill(-1);
  const ranks = new Map<string, number>();
  const noms: Stock["noms"] = [];
  for (const [i, row] of rows.entries()) {
    const friche = texteDe(colonnes["friche_id"], row);
    const id = friche ?? texteDe(colonnes["unite"], row);
    if (id === null) continue;
    const genre = friche === null ? "unite_fonciere" : "friche";
    const key = `${genre} ${id}`;
    let rank = ranks.get(key);
    if (rank === undefined) {
      rank = noms.push({ genre, id }) - 1;
      ranks.set(key, rank);
    }
    found[i] = rank;
  }
  return { sites: found, noms };
}
