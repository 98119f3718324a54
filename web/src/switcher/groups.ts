import type { NomTerritoire, Territoires } from "../api/types";
import type { Niveau } from "../list/etat";

export interface Groupe {
  niveau: Niveau;
  liste: readonly NomTerritoire[];
  /** How many more there are than shown. */
  reste: number;
}

/** The widest first. */
const ORDER: readonly Niveau[] = ["departement", "scot", "epci", "commune"];
/** A level is not read through: beyond, one searches. */
const SHOWN = 60;

const plain = (text: string): string =>
  text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[’'-]/g, " ").toLowerCase();

/** The territories whose name or code holds the words, level by level. */
export function grouper(territoires: Territoires, query: string): Groupe[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  return ORDER.map((niveau): Groupe => {
    const found = territoires[niveau].filter(({ code, nom }) => {
      const text = `${plain(nom)} ${plain(code)}`;
      return words.every((word) => text.includes(word));
    });
    return { niveau, liste: found.slice(0, SHOWN), reste: Math.max(0, found.length - SHOWN) };
  }).filter(({ liste }) => liste.length > 0);
}
