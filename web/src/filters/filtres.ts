import type { LonLat, TypeGisement, Verdict } from "../api/types";
import { FILTRES } from "./table";

/** A least and a most, in the unit that is typed; null where it is open. */
export interface Intervalle {
  min: number | null;
  max: number | null;
}

/** What is asked of a parcel. Filters that ask nothing have no entry. */
export interface Filtres {
  /** Null for those of the profile, as the server chooses them. */
  types: readonly TypeGisement[] | null;
  verdicts: readonly Verdict[] | null;
  bornes: Readonly<Record<string, Intervalle>>;
  choix: Readonly<Record<string, readonly string[]>>;
  oui: readonly string[];
  /** Numeric filters that drop what is unknown; the others keep it. */
  stricts: readonly string[];
  /** Corners of a drawn area, not closed. */
  perimetre: readonly LonLat[] | null;
}

export const AUCUN: Filtres = {
  types: null,
  verdicts: null,
  bornes: {},
  choix: {},
  oui: [],
  stricts: [],
  perimetre: null,
};

/** Keys of the filters in use, `type`, `verdict` and `perimetre` among them. */
export function actifs(filtres: Filtres): string[] {
  const keys: string[] = [];
  if (filtres.types) keys.push("type");
  if (filtres.verdicts) keys.push("verdict");
  if (filtres.perimetre) keys.push("perimetre");
  for (const { cle } of FILTRES) {
    if (cle in filtres.bornes || cle in filtres.choix || filtres.oui.includes(cle)) keys.push(cle);
  }
  return keys;
}

const without = <T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));

/** The same filters, less one. */
export function sans(filtres: Filtres, cle: string): Filtres {
  if (cle === "type") return { ...filtres, types: null };
  if (cle === "verdict") return { ...filtres, verdicts: null };
  if (cle === "perimetre") return { ...filtres, perimetre: null };
  return {
    ...filtres,
    bornes: without(filtres.bornes, cle),
    choix: without(filtres.choix, cle),
    oui: filtres.oui.filter((other) => other !== cle),
    stricts: filtres.stricts.filter((other) => other !== cle),
  };
}

export function avecBornes(filtres: Filtres, cle: string, { min, max }: Intervalle): Filtres {
  if (min === null && max === null) return { ...filtres, bornes: without(filtres.bornes, cle) };
  return { ...filtres, bornes: { ...filtres.bornes, [cle]: { min, max } } };
}

export function avecChoix(filtres: Filtres, cle: string, codes: readonly string[]): Filtres {
  if (codes.length === 0) return { ...filtres, choix: without(filtres.choix, cle) };
  return { ...filtres, choix: { ...filtres.choix, [cle]: codes } };
}

export function avecOui(filtres: Filtres, cle: string, oui: boolean): Filtres {
  const others = filtres.oui.filter((other) => other !== cle);
  return { ...filtres, oui: oui ? [...others, cle] : others };
}

export function garderInconnus(filtres: Filtres, cle: string, garder: boolean): Filtres {
  const others = filtres.stricts.filter((other) => other !== cle);
  return { ...filtres, stricts: garder ? others : [...others, cle] };
}

/** Every numeric filter drops what is unknown: the difference says how many are there for want of knowing. */
export const tousStricts = (filtres: Filtres): Filtres => ({ ...filtres, stricts: Object.keys(filtres.bornes) });

/** Adds a code to a list or takes it out, in the order of `known`. */
export function bascule<T extends string>(list: readonly T[], code: T, known: readonly T[]): T[] {
  return known.filter((other) => (other === code ? !list.includes(other) : list.includes(other)));
}
