import { describe, expect, it, vi } from "vitest";
import { demande, filtre, IDUS_PAR_EXPORT, lireActuels } from "./requete";

const kept = (n: number): string[] => Array.from({ length: n }, (_, i) => `34901000ZB${String(i).padStart(4, "0")}`);

describe("asking for the kept parcels", () => {
  it("names each of them, safely", () => {
    expect(filtre(["34901000ZB0047", "a'b"])).toBe("idu IN ('34901000ZB0047','a''b')");
  });

  it("never passes the length of an address", async () => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (address: string) => {
      asked.push(address);
      return { ok: true, json: async () => ({ features: [] }) };
    });
    await lireActuels(kept(402), new AbortController().signal);
    vi.unstubAllGlobals();
    expect(asked).toHaveLength(3);
    // Some room is left for an origin or a prefix that a proxy adds.
    for (const address of asked) expect(address.length).toBeLessThanOrEqual(3900);
  });

  it("exports by identifier, up to what one file takes", () => {
    expect(demande(["34901000ZB0047"])).toEqual({ collections: ["parcelles"], ids: ["34901000ZB0047"] });
    expect(demande(kept(IDUS_PAR_EXPORT))?.["ids"]).toHaveLength(3000);
    expect(demande(kept(IDUS_PAR_EXPORT + 1))).toBeNull();
  });
});
