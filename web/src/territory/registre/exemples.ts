/** Ledgers for the tests: the figures of the design's mock-up, and what a test changes of them. */
import type { AnneeRegistre, CommuneTerritoire, LigneRegistre, Registre, Territoire } from "../../api/territoires";

export function annee(annee: number, total: number | null, some: Partial<AnneeRegistre> = {}): AnneeRegistre {
  return {
    annee,
    periode: annee < 2011 ? "hors_periode" : annee < 2021 ? "reference" : "objectif",
    total_m2: total,
    habitat_m2: total,
    activite_m2: 0,
    mixte_m2: 0,
    route_m2: 0,
    ferre_m2: 0,
    inconnu_m2: 0,
    communes_renseignees: 14,
    ...some,
  };
}

export function ligne(enveloppe: number | null, conso: number | null): LigneRegistre {
  const known = enveloppe !== null && conso !== null;
  return {
    reference_m2: enveloppe === null ? null : enveloppe * 2,
    cible_m2: enveloppe,
    garantie_m2: enveloppe === null ? null : 0,
    enveloppe_m2: enveloppe,
    conso_m2: conso,
    reste_m2: known ? enveloppe - conso : null,
    part: known && enveloppe > 0 ? conso / enveloppe : null,
    part_statut: !known ? "non_renseigne" : enveloppe > 0 ? "renseigne" : "sans_objet",
    statut: !known ? "inconnu" : conso > enveloppe ? "depasse" : "respecte",
  };
}

export const commune = (nom: string, registre: LigneRegistre | null): CommuneTerritoire =>
  ({ code: nom, nom, registre }) as CommuneTerritoire;

export function registre(some: Partial<Registre> = {}): Registre {
  return {
    ...ligne(936_000, 570_000),
    regles: {
      id: "enaf-2021-2030",
      libelle: "Consommation d’ENAF, 2021-2030",
      source: "loi 2021-1104",
      reference: [2011, 2020],
      objectif: [2021, 2030],
      reduction: 0.5,
      garantie_m2: 10_000,
    },
    objectif: { reduction: 0.5, origine: "defaut", niveau: null, code: null, document: null, adresse: null },
    garantie_statut: null,
    mutualise_m2: null,
    mutualise_vers: null,
    brut_m2: 570_000,
    pene_m2: 0,
    renature_m2: 0,
    pene_statut: "hors_pene",
    annees_observees: 4,
    derniere_annee: 2024,
    temps_ecoule: 0.4,
    rythme_m2_an: 142_500,
    rythme_reference_m2_an: 186_000,
    projection_m2: 1_425_000,
    epuisement: { quand: "annee", annee: 2027, moment: "milieu" },
    surface_m2: 500e6,
    part_territoire: 0.00114,
    communes: { nombre: 14, renseignees: 14, membres: 14 },
    repartition: null,
    par_departement: null,
    annees: [annee(2021, 172_000), annee(2022, 151_000), annee(2023, 133_000), annee(2024, 114_000)],
    source: { fichiers: ["conso_com.csv"], producteur: "Cerema", millesime: "2026-05-01" },
    ...some,
  };
}

export function territoire(some: Partial<Pick<Territoire, "niveau" | "registre" | "communes">> = {}): Territoire {
  return {
    niveau: "scot",
    registre: registre(),
    communes: [
      commune("Villemarsane", ligne(156_000, 169_000)),
      commune("Teulière", ligne(0, 1000)),
      commune("Labastide", ligne(71_000, 52_000)),
      commune("Sainte-Ourse", ligne(34_000, 29_000)),
      commune("Valdourne", ligne(46_000, 38_000)),
      commune("Castelaubre", ligne(92_000, 31_000)),
    ],
    ...some,
  } as Territoire;
}
