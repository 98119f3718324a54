/** The comparison and the shortlist, in French. */
export const comparer = {
  "comparer.titre": "Comparer",
} as const;
