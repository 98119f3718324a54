import { getItems } from "../api/client";
import { among } from "../api/cql";
import type { Verdict } from "../api/types";
import type { Demande } from "../export/job.svelte";

/** What the served edition says of a kept parcel. */
export interface Actuel {
  idu: string;
  indice_min: number | null;
  indice: number | null;
  indice_max: number | null;
  verdict: Verdict | null;
}

/** The server takes an address of 4 096 bytes; an identifier, with its quotes escaped, takes 23 of them. */
export const IDUS_PAR_FILTRE = 160;

/** `POST /exports` takes at most so many identifiers. */
export const IDUS_PAR_EXPORT = 3000;

/** These parcels. */
export const filtre = (idus: readonly string[]): string => among("idu", idus);

/** Reads all of them, in as few requests as the length of an address allows. A parcel no longer there is absent. */
export async function lireActuels(idus: readonly string[], signal: AbortSignal): Promise<Map<string, Actuel>> {
  const found = new Map<string, Actuel>();
  for (let at = 0; at < idus.length; at += IDUS_PAR_FILTRE) {
    const some = idus.slice(at, at + IDUS_PAR_FILTRE);
    const page = await getItems<Actuel>(
      "parcelles",
      { filter: filtre(some), properties: "idu,indice_min,indice,indice_max,verdict", limit: String(some.length) },
      signal,
    );
    for (const { properties } of page.features) found.set(properties.idu, properties);
  }
  return found;
}

/** What `POST /exports` takes for these parcels; null when one file cannot hold them all. */
export const demande = (idus: readonly string[]): Demande | null =>
  idus.length > IDUS_PAR_EXPORT ? null : { collections: ["parcelles"], ids: idus };
