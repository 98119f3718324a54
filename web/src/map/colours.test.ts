import { describe, expect, it } from "vitest";
import { COULEURS, classe, RAMPS, TYPES } from "./colours";

/** OKLab lightness of a hexadecimal colour. */
function lightness(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
}

describe("ramps", () => {
  it.each(Object.entries(RAMPS))("%s darkens at every step", (_axe, ramp) => {
    const steps = ramp.map(lightness);
    for (let i = 1; i < steps.length; i += 1) expect((steps[i - 1] ?? 0) - (steps[i] ?? 0)).toBeGreaterThan(0.05);
  });

  it("puts a bound in the class above", () => {
    expect([0, 19.9, 20, 59, 60, 80, 100].map(classe)).toEqual([0, 0, 1, 2, 3, 4, 4]);
  });
});

describe("types", () => {
  it("have one letter each", () => {
    expect(new Set(TYPES.map((type) => type.lettre)).size).toBe(TYPES.length);
  });

  it("fit the keys 1–8", () => {
    expect(COULEURS).toHaveLength(8);
  });
});
