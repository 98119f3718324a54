/** Tables that a reader sorts by their heads. */

export interface Tri<C extends string> {
  cle: C;
  sens: "ascending" | "descending";
}

const names = new Intl.Collator("fr");

/** Unknown comes last either way; ties follow the alphabet. */
export function sorted<R extends { nom: string }, C extends string>(
  rows: R[],
  { cle, sens }: Tri<C>,
  values: Record<C, (row: R) => string | number | null>,
): R[] {
  const of = values[cle];
  const way = sens === "ascending" ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [x, y] = [of(a), of(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || names.compare(a.nom, b.nom);
    if (x === y) return names.compare(a.nom, b.nom);
    const order =
      typeof x === "number" && typeof y === "number" ? (x < y ? -1 : 1) : names.compare(String(x), String(y));
    return way * order || names.compare(a.nom, b.nom);
  });
}

/** Pressing a head sorts by it, then turns the order over. Numbers begin with the largest, but for those in `small`. */
export function next<C extends string>(tri: Tri<C>, cle: C, small: ReadonlySet<C>): Tri<C> {
  if (tri.cle === cle) return { cle, sens: tri.sens === "ascending" ? "descending" : "ascending" };
  return { cle, sens: small.has(cle) ? "ascending" : "descending" };
}
