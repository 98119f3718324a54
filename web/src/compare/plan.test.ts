import { describe, expect, it } from "vitest";
import { barre, chemin, echelle, trace } from "./plan";

/** A rectangle at 45° north: a degree of latitude is 111.2 km, one of longitude 78.6 km. */
const rectangle = (dLon: number, dLat: number) =>
  trace({
    type: "Polygon",
    coordinates: [
      [
        [3, 45],
        [3 + dLon, 45],
        [3 + dLon, 45 + dLat],
        [3, 45 + dLat],
        [3, 45],
      ],
    ],
  });

describe("plans at one scale", () => {
  it("are measured in metres", () => {
    const one = rectangle(0.001, 0.001);
    expect(one.largeur).toBeCloseTo(78.6, 0);
    expect(one.hauteur).toBeCloseTo(111.2, 0);
  });

  it("fit the largest one", () => {
    const [large, small] = [rectangle(0.004, 0.001), rectangle(0.0004, 0.0001)];
    const scale = echelle([large, small], 320, 140, 10);
    expect(large.largeur * scale).toBeCloseTo(300, 5);
    expect(small.largeur * scale).toBeCloseTo(30, 1);
  });

  it("have a bar of a round length that fits", () => {
    expect(barre(1, 120)).toEqual({ metres: 100, pixels: 100 });
    expect(barre(0.3, 90).metres).toBe(200);
    expect(barre(1.2, 60).metres).toBe(50);
    expect(barre(10, 8).metres).toBeCloseTo(0.5);
  });

  it("have north up", () => {
    const path = chemin(rectangle(0.001, 0.001), 1, 200, 200);
    const ys = [...path.matchAll(/[ML]\S+ (\S+?)(?=[LZ])/g)].map(([, y]) => Number(y));
    // The first vertex is the southern one: lower on the screen.
    expect(ys[0]).toBeGreaterThan(ys[2] ?? Number.NaN);
  });
});
