import { describe, expect, it } from "vitest";
import { Params } from "../params";
import { Refus } from "../probleme";
import { histogrammes, horsListe, type Nommee, Panneau } from "./facettes";
import { moyenne, parts } from "./poids";
import { classer, grouper } from "./rang";
import { CONNUS, lireRequete, type Regles } from "./requete";
import { orientee, type Stock } from "./stock";

const poids = (potentiel: number, besoin: number, sobriete: number, durete: number) =>
  parts({ potentiel, besoin, sobriete, durete });

/** A stock of these rows, all of one type and verdict unless told otherwise, in their order. */
function stock(rows: { valeurs?: number[]; site?: number; utile?: number; type?: string; verdict?: string }[]): Stock {
  const column = (of: (row: (typeof rows)[number]) => unknown) => (row: number) => of(rows[row] ?? {}) as never;
  return {
    colonnes: {
      utile_m2: column(({ utile }) => utile ?? null),
      type_principal: column(({ type }) => (type === undefined ? "friche" : type || null)),
      verdict: column(({ verdict }) => verdict ?? "a_etudier"),
    },
    lignes: Uint32Array.from(rows.keys()),
    valeurs: Float64Array.from(rows.flatMap(({ valeurs }) => valeurs ?? [0, 0, 0, 0])),
    sites: Int32Array.from(rows, ({ site }) => site ?? -1),
    noms: [{ genre: "friche", id: "F1" }],
  };
}

describe("weights", () => {
  it("count by their proportions only", () => {
    expect(poids(40, 25, 20, 15)).toEqual([0.4, 0.15, 0.25, 0.2]);
    expect(poids(0.4, 0.25, 0.2, 0.15)).toEqual([0.4, 0.15, 0.25, 0.2]);
    expect(moyenne([0.4, 0.15, 0.25, 0.2], 61.4, 74.5, 50, 100)).toBe(68.24);
    expect(poids(0, 0, 0, 0)).toBeNull();
    expect(poids(Number.MAX_VALUE, Number.MAX_VALUE, 0, 0)).toBeNull();
  });

  it("take Dureté reversed, whole", () => {
    expect(orientee(1, { min: 20, central: 25, max: 31 })).toEqual({ min: 69, central: 75, max: 80 });
    expect(orientee(0, { min: 20, central: null, max: 31 })).toEqual({ min: 20, central: null, max: 31 });
  });
});

describe("a ranking", () => {
  const all = stock([
    { valeurs: [10, 0, 0, 0] },
    { valeurs: [90, 0, 0, 0], site: 0 },
    { valeurs: [50, 0, 0, 0] },
    { valeurs: [10.001, 0, 0, 0], site: 0 },
  ]);

  it("puts the best first, ties at two decimals in the order of the stock", () => {
    const places = classer(all, [0, 1, 2, 3], [1, 0, 0, 0]);
    expect(places.map(({ candidat }) => candidat)).toEqual([1, 2, 0, 3]);
    expect(places.map(({ score }) => score)).toEqual([90, 50, 10, 10]);
  });

  it("puts a site in the place of the best of its parcels", () => {
    const groups = grouper(all, classer(all, [0, 1, 2, 3], [1, 0, 0, 0]));
    expect(groups.map((group) => group.map(({ candidat }) => candidat))).toEqual([[1, 3], [2], [0]]);
  });
});

describe("facets", () => {
  const all = stock([{ utile: 900 }, { utile: 100 }, { type: "extension", utile: 500 }, { type: "extension" }]);
  const type = all.colonnes["type_principal"];
  const utile = all.colonnes["utile_m2"];
  const conditions: Nommee[] = [
    ["types", (row) => type?.(row) === "friche"],
    ["verdicts", () => true],
    ["filtre.utile_m2", (row) => ((utile?.(row) as number | null) ?? 0) >= 200],
  ];
  const panneau = new Panneau(all, conditions);

  it("count each choice with the other filters applied", () => {
    expect(panneau.compte()).toBe(1);
    expect(panneau.sans()).toEqual({ types: 2, verdicts: 1, "filtre.utile_m2": 2 });
    expect(panneau.types()).toMatchObject({ friche: 1, extension: 1, zae_vacante: 0 });
    expect(panneau.verdicts()).toMatchObject({ a_etudier: 1, prioritaire: 0, ecarte: 0 });
  });

  it("draw a histogram without its own filter", () => {
    expect(panneau.histogramme("utile_m2", (row) => utile?.(row) as number | null, [200, 500, 900])).toEqual({
      bornes: [200, 500, 900],
      comptes: [0, 0, 1],
      avant: 1,
      inconnus: 0,
      min: 100,
      max: 900,
    });
  });

  it("count what is never ranked: without a type, all but land set aside", () => {
    const rows = stock([
      { verdict: "ecarte" },
      { verdict: "ecarte", type: "" },
      { verdict: "parc_social", type: "" },
      { verdict: "non_evalue", type: "aucun" },
      { verdict: "a_etudier" },
    ]);
    const requete = { types: ["friche"], utileMin: 0 } as never;
    expect(horsListe(rows, 5, requete, [])).toEqual({ ecarte: 1, parc_social: 1, non_evalue: 0 });
    expect(horsListe(rows, 5, requete, [() => null])).toEqual({ ecarte: 0, parc_social: 0, non_evalue: 0 });
  });

  it("read their bounds, or say what is wrong", () => {
    const read = (text: string) => histogrammes(new Params(new URLSearchParams({ histogrammes: text })));
    expect(read("utile_m2:0:500,ces:0")).toEqual([
      ["utile_m2", [0, 500]],
      ["ces", [0]],
    ]);
    for (const bad of ["utile_m2", "utile_m2:5:5", "utile_m2:x", "utile_m2:"])
      expect(() => read(bad), bad).toThrow(Refus);
  });
});

describe("a request", () => {
  const regles = {
    edition: {
      profils: [
        {
          code: "commune",
          libelle: "",
          poids: { potentiel: 0.4, durete: 0.15, besoin: 0.25, sobriete: 0.2 },
          types: [],
        },
        {
          code: "amenageur",
          libelle: "",
          poids: { potentiel: 1, durete: 0, besoin: 0, sobriete: 0 },
          types: ["friche"],
        },
      ],
    },
    typesParDefaut: ["friche", "dent_creuse"],
  } as unknown as Regles;
  const read = (text: string) => {
    const params = new Params(new URLSearchParams(text));
    params.seulement(CONNUS);
    return lireRequete(params, regles);
  };

  it("has the weights and types of its profile", () => {
    expect(read("")).toMatchObject({ profil: "commune", types: ["friche", "dent_creuse"], limite: 100, debut: 0 });
    expect(read("profil=amenageur")).toMatchObject({ profil: "amenageur", parts: [1, 0, 0, 0], types: ["friche"] });
    expect(read("durete=1")).toMatchObject({ profil: null, parts: [0, 1, 0, 0], types: ["friche", "dent_creuse"] });
    expect(read("territoire=scot:A:B&filtre.x=n=1&limit=9999")).toMatchObject({
      territoires: [["scot", "A:B"]],
      conditions: [["filtre.x", "n=1"]],
      limite: 1000,
    });
  });

  it("is refused where the server would refuse it", () => {
    const bad = ["zz=1", "profil=x", "profil=commune&durete=1", "durete=0", "types=x", "verdicts=ecarte", "bbox=1,2,3"];
    for (const text of [...bad, "limit=0", "limit=a", "par=x", "territoire=34", "types=friche,"]) {
      expect(() => read(text), text).toThrow(Refus);
    }
  });
});
