import type { comparer as fr } from "../fr/comparer";

/** The comparison and the shortlist, in English. */
export const comparer: Record<keyof typeof fr, string> = {
  "comparer.titre": "Compare",
};
