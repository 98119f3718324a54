import { among } from "../api/cql";
import type { CommuneSru, LonLat } from "../api/types";
import type { Filtres, Intervalle } from "./filtres";
import { type Bornes, type Choix, FILTRES, type Filtre } from "./table";

/** 0.01 × 30 is 0.3, not 0.30000000000000004. */
const number = (value: number): string => String(Number(value.toPrecision(12)));

function between({ colonne, echelle, inconnu }: Bornes, { min, max }: Intervalle, strict: boolean): string {
  const parts = [
    min === null ? null : `${colonne} >= ${number(min * echelle)}`,
    max === null ? null : `${colonne} <= ${number(max * echelle)}`,
  ].filter((part) => part !== null);
  const known = parts.join(" AND ");
  return inconnu && !strict ? `(${known} OR ${colonne} IS NULL)` : known;
}

const SRU: Record<string, (commune: CommuneSru) => boolean> = {
  carence: ({ carence }) => carence === true,
  soumise: ({ carence, sru_soumise }) => sru_soumise === true && carence !== true,
  non_soumise: ({ sru_soumise }) => sru_soumise === false,
  inconnu: ({ sru_soumise }) => sru_soumise === null,
};

function chosen({ colonne }: Choix, codes: readonly string[], communes: readonly CommuneSru[]): string {
  if (typeof colonne !== "string") {
    const found = communes.filter((commune) => codes.some((code) => SRU[code]?.(commune)));
    // No commune at all: a condition that no parcel meets.
    return found.length > 0
      ? among(
          "code_insee",
          found.map(({ code }) => code),
        )
      : "code_insee = ''";
  }
  const list = among(colonne, codes);
  return codes.includes("inconnu") ? `(${list} OR ${colonne} IS NULL)` : list;
}

function inside(points: readonly LonLat[]): string {
  const [first] = points;
  const ring = first ? [...points, first] : [];
  return `S_INTERSECTS(geometry, POLYGON((${ring.map(([lon, lat]) => `${lon} ${lat}`).join(",")})))`;
}

/** Whether the condition needs the list of communes. */
export const veutCommunes = (filtres: Filtres): boolean => "sru" in filtres.choix;

/** What a filter's condition is called in a request: its column, which is how a histogram knows to leave it out. */
export const nomCondition = (filtre: Filtre): string =>
  filtre.genre !== "oui" && typeof filtre.colonne === "string" ? filtre.colonne : filtre.cle;

/** The conditions in CQL2 text, each with its name. Types and verdicts have parameters of their own. */
export function conditions(filtres: Filtres, communes: readonly CommuneSru[] = []): [nom: string, cql: string][] {
  const found: [string, string][] = [];
  for (const filtre of FILTRES) {
    const nom = nomCondition(filtre);
    if (filtre.genre === "bornes") {
      const bornes = filtres.bornes[filtre.cle];
      if (bornes) found.push([nom, between(filtre, bornes, filtres.stricts.includes(filtre.cle))]);
    } else if (filtre.genre === "choix") {
      const codes = filtres.choix[filtre.cle];
      if (codes) found.push([nom, chosen(filtre, codes, communes)]);
    } else if (filtres.oui.includes(filtre.cle)) {
      found.push([nom, filtre.condition]);
    }
  }
  if (filtres.perimetre) found.push(["perimetre", inside(filtres.perimetre)]);
  return found;
}

/** All of them as one, null when there is none. */
export function cql(filtres: Filtres, communes: readonly CommuneSru[] = []): string | null {
  const parts = conditions(filtres, communes).map(([, condition]) => condition);
  return parts.length > 0 ? parts.join(" AND ") : null;
}
