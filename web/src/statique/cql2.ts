/** The part of CQL2 text that the map writes (`filters/cql.ts`, `api/cql.ts`), as a tree. */
import type { Polygon } from "geojson";

export type Valeur = string | number | boolean;
export type Operande = { propriete: string } | { valeur: Valeur };
export type Comparaison = "=" | "<>" | "<" | "<=" | ">" | ">=";

export type Condition =
  | { op: "et" | "ou"; de: Condition[] }
  | { op: "non"; de: Condition }
  | { op: Comparaison; a: Operande; b: Operande }
  | { op: "entre"; a: Operande; bas: Operande; haut: Operande }
  | { op: "parmi"; a: Operande; valeurs: Valeur[] }
  | { op: "comme"; a: Operande; motif: string }
  | { op: "nul"; a: Operande }
  | { op: "intersecte"; polygone: Polygon };

export class Illisible extends Error {}

const MOTS =
  /\s*(?:('(?:[^']|'')*')|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([\p{L}_][\p{L}\p{N}_.]*)|("[^"]+")|(<>|<=|>=|[=<>(),+-]))/uy;

interface Mot {
  genre: "texte" | "nombre" | "nom" | "cite" | "signe";
  dit: string;
}

function mots(text: string): Mot[] {
  const found: Mot[] = [];
  MOTS.lastIndex = 0;
  const end = text.trimEnd().length;
  while (MOTS.lastIndex < end) {
    const at = MOTS.lastIndex;
    const [, texte, nombre, nom, cite, signe] = MOTS.exec(text) ?? [];
    if (texte !== undefined) found.push({ genre: "texte", dit: texte.slice(1, -1).replaceAll("''", "'") });
    else if (nombre !== undefined) found.push({ genre: "nombre", dit: nombre });
    else if (nom !== undefined) found.push({ genre: "nom", dit: nom });
    else if (cite !== undefined) found.push({ genre: "cite", dit: cite.slice(1, -1) });
    else if (signe !== undefined) found.push({ genre: "signe", dit: signe });
    else throw new Illisible(`« ${text.slice(at, at + 20).trim()} » n’est pas lisible.`);
  }
  return found;
}

const COMPARAISONS: readonly string[] = ["=", "<>", "<", "<=", ">", ">="];

/** Reads a condition. What the map does not write is refused rather than guessed. */
export function lire(text: string): Condition {
  const lecteur = new Lecteur(mots(text));
  const condition = lecteur.ou();
  lecteur.fin();
  return condition;
}

class Lecteur {
  #at = 0;

  constructor(readonly mots: readonly Mot[]) {}

  ou(): Condition {
    return this.#suite("ou", "OR", () => this.#suite("et", "AND", () => this.#non()));
  }

