import { describe, expect, it } from "vitest";
import {
  date,
  hectare,
  idu,
  intervalle,
  mois,
  nombre,
  part,
  pluriel,
  points,
  reference,
  signe,
  surface,
  taux,
} from "./format";

describe("French formats", () => {
  it("separates thousands with a narrow no-break space", () => {
    expect(nombre(38412)).toBe("38\u202f412");
    expect(surface(3196.4)).toBe("3\u202f196\u202fm²");
  });

  it("writes a true minus and never minus zero", () => {
    expect(nombre(-12)).toBe("−12");
    expect(nombre(-0.2)).toBe("0");
    expect(points(-0.01)).toBe("0,0");
  });

  it("never rounds a part to nothing or to everything", () => {
    expect(part(0.001)).toBe("<\u202f1\u202f%");
    expect(part(0.999)).toBe(">\u202f99\u202f%");
    expect(part(0)).toBe("0\u202f%");
    expect(part(1)).toBe("100\u202f%");
    expect(part(0.83)).toBe("83\u202f%");
  });

  it("keeps the decimal of a ledger, rounds half up and never to nothing", () => {
    expect([93e4, 0, 142_500, 200, -200, -13e3].map(hectare)).toEqual([
      "93,0",
      "0,0",
      "14,3",
      "<\u202f0,1",
      ">\u202f−0,1",
      "−1,3",
    ]);
    expect([6000, 0, -0, -6000].map(signe)).toEqual(["+0,6", "0,0", "0,0", "−0,6"]);
    expect([0.609, 0.4, 1.0834, 0].map(taux)).toEqual(["60,9", "40,0", "108,3", "0,0"].map((n) => `${n}\u202f%`));
  });

  it("writes an interval once when its ends meet", () => {
    expect(intervalle(66.2, 80.4)).toBe("66–80");
    expect(intervalle(59.1, 59.3)).toBe("59");
  });

  it("writes dates", () => {
    expect(date("2026-11-01")).toBe("1ᵉʳ novembre 2026");
    expect(date("2026-05-26")).toBe("26 mai 2026");
    expect(date("2026-10")).toBe("octobre 2026");
    expect(date("inconnue")).toBe("inconnue");
    expect(mois("2026-11-01")).toBe("novembre 2026");
  });

  it("cuts an identifier where a reader does", () => {
    expect(idu("34901000ZB0047")).toBe("34901 000 ZB 0047");
    expect(idu("349010000A0047")).toBe("34901 000 A 0047");
    expect(reference("349010000A0047")).toBe("A 0047");
  });

  it("keeps zero singular", () => {
    expect(pluriel(0, "condition", "conditions")).toBe("condition");
    expect(pluriel(2, "condition", "conditions")).toBe("conditions");
  });
});
