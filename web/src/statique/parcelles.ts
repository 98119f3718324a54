import type { Bbox } from "../api/types";
import { Illisible } from "./cql2";
import { boite, contient, disjointes, rectangle, type Surface } from "./geometrie";
import { compiler, type Predicat, type Source } from "./predicat";
import { parametre } from "./probleme";
import { boiteDe, type Table } from "./table";

/** Conditions that are kept bound: the list and its counts ask the same ones, at every move of the map. */
const GARDEES = 24;

/** The gisements of the folder, and the conditions that are put to them. */
export class Parcelles implements Source {
  readonly #conditions = new Map<string, Promise<Predicat>>();

  constructor(readonly table: Table) {}

  colonne(nom: string) {
    return this.table.colonne(nom);
  }

  /** The condition in a parameter of a request. */
  async condition(nom: string, text: string): Promise<Predicat> {
    const found = this.#conditions.get(text) ?? compiler(text, this);
    this.#conditions.delete(text);
    this.#conditions.set(text, found);
    for (const oldest of this.#conditions.keys()) {
      if (this.#conditions.size <= GARDEES) break;
      this.#conditions.delete(oldest);
    }
    try {
      return await found;
    } catch (error) {
      this.#conditions.delete(text);
      throw error instanceof Illisible ? parametre(nom, error.message) : error;
    }
  }

  /** Whether each row meets a box of degrees. */
  async fenetre(bbox: Bbox): Promise<Predicat> {
    return this.#rencontre(bbox, rectangle(bbox), (box) => contient(bbox, box));
  }

  async intersecte(polygone: ReturnType<typeof rectangle>): Promise<Predicat> {
    return this.#rencontre(boite(polygone), polygone, () => false);
  }

  /** Boxes decide for most rows; the geometry is read of those that may be on the border. */
  async #rencontre(around: Bbox, polygone: Surface, surely: (box: Bbox) => boolean): Promise<Predicat> {
    const boites = await this.table.boites();
    const met = new Uint8Array(this.table.lignes);
    const unsure: number[] = [];
    for (let row = 0; row < met.length; row += 1) {
      const box = boiteDe(boites, row);
      if (!box || disjointes(around, box)) continue;
      if (surely(box)) met[row] = 1;
      else unsure.push(row);
    }
    if (unsure.length > 0) {
      const [{ booleanIntersects }, geometries] = await Promise.all([
        import("@turf/boolean-intersects"),
        this.table.geometries(unsure),
      ]);
      for (const [row, surface] of geometries) if (booleanIntersects(surface, polygone)) met[row] = 1;
    }
    return (row) => met[row] === 1;
  }
}