  fin(): void {
    if (this.#at < this.mots.length) throw this.#inattendu();
  }

  #suite(op: "et" | "ou", word: string, next: () => Condition): Condition {
    const first = next();
    const de = [first];
    while (this.#mot(word)) de.push(next());
    return de.length > 1 ? { op, de } : first;
  }

  #non(): Condition {
    if (this.#mot("NOT")) return { op: "non", de: this.#non() };
    if (this.#signe("(")) {
      const inside = this.ou();
      this.#attendu(")");
      return inside;
    }
    if (this.#mot("S_INTERSECTS")) return this.#intersecte();
    return this.#test(this.#operande());
  }

  #test(a: Operande): Condition {
    const not = this.#mot("NOT");
    const found = this.#relation(a, not);
    return not ? { op: "non", de: found } : found;
  }

  #relation(a: Operande, not: boolean): Condition {
    if (this.#mot("IN")) return { op: "parmi", a, valeurs: this.#valeurs() };
    if (this.#mot("LIKE")) return { op: "comme", a, motif: String(this.#valeur()) };
    if (this.#mot("BETWEEN")) {
      const bas = this.#operande();
      if (!this.#mot("AND")) throw this.#inattendu();
      return { op: "entre", a, bas, haut: this.#operande() };
    }
    if (not) throw this.#inattendu();
    if (this.#mot("IS")) {
      const known = this.#mot("NOT");
      if (!this.#mot("NULL")) throw this.#inattendu();
      return known ? { op: "non", de: { op: "nul", a } } : { op: "nul", a };
    }
    const op = COMPARAISONS.find((sign) => this.#signe(sign));
    if (!op) throw this.#inattendu();
    return { op: op as Comparaison, a, b: this.#operande() };
  }

  #intersecte(): Condition {
    this.#attendu("(");
    const nom = this.#nom();
    if (nom !== "geometry") throw new Illisible(`« ${nom} » n’est pas une géométrie.`);
    this.#attendu(",");
    if (!this.#mot("POLYGON")) throw this.#inattendu();
    const coordinates = this.#liste(() => this.#liste(() => [this.#nombre(), this.#nombre()]));
    this.#attendu(")");
    return { op: "intersecte", polygone: { type: "Polygon", coordinates } };
  }

  #valeurs(): Valeur[] {
    return this.#liste(() => this.#valeur());
  }

  #liste<T>(one: () => T): T[] {
    this.#attendu("(");
    const all = [one()];
    while (this.#signe(",")) all.push(one());
    this.#attendu(")");
    return all;
  }

  #operande(): Operande {
    const mot = this.mots[this.#at];
    const nom = mot?.genre === "cite" || (mot?.genre === "nom" && !/^(true|false)$/i.test(mot.dit));
    return nom ? { propriete: this.#nom() } : { valeur: this.#valeur() };
  }

  #nom(): string {
    const mot = this.mots[this.#at];
    if (mot?.genre !== "nom" && mot?.genre !== "cite") throw this.#inattendu();
    this.#at += 1;
    return mot.dit;
  }

  #valeur(): Valeur {
    const mot = this.mots[this.#at];
    if (mot?.genre === "texte") {
      this.#at += 1;
      return mot.dit;
    }
    if (this.#mot("TRUE")) return true;
    if (this.#mot("FALSE")) return false;
    return this.#nombre();
  }

  #nombre(): number {
    const sign = this.#signe("-") ? -1 : 1;
    this.#signe("+");
    const mot = this.mots[this.#at];
    if (mot?.genre !== "nombre") throw this.#inattendu();
    this.#at += 1;
    return sign * Number(mot.dit);
  }

  /** Takes a word, whatever its case. */
  #mot(dit: string): boolean {
    const mot = this.mots[this.#at];
    const there = mot?.genre === "nom" && mot.dit.toUpperCase() === dit;
    if (there) this.#at += 1;
    return there;
  }

  #signe(dit: string): boolean {
    const mot = this.mots[this.#at];
    const there = mot?.genre === "signe" && mot.dit === dit;
    if (there) this.#at += 1;
    return there;
  }

  #attendu(dit: string): void {
    if (!this.#signe(dit)) throw this.#inattendu();
  }

  #inattendu(): Illisible {
    const mot = this.mots[this.#at];
    return new Illisible(mot ? `« ${mot.dit} » n’est pas attendu ici.` : "La condition n’est pas finie.");
  }
}

/** The properties that a condition reads. */
export function proprietes(condition: Condition): string[] {
  const of = (...operandes: Operande[]) => operandes.flatMap((o) => ("propriete" in o ? [o.propriete] : []));
  switch (condition.op) {
    case "et":
    case "ou":
      return condition.de.flatMap(proprietes);
    case "non":
      return proprietes(condition.de);
    case "entre":
      return of(condition.a, condition.bas, condition.haut);
    case "parmi":
    case "comme":
    case "nul":
      return of(condition.a);
    case "intersecte":
      return [];
    default:
      return of(condition.a, condition.b);
  }
}
