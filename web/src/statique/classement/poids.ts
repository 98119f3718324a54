import type { Axe } from "../../api/types";

/** In the order in which the server adds them up, so that sums are the very same. */
export const AXES = ["potentiel", "durete", "besoin", "sobriete"] as const satisfies readonly Axe[];
export const DURETE = 1;

/** Steps of a weight: whole fractions of one, so that 40 and 25 weigh exactly as .40 and .25. */
const PAS = 1e9;

export type Quatre = [number, number, number, number];

/** Shares that add up to one, in the order of `AXES`; null when no weight is above zero. */
export function parts(poids: Record<Axe, number>): Quatre | null {
  const raw = AXES.map((axe) => poids[axe]);
  const total = raw.reduce((sum, w) => sum + w, 0);
  if (!(total > 0 && Number.isFinite(total))) return null;
  return raw.map((w) => Math.round((w / total) * PAS) / PAS) as Quatre;
}

/** The index of four values, two decimals, as editions store it. */
export function moyenne([w0, w1, w2, w3]: Quatre, a: number, b: number, c: number, d: number): number {
  const total = w0 + w1 + w2 + w3;
  return Math.round(((w0 * a + w1 * b + w2 * c + w3 * d) / total) * 100) / 100;
}
