import { describe, expect, it } from "vitest";
import type { Artificialisation, PeriodeArtif, Territoire } from "../../api/territoires";
import { chapeau, titre, totale } from "./phrases";

const periode = (
  departement: string,
  debut: number | null,
  fin: number,
  some: Partial<PeriodeArtif> = {},
): PeriodeArtif => ({
  departement,
  debut,
  fin,
  communes: 6,
  artif_m2: 182_000,
  desartif_m2: 41_000,
  nette_m2: 141_000,
  imper_m2: 73_000,
  taux: 0.113,
  ...some,
});
const of = (couverture: Artificialisation["couverture"], periodes: PeriodeArtif[], couvertes = 6): Territoire =>
  ({ niveau: "scot", artificialisation: { couverture, periodes, communes: { nombre: 6, couvertes } } }) as Territoire;
const said = (t: Territoire) => [titre(t), ...chapeau(t)].join(" ").replace(/[\u00a0\u202f]/g, " ");

describe("artificialisation", () => {
  it("has a total where all communes were seen in the same two years", () => {
    expect(said(of("complete_uniforme", [periode("34", 2018, 2021)]))).toBe(
      "Artificialisation nette de 14,1 ha de 2018 à 2021 18,2 ha artificialisés, 4,1 ha désartificialisés ; 7,3 ha rendus imperméables. 11,3 % de la surface est artificialisée en 2021. Les 6 communes sont couvertes.",
    );
  });

  it("has none anywhere else", () => {
    const two = [periode("30", 2018, 2021), periode("34", 2019, 2022)];
    for (const t of [
      of("complete_non_uniforme", two),
      of("complete_uniforme", two),
      of("partielle", [periode("34", 2018, 2021)], 4),
      of("aucune", [], 0),
    ]) {
      expect(t.artificialisation && totale(t.artificialisation)).toBeNull();
      expect(said(t)).not.toMatch(/\d ha/);
    }
    expect(said(of("complete_non_uniforme", two))).toContain("30 (2018-2021), 34 (2019-2022)");
    expect(said(of("partielle", two, 4))).toContain("4 communes sur 6 sont couvertes : aucun total");
  });

  it("says why when there is nothing", () => {
    expect(said(of("aucune", [], 0))).toMatch(/Non renseigné : aucune artificialisation mesurée sur l’OCS GE/);
    expect(said({ niveau: "scot", artificialisation: null } as Territoire)).toMatch(/Non renseigné/);
  });

  it("knows a state without a flow", () => {
    const state = periode("34", null, 2021, { artif_m2: null, desartif_m2: null, nette_m2: null, imper_m2: null });
    expect(said(of("complete_uniforme", [state]))).toMatch(/un seul millésime, 2021 11,3 % de la surface/);
  });
});
