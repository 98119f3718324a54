import { describe, expect, it } from "vitest";
import { boxInside, contains, outerRings, ringCentroid } from "./geometry";

const square = [
  [3, 43],
  [3.01, 43],
  [3.01, 43.01],
  [3, 43.01],
  [3, 43],
];

describe("geometry", () => {
  it("finds the centre of a ring whatever its direction", () => {
    for (const ring of [square, [...square].reverse()]) {
      const { x, y, area } = ringCentroid(ring);
      expect(x).toBeCloseTo(3.005, 9);
      expect(y).toBeCloseTo(43.005, 9);
      expect(Math.abs(area)).toBeCloseTo(1e-4, 12);
    }
  });

  it("knows inside from outside", () => {
    expect(contains(square, [3.005, 43.005])).toBe(true);
    expect(contains(square, [3.02, 43.005])).toBe(false);
  });

  it("keeps outer rings only", () => {
    expect(outerRings({ type: "Polygon", coordinates: [square, square] })).toHaveLength(1);
    expect(outerRings({ type: "MultiPolygon", coordinates: [[square], [square, square]] })).toHaveLength(2);
    expect(outerRings({ type: "Point", coordinates: [3, 43] })).toHaveLength(0);
  });

  it("tests a box with its margin", () => {
    expect(boxInside([1, 1, 2, 2], [0, 0, 3, 3])).toBe(true);
    expect(boxInside([1, 1, 2, 2], [0, 0, 3, 3], 2)).toBe(false);
  });
});
