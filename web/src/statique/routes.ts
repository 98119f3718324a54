/** The addresses of the service that the map asks, answered from the files of a published folder. */
import { Classements } from "./classement";
import { Fiches } from "./fiches";
import { Fichiers } from "./fichiers";
import * as items from "./items";
import { Parcelles } from "./parcelles";
import { introuvable, Refus } from "./probleme";
import { chercher, communesNommees } from "./recherche";
import { Table } from "./table";
import { lireTerritoire } from "./territoires";

/** Where the edition says that its tiles are described: an address of ours. */
const TILEJSON = "/tilejson";

type Reponse = (parts: string[], query: URLSearchParams) => unknown;

/** What stands for the service: a request in, an answer of the same form out. */
export class Dossier {
  readonly fichiers: Fichiers;
  readonly fiches: Fiches;
  #parcelles: Promise<{ parcelles: Parcelles; classements: Classements }> | undefined;

  /** `racine` is the address of the folder, with its last slash. */
  constructor(racine: string) {
    this.fichiers = new Fichiers(racine);
    this.fiches = new Fiches(this.fichiers, (key) => communesNommees(this.fichiers, key));
  }

  readonly #routes: readonly [RegExp, Reponse][] = [
    [
      /^\/edition$/,
      async () => ({ ...(await this.fichiers.json<object>("donnees/edition.json")), tilejson: TILEJSON }),
    ],
    [/^\/tilejson$/, () => this.#tilejson()],
    [/^\/fichiers$/, () => this.fichiers.json("donnees/fichiers.json")],
    [/^\/territoires$/, () => this.fichiers.json("donnees/territoires.json")],
    [/^\/territoires\/([^/]+)\/([^/]+)$/, ([niveau = "", code = ""]) => this.#territoire(niveau, code)],
    [/^\/fiches\/([^/]+)$/, ([idu = ""]) => this.fiches.fiche(idu)],
    [/^\/recherche$/, async (_, query) => ({ resultats: await chercher(this.fichiers, this.fiches, query.get("q")) })],
    [/^\/classement$/, async (_, query) => (await this.#gisements()).classements.classement(query)],
    [/^\/classement\/facettes$/, async (_, query) => (await this.#gisements()).classements.facettes(query)],
    [/^\/collections\/communes\/items$/, (_, query) => items.communes(this.fichiers, query)],
    [/^\/collections\/proprietaires\/items$/, (_, query) => items.proprietaires(this.fiches, query)],
    [
      /^\/collections\/parcelles\/items$/,
      async (_, query) => items.parcelles((await this.#gisements()).parcelles, this.fiches, query),
    ],
  ];

  /** The same promise as `fetch`: it fails when the host does not answer, not when the answer is a refusal. */
  async repondre(path: string, init: RequestInit = {}): Promise<Response> {
    try {
      const body = await this.#trouver(path, init);
      init.signal?.throwIfAborted();
      return Response.json(body);
    } catch (error) {
      if (!(error instanceof Refus)) throw error;
      const { status } = error.probleme;
      return Response.json(error.probleme, { status, headers: { "content-type": "application/problem+json" } });
    }
  }

  async #trouver(path: string, { method = "GET" }: RequestInit): Promise<unknown> {
    const { pathname, searchParams } = new URL(path, "http://dossier");
    for (const [route, answer] of method === "GET" ? this.#routes : []) {
      const found = route.exec(pathname);
      if (found) return answer(found.slice(1).map(decodeURIComponent), searchParams);
    }
    throw introuvable("Cette adresse demande un serveur : le dossier publié ne la connaît pas.");
  }

  async #tilejson(): Promise<unknown> {
    const [{ adresseDesTuiles }, tilejson] = await Promise.all([
      import("./tuiles"),
      this.fichiers.json<Record<string, unknown>>("donnees/tilejson.json"),
    ]);
    return { ...tilejson, tiles: [adresseDesTuiles(this.fichiers.adresse("tuiles.pmtiles"))] };
  }

  async #territoire(niveau: string, code: string): Promise<unknown> {
    const found = await lireTerritoire(this.fichiers, niveau, code);
    if (!found) throw introuvable("L’édition n’a pas ce territoire : voir « /territoires ».");
    return found;
  }

  #gisements() {
    this.#parcelles ??= Table.ouvrir(this.fichiers.adresse("donnees/gisements.parquet")).then((table) => {
      const parcelles = new Parcelles(table);
      return { parcelles, classements: new Classements(this.fichiers, parcelles) };
    });
    // Asked for again after a failure.
    this.#parcelles.catch(() => {
      this.#parcelles = undefined;
    });
    return this.#parcelles;
  }
}
