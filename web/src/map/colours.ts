import type { TypeGisement, Verdict } from "../api/types";

/** What a parcel can be coloured by, in the order of the menu and of the keys 1–8. */
export const COULEURS = [
  "indice",
  "potentiel",
  "durete",
  "besoin",
  "sobriete",
  "fiabilite",
  "type",
  "verdict",
] as const;
export type Couleur = (typeof COULEURS)[number];

export type Ramp = readonly [string, string, string, string, string];

/** Upper bounds of the first four classes. Fixed, so that a colour means the same under any filter. */
export const BREAKS = [20, 40, 60, 80] as const;

const INDICE: Ramp = ["#E6EFB4", "#A3D6A0", "#4FB3A0", "#2A7F94", "#1D4468"];

export const RAMPS: Readonly<Record<Exclude<Couleur, "type" | "verdict">, Ramp>> = {
  indice: INDICE,
  potentiel: ["#DFF0D2", "#AEDBA9", "#6CBA85", "#2F8A66", "#0E574A"],
  durete: ["#FBE8CB", "#F4C58B", "#E0934F", "#B3602A", "#6E3511"],
  besoin: ["#F6DFE8", "#E7B2CA", "#CC7BA8", "#9B4788", "#5A1E5C"],
  sobriete: ["#DDEBF5", "#ABCFE6", "#6BA6CE", "#3B78AA", "#1C4A78"],
  fiabilite: ["#E6E5E1", "#C0BFBB", "#94959A", "#63666D", "#31353C"],
};

/** Index 0–4 of the class a value falls in; a bound belongs to the class above, as in the map's expression. */
export function classe(value: number): 0 | 1 | 2 | 3 | 4 {
  return BREAKS.filter((bound) => value >= bound).length as 0 | 1 | 2 | 3 | 4;
}

export interface TypeStyle {
  code: TypeGisement;
  /** Drawn on the parcel from z16 and in the legend: nine types do not fit in nine hues. */
  lettre: string;
  couleur: string;
}

/** Families share a colour of the index ramp, from the land already urbanised to the land that is not. */
export const TYPES: readonly TypeStyle[] = [
  { code: "friche", lettre: "F", couleur: INDICE[4] },
  { code: "zae_vacante", lettre: "V", couleur: INDICE[3] },
  { code: "zae_mutable", lettre: "M", couleur: INDICE[3] },
  { code: "equipement", lettre: "É", couleur: INDICE[2] },
  { code: "tertiaire", lettre: "T", couleur: INDICE[2] },
  { code: "public_nu", lettre: "P", couleur: INDICE[1] },
  { code: "dent_creuse", lettre: "D", couleur: INDICE[1] },
  { code: "sous_densifie", lettre: "S", couleur: INDICE[0] },
  { code: "extension", lettre: "X", couleur: INDICE[0] },
];

/** The three verdicts that carry a colour; the others carry a texture. */
export const VERDICTS: readonly { code: Verdict; couleur: string }[] = [
  { code: "prioritaire", couleur: INDICE[4] },
  { code: "a_etudier", couleur: INDICE[2] },
  { code: "reserve", couleur: INDICE[1] },
];

export const RANKED: readonly Verdict[] = VERDICTS.map((verdict) => verdict.code);
