/**
 * A scale whose stops stand at equal distances, whatever their values: position 1 is the second stop. Beyond the last
 * one is one more step, without limit.
 */
export function position(stops: readonly number[], value: number): number {
  const next = stops.findIndex((stop) => stop > value);
  if (next < 0) return stops.length - 1;
  const [a = 0, b = 1] = [stops[next - 1], stops[next]];
  return next - 1 + (value - a) / (b - a);
}

/** The value at a position, null beyond the last stop. */
export function valeur(stops: readonly number[], at: number): number | null {
  const before = Math.floor(at);
  const [a = 0, b] = [stops[before], stops[before + 1]];
  if (b === undefined) return at > stops.length - 1 ? null : a;
  return Math.round(a + (at - before) * (b - a));
}
