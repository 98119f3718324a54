import { moyenne, type Quatre } from "./poids";
import type { Stock } from "./stock";

/** A place in a ranking. */
export interface Place {
  /** Rank in the stock. */
  candidat: number;
  /** Index, 0 to 100, two decimals. */
  score: number;
}

/** A place, and those of the same site, the best first. */
export type Groupe = [Place, ...Place[]];

/** Puts what passes in order, the best first; ties in the order of the stock. `passent` is in that order. */
export function classer({ valeurs }: Pick<Stock, "valeurs">, passent: readonly number[], parts: Quatre): Place[] {
  const value = (candidat: number, axe: number) => valeurs[4 * candidat + axe] ?? 0;
  const hundredths = passent.map((candidat) => {
    const mean = moyenne(parts, value(candidat, 0), value(candidat, 1), value(candidat, 2), value(candidat, 3));
    return Math.round(mean * 100);
  });
  const order = Uint32Array.from(passent.keys());
  order.sort((a, b) => (hundredths[b] ?? 0) - (hundredths[a] ?? 0) || a - b);
  return Array.from(order, (at) => ({ candidat: passent[at] ?? 0, score: (hundredths[at] ?? 0) / 100 }));
}

/** Puts the places of each site together, in the order of the best of each. */
export function grouper({ sites }: Pick<Stock, "sites">, places: readonly Place[]): Groupe[] {
  const groups: Groupe[] = [];
  const known = new Map<number, Groupe>();
  for (const place of places) {
    const site = sites[place.candidat] ?? -1;
    const group = known.get(site);
    if (group) {
      group.push(place);
      continue;
    }
    const alone: Groupe = [place];
    groups.push(alone);
    if (site >= 0) known.set(site, alone);
  }
  return groups;
}
