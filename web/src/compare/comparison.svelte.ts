import type { App } from "../app.svelte";

export const LETTRES = ["A", "B", "C", "D"] as const;

/** Adding to the comparison, from anywhere: a fifth parcel waits until the reader says which one it replaces. */
class Comparison {
  /** The parcel that found no place. */
  enAttente = $state<string | null>(null);

  toggle(app: App, idu: string): void {
    this.enAttente = app.compare(idu) ? null : idu;
  }

  /** The waiting parcel takes the place of another. */
  replace(app: App, idu: string): void {
    const next = this.enAttente;
    this.enAttente = null;
    if (next === null) return;
    app.compare(idu);
    app.compare(next);
  }
}

export const comparison = new Comparison();
