import { describe, expect, it } from "vitest";
import { parse, type Retenue, serialise } from "./store";

const kept: Retenue = {
  idu: "34901000ZB0047",
  nom: "ZB 0047",
  commune: "Lauzerac",
  statut: "visite",
  note: "rappeler mardi",
  ecartee: "",
  indice: 73.1,
  verdict: "reserve",
  edition: "2026-11-01",
  le: "2026-11-26",
};

describe("what is saved of the shortlist", () => {
  it("comes back as it was", () => {
    expect(parse(serialise([kept]))).toEqual([kept]);
  });

  it("is refused when damaged or from another version, rather than half read", () => {
    for (const text of ["", "{", "null", "[]", '{"version":2,"parcelles":[]}', '{"version":1}']) {
      expect(parse(text), text).toBeNull();
    }
  });

  it("loses only the entries that cannot be used", () => {
    const text = JSON.stringify({ version: 1, parcelles: [kept, null, { nom: "sans identifiant" }, 3, kept] });
    expect(parse(text)).toEqual([kept]);
  });

  it("takes safe values for what an entry lacks, and unknown stays unknown", () => {
    expect(parse('{"version":1,"parcelles":[{"idu":"a","statut":"vendu","indice":"73"}]}')).toEqual([
      {
        idu: "a",
        nom: "a",
        commune: "",
        statut: "a_appeler",
        note: "",
        ecartee: "",
        indice: null,
        verdict: null,
        edition: "",
        le: "",
      },
    ]);
  });
});
