import { describe, expect, it } from "vitest";
import type { Resultat } from "../api/types";
import { group } from "./groups";
import { highlight } from "./highlight";
import { moved } from "./keyboard";

const bold = (label: string, query: string) =>
  highlight(label, query)
    .map(({ text, match }) => (match ? `[${text}]` : text))
    .join("");

describe("the match of a search", () => {
  it("is found accents and case apart", () => {
    expect(bold("Équipement des Étangs", "etan")).toBe("Équipement des [Étan]gs");
    expect(bold("ZB 0047, Lauzerac", "zb lauz")).toBe("[ZB] 0047, [Lauz]erac");
  });

  it("begins a word", () => {
    expect(bold("Lauzerac", "rac")).toBe("Lauzerac");
  });
});

describe("the arrows in the results", () => {
  it("go round", () => {
    expect(moved("ArrowDown", -1, 3)).toBe(0);
    expect(moved("ArrowDown", 2, 3)).toBe(0);
    expect(moved("ArrowUp", -1, 3)).toBe(2);
    expect(moved("ArrowUp", 0, 3)).toBe(2);
    expect(moved("a", 0, 3)).toBeNull();
    expect(moved("ArrowDown", -1, 0)).toBeNull();
  });
});

describe("the groups of results", () => {
  it("follow their best result, ranks running through them", () => {
    const result = (genre: Resultat["genre"], code: string): Resultat => ({
      genre,
      code,
      libelle: code,
      centre: [0, 0],
      bbox: null,
    });
    const groups = group([result("commune", "a"), result("zae", "b"), result("commune", "c"), result("friche", "d")]);
    expect(groups.map(({ titre }) => titre)).toEqual(["Communes", "Sites"]);
    expect(groups.flatMap(({ liste }) => liste.map(({ rank, result: { code } }) => `${rank}${code}`))).toEqual([
      "0a",
      "1c",
      "2b",
      "3d",
    ]);
  });
});
