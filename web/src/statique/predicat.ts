import type { Polygon } from "geojson";
import { type Comparaison, type Condition, Illisible, lire, type Operande, type Valeur } from "./cql2";

/** A value of a row, null when it is unknown. */
export type Colonne = (row: number) => Valeur | null;
/** True, false, or null when the row does not know. */
export type Predicat = (row: number) => boolean | null;

/** Rows on which conditions are judged. */
export interface Source {
  /** Null when there is no such column. */
  colonne(nom: string): Promise<Colonne | null>;
  /** Whether the geometry of each row meets a polygon. */
  intersecte(polygone: Polygon): Promise<Predicat>;
}

const SIGNES: Record<Comparaison, (a: Valeur, b: Valeur) => boolean> = {
  "=": (a, b) => a === b,
  "<>": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/** Reads a condition and binds it to the columns of a source. */
export const compiler = async (text: string, source: Source): Promise<Predicat> => lier(lire(text), source);

/** *Invariant:* what is unknown makes a condition unknown, never false, as on the server. */
async function lier(condition: Condition, source: Source): Promise<Predicat> {
  const operande = async (o: Operande): Promise<Colonne> => {
    if ("valeur" in o) return () => o.valeur;
    const colonne = await source.colonne(o.propriete);
    if (!colonne) throw new Illisible(`La collection n’a pas de propriété « ${o.propriete} ».`);
    return colonne;
  };
  switch (condition.op) {
    case "et":
    case "ou":
      return chacun(await Promise.all(condition.de.map((one) => lier(one, source))), condition.op === "et");
    case "non": {
      const test = await lier(condition.de, source);
      return (row) => {
        const value = test(row);
        return value === null ? null : !value;
      };
    }
    case "nul": {
      const a = await operande(condition.a);
      return (row) => a(row) === null;
    }
    case "parmi": {
      const a = await operande(condition.a);
      const values = new Set(condition.valeurs);
      return su(a, (value) => values.has(value));
    }
    case "comme": {
      const a = await operande(condition.a);
      const pattern = motif(condition.motif);
      return su(a, (value) => typeof value === "string" && pattern.test(value));
    }
    case "entre": {
      const a = await operande(condition.a);
      const above = compare(">=", a, await operande(condition.bas));
      const below = compare("<=", a, await operande(condition.haut));
      return chacun([above, below], true);
    }
    case "intersecte":
      return source.intersecte(condition.polygone);
    default:
      return compare(condition.op, await operande(condition.a), await operande(condition.b));
  }
}

const su =
  (a: Colonne, test: (value: Valeur) => boolean): Predicat =>
  (row) => {
    const value = a(row);
    return value === null ? null : test(value);
  };

function compare(op: Comparaison, a: Colonne, b: Colonne): Predicat {
  const holds = SIGNES[op];
  return (row) => {
    const [left, right] = [a(row), b(row)];
    return left === null || right === null || typeof left !== typeof right ? null : holds(left, right);
  };
}

/** Whether all have this value (AND of true, OR of false): the other one decides, else what is unknown does. */
const chacun =
  (tests: readonly Predicat[], value: boolean): Predicat =>
  (row) => {
    let unknown = false;
    for (const test of tests) {
      const found = test(row);
      if (found === null) unknown = true;
      else if (found !== value) return found;
    }
    return unknown ? null : value;
  };

/** A pattern of LIKE: `%` any run of characters, `_` any one, `\` before either for itself. */
function motif(text: string): RegExp {
  const source = text.replace(/\\(.)|([%_])|([^%_\\]+|\\)/gsu, (_, kept?: string, sign?: string, plain?: string) =>
    sign ? (sign === "%" ? ".*" : ".") : (kept ?? plain ?? "").replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&"),
  );
  return new RegExp(`^${source}$`, "su");
}
