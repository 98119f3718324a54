import type { Genre, Resultat } from "../api/types";
import { t } from "../i18n/index.svelte";

const GROUPS = [
  { titre: t("recherche.parcelle"), genres: ["parcelle"], icone: "parcelle" },
  { titre: t("recherche.site"), genres: ["friche", "zae"], icone: "site" },
  { titre: t("recherche.commune"), genres: ["commune"], icone: "commune" },
] as const satisfies readonly { titre: string; genres: readonly Genre[]; icone: string }[];

export interface Group {
  titre: string;
  icone: (typeof GROUPS)[number]["icone"];
  /** Each result with its rank down the whole list, for the arrows. */
  liste: { result: Resultat; rank: number }[];
}

/** Groups in the order of their best result. */
export function group(results: readonly Resultat[]): Group[] {
  const filled = GROUPS.map(({ titre, icone, genres }) => ({
    titre,
    icone,
    found: results.filter(({ genre }) => (genres as readonly Genre[]).includes(genre)),
  })).filter(({ found }) => found.length > 0);
  const best = ({ found }: { found: Resultat[] }) => results.indexOf(found[0] as Resultat);
  filled.sort((a, b) => best(a) - best(b));
  let rank = 0;
  return filled.map(({ titre, icone, found }) => ({
    titre,
    icone,
    liste: found.map((result) => ({ result, rank: rank++ })),
  }));
}
