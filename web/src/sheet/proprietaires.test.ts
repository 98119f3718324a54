import { expect, it } from "vitest";
import { proprietaires } from "./proprietaires";

it("reads the owners rank by rank, and leaves unknown what is empty", () => {
  expect(
    proprietaires({
      denominations: ["COMMUNE DE LAUZERAC", ""],
      sirens: ["213100001", ""],
      classes: ["commune", "masque"],
      droits: ["P", ""],
      nb_proprietaires: 2,
    }),
  ).toEqual([
    { nom: "COMMUNE DE LAUZERAC", siren: "213100001", classe: "commune", droit: "P" },
    { nom: null, siren: null, classe: "masque", droit: null },
  ]);
});
