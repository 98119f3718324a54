import { describe, expect, it } from "vitest";
import { lireReference } from "./reference";
import { cle } from "./texte";

/** The cases of the server's own test. */
describe("a reference", () => {
  it.each([
    ["34901000ZB0047", ["34901", "000", "ZB", "0047", ""]],
    ["34901 ZB 47", ["34901", "", "ZB", "0047", ""]],
    ["34901 000 zb 47", ["34901", "000", "ZB", "0047", ""]],
    ["ZB47 Lauzerac", ["", "", "ZB", "0047", "lauzerac"]],
    ["Saint-Étienne ZB 47", ["", "", "ZB", "0047", "saint etienne"]],
    ["ZB 47", ["", "", "ZB", "0047", ""]],
    ["A 12", ["", "", "0A", "0012", ""]],
    ["0A12", ["", "", "0A", "0012", ""]],
    ["34901 0A 0012", ["34901", "", "0A", "0012", ""]],
    ["349010000A0012", ["34901", "000", "0A", "0012", ""]],
    ["31555840AW0165", ["31555", "840", "AW", "0165", ""]],
    ["2A004 AB 12", ["2A004", "", "AB", "0012", ""]],
    ["2A004000AB0012", ["2A004", "000", "AB", "0012", ""]],
    ["67482 12 34", ["67482", "", "12", "0034", ""]],
    ["67482 000 12 34", ["67482", "000", "12", "0034", ""]],
  ])("%s", (text, expected) => {
    const r = lireReference(text);
    expect([r?.commune ?? "", r?.prefixe ?? "", r?.section, r?.numero, r?.nom]).toEqual(expected);
  });

  it("is not read in other texts", () => {
    for (const other of ["Lauzerac", "", "12", "zone des graves", "é", "34901"]) {
      expect(lireReference(other), other).toBeNull();
    }
  });
});

it("gives the spellings of a word one key", () => {
  expect(cle("Friche d’équipement  public")).toBe(cle("FRICHE D'EQUIPEMENT PUBLIC"));
  expect(cle("  entrepôts, logistique ")).toBe("entrepots logistique");
  expect(cle("Le Cœur")).toBe("le coeur");
});
