import { csv } from "../csv";
import { t, tCode } from "../i18n/index.svelte";
import type { Actuel } from "./requete";
import type { Retenue } from "./store";

const tenth = (value: number | null | undefined): number | null =>
  value === null || value === undefined ? null : Math.round(value * 10) / 10;

/** The shortlist as a table to keep: what the person wrote beside what the edition says. */
export function tableau(parcelles: readonly Retenue[], actuels: ReadonlyMap<string, Actuel>): string {
  const head = (["idu", "nom", "commune", "statut", "note", "ecartee", "le"] as const).map((k) =>
    t(`selection.csv_${k}`),
  );
  const marks = (["indice_alors", "edition", "indice", "min", "max", "verdict"] as const).map((k) =>
    t(`selection.csv_${k}`),
  );
  const rows = parcelles.map((one) => {
    const now = actuels.get(one.idu);
    return [
      one.idu,
      one.nom,
      one.commune,
      t(`statut.${one.statut}`),
      one.note,
      one.ecartee,
      one.le,
      tenth(one.indice),
      one.edition,
      tenth(now?.indice),
      tenth(now?.indice_min),
      tenth(now?.indice_max),
      now?.verdict ? tCode("verdict", now.verdict) : null,
    ];
  });
  return csv([...head, ...marks], rows);
}
