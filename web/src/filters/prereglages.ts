import type { Cle } from "../i18n/index.svelte";
import { AUCUN, type Filtres } from "./filtres";

/** Several filters in one press. */
export interface Prereglage {
  libelle: Cle;
  filtres: Partial<Filtres>;
}

export const PREREGLAGES: readonly Prereglage[] = [
  { libelle: "prereglage.friches_zae", filtres: { types: ["friche", "zae_vacante", "zae_mutable"] } },
  { libelle: "prereglage.zero_enaf", filtres: { oui: ["zero"] } },
  {
    libelle: "prereglage.public",
    filtres: { choix: { prop: ["etat", "region", "departement", "commune", "etablissement_public"] } },
  },
  { libelle: "prereglage.carence", filtres: { choix: { sru: ["carence"] } } },
  {
    libelle: "prereglage.sans_projet",
    filtres: { types: ["friche"], choix: { projet: ["friche sans projet"] } },
  },
  { libelle: "prereglage.hospitalier", filtres: { choix: { activite: ["hopital"] } } },
];

const same = (a: readonly string[] | null | undefined, b: readonly string[] | null | undefined): boolean =>
  (a ?? null) === null ? (b ?? null) === null : (a ?? []).join() === (b ?? []).join();

/** Whether every filter that the chip sets is as it sets it. */
export function enfonce({ filtres }: Prereglage, now: Filtres): boolean {
  const types = filtres.types === undefined || same(filtres.types, now.types);
  const choix = Object.entries(filtres.choix ?? {}).every(([cle, codes]) => same(codes, now.choix[cle]));
  const oui = (filtres.oui ?? []).every((cle) => now.oui.includes(cle));
  return types && choix && oui;
}

/** Presses the chip, or releases it; the other filters stay. */
export function presser(prereglage: Prereglage, now: Filtres): Filtres {
  const { filtres } = prereglage;
  const pressed = enfonce(prereglage, now);
  const keys = Object.keys(filtres.choix ?? {});
  const choix = Object.fromEntries(Object.entries(now.choix).filter(([cle]) => !keys.includes(cle)));
  const oui = now.oui.filter((cle) => !filtres.oui?.includes(cle));
  if (pressed) return { ...now, types: filtres.types ? AUCUN.types : now.types, choix, oui };
  return {
    ...now,
    types: filtres.types ?? now.types,
    choix: { ...choix, ...filtres.choix },
    oui: [...oui, ...(filtres.oui ?? [])],
  };
}
