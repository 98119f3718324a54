import { describe, expect, it } from "vitest";
import type { Ligne } from "../api/types";
import { DEMANDE } from "./etat";
import { parametres } from "./requete";
import { exAequo, note, nouvelles, retrier } from "./tri";

const known = (central: number) => ({ min: central, central, max: central });
const ligne = (idu: string, potentiel: number, durete: number, utile_m2 = 1000): Ligne => ({
  rang: 1,
  idu,
  commune: { code: "34901", nom: "Lauzerac" },
  verdict: "reserve",
  type_principal: "friche",
  utile_m2,
  score: { min: 0, central: 0, max: 0 },
  axes: {
    potentiel: known(potentiel),
    durete: known(durete),
    besoin: { min: 40, central: null, max: 80 },
    sobriete: known(50),
  },
  axes_sans_central: ["besoin"],
  fiabilite: 80,
  capacite: null,
  centre: null,
  friche_nom: null,
  zae_nom: null,
});
const poids = { potentiel: 40, besoin: 25, sobriete: 20, durete: 15 };

describe("the index of a row", () => {
  it("reverses Dureté and takes the middle of an axis without central", () => {
    const { min, central, max } = note(ligne("A", 80, 10), poids);
    expect(central).toBeCloseTo(0.4 * 80 + 0.25 * 60 + 0.2 * 50 + 0.15 * 90);
    expect(max - min).toBeCloseTo(0.25 * 40);
  });

  it("depends on proportions only", () => {
    const doubled = { potentiel: 80, besoin: 50, sobriete: 40, durete: 30 };
    expect(note(ligne("A", 80, 10), doubled)).toEqual(note(ligne("A", 80, 10), poids));
  });
});

describe("rows under other weights", () => {
  const rows = [ligne("A", 95, 80), ligne("B", 60, 0), ligne("C", 60, 0, 2000), ligne("D", 60, 0)].map((row, i) => ({
    ...row,
    rang: i + 1,
  }));

  it("are ordered as the server would: score, area, identifier", () => {
    const only = (axe: "potentiel" | "durete") => ({ potentiel: 0, besoin: 0, sobriete: 0, durete: 0, [axe]: 100 });
    expect(retrier(rows, only("potentiel")).map(({ idu }) => idu)).toEqual(["A", "C", "B", "D"]);
    expect(retrier(rows, only("durete")).map(({ idu, rang }) => `${rang}${idu}`)).toEqual(["1C", "2B", "3D", "4A"]);
  });

  it("say who is new among the first ten, and who ties", () => {
    expect(nouvelles(rows, rows)).toBe(0);
    expect(nouvelles(rows.slice(0, 2), rows)).toBe(2);
    const noted = retrier(rows, poids);
    expect(exAequo(noted)).toEqual(new Set(["B", "C", "D"]));
  });
});

describe("the request", () => {
  const profil = {
    code: "recyclage",
    libelle: "Recyclage",
    poids: { potentiel: 0.45, besoin: 0.2, sobriete: 0.25, durete: 0.1 },
    types: ["friche" as const],
  };
  const ask = (change: Partial<typeof DEMANDE>) =>
    Object.fromEntries(parametres({ ...DEMANDE, ...change }, { profil, communes: [], masquees: [] }));

  it("names the profile, or the weights with the types of the profile", () => {
    expect(ask({})).toEqual({ profil: "recyclage" });
    expect(ask({ poids })).toEqual({
      potentiel: "40",
      besoin: "25",
      sobriete: "20",
      durete: "15",
      types: "friche",
    });
  });

  it("orders by one axis under that weight alone", () => {
    expect(ask({ tri: "durete" })).toEqual({ durete: "1", types: "friche" });
  });

  it("holds territory, box, types and verdicts", () => {
    const demande = {
      ...DEMANDE,
      territoire: { niveau: "scot" as const, code: "9901" },
      filtres: { ...DEMANDE.filtres, types: ["friche" as const], verdicts: ["reserve" as const] },
    };
    expect(
      Object.fromEntries(
        parametres(demande, { profil: undefined, communes: [], masquees: [] }, [3.1234567, 43, 4, 44]),
      ),
    ).toEqual({
      types: "friche",
      verdicts: "reserve",
      territoire: "scot:9901",
      bbox: "3.123457,43,4,44",
    });
  });
});
