/** What the inventories say in words: a title that answers, then what its figures mean. */
import type { FoncierPublic, Friches, Zae } from "../../api/inventaires";
import { date, hectares, nombre, pluriel, taux } from "../../i18n/format";
import { t, tCode } from "../../i18n/index.svelte";

/** Why nothing is said, and what would say it. */
function attendu({ motif, couche_attendue }: Pick<Zae, "motif" | "couche_attendue">): string[] {
  if (motif === null || couche_attendue === null) return [];
  return [t("inv.attendu", { motif: tCode("inv.motif", motif), couche: tCode("inv.couche", couche_attendue) })];
}

export function titreZae(zae: Zae | null): string {
  const most = zae?.total?.zae_taux_max ?? null;
  if (most === 0) return t("inv.zae_nulle");
  if (most !== null) return t("inv.zae_borne", { p: taux(most) });
  return t(zae?.nombre === 0 ? "inv.zae_aucune" : "inv.zae_absente");
}

/** What the bound means: whom it counts, and whom it does not. */
export function chapeauZae(zae: Zae | null): string[] {
  if (zae === null) return [t("territoire.couche_absente")];
  const { total } = zae;
  if (total === null || total.etats === null || total.zae_uf === null) return zae.nombre === 0 ? [] : attendu(zae);
  const { vacant, friche, inconnu, inoccupe } = total.etats;
  return [
    t("inv.zae_sens", {
      v: nombre(vacant.nombre),
      f: nombre(friche.nombre),
      i: nombre(inconnu.nombre),
      o: nombre(inoccupe.nombre),
      n: nombre(total.zae_uf),
    }),
    total.zae_taux_surface === null ? "" : t("inv.zae_surface", { p: taux(total.zae_taux_surface) }),
    total.inventaire === null ? "" : t("inv.zae_preuve", { date: date(total.inventaire) }),
    total.zones_inventoriees < total.zones
      ? t("inv.zae_partiel", { k: nombre(total.zones_inventoriees), n: nombre(total.zones) })
      : "",
  ].filter(Boolean);
}

export function titreFriches(friches: Friches | null): string {
  if (friches === null) return t("inv.friches_absentes");
  const { situation, classes, sans_statut } = friches;
  const n = classes.sans_projet.nombre;
  if (situation === null) return t("inv.friches.inconnu", { n: nombre(sans_statut) });
  if (situation === "nul")
    return t(classes.potentielle.nombre > 0 ? "inv.friches.nul_potentielles" : "inv.friches.nul");
  if (situation === "nul_deja_exploite") return t("inv.friches.nul_deja_exploite");
  const key =
    situation === "potentiel_en_cours"
      ? pluriel(n, "inv.friches.en_cours_1", "inv.friches.en_cours_n")
      : pluriel(n, "inv.friches.libre_1", "inv.friches.libre_n");
  return t(key, { n: nombre(n) });
}

export function chapeauFriches(friches: Friches | null): string[] {
  if (friches === null) return [t("territoire.couche_absente")];
  return friches.nombre === 0 ? [] : [t("inv.friches_sens")];
}

/** The area and the usable sites of a status, under its bar. */
export function detailFriches(friches: Friches, statut: keyof Friches["classes"]): string {
  const { surface_m2, surface_inconnue, unites, utile_m2 } = friches.classes[statut];
  return [
    surface_m2 === null ? t("territoire.surface_absente") : t("inv.friches_surface", { s: hectares(surface_m2) }),
    surface_m2 !== null && surface_inconnue > 0 ? t("inv.surface_inconnue", { n: nombre(surface_inconnue) }) : "",
    unites === 0
      ? t("inv.friches_sans_unite")
      : t(pluriel(unites, "inv.friches_unite", "inv.friches_unites"), { n: nombre(unites), s: hectares(utile_m2) }),
  ]
    .filter(Boolean)
    .join(" · ");
}

export function titreFoncier({ total }: FoncierPublic): string {
  if (total === null) return t("inv.foncier_absent");
  if (total.nombre === 0) return t("inv.foncier_aucun");
  return t(pluriel(total.nombre, "inv.foncier_1", "inv.foncier_n"), {
    n: nombre(total.nombre),
    s: total.utile_m2 === null ? t("territoire.inconnu") : hectares(total.utile_m2),
  });
}

export function chapeauFoncier(foncier: FoncierPublic): string[] {
  if (foncier.total === null) return attendu(foncier);
  return foncier.total.nombre === 0 ? [] : [t("inv.foncier_sens")];
}
