import { type ApiError, asApiError, deleteExport, getExport, isAbort, postExport } from "../api/client";
import type { EtatExport } from "../api/types";

/** What to export, in the words of `POST /exports`, without format and projection. */
export type Demande = Record<string, unknown>;

const PERIOD = 700;

export const enCours = ({ etat }: EtatExport): boolean => etat === "en attente" || etat === "en cours";

/** One export: asked for, followed until it ends, cancelled when it is no longer wanted. */
export class Job {
  etat = $state.raw<EtatExport | null>(null);
  erreur = $state.raw<ApiError | null>(null);
  demande = $state(false);

  #follow: AbortController | null = null;

  get occupe(): boolean {
    return this.demande || (this.etat !== null && enCours(this.etat));
  }

  /** Address of the file, on our own origin: behind a proxy the server's idea of its host may be another. */
  get fichier(): string | null {
    return this.etat?.etat === "fini" ? `/exports/${this.etat.id}/fichier` : null;
  }

  async start(demande: Demande): Promise<void> {
    this.forget();
    this.demande = true;
    const follow = new AbortController();
    this.#follow = follow;
    try {
      this.etat = await postExport(demande);
      this.demande = false;
      while (enCours(this.etat) && !follow.signal.aborted) {
        await new Promise((resolve) => setTimeout(resolve, PERIOD));
        if (!follow.signal.aborted) this.etat = await getExport(this.etat.id, follow.signal);
      }
    } catch (error) {
      if (isAbort(error)) return;
      this.erreur = asApiError(error);
    } finally {
      if (this.#follow === follow) this.demande = false;
    }
  }

  async cancel(): Promise<void> {
    const { etat } = this;
    this.forget();
    if (!etat || !enCours(etat)) return;
    try {
      await deleteExport(etat.id);
    } catch {
      // It ended meanwhile, or will be dropped by the server within the hour.
    }
  }

  /** Back to the questions. A finished file stays on the server until it expires. */
  forget(): void {
    this.#follow?.abort();
    this.#follow = null;
    this.etat = null;
    this.erreur = null;
    this.demande = false;
  }
}
