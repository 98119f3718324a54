/** What the charts of the ledger draw. Everything is in m² and in years; null is unknown. */
import {
  type AnneeRegistre,
  type CommuneTerritoire,
  DESTINATIONS,
  type Destination,
  type LigneRegistre,
  type Registre,
} from "../../api/territoires";

export interface Annee {
  annee: number;
  m2: number | null;
  /** Consumed at the end of the year; unknown from the first unknown year on. */
  cumul: number | null;
}

/** The observed years of the target period, without a gap. */
export function cumuls({ annees, regles, derniere_annee }: Registre): Annee[] {
  const [debut] = regles.objectif;
  const nombre = derniere_annee === null ? 0 : Math.max(0, derniere_annee - debut + 1);
  let cumul: number | null = 0;
  return Array.from({ length: nombre }, (_, i) => {
    const annee = debut + i;
    const m2 = annees.find((a) => a.annee === annee)?.total_m2 ?? null;
    cumul = cumul === null || m2 === null ? null : cumul + m2;
    return { annee, m2, cumul };
  });
}

/** Sums are made in another order here and there: under a square metre, two of them are one. */
const egal = (a: number, b: number): boolean => Math.abs(a - b) < 1;

/** What is taken off the file's figures before the ledger; null when a term of it is not known. */
export function deduit({ brut_m2, conso_m2 }: Registre): number | null {
  if (brut_m2 === null || conso_m2 === null) return null;
  return egal(brut_m2, conso_m2) ? 0 : brut_m2 - conso_m2;
}

/**
 * The years that consumption is cut by. Null when it cannot be: a year is unknown or negative, years do not make it
 * up, or something was deducted, which no source dates.
 */
export function decoupe(registre: Registre): { annee: number; m2: number }[] | null {
  const years = cumuls(registre).map(({ annee, m2 }) => ({ annee, m2 }));
  if (years.length === 0 || deduit(registre) !== 0) return null;
  const known = years.filter((y): y is { annee: number; m2: number } => y.m2 !== null && y.m2 >= 0);
  const sum = known.reduce((total, { m2 }) => total + m2, 0);
  return known.length === years.length && egal(sum, registre.conso_m2 ?? Number.NaN) ? known : null;
}

/** Where a line from one point to another meets a height, if it does between them. */
export function croisement(from: [number, number], to: [number, number], height: number): number | null {
  const [[x1, y1], [x2, y2]] = [from, to];
  if (y1 >= height || y2 < height) return null;
  return x1 + ((height - y1) / (y2 - y1)) * (x2 - x1);
}

/** Round numbers from nothing (or from under it) to just over `most`, about six of them. */
export function graduations(most: number, least = 0): number[] {
  const span = Math.max(most, 0) - Math.min(least, 0);
  if (span <= 0) return [0];
  const raw = span / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((n) => n * power >= raw * (1 - 1e-9)) ?? 10) * power;
  const from = Math.floor(Math.min(least, 0) / step + 1e-9);
  const to = Math.ceil(Math.max(most, 0) / step - 1e-9);
  return Array.from({ length: to - from + 1 }, (_, i) => (from + i) * step);
}

export interface Serie {
  destination: Destination;
  annees: { annee: number; m2: number | null }[];
  /** Over the years of each period; null when one of them is unknown. */
  reference: number | null;
  objectif: number | null;
}

/** The sum of what is known when all of it is. */
export function somme(values: (number | null)[]): number | null {
  return values.some((v) => v === null) ? null : values.reduce<number>((sum, v) => sum + (v ?? 0), 0);
}

export const totaux = (annees: AnneeRegistre[], periode: AnneeRegistre["periode"]) => {
  const of = annees.filter((a) => a.periode === periode);
  return (colonne: Destination | "total") => (of.length === 0 ? null : somme(of.map((a) => a[`${colonne}_m2`])));
};

/** One series for each destination, the one that consumes most now first. */
export function series(annees: AnneeRegistre[]): Serie[] {
  const [reference, objectif] = [totaux(annees, "reference"), totaux(annees, "objectif")];
  const rank = (s: Serie) => s.objectif ?? Number.NEGATIVE_INFINITY;
  return DESTINATIONS.map((destination) => ({
    destination,
    annees: annees
      .filter(({ periode }) => periode !== "hors_periode")
      .map((a) => ({ annee: a.annee, m2: a[`${destination}_m2`] })),
    reference: reference(destination),
    objectif: objectif(destination),
  })).sort((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)));
}

/** Bars of shares end a little past the whole; what goes further is cut and said in figures. */
export const PART_MAX = 1.14;

/** A share as lengths of one bar: what is used of the budget, and what is used past it. */
export function longueurs(part: number): { use: number; depasse: number; coupe: boolean } {
  const use = Math.min(Math.max(part, 0), 1);
  return { use, depasse: Math.max(0, Math.min(part, PART_MAX) - 1), coupe: part > PART_MAX };
}

/** Guarantee given to the intercommunality or received from it: what the envelope holds beside target and guarantee. */
export function mutualise({ enveloppe_m2, cible_m2, garantie_m2 }: LigneRegistre): number | null {
  if (enveloppe_m2 === null || cible_m2 === null || garantie_m2 === null) return null;
  const rest = enveloppe_m2 - cible_m2 - garantie_m2;
  return egal(rest, 0) ? 0 : rest;
}

export interface Situation {
  depassees: number;
  /** Not over, and more than this share of their envelope is used. */
  proches: number;
  inconnues: number;
  nombre: number;
}

export const PROCHE = 0.7;

/** How the communes stand. One that consumes without any budget is over it. */
export function situation(communes: CommuneTerritoire[]): Situation {
  const of = communes.map(({ registre }) => registre);
  return {
    depassees: of.filter((r) => r?.statut === "depasse").length,
    proches: of.filter((r) => r && r.statut !== "depasse" && r.part !== null && r.part > PROCHE).length,
    inconnues: of.filter((r) => r === null || r.statut === "inconnu").length,
    nombre: of.length,
  };
}

/** Whether figures printed to a tenth of a hectare do not add up to the total that is printed. */
export function arrondi(parts: number[], total: number): boolean {
  const tenths = (m2: number) => Math.sign(m2) * Math.round(Math.abs(m2) / 1000);
  return parts.reduce((sum, m2) => sum + tenths(m2), 0) !== tenths(total);
}
