import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from "maplibre-gl";
import { ZONES } from "../couches";
import { DONNEES, MEDIUM } from "./sources";

const VIOLET = "#7A3E9D";
/** A reused brownfield is no longer one: it keeps no sign on the map. */
const alive: FilterSpecification = ["!=", ["get", "statut"], "friche reconvertie"];
const hinted: FilterSpecification = ["==", ["get", "statut"], "friche potentielle"];
const proven: FilterSpecification = ["all", alive, ["!", hinted]] as FilterSpecification;

const zoneColour = [
  "match",
  ["coalesce", ["get", "typezone"], ""],
  "U",
  ZONES.U,
  ["AUc", "AUs"],
  ZONES.AU,
  "A",
  ZONES.A,
  "N",
  ZONES.N,
  "#6B717C",
] as unknown as ExpressionSpecification;

/** Constraints that weigh on building: waves, and crosses where building is banned. */
export const constraints: LayerSpecification[] = [
  {
    id: "contrainte",
    type: "fill",
    ...DONNEES,
    "source-layer": "contraintes",
    minzoom: 12,
    filter: ["in", ["get", "classe"], ["literal", ["interdiction", "prescription"]]],
    paint: { "fill-pattern": "ppr" },
  },
  {
    id: "contrainte-interdiction",
    type: "fill",
    ...DONNEES,
    "source-layer": "contraintes",
    minzoom: 12,
    filter: ["==", ["get", "classe"], "interdiction"],
    paint: { "fill-pattern": "interdiction" },
  },
  {
    id: "contrainte-bord",
    type: "line",
    ...DONNEES,
    "source-layer": "contraintes",
    minzoom: 12,
    filter: ["in", ["get", "classe"], ["literal", ["interdiction", "prescription"]]],
    layout: { "line-cap": "round" },
    paint: { "line-color": "#2F6F9F", "line-opacity": 0.9, "line-width": 1.2, "line-dasharray": [1, 3.3] },
  },
];

/** The zones of the plan: urban, to urbanise, agricultural, natural. Under the values, which keep their colour. */
export const zoneFills: LayerSpecification[] = [
  {
    id: "zonage-fond",
    type: "fill",
    ...DONNEES,
    "source-layer": "zonage",
    minzoom: 12,
    paint: { "fill-color": zoneColour, "fill-opacity": 0.16, "fill-antialias": false },
  },
];

export const zoneEdges: LayerSpecification[] = [
  {
    id: "zonage-bord",
    type: "line",
    ...DONNEES,
    "source-layer": "zonage",
    minzoom: 12,
    paint: { "line-color": zoneColour, "line-width": 1.6, "line-dasharray": [6, 2] },
  },
];

export const brownfields: LayerSpecification[] = [
  {
    id: "friche",
    type: "fill",
    ...DONNEES,
    "source-layer": "friches",
    minzoom: 12,
    filter: proven,
    paint: { "fill-pattern": "friche" },
  },
  {
    id: "friche-bord",
    type: "line",
    ...DONNEES,
    "source-layer": "friches",
    minzoom: 12,
    filter: proven,
    paint: { "line-color": "#5B3A1E", "line-width": 1.4 },
  },
  {
    id: "friche-potentielle",
    type: "line",
    ...DONNEES,
    "source-layer": "friches",
    minzoom: 13,
    filter: hinted,
    paint: { "line-color": "#5B3A1E", "line-width": 1.2, "line-dasharray": [2, 2], "line-opacity": 0.8 },
  },
  {
    id: "friche-point",
    type: "circle",
    ...DONNEES,
    "source-layer": "friches_points",
    minzoom: 12,
    filter: alive,
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, 3, 16, 5.5],
      "circle-color": "#FFFFFF",
      "circle-stroke-color": "#5B3A1E",
      "circle-stroke-width": 1.8,
    },
  },
];

export const businessParks: LayerSpecification[] = [
  {
    id: "zae-bande",
    type: "line",
    ...DONNEES,
    "source-layer": "zae",
    minzoom: 11,
    layout: { "line-join": "round" },
    paint: {
      "line-color": VIOLET,
      "line-opacity": 0.16,
      "line-width": ["interpolate", ["linear"], ["zoom"], 11, 2, 14, 6],
      // A ring turns clockwise on the screen in MVT: a positive offset falls inside.
      "line-offset": ["interpolate", ["linear"], ["zoom"], 11, 1.2, 14, 3.2],
    },
  },
  {
    id: "zae-bord",
    type: "line",
    ...DONNEES,
    "source-layer": "zae",
    minzoom: 11,
    layout: { "line-join": "round" },
    paint: { "line-color": VIOLET, "line-width": ["interpolate", ["linear"], ["zoom"], 11, 0.9, 13, 1.6] },
  },
];

export const facilities: LayerSpecification[] = [
  {
    id: "equipement",
    type: "circle",
    ...DONNEES,
    "source-layer": "equipements",
    minzoom: 15.5,
    paint: {
      "circle-radius": 2.6,
      "circle-color": "#FFFFFF",
      "circle-stroke-color": "#5A606B",
      "circle-stroke-width": 1.3,
    },
  },
  {
    id: "equipement-nom",
    type: "symbol",
    ...DONNEES,
    "source-layer": "equipements",
    minzoom: 16,
    filter: ["has", "nom"],
    layout: {
      "text-field": ["get", "nom"],
      "text-font": MEDIUM,
      "text-size": 10,
      "text-anchor": "left",
      "text-offset": [0.7, 0],
      "text-justify": "left",
      "text-optional": true,
    },
    paint: { "text-color": "#454B55", "text-halo-color": "#FBFAF8", "text-halo-width": 1.5 },
  },
];
