import type { Axe, AxeFiche, Contribution, Fiche, Intervalle, Recouvrement } from "../api/types";
import { part, pluriel, pourcent, surface } from "../i18n/format";
import { t } from "../i18n/index.svelte";
import { critere } from "./criteres";

/** A criterion nobody measured: no value, whatever the utility assumed meanwhile. */
export const isUnknown = (contribution: Contribution): boolean => contribution.valeur === null;

/** The usable area, wherever the sheet holds it, ready to show. */
export function surfaceUtile(fiche: Fiche): string | null {
  const known = critere(fiche, "surface_utile")?.affichage;
  if (known) return known;
  const contribution = fiche.axes.flatMap((axe) => axe.contributions).find(({ critere: id }) => id === "surface_utile");
  return contribution?.affichage ?? null;
}

/** Share of an axis's weights that rests on known values; null when weights are not given. */
function knownShare(contributions: readonly Contribution[]): number | null {
  const total = contributions.reduce((sum, c) => sum + (c.poids ?? 0), 0);
  if (total === 0) return null;
  return contributions.reduce((sum, c) => sum + (isUnknown(c) ? 0 : (c.poids ?? 0)), 0) / total;
}

/** Classes of Dureté: 0 maîtrisé, up to 25 faible, up to 50 moyenne, then forte. */
export function classeDurete(value: number): 0 | 1 | 2 | 3 {
  if (Math.round(value) <= 0) return 0;
  return value <= 25 ? 1 : value <= 50 ? 2 : 3;
}

function faitDurete({ min, max }: Intervalle): string {
  const [a, b] = [classeDurete(min), classeDurete(max)];
  const name = (c: 0 | 1 | 2 | 3) => t(`durete.${c}`);
  return a === b ? name(a) : t("fait.a", { a: name(a), b: name(b) });
}

function faitInconnus(contributions: readonly Contribution[]): string {
  const n = contributions.filter(isUnknown).length;
  if (n === 0) return t("fait.tout_connu");
  return t(pluriel(n, "fait.un_inconnu", "fait.inconnus") as "fait.inconnus", { n, m: contributions.length });
}

/** The one fact beside an axis: what its value mostly comes from. */
export function fait(fiche: Fiche, axe: AxeFiche): string {
  if (axe.code === "durete") return faitDurete(axe);
  if (axe.code === "sobriete" && fiche.enaf) return fiche.enaf.affichage;
  if (axe.code === "besoin") {
    const sru = axe.contributions.find((c) => c.critere === "sru_ecart" && !isUnknown(c));
    if (sru) return `${sru.libelle}\u00a0: ${sru.affichage}`;
  }
  return faitInconnus(axe.contributions);
}

export function faitFiabilite(fiche: Fiche): string {
  const potentiel = fiche.axes.find(({ code }) => code === "potentiel");
  const share = potentiel ? knownShare(potentiel.contributions) : null;
  return share === null ? "" : t("fait.poids", { p: part(share) });
}

export interface Barre {
  contribution: Contribution;
  inconnu: boolean;
  /** What is written at its end: one number when the criterion is settled, both ends when it is not. */
  points: Pick<Intervalle, "min" | "max">;
  /** Length, filled part and uncertain part, in percent of the longest bar. */
  longueur: number;
  acquis: number;
  incertain: number;
}

/** The criterion's own utility is settled, whatever the others leave open. */
function settled({ utilite, points }: Contribution): boolean {
  const { min, max } = utilite ?? points;
  return max - min < 1e-6;
}

/**
 * The points of one criterion. On a weighted mean a settled one brings the same to both ends. On Dureté, whose scale
 * is not linear, its share moves with the others': the central reading is then the one to show.
 */
function ownPoints(axe: AxeFiche, c: Contribution): Pick<Intervalle, "min" | "max"> {
  if (!settled(c)) return { min: c.points.min, max: c.points.max };
  const value = axe.code === "durete" ? (c.points.central ?? c.points.max) : c.points.min;
  return { min: value, max: value };
}

/**
 * Bars of an axis, longest first. The length is the most a criterion can bring: its share of the weights where the
 * axis is a weighted mean, the points it may reach on Dureté, which has parts and no weights.
 */
export function barres(axe: AxeFiche): Barre[] {
  const weights = axe.code === "durete" ? 0 : axe.contributions.reduce((sum, c) => sum + (c.poids ?? 0), 0);
  const rows = axe.contributions.map((contribution) => {
    const points = ownPoints(axe, contribution);
    const share = weights > 0 ? ((contribution.poids ?? 0) / weights) * 100 : 0;
    return { contribution, points, span: Math.max(share, points.max) };
  });
  const longest = Math.max(1e-9, ...rows.map(({ span }) => span));
  const percent = (n: number) => (n / longest) * 100;
  return rows
    .map(({ contribution, points, span }) => ({
      contribution,
      inconnu: isUnknown(contribution),
      points,
      longueur: percent(span),
      acquis: percent(points.min),
      incertain: percent(points.max - points.min),
    }))
    .sort((a, b) => b.longueur - a.longueur);
}

/** Points that the settled criteria bring together, before what the unknown ones may add. */
export const acquis = (axe: AxeFiche): number =>
  axe.contributions.filter(settled).reduce((sum, c) => sum + c.points.min, 0);

export interface GroupeRecouvrements {
  couche: string;
  lignes: Recouvrement[];
  /** Share of the parcel no zone covers: unknown, and shown as such. */
  reste: number | null;
}

/** Overlays by layer, the local plan's zones first. Only zones are meant to sum to the whole parcel. */
export function recouvrements(fiche: Fiche): GroupeRecouvrements[] {
  const couches = [...new Set(fiche.recouvrements.map(({ couche }) => couche))];
  couches.sort((a, b) => Number(b === "zonage") - Number(a === "zonage"));
  return couches.map((couche) => {
    const lignes = fiche.recouvrements.filter((r) => r.couche === couche);
    const sum = lignes.reduce((acc, r) => acc + (r.part ?? 0), 0);
    return { couche, lignes, reste: couche === "zonage" && sum < 0.995 ? 1 - sum : null };
  });
}

/** The areas of the parcel: declared to the tax office, and measured. */
export function surfaces(fiche: Fiche): { contenance: string | null; mesuree: string | null; rapport: string | null } {
  const { contenance_m2: declared, surface_m2: measured } = fiche;
  return {
    contenance: declared === null ? null : surface(declared),
    mesuree: measured === null ? null : surface(measured),
    rapport: declared && measured ? pourcent((measured / declared) * 100) : null,
  };
}

/** Axes told after Potentiel, in this order. */
export const AUTRES_AXES: readonly Axe[] = ["durete", "besoin", "sobriete"];
