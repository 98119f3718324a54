/** What the figures of a territory add up to. Unknown is counted beside a sum, never in it. */
import type { CommuneTerritoire, SommeIntervalle, Stock, Territoire } from "../api/territoires";
import type { Intervalle } from "../api/types";

/** An interval over a known number of rows, and how many rows it says nothing of. */
export interface Total extends Intervalle {
  sans_central: number;
  inconnus: number;
}

/** The central of a sum stands for all its rows or for none: half of them would look like a low estimate. */
export function asTotal(s: SommeIntervalle): Total {
  return { ...s, central: s.sans_central > 0 ? null : s.central };
}

/** An interval to draw: null when every row is unknown. */
export function drawn(total: Total, rows: number): Intervalle | null {
  return total.inconnus >= rows ? null : total;
}

const ZERO: SommeIntervalle = { min: 0, central: 0, max: 0, sans_central: 0, inconnus: 0 };

export function add(sums: SommeIntervalle[]): SommeIntervalle {
  return sums.reduce(
    (a, b) => ({
      min: a.min + b.min,
      central: a.central + b.central,
      max: a.max + b.max,
      sans_central: a.sans_central + b.sans_central,
      inconnus: a.inconnus + b.inconnus,
    }),
    ZERO,
  );
}

type Count = "nombre" | "prioritaire" | "a_etudier" | "reserve" | "sans_enaf" | "utile_m2";

export const count = (stocks: Stock[], of: Count): number => stocks.reduce((n, stock) => n + stock[of], 0);

/** Dwellings that take no ENAF, all types together. */
export const zeroEnaf = (t: Territoire): Total => asTotal(add(t.gisements.map((g) => g.capacite_sans_enaf)));

/** Points under the target of the SRU law: negative when it is passed, null when it does not apply or is unknown. */
export function ecartSru(commune: CommuneTerritoire): number | null {
  const { sru_soumise, sru_taux, sru_cible } = commune;
  return sru_soumise && sru_taux !== null && sru_cible !== null ? sru_cible - sru_taux : null;
}

/** Plots of business parks by what they are: nobody uses them, somebody does, nothing says. */
export function terrainsLibres(t: Territoire): { libres: number; inconnus: number; nombre: number } | null {
  const etats = t.zae?.terrains_par_etat;
  if (!etats) return null;
  const n = (...of: string[]) => of.reduce((sum, etat) => sum + (etats[etat]?.nombre ?? 0), 0);
  return {
    libres: n("inoccupé", "vacant", "friche"),
    inconnus: n("inconnu"),
    nombre: n(...Object.keys(etats)),
  };
}

/** The départements of some communes: two digits, three overseas. */
export function departements(codes: string[]): string[] {
  return [...new Set(codes.map((code) => code.slice(0, /^9[78]/.test(code) ? 3 : 2)))].sort();
}
