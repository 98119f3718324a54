import { describe, expect, it } from "vitest";
import { sorted } from "../tri";
import { annee, commune, ligne, registre, territoire } from "./exemples";
import { TRI, VALEURS } from "./lignes";
import { partDe, tableBudget, tableCumul, tableDestinations, tableEnveloppe, tableRegistre } from "./tables";

const rows = ({ lignes }: ReturnType<typeof tableBudget>) =>
  Object.fromEntries(lignes.map(({ cle, valeurs }) => [cle, valeurs]));

describe("the tables of the ledger", () => {
  it("cut the budget by year: years and rest make it up", () => {
    const budget = rows(tableBudget(registre()));
    expect(budget["2022"]).toEqual(["2022", 15.1, expect.closeTo(16.13, 2)]);
    expect(budget["reste"]?.[1]).toBe(36.6);
    expect(budget["enveloppe"]).toEqual(["Enveloppe", 93.6, 100]);
  });

  it("have no share of a budget of nothing", () => {
    expect(rows(tableBudget(registre(ligne(0, 1000))))["conso"]?.[2]).toBe("sans objet");
    expect(partDe(ligne(0, 1000))).toBe("sans objet");
    expect(partDe(ligne(null, 1000))).toBeNull();
    expect(partDe(ligne(1000, 1250))).toBe(125);
  });

  it("keep the communes’ terms out of a territory’s envelope", () => {
    const of = registre();
    expect(rows(tableEnveloppe({ ...of, garantie_m2: null }, "scot"))["garantie"]?.[1]).toBe("sans objet");
    expect(rows(tableEnveloppe({ ...of, garantie_m2: null }, "commune"))["garantie"]?.[1]).toBeNull();
  });

  it("say what the ledger deducts from the file", () => {
    expect(rows(tableCumul(registre()))).not.toHaveProperty("registre");
    expect(rows(tableCumul(registre({ brut_m2: 616_000 })))["registre"]?.[2]).toBe(57);
  });

  it("add up the years of each period", () => {
    const annees = [annee(2020, 5e4), annee(2021, 2e4), annee(2022, 3e4)];
    const all = rows(tableDestinations(registre({ annees })));
    expect(all["objectif"]?.slice(0, 3)).toEqual(["Total 2021-2022", "objectif", 5]);
    expect(all["reference"]?.[0]).toBe("Total 2020-2020");
    expect(tableDestinations(registre({ annees: [] })).lignes).toEqual([]);
  });

  it("keep a row for a commune that is not known", () => {
    const { colonnes, lignes } = tableRegistre([commune("Peyregude", null)]);
    expect(lignes[0]?.valeurs).toHaveLength(colonnes.length);
    expect(lignes[0]?.valeurs.slice(2)).toEqual(Array(9).fill(null));
  });
});

it("sorts what is exceeded on top, without a budget too", () => {
  const { communes } = territoire();
  const names = (tri: Parameters<typeof sorted>[1]) =>
    sorted(communes, tri as typeof TRI, VALEURS).map(({ nom }) => nom);
  expect(names(TRI).slice(0, 2)).toEqual(["Villemarsane", "Teulière"]);
  expect(names({ cle: "part", sens: "descending" }).slice(0, 2)).toEqual(["Teulière", "Villemarsane"]);
});
