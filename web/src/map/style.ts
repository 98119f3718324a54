import type { StyleSpecification } from "maplibre-gl";
import type { Edition, TileJson } from "../api/types";
import type { Couleur } from "./colours";
import { weightState } from "./expressions";
import { buildings, communes, land, parcelEdges } from "./layers/fond";
import { aggregates, labels } from "./layers/labels";
import { hover, parcelFills, parcelLabels, verdictEdges } from "./layers/parcelles";
import { selection } from "./layers/selection";
import { brownfields, businessParks, constraints, facilities } from "./layers/sites";

const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

/** The whole style. No `glyphs`, no `sprite`: letters and textures are drawn here, from our own font. */
export function style(edition: Edition, tilejson: TileJson, couleur: Couleur): StyleSpecification {
  const poids = edition.profils[0]?.poids ?? { potentiel: 1, durete: 0, besoin: 0, sobriete: 0 };
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
      numeros: { type: "geojson", data: EMPTY },
    },
    layers: [
      ...land,
      ...aggregates,
      ...constraints,
      ...parcelEdges,
      ...parcelFills,
      ...verdictEdges,
      ...brownfields,
      ...buildings,
      ...communes,
      ...businessParks,
      ...hover,
      ...selection,
      ...facilities,
      ...parcelLabels,
      ...labels,
    ],
  };
}
