/** The filters, the weights and the ranked list, in French. */
export const liste = {
  "liste.titre": "Gisements",
} as const;
