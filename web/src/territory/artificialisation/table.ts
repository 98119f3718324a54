import type { PeriodeArtif } from "../../api/territoires";
import { t } from "../../i18n/index.svelte";
import { HA, ha, type Table } from "../tables";
import { annees } from "./phrases";

/** One row for each département and pair of years: no row adds them up. */
export function tableArtif(periodes: PeriodeArtif[]): Table {
  return {
    absent: t("territoire.non_renseigne"),
    colonnes: [
      { titre: t("niveau.departement") },
      { titre: t("artif.annees") },
      { titre: t("artif.communes") },
      ...(["artif", "desartif", "nette", "imper"] as const).map((flow) => ({ titre: t(`artif.${flow}`), ...HA })),
      { titre: t("artif.taux_col"), unite: "%", decimales: 1 },
    ],
    lignes: periodes.map((p) => ({
      cle: `${p.departement} ${annees(p)}`,
      valeurs: [
        p.departement,
        annees(p),
        p.communes,
        ...[p.artif_m2, p.desartif_m2, p.nette_m2, p.imper_m2].map(ha),
        p.taux === null ? null : p.taux * 100,
      ],
    })),
  };
}
