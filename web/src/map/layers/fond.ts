import type { LayerSpecification } from "maplibre-gl";
import { DONNEES } from "./sources";

/** The quiet basemap, from the observatory's own layers: land shows between parcels as the roads. */
export const land: LayerSpecification[] = [
  { id: "terre", type: "background", paint: { "background-color": "#F4F3EF" } },
  {
    id: "commune-sol",
    type: "fill",
    ...DONNEES,
    "source-layer": "communes",
    maxzoom: 13,
    paint: { "fill-color": "#FBFAF8" },
  },
  {
    id: "parcelle-sol",
    type: "fill",
    ...DONNEES,
    "source-layer": "parcelles",
    minzoom: 13,
    paint: { "fill-color": "#FBFAF8" },
  },
  {
    id: "zone-naturelle",
    type: "fill",
    ...DONNEES,
    "source-layer": "zonage",
    minzoom: 12,
    filter: ["in", ["get", "typezone"], ["literal", ["A", "N"]]],
    // Multiplied over the blocks rather than put under them: fields are parcels too.
    paint: {
      "fill-color": ["match", ["get", "typezone"], "N", "#DFE8D6", "#EDEFE3"],
      "fill-opacity": 0.75,
      "fill-antialias": false,
    },
  },
];

export const parcelEdges: LayerSpecification[] = [
  {
    id: "parcelle-bord",
    type: "line",
    ...DONNEES,
    "source-layer": "parcelles",
    minzoom: 14,
    paint: {
      "line-color": "#CBC7BC",
      "line-width": ["interpolate", ["linear"], ["zoom"], 14, 0.3, 15, 0.6, 17, 0.9],
      "line-opacity": ["interpolate", ["linear"], ["zoom"], 14, 0, 14.5, 1],
    },
  },
];

export const buildings: LayerSpecification[] = [
  {
    id: "batiment",
    type: "fill",
    ...DONNEES,
    "source-layer": "batiments",
    minzoom: 14.5,
    paint: {
      "fill-color": ["case", ["has", "g"], "rgba(27,32,39,.20)", "#DEDAD1"],
      "fill-outline-color": ["case", ["has", "g"], "rgba(27,32,39,.45)", "#C6C1B5"],
      "fill-opacity": ["interpolate", ["linear"], ["zoom"], 14.5, 0, 15, 1],
    },
  },
];

export const communes: LayerSpecification[] = [
  {
    id: "commune-bord",
    type: "line",
    ...DONNEES,
    "source-layer": "communes",
    minzoom: 13,
    paint: { "line-color": "#A9A496", "line-width": 1.1, "line-dasharray": [5, 2.5, 1, 2.5], "line-opacity": 0.9 },
  },
];
