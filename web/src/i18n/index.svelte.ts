import { fr } from "./fr";

export type Cle = keyof typeof fr;
export type Langue = "fr" | "en";

/** The strings in use. French is in the page; another language is read when it is asked for. */
let strings = $state.raw<Readonly<Record<Cle, string>>>(fr);
let current = $state<Langue>("fr");

/** The language of the page. */
export const langue = (): Langue => current;

/** The string of a key, its `{parameters}` filled in. */
export function t(key: Cle, params: Record<string, string | number> = {}): string {
  return strings[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

/** The string of a key built from a code of the API, or the code itself when the map does not know it yet. */
export function tCode(prefix: string, code: string): string {
  const key = `${prefix}.${code}`;
  return Object.hasOwn(strings, key) ? strings[key as Cle] : code;
}

export function setStrings(next: Readonly<Record<Cle, string>>, spoken: Langue): void {
  strings = next;
  current = spoken;
}
