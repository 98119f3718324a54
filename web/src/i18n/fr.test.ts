import { describe, expect, it } from "vitest";
import { fr } from "./fr";
import { t, tCode } from "./index.svelte";

describe("French strings", () => {
  it("follow French typography", () => {
    for (const [key, text] of Object.entries(fr)) {
      expect(text, key).not.toMatch(/'/);
      expect(text, key).not.toMatch(/ [;!?:%»]|« /);
      expect(text, key).not.toMatch(/!|veuillez/i);
    }
  });

  it("are filled with their parameters", () => {
    expect(t("legende.compte", { n: 3, m: 12 })).toBe("3 gisements sur 12 parcelles");
  });

  it("show an unknown code as it came", () => {
    expect(tCode("couche", "zonage")).toBe("Zonage");
    expect(tCode("couche", "nouvelle")).toBe("nouvelle");
    expect(tCode("couche", "toString")).toBe("toString");
  });
});
