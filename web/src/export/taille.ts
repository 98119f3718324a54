import { FINE, nombre } from "../i18n/format";

/** `1,2 Mo`: powers of a thousand, as file managers in French write them. */
export function taille(octets: number): string {
  if (octets < 1000) return `${nombre(octets)}${FINE}o`;
  const rank = octets < 999_500 ? 1 : octets < 999_500_000 ? 2 : 3;
  const value = octets / 1000 ** rank;
  return `${nombre(value, value < 10 ? 1 : 0)}${FINE}${["ko", "Mo", "Go"][rank - 1]}`;
}
