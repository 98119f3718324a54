/** Inventories for the tests. */
import {
  ETATS,
  type EtatTerrain,
  type FoncierPublic,
  type Friches,
  type SitePublic,
  type Zae,
  type Zone,
} from "../../api/inventaires";

type Counts = Partial<Record<EtatTerrain, number>>;

/** A park of plots of 1 000 m², each of a known area. */
export function zone(id: string, counts: Counts | null, some: Partial<Zone> = {}): Zone {
  const n = (etat: EtatTerrain) => counts?.[etat] ?? 0;
  const all = ETATS.reduce((sum, etat) => sum + n(etat), 0);
  const etats = Object.fromEntries(
    ETATS.map((etat) => [etat, { nombre: n(etat), surface_m2: n(etat) * 1000, surface_inconnue: 0 }]),
  ) as NonNullable<Zone["etats"]>;
  return {
    id,
    nom: `ZA ${id}`,
    commune: "34901",
    centre: [3.4, 43.6],
    surface_m2: all * 1000,
    zae_uf: counts && all,
    etats: counts && etats,
    zae_taux: null,
    zae_uf_vacante: null,
    zae_taux_max: counts && (n("vacant") + n("friche") + n("inconnu")) / all,
    zae_taux_surface: counts && (n("vacant") + n("friche")) / all,
    inventaire: counts && "2025-11-18",
    mutabilite: { min: 52, central: 60, max: 71 },
    motif_refus: "acces",
    ...some,
  };
}

export function zae(zones: Zone[], of: Counts = {}, some: Partial<Zae> = {}): Zae {
  const total = zone("total", of);
  const inventoriees = zones.filter((z) => z.etats !== null).length;
  return {
    statut: inventoriees < zones.length ? "partiel" : "renseigne",
    motif: null,
    couche_attendue: null,
    nombre: zones.length,
    terrains_par_etat: {},
    total: { ...total, zones: zones.length, zones_inventoriees: inventoriees },
    zones,
    ...some,
  };
}

const vide = { nombre: 0, surface_m2: 0, surface_inconnue: 0, unites: 0, utile_m2: 0 };

export function friches(situation: Friches["situation"], some: Partial<Friches> = {}): Friches {
  return {
    nombre: 3,
    par_statut: { "friche sans projet": 2, inconnu: 1 },
    classes: {
      sans_projet: { nombre: 2, surface_m2: 12_000, surface_inconnue: 1, unites: 1, utile_m2: 8000 },
      avec_projet: vide,
      reconvertie: vide,
      potentielle: vide,
    },
    sans_statut: 1,
    situation,
    ...some,
  };
}

export const site = (idu: string, some: Partial<SitePublic> = {}): SitePublic => ({
  idu,
  commune: "34901",
  proprietaire: "COMMUNE DE LAUZERAC",
  classe: "commune",
  type: "public_nu",
  verdict: "a_etudier",
  bati: false,
  surface_m2: 1200,
  utile_m2: 1000,
  capacite: { min: 4, central: 6, max: 9 },
  ...some,
});

export const absent: FoncierPublic = {
  statut: "non_renseigne",
  motif: "couche non chargée",
  couche_attendue: "propriétaires personnes morales (DGFiP)",
  total: null,
  par_classe: null,
  sites: [],
};
