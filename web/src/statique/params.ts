import type { Bbox } from "../api/types";
import { parametre } from "./probleme";

/** The parameters of a request, read as the server reads them. */
export class Params {
  constructor(readonly all: URLSearchParams) {}

  /** Refuses what the operation does not have. A name that ends with a point stands for all that begin so. */
  seulement(connus: readonly string[]): void {
    const known = (key: string) => connus.some((nom) => (nom.endsWith(".") ? key.startsWith(nom) : key === nom));
    const other = [...this.all.keys()].find((key) => !known(key));
    if (other !== undefined) {
      throw parametre(other, `Paramètre inconnu d’une carte sans serveur. Paramètres acceptés : ${connus.join(", ")}.`);
    }
  }

  texte(nom: string): string | null {
    const values = this.all.getAll(nom);
    if (values.length > 1) throw parametre(nom, "Ce paramètre est donné plusieurs fois.");
    return values[0] ?? null;
  }

  /** Values between commas; null when it is not given. */
  liste(nom: string): string[] | null {
    const values = this.texte(nom)
      ?.split(",")
      .map((value) => value.trim());
    if (values?.some((value) => value === "")) {
      throw parametre(nom, "Une liste de valeurs séparées par des virgules est attendue.");
    }
    return values ?? null;
  }

  /** A number of at least 0. */
  nombre(nom: string, max = Number.MAX_VALUE): number | null {
    const text = this.texte(nom);
    if (text === null) return null;
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!(value >= 0)) throw parametre(nom, "Un nombre positif ou nul est attendu.");
    if (value > max) throw parametre(nom, `Au plus ${max}.`);
    return value;
  }

  entier(nom: string): number | null {
    const text = this.texte(nom);
    if (text !== null && !/^\d+$/.test(text)) throw parametre(nom, "Un nombre entier positif est attendu.");
    return text === null ? null : Number(text);
  }

  bbox(): Bbox | null {
    const text = this.texte("bbox");
    if (text === null) return null;
    const sides = text.split(",").map((side) => (side.trim() === "" ? Number.NaN : Number(side)));
    const [w = 0, s = 0, e = 0, n = 0] = sides;
    if (sides.length !== 4 || !sides.every(Number.isFinite) || w > e || s > n) {
      throw parametre("bbox", "Forme attendue : ouest,sud,est,nord.");
    }
    return [w, s, e, n];
  }

  /** The conditions: `filter`, and those that have a name. */
  conditions(): [nom: string, cql: string][] {
    const names = [...this.all.keys()].filter((key) => key === "filter" || key.startsWith("filtre."));
    return names.map((nom) => [nom, this.texte(nom) ?? ""]);
  }
}
