import { FINE, nombre } from "../i18n/format";
import { t, tCode } from "../i18n/index.svelte";
import type { Filtres, Intervalle } from "./filtres";
import { type Bornes, filtreDe } from "./table";

/** `≥ 1 500 m²`, `≤ 500 m`, `10–30 %`. */
export function direBornes({ unite }: Bornes, { min, max }: Intervalle): string {
  const unit = unite === "/100" ? "" : `${FINE}${unite}`;
  if (min !== null && max !== null) return `${nombre(min, 1)}–${nombre(max, 1)}${unit}`;
  return min !== null ? `≥${FINE}${nombre(min, 1)}${unit}` : `≤${FINE}${nombre(max ?? 0, 1)}${unit}`;
}

/** A filter in use, in a few words: « Transport à pied ≤ 500 m ». */
export function nomDuFiltre(cle: string, filtres: Filtres): string {
  const filtre = filtreDe(cle);
  if (!filtre) return tCode("filtre", cle);
  const bornes = filtres.bornes[cle];
  const codes = filtres.choix[cle];
  if (filtre.genre === "bornes" && bornes) return `${t(filtre.libelle)} ${direBornes(filtre, bornes)}`;
  if (filtre.genre === "choix" && codes?.length === 1) return tCode(filtre.prefixe, codes[0] ?? "");
  return t(filtre.libelle);
}
