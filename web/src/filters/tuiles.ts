import type { ExpressionSpecification } from "maplibre-gl";
import type { TypeGisement } from "../api/types";
import { RANKED } from "../map/colours";
import type { Filtres, Intervalle } from "./filtres";
import { type Bornes, FILTRES } from "./table";

type Expression = ExpressionSpecification;

/** Filters in use that no field of the tiles can judge: the map shows their parcels as the others. */
export function nonJuges(filtres: Filtres): string[] {
  return FILTRES.filter(
    (filtre) =>
      filtre.cle in filtres.choix ||
      filtres.oui.includes(filtre.cle) ||
      (filtre.genre === "bornes" && filtre.cle in filtres.bornes && !filtre.tuile),
  ).map(({ cle }) => cle);
}

function outside({ tuile, echelle, inconnu }: Bornes, { min, max }: Intervalle, strict: boolean): Expression | null {
  if (!tuile) return null;
  const value: Expression = ["coalesce", ["get", tuile.cle], 0];
  const middle: Expression = tuile.bit
    ? ["==", ["%", ["floor", ["/", ["coalesce", ["get", "m"], 0], tuile.bit]], 2], 1]
    : ["literal", false];
  const unknown: Expression = ["any", ["!", ["has", tuile.cle]], middle] as Expression;
  const beyond: Expression[] = [];
  if (min !== null) beyond.push(["<", value, min * echelle]);
  if (max !== null) beyond.push([">", value, max * echelle]);
  const out = ["all", ["!", unknown], ["any", ...beyond]] as Expression;
  return inconnu && strict ? (["any", unknown, out] as Expression) : out;
}

/**
 * Gisements that the filters leave out, as far as tiles tell; null when all are kept. The ranking has its own types:
 * a gisement of another type is outside too.
 */
export function horsFiltres(
  filtres: Filtres,
  types: readonly TypeGisement[] | null,
  codes: readonly string[] | null,
): Expression | null {
  const parts: Expression[] = [];
  const kept = filtres.types ?? types;
  if (kept) parts.push(["!", ["in", ["coalesce", ["get", "t"], ""], ["literal", [...kept]]]] as Expression);
  if (filtres.verdicts) parts.push(["!", ["in", ["get", "v"], ["literal", [...filtres.verdicts]]]] as Expression);
  if (codes) parts.push(["!", ["in", ["slice", ["get", "idu"], 0, 5], ["literal", [...codes]]]] as Expression);
  for (const filtre of FILTRES) {
    const bornes = filtres.bornes[filtre.cle];
    if (filtre.genre !== "bornes" || !bornes) continue;
    const out = outside(filtre, bornes, filtres.stricts.includes(filtre.cle));
    if (out) parts.push(out);
  }
  if (parts.length === 0) return null;
  return ["all", ["in", ["get", "v"], ["literal", [...RANKED]]], ["any", ...parts]] as Expression;
}
