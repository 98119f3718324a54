/** The order of the communes table. */
import type { CommuneTerritoire } from "../api/territoires";
import { ecartSru } from "./sums";

export const CLES_TRI = [
  "nom",
  "population",
  "document",
  "zone",
  "autorise",
  "consomme",
  "reste",
  "sru",
  "tension",
  "gisements",
  "indice",
] as const;
export type CleTri = (typeof CLES_TRI)[number];
export interface Tri {
  cle: CleTri;
  sens: "ascending" | "descending";
}

/** Least left of the ENAF budget first: what is exceeded comes on top. */
export const TRI: Tri = { cle: "reste", sens: "ascending" };

const VALUE: Record<CleTri, (commune: CommuneTerritoire) => string | number | null> = {
  nom: (c) => c.nom,
  population: (c) => c.population,
  document: (c) => c.document,
  zone: (c) => c.zone_abc,
  autorise: (c) => c.enaf_autorise_m2,
  consomme: (c) => c.enaf_depuis_2021_m2,
  reste: (c) => c.enaf_reste_m2,
  sru: ecartSru,
  tension: (c) => c.tension,
  gisements: (c) => c.nb_classes,
  indice: (c) => c.indice_dix_meilleurs,
};

const names = new Intl.Collator("fr");

/** Unknown comes last either way; ties follow the alphabet. */
export function sorted(communes: CommuneTerritoire[], { cle, sens }: Tri): CommuneTerritoire[] {
  const of = VALUE[cle];
  const way = sens === "ascending" ? 1 : -1;
  return [...communes].sort((a, b) => {
    const [x, y] = [of(a), of(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || names.compare(a.nom, b.nom);
    const order = typeof x === "number" && typeof y === "number" ? x - y : names.compare(String(x), String(y));
    return way * order || names.compare(a.nom, b.nom);
  });
}

/** Pressing a head sorts by it, then turns the order over. Numbers begin with the largest, except what is left. */
export function next(tri: Tri, cle: CleTri): Tri {
  if (tri.cle === cle) return { cle, sens: tri.sens === "ascending" ? "descending" : "ascending" };
  const small = cle === "reste" || cle === "nom" || cle === "document" || cle === "zone";
  return { cle, sens: small ? "ascending" : "descending" };
}
