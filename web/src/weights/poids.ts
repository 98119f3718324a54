import type { Axe, Profil } from "../api/types";

/** Weights of the four axes in per cent; they always add up to 100. Dureté weighs as Facilité, 100 − Dureté. */
export type Poids = Record<Axe, number>;

/** In the order of the sliders and of the address. */
export const AXES: readonly Axe[] = ["potentiel", "besoin", "sobriete", "durete"];
export const PAS = 5;

const sum = (poids: Poids, axes: readonly Axe[]): number => axes.reduce((total, axe) => total + poids[axe], 0);

/** Shares of `total` in proportion, in whole steps; what rounding leaves goes to the largest remainders. */
function share(total: number, parts: readonly number[], step: number): number[] {
  const whole = parts.reduce((a, b) => a + b, 0);
  const exact = parts.map((part) => (whole > 0 ? (total * part) / whole : total / parts.length) / step);
  const floors = exact.map(Math.floor);
  let left = Math.round(total / step - floors.reduce((a, b) => a + b, 0));
  const order = exact.map((value, i) => ({ i, rest: value - Math.floor(value) })).sort((a, b) => b.rest - a.rest);
  for (const { i } of order) {
    if (left <= 0) break;
    floors[i] = (floors[i] ?? 0) + 1;
    left -= 1;
  }
  return floors.map((count) => count * step);
}

/** The name of a profile without what it says in brackets of its use. */
export const nomCourt = (profil: Profil | undefined): string => profil?.libelle.replace(/ \(.*/, "") ?? "";

/** The weights of a profile, in whole per cent. */
export function poidsDe(profil: Profil | undefined): Poids {
  const given = AXES.map((axe) => profil?.poids[axe] ?? 1);
  const shares = share(100, given, 1);
  return Object.fromEntries(AXES.map((axe, i) => [axe, shares[i] ?? 0])) as Poids;
}

/**
 * One weight moved: the others that are not locked share what is left, in the proportion they had. With nothing
 * free to give or take, nothing moves.
 */
export function deplacer(poids: Poids, axe: Axe, valeur: number, bloques: ReadonlySet<Axe> = new Set()): Poids {
  const libres = AXES.filter((other) => other !== axe && !bloques.has(other));
  if (libres.length === 0 || bloques.has(axe)) return poids;
  const fixes = sum(
    poids,
    AXES.filter((other) => other !== axe && bloques.has(other)),
  );
  const moved = Math.min(100 - fixes, Math.max(0, Math.round(valeur)));
  const rest = 100 - fixes - moved;
  // A profile may hold values between two steps: the steps are then of one.
  const step = rest % PAS === 0 ? PAS : 1;
  const shares = share(
    rest,
    libres.map((other) => poids[other]),
    step,
  );
  return { ...poids, [axe]: moved, ...Object.fromEntries(libres.map((other, i) => [other, shares[i] ?? 0])) };
}

export const memes = (a: Poids, b: Poids): boolean => AXES.every((axe) => a[axe] === b[axe]);

/** `40,25,20,15`, in the order of the sliders. */
export const ecrirePoids = (poids: Poids): string => AXES.map((axe) => poids[axe]).join(",");

export function lirePoids(text: string | null): Poids | null {
  const values = (text ?? "").split(",").map(Number);
  const valid = values.length === AXES.length && values.every((value) => Number.isInteger(value) && value >= 0);
  if (!valid || values.reduce((a, b) => a + b, 0) !== 100) return null;
  return Object.fromEntries(AXES.map((axe, i) => [axe, values[i] ?? 0])) as Poids;
}
