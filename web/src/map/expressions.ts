import type { ExpressionSpecification } from "maplibre-gl";
import type { Axe } from "../api/types";
import { BREAKS, RAMPS, type Ramp, TYPES, VERDICTS } from "./colours";

type Expression = ExpressionSpecification;

/** Key of an axis in the tiles, its weight in the map's global state, and its bit in the mask `m`. */
const AXES: Record<Axe, { key: string; weight: string; bit: number }> = {
  potentiel: { key: "p", weight: "wp", bit: 1 },
  durete: { key: "d", weight: "wd", bit: 2 },
  besoin: { key: "b", weight: "wb", bit: 4 },
  sobriete: { key: "s", weight: "ws", bit: 8 },
};

const all = Object.values(AXES);
const state = (key: string): Expression => ["global-state", key];
const weight = (axis: { weight: string }): Expression => ["coalesce", state(axis.weight), 0];
/** Only ever read behind `known`: the 0 stands for nothing, it keeps the expression's type a number. */
const value = (key: string): Expression => ["coalesce", ["get", key], 0];
const used = (axis: (typeof all)[number]): Expression => (axis.key === "d" ? ["-", 100, value("d")] : value(axis.key));

/** The weighted value of the profile. Dureté enters as 100 − Dureté, so that more is always better. */
const indice: Expression = [
  "/",
  ["+", ...all.map((axis): Expression => ["*", weight(axis), used(axis)])],
  ["max", 0.0001, ["+", ...all.map(weight)]],
];

const step = (input: Expression, ramp: Ramp): Expression => [
  "step",
  input,
  ramp[0],
  BREAKS[0],
  ramp[1],
  BREAKS[1],
  ramp[2],
  BREAKS[2],
  ramp[3],
  BREAKS[3],
  ramp[4],
];

const pairs = (list: readonly { code: string; couleur: string }[]): string[] =>
  list.flatMap(({ code, couleur }) => [code, couleur]);

const match = (key: string, list: readonly { code: string; couleur: string }[]): Expression =>
  ["match", ["coalesce", ["get", key], ""], ...pairs(list), "#FFFFFF"] as unknown as Expression;

/** Fill of a gisement under the colour in use. One expression for all: recolouring asks for no tile. */
export const fillColour: Expression = [
  "match",
  state("couleur"),
  "potentiel",
  step(value("p"), RAMPS.potentiel),
  "durete",
  step(value("d"), RAMPS.durete),
  "besoin",
  step(value("b"), RAMPS.besoin),
  "sobriete",
  step(value("s"), RAMPS.sobriete),
  "fiabilite",
  step(value("f"), RAMPS.fiabilite),
  "type",
  match("t", TYPES),
  "verdict",
  match("v", VERDICTS),
  step(indice, RAMPS.indice),
];

/** The axis has a central value of its own: present, and not the mere middle of its interval. */
function hasCentral({ key, bit }: (typeof all)[number]): Expression {
  return ["all", ["has", key], ["==", ["%", ["floor", ["/", value("m"), bit]], 2], 0]];
}

/** Whether the colour in use says something of this parcel; if not it is shown as unknown, never as 0. */
const known: Expression = [
  "match",
  state("couleur"),
  "potentiel",
  hasCentral(AXES.potentiel),
  "durete",
  hasCentral(AXES.durete),
  "besoin",
  hasCentral(AXES.besoin),
  "sobriete",
  hasCentral(AXES.sobriete),
  "fiabilite",
  ["has", "f"],
  "type",
  ["has", "t"],
  "verdict",
  true,
  // The index takes the middle of an interval, so presence is enough for it.
  ["all", ...all.map((axis): Expression => ["any", ["<=", weight(axis), 0], ["has", axis.key]])],
] as unknown as Expression;

export const valueOpacity: Expression = [
  "interpolate",
  ["linear"],
  ["zoom"],
  13,
  ["case", known, 0.95, 0],
  17,
  ["case", known, 0.9, 0],
];

export const unknownOpacity: Expression = ["case", known, 0, 1];

export const isCouleur = (couleur: string): Expression => ["==", state("couleur"), couleur];

/** Colour of a commune below z13: the median index of its ten best, none when nothing is ranked there. */
export const aggregateColour: Expression = step(value("i"), RAMPS.indice);

/** What `map.setGlobalStateProperty` sets, from a profile. */
export function weightState(poids: Record<Axe, number>): Record<string, number> {
  return Object.fromEntries((Object.keys(AXES) as Axe[]).map((axe) => [AXES[axe].weight, poids[axe]] as const));
}
