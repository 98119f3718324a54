/** The order of the parks and of the public land. */
import type { SitePublic, Zone } from "../../api/inventaires";
import { t, tCode } from "../../i18n/index.svelte";
import type { Tri } from "../tri";

/** A row that is sorted has a name. */
export type LigneZone = Omit<Zone, "nom"> & { nom: string; lieu: string | null };

export const COLONNES = ["uf", "vacant", "inoccupe", "friche", "inconnu", "taux", "surface"] as const;
export type CleZone = "nom" | "commune" | (typeof COLONNES)[number] | "mutabilite" | "motif" | "inventaire";

export const TRI_ZONES: Tri<CleZone> = { cle: "mutabilite", sens: "descending" };
export const TEXTES_ZONES: ReadonlySet<CleZone> = new Set<CleZone>(["nom", "commune", "motif"]);

export const VALEURS_ZONES: Record<CleZone, (z: LigneZone) => string | number | null> = {
  nom: (z) => z.nom,
  commune: (z) => z.lieu,
  uf: (z) => z.zae_uf,
  vacant: (z) => z.etats?.vacant.nombre ?? null,
  inoccupe: (z) => z.etats?.inoccupe.nombre ?? null,
  friche: (z) => z.etats?.friche.nombre ?? null,
  inconnu: (z) => z.etats?.inconnu.nombre ?? null,
  taux: (z) => z.zae_taux_max,
  surface: (z) => z.zae_taux_surface,
  mutabilite: (z) => z.mutabilite?.central ?? null,
  motif: (z) => (z.motif_refus === null ? null : t(`inv.refus.${z.motif_refus}`)),
  inventaire: (z) => z.inventaire,
};

export type LigneSite = SitePublic & { nom: string; lieu: string | null };

export const CLES_SITES = [
  "nom",
  "commune",
  "proprietaire",
  "classe",
  "type",
  "verdict",
  "surface",
  "utile",
  "logements",
] as const;
export type CleSite = (typeof CLES_SITES)[number];

export const TRI_SITES: Tri<CleSite> = { cle: "utile", sens: "descending" };
export const NOMBRES_SITES: ReadonlySet<CleSite> = new Set<CleSite>(["surface", "utile", "logements"]);
export const TEXTES_SITES: ReadonlySet<CleSite> = new Set(CLES_SITES.filter((cle) => !NOMBRES_SITES.has(cle)));

export const VALEURS_SITES: Record<CleSite, (s: LigneSite) => string | number | null> = {
  nom: (s) => s.nom,
  commune: (s) => s.lieu,
  proprietaire: (s) => s.proprietaire,
  classe: (s) => tCode("classe", s.classe),
  type: (s) => tCode("type", s.type),
  verdict: (s) => t(`verdict.${s.verdict}`),
  surface: (s) => s.surface_m2,
  utile: (s) => s.utile_m2,
  logements: (s) => s.capacite.central,
};
