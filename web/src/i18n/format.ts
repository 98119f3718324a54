/** French numbers, dates and intervals. */

/** Narrow no-break space, before units and `; ! ?`. */
export const FINE = "\u202f";
const FR = "fr-FR";

const formats = new Map<number, Intl.NumberFormat>();

export function nombre(value: number, decimals = 0): string {
  let format = formats.get(decimals);
  if (!format) {
    format = new Intl.NumberFormat(FR, { maximumFractionDigits: decimals });
    formats.set(decimals, format);
  }
  // A rounded −0,4 would read « -0 »; the minus sign is U+2212.
  return format.format(value).replace(/^-0$/, "0").replace("-", "−");
}

/** One decimal, kept even when it is 0: points add up down a column. */
export function points(value: number): string {
  return new Intl.NumberFormat(FR, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
    .format(Math.abs(value) < 0.05 ? 0 : value)
    .replace("-", "−");
}

export const surface = (m2: number): string => `${nombre(m2)}${FINE}m²`;

/** A share of 0–1. What is neither nothing nor everything never rounds to 0 % or 100 %. */
export function part(share: number): string {
  if (share > 0 && share < 0.005) return `<${FINE}1${FINE}%`;
  if (share < 1 && share > 0.995) return `>${FINE}99${FINE}%`;
  return `${nombre(share * 100)}${FINE}%`;
}

/** `66–80`, or `80` when both ends round to the same. */
export function intervalle(min: number, max: number, format: (n: number) => string = nombre): string {
  const [a, b] = [format(min), format(max)];
  return a === b ? a : `${a}–${b}`;
}

/** `1ᵉʳ novembre 2026` from `2026-11-01`; what is not a date is shown as it came. */
export function date(iso: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso);
  if (!match) return mois(iso);
  const text = new Intl.DateTimeFormat(FR, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(
    new Date(`${match[0]}T00:00:00Z`),
  );
  return text.replace(/^1(er)? /, "1ᵉʳ ");
}

/** `novembre 2026` from `2026-11-01` or `2026-11`. */
export function mois(iso: string): string {
  const match = /^(\d{4})-(\d{2})/.exec(iso);
  if (!match) return iso;
  return new Intl.DateTimeFormat(FR, { month: "long", year: "numeric", timeZone: "UTC" }).format(
    new Date(`${match[0]}-01T00:00:00Z`),
  );
}

/** `34901 000 ZB 0047`. */
export function idu(code: string): string {
  if (code.length !== 14) return code;
  return `${code.slice(0, 5)} ${code.slice(5, 8)} ${code.slice(8, 10).replace(/^0/, "")} ${code.slice(10)}`;
}

/** `ZB 0047`: what a surveyor calls the parcel inside its commune. */
export function reference(code: string): string {
  if (code.length !== 14) return code;
  return `${code.slice(8, 10).replace(/^0/, "")} ${code.slice(10)}`;
}

const rules = new Intl.PluralRules(FR);

/** French counts 0 as singular. */
export function pluriel(n: number, one: string, many: string): string {
  return rules.select(n) === "one" ? one : many;
}
