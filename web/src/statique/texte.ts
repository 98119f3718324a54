const SEPARATEURS = /[^\p{Alphabetic}\p{N}]+/gu;

/**
 * The comparison key of a text, as the exporter writes those of `recherche.json`: lower case, no accent, runs of white
 * space and punctuation as one space.
 */
export const cle = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("œ", "oe")
    .replaceAll("æ", "ae")
    .replace(SEPARATEURS, " ")
    .trim();
