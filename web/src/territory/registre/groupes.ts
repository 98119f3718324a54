/** The communes of a ledger by EPCI. A budget is no sum of budgets: a subtotal is the EPCI's own ledger, or nothing. */
import {
  type CommuneTerritoire,
  codesOf,
  getTerritoire,
  type LigneRegistre,
  type Territoire,
} from "../../api/territoires";
import { sorted, type Tri } from "../tri";
import { type CleRegistre, VALEURS } from "./lignes";

type Epci = Pick<Territoire, "code" | "nom" | "registre" | "communes">;

export interface Groupe {
  /** Null for the communes that no EPCI read here has. */
  epci: { code: string; nom: string } | null;
  /** Null when it would not be that of these communes: the EPCI reaches beyond the territory, or has no ledger. */
  registre: LigneRegistre | null;
  /** Members of the EPCI that are not of the territory. */
  ailleurs: number;
  communes: CommuneTerritoire[];
}

/** Nothing to group by when there is one EPCI at most. */
export async function lireEpcis({ niveau, code }: Territoire, signal: AbortSignal): Promise<Epci[]> {
  if (niveau !== "scot" && niveau !== "departement") return [];
  const codes = await codesOf("epci", niveau, code, signal);
  return codes.length < 2 ? [] : Promise.all(codes.map((c) => getTerritoire("epci", c, signal)));
}

export function grouper(communes: CommuneTerritoire[], epcis: readonly Epci[], tri: Tri<CleRegistre>): Groupe[] {
  const here = new Map(communes.map((c) => [c.code, c]));
  const groups = epcis.map(({ code, nom, registre, communes: members }) => {
    const own = members.flatMap((c) => here.get(c.code) ?? []);
    for (const c of own) here.delete(c.code);
    const ailleurs = members.length - own.length;
    return { nom, epci: { code, nom }, ailleurs, registre: ailleurs === 0 ? registre : null, communes: own };
  });
  const alone: Groupe[] =
    here.size > 0 ? [{ epci: null, ailleurs: 0, registre: null, communes: [...here.values()] }] : [];
  return [...sorted(groups, tri, VALEURS), ...alone].map((group) => ({
    ...group,
    communes: sorted(group.communes, tri, VALEURS),
  }));
}
