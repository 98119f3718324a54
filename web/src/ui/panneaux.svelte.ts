import { MediaQuery } from "svelte/reactivity";
import type { Detent } from "../sheet/detents";

/** Which panels are open, by the width of the window (map-design §2) and the reader's choice. */
export class Panneaux {
  readonly #large = new MediaQuery("min-width: 1680px");
  readonly #bureau = new MediaQuery("min-width: 1280px");
  readonly #telephone = new MediaQuery("max-width: 767px");
  /** Holds as long as a sheet is neither opened nor closed: that event has its own idea of the room left. */
  #choix = $state.raw<{ fiche: boolean; ouverts: boolean } | null>(null);
  #liste = $state(true);
  /** Height of the phone's list. */
  detent = $state<Detent>("apercu");

  constructor(readonly fiche: () => boolean) {}

  /** The filter panel never folds. */
  get large(): boolean {
    return this.#large.current;
  }

  get bureau(): boolean {
    return this.#bureau.current;
  }

  get telephone(): boolean {
    return this.#telephone.current;
  }

  get filtres(): boolean {
    if (this.large) return true;
    const fiche = this.fiche();
    return this.#choix?.fiche === fiche ? this.#choix.ouverts : this.bureau && !fiche;
  }

  set filtres(ouverts: boolean) {
    this.#choix = { fiche: this.fiche(), ouverts };
  }

  /** On a tablet the list can be folded; elsewhere it has its place. */
  get liste(): boolean {
    return this.bureau || this.telephone || this.#liste;
  }

  set liste(ouverte: boolean) {
    this.#liste = ouverte;
  }

  /** On a phone, a sheet or a raised list leaves no room for what floats over the map. */
  get carteMasquee(): boolean {
    return this.telephone && (this.fiche() || this.detent !== "apercu");
  }

  /** The sheet lies over the list: nothing of it can be reached. */
  get listeCouverte(): boolean {
    return this.fiche() && !this.large;
  }
}
