/** What OCS GE says in words: a total only where every commune was seen in the same two years. */
import type { Artificialisation, PeriodeArtif, Territoire } from "../../api/territoires";
import { hectare, nombre, taux } from "../../i18n/format";
import { t } from "../../i18n/index.svelte";
import { pour } from "../registre/phrases";

export const annees = ({ debut, fin }: PeriodeArtif): string => (debut === null ? String(fin) : `${debut}-${fin}`);

/** The one period that stands for the whole territory; null when there is no such one. */
export function totale(a: Artificialisation): PeriodeArtif | null {
  const [only, ...others] = a.periodes;
  return a.couverture === "complete_uniforme" && only && others.length === 0 ? only : null;
}

export function titre({ niveau, artificialisation: a }: Territoire): string {
  if (a === null || a.couverture === "aucune") return t("artif.titre_aucune");
  const { couvertes: k, nombre: n } = a.communes;
  const params = { pour: pour(niveau), k: nombre(k), n: nombre(n) };
  if (a.couverture === "partielle") return t("artif.titre_partielle", params);
  if (a.couverture === "complete_non_uniforme") return t("artif.titre_non_uniforme", params);
  const whole = totale(a);
  if (whole === null) return t("artif.titre_periodes", params);
  if (whole.nette_m2 === null || whole.debut === null) return t("artif.titre_etat", { a2: whole.fin });
  return t("artif.titre_net", { x: hectare(whole.nette_m2), a1: whole.debut, a2: whole.fin });
}

/** Said in the title already when it is partial. */
function couverture({ couverture: state, communes: { nombre: n } }: Artificialisation): string {
  if (state === "partielle") return "";
  return n === 1 ? t("artif.couverture_seule") : t("artif.couverture_complete", { n: nombre(n) });
}

/** What follows the title: the flows of the whole when there is one, and in any case who was seen and when. */
export function chapeau({ artificialisation: a }: Territoire): string[] {
  if (a === null || a.couverture === "aucune") return [t("artif.aucune_detail")];
  const whole = totale(a);
  const flows = whole && [whole.artif_m2, whole.desartif_m2, whole.imper_m2];
  const said = (m2: number | null | undefined) =>
    m2 === null || m2 === undefined ? t("territoire.non_renseigne") : hectare(m2);
  const pairs = a.periodes.map((p) => t("artif.couple", { d: p.departement, a: annees(p) }));
  return [
    flows?.some((m2) => m2 !== null)
      ? t("artif.flux", { a: said(flows[0]), d: said(flows[1]), i: said(flows[2]) })
      : "",
    whole && whole.taux !== null ? t("artif.taux", { p: taux(whole.taux), a2: whole.fin }) : "",
    couverture(a),
    whole ? "" : t("artif.couples", { liste: pairs.join(", ") }),
  ].filter(Boolean);
}
