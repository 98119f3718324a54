import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { COLONNES } from "./colonnes";

it("tells the exporter every column that the map reads", () => {
  const { colonnes } = JSON.parse(readFileSync("public/statique.json", "utf8"));
  expect(colonnes).toEqual(COLONNES);
});
