import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Axe, TileJson } from "../api/types";
import type { Couleur } from "./colours";
import { type Couche, STYLE } from "./couches";
import { weightState } from "./expressions";
import { buildings, communes, land, parcelEdges } from "./layers/fond";
import { limits, outside, pins } from "./layers/hors";
import { aggregates, labels } from "./layers/labels";
import { hover, parcelFills, parcelLabels, verdictEdges } from "./layers/parcelles";
import { selection } from "./layers/selection";
import { brownfields, businessParks, constraints, facilities, zoneEdges, zoneFills } from "./layers/sites";

const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

const hide = (layer: LayerSpecification): LayerSpecification =>
  ({ ...layer, layout: { ...layer.layout, visibility: "none" } }) as LayerSpecification;

/** The whole style. No `glyphs`, no `sprite`: letters and textures are drawn here, from our own font. */
export function style(
  tilejson: TileJson,
  { couleur, poids, couches }: { couleur: Couleur; poids: Record<Axe, number>; couches: readonly Couche[] },
): StyleSpecification {
  const hidden = new Set(
    (Object.keys(STYLE) as Couche[]).filter((couche) => !couches.includes(couche)).flatMap((couche) => STYLE[couche]),
  );
  const state = { couleur, ...weightState(poids) };
  return {
    version: 8,
    state: Object.fromEntries(Object.entries(state).map(([key, value]) => [key, { default: value }])),
    sources: {
      donnees: {
        type: "vector",
        tiles: tilejson.tiles,
        minzoom: tilejson.minzoom ?? 5,
        maxzoom: tilejson.maxzoom ?? 16,
        ...(tilejson.bounds ? { bounds: tilejson.bounds } : {}),
        promoteId: { parcelles: "idu" },
      },
      selection: { type: "geojson", data: EMPTY },
      etiquettes: { type: "geojson", data: EMPTY },
      limites: { type: "geojson", data: EMPTY },
      perimetre: { type: "geojson", data: EMPTY },
      rangs: { type: "geojson", data: EMPTY },
      numeros: { type: "geojson", data: EMPTY },
    },
    layers: [
      ...land,
      ...aggregates,
      ...constraints,
      ...zoneFills,
      ...parcelEdges,
      ...parcelFills,
      ...verdictEdges,
      ...outside,
      ...zoneEdges,
      ...brownfields,
      ...buildings,
      ...communes,
      ...businessParks,
      ...limits,
      ...hover,
      ...selection,
      ...facilities,
      ...parcelLabels,
      ...labels,
      ...pins,
    ].map((layer) => (hidden.has(layer.id) ? hide(layer) : layer)),
  };
}
