/** Numbers, dates and intervals, as the language of the page writes them. */
import { langue } from "./index.svelte";

/** Narrow no-break space, before units and, in French, `; ! ?`. */
export const FINE = "\u202f";

const locale = () => (langue() === "en" ? "en-GB" : "fr-FR");

const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(least: number, most: number): Intl.NumberFormat {
  const key = `${langue()}${least}${most}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale(), { minimumFractionDigits: least, maximumFractionDigits: most });
    formats.set(key, format);
  }
  return format;
}

export function nombre(value: number, decimals = 0): string {
  // A rounded −0,4 would read « -0 »; the minus sign is U+2212.
  return numberFormat(0, decimals).format(value).replace(/^-0$/, "0").replace("-", "−");
}

/** One decimal, kept even when it is 0: points add up down a column. */
export function points(value: number): string {
  return numberFormat(1, 1)
    .format(Math.abs(value) < 0.05 ? 0 : value)
    .replace("-", "−");
}

export const surface = (m2: number): string => `${nombre(m2)}${FINE}m²`;

/** A measure down a column: its decimals are kept, and it never rounds to 0 when it is not nothing. */
export function mesure(value: number, decimals: number): string {
  const least = 10 ** -decimals;
  if (value > 0 && value < least / 2) return `<${FINE}${nombre(least, decimals)}`;
  if (value < 0 && value > -least / 2) return `>${FINE}${nombre(-least, decimals)}`;
  return numberFormat(decimals, decimals)
    .format(value === 0 ? 0 : value)
    .replace("-", "−");
}

/** Hectares of square metres in a sentence, without the unit. */
export const hectares = (m2: number): string => (m2 > 0 && m2 < 500 ? mesure(m2 / 1e4, 1) : nombre(m2 / 1e4, 1));

const percent = () => (langue() === "en" ? "%" : `${FINE}%`);

/** Hectares of square metres as a ledger has them: the decimal is kept. */
export const hectare = (m2: number): string => mesure(m2 / 1e4, 1);

/** What is added or taken away says so. */
export const signe = (m2: number): string => (m2 > 0 ? `+${hectare(m2)}` : hectare(m2));

/** A share of 0–1 to a decimal, which is kept. */
export const taux = (share: number): string => mesure(share * 100, 1) + percent();

/** A percentage, to a decimal. */
export const pourcent = (value: number): string => nombre(value, 1) + percent();

/** A share of 0–1. What is neither nothing nor everything never rounds to 0 % or 100 %. */
export function part(share: number): string {
  const unit = percent();
  if (share > 0 && share < 0.005) return `<${FINE}1${unit}`;
  if (share < 1 && share > 0.995) return `>${FINE}99${unit}`;
  return nombre(share * 100) + unit;
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
  const text = new Intl.DateTimeFormat(locale(), {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  }).format(new Date(`${match[0]}T00:00:00Z`));
  return langue() === "fr" ? text.replace(/^1(er)? /, "1ᵉʳ ") : text;
}

/** `novembre 2026` from `2026-11-01` or `2026-11`. */
export function mois(iso: string): string {
  const match = /^(\d{4})-(\d{2})/.exec(iso);
  if (!match) return iso;
  return new Intl.DateTimeFormat(locale(), { month: "long", year: "numeric", timeZone: "UTC" }).format(
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

/** French counts 0 as singular, English as plural. */
export function pluriel<T extends string>(n: number, one: T, many: T): T {
  return new Intl.PluralRules(locale()).select(n) === "one" ? one : many;
}
