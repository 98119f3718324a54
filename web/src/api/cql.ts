/** CQL2 text, as `filter` takes it. */
import type { Niveau } from "../url";

/** A text. Quotes are doubled, for what came from a link. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export const among = (column: string, values: readonly string[]): string =>
  `${column} IN (${values.map(quoted).join(",")})`;

/** The communes of a territory. */
export function within(niveau: Niveau, code: string): string {
  if (niveau === "departement") return `code_insee LIKE ${quoted(`${code}%`)}`;
  return `${niveau === "commune" ? "code_insee" : niveau} = ${quoted(code)}`;
}
