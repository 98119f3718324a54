import { describe, expect, it } from "vitest";
import type { Fiche } from "../api/types";
import { type Cellule, groupes, identique, type Ligne, meilleures } from "./lignes";

const cell = (central: number | null): Cellule => ({ texte: String(central), central });

/** Just what the table reads. */
function fiche(idu: string, potentiel: number | null, ces: number | null, haut: number): Fiche {
  return {
    idu,
    types: [],
    axes:
      potentiel === null
        ? []
        : [
            {
              code: "potentiel",
              libelle: "",
              min: potentiel - 5,
              central: potentiel,
              max: potentiel,
              contributions: [],
            },
          ],
    fiabilite: null,
    indice: null,
    a_verifier: [],
    voie: null,
    capacite: { bas: 1, central: 2, haut, methode: "", detail: null, lls_min: null, lls_max: null },
    enaf: null,
    recouvrements: [],
    criteres: [
      {
        id: "ces",
        libelle: "",
        unite: "part",
        valeur: ces,
        affichage: ces === null ? "inconnu" : `${ces}`,
        source: null,
      },
    ],
  } as unknown as Fiche;
}

const row = (fiches: Fiche[], cle: string): Ligne => {
  const found = groupes(fiches)
    .flatMap(({ lignes }) => lignes)
    .find((ligne) => ligne.cle === cle);
  if (!found) throw new Error(`no row ${cle}`);
  return found;
};

describe("the best of a row", () => {
  it("is the highest or the lowest, all of them when tied", () => {
    expect(meilleures([cell(91), cell(87), cell(91)], "haut")).toEqual([0, 2]);
    expect(meilleures([cell(20), cell(10)], "bas")).toEqual([1]);
  });

  it("is nobody where it would be a judgement, or where only one is known", () => {
    expect(meilleures([cell(59), cell(20)], null)).toEqual([]);
    expect(meilleures([cell(null), cell(5)], "haut")).toEqual([]);
  });

  it("never takes the unknown for 0", () => {
    expect(meilleures([cell(null), cell(0.2), cell(0.1)], "bas")).toEqual([2]);
    expect(row([fiche("a", 50, null, 4), fiche("b", 50, 0.3, 4)], "ces").cellules[0]).toMatchObject({
      texte: "inconnu",
      incertain: true,
      central: null,
    });
  });
});

describe("the table", () => {
  it("draws dwellings on one scale", () => {
    const scales = row([fiche("a", 50, 0, 42), fiche("b", 50, 0, 430)], "logements").cellules.map(
      (c) => c.glyphe?.maximum,
    );
    expect(scales).toEqual([430, 430]);
  });

  it("knows a row that says the same everywhere, interval included", () => {
    expect(identique(row([fiche("a", 50, 0.1, 4), fiche("b", 50, 0.1, 4)], "potentiel"))).toBe(true);
    expect(identique(row([fiche("a", 50, 0.1, 4), fiche("b", 60, 0.1, 4)], "potentiel"))).toBe(false);
    expect(identique(row([fiche("a", 50, 0.1, 4), fiche("b", 50, 0.1, 9)], "logements"))).toBe(false);
  });

  it("says the interval beside the central value, and unknown for an axis without one", () => {
    const [known, unknown] = row([fiche("a", 50, 0, 4), fiche("b", null, 0, 4)], "potentiel").cellules;
    expect(known).toMatchObject({ texte: "50", glyphe: { bornes: "45–50", nom: "Potentiel 50, entre 45 et 50" } });
    expect(unknown).toMatchObject({ texte: "?", central: null, glyphe: { nom: "Potentiel inconnu" } });
  });
});
