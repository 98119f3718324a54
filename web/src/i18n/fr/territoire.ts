/** The territory view, in French. */
export const territoire = {
  "territoire.titre": "Territoire",
} as const;
