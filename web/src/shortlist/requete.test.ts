import { describe, expect, it } from "vitest";
import { demande, filtre, IDUS_PAR_FILTRE } from "./requete";
import type { Retenue } from "./store";

const kept = (n: number): Retenue[] =>
  Array.from({ length: n }, (_, i) => ({ idu: `34901000ZB${String(i).padStart(4, "0")}` }) as Retenue);

describe("asking for the kept parcels", () => {
  it("names each of them, safely", () => {
    expect(filtre(["34901000ZB0047", "a'b"])).toBe("idu IN ('34901000ZB0047','a''b')");
  });

  it("never passes the length of a filter", () => {
    const most = demande(kept(IDUS_PAR_FILTRE));
    expect(new TextEncoder().encode(String(most?.["filter"])).length).toBeLessThanOrEqual(4096);
    expect(demande(kept(IDUS_PAR_FILTRE + 1))).toBeNull();
  });
});
