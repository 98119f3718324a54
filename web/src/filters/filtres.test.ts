import { createExpression } from "@maplibre/maplibre-gl-style-spec";
import { describe, expect, it } from "vitest";
import { cql } from "./cql";
import { AUCUN, actifs, avecBornes, avecChoix, avecOui, bascule, type Filtres, garderInconnus, sans } from "./filtres";
import { nomDuFiltre } from "./nommer";
import { enfonce, PREREGLAGES, presser } from "./prereglages";
import { FILTRES } from "./table";
import { horsFiltres, nonJuges } from "./tuiles";

const communes = [
  { code: "34901", nom: "Lauzerac", sru_soumise: true, carence: true },
  { code: "34902", nom: "Saint-Orly", sru_soumise: null, carence: null },
];

describe("the table", () => {
  it("has one key for one filter, none of another use in the address", () => {
    const keys = FILTRES.map(({ cle }) => cle);
    expect(new Set(keys).size).toBe(keys.length);
    for (const other of ["t", "v", "c", "p", "w", "type", "verdict", "x", "l", "n", "s", "cmp", "perimetre"]) {
      expect(keys).not.toContain(other);
    }
  });
});

describe("the condition", () => {
  it("keeps what is unknown, unless told otherwise", () => {
    const kept = avecBornes(AUCUN, "tc", { min: null, max: 500 });
    expect(cql(kept)).toBe("(dist_transport_m <= 500 OR dist_transport_m IS NULL)");
    expect(cql(garderInconnus(kept, "tc", false))).toBe("dist_transport_m <= 500");
    expect(cql(garderInconnus(garderInconnus(kept, "tc", false), "tc", true))).toBe(cql(kept));
  });

  it("does not ask for the unknown of what is always known", () => {
    expect(cql(avecBornes(AUCUN, "utile", { min: 1500, max: null }))).toBe("utile_m2 >= 1500");
  });

  it("turns per cent into shares without a trail of digits", () => {
    expect(cql(garderInconnus(avecBornes(AUCUN, "ces", { min: 7, max: 29 }), "ces", false))).toBe(
      "ces >= 0.07 AND ces <= 0.29",
    );
  });

  it("joins filters, each with its own unknown", () => {
    const both = avecOui(avecChoix(AUCUN, "prop", ["etat", "inconnu"]), "zero", true);
    expect(cql(both)).toBe(
      "(proprietaire_classe IN ('etat','inconnu') OR proprietaire_classe IS NULL) AND enaf_max_m2 <= 0",
    );
  });

  it("asks for communes where parcels do not know", () => {
    expect(cql(avecChoix(AUCUN, "sru", ["carence"]), communes)).toBe("code_insee IN ('34901')");
    expect(cql(avecChoix(AUCUN, "sru", ["non_soumise"]), communes)).toBe("code_insee = ''");
  });

  it("closes a drawn area", () => {
    const perimetre: Filtres["perimetre"] = [
      [3.2, 43.6],
      [3.21, 43.6],
      [3.21, 43.61],
    ];
    expect(cql({ ...AUCUN, perimetre })).toBe(
      "S_INTERSECTS(geometry, POLYGON((3.2 43.6,3.21 43.6,3.21 43.61,3.2 43.6)))",
    );
  });

  it("is none without a filter", () => {
    expect(cql({ ...AUCUN, types: ["friche"] })).toBeNull();
  });
});

describe("filters", () => {
  it("are taken out one by one", () => {
    let filtres = garderInconnus(avecBornes(AUCUN, "tc", { min: null, max: 500 }), "tc", false);
    filtres = { ...avecChoix(filtres, "prop", ["etat"]), types: ["friche"] };
    expect(actifs(filtres)).toEqual(["type", "tc", "prop"]);
    for (const cle of actifs(filtres)) filtres = sans(filtres, cle);
    expect(filtres).toEqual(AUCUN);
  });

  it("vanish with their last value", () => {
    expect(avecBornes(avecBornes(AUCUN, "tc", { min: 1, max: null }), "tc", { min: null, max: null })).toEqual(AUCUN);
    expect(avecChoix(avecChoix(AUCUN, "prop", ["etat"]), "prop", [])).toEqual(AUCUN);
  });

  it("keep the order of the known codes", () => {
    expect(bascule(["c", "a"], "b", ["a", "b", "c"])).toEqual(["a", "b", "c"]);
    expect(bascule(["a", "b"], "a", ["a", "b", "c"])).toEqual(["b"]);
  });

  it("are named with their value", () => {
    const filtres = avecChoix(avecBornes(AUCUN, "tc", { min: null, max: 500 }), "sru", ["carence"]);
    expect(nomDuFiltre("tc", filtres)).toBe("Transport à pied ≤\u202f500\u202fm");
    expect(nomDuFiltre("sru", filtres)).toBe("En carence");
  });
});

describe("a preset", () => {
  it("is released by a second press, and by a change of what it set", () => {
    const tc = avecBornes(AUCUN, "tc", { min: null, max: 500 });
    for (const prereglage of PREREGLAGES) {
      const pressed = presser(prereglage, tc);
      expect(enfonce(prereglage, pressed), prereglage.libelle).toBe(true);
      expect(presser(prereglage, pressed)).toEqual(tc);
      const [first] = actifs({ ...AUCUN, ...prereglage.filtres });
      expect(enfonce(prereglage, sans(pressed, first ?? "")), prereglage.libelle).toBe(false);
    }
  });
});

describe("what the map pales", () => {
  const out = (filtres: Filtres, properties: Record<string, string | number>, codes: string[] | null = null) => {
    const condition = horsFiltres(filtres, ["friche", "dent_creuse"], codes);
    const compiled = createExpression(condition as never, "layers[0].filter");
    if (compiled.result === "error") throw new Error(JSON.stringify(compiled.value));
    return compiled.value.evaluate({ zoom: 15 } as never, { type: 3, properties } as never);
  };
  const parcel = { idu: "34901000ZB0047", v: "reserve", t: "friche", u: 1200, p: 70, m: 0 };

  it("is another type, another verdict, too small, elsewhere", () => {
    expect(out(AUCUN, parcel)).toBe(false);
    expect(out(AUCUN, { ...parcel, t: "extension" })).toBe(true);
    expect(out({ ...AUCUN, verdicts: ["prioritaire"] }, parcel)).toBe(true);
    expect(out(avecBornes(AUCUN, "utile", { min: 1500, max: null }), parcel)).toBe(true);
    expect(out(AUCUN, parcel, ["34902"])).toBe(true);
    expect(out(AUCUN, parcel, ["34901"])).toBe(false);
  });

  it("leaves alone what was never ranked", () => {
    expect(out({ ...AUCUN, types: ["dent_creuse"] }, { ...parcel, v: "ecarte" })).toBe(false);
  });

  it("takes the middle of an interval for unknown: kept, unless unknowns are dropped", () => {
    const high = avecBornes(AUCUN, "pot", { min: 80, max: null });
    expect(out(high, parcel)).toBe(true);
    expect(out(high, { ...parcel, m: 1 })).toBe(false);
    expect(out(garderInconnus(high, "pot", false), { ...parcel, m: 1 })).toBe(true);
  });

  it("says which filters it cannot judge", () => {
    const filtres = avecOui(
      avecBornes(avecBornes(AUCUN, "tc", { min: 1, max: null }), "utile", { min: 1, max: null }),
      "zero",
      true,
    );
    expect(nonJuges(filtres)).toEqual(["tc", "zero"]);
  });
});
