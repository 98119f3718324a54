import { describe, expect, it } from "vitest";
import { boxAround, boxInside, contains, outerRings, ringCentroid } from "./geometry";

const square = [
  [3, 43],
  [3.01, 43],
  [3.01, 43.01],
  [3, 43.01],
  [3, 43],
];

describe("geometry", () => {
  it("knows the box of a view", () => {
    const whole = boxAround({ zoom: 0, lat: 0, lon: 0 }, 512, 512);
    for (const [i, side] of [-180, -85.0511287, 180, 85.0511287].entries()) expect(whole[i]).toBeCloseTo(side, 6);
    const box = boxAround({ zoom: 14.2, lat: 43.6, lon: 3.47 }, 730, 848);
    expect(box[2] - box[0]).toBeCloseTo((360 * 730) / (512 * 2 ** 14.2), 12);
    expect((box[3] - box[1]) / (box[2] - box[0])).toBeCloseTo((848 / 730) * Math.cos((43.6 * Math.PI) / 180), 4);
    expect((box[0] + box[2]) / 2).toBeCloseTo(3.47, 12);
  });

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
