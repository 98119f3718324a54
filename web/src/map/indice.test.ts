import { createExpression } from "@maplibre/maplibre-gl-style-spec";
import { describe, expect, it } from "vitest";
import { classe, RAMPS } from "./colours";
import { fillColour, unknownOpacity, weightState } from "./expressions";
import { indiceOf } from "./indice";

const poids = { potentiel: 0.4, besoin: 0.25, sobriete: 0.2, durete: 0.15 };
const parcel = { p: 87, d: 10, b: 59, s: 49, f: 80, m: 0, t: "zae_vacante", v: "reserve" };

/** Evaluates an expression as the map would, under a colour. */
function evaluate(expression: unknown, couleur: string, properties: Record<string, string | number>): unknown {
  const compiled = createExpression(expression as never, "layers[0].paint.fill-color");
  if (compiled.result === "error") throw new Error(JSON.stringify(compiled.value));
  const state = { couleur, ...weightState(poids) };
  return compiled.value.evaluate({ zoom: 15, globalState: state } as never, { type: 3, properties } as never);
}

const hex = (colour: unknown): string => {
  const { r, g, b } = colour as { r: number; g: number; b: number };
  return `#${[r, g, b]
    .map((c) =>
      Math.round(c * 255)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`.toUpperCase();
};
const paint = (couleur: string, properties: Record<string, string | number>) => {
  const colour = evaluate(fillColour, couleur, properties);
  return typeof colour === "string" ? colour.toUpperCase() : hex(colour);
};

describe("the index", () => {
  it("is the worked lot's 73", () => {
    expect(Math.round(indiceOf(parcel, poids) ?? 0)).toBe(73);
  });

  it("is unknown without an axis that weighs, and does without one that does not", () => {
    const { b: _, ...rest } = parcel;
    expect(indiceOf(rest, poids)).toBeNull();
    expect(indiceOf(rest, { ...poids, besoin: 0 })).not.toBeNull();
  });
});

describe("the map's expression", () => {
  it("paints the class of the index", () => {
    expect(paint("indice", parcel)).toBe(RAMPS.indice[classe(indiceOf(parcel, poids) ?? 0)]);
  });

  it("paints each axis with its own ramp", () => {
    expect(paint("potentiel", parcel)).toBe(RAMPS.potentiel[4]);
    expect(paint("durete", parcel)).toBe(RAMPS.durete[0]);
    expect(paint("besoin", parcel)).toBe(RAMPS.besoin[2]);
    expect(paint("sobriete", parcel)).toBe(RAMPS.sobriete[2]);
    expect(paint("fiabilite", parcel)).toBe(RAMPS.fiabilite[4]);
    expect(paint("type", parcel)).toBe("#2A7F94");
    expect(paint("verdict", parcel)).toBe("#A3D6A0");
  });

  it("shows the middle of an interval as unknown on its axis, not in the index", () => {
    const middle = { ...parcel, m: 4 };
    expect(evaluate(unknownOpacity, "besoin", middle)).toBe(1);
    expect(evaluate(unknownOpacity, "sobriete", middle)).toBe(0);
    expect(evaluate(unknownOpacity, "indice", middle)).toBe(0);
    expect(evaluate(unknownOpacity, "potentiel", { v: "a_etudier" })).toBe(1);
  });
});
