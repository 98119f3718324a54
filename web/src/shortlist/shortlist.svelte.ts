import { SvelteMap } from "svelte/reactivity";
import type { Fiche } from "../api/types";
import { nomDe } from "../app.svelte";
import { parse, type Retenue, serialise } from "./store";

const KEY = "gisement.selection";
/** Where an unreadable shortlist is put aside before another is saved over it. */
const ASIDE = "gisement.selection.illisible";
/** How long a removal can be undone. */
const UNDO = 8000;

/** Parcels that a person keeps, in this browser only. */
class Shortlist {
  /** In order of keeping. */
  readonly parcelles = new SvelteMap<string, Retenue>();
  /** Storage is forbidden or full: the shortlist lasts as long as the page. */
  volatile = $state(false);
  /** What was saved could not be read, and was put aside. */
  illisible = $state(false);
  /** The last one removed, while it can come back. */
  retiree = $state.raw<Retenue | null>(null);

  #before: Retenue[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#read();
    // Another tab of the same browser changed it.
    addEventListener("storage", (event) => {
      if (event.key === KEY || event.key === null) this.#read();
    });
  }

  get nombre(): number {
    return this.parcelles.size;
  }

  has(idu: string): boolean {
    return this.parcelles.has(idu);
  }

  get(idu: string): Retenue | undefined {
    return this.parcelles.get(idu);
  }

  /** Set aside with a reason: the list leaves it out until asked. */
  hidden(idu: string): boolean {
    return (this.parcelles.get(idu)?.ecartee.trim() ?? "") !== "";
  }

  /** Parcels set aside with a reason. */
  get ecartees(): string[] {
    return [...this.parcelles.keys()].filter((idu) => this.hidden(idu));
  }

  add(fiche: Fiche): void {
    this.parcelles.set(fiche.idu, {
      idu: fiche.idu,
      nom: nomDe(fiche),
      commune: fiche.commune.nom,
      statut: "a_appeler",
      note: "",
      ecartee: "",
      indice: fiche.indice?.central ?? null,
      verdict: fiche.verdict?.code ?? null,
      edition: fiche.edition.date,
      le: new Date().toISOString().slice(0, 10),
    });
    if (this.retiree?.idu === fiche.idu) this.retiree = null;
    this.#write();
  }

  update(idu: string, change: Partial<Pick<Retenue, "statut" | "note" | "ecartee">>): void {
    const one = this.parcelles.get(idu);
    if (!one) return;
    this.parcelles.set(idu, { ...one, ...change });
    this.#write();
  }

  /** Removes a parcel; `undo` brings it back, where it was, for eight seconds. */
  remove(idu: string): void {
    const one = this.parcelles.get(idu);
    if (!one) return;
    this.#before = [...this.parcelles.values()];
    this.parcelles.delete(idu);
    this.#write();
    this.retiree = one;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.retiree = null), UNDO);
  }

  undo(): void {
    const one = this.retiree;
    if (!one) return;
    this.retiree = null;
    // What was kept or written since the removal stays.
    const now = new Map(this.parcelles);
    const back = this.#before.flatMap(({ idu }) => (idu === one.idu ? [one] : (now.get(idu) ?? [])));
    this.#fill([...new Map([...back, ...now.values()].map((entry) => [entry.idu, entry])).values()]);
    this.#write();
  }

  toggle(fiche: Fiche): void {
    if (this.has(fiche.idu)) this.remove(fiche.idu);
    else this.add(fiche);
  }

  #fill(entries: readonly Retenue[]): void {
    this.parcelles.clear();
    for (const entry of entries) this.parcelles.set(entry.idu, entry);
  }

  #read(): void {
    try {
      const saved = localStorage.getItem(KEY);
      const entries = saved === null ? [] : parse(saved);
      if (entries === null && saved !== null) {
        localStorage.setItem(ASIDE, saved);
        this.illisible = true;
      }
      this.#fill(entries ?? []);
    } catch {
      this.volatile = true;
    }
  }

  #write(): void {
    try {
      localStorage.setItem(KEY, serialise([...this.parcelles.values()]));
      this.volatile = false;
    } catch {
      this.volatile = true;
    }
  }
}

export const shortlist = new Shortlist();
