import type { FilterSpecification, LayerSpecification } from "maplibre-gl";
import { ACCENT, DONNEES, INK, LIMITES, PERIMETRE, RANGS, SEMIBOLD } from "./sources";

/** No parcel at all. */
export const NO_ONE: FilterSpecification = ["literal", false] as unknown as FilterSpecification;

const parcelles = { ...DONNEES, "source-layer": "parcelles", minzoom: 13, filter: NO_ONE } as const;

/** Gisements that the filters leave out, paled over their value. */
export const outside: LayerSpecification[] = [
  { id: "hors-fond", type: "fill", ...parcelles, paint: { "fill-color": "#FFFFFF", "fill-opacity": 0.72 } },
  { id: "hors-bord", type: "line", ...parcelles, paint: { "line-color": "#B9B5AA", "line-width": 0.8 } },
];

/** What lies outside the territory and the drawn area. */
export const limits: LayerSpecification[] = [
  { id: "limites-fond", type: "fill", ...LIMITES, paint: { "fill-color": "#F4F3EF", "fill-opacity": 0.6 } },
  {
    id: "limites-bord",
    type: "line",
    ...LIMITES,
    paint: { "line-color": INK, "line-width": 1.2, "line-opacity": 0.6 },
  },
  {
    id: "perimetre-bord",
    type: "line",
    ...PERIMETRE,
    layout: { "line-join": "round" },
    paint: { "line-color": ACCENT, "line-width": 2, "line-dasharray": [3, 1.5] },
  },
  {
    id: "perimetre-angle",
    type: "circle",
    ...PERIMETRE,
    filter: ["==", ["geometry-type"], "Point"],
    paint: {
      "circle-radius": 4.5,
      "circle-color": "#FFFFFF",
      "circle-stroke-color": ACCENT,
      "circle-stroke-width": 2,
    },
  },
];

/** The rank of the first rows, on their parcels. */
export const pins: LayerSpecification[] = [
  {
    id: "rang-disque",
    type: "circle",
    ...RANGS,
    minzoom: 13,
    paint: {
      "circle-radius": ["case", [">=", ["get", "rang"], 100], 12, 9.5],
      "circle-color": ["case", ["get", "choisi"], ACCENT, INK],
      "circle-stroke-color": "#FFFFFF",
      "circle-stroke-width": 1.6,
    },
  },
  {
    id: "rang-nombre",
    type: "symbol",
    ...RANGS,
    minzoom: 13,
    layout: {
      "text-field": ["to-string", ["get", "rang"]],
      "text-font": SEMIBOLD,
      "text-size": 10.2,
      "text-allow-overlap": true,
      "text-ignore-placement": true,
    },
    paint: { "text-color": "#FFFFFF" },
  },
];
