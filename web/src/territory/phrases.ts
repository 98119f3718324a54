import { nombre, pluriel } from "../i18n/format";
import { t } from "../i18n/index.svelte";

/** How many communes a sum leaves out; null when it holds them all. */
export function sansCommunes(n: number): string | null {
  if (n === 0) return null;
  return t(pluriel(n, "territoire.sans_n_commune", "territoire.sans_n_communes"), { n: nombre(n) });
}
