/** The order of the ledger's rows. */
import type { CommuneTerritoire, LigneRegistre } from "../../api/territoires";
import type { Tri } from "../tri";
import { mutualise } from "./figures";

export const COLONNES = ["reference", "cible", "garantie", "mutualise", "enveloppe", "conso", "reste", "part"] as const;
export type CleRegistre = "nom" | (typeof COLONNES)[number];

/** Least left first: what is exceeded comes on top, with a budget or without. */
export const TRI: Tri<CleRegistre> = { cle: "reste", sens: "ascending" };
export const PETITS: ReadonlySet<CleRegistre> = new Set<CleRegistre>(["nom", "reste"]);

/** A commune, or an EPCI above some of them. */
type Rang = Pick<CommuneTerritoire, "nom" | "registre">;

const of = (read: (r: LigneRegistre) => number | null) => (c: Rang) => (c.registre ? read(c.registre) : null);

/** Consuming without any budget is over every share of one. */
const part = ({ part, statut }: LigneRegistre) =>
  part === null && statut === "depasse" ? Number.POSITIVE_INFINITY : part;

export const VALEURS: Record<CleRegistre, (of: Rang) => string | number | null> = {
  nom: (c) => c.nom,
  reference: of((r) => r.reference_m2),
  cible: of((r) => r.cible_m2),
  garantie: of((r) => r.garantie_m2),
  mutualise: of(mutualise),
  enveloppe: of((r) => r.enveloppe_m2),
  conso: of((r) => r.conso_m2),
  reste: of((r) => r.reste_m2),
  part: of(part),
};
