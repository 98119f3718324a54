const fold = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export interface Piece {
  text: string;
  match: boolean;
}

/** Cuts a label where the words of the query begin a word of it, accents and case apart. */
export function highlight(label: string, query: string): Piece[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  const hit = Array.from({ length: label.length }, () => false);
  // Folding must keep the positions: letter by letter, a ligature counts as its first letter.
  const folded = Array.from(label, (letter) => fold(letter).charAt(0) || letter).join("");
  for (const word of words) {
    for (let at = folded.indexOf(word); at !== -1; at = folded.indexOf(word, at + 1)) {
      if (at > 0 && /[\p{L}\p{N}]/u.test(folded.charAt(at - 1))) continue;
      hit.fill(true, at, at + word.length);
    }
  }
  const pieces: Piece[] = [];
  for (let i = 0; i < label.length; i += 1) {
    const match = hit[i] === true;
    const last = pieces.at(-1);
    if (last && last.match === match) last.text += label.charAt(i);
    else pieces.push({ text: label.charAt(i), match });
  }
  return pieces;
}
