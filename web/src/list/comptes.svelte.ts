import { getFacettes, isAbort } from "../api/client";
import type { Facettes } from "../api/types";
import { actifs, tousStricts } from "../filters/filtres";
import { nombre } from "../i18n/format";
import { t } from "../i18n/index.svelte";
import type { Liste } from "./liste.svelte";
import { incertains, nomDansSans } from "./requete";

/** Several changes in a row are one question. */
const DELAY = 150;

/** How many, of how many, and what is left out: numbers of the whole territory, wherever the map looks. */
export class Comptes {
  /** One answer tells them all; null until it is here, or when it was refused. */
  facettes = $state.raw<Facettes | null>(null);
  /** Kept only because a filter does not know. */
  inconnues = $state<number | null>(null);
  /** Which filter costs most when nothing is left. */
  coupable = $state.raw<{ cle: string; nombre: number } | null>(null);

  #asked = "";
  #request: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly liste: Liste) {}

  get total(): number | null {
    return this.facettes?.numberMatched ?? null;
  }

  get ecartees(): number | null {
    return this.facettes?.hors_liste.ecarte ?? null;
  }

  /** Parcels of this list that the reader set aside. */
  get masquees(): number {
    const { facettes } = this;
    return facettes ? (facettes.sans["filtre.masquees"] ?? facettes.numberMatched) - facettes.numberMatched : 0;
  }

  /** Rows that a numeric filter meets for want of a value, or would without its condition on them. */
  inconnus(colonne: string): number | undefined {
    return this.facettes?.histogrammes[colonne]?.inconnus;
  }

  lire(): void {
    const params = this.liste.paramsFacettes();
    const asked = String(params);
    // Other weights or another order count the same parcels.
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#request?.abort();
    clearTimeout(this.#timer);
    const request = new AbortController();
    this.#request = request;
    this.#timer = setTimeout(() => void this.#read(params, request.signal), this.facettes ? DELAY : 0);
  }

  async #read(params: URLSearchParams, signal: AbortSignal): Promise<void> {
    const { hote } = this.liste;
    try {
      const facettes = await getFacettes(params, signal);
      const inconnues = await this.#unknown(facettes, signal);
      const coupable = facettes.numberMatched === 0 ? await this.#culprit(facettes, signal) : null;
      if (signal.aborted) return;
      this.facettes = facettes;
      this.inconnues = inconnues;
      this.coupable = coupable;
      hote.annonce = t("liste.annonce", { n: nombre(facettes.numberMatched), m: nombre(facettes.parcelles) });
    } catch (error) {
      if (isAbort(error)) return;
      // Counts say more of what the list shows: without them it stays usable, and a stale one would lie.
      this.#asked = "";
      this.facettes = null;
    }
  }

  /** One filter's unknowns are in the answer; those of several overlap, and are asked for together. */
  async #unknown({ histogrammes, numberMatched }: Facettes, signal: AbortSignal): Promise<number | null> {
    const { filtres } = this.liste.demande;
    const [first, second] = incertains(filtres).filter(({ cle }) => !filtres.stricts.includes(cle));
    if (!first) return null;
    if (!second) return histogrammes[first.colonne]?.inconnus ?? null;
    const strict = { ...this.liste.demande, filtres: tousStricts(filtres) };
    return numberMatched - (await this.liste.compter(strict, signal));
  }

  /** The one filter without which most would come back. */
  async #culprit({ sans }: Facettes, signal: AbortSignal): Promise<{ cle: string; nombre: number } | null> {
    const { demande } = this.liste;
    let best: { cle: string; nombre: number } | null = null;
    for (const cle of actifs(demande.filtres)) {
      // Without a choice of types those of the profile come back, not all of them.
      const found =
        cle === "type"
          ? await this.liste.compter({ ...demande, filtres: { ...demande.filtres, types: null } }, signal)
          : (sans[nomDansSans(cle)] ?? 0);
      if (found > (best?.nombre ?? 0)) best = { cle, nombre: found };
    }
    return best;
  }
}
