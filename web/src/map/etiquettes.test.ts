import { describe, expect, it } from "vitest";
import { place } from "./etiquettes";

const box = (x0: number, y0: number, x1: number, y1: number) => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
  [x0, y0],
];

describe("the place of a name", () => {
  it("is the common centre of a polygon cut in two", () => {
    expect(place([box(0, 0, 1, 2), box(1, 0, 3, 2)], "centre")?.at).toEqual([1.5, 1]);
  });

  it("is inside the largest piece when the common centre is outside", () => {
    const at = place([box(0, 0, 10, 1), box(0, 9, 2, 10)], "centre")?.at;
    expect(at).toEqual([5, 0.5]);
  });

  it("is the top for a name that stands outside", () => {
    expect(place([box(0, 0, 2, 3)], "sommet")?.at).toEqual([1, 3]);
  });

  it("is nowhere without ground", () => {
    expect(place([], "centre")).toBeNull();
  });
});
