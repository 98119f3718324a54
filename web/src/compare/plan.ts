import type { Geometrie } from "../api/types";

/** Outlines in metres from the middle of their box, east and north. Enough for a plan of a few kilometres. */
export interface Trace {
  rings: [number, number][][];
  largeur: number;
  hauteur: number;
}

const EARTH = 6_371_008.8;
const RAD = Math.PI / 180;

export function trace({ type, coordinates }: Geometrie): Trace {
  const rings = (type === "Polygon" ? coordinates : coordinates.flat()) as number[][][];
  const points = rings.flat();
  const ends = (i: 0 | 1): [number, number] =>
    points.reduce<[number, number]>(
      ([low, high], point) => [Math.min(low, point[i] ?? low), Math.max(high, point[i] ?? high)],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    );
  const [west, east] = ends(0);
  const [south, north] = ends(1);
  const [lon, lat] = [(west + east) / 2, (south + north) / 2];
  const metres = EARTH * RAD;
  const shrink = Math.cos(lat * RAD);
  return {
    rings: rings.map((ring) =>
      ring.map(([x = lon, y = lat]) => [(x - lon) * metres * shrink, (y - lat) * metres] as [number, number]),
    ),
    largeur: (east - west) * metres * shrink,
    hauteur: (north - south) * metres,
  };
}

/** Pixels per metre at which the largest of them fills the box, less a margin. */
export function echelle(traces: readonly Trace[], largeur: number, hauteur: number, marge: number): number {
  const fits = traces.map((one) =>
    Math.min((largeur - 2 * marge) / Math.max(one.largeur, 1), (hauteur - 2 * marge) / Math.max(one.hauteur, 1)),
  );
  return fits.length === 0 ? 1 : Math.min(...fits);
}

/** A round length (1, 2 or 5 and zeros) of at most so many pixels, for the bar that gives the scale. */
export function barre(pixelsParMetre: number, pixels: number): { metres: number; pixels: number } {
  const most = pixels / pixelsParMetre;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = ([5, 2, 1] as const).map((n) => n * power).find((n) => n <= most * (1 + 1e-9)) ?? power;
  return { metres, pixels: metres * pixelsParMetre };
}

/** The `d` of an SVG path, centred in the box, north up. */
export function chemin({ rings }: Trace, pixelsParMetre: number, largeur: number, hauteur: number): string {
  const tenth = (n: number) => Math.round(n * 10) / 10;
  const at = ([x, y]: [number, number]) =>
    `${tenth(largeur / 2 + x * pixelsParMetre)} ${tenth(hauteur / 2 - y * pixelsParMetre)}`;
  return rings.map((ring) => `M${ring.map(at).join("L")}Z`).join("");
}
