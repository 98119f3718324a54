import type { Axe } from "../api/types";

const KEYS: Record<Axe, string> = { potentiel: "p", durete: "d", besoin: "b", sobriete: "s" };

/** The index of a parcel from its tile, by the same rule as the map's expression; null when an axis is missing. */
export function indiceOf(properties: Record<string, string | number>, poids: Record<Axe, number>): number | null {
  let sum = 0;
  let total = 0;
  for (const axe of Object.keys(KEYS) as Axe[]) {
    const weight = poids[axe];
    if (weight <= 0) continue;
    const value = properties[KEYS[axe]];
    if (typeof value !== "number") return null;
    sum += weight * (axe === "durete" ? 100 - value : value);
    total += weight;
  }
  return total > 0 ? sum / total : null;
}
