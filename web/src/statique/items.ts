/** The pages of `/items` that the map asks for: gisements, communes, owners of a parcel. */
import type { Features, Fiche } from "../api/types";
import { lire } from "./cql2";
import type { Fiches } from "./fiches";
import type { Fichiers } from "./fichiers";
import { Params } from "./params";
import type { Parcelles } from "./parcelles";
import { compiler, type Source } from "./predicat";
import { introuvable } from "./probleme";

type Proprietes = Record<string, unknown>;
type Page = Features<Proprietes> & { type: "FeatureCollection"; numberReturned: number };

const LIMITE = 10;

const page = (numberMatched: number, features: Features<Proprietes>["features"]): Page => ({
  type: "FeatureCollection",
  numberMatched,
  numberReturned: features.length,
  features: features.map((feature) => ({ ...feature, type: "Feature" })),
});

const choisies = (all: Proprietes, noms: readonly string[] | null): Proprietes =>
  noms ? Object.fromEntries(noms.map((nom) => [nom, all[nom] ?? null])) : all;

/** The communes that a condition holds for, with their outlines. */
export async function communes(fichiers: Fichiers, all: URLSearchParams): Promise<Page> {
  const params = new Params(all);
  params.seulement(["filter", "properties", "limit"]);
  const { features } = await fichiers.json<GeoJSON.FeatureCollection>("donnees/communes.geojson");
  const rows = features.map((feature) => feature.properties ?? {});
  const known = new Set(rows.flatMap((row) => Object.keys(row)));
  const source: Source = {
    colonne: async (nom) => (known.has(nom) ? (row) => rows[row]?.[nom] ?? null : null),
    intersecte: () => Promise.reject(introuvable("Aucune condition spatiale sur les communes.")),
  };
  const text = params.texte("filter");
  const holds = text === null ? () => true : await compiler(text, source);
  const kept = features.filter((_, row) => holds(row) === true);
  const noms = params.liste("properties");
  const shown = kept.slice(0, params.entier("limit") ?? LIMITE).map(({ id, geometry, properties }) => ({
    id: String(id ?? properties?.["code_insee"]),
    geometry: geometry as Features<Proprietes>["features"][number]["geometry"],
    properties: choisies(properties ?? {}, noms),
  }));
  return page(kept.length, shown);
}

/** The owners of a parcel. */
export async function proprietaires(fiches: Fiches, all: URLSearchParams): Promise<Page> {
  const params = new Params(all);
  params.seulement(["idu", "limit"]);
  const idu = params.texte("idu") ?? "";
  const properties = await fiches.proprietaires(idu);
  return properties ? page(1, [{ id: idu, geometry: null, properties }]) : page(0, []);
}

/** Gisements that a condition holds for, without their outline. Parcels named one by one may be of any kind. */
export async function parcelles(parcelles: Parcelles, fiches: Fiches, all: URLSearchParams): Promise<Page> {
  const params = new Params(all);
  params.seulement(["filter", "properties", "limit", "sortby"]);
  const { table } = parcelles;
  const text = params.texte("filter");
  const holds = text === null ? () => true : await parcelles.condition("filter", text);
  const noms = params.liste("properties") ?? ["idu"];
  const columns = await Promise.all(noms.map(async (nom) => [nom, await table.colonne(nom)] as const));
  const rows = [...Array(table.lignes).keys()].filter((row) => holds(row) === true);
  await trier(parcelles, rows, params.texte("sortby"));
  const idu = await table.colonne("idu");
  const shown = rows.slice(0, params.entier("limit") ?? LIMITE).map((row) => ({
    id: String(idu?.(row)),
    geometry: null,
    properties: Object.fromEntries(columns.map(([nom, colonne]) => [nom, colonne?.(row) ?? null])),
  }));
  const others = (await autres(fiches, text, new Set(rows.map((row) => String(idu?.(row)))))).map((fiche) => ({
    id: fiche.idu,
    geometry: null,
    properties: choisies(deFiche(fiche), noms),
  }));
  return page(rows.length + others.length, [...shown, ...others]);
}

/** Unknown values come last in either direction, and equal ones in the order of the collection. */
async function trier(parcelles: Parcelles, rows: number[], sortby: string | null): Promise<void> {
  if (sortby === null) return;
  const down = sortby.startsWith("-");
  const colonne = await parcelles.colonne(sortby.replace(/^[+-]/, ""));
  const order = (a: unknown, b: unknown) =>
    (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
  rows.sort((a, b) => {
    const [left, right] = [colonne?.(a) ?? null, colonne?.(b) ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null) || a - b;
    return (down ? -order(left, right) : order(left, right)) || a - b;
  });
}

/** The parcels of `idu IN (…)` that are no gisement: only their sheet is in the folder. */
async function autres(fiches: Fiches, text: string | null, known: ReadonlySet<string>): Promise<Fiche[]> {
  const condition = text === null ? null : lire(text);
  if (condition?.op !== "parmi" || !("propriete" in condition.a) || condition.a.propriete !== "idu") return [];
  const missing = condition.valeurs.map(String).filter((idu) => !known.has(idu));
  const found = await Promise.all(missing.map((idu) => fiches.exacte(idu)));
  return found.filter((fiche) => fiche !== null);
}

const deFiche = ({ idu, indice, verdict }: Fiche): Proprietes => ({
  idu,
  indice_min: indice?.min ?? null,
  indice: indice?.central ?? null,
  indice_max: indice?.max ?? null,
  verdict: verdict?.code ?? null,
});
