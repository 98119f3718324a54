import { describe, expect, it } from "vitest";
import { demande, filtre, IDUS_PAR_EXPORT, IDUS_PAR_FILTRE } from "./requete";

const kept = (n: number): string[] => Array.from({ length: n }, (_, i) => `34901000ZB${String(i).padStart(4, "0")}`);

describe("asking for the kept parcels", () => {
  it("names each of them, safely", () => {
    expect(filtre(["34901000ZB0047", "a'b"])).toBe("idu IN ('34901000ZB0047','a''b')");
  });

  it("never passes the length of a filter", () => {
    expect(new TextEncoder().encode(filtre(kept(IDUS_PAR_FILTRE))).length).toBeLessThanOrEqual(4096);
  });

  it("exports by identifier, up to what one file takes", () => {
    expect(demande(["34901000ZB0047"])).toEqual({ collections: ["parcelles"], ids: ["34901000ZB0047"] });
    expect(demande(kept(IDUS_PAR_EXPORT))?.["ids"]).toHaveLength(3000);
    expect(demande(kept(IDUS_PAR_EXPORT + 1))).toBeNull();
  });
});
