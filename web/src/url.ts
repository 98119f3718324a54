import { asLangue } from "./i18n/langue";
import { CLES as CLES_DEMANDE, type Demande, ecrireDemande, lireDemande, NIVEAUX, type Niveau } from "./list/etat";
import { COULEURS, type Couleur } from "./map/colours";
import { COUCHES_DEFAUT, type Couche, ecrireCouches, lireCouches } from "./map/couches";

export { NIVEAUX, type Niveau };

/** Where the map looks. */
export interface Vue {
  zoom: number;
  lat: number;
  lon: number;
}

/** What the window shows. Each has an address of its own. */
export type Page =
  | { genre: "carte" }
  | { genre: "comparer" }
  | { genre: "selection" }
  | { genre: "territoire"; niveau: Niveau; code: string };

/** Most parcels side by side. */
export const COMPAREES_MAX = 4;

/** What a link holds. */
export interface Etat {
  page: Page;
  /** Parcels to compare, in order of adding. */
  comparees: string[];
  vue: Vue | null;
  couleur: Couleur;
  selection: string | null;
  /** Territory, filters, weights and order of the list. */
  demande: Demande;
  /** Layers shown over the parcels. */
  couches: readonly Couche[];
}

const KNOWN = new Set(["v", "c", "s", "cmp", "l", "lg", ...CLES_DEMANDE]);

function parsePage(path: string): Page {
  if (/^\/comparer\/?$/.test(path)) return { genre: "comparer" };
  if (/^\/selection\/?$/.test(path)) return { genre: "selection" };
  const [, niveau, code] = /^\/territoire\/([a-z]+)\/([^/]+)\/?$/.exec(path) ?? [];
  const known = NIVEAUX.find((n) => n === niveau);
  return known && code ? { genre: "territoire", niveau: known, code: decodeURIComponent(code) } : { genre: "carte" };
}

function pathOf(page: Page): string {
  if (page.genre !== "territoire") return `/${page.genre}`;
  return `/territoire/${page.niveau}/${encodeURIComponent(page.code)}`;
}

function parseVue(text: string | null): Vue | null {
  const parts = (text ?? "").split("/").map(Number);
  const [zoom, lat, lon] = parts;
  if (parts.length !== 3 || zoom === undefined || lat === undefined || lon === undefined) return null;
  const valid = zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 85.05 && Math.abs(lon) <= 180;
  return valid ? { zoom, lat, lon } : null;
}

/** Reads an address. What is not understood is named in `ignores`, for the reader to be told. */
export function parseUrl(url: URL): { etat: Etat; ignores: string[] } {
  const params = url.searchParams;
  const ignores = [...new Set([...params.keys()].filter((key) => !KNOWN.has(key)))];

  const vue = parseVue(params.get("v"));
  if (params.has("v") && vue === null) ignores.push("v");

  const c = params.get("c");
  const couleur = COULEURS.find((known) => known === c);
  if (c !== null && couleur === undefined) ignores.push("c");

  if (params.has("lg") && asLangue(params.get("lg")) === null) ignores.push("lg");

  const path = /^\/fiche\/([^/]+)\/?$/.exec(url.pathname)?.[1];
  const selection = (path === undefined ? params.get("s") : decodeURIComponent(path))?.trim() || null;
  const comparees = [...new Set((params.get("cmp") ?? "").split(",").filter(Boolean))].slice(0, COMPAREES_MAX);
  const l = params.get("l");
  const couches = l === null ? COUCHES_DEFAUT : lireCouches(l);
  if (couches === null) ignores.push("l");
  const demande = lireDemande(params, ignores);
  const page = parsePage(url.pathname);
  return {
    etat: {
      page,
      comparees,
      vue,
      couleur: couleur ?? "indice",
      selection,
      demande,
      couches: couches ?? COUCHES_DEFAUT,
    },
    ignores,
  };
}

/** Five decimals are about a metre, two zoom decimals less than a percent of scale: a link stays short. */
export function formatUrl(etat: Etat): string {
  const parts: string[] = [];
  if (etat.vue) {
    const { zoom, lat, lon } = etat.vue;
    parts.push(`v=${Number(zoom.toFixed(2))}/${Number(lat.toFixed(5))}/${Number(lon.toFixed(5))}`);
  }
  if (etat.couleur !== "indice") parts.push(`c=${etat.couleur}`);
  parts.push(...ecrireDemande(etat.demande));
  const couches = ecrireCouches(etat.couches);
  if (couches) parts.push(`l=${couches}`);
  if (etat.selection) parts.push(`s=${encodeURIComponent(etat.selection)}`);
  if (etat.comparees.length > 0) parts.push(`cmp=${etat.comparees.map(encodeURIComponent).join(",")}`);
  const path = pathOf(etat.page);
  return parts.length > 0 ? `${path}?${parts.join("&")}` : path;
}
