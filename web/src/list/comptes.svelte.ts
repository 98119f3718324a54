import { countParcelles, isAbort } from "../api/client";
import { actifs, sans, tousStricts } from "../filters/filtres";
import { nombre } from "../i18n/format";
import { t } from "../i18n/index.svelte";
import { RANKED, TYPES } from "../map/colours";
import type { Demande } from "./etat";
import type { Liste } from "./liste.svelte";

/** How many, of how many, and what is left out: numbers of the whole territory, wherever the map looks. */
export class Comptes {
  total = $state<number | null>(null);
  /** Kept only because a filter does not know. */
  inconnues = $state<number | null>(null);
  ecartees = $state<number | null>(null);
  /** Parcels that each type and each verdict would give, by code. */
  facettes = $state.raw<Readonly<Record<string, number>>>({});
  /** Which filter costs most when nothing is left. */
  coupable = $state.raw<{ cle: string; nombre: number } | null>(null);

  #request: AbortController | null = null;

  constructor(readonly liste: Liste) {}

  async lire(): Promise<void> {
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    const { demande, hote, codes } = this.liste;
    const { filtres } = demande;
    const strict = tousStricts(filtres);
    try {
      this.total = await this.liste.compter(demande, request.signal);
      hote.annonce = t("liste.annonce", {
        n: nombre(this.total),
        m: nombre(hote.edition?.comptes.parcelles ?? 0),
      });
      const loose = Object.keys(filtres.bornes).some((cle) => !filtres.stricts.includes(cle));
      this.inconnues = loose
        ? this.total - (await this.liste.compter({ ...demande, filtres: strict }, request.signal))
        : null;
      void this.#readFacets(demande, request.signal);
      this.coupable = this.total === 0 ? await this.#culprit(demande, request.signal) : null;
      // The collection knows communes, not territories: it waits for their list.
      const wait = demande.territoire !== null && codes === null;
      this.ecartees = wait ? null : await countParcelles(this.liste.paramsEcartees(), request.signal);
    } catch (error) {
      // Counts say more of what the list shows: without them it stays usable.
      if (!isAbort(error)) this.total = null;
    }
  }

  /** What each type and verdict would give with the other filters. One at a time: they can wait, the list cannot. */
  async #readFacets(demande: Demande, signal: AbortSignal): Promise<void> {
    const { filtres } = demande;
    const found: Record<string, number> = {};
    try {
      for (const { code } of TYPES) {
        found[code] = await this.liste.compter({ ...demande, filtres: { ...filtres, types: [code] } }, signal);
      }
      for (const code of RANKED) {
        found[code] = await this.liste.compter({ ...demande, filtres: { ...filtres, verdicts: [code] } }, signal);
      }
      this.facettes = found;
    } catch {
      // Superseded, or refused: no count is better than a stale one.
      if (!signal.aborted) this.facettes = {};
    }
  }

  /** The one filter without which most would come back. */
  async #culprit(demande: Demande, signal: AbortSignal): Promise<{ cle: string; nombre: number } | null> {
    let best: { cle: string; nombre: number } | null = null;
    for (const cle of actifs(demande.filtres)) {
      const found = await this.liste.compter({ ...demande, filtres: sans(demande.filtres, cle) }, signal);
      if (found > (best?.nombre ?? 0)) best = { cle, nombre: found };
    }
    return best;
  }
}
