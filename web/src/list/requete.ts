import { among } from "../api/cql";
import type { Bbox, CommuneSru, Profil, TypeGisement } from "../api/types";
import { conditions, cql, nomCondition } from "../filters/cql";
import type { Filtres } from "../filters/filtres";
import { type Bornes, FILTRES, filtreDe, PALIERS, UTILE } from "../filters/table";
import { IDUS_PAR_FILTRE } from "../shortlist/requete";
import { AXES } from "../weights/poids";
import type { Demande } from "./etat";

/** What a request needs beside the demand itself. */
export interface Contexte {
  profil: Profil | undefined;
  communes: readonly CommuneSru[];
  /** Parcels that the reader set aside. */
  masquees: readonly string[];
}

/** Not those. Beyond what a filter can hold they stay in the list, where they are marked. */
export const sauf = (idus: readonly string[]): string => `NOT (${among("idu", idus.slice(0, IDUS_PAR_FILTRE))})`;

/** What the list asks of a parcel, whatever its order. */
function communs({ territoire, filtres }: Demande, { communes, masquees }: Contexte): URLSearchParams {
  const params = new URLSearchParams();
  if (filtres.verdicts) params.set("verdicts", filtres.verdicts.join(","));
  if (territoire) params.set("territoire", `${territoire.niveau}:${territoire.code}`);
  for (const [nom, condition] of conditions(filtres, communes)) params.set(`filtre.${nom}`, condition);
  if (masquees.length > 0) params.set("filtre.masquees", sauf(masquees));
  return params;
}

/** The parameters of `/classement`. */
export function parametres(demande: Demande, contexte: Contexte, bbox: Bbox | null = null): URLSearchParams {
  const { filtres, poids, tri } = demande;
  const { profil } = contexte;
  const params = communs(demande, contexte);
  const own = tri === "indice" ? poids : null;
  if (tri !== "indice") params.set(tri, "1");
  else if (own) for (const axe of AXES) params.set(axe, String(own[axe]));
  else if (profil) params.set("profil", profil.code);

  // Weights of one's own carry no types: those of the profile must be said.
  const named = filtres.types ?? (own || tri !== "indice" ? (profil?.types ?? []) : []);
  if (named.length > 0) params.set("types", named.join(","));
  if (bbox) params.set("bbox", bbox.map((side) => Number(side.toFixed(6))).join(","));
  return params;
}

/** Columns that the server counts in one request. */
const HISTOGRAMMES_MAX = 12;

/** Numeric filters in use that could keep a parcel for want of knowing. */
export const incertains = ({ bornes }: Filtres): Bornes[] =>
  FILTRES.filter((filtre) => filtre.genre === "bornes" && filtre.inconnu && filtre.cle in bornes) as Bornes[];

/**
 * The parameters of `/classement/facettes`, wherever the map looks: ticked options add up to the number of the header.
 * Weights change no count.
 */
export function parametresFacettes(demande: Demande, contexte: Contexte): URLSearchParams {
  const params = communs(demande, contexte);
  const types = demande.filtres.types ?? contexte.profil?.types ?? [];
  if (types.length > 0) params.set("types", types.join(","));
  const others = incertains(demande.filtres).map(({ colonne }) => `${colonne}:0`);
  const columns = [`${UTILE.colonne}:${PALIERS.join(":")}`, ...others].slice(0, HISTOGRAMMES_MAX);
  params.set("histogrammes", columns.join(","));
  return params;
}

/** The name in `sans` of a filter of the panel. */
export function nomDansSans(cle: string): string {
  if (cle === "verdict") return "verdicts";
  const filtre = filtreDe(cle);
  return `filtre.${filtre ? nomCondition(filtre) : cle}`;
}

/** What the list asks as a condition on the collection, for what is not a ranking: parcels ruled out, an export. */
export function collection(
  { filtres }: Demande,
  { communes, masquees }: Contexte,
  verdicts: readonly string[],
  types: readonly TypeGisement[] | null,
  codes: readonly string[] | null,
): string {
  const parts = [
    among("verdict", verdicts),
    types ? among("type_principal", types) : "type_principal <> 'aucun'",
    codes ? among("code_insee", codes) : null,
    cql(filtres, communes),
    masquees.length > 0 ? sauf(masquees) : null,
  ];
  return parts.filter((part) => part !== null).join(" AND ");
}
