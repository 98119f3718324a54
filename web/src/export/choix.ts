import type { Demande } from "./job.svelte";

/** Something that may be exported: what it is called, how many parcels it holds, and how to ask for it. */
export interface Choix {
  libelle: string;
  nombre: number;
  /** Null when it cannot be asked for; `empechement` then says why. */
  demande: Demande | null;
  empechement?: string;
  /** What is left out of it, and why. */
  remarque?: string;
}
