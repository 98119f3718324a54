import { describe, expect, it } from "vitest";
import type { Territoires } from "../api/types";
import { grouper } from "./groups";

const commune = (code: string, nom: string) => ({ code, nom, communes: 1 });
const territoires: Territoires = {
  commune: [commune("34901", "Lauzerac"), commune("34902", "Saint-Orly"), commune("34903", "L’Étang")],
  epci: [{ code: "200000001", nom: "Coteaux d’Autan", communes: 3 }],
  scot: [{ code: "9901", nom: "Coteaux d’Autan", communes: 3 }],
  departement: [{ code: "34", nom: "34", communes: 3 }],
};
const names = (query: string) => grouper(territoires, query).flatMap(({ liste }) => liste.map(({ nom }) => nom));

describe("the territories found", () => {
  it("come the widest first", () => {
    expect(grouper(territoires, "").map(({ niveau }) => niveau)).toEqual(["departement", "scot", "epci", "commune"]);
  });

  it("are found without accents, hyphens or apostrophes, or by code", () => {
    expect(names("l etang")).toEqual(["L’Étang"]);
    expect(names("saint orly")).toEqual(["Saint-Orly"]);
    expect(names("34901")).toEqual(["Lauzerac"]);
    expect(names("nulle part")).toEqual([]);
  });

  it("say how many are not shown", () => {
    const many = { ...territoires, commune: Array.from({ length: 70 }, (_, i) => commune(String(i), `Bourg ${i}`)) };
    const found = grouper(many, "bourg")[0];
    expect(found?.liste).toHaveLength(60);
    expect(found?.reste).toBe(10);
  });
});
