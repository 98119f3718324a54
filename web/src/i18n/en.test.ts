import { afterEach, describe, expect, it } from "vitest";
import { en } from "./en";
import { date, mesure, nombre, part, pluriel, surface } from "./format";
import { fr } from "./fr";
import { type Cle, setStrings, t } from "./index.svelte";

const parameters = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe("English", () => {
  afterEach(() => setStrings(fr, "fr"));

  it("has the keys of French, and no other", () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(fr).sort());
  });

  it("takes the same parameters", () => {
    for (const key of Object.keys(fr) as Cle[]) expect(parameters(en[key]), key).toEqual(parameters(fr[key]));
  });

  it("has no French typography", () => {
    for (const [key, text] of Object.entries(en)) expect(text, key).not.toMatch(/[«»\u202f]|[\s\u00a0][:;?!%]/);
  });

  it("writes numbers and dates its own way", () => {
    setStrings(en, "en");
    expect(t("app.reessayer")).toBe("Retry");
    expect(nombre(38412.5, 1)).toBe("38,412.5");
    expect(nombre(-12)).toBe("−12");
    expect(surface(3196)).toBe("3,196\u202fm²");
    expect(part(0.83)).toBe("83%");
    expect(mesure(0.02, 1)).toBe("<\u202f0.1");
    expect(date("2026-11-01")).toBe("1 November 2026");
    expect(pluriel(0, "condition", "conditions")).toBe("conditions");
  });
});
