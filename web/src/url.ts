import { COULEURS, type Couleur } from "./map/colours";

/** Where the map looks. */
export interface Vue {
  zoom: number;
  lat: number;
  lon: number;
}

/** What a link to the map holds. Filters, weights and the list will add their keys here. */
export interface Etat {
  vue: Vue | null;
  couleur: Couleur;
  selection: string | null;
}

const KNOWN = new Set(["v", "c", "s"]);

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

  const path = /^\/fiche\/([^/]+)\/?$/.exec(url.pathname)?.[1];
  const selection = (path === undefined ? params.get("s") : decodeURIComponent(path))?.trim() || null;
  return { etat: { vue, couleur: couleur ?? "indice", selection }, ignores };
}

/** Five decimals are about a metre, two zoom decimals less than a percent of scale: a link stays short. */
export function formatUrl(etat: Etat): string {
  const parts: string[] = [];
  if (etat.vue) {
    const { zoom, lat, lon } = etat.vue;
    parts.push(`v=${Number(zoom.toFixed(2))}/${Number(lat.toFixed(5))}/${Number(lon.toFixed(5))}`);
  }
  if (etat.couleur !== "indice") parts.push(`c=${etat.couleur}`);
  if (etat.selection) parts.push(`s=${encodeURIComponent(etat.selection)}`);
  return parts.length > 0 ? `/carte?${parts.join("&")}` : "/carte";
}
