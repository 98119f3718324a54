import type { LayerSpecification } from "maplibre-gl";
import { aggregateColour } from "../expressions";
import { DONNEES, ETIQUETTES, HALO, INK, SEMIBOLD } from "./sources";

/** From this zoom to z13, squares of a kilometre are wide enough to say more than communes. */
export const CARREAUX_MIN = 11;

/** Below z13, communes, then squares, say where the gisements are. */
export const aggregates: LayerSpecification[] = [
  {
    id: "commune-valeur",
    type: "fill",
    ...DONNEES,
    "source-layer": "communes",
    maxzoom: CARREAUX_MIN,
    filter: ["has", "i"],
    paint: { "fill-color": aggregateColour },
  },
  {
    id: "carreau-valeur",
    type: "fill",
    ...DONNEES,
    "source-layer": "carreaux",
    minzoom: CARREAUX_MIN,
    maxzoom: 13,
    paint: { "fill-color": aggregateColour, "fill-outline-color": "#FFFFFF" },
  },
  {
    id: "commune-lisere",
    type: "line",
    ...DONNEES,
    "source-layer": "communes",
    maxzoom: 13,
    // White between two coloured communes, dark over squares, which do not stop at the border.
    paint: {
      "line-color": ["step", ["zoom"], ["case", ["has", "i"], "#FFFFFF", "#D2CEC3"], CARREAUX_MIN, "#A9A496"],
      "line-width": 1,
    },
  },
];

export const labels: LayerSpecification[] = [
  {
    id: "commune-disque",
    type: "circle",
    ...ETIQUETTES,
    maxzoom: 13,
    filter: ["all", ["==", ["get", "genre"], "commune"], [">", ["coalesce", ["get", "n"], 0], 0]],
    paint: {
      "circle-color": INK,
      "circle-opacity": 0.9,
      "circle-stroke-color": "#FFFFFF",
      "circle-stroke-width": 1.4,
      // Capped: a whole département's count must not cover its neighbours.
      "circle-radius": ["min", 30, ["+", 5, ["*", 2.7, ["sqrt", ["get", "n"]]]]],
    },
  },
  {
    id: "commune-compte",
    type: "symbol",
    ...ETIQUETTES,
    maxzoom: 13,
    filter: ["all", ["==", ["get", "genre"], "commune"], [">=", ["coalesce", ["get", "n"], 0], 3]],
    layout: {
      "text-field": ["to-string", ["get", "n"]],
      "text-font": SEMIBOLD,
      "text-size": 11,
      "text-allow-overlap": true,
    },
    paint: { "text-color": "#FFFFFF" },
  },
  {
    id: "commune-nom-regional",
    type: "symbol",
    ...ETIQUETTES,
    minzoom: 9,
    maxzoom: 13,
    filter: ["==", ["get", "genre"], "commune"],
    layout: {
      "text-field": ["get", "nom"],
      "text-font": SEMIBOLD,
      "text-size": 12.5,
      "text-anchor": "top",
      // Below the disc, whose radius is `commune-disque`'s, in ems of 12.5 px.
      "text-offset": [
        "interpolate",
        ["linear"],
        ["sqrt", ["coalesce", ["get", "n"], 0]],
        0,
        ["literal", [0, 0.72]],
        9.26,
        ["literal", [0, 2.72]],
      ],
      "symbol-sort-key": ["-", 0, ["coalesce", ["get", "n"], 0]],
    },
    paint: { "text-color": INK, ...HALO, "text-halo-width": 2 },
  },
  {
    id: "friche-nom",
    type: "symbol",
    ...ETIQUETTES,
    minzoom: 13.5,
    filter: ["==", ["get", "genre"], "friche"],
    layout: {
      "text-field": ["get", "nom"],
      "text-font": SEMIBOLD,
      "text-size": 11,
      // The point is the top of the polygon: the name stands outside, over its land and not over its value.
      "text-anchor": "bottom",
      "text-offset": [0, -0.35],
      "text-max-width": 14,
    },
    paint: { "text-color": "#4A2E16", ...HALO },
  },
  {
    id: "zae-nom",
    type: "symbol",
    ...ETIQUETTES,
    minzoom: 12.5,
    filter: ["==", ["get", "genre"], "zae"],
    layout: {
      "text-field": ["upcase", ["get", "nom"]],
      "text-font": SEMIBOLD,
      "text-size": 11,
      "text-letter-spacing": 0.064,
      "text-max-width": 14,
    },
    paint: { "text-color": "#643080", ...HALO, "text-halo-width": 2 },
  },
  {
    id: "commune-nom",
    type: "symbol",
    ...ETIQUETTES,
    minzoom: 13,
    maxzoom: 16,
    filter: ["==", ["get", "genre"], "commune"],
    layout: { "text-field": ["get", "nom"], "text-font": SEMIBOLD, "text-size": 17, "text-letter-spacing": -0.01 },
    paint: { "text-color": INK, ...HALO, "text-halo-width": 2 },
  },
];
