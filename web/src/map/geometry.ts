import type { Bbox, LonLat } from "../api/types";
import type { Vue } from "../url";

export type Ring = readonly (readonly number[])[];

/** Signed area and centroid of a ring, in the units of its coordinates. */
export function ringCentroid(ring: Ring): { area: number; x: number; y: number } {
  const [ox = 0, oy = 0] = ring[0] ?? [];
  let area = 0;
  let x = 0;
  let y = 0;
  for (let i = 0; i + 1 < ring.length; i += 1) {
    const [ax = 0, ay = 0] = ring[i] ?? [];
    const [bx = 0, by = 0] = ring[i + 1] ?? [];
    // Relative to the first vertex: degrees far from the origin would lose digits.
    const cross = (ax - ox) * (by - oy) - (bx - ox) * (ay - oy);
    area += cross / 2;
    x += ((ax + bx - 2 * ox) * cross) / 6;
    y += ((ay + by - 2 * oy) * cross) / 6;
  }
  return area === 0 ? { area: 0, x: ox, y: oy } : { area, x: ox + x / area, y: oy + y / area };
}

export function contains(ring: Ring, [x, y]: LonLat): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [ax = 0, ay = 0] = ring[i] ?? [];
    const [bx = 0, by = 0] = ring[j] ?? [];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** The world less some polygons: what lies outside them. Their holes are left out. */
export function masque(shapes: readonly GeoJSON.Geometry[]): GeoJSON.Polygon {
  const world = [
    [-180, -85],
    [180, -85],
    [180, 85],
    [-180, 85],
    [-180, -85],
  ];
  const holes = shapes.flatMap(outerRings).map((ring) => ring.map((position) => [...position]));
  return { type: "Polygon", coordinates: [world, ...holes] };
}

/** Side of the world at zoom 0, in CSS pixels. */
const WORLD = 512;

/** The box that a north-up map of this many pixels shows around a centre, before the map is there to be asked. */
export function boxAround({ zoom, lat, lon }: Vue, width: number, height: number): Bbox {
  const side = WORLD * 2 ** zoom;
  const half = (width / side) * 180;
  const y = 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI);
  const latAt = (at: number) => (Math.atan(Math.sinh((0.5 - at) * 2 * Math.PI)) * 180) / Math.PI;
  const dy = height / 2 / side;
  return [lon - half, latAt(y + dy), lon + half, latAt(y - dy)];
}

/** The box of some shapes; null when there are none. */
export function boite(shapes: readonly GeoJSON.Geometry[]): Bbox | null {
  const points = shapes.flatMap(outerRings).flat();
  if (points.length === 0) return null;
  const box: Bbox = [180, 90, -180, -90];
  for (const [x = 0, y = 0] of points) {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return box;
}

/** A circle of so many metres around a place, as a polygon of 48 corners. */
export function cercle([lon, lat]: LonLat, metres: number): LonLat[] {
  const dy = metres / 111_320;
  const dx = dy / Math.cos((lat * Math.PI) / 180);
  return Array.from({ length: 48 }, (_, i): LonLat => {
    const angle = (i / 48) * 2 * Math.PI;
    return [lon + dx * Math.cos(angle), lat + dy * Math.sin(angle)];
  });
}

/** Outer rings of a polygon or multipolygon. */
export function outerRings(geometry: GeoJSON.Geometry): Ring[] {
  if (geometry.type === "Polygon") return geometry.coordinates.slice(0, 1);
  if (geometry.type === "MultiPolygon") return geometry.coordinates.flatMap((polygon) => polygon.slice(0, 1));
  return [];
}

/** A box that lies in the other, with a margin given as a share of its own size. */
export function boxInside(inner: Bbox, outer: Bbox, margin = 0): boolean {
  const dx = (inner[2] - inner[0]) * margin;
  const dy = (inner[3] - inner[1]) * margin;
  return (
    inner[0] - dx >= outer[0] && inner[1] - dy >= outer[1] && inner[2] + dx <= outer[2] && inner[3] + dy <= outer[3]
  );
}
