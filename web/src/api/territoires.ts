/** `/territoires` of docs/api.md, as the territory view reads it. */
import type { Niveau } from "../url";
import { get } from "./client";
import { among, within } from "./cql";
import type { FoncierPublic, Friches, Zae } from "./inventaires";
import type { Source, TypeGisement, Verdict } from "./types";

/** A sum over the communes of which the value is known; null when it is known of none. */
export interface Somme {
  somme: number | null;
  communes_inconnues: number;
}

/** A sum of intervals. `central` leaves out the rows of `sans_central`, all three leave out those of `inconnus`. */
export interface SommeIntervalle {
  min: number;
  central: number;
  max: number;
  sans_central: number;
  inconnus: number;
}

export interface Stock {
  type: TypeGisement;
  nombre: number;
  prioritaire: number;
  a_etudier: number;
  reserve: number;
  utile_m2: number;
  capacite: SommeIntervalle;
  enaf_m2: SommeIntervalle;
  sans_enaf: number;
  capacite_sans_enaf: SommeIntervalle;
}

export interface CommuneTerritoire {
  code: string;
  nom: string;
  population: number | null;
  document: string | null;
  zone_abc: string | null;
  sru_soumise: boolean | null;
  sru_taux: number | null;
  sru_cible: number | null;
  carence: boolean | null;
  tension: number | null;
  nb_parcelles: number;
  nb_classes: number;
  indice_dix_meilleurs: number | null;
  registre: LigneRegistre | null;
}

/** Where a territory stands in the ENAF ledger. Its budget may be 0: then a share of it has no meaning. */
export interface LigneRegistre {
  reference_m2: number | null;
  cible_m2: number | null;
  garantie_m2: number | null;
  enveloppe_m2: number | null;
  conso_m2: number | null;
  reste_m2: number | null;
  part: number | null;
  part_statut: "renseigne" | "sans_objet" | "non_renseigne";
  statut: "respecte" | "depasse" | "sans_objet" | "inconnu";
}

export const DESTINATIONS = ["habitat", "activite", "mixte", "route", "ferre", "inconnu"] as const;
export type Destination = (typeof DESTINATIONS)[number];

/** What was consumed in a year as the file has it, before anything is deducted. */
export type AnneeRegistre = Record<`${Destination}_m2` | "total_m2", number | null> & {
  annee: number;
  periode: "reference" | "objectif" | "hors_periode";
  communes_renseignees: number;
};

export interface ReglesZan {
  id: string;
  libelle: string;
  source: string;
  reference: [number, number];
  objectif: [number, number];
  reduction: number;
  garantie_m2: number;
}

/** The ENAF ledger of a territory: consumption, never summed with artificialisation. */
export interface Registre extends LigneRegistre {
  regles: ReglesZan;
  objectif: {
    reduction: number;
    origine: "propre" | "herite" | "defaut";
    niveau: string | null;
    code: string | null;
    document: string | null;
    adresse: string | null;
  };
  garantie_statut: "acquise" | "sans_effet" | "non_eligible" | "inconnue" | null;
  mutualise_m2: number | null;
  mutualise_vers: string | null;
  brut_m2: number | null;
  pene_m2: number | null;
  renature_m2: number | null;
  pene_statut: "hors_pene" | "concernee" | "declaree" | "inconnu" | null;
  annees_observees: number;
  derniere_annee: number | null;
  temps_ecoule: number | null;
  rythme_m2_an: number | null;
  rythme_reference_m2_an: number | null;
  projection_m2: number | null;
  epuisement: {
    quand: "annee" | "au_dela" | "deja_depassee" | "sans_objet";
    annee: number | null;
    moment: "debut" | "milieu" | "fin" | null;
  } | null;
  surface_m2: number | null;
  part_territoire: number | null;
  /** Communes of the edition, those of them that the ledger knows, and members of the territory. */
  communes: { nombre: number; renseignees: number; membres: number | null };
  /** The envelopes of the communes beside the territory's own; null for a commune. */
  repartition: {
    somme_communes_m2: number | null;
    ecart_m2: number | null;
    dont_objectifs_m2: number | null;
    dont_garanties_m2: number | null;
    dont_mutualise_m2: number | null;
    communes_inconnues: number;
    communes_depassees: number;
  } | null;
  par_departement: { departement: string; reference_m2: number | null; conso_m2: number | null }[] | null;
  annees: AnneeRegistre[];
  source: { fichiers: string[]; producteur: string | null; millesime: string | null };
}

/** What OCS GE says of a département between two of its editions; of the last one only when there is no earlier. */
export interface PeriodeArtif {
  departement: string;
  debut: number | null;
  fin: number;
  communes: number;
  artif_m2: number | null;
  desartif_m2: number | null;
  nette_m2: number | null;
  imper_m2: number | null;
  taux: number | null;
}

export interface Artificialisation {
  couverture: "complete_uniforme" | "complete_non_uniforme" | "partielle" | "aucune";
  periodes: PeriodeArtif[];
  communes: { nombre: number; couvertes: number };
}

export interface Reponses {
  oui: number;
  non: number;
  inconnu: number;
}

export interface Territoire {
  niveau: Niveau;
  code: string;
  nom: string;
  edition: { id: string; date: string; nom: string; fictif: boolean; diffusion: "interne" | "publique" };
  population: Somme;
  parcelles: { nombre: number } & Record<Verdict, Somme>;
  gisements: Stock[];
  /** Null when the edition has no layer of ENAF consumption. */
  registre: Registre | null;
  artificialisation: Artificialisation | null;
  logement: { communes_sru: Reponses; communes_carencees: Reponses };
  /** Null when the edition has no such layer. */
  friches: Friches | null;
  zae: Zae | null;
  foncier_public: FoncierPublic;
  communes: CommuneTerritoire[];
  sources: Source[];
}

export const getTerritoire = (niveau: Niveau, code: string, signal?: AbortSignal): Promise<Territoire> =>
  get(`/territoires/${niveau}/${encodeURIComponent(code)}`, signal);

/** Enough for any département; a walk that never ends would be a fault of the server. */
const MOST = 60;

/**
 * The EPCIs (or SCoTs) that the communes of a territory are in. `/territoires` does not say it, and a commune of the
 * collection comes with its outline: one is asked at a time, leaving out what was found, rather than all of them.
 */
export async function codesOf(
  column: "epci" | "scot",
  niveau: Niveau,
  code: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const found: string[] = [];
  while (found.length < MOST) {
    const rest = found.length > 0 ? ` AND NOT (${among(column, found)})` : "";
    const filter = `${within(niveau, code)} AND ${column} IS NOT NULL${rest}`;
    const answer = await get<{ features: { properties: Record<string, string | null> }[] }>(
      `/collections/communes/items?limit=1&properties=${column}&filter=${encodeURIComponent(filter)}`,
      signal,
    );
    const next = answer.features[0]?.properties[column];
    if (!next) break;
    found.push(next);
  }
  return found;
}
