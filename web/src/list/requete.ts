import { among } from "../api/cql";
import type { Bbox, CommuneSru, Profil } from "../api/types";
import { cql } from "../filters/cql";
import { AXES } from "../weights/poids";
import type { Demande } from "./etat";

/** The parameters of `/classement`. */
export function parametres(
  demande: Demande,
  profil: Profil | undefined,
  communes: readonly CommuneSru[],
  bbox: Bbox | null = null,
): URLSearchParams {
  const { territoire, filtres, poids, tri } = demande;
  const params = new URLSearchParams();
  const own = tri === "indice" ? poids : null;
  if (tri !== "indice") params.set(tri, "1");
  else if (own) for (const axe of AXES) params.set(axe, String(own[axe]));
  else if (profil) params.set("profil", profil.code);

  // Weights of one's own carry no types: those of the profile must be said.
  const named = filtres.types ?? (own || tri !== "indice" ? (profil?.types ?? []) : []);
  if (named.length > 0) params.set("types", named.join(","));
  if (filtres.verdicts) params.set("verdicts", filtres.verdicts.join(","));
  if (territoire) params.set("territoire", `${territoire.niveau}:${territoire.code}`);
  const filter = cql(filtres, communes);
  if (filter) params.set("filter", filter);
  if (bbox) params.set("bbox", bbox.map((side) => Number(side.toFixed(6))).join(","));
  return params;
}

/** Parcels ruled out that the same filters hold for: never ranked, so counted in the collection. */
export function ecartees(
  demande: Demande,
  communes: readonly CommuneSru[],
  codes: readonly string[] | null,
): URLSearchParams {
  const { filtres } = demande;
  const parts = [
    "verdict = 'ecarte'",
    filtres.types ? among("type_principal", filtres.types) : "type_principal <> 'aucun'",
    codes ? among("code_insee", codes) : null,
    cql(filtres, communes),
  ];
  return new URLSearchParams({ filter: parts.filter((part) => part !== null).join(" AND ") });
}
