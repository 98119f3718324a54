/** The style that the service gives to other people's maps: valid, and in the colours of this one. */
import { readFileSync } from "node:fs";
import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { describe, expect, test } from "vitest";
import { BREAKS, RAMPS, VERDICTS } from "./colours";

const style = JSON.parse(readFileSync(new URL("../../../crates/export/styles/carte.json", import.meta.url), "utf8"));
const layer = (id: string) => style.layers.find((found: { id: string }) => found.id === id);
const paint = (id: string) => layer(id).paint["fill-color"];

describe("the served style", () => {
  test("is valid", () => {
    const filled = { ...style, sources: { gisement: { type: "vector", url: "http://localhost/tilejson.json" } } };
    expect(validateStyleMin(filled)).toEqual([]);
  });

  test("has the colours of the map", () => {
    const [prioritaire, aEtudier, reserve] = VERDICTS;
    // Each code is in a list of one: QGIS reads nothing else.
    expect(paint("parcelle-valeur").slice(2)).toEqual([
      [prioritaire?.code],
      prioritaire?.couleur,
      [aEtudier?.code],
      aEtudier?.couleur,
      reserve?.couleur,
    ]);
    RAMPS.indice.forEach((couleur, i) => {
      expect(paint(`commune-valeur-${i + 1}`)).toBe(couleur);
      const bounds = [i > 0 ? [">=", ["get", "i"], BREAKS[i - 1]] : [], i < 4 ? ["<", ["get", "i"], BREAKS[i]] : []];
      expect(layer(`commune-valeur-${i + 1}`).filter).toEqual([
        "all",
        ["has", "i"],
        ...bounds.filter(({ length }) => length > 0),
      ]);
    });
  });
});
