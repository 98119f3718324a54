import type { Axe } from "../api/types";
import type { Cle } from "../i18n/index.svelte";

/**
 * Every filter but types and verdicts: its key in the address, its column in the collection `parcelles`, its name.
 * One line here is a filter in the panel, in the address and in the request.
 */
interface Commun {
  cle: string;
  libelle: Cle;
}

/** A least and a most of a number. */
export interface Bornes extends Commun {
  genre: "bornes";
  colonne: string;
  unite: "m²" | "m" | "%" | "/100" | "logements";
  /** Of the typed number, to the column's unit: 0.01 for a share typed in per cent. */
  echelle: number;
  /** Step of the field. */
  pas: number;
  /** Whether a parcel may have no value: such a filter then says what becomes of those. */
  inconnu: boolean;
  /** Both ends on one track under a histogram, whose bounds these are. */
  paliers?: readonly number[];
  /** One end on a slider, the one that is mostly asked for, from 0 to `max`. */
  curseur?: { bout: "min" | "max"; max: number };
  /** Its key in the tiles, for those that the map can judge; `bit` is the one that marks an axis without central. */
  tuile?: { cle: string; bit?: number };
}

/** Some of a few values. */
export interface Choix extends Commun {
  genre: "choix";
  /** `commune` is judged through the list of communes: parcels have no such column. */
  colonne: string | { commune: "sru" };
  /** Codes of the column; `inconnu` also stands for no value at all. Names are the strings `{prefixe}.{code}`. */
  codes: readonly string[];
  prefixe: string;
}

/** A condition to hold or not to mind. */
export interface Oui extends Commun {
  genre: "oui";
  condition: string;
}

export type Filtre = Bornes | Choix | Oui;

const metres = (cle: string, libelle: Cle, colonne: string): Bornes => ({
  genre: "bornes",
  cle,
  libelle,
  colonne,
  unite: "m",
  echelle: 1,
  pas: 50,
  inconnu: true,
});
const share = (cle: string, libelle: Cle, colonne: string): Bornes => ({
  genre: "bornes",
  cle,
  libelle,
  colonne,
  unite: "%",
  echelle: 0.01,
  pas: 5,
  inconnu: true,
});
const axe = (cle: string, code: Axe | "fiabilite", tuile: NonNullable<Bornes["tuile"]>): Bornes => ({
  genre: "bornes",
  cle,
  libelle: `axe.${code}`,
  colonne: code,
  unite: "/100",
  echelle: 1,
  pas: 5,
  inconnu: true,
  tuile,
});

/** Round bounds of the histogram of usable area: half of the parcels are small, a few are very large. */
export const PALIERS = [0, 100, 250, 500, 750, 1000, 1500, 2000, 3000, 5000, 7500, 10_000, 20_000] as const;

export const UTILE: Bornes = {
  genre: "bornes",
  cle: "utile",
  libelle: "filtre.utile",
  colonne: "utile_m2",
  unite: "m²",
  echelle: 1,
  pas: 100,
  inconnu: false,
  tuile: { cle: "u" },
  paliers: PALIERS,
};
export const TRANSPORT: Bornes = {
  ...metres("tc", "filtre.tc", "dist_transport_m"),
  curseur: { bout: "max", max: 2_000 },
};

/** In the order of the menu « Ajouter un filtre… ». */
export const FILTRES: readonly Filtre[] = [
  UTILE,
  TRANSPORT,
  { ...metres("larg", "filtre.larg", "diametre_inscrit_m"), pas: 5 },
  share("ces", "filtre.ces", "ces"),
  {
    genre: "bornes",
    cle: "logts",
    libelle: "filtre.logts",
    colonne: "capacite",
    unite: "logements",
    echelle: 1,
    pas: 1,
    inconnu: true,
  },
  axe("pot", "potentiel", { cle: "p", bit: 1 }),
  axe("dur", "durete", { cle: "d", bit: 2 }),
  axe("bes", "besoin", { cle: "b", bit: 4 }),
  axe("sob", "sobriete", { cle: "s", bit: 8 }),
  axe("fia", "fiabilite", { cle: "f" }),
  {
    genre: "choix",
    cle: "prop",
    libelle: "filtre.prop",
    colonne: "proprietaire_classe",
    prefixe: "classe",
    codes: [
      "etat",
      "region",
      "departement",
      "commune",
      "organisme_hlm",
      "etablissement_public",
      "sem",
      "copropriete",
      "societe",
      "masque",
      "inconnu",
    ],
  },
  {
    genre: "choix",
    cle: "voie",
    libelle: "filtre.voie",
    colonne: "voie",
    prefixe: "voie_juridique",
    codes: ["plu", "er_mixite", "l152_6_5", "l152_6_7", "evolution_plu", "inconnu"],
  },
  {
    genre: "choix",
    cle: "sru",
    libelle: "filtre.sru",
    colonne: { commune: "sru" },
    prefixe: "sru",
    codes: ["carence", "soumise", "non_soumise", "inconnu"],
  },
  {
    genre: "choix",
    cle: "zone",
    libelle: "filtre.zone",
    colonne: "zone_type",
    prefixe: "zone",
    codes: ["U", "AUc", "AUs", "A", "N", "inconnu"],
  },
  {
    genre: "choix",
    cle: "projet",
    libelle: "filtre.projet",
    colonne: "friche_statut",
    prefixe: "statut_friche",
    codes: ["friche sans projet", "friche avec projet", "friche potentielle", "friche reconvertie"],
  },
  {
    genre: "choix",
    cle: "activite",
    libelle: "filtre.activite",
    colonne: "activite_nature",
    prefixe: "activite",
    codes: [
      "hopital",
      "administration",
      "enseignement",
      "militaire",
      "ferroviaire",
      "stationnement",
      "sport",
      "activite",
    ],
  },
  // The most it may take: what is uncertain is not counted as nothing.
  { genre: "oui", cle: "zero", libelle: "filtre.zero", condition: "enaf_max_m2 <= 0" },
  {
    genre: "bornes",
    cle: "enaf",
    libelle: "filtre.enaf",
    colonne: "enaf_m2",
    unite: "m²",
    echelle: 1,
    pas: 100,
    inconnu: true,
  },
  share("interdit", "filtre.interdit", "part_interdiction"),
  share("prescrit", "filtre.prescrit", "part_prescription"),
  share("etude", "filtre.etude", "part_etude"),
  share("patrimoine", "filtre.patrimoine", "part_patrimoine"),
  share("nature", "filtre.nature", "part_environnement"),
  share("pu", "filtre.pu", "part_u"),
  share("pfriche", "filtre.pfriche", "part_friche"),
  share("pzae", "filtre.pzae", "part_zae"),
  share("qpv", "filtre.qpv", "part_qpv"),
  share("agri", "filtre.agri", "part_agricole"),
  metres("ecole", "filtre.ecole", "dist_ecole_m"),
  metres("commerce", "filtre.commerce", "dist_commerce_m"),
  metres("sante", "filtre.sante", "dist_sante_m"),
  metres("services", "filtre.services", "dist_services_m"),
  metres("mairie", "filtre.mairie", "dist_mairie_m"),
  metres("risque", "filtre.risque", "dist_risque_m"),
];

export const filtreDe = (cle: string): Filtre | undefined => FILTRES.find((filtre) => filtre.cle === cle);
