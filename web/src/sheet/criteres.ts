import type { Critere, Fiche } from "../api/types";
import { t, tCode } from "../i18n/index.svelte";

export const critere = (fiche: Fiche, id: string): Critere | undefined => fiche.criteres.find((one) => one.id === id);

/** The value of a criterion when it is a text; null when unknown. */
export function texteDe(fiche: Fiche, id: string): string | null {
  const value = critere(fiche, id)?.valeur;
  return typeof value === "string" && value !== "" ? value : null;
}

/** Criteria whose value is a code of a list that the map has words for. */
const CODES: Readonly<Record<string, string>> = {
  proprietaire_classe: "classe",
  propriete: "propriete",
  unite_verdict: "verdict",
};

/** A criterion ready to show: the words of a code, else what the server wrote. */
export function affichage({ id, valeur, affichage: shown }: Critere): string {
  const list = CODES[id];
  if (list && typeof valeur === "string") return tCode(list, valeur);
  return shown ?? String(valeur);
}

/** The owner in one line: a legal person by name, a class otherwise; a natural person is never named. */
export function proprietaireEnBref(fiche: Fiche): string | null {
  const name = texteDe(fiche, "proprietaire");
  const code = texteDe(fiche, "proprietaire_classe");
  const known = code !== null && code !== "masque" && code !== "inconnu" ? tCode("classe", code) : null;
  if (name) return known ? `${name} (${known.toLowerCase()})` : name;
  if (code === "masque" || texteDe(fiche, "propriete") === "personnes_physiques") return t("proprietaire.physique");
  return known;
}
