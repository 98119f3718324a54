import { type ApiError, asApiError, getClassement, getCommunes, getContours, isAbort } from "../api/client";
import { among } from "../api/cql";
import type { Bbox, CommuneSru, Edition, Ligne, Profil, TypeGisement } from "../api/types";
import type { Demande as DemandeExport } from "../export/job.svelte";
import { veutCommunes } from "../filters/cql";
import type { Filtres } from "../filters/filtres";
import { pluriel } from "../i18n/format";
import { t } from "../i18n/index.svelte";
import { RANKED } from "../map/colours";
import { shortlist } from "../shortlist/shortlist.svelte";
import { type Poids, poidsDe } from "../weights/poids";
import { Comptes } from "./comptes.svelte";
import { DEMANDE, type Demande, type Tri } from "./etat";
import { type Contexte, collection, parametres, parametresFacettes } from "./requete";
import { contient, nouvelles, retrier } from "./tri";

/** Rows of a page of the list. */
const PAGE = 50;
/** Degrees: some ten centimetres. */
const SAME = 1e-6;
/** The view settles before the list is asked for again. */
const DELAY = 150;

/** What the list tells the application. */
interface Hote {
  readonly edition: Edition | null;
  annonce: string;
  write(push: boolean): void;
}

/** What is looked for, in which order, and what was found. */
export class Liste {
  demande = $state.raw<Demande>(DEMANDE);
  lignes = $state.raw<Ligne[]>([]);
  /** Rows that the list would hold, all loaded. */
  nombre = $state<number | null>(null);
  /** Parcels of the view. */
  vue = $state<number | null>(null);
  readonly comptes = new Comptes(this);
  etat = $state<"attente" | "lu" | "erreur">("attente");
  erreur = $state.raw<ApiError | null>(null);
  /** Main types in the ranking, as the server answers. */
  types = $state.raw<TypeGisement[] | null>(null);
  /** The parcel under the pointer, on the map or in the list. */
  survol = $state<string | null>(null);
  /** While a slider is held: rows and map follow, no request is made. */
  glisse = $state.raw<Poids | null>(null);
  /** What the reader set aside is shown again. */
  montreMasquees = $state(false);
  contours = $state.raw<GeoJSON.FeatureCollection | null>(null);

  #bbox: Bbox | null = null;
  #ready = false;
  #communes: CommuneSru[] | null = null;
  #masquees: readonly string[] = [];
  #rows: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly hote: Hote) {}

  get profil(): Profil | undefined {
    const profils = this.hote.edition?.profils ?? [];
    return profils.find(({ code }) => code === this.demande.profil) ?? profils[0];
  }

  /** The weights in use, those of a slider that is held included. */
  get poids(): Poids {
    return this.glisse ?? this.demande.poids ?? poidsDe(this.profil);
  }

  /** The rows as shown: under a held slider, re-ordered from what is already here. */
  get affichees(): Ligne[] {
    return this.glisse && this.demande.tri === "indice" ? retrier(this.lignes, this.glisse) : this.lignes;
  }

  /** Where a parcel stands in the list. */
  indexDe(idu: string | null): number {
    return idu === null ? -1 : this.affichees.findIndex((ligne) => contient(ligne, idu));
  }

  /** INSEE codes of the territory, null when it is the whole. */
  get codes(): string[] | null {
    return this.contours?.features.map(({ properties }) => String(properties?.["code_insee"])) ?? null;
  }

  get #contexte(): Contexte {
    return { profil: this.profil, communes: this.#communes ?? [], masquees: this.#masquees };
  }

