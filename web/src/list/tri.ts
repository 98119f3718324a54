import type { Axe, Ligne } from "../api/types";
import { AXES } from "../weights/poids";

export interface Note {
  min: number;
  central: number;
  max: number;
}

/**
 * The index of a row under weights, by the rule of `/classement`: the weighted mean, Dureté as 100 − Dureté, an axis
 * without central by the middle of its interval.
 */
export function note({ axes }: Pick<Ligne, "axes">, poids: Record<Axe, number>): Note {
  const total = AXES.reduce((sum, axe) => sum + poids[axe], 0) || 1;
  const mean = (value: (axe: Axe) => number) => AXES.reduce((sum, axe) => sum + poids[axe] * value(axe), 0) / total;
  const eased = (axe: Axe, value: number) => (axe === "durete" ? 100 - value : value);
  const middle = (axe: Axe) => axes[axe].central ?? (axes[axe].min + axes[axe].max) / 2;
  return {
    min: mean((axe) => (axe === "durete" ? 100 - axes[axe].max : axes[axe].min)),
    central: mean((axe) => eased(axe, middle(axe))),
    max: mean((axe) => (axe === "durete" ? 100 - axes[axe].min : axes[axe].max)),
  };
}

/** The rows in the order of other weights; equal ones as the server orders them: the larger, then the identifier. */
export function retrier(lignes: readonly Ligne[], poids: Record<Axe, number>): Ligne[] {
  const noted = lignes.map((ligne) => ({ ...ligne, score: note(ligne, poids) }));
  const ranks = lignes.map(({ rang }) => rang).sort((a, b) => a - b);
  noted.sort((a, b) => b.score.central - a.score.central || b.utile_m2 - a.utile_m2 || (a.idu < b.idu ? -1 : 1));
  return noted.map((ligne, i) => ({ ...ligne, rang: ranks[i] ?? ligne.rang }));
}

/** How many of the first ten were not there before. */
export function nouvelles(avant: readonly Ligne[], apres: readonly Ligne[]): number {
  const before = new Set(avant.slice(0, 10).map(({ idu }) => idu));
  return apres.slice(0, 10).filter(({ idu }) => !before.has(idu)).length;
}

/** Whether a row stands for a parcel: its own, or one of its site. */
export const contient = ({ idu, site }: Pick<Ligne, "idu" | "site">, other: string): boolean =>
  idu === other || (site?.parcelles.includes(other) ?? false);

/** Ranks shared with a neighbour: the tie-break alone orders them. */
export function exAequo(lignes: readonly Ligne[]): Set<string> {
  const tied = new Set<string>();
  for (let i = 1; i < lignes.length; i += 1) {
    const [a, b] = [lignes[i - 1], lignes[i]];
    if (a && b && a.score.central.toFixed(2) === b.score.central.toFixed(2)) tied.add(a.idu).add(b.idu);
  }
  return tied;
}
