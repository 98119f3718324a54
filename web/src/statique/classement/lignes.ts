import type { Axe, Intervalle, Ligne, Site, TypeGisement, Verdict } from "../../api/types";
import { milieu } from "../geometrie";
import { boiteDe } from "../table";
import { AXES, moyenne, type Quatre } from "./poids";
import type { Groupe, Place } from "./rang";
import { etendue, nombreDe, orientee, type Stock, texteDe, typeDe, utileDe, verdictDe } from "./stock";

/** Parcels of a site that are named in its line. */
const NOMMEES_MAX = 100;

/** Where lines are read. */
export interface Lecteur {
  stock: Stock;
  boites: Float64Array;
  /** Names of communes, brownfields and business parks by their code. */
  nom(genre: "commune" | "friche" | "zae", code: string): string | null;
}

/** The line of a parcel, under weights. */
export function ligne(lecteur: Lecteur, rang: number, { candidat, score }: Place, parts: Quatre): Ligne {
  const { stock, boites, nom } = lecteur;
  const { colonnes } = stock;
  const row = stock.lignes[candidat] ?? 0;
  const axes = AXES.map((axe) => etendue(colonnes, axe, row));
  const bound = (side: "min" | "max") => {
    const [a = 0, b = 0, c = 0, d = 0] = axes.map((axe, i) => orientee(i, axe)[side]);
    return moyenne(parts, a, b, c, d);
  };
  const named = (genre: "friche" | "zae") => {
    const id = texteDe(colonnes[`${genre}_id`], row);
    return id === null ? null : nom(genre, id);
  };
  const code = texteDe(colonnes["code_insee"], row) ?? "";
  const box = boiteDe(boites, row);
  return {
    rang,
    idu: texteDe(colonnes["idu"], row) ?? "",
    commune: { code, nom: nom("commune", code) ?? code },
    verdict: verdictDe(colonnes, row) as Verdict,
    type_principal: typeDe(colonnes, row) as TypeGisement,
    utile_m2: utileDe(colonnes, row),
    score: { min: bound("min"), central: score, max: bound("max") },
    axes: Object.fromEntries(AXES.map((axe, i) => [axe, axes[i]])) as Record<Axe, Intervalle>,
    axes_sans_central: AXES.filter((_, i) => axes[i]?.central === null),
    fiabilite: nombreDe(colonnes["fiabilite"], row),
    capacite: logements(stock, row),
    centre: box && milieu(box),
    friche_nom: named("friche"),
    zae_nom: named("zae"),
  };
}

/** The line of the best parcel of a site, which says what its parcels are together. */
export function ligneDeSite(lecteur: Lecteur, rang: number, groupe: Groupe, parts: Quatre): Ligne {
  const lead = ligne(lecteur, rang, groupe[0], parts);
  const { stock } = lecteur;
  const site = stock.noms[stock.sites[groupe[0].candidat] ?? -1];
  if (!site) return lead;
  const rows = groupe.map(({ candidat }) => stock.lignes[candidat] ?? 0);
  const known = rows.map((row) => logements(stock, row)).filter((one) => one !== null);
  const sum = (side: "bas" | "central" | "haut") => known.reduce((total, one) => total + one[side], 0);
  const said: Site & { nom: string | null } = {
    ...site,
    nom: lead.friche_nom,
    nombre: rows.length,
    parcelles: rows.slice(0, NOMMEES_MAX).map((row) => texteDe(stock.colonnes["idu"], row) ?? ""),
    utile_m2: rows.reduce((total, row) => total + utileDe(stock.colonnes, row), 0),
    capacite: known.length > 0 ? { bas: sum("bas"), central: sum("central"), haut: sum("haut") } : null,
    sans_capacite: rows.length - known.length,
  };
  return { ...lead, site: said };
}

function logements({ colonnes }: Stock, row: number): NonNullable<Ligne["capacite"]> | null {
  const [bas, central, haut] = ["capacite_bas", "capacite", "capacite_haut"].map((nom) => nombreDe(colonnes[nom], row));
  if (bas == null || central == null || haut == null) return null;
  return { bas, central, haut };
}
