import type { Fiche } from "../api/types";
import { nomDe } from "../app.svelte";
import { csv } from "../csv";
import { t } from "../i18n/index.svelte";
import type { Groupe } from "./lignes";

/** The comparison as it is shown, every row: one column a parcel. */
export function tableau(fiches: readonly Fiche[], groupes: readonly Groupe[]): string {
  const head = [t("comparer.critere"), ...fiches.map((fiche) => `${nomDe(fiche)} (${fiche.idu})`)];
  const rows = groupes.flatMap(({ lignes }) =>
    lignes.map(({ libelle, cellules }) => [
      libelle,
      ...cellules.map(({ texte, glyphe, central }) => {
        const value = glyphe && central === null ? t("fiche.inconnu") : texte;
        return glyphe?.bornes ? `${value} (${glyphe.bornes})` : value;
      }),
    ]),
  );
  return csv(head, [[t("selection.verdict"), ...fiches.map(({ verdict }) => verdict?.libelle ?? null)], ...rows]);
}
