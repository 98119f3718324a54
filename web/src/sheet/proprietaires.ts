import { getFiche, getItems } from "../api/client";
import { nombre, pluriel } from "../i18n/format";
import { t } from "../i18n/index.svelte";
import { surfaceUtile } from "./derive";

interface Ligne {
  denominations: string[];
  sirens: string[];
  classes: string[];
  droits: string[];
  nb_proprietaires: number;
}

export interface Proprietaire {
  nom: string | null;
  siren: string | null;
  classe: string;
  droit: string | null;
}

/** Entries of one rank describe one owner; an empty text is an unknown value. */
export function proprietaires({ denominations, sirens, classes, droits }: Ligne): Proprietaire[] {
  return classes.map((classe, i) => ({
    nom: denominations[i] || null,
    siren: sirens[i] || null,
    classe: classe || "inconnu",
    droit: droits[i] || null,
  }));
}

/** The legal persons that own a parcel. Natural persons are never in the answer: no row says nothing of a number. */
export async function lireProprietaires(
  idu: string,
): Promise<{ proprietaires: Proprietaire[]; nombre: number | null }> {
  const { features } = await getItems<Ligne>("proprietaires", { idu, limit: "1" });
  const row = features[0]?.properties;
  return row
    ? { proprietaires: proprietaires(row), nombre: row.nb_proprietaires }
    : { proprietaires: [], nombre: null };
}

/** The unité foncière that a parcel is part of, as its own sheet tells it. */
export async function lireUnite(id: string) {
  const fiche = await getFiche(id);
  const { capacite } = fiche;
  return {
    verdict: fiche.verdict?.libelle ?? null,
    utile: surfaceUtile(fiche),
    capacite:
      capacite && capacite.haut > 0
        ? t(pluriel(capacite.haut, "proprietaire.logement", "proprietaire.logements") as "proprietaire.logements", {
            a: nombre(capacite.bas),
            b: nombre(capacite.haut),
          })
        : null,
    voisines: (idu: string) => (fiche.site?.parcelles ?? []).filter((other) => other !== idu),
  };
}
