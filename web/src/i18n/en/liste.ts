import type { liste as fr } from "../fr/liste";

/** The filters, the weights and the ranked list, in English. */
export const liste: Record<keyof typeof fr, string> = {
  "liste.titre": "Opportunities",
};
