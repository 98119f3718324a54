import { decompress } from "fzstd";
import { asyncBufferFromUrl, type FileMetaData, parquetMetadataAsync, parquetRead, parquetSchema } from "hyparquet";
import { wkbToGeojson } from "hyparquet/src/wkb.js";
import type { Bbox } from "../api/types";
import type { Surface } from "./geometrie";
import type { Colonne } from "./predicat";

/** A column of numbers, NaN where the value is unknown; or of texts, each held once. */
export type Valeurs =
  | { genre: "nombres"; valeurs: Float64Array }
  | { genre: "textes"; rangs: Int32Array; textes: string[] };

type Fichier = Awaited<ReturnType<typeof asyncBufferFromUrl>>;

const compressors = {
  ZSTD: (input: Uint8Array, length: number) => decompress(input, new Uint8Array(length)),
};

/** Geometries stay as they are written, which takes a fifth of the room: few of them are ever looked at. */
const parsers = { geometryFromBytes: (bytes: Uint8Array) => bytes };

/** The rows of a GeoParquet file: columns are read when first asked for, geometries a row group at a time. */
export class Table {
  readonly lignes: number;
  readonly noms: ReadonlySet<string>;
  readonly #colonnes = new Map<string, Promise<Valeurs>>();
  readonly #groupes: { debut: number; fin: number; lus?: Promise<Uint8Array[]> }[] = [];
  #boites: Promise<Float64Array> | undefined;

  private constructor(
    readonly fichier: Fichier,
    readonly metadata: FileMetaData,
  ) {
    this.lignes = Number(metadata.num_rows);
    this.noms = new Set(parquetSchema(metadata).children.map(({ element }) => element.name));
    let debut = 0;
    for (const { num_rows } of metadata.row_groups) {
      const fin = debut + Number(num_rows);
      this.#groupes.push({ debut, fin });
      debut = fin;
    }
  }

  static async ouvrir(url: string): Promise<Table> {
    const fichier = await asyncBufferFromUrl({ url });
    return new Table(fichier, await parquetMetadataAsync(fichier));
  }

  /** Reads several columns in one go. One that the file has not is refused. */
  async charger(noms: readonly string[]): Promise<Valeurs[]> {
    const missing = noms.filter((nom) => !this.#colonnes.has(nom));
    const read = this.#lire(missing, 0, this.lignes, (nom) => new Constructeur(nom, this.lignes));
    for (const nom of missing) {
      const one = read.then((all) => all.get(nom)?.fini() ?? Promise.reject(new Error(nom)));
      // Asked for again after a failure.
      one.catch(() => this.#colonnes.delete(nom));
      this.#colonnes.set(nom, one);
    }
    return Promise.all(noms.map((nom) => this.#colonnes.get(nom) as Promise<Valeurs>));
  }

  /** A column's values row by row; null when the file has no such column. */
  async colonne(nom: string): Promise<Colonne | null> {
    if (!this.noms.has(nom)) return null;
    const [found] = await this.charger([nom]);
    return found ? lecture(found) : null;
  }

  /** West, south, east, north of each row; NaN without geometry. */
  boites(): Promise<Float64Array> {
    this.#boites ??= this.#lire(["bbox"], 0, this.lignes, () => new Boites(this.lignes)).then(
      (all) => all.get("bbox")?.valeurs ?? new Float64Array(),
    );
    return this.#boites;
  }

  /** The geometries of some rows. */
  async geometries(rows: readonly number[]): Promise<Map<number, Surface>> {
    const found = new Map<number, Surface>();
    for (const groupe of this.#groupes) {
      const inside = rows.filter((row) => row >= groupe.debut && row < groupe.fin);
      if (inside.length === 0) continue;
      groupe.lus ??= this.#geometries(groupe.debut, groupe.fin);
      const written = await groupe.lus;
      for (const row of inside) {
        const bytes = written[row - groupe.debut];
        if (bytes) found.set(row, decoder(bytes));
      }
    }
    return found;
  }

  async #geometries(debut: number, fin: number): Promise<Uint8Array[]> {
    const read = await this.#lire(["geometry"], debut, fin, () => new Geometries(debut));
    return read.get("geometry")?.valeurs ?? [];
  }

  async #lire<R extends Recepteur>(
    columns: string[],
    rowStart: number,
    rowEnd: number,
    make: (nom: string) => R,
  ): Promise<Map<string, R>> {
    const found = new Map(columns.map((nom) => [nom, make(nom)]));
    if (columns.length === 0 || rowEnd <= rowStart) return found;
    await parquetRead({
      file: this.fichier,
      metadata: this.metadata,
      columns,
      rowStart,
      rowEnd,
      compressors,
      parsers,
      onChunk: ({ columnName, columnData, rowStart: at }) => found.get(columnName)?.recevoir(columnData, at),
    });
    return found;
  }
}

/** What takes the values of a column as they are decoded. */
interface Recepteur {
  recevoir(values: ArrayLike<unknown>, at: number): void;
}

class Constructeur implements Recepteur {
  readonly #nombres: Float64Array;
  #rangs: Int32Array | null = null;
  readonly #textes: string[] = [];
  readonly #connus = new Map<string, number>();

