/** The columns that the communes are sorted by. */
import type { CommuneTerritoire } from "../api/territoires";
import { ecartSru } from "./sums";
import type { Tri } from "./tri";

export const CLES_TRI = ["nom", "population", "document", "zone", "sru", "tension", "gisements", "indice"] as const;
export type CleTri = (typeof CLES_TRI)[number];

export const TEXTES: ReadonlySet<CleTri> = new Set<CleTri>(["nom", "document", "zone"]);

/** Where there is most to look at comes on top. */
export const TRI: Tri<CleTri> = { cle: "gisements", sens: "descending" };

export const VALEURS: Record<CleTri, (commune: CommuneTerritoire) => string | number | null> = {
  nom: (c) => c.nom,
  population: (c) => c.population,
  document: (c) => c.document,
  zone: (c) => c.zone_abc,
  sru: ecartSru,
  tension: (c) => c.tension,
  gisements: (c) => c.nb_classes,
  indice: (c) => c.indice_dix_meilleurs,
};
