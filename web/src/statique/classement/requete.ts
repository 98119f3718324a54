import type { Axe, Bbox, Edition, TypeGisement, Verdict } from "../../api/types";
import { TYPES } from "../../map/colours";
import type { Params } from "../params";
import { parametre } from "../probleme";
import { AXES, parts, type Quatre } from "./poids";

const LIMITE = 100;
const LIMITE_MAX = 1000;
const POIDS_MAX = 1000;

/** In the order in which the server names them. */
const CLASSES: readonly Verdict[] = ["reserve", "prioritaire", "a_etudier"];

/** The parameters of `/classement` that the map uses. */
export const CONNUS: readonly string[] = [
  "par",
  "profil",
  "territoire",
  "types",
  "verdicts",
  "bbox",
  "filter",
  "utile_min",
  "limit",
  "offset",
  ...AXES,
  "filtre.",
];

export interface Requete {
  /** Null for weights of the client's own. */
  profil: string | null;
  parts: Quatre;
  verdicts: Verdict[];
  types: TypeGisement[];
  /** Level and code, any of which may hold; everywhere when empty. */
  territoires: [niveau: string, code: string][];
  bbox: Bbox | null;
  conditions: [nom: string, cql: string][];
  parSite: boolean;
  utileMin: number;
  limite: number;
  debut: number;
}

/** What the server knows beside the edition. */
export interface Regles {
  edition: Edition;
  /** Main types of a ranking whose profile names none. */
  typesParDefaut: TypeGisement[];
}

/** Reads a request by the rules of `/classement`. */
export function lireRequete(params: Params, regles: Regles): Requete {
  const { profil, poids, types } = axes(params, regles);
  const par = params.texte("par");
  if (par !== null && par !== "parcelle" && par !== "site") {
    throw parametre("par", "Formes possibles : parcelle, site.");
  }
  const limite = params.entier("limit") ?? LIMITE;
  if (limite === 0) throw parametre("limit", "Un nombre d’au moins 1 est attendu.");
  return {
    profil,
    parts: poids,
    verdicts: codes(params, "verdicts", CLASSES) ?? [...CLASSES],
    types:
      codes(
        params,
        "types",
        TYPES.map(({ code }) => code),
      ) ?? (types.length > 0 ? types : regles.typesParDefaut),
    territoires: (params.liste("territoire") ?? []).map((text) => {
      const [, niveau = "", code = ""] = /^(commune|epci|scot|departement):(.+)$/.exec(text) ?? [];
      if (!code) throw parametre("territoire", "Forme attendue : commune:34901, epci:200000001 ou departement:34.");
      return [niveau, code];
    }),
    bbox: params.bbox(),
    conditions: params.conditions(),
    parSite: par === "site",
    utileMin: params.nombre("utile_min") ?? 0,
    limite: Math.min(limite, LIMITE_MAX),
    debut: params.entier("offset") ?? 0,
  };
}

function codes<T extends string>(params: Params, nom: string, known: readonly T[]): T[] | null {
  const asked = params.liste(nom);
  const unknown = asked?.find((code) => !known.includes(code as T));
  if (unknown !== undefined) throw parametre(nom, `« ${unknown} » ne se classe pas. Codes : ${known.join(", ")}.`);
  return asked as T[] | null;
}

/** The profile, if any, the weights, and the types that the profile is made for. */
function axes(params: Params, { edition }: Regles): { profil: string | null; poids: Quatre; types: TypeGisement[] } {
  const own = AXES.map((axe) => [axe, params.nombre(axe, POIDS_MAX)] as const);
  const code = params.texte("profil");
  const given = own.find(([, value]) => value !== null);
  if (given) {
    if (code !== null) throw parametre("profil", "Donnez un profil ou des poids d’axes, pas les deux.");
    const poids = parts(Object.fromEntries(own.map(([axe, value]) => [axe, value ?? 0])) as Record<Axe, number>);
    if (!poids) throw parametre(given[0], "Un poids d’axe au moins doit dépasser 0.");
    return { profil: null, poids, types: [] };
  }
  const profil = code === null ? edition.profils[0] : edition.profils.find((one) => one.code === code);
  const poids = profil && parts(profil.poids);
  if (!poids) {
    const known = edition.profils.map((one) => one.code).join(", ");
    throw parametre("profil", `Profil inconnu. Profils du barème : ${known}.`);
  }
  return { profil: profil.code, poids, types: profil.types };
}
