/** Parcel references as people write them: `34901000ZB0047`, `34901 ZB 47`, `ZB47 Lauzerac`, `ZB 47`. */
import { cle } from "./texte";

/** A reference read from free text; what was not written is absent. */
export interface Reference {
  commune: string | null;
  prefixe: string | null;
  /** Two characters. */
  section: string;
  /** Four digits. */
  numero: string;
  /** The other words, as a comparison key: a commune's name. */
  nom: string;
}

/** A run of digits or of letters; `colle` when nothing separates it from the run before. */
interface Suite {
  dit: string;
  chiffres: boolean;
  colle: boolean;
}

const INSEE = /^(?:\d{2}|2[AB])\d{3}$/;

function suites(text: string): Suite[] {
  const found: Suite[] = [];
  let end = -1;
  for (const { 0: dit, index } of text.matchAll(/[0-9]+|(?:(?![0-9])[\p{Alphabetic}\p{N}])+/gu)) {
    found.push({ dit, chiffres: /^[0-9]/.test(dit), colle: index === end });
    end = index + dit.length;
  }
  return found;
}

/** Reads a reference; null when the text is something else. */
export function lireReference(text: string): Reference | null {
  // A Corsican commune code mixes letters and digits: taken out first.
  const [corse, rest] = corsican(text);
  const runs = suites(rest);
  const found = lettered(runs) ?? numbered(runs);
  if (!found) return null;
  const { at, section } = found;
  const numero = runs[at + 1];
  if (!numero || !isNumber(numero) || section.length > 2) return null;
  const { commune, prefixe } = avant(runs.slice(0, at), section);
  const words = runs.filter((run, i) => !run.chiffres && i !== at).map((run) => run.dit);
  return {
    commune: commune ?? corse,
    prefixe,
    section: section.toUpperCase().padStart(2, "0"),
    numero: numero.dit.padStart(4, "0"),
    nom: cle(words.join(" ")),
  };
}

const isNumber = (run: Suite): boolean => run.chiffres && run.dit.length <= 4;

/** Where the section stands, written in letters before a number. */
function lettered(runs: readonly Suite[]): { at: number; section: string } | null {
  const at = runs.findIndex((run, i) => {
    const next = runs[i + 1];
    return !run.chiffres && /^\p{ASCII}{1,2}$/u.test(run.dit) && next !== undefined && isNumber(next);
  });
  const run = runs[at];
  if (!run) return null;
  // `0A12`: the section's padding is a digit stuck before its letter.
  const padded = run.colle && run.dit.length === 1 && runs[at - 1]?.dit.endsWith("0");
  return { at, section: padded ? `0${run.dit}` : run.dit };
}

/** Alsace and Moselle number their sections; then the commune must come first. */
function numbered(runs: readonly Suite[]): { at: number; section: string } | null {
  const n = runs.length;
  const shape = n === 3 || (n === 4 && runs[1]?.dit.length === 3);
  if (!shape || runs[0]?.dit.length !== 5 || runs.some((run) => !run.chiffres)) return null;
  return { at: n - 2, section: runs[n - 2]?.dit ?? "" };
}

/** The commune and prefix written before the section. */
function avant(runs: readonly Suite[], section: string): Pick<Reference, "commune" | "prefixe"> {
  const digits = runs.filter((run) => run.chiffres).map((run) => run.dit);
  if (/^0[A-Za-z]$/.test(section) && digits.length > 0) digits.push((digits.pop() ?? "").slice(0, -1));
  const joined = digits.join("");
  const insee = (code: string) => (INSEE.test(code) ? code : null);
  if (joined.length === 5) return { commune: insee(joined), prefixe: null };
  if (joined.length === 8) return { commune: insee(joined.slice(0, 5)), prefixe: joined.slice(5) };
  return { commune: null, prefixe: joined.length === 3 ? joined : null };
}

function corsican(text: string): [code: string | null, rest: string] {
  const found = /(?:^| )(2[AaBb]\d{3})/.exec(text);
  if (!found) return [null, text];
  const start = found.index + found[0].length - 5;
  return [(found[1] ?? "").toUpperCase(), `${text.slice(0, start)} ${text.slice(start + 5)}`];
}
