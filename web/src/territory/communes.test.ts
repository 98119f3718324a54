import { describe, expect, it } from "vitest";
import type { CommuneTerritoire } from "../api/territoires";
import { next, sorted, TRI } from "./communes";
import { ecartSru } from "./sums";

function commune(nom: string, some: Partial<CommuneTerritoire> = {}): CommuneTerritoire {
  return {
    code: nom,
    nom,
    population: null,
    document: null,
    zone_abc: null,
    sru_soumise: null,
    sru_taux: null,
    sru_cible: null,
    carence: null,
    tension: null,
    nb_parcelles: 0,
    nb_classes: 0,
    indice_dix_meilleurs: null,
    enaf_reference_m2: null,
    enaf_depuis_2021_m2: null,
    enaf_autorise_m2: null,
    enaf_reste_m2: null,
    ...some,
  };
}

const names = (communes: CommuneTerritoire[]) => communes.map(({ nom }) => nom).join(" ");

describe("the communes table", () => {
  const communes = [
    commune("Été", { enaf_reste_m2: 0 }),
    commune("Zut"),
    commune("Alpha"),
    commune("Faux", { enaf_reste_m2: -8000 }),
    commune("Eau", { enaf_reste_m2: 0 }),
  ];

  it("begins with the most constrained; unknown is neither the least nor the most", () => {
    expect(names(sorted(communes, TRI))).toBe("Faux Eau Été Alpha Zut");
    expect(names(sorted(communes, { cle: "reste", sens: "descending" }))).toBe("Eau Été Faux Alpha Zut");
  });

  it("turns over when the same head is pressed again", () => {
    const tri = next(TRI, "population");
    expect(tri).toEqual({ cle: "population", sens: "descending" });
    expect(next(tri, "population").sens).toBe("ascending");
    expect(next(tri, "nom").sens).toBe("ascending");
  });

  it("has a gap only where the law applies and both ends are known", () => {
    expect(ecartSru(commune("A", { sru_soumise: true, sru_taux: 12, sru_cible: 20 }))).toBe(8);
    expect(ecartSru(commune("A", { sru_soumise: false, sru_taux: 12, sru_cible: 20 }))).toBeNull();
    expect(ecartSru(commune("A", { sru_soumise: true, sru_cible: 20 }))).toBeNull();
  });
});
