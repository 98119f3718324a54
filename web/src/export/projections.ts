import { t } from "../i18n/index.svelte";

/** Systems worth offering; the server takes any other that it knows. */
const KNOWN: readonly [string, string][] = [
  ["EPSG:2154", "Lambert-93"],
  ["CRS84", "WGS 84"],
  ["EPSG:3857", "Web Mercator"],
];

/** `EPSG:2154` from its address; what is not an address is shown as it came. */
export function court(crs: string): string {
  const epsg = /\/EPSG\/\d+\/(\d+)$/.exec(crs)?.[1];
  return epsg ? `EPSG:${epsg}` : (crs.split("/").at(-1) ?? crs);
}

const nomme = (code: string): string => {
  const name = KNOWN.find(([known]) => known === code)?.[1];
  return name ? `${name} (${code})` : code;
};

/** The format's own system first, said as such, then the others. An empty code leaves the choice to the server. */
export function projections(crs: string): { code: string; libelle: string }[] {
  const own = court(crs);
  return [
    { code: "", libelle: t("export.projection_format", { x: nomme(own) }) },
    ...KNOWN.filter(([code]) => code !== own).map(([code]) => ({ code, libelle: nomme(code) })),
  ];
}
