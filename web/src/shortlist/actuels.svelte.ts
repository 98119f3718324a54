import type { Choix } from "../export/choix";
import { nombre, pluriel } from "../i18n/format";
import { t } from "../i18n/index.svelte";
import { type Actuel, demande, IDUS_PAR_EXPORT, lireActuels } from "./requete";

/** The kept parcels as the served edition has them. */
export class Actuels {
  valeurs = $state.raw<ReadonlyMap<string, Actuel>>(new Map());
  etat = $state<"attente" | "lu" | "erreur">("attente");

  #request: AbortController | null = null;

  async lire(idus: readonly string[]): Promise<void> {
    this.arreter();
    const request = new AbortController();
    this.#request = request;
    this.etat = "attente";
    try {
      this.valeurs = await lireActuels(idus, request.signal);
      this.etat = "lu";
    } catch {
      if (!request.signal.aborted) this.etat = "erreur";
    }
  }

  arreter(): void {
    this.#request?.abort();
    this.#request = null;
  }

  /** The kept parcels as something to export: a file names only those that the edition has. */
  choix(libelle: string, idus: readonly string[]): Choix {
    if (this.etat !== "lu") {
      const empechement = t(this.etat === "erreur" ? "selection.erreur_export" : "app.chargement");
      return { libelle, nombre: idus.length, demande: null, empechement };
    }
    const presents = idus.filter((idu) => this.valeurs.has(idu));
    const n = idus.length - presents.length;
    return {
      libelle,
      nombre: presents.length,
      demande: demande(presents),
      empechement: t("selection.trop", { n: nombre(IDUS_PAR_EXPORT) }),
      ...(n > 0
        ? {
            remarque: t(pluriel(n, "selection.absente", "selection.absentes") as "selection.absentes", {
              n: nombre(n),
            }),
          }
        : {}),
    };
  }
}
