import { FILTRES } from "../filters/table";
import { AXES } from "../weights/poids";
import { lire, proprietes } from "./cql2";

/** What the ranking reads of every gisement. */
export const CLASSEMENT: readonly string[] = [
  "idu",
  "code_insee",
  "verdict",
  "type_principal",
  "utile_m2",
  ...AXES.flatMap((axe) => [`${axe}_min`, axe, `${axe}_max`]),
  "fiabilite",
  "capacite_bas",
  "capacite",
  "capacite_haut",
  "friche_id",
  "zae_id",
  "unite",
];

/** What the shortlist asks of kept parcels. */
export const INDICES = ["indice_min", "indice", "indice_max"] as const;

const filtrees = FILTRES.flatMap((filtre) => {
  if (filtre.genre === "oui") return proprietes(lire(filtre.condition));
  return typeof filtre.colonne === "string" ? [filtre.colonne] : [];
});

/** Every column that the folder must hold for the map: `public/statique.json`, which the exporter reads. */
export const COLONNES: readonly string[] = [...new Set([...CLASSEMENT, ...INDICES, ...filtrees])];
