import { describe, expect, it } from "vitest";
import { csv, harmless } from "./csv";

describe("a CSV for a French spreadsheet", () => {
  it("has a BOM, a head, semicolons, decimal commas, and nothing for what is unknown", () => {
    expect(
      csv(
        ["nom", "indice"],
        [
          ["Lauzerac", 73.1],
          ["Albine", null],
        ],
      ),
    ).toBe("\ufeffnom;indice\r\nLauzerac;73,1\r\nAlbine;\r\n");
  });

  it("runs no formula", () => {
    for (const text of ["=1+1", "+33 6", "-2", "@SUM(A1)", "\t=1", "\r=1"]) expect(harmless(text)).toBe(`'${text}`);
    expect(harmless("a=1")).toBe("a=1");
    expect(csv(["n"], [['=HYPERLINK("x";"y")']])).toBe('\ufeffn\r\n"\'=HYPERLINK(""x"";""y"")"\r\n');
  });

  it("leaves a negative number a number", () => {
    expect(csv(["n"], [[-2.5]])).toContain("\r\n-2,5\r\n");
  });

  it("quotes what would break a line or a column", () => {
    expect(csv(["n"], [["a;b"], ["a\nb"], ['a"b']])).toBe('\ufeffn\r\n"a;b"\r\n"a\nb"\r\n"a""b"\r\n');
  });
});
