import type { LonLat, TypeGisement, Verdict } from "../api/types";
import { RANKED, TYPES } from "../map/colours";
import type { Filtres, Intervalle } from "./filtres";
import { FILTRES } from "./table";

/** Keys of the address that speak of filters. */
export const CLES: readonly string[] = ["type", "verdict", "x", "perimetre", ...FILTRES.map(({ cle }) => cle)];

const list = (text: string): string[] => [...new Set(text.split(",").filter(Boolean))];

/** `1500-`, `-500`, `10-50`. */
function readBornes(value: string): Intervalle | null {
  const [, min, max] = /^(\d+(?:\.\d+)?)?-(\d+(?:\.\d+)?)?$/.exec(value) ?? [];
  if (min === undefined && max === undefined) return null;
  return { min: min === undefined ? null : Number(min), max: max === undefined ? null : Number(max) };
}

/** `lon,lat` of each corner, underscores between. */
function readPerimetre(value: string): LonLat[] | null {
  const points = value.split("_").map((pair) => pair.split(",").map(Number));
  const valid = points.every(
    ([lon = Number.NaN, lat = Number.NaN, more]) => more === undefined && Math.abs(lon) <= 180 && Math.abs(lat) <= 90,
  );
  return valid && points.length >= 3 ? (points as LonLat[]) : null;
}

/** Five decimals are about a metre. */
const corner = ([lon, lat]: LonLat): string => `${Number(lon.toFixed(5))},${Number(lat.toFixed(5))}`;

/** Reads the filters of an address; keys whose value means nothing are added to `ignores`. */
export function lireFiltres(params: URLSearchParams, ignores: string[]): Filtres {
  const bornes: Record<string, Intervalle> = {};
  const choix: Record<string, string[]> = {};
  const oui: string[] = [];
  const refuse = (key: string): null => {
    ignores.push(key);
    return null;
  };
  const codes = <T extends string>(key: string, known: readonly T[]): T[] | null => {
    const value = params.get(key);
    if (value === null) return null;
    const asked = list(value);
    const found = known.filter((code) => asked.includes(code));
    if (found.length < asked.length || found.length === 0) refuse(key);
    return found.length > 0 ? found : null;
  };

  for (const filtre of FILTRES) {
    const value = params.get(filtre.cle);
    if (value === null) continue;
    if (filtre.genre === "bornes") {
      const read = readBornes(value) ?? refuse(filtre.cle);
      if (read) bornes[filtre.cle] = read;
    } else if (filtre.genre === "choix") {
      const read = codes(filtre.cle, filtre.codes);
      if (read) choix[filtre.cle] = read;
    } else if (value === "oui") oui.push(filtre.cle);
    else refuse(filtre.cle);
  }

  const drawn = params.get("perimetre");
  const stricts = list(params.get("x") ?? "");
  if (stricts.some((key) => !(key in bornes))) refuse("x");
  return {
    types: codes<TypeGisement>(
      "type",
      TYPES.map(({ code }) => code),
    ),
    verdicts: codes<Verdict>("verdict", RANKED),
    bornes,
    choix,
    oui,
    stricts: stricts.filter((key) => key in bornes),
    perimetre: drawn === null ? null : (readPerimetre(drawn) ?? refuse("perimetre")),
  };
}

export function ecrireFiltres(filtres: Filtres): string[] {
  const parts: string[] = [];
  if (filtres.types) parts.push(`type=${filtres.types.join(",")}`);
  if (filtres.verdicts) parts.push(`verdict=${filtres.verdicts.join(",")}`);
  for (const { cle } of FILTRES) {
    const bornes = filtres.bornes[cle];
    const codes = filtres.choix[cle];
    if (bornes) parts.push(`${cle}=${bornes.min ?? ""}-${bornes.max ?? ""}`);
    if (codes) parts.push(`${cle}=${codes.map(encodeURIComponent).join(",")}`);
    if (filtres.oui.includes(cle)) parts.push(`${cle}=oui`);
  }
  const stricts = filtres.stricts.filter((cle) => cle in filtres.bornes);
  if (stricts.length > 0) parts.push(`x=${stricts.join(",")}`);
  if (filtres.perimetre) parts.push(`perimetre=${filtres.perimetre.map(corner).join("_")}`);
  return parts;
}