  constructor(
    readonly nom: string,
    lignes: number,
  ) {
    this.#nombres = new Float64Array(lignes).fill(Number.NaN);
  }

  recevoir(values: ArrayLike<unknown>, at: number): void {
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i];
      if (value === null || value === undefined) continue;
      if (typeof value === "string") this.#texte(value, at + i);
      else this.#nombres[at + i] = Number(value);
    }
  }

  #texte(value: string, row: number): void {
    this.#rangs ??= new Int32Array(this.#nombres.length).fill(-1);
    let rang = this.#connus.get(value);
    if (rang === undefined) {
      rang = this.#textes.push(value) - 1;
      this.#connus.set(value, rang);
    }
    this.#rangs[row] = rang;
  }

  fini(): Valeurs {
    return this.#rangs
      ? { genre: "textes", rangs: this.#rangs, textes: this.#textes }
      : { genre: "nombres", valeurs: this.#nombres };
  }
}

const COTES = ["xmin", "ymin", "xmax", "ymax"] as const;

class Boites implements Recepteur {
  readonly valeurs: Float64Array;

  constructor(lignes: number) {
    this.valeurs = new Float64Array(4 * lignes).fill(Number.NaN);
  }

  recevoir(values: ArrayLike<unknown>, at: number): void {
    for (let i = 0; i < values.length; i += 1) {
      const box = values[i] as Record<(typeof COTES)[number], number> | null;
      for (const [side, name] of COTES.entries()) this.valeurs[4 * (at + i) + side] = box?.[name] ?? Number.NaN;
    }
  }
}

class Geometries implements Recepteur {
  readonly valeurs: Uint8Array[] = [];

  constructor(readonly debut: number) {}

  recevoir(values: ArrayLike<unknown>, at: number): void {
    for (let i = 0; i < values.length; i += 1) {
      if (values[i]) this.valeurs[at + i - this.debut] = values[i] as Uint8Array;
    }
  }
}

const decoder = (bytes: Uint8Array): Surface =>
  wkbToGeojson({ view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }) as Surface;

/** The values of a column, row by row. */
export function lecture(colonne: Valeurs): Colonne {
  if (colonne.genre === "textes") return (row) => colonne.textes[colonne.rangs[row] ?? -1] ?? null;
  return (row) => {
    const value = colonne.valeurs[row];
    return value === undefined || Number.isNaN(value) ? null : value;
  };
}

/** The box of a row; null without geometry. */
export function boiteDe(boites: Float64Array, row: number): Bbox | null {
  const at = 4 * row;
  return Number.isNaN(boites[at] ?? Number.NaN) ? null : ([...boites.subarray(at, at + 4)] as Bbox);
}
