import type { Fiche } from "../api/types";
import type { Fichiers } from "./fichiers";
import { introuvable } from "./probleme";
import { lireReference, type Reference } from "./reference";

interface Tranche {
  fiches: Record<string, Fiche>;
  proprietaires?: Record<string, Record<string, unknown>>;
}

/** Commune, prefix and section: what the shards of sheets are named after. */
const CLE = 10;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The sheets of the folder: one file a cadastral section, some for the sites. */
export class Fiches {
  constructor(
    readonly fichiers: Fichiers,
    /** The codes of the communes whose name starts so; all of them for no name. */
    readonly communes: (cle: string) => Promise<string[]>,
  ) {}

  /** The sheet of a parcel by its exact identifier, of a site by its own, else of a parcel as people write it. */
  async fiche(text: string): Promise<Fiche> {
    const exact = await this.exacte(text.trim().toUpperCase());
    const found = exact ?? (await this.#site(text.trim())) ?? (await this.#ecrite(text));
    if (!found) throw introuvable(`La parcelle « ${text.slice(0, 64)} » n’est pas dans l’édition servie.`);
    return found;
  }

  async exacte(idu: string): Promise<Fiche | null> {
    const tranche = idu.length > CLE ? await this.#tranche(idu.slice(0, CLE)) : null;
    return tranche?.fiches[idu] ?? null;
  }

  /** The properties of a parcel in the collection of owners; null when it is not there. */
  async proprietaires(idu: string): Promise<Record<string, unknown> | null> {
    const tranche = idu.length > CLE ? await this.#tranche(idu.slice(0, CLE)) : null;
    return tranche?.proprietaires?.[idu] ?? null;
  }

  /** The parcels that a reference designates, at most `max`, by commune, then prefix. */
  async designees({ commune, prefixe, section, numero, nom }: Reference, max: number): Promise<Fiche[]> {
    const sections = await this.#sections();
    const found: Fiche[] = [];
    for (const code of commune ? [commune] : await this.communes(nom)) {
      const keys = sections.filter((key) => key.startsWith(code + (prefixe ?? "")) && key.slice(8) === section);
      for (const key of keys) {
        const fiche = await this.exacte(key + numero);
        if (fiche) found.push(fiche);
        if (found.length >= max) return found;
      }
    }
    return found;
  }

  /** The parcels whose identifier starts so, in its order. */
  async commencant(start: string, max: number): Promise<Fiche[]> {
    const found: Fiche[] = [];
    const key = start.slice(0, CLE);
    for (const section of (await this.#sections()).filter((one) => one.startsWith(key))) {
      const { fiches } = (await this.#tranche(section)) ?? { fiches: {} };
      const idus = Object.keys(fiches)
        .filter((idu) => idu.startsWith(start))
        .sort(compare);
      for (const idu of idus) {
        const fiche = fiches[idu];
        if (fiche) found.push(fiche);
        if (found.length >= max) return found;
      }
    }
    return found;
  }

  async #ecrite(text: string): Promise<Fiche | null> {
    const reference = lireReference(text);
    return reference ? ((await this.designees(reference, 1))[0] ?? null) : null;
  }

  async #site(id: string): Promise<Fiche | null> {
    const shards = await this.fichiers.json<Record<string, number>>("fiches/sites.json");
    if (!Object.hasOwn(shards, id)) return null;
    const tranche = await this.fichiers.tranche<Tranche>(`fiches/sites/${shards[id]}.json.gz`);
    return tranche?.fiches[id] ?? null;
  }

  /** Keys of the shards, in order. */
  #sections(): Promise<string[]> {
    return this.fichiers.json("fiches/sections.json");
  }

  /** A shard; null for a section that the edition has not, which is not asked of the host. */
  async #tranche(key: string): Promise<Tranche | null> {
    const sections = await this.#sections();
    return sections.includes(key) ? this.fichiers.tranche(`fiches/${encodeURIComponent(key)}.json.gz`) : null;
  }
}
