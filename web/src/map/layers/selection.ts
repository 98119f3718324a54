import type { LayerSpecification } from "maplibre-gl";
import { ACCENT, SELECTION } from "./sources";

/** The casing is required: the accent alone on the darkest class is 1.3:1. */
export const selection: LayerSpecification[] = [
  {
    id: "selection-fourreau",
    type: "line",
    ...SELECTION,
    layout: { "line-join": "round" },
    paint: { "line-color": "#FFFFFF", "line-width": 6.5 },
  },
  {
    id: "selection-trait",
    type: "line",
    ...SELECTION,
    layout: { "line-join": "round" },
    paint: { "line-color": ACCENT, "line-width": 3 },
  },
];
