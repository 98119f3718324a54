/** The territories above and below one. */
import { codesOf, type Territoire } from "../api/territoires";
import type { Territoires } from "../api/types";
import type { Niveau } from "../url";
import { departements } from "./sums";

export interface Voisin {
  niveau: Niveau;
  code: string;
  nom: string;
}

export interface Voisins {
  dans: Voisin[];
  contient: Voisin[];
}

/** Communes are not listed: the table of the page does. */
export async function neighbours(of: Territoire, liste: Territoires, signal: AbortSignal): Promise<Voisins> {
  const { niveau, code } = of;
  const named = (level: Niveau, codes: string[]): Voisin[] =>
    codes
      .map((c) => ({ niveau: level, code: c, nom: liste[level].find((one) => one.code === c)?.nom ?? c }))
      .sort((a, b) => a.nom.localeCompare(b.nom, "fr"));
  const [epci, scot] = await Promise.all([
    niveau === "epci" ? [] : codesOf("epci", niveau, code, signal),
    niveau === "scot" ? [] : codesOf("scot", niveau, code, signal),
  ]);
  const above = niveau === "departement" ? [] : departements(of.communes.map((c) => c.code));
  const epcis = named("epci", epci);
  const scots = named("scot", scot);
  const small = niveau === "commune";
  return {
    dans: [...named("departement", above), ...(niveau === "departement" ? [] : scots), ...(small ? epcis : [])],
    contient: [...(niveau === "departement" ? scots : []), ...(small ? [] : epcis)],
  };
}
