import type { Facettes, Histogramme, Verdict } from "../../api/types";
import { RANKED, TYPES } from "../../map/colours";
import type { Params } from "../params";
import type { Predicat } from "../predicat";
import { parametre } from "../probleme";
import type { Requete } from "./requete";
import { type Stock, typeDe, utileDe, verdictDe } from "./stock";

const HISTOGRAMMES_MAX = 12;
const BORNES_MAX = 64;
/** Verdicts that are never ranked and that a reader should know of. */
const HORS: readonly Verdict[] = ["ecarte", "non_evalue", "parc_social"];

/** Every verdict, those that are never ranked too: the answer counts each. */
const VERDICTS: readonly Verdict[] = [...RANKED, "ecarte", "parc_social", "sans_objet", "non_evalue"];

/** A condition on a row of the table, by the name that `sans` gives it. */
export type Nommee = [nom: string, tient: (row: number) => boolean];

/** Columns and bounds: `utile_m2:0:500:1000,dist_transport_m:0:500`. */
export function histogrammes(params: Params): [colonne: string, bornes: number[]][] {
  const asked = params.liste("histogrammes") ?? [];
  const read = asked.map((text): [string, number[]] => {
    const [colonne = "", ...bounds] = text.split(":");
    return [colonne, bounds.map((bound) => (bound === "" ? Number.NaN : Number(bound)))];
  });
  const valid = ([, bornes]: [string, number[]]) =>
    bornes.length >= 1 &&
    bornes.length <= BORNES_MAX &&
    bornes.every((bound, i) => Number.isFinite(bound) && (i === 0 || bound > (bornes[i - 1] ?? 0)));
  if (read.length > HISTOGRAMMES_MAX || !read.every(valid)) {
    throw parametre("histogrammes", "Forme attendue : colonne:borne:borne…, bornes croissantes.");
  }
  return read;
}

/** No condition fails. */
const PASSE = -1;
/** Several do. */
const DEHORS = -2;

/** Every candidate before every condition of a request. */
export class Panneau {
  readonly #conditions: readonly Nommee[];
  /** By rank in the stock: the only condition that fails, or one of the two above. */
  readonly #issues: Int8Array;

  constructor(
    readonly stock: Stock,
    conditions: readonly Nommee[],
  ) {
    this.#conditions = conditions;
    this.#issues = Int8Array.from(stock.lignes, (row) => {
      let only = PASSE;
      for (const [i, [, holds]] of conditions.entries()) {
        if (holds(row)) continue;
        if (only !== PASSE) return DEHORS;
        only = i;
      }
      return only;
    });
  }

  /** The rows that pass every condition but those of these names. */
  passent(sauf: readonly string[]): number[] {
    const free = this.#conditions.map(([nom]) => sauf.includes(nom));
    return Array.from(this.stock.lignes).filter((_, i) => {
      const issue = this.#issues[i] ?? DEHORS;
      return issue === PASSE || (free[issue] ?? false);
    });
  }

  compte(): number {
    return this.passent([]).length;
  }

  sans(): Record<string, number> {
    return Object.fromEntries(this.#conditions.map(([nom]) => [nom, this.passent([nom]).length]));
  }

  types(): Record<string, number> {
    const codes = TYPES.map(({ code }) => code);
    return this.#par("types", codes, (row) => typeDe(this.stock.colonnes, row));
  }

  verdicts(): Record<string, number> {
    return this.#par("verdicts", VERDICTS, (row) => verdictDe(this.stock.colonnes, row));
  }

  #par(nom: string, codes: readonly string[], of: (row: number) => string | null): Record<string, number> {
    const counts: Record<string, number> = Object.fromEntries(codes.map((code) => [code, 0]));
    for (const row of this.passent([nom])) {
      const code = of(row) ?? "";
      counts[code] = (counts[code] ?? 0) + 1;
    }
    return counts;
  }

  /** The histogram of a column, without the filter that is named after it. */
  histogramme(nom: string, valeur: (row: number) => number | null, bornes: number[]): Histogramme {
    const found: Histogramme = { bornes, comptes: bornes.map(() => 0), avant: 0, inconnus: 0, min: null, max: null };
    for (const row of this.passent([`filtre.${nom}`, ...(nom === "utile_m2" ? ["utile_min"] : [])])) {
      const value = valeur(row);
      if (value === null) {
        found.inconnus += 1;
        continue;
      }
      found.min = Math.min(found.min ?? value, value);
      found.max = Math.max(found.max ?? value, value);
      const after = bornes.findLastIndex((bound) => bound <= value);
      if (after < 0) found.avant += 1;
      else found.comptes[after] = (found.comptes[after] ?? 0) + 1;
    }
    return found;
  }
}

/**
 * How many parcels of the verdicts that are never ranked pass the filters, that on verdicts left out. One without a
 * type passes whatever types are asked for, but for land set aside: ruled out and no gisement, it concerns nobody.
 */
export function horsListe(
  { colonnes }: Stock,
  lignes: number,
  { types, utileMin }: Requete,
  conditions: readonly Predicat[],
): Facettes["hors_liste"] {
  const counts = { ecarte: 0, non_evalue: 0, parc_social: 0 };
  for (let row = 0; row < lignes; row += 1) {
    const verdict = verdictDe(colonnes, row);
    if (verdict === null || !HORS.includes(verdict)) continue;
    const type = typeDe(colonnes, row);
    const kept = type === null ? verdict !== "ecarte" : types.includes(type);
    if (!kept || utileDe(colonnes, row) < utileMin || !conditions.every((holds) => holds(row) === true)) continue;
    counts[verdict as keyof typeof counts] += 1;
  }
  return counts;
}
