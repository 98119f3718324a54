import type { GeoJSONSource, MapGeoJSONFeature, Map as MapLibre } from "maplibre-gl";
import type { LonLat } from "../api/types";
import { contains, outerRings, type Ring, ringCentroid } from "./geometry";

/**
 * One name per commune, ZAE and friche, one number per parcel.
 *
 * A polygon is cut at every tile's edge, and a symbol on it would be written once per piece. The pieces in view are
 * put together here instead. A name keeps its place once found, so that it stays still while the map moves; it is
 * placed anew only when clearly more of its ground comes into sight.
 */

interface Kind {
  layer: string;
  genre: string;
  id: string;
  /** Friche names stand outside, above the polygon. */
  place: "centre" | "sommet";
}

const KINDS: readonly Kind[] = [
  { layer: "communes", genre: "commune", id: "code", place: "centre" },
  { layer: "zae", genre: "zae", id: "id", place: "centre" },
  { layer: "friches", genre: "friche", id: "id", place: "sommet" },
  { layer: "friches_points", genre: "friche", id: "id", place: "sommet" },
];

const PARCELLES: Kind = { layer: "parcelles", genre: "parcelle", id: "idu", place: "centre" };
/** Above which parcels carry a letter or a number: few enough in view to be read. */
const PARCEL_ZOOM = 16;

type Properties = Record<string, unknown>;
type Point = GeoJSON.Feature<GeoJSON.Point>;

interface Piece {
  rings: Ring[];
  point: LonLat | null;
  properties: Properties;
}

interface Placed {
  area: number;
  feature: Point;
}

/** The place of a name on the pieces of one polygon, and the area it rests on. */
export function place(rings: readonly Ring[], where: Kind["place"]): { at: LonLat; area: number } | null {
  const parts = rings.map((ring) => {
    const { area, x, y } = ringCentroid(ring);
    return { area: Math.abs(area), x, y };
  });
  const largest = parts.reduce<(typeof parts)[number] | null>((a, b) => (a && a.area >= b.area ? a : b), null);
  if (!largest) return null;
  const area = parts.reduce((sum, p) => sum + p.area, 0);
  const mean = (pick: (p: (typeof parts)[number]) => number) =>
    area > 0 ? parts.reduce((sum, p) => sum + pick(p) * p.area, 0) / area : pick(largest);
  const centre: LonLat = [mean((p) => p.x), mean((p) => p.y)];
  if (where === "sommet") {
    const top = rings.reduce((max, ring) => ring.reduce((m, c) => Math.max(m, c[1] ?? m), max), -90);
    return { at: [centre[0], top], area };
  }
  // The centre of an L lies outside it: its largest piece is the better guess.
  const inside = rings.some((ring) => contains(ring, centre));
  return { at: inside ? centre : [largest.x, largest.y], area };
}

/** The pieces of each polygon, by its identifier. */
function assemble(
  features: Iterable<Pick<MapGeoJSONFeature, "properties" | "geometry">>,
  id: string,
): Map<string, Piece> {
  const found = new Map<string, Piece>();
  for (const { properties, geometry } of features) {
    const code = properties[id];
    if (code === undefined || properties["statut"] === "friche reconvertie") continue;
    const piece = found.get(String(code)) ?? { rings: [], point: null, properties: {} };
    piece.rings.push(...outerRings(geometry));
    if (geometry.type === "Point") piece.point = geometry.coordinates as LonLat;
    piece.properties = { ...piece.properties, ...properties };
    found.set(String(code), piece);
  }
  return found;
}

export class Etiquettes {
  readonly #names = new Map<string, Placed>();
  readonly #parcels = new Map<string, Placed>();

  constructor(readonly map: MapLibre) {}

  /** Reads the tiles in view. */
  refresh(): void {
    const named = KINDS.map((kind) =>
      this.#read(kind, this.#names, this.map.querySourceFeatures("donnees", { sourceLayer: kind.layer })),
    );
    if (named.includes(true)) this.#write("etiquettes", this.#names);
    this.#numbers();
  }

  #numbers(): void {
    if (this.map.getZoom() < PARCEL_ZOOM) {
      // Left behind, the numbers of a whole walk through the territory would pile up.
      if (this.#parcels.size > 0) {
        this.#parcels.clear();
        this.#write("numeros", this.#parcels);
      }
      return;
    }
    const drawn = this.map.queryRenderedFeatures({ layers: ["parcelle-sol"] });
    if (this.#read(PARCELLES, this.#parcels, drawn)) this.#write("numeros", this.#parcels);
  }

  #write(source: string, placed: ReadonlyMap<string, Placed>): void {
    const features = [...placed.values()].map(({ feature }) => feature);
    this.map.getSource<GeoJSONSource>(source)?.setData({ type: "FeatureCollection", features });
  }

  #read(kind: Kind, into: Map<string, Placed>, features: Parameters<typeof assemble>[0]): boolean {
    let changed = false;
    for (const [code, piece] of assemble(features, kind.id)) {
      const key = `${kind.layer}/${code}`;
      const known = into.get(key);
      const found = piece.point ? { at: piece.point, area: 1 } : place(piece.rings, kind.place);
      if (!found) continue;
      const more = !known || found.area > known.area * 1.2;
      // A commune's count is in the tiles below z13 only: it may come after its name was placed.
      const told = known?.feature.properties?.["n"] === piece.properties["n"] || piece.properties["n"] === undefined;
      if (!more && told) continue;
      const at = more ? found.at : (known.feature.geometry.coordinates as LonLat);
      const properties = { ...known?.feature.properties, ...piece.properties, genre: kind.genre };
      into.set(key, {
        area: Math.max(found.area, known?.area ?? 0),
        feature: { type: "Feature", geometry: { type: "Point", coordinates: at }, properties },
      });
      changed = true;
    }
    return changed;
  }
}
