import { expect, it } from "vitest";
import { position, valeur } from "./echelle";
import { PALIERS } from "./table";

it("goes from a value to its place and back", () => {
  for (const value of [0, 50, 100, 130, 1000, 1200, 6000, 20_000]) {
    expect(valeur(PALIERS, position(PALIERS, value))).toBe(value);
  }
  expect(position(PALIERS, 175)).toBe(1.5);
});

it("has no limit beyond the last stop", () => {
  expect(position(PALIERS, 90_000)).toBe(PALIERS.length - 1);
  expect(valeur(PALIERS, PALIERS.length)).toBeNull();
  expect(valeur(PALIERS, PALIERS.length - 1)).toBe(20_000);
});