  paramsFacettes(): URLSearchParams {
    return parametresFacettes(this.demande, this.#contexte);
  }

  /** Parcels ruled out that the same filters hold for: they are never ranked. */
  filtreEcartees(): string {
    const types = this.demande.filtres.types ?? this.types;
    return collection(this.demande, this.#contexte, ["ecarte"], types, this.codes);
  }

  /** The list as an export takes it, or its part in the view; null while the communes of the territory are not known. */
  demandeExport(vue: boolean): DemandeExport | null {
    if (this.demande.territoire && !this.codes) return null;
    const { verdicts, types } = this.demande.filtres;
    const filter = collection(this.demande, this.#contexte, verdicts ?? RANKED, types ?? this.types, this.codes);
    return { collections: ["parcelles"], filter, ...(vue && this.#bbox ? { bbox: this.#bbox } : {}) };
  }

  /** The reader set a parcel aside, or asks to see those again. */
  suivreMasquees(): void {
    if (this.#lireMasquees()) void this.#ask();
  }

  /** Whether they changed. */
  #lireMasquees(): boolean {
    const now = this.montreMasquees ? [] : shortlist.ecartees;
    const changed = now.join() !== this.#masquees.join();
    this.#masquees = now;
    return changed;
  }

  /** Starts once the edition is known. */
  start(): void {
    const { profil, territoire } = this.demande;
    // A profile that the rule set does not have is said by falling back to the first.
    if (profil !== null && this.profil?.code !== profil) this.demande = { ...this.demande, profil: null };
    if (territoire) void this.#readContours();
    this.#lireMasquees();
    void this.#ask();
  }

  set(change: Partial<Demande>, { push = true } = {}): void {
    const before = this.demande;
    this.demande = { ...before, ...change };
    this.hote.write(push);
    if (this.demande.territoire !== before.territoire) void this.#readContours();
    void this.#ask();
  }

  /** From the address, after a step in the history. */
  restore(demande: Demande): void {
    if (JSON.stringify(demande) === JSON.stringify(this.demande)) return;
    const territoire = JSON.stringify(this.demande.territoire) !== JSON.stringify(demande.territoire);
    this.demande = demande;
    if (territoire) void this.#readContours();
    void this.#ask();
  }

  setFiltres(filtres: Filtres, options: { push?: boolean } = {}): void {
    this.set({ filtres }, options);
  }

  setTri(tri: Tri): void {
    this.set({ tri });
  }

  /** A slider let go: the server settles the order. */
  async setPoids(poids: Poids | null): Promise<void> {
    const before = this.lignes;
    this.demande = { ...this.demande, poids };
    this.hote.write(false);
    const done = await this.#ask();
    this.glisse = null;
    if (!done) return;
    const n = nouvelles(before, this.lignes);
    this.hote.annonce = t(pluriel(n, "poids.change_un", "poids.change") as "poids.change", { n });
  }

  /** The map moved: null when there is no map. The first time, resolves once the list has its rows. */
  async setBbox(bbox: Bbox | null): Promise<void> {
    const first = !this.#ready;
    const same = this.#bbox && bbox?.every((side, i) => Math.abs(side - (this.#bbox?.[i] ?? 0)) < SAME);
    if (!first && same) return;
    this.#bbox = bbox;
    this.#ready = true;
    clearTimeout(this.#timer);
    if (first) await this.#ask();
    else this.#timer = setTimeout(() => void this.#readView(), DELAY);
  }

  retry(): void {
    void this.#ask();
  }

  async #ask(): Promise<boolean> {
    if (!this.hote.edition) return false;
    clearTimeout(this.#timer);
    if (veutCommunes(this.demande.filtres) && !this.#communes) {
      try {
        this.#communes = await getCommunes();
      } catch (error) {
        return this.#fail(error);
      }
    }
    this.comptes.lire();
    return this.#readView();
  }

  #params(demande: Demande = this.demande, bbox: Bbox | null = null): URLSearchParams {
    return parametres(demande, this.#contexte, bbox);
  }

  /** A page of rows. */
  #page(offset: number): URLSearchParams {
    const params = this.#params(this.demande, this.#suit);
    if (this.demande.groupe) params.set("par", "site");
    params.set("limit", String(PAGE));
    if (offset > 0) params.set("offset", String(offset));
    return params;
  }

  get #suit(): Bbox | null {
    return this.demande.suit ? this.#bbox : null;
  }

  /** The first page of the list, and how many are in the view. */
  async #readView(): Promise<boolean> {
    if (!this.hote.edition || (this.demande.suit && !this.#ready)) return false;
    this.#rows?.abort();
    const request = new AbortController();
    this.#rows = request;
    this.etat = "attente";
    try {
      const [page, vue] = await Promise.all([
        getClassement(this.#page(0), request.signal),
        this.demande.suit || !this.#bbox ? null : this.compter(this.demande, request.signal, this.#bbox),
      ]);
      this.lignes = page.classement;
      this.nombre = page.numberMatched;
      this.vue = this.demande.suit ? (page.parcelles ?? page.numberMatched) : vue;
      this.types = page.types;
      this.etat = "lu";
      return true;
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** The rows after those that are here. */
  async plus(): Promise<void> {
    if (this.etat !== "lu" || this.nombre === null || this.lignes.length >= this.nombre || this.glisse) return;
    const request = this.#rows ?? new AbortController();
    this.etat = "attente";
    try {
      const page = await getClassement(this.#page(this.lignes.length), request.signal);
      this.lignes = [...this.lignes, ...page.classement];
      this.etat = "lu";
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Whether the filters hold for a parcel, wherever the map looks. */
  async contient(idu: string, signal: AbortSignal): Promise<boolean> {
    const params = this.#params();
    params.set("filtre.idu", among("idu", [idu]));
    params.set("limit", "1");
    return (await getClassement(params, signal)).numberMatched > 0;
  }

  #fail(error: unknown): false {
    if (isAbort(error)) return false;
    this.erreur = asApiError(error);
    this.etat = "erreur";
    return false;
  }

  /** How many parcels a question gives. */
  async compter(demande: Demande, signal: AbortSignal, bbox: Bbox | null = null): Promise<number> {
    const params = this.#params(demande, bbox);
    params.set("limit", "1");
    return (await getClassement(params, signal)).numberMatched;
  }

  async #readContours(): Promise<void> {
    const { territoire } = this.demande;
    this.contours = null;
    if (!territoire) return;
    try {
      const contours = await getContours(territoire.niveau, territoire.code);
      if (this.demande.territoire !== territoire) return;
      this.contours = contours;
    } catch {
      // The outline is a help for the eye; the list says the same without it.
    }
  }
}
