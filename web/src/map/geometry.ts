import type { Bbox, LonLat } from "../api/types";

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
