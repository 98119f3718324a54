import { describe, expect, it } from "vitest";
import { next, sorted, type Tri } from "./tri";

type Cle = "nom" | "reste";
interface Row {
  nom: string;
  reste: number | null;
}
const row = (nom: string, reste: number | null = null): Row => ({ nom, reste });
const values = { nom: (r: Row) => r.nom, reste: (r: Row) => r.reste };
const names = (rows: Row[]) => rows.map(({ nom }) => nom).join(" ");
const RESTE: Tri<Cle> = { cle: "reste", sens: "ascending" };

describe("a sorted table", () => {
  const rows = [row("Été", 0), row("Zut"), row("Alpha"), row("Faux", -8000), row("Eau", 0)];

  it("keeps unknown at the end: it is neither the least nor the most", () => {
    expect(names(sorted(rows, RESTE, values))).toBe("Faux Eau Été Alpha Zut");
    expect(names(sorted(rows, { cle: "reste", sens: "descending" }, values))).toBe("Eau Été Faux Alpha Zut");
  });

  it("takes what has no end", () => {
    const two = [row("B", Number.POSITIVE_INFINITY), row("A", Number.POSITIVE_INFINITY), row("C", 2)];
    expect(names(sorted(two, { cle: "reste", sens: "descending" }, values))).toBe("A B C");
  });

  it("turns over when the same head is pressed again", () => {
    const small = new Set<Cle>(["nom"]);
    const tri = next({ cle: "nom", sens: "ascending" }, "reste", small);
    expect(tri).toEqual({ cle: "reste", sens: "descending" });
    expect(next(tri, "reste", small).sens).toBe("ascending");
    expect(next(tri, "nom", small).sens).toBe("ascending");
  });
});
