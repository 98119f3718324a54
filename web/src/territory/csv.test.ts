import { describe, expect, it } from "vitest";
import { toCsv } from "./csv";
import type { Table } from "./tables";

const table: Table = {
  colonnes: [{ titre: "Commune" }, { titre: "Reste", unite: "ha", decimales: 1 }],
  lignes: [
    { cle: "1", valeurs: ["=HYPERLINK(1)", -0.83456] },
    { cle: "2", valeurs: ['Saint-"Jean"; bas', null] },
    { cle: "3", valeurs: ["- Lieu", 1234.5] },
  ],
};

describe("a table as a spreadsheet opens it", () => {
  const csv = toCsv(table, "inconnu");
  const lines = csv.slice(1).split("\r\n");

  it("has a mark, heads with units, and a line for each row", () => {
    expect(csv.startsWith("\ufeff")).toBe(true);
    expect(lines[0]).toBe("Commune;Reste (ha)");
    expect(lines).toHaveLength(5);
  });

  it("never gives a text that would be run, and leaves numbers alone", () => {
    expect(lines[1]).toBe("'=HYPERLINK(1);-0,8346");
    expect(lines[3]).toBe("'- Lieu;1234,5");
  });

  it("quotes what would break a line, and says what is unknown", () => {
    expect(lines[2]).toBe('"Saint-""Jean""; bas";inconnu');
  });
});
