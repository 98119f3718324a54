/** Where the application's address stands in that of the browser. */

type Fenetre = Pick<Window, "location" | "history" | "addEventListener">;

/**
 * Served, the application has real addresses (`/carte?v=…`). In a published folder the host knows `index.html` only:
 * the same addresses stand behind the hash (`…/index.html#/carte?v=…`).
 */
export class Adresse {
  constructor(
    readonly fenetre: Fenetre,
    readonly statique: boolean,
  ) {}

  /** The address as the application understands it, whatever the folder. */
  get url(): URL {
    const { href, origin, hash } = this.fenetre.location;
    return this.statique ? new URL(hash.slice(1) || "/", origin) : new URL(href);
  }

  /** Changes it, without reading the page again. */
  ecrire(chemin: string, push: boolean): void {
    const { pathname, search } = this.url;
    if (chemin === pathname + search) return;
    const { history } = this.fenetre;
    if (push) history.pushState(null, "", this.href(chemin));
    else history.replaceState(null, "", this.href(chemin));
  }

  /** Goes there, the page read again. */
  aller(chemin: string, push = true): void {
    const { location } = this.fenetre;
    if (this.statique) {
      this.ecrire(chemin, push);
      location.reload();
    } else if (push) location.assign(chemin);
    else location.replace(chemin);
  }

  /** What a link to an address of the application holds. */
  href(chemin: string): string {
    return this.statique ? `#${chemin}` : chemin;
  }

  /** The same in full, for paper and for what is copied. */
  complete(chemin: string): string {
    const { origin, pathname } = this.fenetre.location;
    return this.statique ? `${origin}${pathname}#${chemin}` : origin + chemin;
  }

  /** Calls back after a step in the history, and after an address that was typed. */
  suivre(change: () => void): void {
    this.fenetre.addEventListener("popstate", change);
    if (!this.statique) return;
    this.fenetre.addEventListener("hashchange", change);
    this.fenetre.addEventListener("click", (event) => this.#lien(event));
  }

  /** A link that nobody followed reads the page again, as it does on a server. */
  #lien(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href^="#/"]') : null;
    if (!link) return;
    event.preventDefault();
    this.aller(link.hash.slice(1));
  }
}

/** Whether the page came from a published folder: the exporter says so in its head. */
export const STATIQUE = globalThis.document?.querySelector('meta[name="gisement-statique"]') != null;

export const adresse = new Adresse(globalThis as unknown as Fenetre, STATIQUE);
