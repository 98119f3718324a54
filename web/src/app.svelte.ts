import { tick } from "svelte";
import { adresse } from "./adresse";
import { type ApiError, asApiError, getEdition, getFiche, getTerritoires, getTileJson, isAbort } from "./api/client";
import type { Edition, Fiche, Territoires, TileJson } from "./api/types";
import { t } from "./i18n/index.svelte";
import { withLangue } from "./i18n/langue";
import { Liste } from "./list/liste.svelte";
import type { Carte } from "./map/carte";
import type { Couleur } from "./map/colours";
import type { Couche } from "./map/couches";
import { Panneaux } from "./ui/panneaux.svelte";
import { COMPAREES_MAX, type Etat, formatUrl, type Niveau, type Page, parseUrl, type Vue } from "./url";

/** Something read from the server: on its way, here, or refused. */
export type Lecture<T> =
  | { etat: "vide" }
  | { etat: "attente" }
  | { etat: "lu"; valeur: T }
  | { etat: "erreur"; erreur: ApiError };

/** A pan writes the address once it has settled, so that the history stays usable and the browser is not flooded. */
const URL_DELAY = 300;

/** What is not needed for the first view comes after it. */
const IDLE = 1500;

/** The state of the map, its link with the address bar, and the requests it makes. */
export class App {
  depart = $state.raw<Lecture<{ edition: Edition; tilejson: TileJson }>>({ etat: "attente" });
  fiche = $state.raw<Lecture<Fiche>>({ etat: "vide" });
  page = $state.raw<Page>({ genre: "carte" });
  /** Parcels to compare, lettered A to D in this order. */
  comparees = $state.raw<string[]>([]);
  couleur = $state<Couleur>("indice");
  selection = $state<string | null>(null);
  vue = $state.raw<Vue | null>(null);
  ignores = $state.raw<string[]>([]);
  couches = $state.raw<readonly Couche[]>([]);
  /** Filters, weights and the ranked list. */
  readonly liste = new Liste(this);
  /** An area is being drawn on the map. */
  dessine = $state(false);
  /** Every territory of the edition, by level; read when the browser has time. */
  territoires = $state.raw<Territoires | null>(null);
  readonly panneaux = new Panneaux(() => this.selection !== null);
  /** Said to screen readers. */
  annonce = $state("");
  carteOccupee = $state(false);
  carteErreur = $state(false);
  /** Set once the map is drawn; the chrome works without it. */
  carte = $state.raw<Carte | null>(null);

  #ficheRequest: AbortController | null = null;
  #urlTimer: ReturnType<typeof setTimeout> | undefined;
  #back: HTMLElement | null = null;

  constructor() {
    const { etat, ignores } = parseUrl(adresse.url);
    this.page = etat.page;
    this.comparees = etat.comparees;
    this.couleur = etat.couleur;
    this.vue = etat.vue;
    this.couches = etat.couches;
    this.liste.demande = etat.demande;
    this.ignores = ignores;
    adresse.suivre(() => this.#restore());
    void this.start();
    if (etat.selection) this.select(etat.selection, { push: false });
  }

  get edition(): Edition | null {
    return this.depart.etat === "lu" ? this.depart.valeur.edition : null;
  }

  async start(): Promise<void> {
    this.depart = { etat: "attente" };
    try {
      const edition = await getEdition();
      const tilejson = await getTileJson(edition.tilejson, location.origin);
      this.depart = { etat: "lu", valeur: { edition, tilejson } };
      document.title = t("app.titre", { observatoire: edition.nom });
      this.liste.start();
      setTimeout(() => void this.readTerritoires(), IDLE);
    } catch (error) {
      this.depart = { etat: "erreur", erreur: asApiError(error) };
    }
  }

  #etat(): Etat {
    const { page, comparees, vue, couleur, selection, couches, liste } = this;
    return { page, comparees, vue, couleur, selection, couches, demande: liste.demande };
  }

