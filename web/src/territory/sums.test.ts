import { describe, expect, it } from "vitest";
import type { CommuneTerritoire, SommeIntervalle } from "../api/territoires";
import { add, asTotal, departements, drawn, ecartSru } from "./sums";

const sum = (min: number, central: number, max: number, sans_central = 0, inconnus = 0): SommeIntervalle => ({
  min,
  central,
  max,
  sans_central,
  inconnus,
});

describe("sums over a territory", () => {
  it("add up, with what they leave out", () => {
    expect(add([sum(1, 2, 3, 0, 4), sum(10, 20, 30, 1, 0)])).toEqual(sum(11, 22, 33, 1, 4));
    expect(add([])).toEqual(sum(0, 0, 0));
  });

  it("have no central when it stands for a part of the rows only", () => {
    expect(asTotal(sum(1, 2, 3)).central).toBe(2);
    expect(asTotal(sum(1, 2, 3, 1)).central).toBeNull();
  });

  it("are not drawn as nothing when nothing is known", () => {
    expect(drawn(asTotal(sum(0, 0, 0, 0, 5)), 5)).toBeNull();
    expect(drawn(asTotal(sum(0, 0, 0, 0, 4)), 5)).not.toBeNull();
  });

  it("know the départements of communes, overseas too", () => {
    expect(departements(["31555", "2A004", "97411", "31001"])).toEqual(["2A", "31", "974"]);
  });

  it("have an SRU gap only where the law applies and both ends are known", () => {
    const gap = (sru_soumise: boolean | null, sru_taux: number | null, sru_cible: number | null) =>
      ecartSru({ sru_soumise, sru_taux, sru_cible } as CommuneTerritoire);
    expect(gap(true, 12, 20)).toBe(8);
    expect(gap(false, 12, 20)).toBeNull();
    expect(gap(true, null, 20)).toBeNull();
  });
});
