import { describe, expect, it } from "vitest";
import { AXES, deplacer, ecrirePoids, lirePoids, type Poids, poidsDe } from "./poids";

const equilibre: Poids = { potentiel: 40, besoin: 25, sobriete: 20, durete: 15 };
const total = (poids: Poids) => AXES.reduce((sum, axe) => sum + poids[axe], 0);

describe("weights", () => {
  it("always add up to 100, in steps of five", () => {
    let poids = equilibre;
    for (const axe of AXES) {
      for (let value = 0; value <= 100; value += 5) {
        poids = deplacer(poids, axe, value);
        expect(total(poids)).toBe(100);
        expect(poids[axe]).toBe(value);
        for (const other of AXES) expect(poids[other] % 5).toBe(0);
      }
    }
  });

  it("rescale the others in the proportion they had", () => {
    expect(deplacer({ potentiel: 20, besoin: 40, sobriete: 20, durete: 20 }, "potentiel", 60)).toEqual({
      potentiel: 60,
      besoin: 20,
      sobriete: 10,
      durete: 10,
    });
  });

  it("share equally what nobody had", () => {
    const seul: Poids = { potentiel: 100, besoin: 0, sobriete: 0, durete: 0 };
    expect(deplacer(seul, "potentiel", 70)).toEqual({ potentiel: 70, besoin: 10, sobriete: 10, durete: 10 });
  });

  it("leave a locked weight alone, and stop where it leaves no room", () => {
    const bloques = new Set(["besoin"] as const);
    const moved = deplacer(equilibre, "potentiel", 100, bloques);
    expect(moved).toEqual({ potentiel: 75, besoin: 25, sobriete: 0, durete: 0 });
    expect(deplacer(equilibre, "besoin", 50, bloques)).toBe(equilibre);
    expect(deplacer(equilibre, "potentiel", 50, new Set(["besoin", "sobriete", "durete"] as const))).toBe(equilibre);
  });

  it("come from a profile whose shares are not whole", () => {
    const thirds = { code: "x", libelle: "x", types: [], poids: { potentiel: 1, besoin: 1, sobriete: 1, durete: 0 } };
    expect(total(poidsDe(thirds))).toBe(100);
    expect(poidsDe(thirds).durete).toBe(0);
  });

  it("are written and read back", () => {
    expect(ecrirePoids(equilibre)).toBe("40,25,20,15");
    expect(lirePoids("40,25,20,15")).toEqual(equilibre);
    for (const wrong of [null, "", "40,25,20", "40,25,20,20", "a,b,c,d", "-5,50,50,5"]) {
      expect(lirePoids(wrong)).toBeNull();
    }
  });
});
