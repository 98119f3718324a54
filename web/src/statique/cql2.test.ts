import { describe, expect, it } from "vitest";
import { conditions } from "../filters/cql";
import { AUCUN, avecBornes, avecChoix, avecOui, garderInconnus } from "../filters/filtres";
import { FILTRES } from "../filters/table";
import { Illisible, lire, proprietes, type Valeur } from "./cql2";
import { compiler, type Source } from "./predicat";

/** One row whose columns these are. */
function ligne(row: Record<string, Valeur | null>): Source {
  return {
    colonne: async (nom) => (nom in row ? () => row[nom] ?? null : null),
    intersecte:
      async ({ coordinates }) =>
      () =>
        coordinates[0]?.length === 4,
  };
}

const vaut = async (text: string, row: Record<string, Valeur | null> = {}) => (await compiler(text, ligne(row)))(0);

describe("a condition", () => {
  const row = { n: 5, t: "friche", inconnu: null, vrai: true };

  it.each([
    ["n = 5", true],
    ["n <> 5", false],
    ["n >= 5 AND n <= 5", true],
    ["n < 5 OR t = 'friche'", true],
    ["n BETWEEN 1 AND 4", false],
    ["n NOT BETWEEN 1 AND 4", true],
    ["n IN (1, 5)", true],
    ["t NOT IN ('x','y')", true],
    ["NOT (t IN ('friche'))", false],
    ["t LIKE 'fr%'", true],
    ["t LIKE '_riche'", true],
    ["t LIKE 'FR%'", false],
    ["t LIKE 'fr.che'", false],
    ["t = 'l''autre'", false],
    ["inconnu IS NULL", true],
    ["n IS NOT NULL", true],
    ["n > -1", true],
    ["not n = 4 and t = 'friche'", true],
    ["S_INTERSECTS(geometry, POLYGON((3.2 43.6,3.21 -43.6,3.21 4.361e1,3.2 43.6)))", true],
  ])("%s is %s", async (text, expected) => {
    expect(await vaut(text, row)).toBe(expected);
  });

  it("is unknown where the row does not know, unless the rest decides", async () => {
    for (const unknown of [
      "inconnu > 3",
      "NOT (inconnu > 3)",
      "inconnu IN (1)",
      "inconnu LIKE '%'",
      "inconnu BETWEEN 1 AND 2",
    ]) {
      expect(await vaut(unknown, row), unknown).toBeNull();
      expect(await vaut(`${unknown} AND n = 5`, row)).toBeNull();
      expect(await vaut(`${unknown} OR n = 4`, row)).toBeNull();
      expect(await vaut(`${unknown} AND n = 4`, row)).toBe(false);
      expect(await vaut(`${unknown} OR n = 5`, row)).toBe(true);
    }
  });

  it("binds AND before OR", async () => {
    expect(await vaut("n = 5 OR n = 5 AND n = 4", row)).toBe(true);
    expect(await vaut("(n = 5 OR n = 5) AND n = 4", row)).toBe(false);
  });

  it("is refused rather than guessed", async () => {
    for (const text of ["", "n", "n =", "n = 5 5", "n ; 5", "(n = 5", "CASEI(t) = 'x'", "n = 'l'autre'", "n NOT = 5"]) {
      await expect(vaut(text, row), text).rejects.toThrow(Illisible);
    }
    await expect(vaut("autre = 1", row)).rejects.toThrow("« autre »");
  });
});

it("reads every filter that the map can write", () => {
  for (const filtre of FILTRES) {
    let filtres = avecOui(AUCUN, filtre.cle, filtre.genre === "oui");
    if (filtre.genre === "bornes") filtres = avecBornes(AUCUN, filtre.cle, { min: 1, max: 10 });
    if (filtre.genre === "choix") filtres = avecChoix(AUCUN, filtre.cle, filtre.codes);
    for (const one of [filtres, garderInconnus(filtres, filtre.cle, false)]) {
      for (const [nom, text] of conditions(one)) {
        expect(proprietes(lire(text)).length, nom).toBeGreaterThan(0);
      }
    }
  }
});
