import { describe, expect, it } from "vitest";
import { csv } from "./csv";

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
    for (const text of ["=1+1", "+33 6", "-2", "@SUM(A1)", "\t=1"]) {
      expect(csv([text], [[text]])).toBe(`\ufeff'${text}\r\n'${text}\r\n`);
    }
    expect(csv(["n"], [["\r=1"]])).toBe('\ufeffn\r\n"\'\r=1"\r\n');
    expect(csv(["n"], [["a=1"]])).toBe("\ufeffn\r\na=1\r\n");
    expect(csv(["n"], [['=HYPERLINK("x";"y")']])).toBe('\ufeffn\r\n"\'=HYPERLINK(""x"";""y"")"\r\n');
  });

  it("has the word for what is unknown, where it is given one", () => {
    expect(csv(["a", "b"], [[null, 0]], "inconnu")).toBe("\ufeffa;b\r\ninconnu;0\r\n");
  });

  it("keeps four decimals", () => {
    expect(csv(["ha"], [[-0.83456]])).toContain("\r\n-0,8346\r\n");
  });

  it("leaves a negative number a number", () => {
    expect(csv(["n"], [[-2.5]])).toContain("\r\n-2,5\r\n");
  });

  it("quotes what would break a line or a column", () => {
    expect(csv(["n"], [["a;b"], ["a\nb"], ['a"b']])).toBe('\ufeffn\r\n"a;b"\r\n"a\nb"\r\n"a""b"\r\n');
  });
});
