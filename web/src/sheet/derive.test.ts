import { describe, expect, it } from "vitest";
import type { AxeFiche, Contribution, Fiche } from "../api/types";
import { acquis, barres, classeDurete, fait, recouvrements } from "./derive";

function contribution(critere: string, poids: number, min: number, max: number, known = true): Contribution {
  return {
    critere,
    libelle: critere,
    unite: null,
    valeur: known ? 1 : null,
    affichage: known ? "1" : null,
    presume: false,
    utilite: null,
    poids,
    points: { min, central: known ? min : null, max },
    source: null,
  };
}

const axe = (code: AxeFiche["code"], contributions: Contribution[]): AxeFiche => ({
  code,
  libelle: code,
  min: 0,
  central: null,
  max: 100,
  contributions,
});

describe("contribution bars", () => {
  it("are as long as their weight, longest first", () => {
    const bars = barres(axe("potentiel", [contribution("a", 1, 10, 10), contribution("b", 3, 75, 75)]));
    expect(bars.map((bar) => bar.contribution.critere)).toEqual(["b", "a"]);
    expect(bars[0]?.longueur).toBe(100);
    expect(bars[1]?.longueur).toBeCloseTo(33.3, 1);
    expect(bars[1]?.acquis).toBeCloseTo(13.3, 1);
  });

  it("keep what is unknown apart from what is acquired", () => {
    const potentiel = axe("potentiel", [contribution("a", 1, 50, 50), contribution("b", 1, 10, 50, false)]);
    const unknown = barres(potentiel).find((bar) => bar.inconnu);
    expect(unknown).toMatchObject({ acquis: 20, incertain: 80 });
    expect(acquis(potentiel)).toBe(50);
    expect(fait({} as Fiche, potentiel)).toBe("1 critère sur 2 inconnu");
  });

  it("draw the parts of Dureté by the points they may reach, a settled one by its central reading", () => {
    const part = { ...contribution("b", 1, 2, 4), utilite: { min: 0.5, central: 0.5, max: 0.5 } };
    const bars = barres(
      axe("durete", [contribution("a", 1, 0, 6, false), { ...part, points: { min: 2, central: 3, max: 4 } }]),
    );
    expect(bars.map((bar) => bar.longueur)).toEqual([100, 50]);
    expect(bars[1]?.points).toEqual({ min: 3, max: 3 });
  });
});

describe("Dureté", () => {
  it("has its classes at a quarter and a half", () => {
    expect([0, 0.4, 10, 25, 26, 50, 51].map(classeDurete)).toEqual([0, 0, 1, 1, 2, 2, 3]);
  });
});

describe("overlays", () => {
  it("put zones first and show what no zone covers", () => {
    const row = (couche: string, part: number) => ({ couche, code: null, libelle: "", part, source: null });
    const groups = recouvrements({ recouvrements: [row("contraintes", 0.2), row("zonage", 0.7)] } as unknown as Fiche);
    expect(groups.map((group) => group.couche)).toEqual(["zonage", "contraintes"]);
    expect(groups[0]?.reste).toBeCloseTo(0.3);
    expect(groups[1]?.reste).toBeNull();
  });
});
