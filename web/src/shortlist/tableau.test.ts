import { expect, it } from "vitest";
import type { Retenue } from "./store";
import { tableau } from "./tableau";

it("keeps status, note and reason, runs no formula, and leaves the unknown empty", () => {
  const one: Retenue = {
    idu: "34901000ZB0047",
    nom: "ZB 0047",
    commune: "Lauzerac",
    statut: "contacte",
    note: "=2+2",
    ecartee: "vendu ; acte signé",
    indice: 73.14,
    verdict: "reserve",
    edition: "2026-11-01",
    le: "2026-11-26",
  };
  const [head, row, end] = tableau([one], new Map()).split("\r\n");
  expect(head?.split(";").length).toBe(13);
  expect(row).toBe(
    '34901000ZB0047;ZB 0047;Lauzerac;Contacté;\'=2+2;"vendu ; acte signé";2026-11-26;73,1;2026-11-01;;;;',
  );
  expect(end).toBe("");
});
