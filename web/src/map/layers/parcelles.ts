import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from "maplibre-gl";
import { RANKED, TYPES } from "../colours";
import { fillColour, isCouleur, unknownOpacity, valueOpacity } from "../expressions";
import { ACCENT, DONNEES, INK, MEDIUM, NUMEROS, SEMIBOLD } from "./sources";

const parcelles = { ...DONNEES, "source-layer": "parcelles", minzoom: 13 } as const;
const ranked: FilterSpecification = ["in", ["get", "v"], ["literal", [...RANKED]]];
const verdict = (code: string): FilterSpecification => ["==", ["get", "v"], code];
/** Ruled out as a gisement. Fields of zone A or N are ruled out too, but they are land, not news: no texture. */
const ruledOut: FilterSpecification = ["all", ["==", ["get", "v"], "ecarte"], ["has", "t"]];
const hovered: ExpressionSpecification = ["boolean", ["feature-state", "survol"], false];

/** Fill = value, texture = nature. `fill-pattern` cannot follow a state, so each texture is a layer. */
export const parcelFills: LayerSpecification[] = [
  {
    id: "parcelle-valeur",
    type: "fill",
    ...parcelles,
    filter: ranked,
    // The 120 ms of a recolouring; MapLibre drops it under reduced motion.
    paint: { "fill-color": fillColour, "fill-opacity": valueOpacity },
  },
  {
    id: "parcelle-inconnu",
    type: "fill",
    ...parcelles,
    filter: ranked,
    paint: { "fill-pattern": "inconnu", "fill-opacity": unknownOpacity },
  },
  {
    id: "parcelle-non-evalue",
    type: "fill",
    ...parcelles,
    filter: verdict("non_evalue"),
    paint: { "fill-pattern": "non-evalue" },
  },
  {
    id: "parcelle-ecarte",
    type: "fill",
    ...parcelles,
    filter: ruledOut,
    paint: { "fill-pattern": "ecarte" },
  },
  {
    id: "parcelle-parc-social",
    type: "fill",
    ...parcelles,
    filter: verdict("parc_social"),
    paint: { "fill-pattern": "parc-social" },
  },
];

/** Edge = verdict. */
export const verdictEdges: LayerSpecification[] = [
  {
    id: "parc-social-bord",
    type: "line",
    ...parcelles,
    filter: verdict("parc_social"),
    paint: { "line-color": "#9AA1AC", "line-width": 0.8 },
  },
  {
    id: "ecarte-bord",
    type: "line",
    ...parcelles,
    filter: ruledOut,
    paint: { "line-color": "#6B6F78", "line-width": 1 },
  },
  {
    id: "valeur-bord",
    type: "line",
    ...parcelles,
    filter: ranked,
    paint: { "line-color": "#3C4450", "line-opacity": 0.55, "line-width": 0.7 },
  },
  {
    id: "reserve-bord",
    type: "line",
    ...parcelles,
    minzoom: 14,
    filter: verdict("reserve"),
    paint: { "line-color": INK, "line-width": 1.2, "line-dasharray": [3.3, 2.5] },
  },
  {
    id: "prioritaire-bord",
    type: "line",
    ...parcelles,
    filter: verdict("prioritaire"),
    layout: { "line-join": "round" },
    paint: { "line-color": INK, "line-width": 1.8 },
  },
  {
    id: "prioritaire-filet",
    type: "line",
    ...parcelles,
    minzoom: 15,
    filter: verdict("prioritaire"),
    paint: { "line-color": "#FFFFFF", "line-width": 1.2, "line-offset": 1.7 },
  },
];

export const hover: LayerSpecification[] = [
  {
    id: "survol-fond",
    type: "fill",
    ...parcelles,
    paint: { "fill-color": ACCENT, "fill-opacity": ["case", hovered, 0.1, 0] },
  },
  {
    id: "survol-bord",
    type: "line",
    ...parcelles,
    paint: { "line-color": ACCENT, "line-width": 2, "line-opacity": ["case", hovered, 1, 0] },
  },
];

const letters = TYPES.flatMap(({ code, lettre }) => [code, lettre]);

/** From `Etiquettes`: on the tiles themselves, a parcel cut by a tile's edge would be numbered twice. */
export const parcelLabels: LayerSpecification[] = [
  {
    id: "parcelle-numero",
    type: "symbol",
    ...NUMEROS,
    minzoom: 17,
    layout: { "text-field": ["get", "n"], "text-font": MEDIUM, "text-size": 9.5, "text-padding": 4 },
    paint: { "text-color": "#454B55", "text-halo-color": "#FBFAF8", "text-halo-width": 1.4 },
  },
  {
    id: "parcelle-type",
    type: "symbol",
    ...NUMEROS,
    minzoom: 16,
    filter: ["all", ranked, ["has", "t"]] as FilterSpecification,
    layout: {
      "text-field": ["match", ["get", "t"], ...letters, ""] as unknown as ExpressionSpecification,
      "text-font": SEMIBOLD,
      "text-size": 13,
      // Above the number, which keeps the middle.
      "text-offset": ["step", ["zoom"], ["literal", [0, 0]], 17, ["literal", [0, -1.1]]],
      visibility: ["case", isCouleur("type"), "visible", "none"] as unknown as "visible",
    },
    paint: { "text-color": INK, "text-halo-color": "#FFFFFF", "text-halo-width": 1.8 },
  },
];
