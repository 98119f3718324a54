import type { Ligne } from "../api/types";
import { nombre, pluriel, reference } from "../i18n/format";
import { t } from "../i18n/index.svelte";

/** `AK 0120 + 5 parcelles`: the best parcel of a place, and how many more it has. */
export function lot({ idu, site }: Pick<Ligne, "idu" | "site">): string {
  const more = (site?.nombre ?? 1) - 1;
  if (more === 0) return reference(idu);
  return `${reference(idu)} ${t(pluriel(more, "liste.plus_une", "liste.plus") as "liste.plus", { n: nombre(more) })}`;
}

/** What a row is called: its brownfield when that has a name, else its parcels. */
export const nomDeLigne = (ligne: Pick<Ligne, "idu" | "site" | "friche_nom">): string => ligne.friche_nom ?? lot(ligne);
