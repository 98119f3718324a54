/** The tables of the inventories: what their charts draw and what their files hold. */
import type { FoncierPublic, Friches, SitePublic, StatutFriche, Vacance, Zone } from "../../api/inventaires";
import { ETATS } from "../../api/inventaires";
import { t, tCode } from "../../i18n/index.svelte";
import { HA, ha, type Table, type Valeur } from "../tables";

const percent = (share: number | null): Valeur => (share === null ? null : share * 100);
const absent = () => t("territoire.non_renseigne");
const PART = { unite: "%", decimales: 1 } as const;

/** The legal rate, which nothing gives, beside what bounds it and what is known by area. */
export function tableVacance(vacance: Vacance | null): Table {
  const row = (cle: "taux_legal" | "taux_max" | "taux_surface", share: number | null) => ({
    cle,
    valeurs: [t(`inv.${cle}`), percent(share)],
  });
  return {
    absent: absent(),
    colonnes: [{ titre: t("inv.mesure") }, { titre: t("inv.part"), ...PART }],
    lignes: [
      row("taux_legal", vacance?.zae_taux ?? null),
      row("taux_max", vacance?.zae_taux_max ?? null),
      row("taux_surface", vacance?.zae_taux_surface ?? null),
    ],
  };
}

/** Every state in a column of its own, by count and by area. */
export function tableZones(zones: Zone[], communes: (code: string | null) => string | null): Table {
  return {
    absent: absent(),
    colonnes: [
      { titre: t("inv.col.nom") },
      { titre: t("territoire.code") },
      { titre: t("inv.col.commune") },
      { titre: t("inv.col.etendue"), ...HA },
      { titre: t("inv.col.uf") },
      ...ETATS.map((etat) => ({ titre: t(`inv.col.${etat}`) })),
      ...ETATS.map((etat) => ({ titre: t("inv.surface_de", { x: t(`inv.col.${etat}`) }), ...HA })),
      { titre: t("inv.col.taux"), ...PART },
      { titre: t("inv.col.surface"), ...PART },
      { titre: t("inv.col.mut_min") },
      { titre: t("inv.col.mutabilite") },
      { titre: t("inv.col.mut_max") },
      { titre: t("inv.col.motif") },
      { titre: t("inv.col.inventaire") },
    ],
    lignes: zones.map((z) => ({
      cle: z.id,
      valeurs: [
        z.nom,
        z.id,
        communes(z.commune),
        ha(z.surface_m2),
        z.zae_uf,
        ...ETATS.map((etat) => z.etats?.[etat].nombre ?? null),
        ...ETATS.map((etat) => ha(z.etats?.[etat].surface_m2 ?? null)),
        percent(z.zae_taux_max),
        percent(z.zae_taux_surface),
        z.mutabilite?.min ?? null,
        z.mutabilite?.central ?? null,
        z.mutabilite?.max ?? null,
        z.motif_refus === null ? null : t(`inv.refus.${z.motif_refus}`),
        z.inventaire,
      ],
    })),
  };
}

/** In the order of a reader's interest, by the words of the file; the class of each in the answer's other member. */
export const CLASSES: readonly (readonly [string, StatutFriche | null])[] = [
  ["friche sans projet", "sans_projet"],
  ["friche potentielle", "potentielle"],
  ["friche avec projet", "avec_projet"],
  ["friche reconvertie", "reconvertie"],
  ["inconnu", null],
];

export function tableFriches(friches: Friches | null): Table {
  const found = CLASSES.filter(([code]) => (friches?.par_statut[code] ?? 0) > 0);
  return {
    colonnes: [
      { titre: t("territoire.statut") },
      { titre: t("territoire.friches") },
      { titre: t("inv.friches_surface_col"), ...HA },
      { titre: t("inv.friches_inconnue_col"), unite: t("territoire.friches").toLowerCase() },
      { titre: t("inv.gisements") },
      { titre: t("inv.utile"), ...HA },
    ],
    lignes: found.map(([code, classe]) => {
      const k = classe === null ? null : friches?.classes[classe];
      return {
        cle: code,
        valeurs: [
          tCode("statut_friche", code),
          friches?.par_statut[code] ?? null,
          ha(k?.surface_m2 ?? null),
          k?.surface_inconnue ?? null,
          k?.unites ?? null,
          k ? ha(k.utile_m2) : null,
        ],
      };
    }),
  };
}

/** The owners that have most come first. */
export function tableClasses(par_classe: FoncierPublic["par_classe"]): Table {
  const all = Object.entries(par_classe ?? {}).sort(([, a], [, b]) => b.nombre - a.nombre);
  return {
    colonnes: [
      { titre: t("inv.classe") },
      { titre: t("inv.gisements") },
      { titre: t("inv.surface"), ...HA },
      { titre: t("inv.utile"), ...HA },
    ],
    lignes: all.map(([code, c]) => ({
      cle: code,
      valeurs: [tCode("classe", code), c.nombre, ha(c.surface_m2), ha(c.utile_m2)],
    })),
  };
}

export function tableSites(sites: SitePublic[], communes: (code: string | null) => string | null): Table {
  const logements = t("inv.site.logements");
  return {
    colonnes: [
      { titre: t("inv.site.nom") },
      { titre: t("inv.site.commune") },
      { titre: t("inv.site.proprietaire") },
      { titre: t("inv.site.classe") },
      { titre: t("inv.site.type") },
      { titre: t("inv.site.verdict") },
      { titre: t("inv.site.bati") },
      { titre: t("inv.site.surface"), unite: "m²" },
      { titre: t("inv.site.utile"), unite: "m²" },
      { titre: t("territoire.col_bas", { x: logements }) },
      { titre: t("territoire.col_central", { x: logements }) },
      { titre: t("territoire.col_haut", { x: logements }) },
    ],
    lignes: sites.map((s) => ({
      cle: s.idu,
      valeurs: [
        s.idu,
        communes(s.commune),
        s.proprietaire,
        tCode("classe", s.classe),
        tCode("type", s.type),
        t(`verdict.${s.verdict}`),
        s.bati === null ? null : t(s.bati ? "inv.site.bati_oui" : "inv.site.bati_non"),
        s.surface_m2,
        s.utile_m2,
        s.capacite.min,
        s.capacite.central,
        s.capacite.max,
      ],
    })),
  };
}