  /** Pan and sliders replace the entry, what a reader would want to come back from pushes one. */
  write(push: boolean): void {
    clearTimeout(this.#urlTimer);
    adresse.ecrire(withLangue(formatUrl(this.#etat())), push);
  }

  #restore(): void {
    const { etat } = parseUrl(adresse.url);
    this.page = etat.page;
    this.comparees = etat.comparees;
    this.couches = etat.couches;
    this.setCouleur(etat.couleur, { write: false });
    this.liste.restore(etat.demande);
    if (etat.vue) {
      this.vue = etat.vue;
      this.carte?.jumpTo(etat.vue);
    }
    if (etat.selection === this.selection) return;
    if (etat.selection) this.select(etat.selection, { push: false });
    else this.close({ push: false });
  }

  async readTerritoires(): Promise<void> {
    try {
      this.territoires ??= await getTerritoires();
    } catch {
      // Asked for again when the switcher is opened.
    }
  }

  /** The territory in use, else the widest that the edition knows. */
  get territoire(): { niveau: Niveau; code: string } | null {
    if (this.liste.demande.territoire) return this.liste.demande.territoire;
    for (const niveau of ["scot", "departement", "epci", "commune"] as const) {
      const code = this.territoires?.[niveau][0]?.code;
      if (code) return { niveau, code };
    }
    return null;
  }

  /** The address of another page, the rest of the state kept. */
  href(page: Page): string {
    return adresse.href(formatUrl({ ...this.#etat(), page }));
  }

  /** Another page, the rest of the state kept. */
  go(page: Page): void {
    this.page = page;
    this.write(true);
  }

  /** Adds a parcel to the comparison or takes it out. False when there is no place left. */
  compare(idu: string): boolean {
    const there = this.comparees.includes(idu);
    if (!there && this.comparees.length >= COMPAREES_MAX) return false;
    this.comparees = there ? this.comparees.filter((other) => other !== idu) : [...this.comparees, idu];
    this.write(false);
    return true;
  }

  setVue(vue: Vue): void {
    this.vue = vue;
    clearTimeout(this.#urlTimer);
    this.#urlTimer = setTimeout(() => this.write(false), URL_DELAY);
  }

  setCouleur(couleur: Couleur, { write = true } = {}): void {
    this.couleur = couleur;
    this.carte?.setCouleur(couleur);
    if (write) this.write(true);
  }

  setCouches(couches: readonly Couche[]): void {
    this.couches = couches;
    this.write(true);
  }

  /** The sheet of the row before or after the one that is open; the list grows when its end is near. */
  voisine(by: 1 | -1): void {
    const { liste } = this;
    const index = liste.indexDe(this.selection);
    const next = index < 0 ? undefined : liste.affichees[index + by];
    if (next) this.select(next.idu);
    if (index + 5 > liste.affichees.length) void liste.plus();
  }

  /** Opens the sheet of a parcel, typed in any spelling the server understands. */
  select(idu: string, { push = true, from = null as HTMLElement | null } = {}): void {
    if (idu === this.selection && this.fiche.etat === "lu") return;
    if (!this.selection) this.#back = from ?? (document.activeElement as HTMLElement | null);
    this.selection = idu;
    if (push) this.write(true);
    void this.readFiche();
  }

  async readFiche(): Promise<void> {
    const idu = this.selection;
    if (!idu) return;
    this.#ficheRequest?.abort();
    const request = new AbortController();
    this.#ficheRequest = request;
    this.fiche = { etat: "attente" };
    try {
      const fiche = await getFiche(idu, request.signal);
      this.fiche = { etat: "lu", valeur: fiche };
      // The server knows the one spelling: the link keeps that one.
      this.selection = fiche.idu;
      this.write(false);
      this.annonce = t("fiche.ouverte", { nom: nomDe(fiche), verdict: fiche.verdict?.libelle ?? t("verdict.masquee") });
    } catch (error) {
      if (isAbort(error)) return;
      this.fiche = { etat: "erreur", erreur: asApiError(error) };
    }
  }

  close({ push = true } = {}): void {
    this.#ficheRequest?.abort();
    this.selection = null;
    this.fiche = { etat: "vide" };
    if (push) this.write(true);
    // The focus goes back to what opened the sheet, or to the map when that is gone; after the list is back.
    void tick().then(() => {
      const back = this.#back?.isConnected && this.#back !== document.body ? this.#back : null;
      (back ?? this.carte?.map.getCanvas())?.focus({ preventScroll: true });
      this.#back = null;
    });
  }
}

/** What a parcel is called: its site or street when it has one, else its reference. */
export function nomDe(fiche: Fiche): string {
  return fiche.nom ?? `${fiche.section.replace(/^0/, "")} ${fiche.numero}, ${fiche.commune.nom}`;
}
