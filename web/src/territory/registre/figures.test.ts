import { describe, expect, it } from "vitest";
import { annee, commune, ligne, registre } from "./exemples";
import {
  arrondi,
  croisement,
  cumuls,
  decoupe,
  graduations,
  longueurs,
  mutualise,
  series,
  situation,
  somme,
} from "./figures";

describe("the years of the ledger", () => {
  it("add up from the first one on", () => {
    expect(cumuls(registre()).map(({ cumul }) => cumul)).toEqual([172_000, 323_000, 456_000, 570_000]);
  });

  it("are unknown from the first unknown one on: a year that is missing is not a year of nothing", () => {
    const annees = [annee(2021, 172_000), annee(2022, null), annee(2024, 114_000)];
    expect(cumuls(registre({ annees })).map(({ cumul }) => cumul)).toEqual([172_000, null, null, null]);
  });

  it("are none when nothing was observed", () => {
    expect(cumuls(registre({ derniere_annee: null, annees: [] }))).toEqual([]);
  });

  it("cut the budget only when they make up what the ledger holds", () => {
    expect(decoupe(registre())?.map(({ m2 }) => m2)).toEqual([172_000, 151_000, 133_000, 114_000]);
    expect(decoupe(registre({ brut_m2: 616_000, pene_m2: 46_000 }))).toBeNull();
    expect(decoupe(registre({ annees: [annee(2021, -5000)] }))).toBeNull();
    expect(decoupe(registre({ ...ligne(936_000, 600_000), brut_m2: 600_000 }))).toBeNull();
    expect(decoupe(registre({ brut_m2: 570_000.2 }))).toHaveLength(4);
  });
});

describe("scales", () => {
  it("are round and hold what they measure", () => {
    expect(graduations(93.6)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(graduations(100)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(graduations(7, -3)).toEqual([-4, -2, 0, 2, 4, 6, 8]);
    expect(graduations(0)).toEqual([0]);
  });

  it("meet the budget where the projection does", () => {
    const at = croisement([2025, 570_000], [2031, 1_425_000], 936_000);
    // (93,6 − 57,0) ÷ 14,25 years after 2025.
    expect(at).toBeCloseTo(2025 + 366 / 142.5, 10);
    expect(croisement([2025, 100], [2031, 200], 300)).toBeNull();
    expect(croisement([2025, 400], [2031, 500], 300)).toBeNull();
    expect(croisement([2025, 0], [2031, 0], 0)).toBeNull();
  });

  it("cut a share at their end and say that they did", () => {
    expect(longueurs(0.63)).toEqual({ use: 0.63, depasse: 0, coupe: false });
    expect(longueurs(1.083).depasse).toBeCloseTo(0.083, 10);
    expect(longueurs(4)).toMatchObject({ use: 1, coupe: true });
    expect(longueurs(4).depasse).toBeCloseTo(0.14, 10);
    expect(longueurs(-0.1)).toEqual({ use: 0, depasse: 0, coupe: false });
  });
});

describe("sums", () => {
  it("of destinations add up by period; the largest now comes first", () => {
    const annees = [
      annee(2010, 900, { habitat_m2: 900 }),
      annee(2019, 30, { habitat_m2: 30 }),
      annee(2020, 12, { habitat_m2: 10, activite_m2: 2 }),
      annee(2021, 12, { habitat_m2: 5, activite_m2: 7 }),
    ];
    const [first, second] = series(annees);
    expect(first).toMatchObject({ destination: "activite", reference: 2, objectif: 7 });
    expect(second).toMatchObject({ destination: "habitat", reference: 40, objectif: 5 });
    expect(second?.annees.map((a) => a.annee)).toEqual([2019, 2020, 2021]);
  });

  it("with an unknown term are unknown", () => {
    expect(somme([1, null, 3])).toBeNull();
    expect(somme([])).toBe(0);
    expect(series([annee(2021, null)])[0]?.objectif).not.toBeNull();
    expect(series([annee(2021, null)]).find((s) => s.destination === "habitat")?.objectif).toBeNull();
  });

  it("show what was pooled", () => {
    expect(mutualise({ ...ligne(8000, 0), cible_m2: 6000, garantie_m2: 4000 })).toBe(-2000);
    expect(mutualise({ ...ligne(10_000, 0), cible_m2: 6000.4, garantie_m2: 4000 })).toBe(0);
    expect(mutualise(ligne(null, 0))).toBeNull();
  });

  it("tell when rounding leaves a gap", () => {
    expect(arrondi([75_100, 17_900], 93_000)).toBe(false);
    expect(arrondi([10_400, 10_400], 20_800)).toBe(true);
    expect(arrondi([21_000, -4_900], 16_100)).toBe(false);
  });
});

it("counts a commune that consumes without a budget among those over it, and unknown ones apart", () => {
  const communes = [
    commune("A", ligne(0, 1000)),
    commune("B", ligne(0, 0)),
    commune("C", ligne(1000, 700)),
    commune("D", ligne(1000, 701)),
    commune("E", ligne(1000, 1001)),
    commune("F", ligne(null, 5)),
    commune("G", null),
  ];
  expect(situation(communes)).toEqual({ depassees: 2, proches: 1, inconnues: 2, nombre: 7 });
});
