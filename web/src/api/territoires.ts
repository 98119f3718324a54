/** `/territoires` of docs/api.md, as the territory view reads it. */
import type { Niveau } from "../url";
import { get } from "./client";
import { among, within } from "./cql";
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
  enaf_reference_m2: number | null;
  enaf_depuis_2021_m2: number | null;
  enaf_autorise_m2: number | null;
  enaf_reste_m2: number | null;
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
  enaf: {
    reference_2011_2020_m2: Somme;
    depuis_2021_m2: Somme;
    communes_sans_reste: number;
    communes_reste_inconnu: number;
  };
  logement: { communes_sru: Reponses; communes_carencees: Reponses };
  /** Null when the edition has no such layer. */
  friches: { nombre: number; par_statut: Record<string, number> } | null;
  zae: {
    nombre: number;
    terrains_par_etat: Record<string, { nombre: number; surface_declaree_m2: number; surface_inconnue: number }> | null;
  } | null;
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
