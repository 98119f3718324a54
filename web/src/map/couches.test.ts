import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { describe, expect, it } from "vitest";
import { COUCHES, COUCHES_DEFAUT, ecrireCouches, lireCouches, STYLE } from "./couches";
import { boite, cercle, masque } from "./geometry";
import { style } from "./style";

const poids = { potentiel: 1, durete: 0, besoin: 0, sobriete: 0 };
const made = (couches: readonly (typeof COUCHES)[number][]) =>
  style({ tiles: ["http://localhost/{z}/{y}/{x}"] }, { couleur: "indice", poids, couches });

describe("the style", () => {
  it("is valid, whatever is shown", () => {
    for (const couches of [COUCHES, COUCHES_DEFAUT, []]) expect(validateStyleMin(made(couches))).toEqual([]);
  });

  it("has the layers that the menu shows and hides", () => {
    const hidden = made([]).layers.filter(({ layout }) => layout?.visibility === "none");
    expect(hidden.map(({ id }) => id).sort()).toEqual(Object.values(STYLE).flat().sort());
  });
});

describe("layers in the address", () => {
  it("are left out when they are those shown by default", () => {
    expect(ecrireCouches(COUCHES_DEFAUT)).toBeNull();
    expect(ecrireCouches(["zae", "friches"])).toBe("friches,zae");
    expect(ecrireCouches([])).toBe("aucune");
    expect(lireCouches("aucune")).toEqual([]);
    expect(lireCouches("friches,lune")).toBeNull();
  });
});

describe("areas", () => {
  const square: GeoJSON.Polygon = {
    type: "Polygon",
    coordinates: [
      [
        [3, 43],
        [4, 43],
        [4, 44],
        [3, 43],
      ],
    ],
  };

  it("are holes in what is muted, and have a box", () => {
    expect(masque([square]).coordinates.slice(1)).toEqual(square.coordinates);
    expect(boite([square])).toEqual([3, 43, 4, 44]);
    expect(boite([])).toBeNull();
  });

  it("may be a radius around a place", () => {
    const circle = cercle([3.2, 43.6], 500);
    for (const [lon, lat] of circle) {
      const metres = Math.hypot((lon - 3.2) * 111_320 * Math.cos((43.6 * Math.PI) / 180), (lat - 43.6) * 111_320);
      expect(metres).toBeCloseTo(500, 3);
    }
  });
});
