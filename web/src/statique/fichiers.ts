import { illisible } from "./probleme";

/** Shards of sheets that are kept: a walk along the list meets the same ones again. */
const GARDES = 12;

/** The files of a published folder, each read once. */
export class Fichiers {
  readonly #lus = new Map<string, Promise<unknown>>();
  readonly #tranches = new Map<string, Promise<unknown>>();

  /** `racine` is the address of the folder, with its last slash. */
  constructor(readonly racine: string) {}

  adresse(chemin: string): string {
    return this.racine + chemin;
  }

  /** A file as it is; null when the folder has none of that name. */
  async ouvrir(chemin: string): Promise<Response | null> {
    const response = await fetch(this.adresse(chemin));
    if (response.status === 404) return null;
    if (!response.ok) throw illisible(chemin);
    return response;
  }

  /** A JSON file that the folder must have. */
  json<T>(chemin: string): Promise<T> {
    return retenu(this.#lus, chemin, async () => {
      const response = await this.ouvrir(chemin);
      if (!response) throw illisible(chemin);
      return response.json();
    }) as Promise<T>;
  }

  /** A JSON file under gzip, one of many; null when the folder has none of that name. */
  tranche<T>(chemin: string): Promise<T | null> {
    const found = retenu(this.#tranches, chemin, async () => {
      const response = await this.ouvrir(chemin);
      return response && JSON.parse(await degzipper(await response.arrayBuffer()));
    });
    for (const oldest of this.#tranches.keys()) {
      if (this.#tranches.size <= GARDES) break;
      this.#tranches.delete(oldest);
    }
    return found as Promise<T | null>;
  }
}

/** What was read under a name; what failed is asked for again, what is used comes last. */
function retenu(kept: Map<string, Promise<unknown>>, name: string, read: () => Promise<unknown>): Promise<unknown> {
  const found = kept.get(name) ?? read();
  kept.delete(name);
  kept.set(name, found);
  found.catch(() => kept.delete(name));
  return found;
}

/** Some hosts say `Content-Encoding: gzip` of a `.gz` file: then the browser has unpacked it already. */
async function degzipper(bytes: ArrayBuffer): Promise<string> {
  const [a, b] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  if (a !== 0x1f || b !== 0x8b) return new TextDecoder().decode(bytes);
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(unpacked).text();
}
