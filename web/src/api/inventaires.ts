/** The inventories of `/territoires` (docs/api.md): business parks, brownfields, public land. */
import type { Intervalle, TypeGisement, Verdict } from "./types";

/** Whether a heading is filled; why not, and the layer that would fill it. */
interface Bloc {
  statut: "renseigne" | "partiel" | "non_renseigne";
  motif: string | null;
  couche_attendue: string | null;
}

/** Three states of empty land are never merged: reusable as it is, never built, needing works. */
export const ETATS = ["vacant", "inoccupe", "friche", "inconnu", "transition", "occupe"] as const;
export type EtatTerrain = (typeof ETATS)[number];

/** Plots in one state. The area is null when it is known of none of them. */
export interface Terrains {
  nombre: number;
  surface_m2: number | null;
  surface_inconnue: number;
}

/** Vacancy by unités foncières and by area; null without an inventory. */
export interface Vacance {
  zae_uf: number | null;
  etats: Record<EtatTerrain, Terrains> | null;
  /** The rate of L318-8-2 CU asks for dated evidence that no open file gives. */
  zae_taux: null;
  zae_uf_vacante: null;
  /** The most that it may be, 0–1. */
  zae_taux_max: number | null;
  zae_taux_surface: number | null;
  /** The newest date at which plots were seen. */
  inventaire: string | null;
  surface_m2: number | null;
}

export type MotifRefus = "paysage" | "acces" | "voisinage" | "services" | "aucun";

export interface Zone extends Vacance {
  id: string;
  nom: string | null;
  commune: string | null;
  centre: [number, number] | null;
  mutabilite: { min: number; central: number; max: number } | null;
  /** The ground of L152-6-7 CU most likely to bite. */
  motif_refus: MotifRefus | null;
}

export interface Zae extends Bloc {
  nombre: number;
  terrains_par_etat: Record<string, { nombre: number; surface_declaree_m2: number; surface_inconnue: number }> | null;
  total: (Vacance & { zones: number; zones_inventoriees: number }) | null;
  /** The likeliest to change first, 500 at most. */
  zones: Zone[];
}

export const STATUTS = ["sans_projet", "avec_projet", "reconvertie", "potentielle"] as const;
export type StatutFriche = (typeof STATUTS)[number];

export interface ClasseFriche {
  nombre: number;
  surface_m2: number | null;
  surface_inconnue: number;
  /** Gisements whose main type is the brownfield. */
  unites: number;
  utile_m2: number;
}

export interface Friches {
  nombre: number;
  par_statut: Record<string, number>;
  classes: Record<StatutFriche, ClasseFriche>;
  sans_statut: number;
  /** Null when a site without status could change it. */
  situation: "nul" | "nul_deja_exploite" | "potentiel_non_exploite" | "potentiel_en_cours" | null;
}

/** Gisements counted together. An area is null as soon as one of them has none. */
export interface Compte {
  nombre: number;
  surface_m2: number | null;
  utile_m2: number | null;
}

export interface SitePublic {
  idu: string;
  commune: string;
  /** A legal person. */
  proprietaire: string | null;
  classe: string;
  type: TypeGisement;
  verdict: Verdict;
  bati: boolean | null;
  surface_m2: number | null;
  utile_m2: number | null;
  capacite: { [end in keyof Intervalle]: number | null };
}

export interface FoncierPublic extends Bloc {
  total: Compte | null;
  par_classe: Record<string, Compte> | null;
  /** The largest usable area first, 500 at most. */
  sites: SitePublic[];
}
