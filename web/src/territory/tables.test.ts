import { expect, it } from "vitest";
import { toCsv } from "./tables";

it("is a file with units in its heads and a word for what is unknown", () => {
  const table = {
    colonnes: [{ titre: "Commune" }, { titre: "Reste", unite: "ha", decimales: 1 }],
    lignes: [{ cle: "1", valeurs: ["Lauzerac", null] }],
  };
  expect(toCsv(table)).toBe("\ufeffCommune;Reste (ha)\r\nLauzerac;inconnu\r\n");
});
