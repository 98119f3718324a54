import type { MultiPolygon, Polygon } from "geojson";
import type { Bbox } from "../api/types";

export type Surface = Polygon | MultiPolygon;

export const disjointes = (a: Bbox, b: Bbox): boolean => a[2] < b[0] || a[0] > b[2] || a[3] < b[1] || a[1] > b[3];

export const contient = (a: Bbox, b: Bbox): boolean => a[0] <= b[0] && a[1] <= b[1] && a[2] >= b[2] && a[3] >= b[3];

/** The box of a polygon. */
export function boite({ coordinates: [ring = []] }: Polygon): Bbox {
  const [xs, ys] = [ring.map(([x]) => x ?? 0), ring.map(([, y]) => y ?? 0)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

export const rectangle = ([w, s, e, n]: Bbox): Polygon => ({
  type: "Polygon",
  coordinates: [
    [
      [w, s],
      [e, s],
      [e, n],
      [w, n],
      [w, s],
    ],
  ],
});

/** Halves go away from zero, as the server rounds. */
const arrondi = (v: number): number => Math.sign(v) * Math.round(Math.abs(v));

/** The middle of a box, on the grid of published coordinates. */
export const milieu = (b: readonly number[]): [number, number] => {
  const middle = (low = 0, high = 0) => arrondi(((low + high) / 2) * 1e7) / 1e7;
  return [middle(b[0], b[2]), middle(b[1], b[3])];
};
