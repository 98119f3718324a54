import type { Axe, Fiche, Intervalle } from "../api/types";
import { FINE, intervalle, nombre, part, pluriel } from "../i18n/format";
import { t, tCode } from "../i18n/index.svelte";
import { type Couleur, classe, RAMPS } from "../map/colours";
import { critere, proprietaireEnBref } from "../sheet/criteres";
import { isUnknown } from "../sheet/derive";

/** One parcel in one row. */
export interface Cellule {
  texte: string;
  /** Unknown, or estimated: underlined with dashes. */
  incertain?: boolean;
  /** A value on a scale, drawn beside its numbers. */
  glyphe?: {
    valeur: Intervalle | null;
    nom: string;
    remplissage: string;
    trait?: string;
    maximum: number;
    bornes: string;
  };
  /** What the best of the row is chosen by; null when unknown or when "best" is a judgement. */
  central: number | null;
}

export interface Ligne {
  cle: string;
  libelle: string;
  note?: string;
  cellules: Cellule[];
  /** Columns that hold the best central value. */
  meilleures: number[];
}

export interface Groupe {
  cle: "axes" | "terrain" | "faisabilite";
  lignes: Ligne[];
}

type Mieux = "haut" | "bas" | null;

/**
 * The columns of the best central value: all of them when tied. None when fewer than two are known, since being the
 * only one known is no merit.
 */
export function meilleures(cellules: readonly Cellule[], mieux: Mieux): number[] {
  const known = cellules.flatMap(({ central }) => (central === null ? [] : [Math.round(central * 100) / 100]));
  if (mieux === null || known.length < 2) return [];
  const best = mieux === "haut" ? Math.max(...known) : Math.min(...known);
  return cellules.flatMap(({ central }, i) =>
    central !== null && Math.round(central * 100) / 100 === best ? [i] : [],
  );
}

/** Says the same in every column. */
export const identique = ({ cellules }: Ligne): boolean =>
  cellules.every(({ texte, glyphe }) => texte === cellules[0]?.texte && glyphe?.bornes === cellules[0]?.glyphe?.bornes);

const inconnu = (): Cellule => ({ texte: t("fiche.inconnu"), incertain: true, central: null });
const texte = (value: string | null | undefined): Cellule => (value ? { texte: value, central: null } : inconnu());

function note(libelle: string, ramp: Exclude<Couleur, "type" | "verdict">, valeur: Intervalle | null): Cellule {
  if (!valeur) {
    const nom = t("axe.inconnu", { axe: libelle });
    return { ...inconnu(), texte: "?", glyphe: { valeur, nom, remplissage: "none", maximum: 100, bornes: "" } };
  }
  const { min, central, max } = valeur;
  const [a, b, bornes] = [nombre(min), nombre(max), intervalle(min, max)];
  const v = central === null ? null : nombre(central);
  const nom =
    v === null
      ? t("axe.sans_central", { axe: libelle, a, b })
      : t(a === b ? "axe.connu" : "axe.entre", { axe: libelle, v, a, b });
  return {
    texte: v ?? "?",
    incertain: v === null,
    central,
    glyphe: {
      valeur,
      nom,
      remplissage: central === null ? "none" : RAMPS[ramp][classe(central)],
      maximum: 100,
      bornes: bornes === v ? "" : bornes,
    },
  };
}

/** A measured criterion, as the sheet shows it. */
function mesure(fiche: Fiche, id: string): Cellule {
  const found = critere(fiche, id);
  if (!found || found.valeur === null) return inconnu();
  return {
    texte: found.affichage ?? String(found.valeur),
    central: typeof found.valeur === "number" ? found.valeur : null,
  };
}

function capacite({ capacite: c }: Fiche, maximum: number): Cellule {
  if (!c) return texte(t("capacite.aucune"));
  if (c.haut === 0) return { texte: "0", central: 0 };
  const bornes = intervalle(c.bas, c.haut);
  const v = c.central === null ? null : nombre(c.central);
  return {
    texte: v ?? "?",
    incertain: v === null,
    central: c.central,
    glyphe: {
      valeur: { min: c.bas, central: c.central, max: c.haut },
      nom:
        v === null
          ? t("capacite.nom_sans", { a: nombre(c.bas), c: nombre(c.haut) })
          : t("capacite.nom", { a: nombre(c.bas), b: v, c: nombre(c.haut) }),
      remplissage: "var(--accent-bg)",
      trait: "var(--accent)",
      maximum,
      bornes,
    },
  };
}

function enaf({ enaf: e }: Fiche): Cellule {
  if (!e) return inconnu();
  const exact = Math.round(e.min_m2) === Math.round(e.max_m2);
  return { texte: `${intervalle(e.min_m2, e.max_m2)}${FINE}m²`, incertain: !exact, central: e.central_m2 };
}

function voie({ voie: v, types }: Fiche): Cellule {
  if (v) return texte(v.article ? `${v.libelle} (${v.article})` : v.libelle);
  return texte(t(types.length > 0 ? "voie.aucune" : "voie.sans_objet"));
}

function contraintes(fiche: Fiche): Cellule {
  const known = fiche.recouvrements.filter(({ couche }) => couche === "contraintes" || couche === "prescriptions");
  if (known.length === 0) return { ...texte(t("comparer.aucune_contrainte")) };
  return texte(known.map((r) => (r.part === null ? r.libelle : `${r.libelle}, ${part(r.part)}`)).join(`${FINE}; `));
}

function zone(fiche: Fiche): Cellule {
  const label = critere(fiche, "zone_libelle");
  const type = critere(fiche, "zone_type");
  return texte([label?.valeur, type?.valeur].filter((v) => v !== null && v !== undefined).join(", "));
}

function pair(fiche: Fiche, ...ids: string[]): Cellule {
  const cells = ids.map((id) => mesure(fiche, id));
  return {
    texte: cells.map((cell) => cell.texte).join(" · "),
    incertain: cells.some((cell) => cell.incertain ?? false),
    central: null,
  };
}

function aVerifier(fiche: Fiche): Cellule {
  const texts = fiche.a_verifier.slice(0, 3).map(({ libelle }) => libelle);
  return texts.length > 0 ? { texte: texts.join(", "), incertain: true, central: null } : texte(t("verifier.rien"));
}

function inconnus({ axes }: Fiche): Cellule {
  const all = new Map(axes.flatMap(({ contributions }) => contributions).map((one) => [one.critere, one]));
  if (all.size === 0) return inconnu();
  const n = [...all.values()].filter(isUnknown).length;
  if (n === 0) return texte(t("fait.tout_connu"));
  return texte(t(pluriel(n, "fait.un_inconnu", "fait.inconnus") as "fait.inconnus", { n, m: all.size }));
}

function axe(fiche: Fiche, code: Axe): Cellule {
  return note(t(`axe.${code}`), code, fiche.axes.find((one) => one.code === code) ?? null);
}

/** The whole table. A sheet whose evaluation is withheld fills its column with « inconnu ». */
export function groupes(fiches: readonly Fiche[]): Groupe[] {
  const ligne = (
    cle: string,
    libelle: string,
    of: (fiche: Fiche) => Cellule,
    mieux: Mieux = null,
    note?: string,
  ): Ligne => {
    const cellules = fiches.map(of);
    return { cle, libelle, cellules, meilleures: meilleures(cellules, mieux), ...(note ? { note } : {}) };
  };
  const dwellings = Math.max(2, ...fiches.map(({ capacite: c }) => c?.haut ?? 0));
  const c = (cle: string) => tCode("comparer", cle);
  return [
    {
      cle: "axes",
      lignes: [
        ligne("indice", t("axe.indice"), (f) => note(t("axe.indice"), "indice", f.indice), "haut"),
        ligne("potentiel", t("axe.potentiel"), (f) => axe(f, "potentiel"), "haut"),
        ligne("durete", t("axe.durete"), (f) => axe(f, "durete"), "bas", t("legende.durete")),
        ligne("besoin", t("axe.besoin"), (f) => axe(f, "besoin")),
        ligne("sobriete", t("axe.sobriete"), (f) => axe(f, "sobriete"), "haut"),
        ligne(
          "fiabilite",
          t("axe.fiabilite"),
          ({ fiabilite: v }) =>
            note(t("axe.fiabilite"), "fiabilite", v === null ? null : { min: v, central: v, max: v }),
          "haut",
        ),
      ],
    },
    {
      cle: "terrain",
      lignes: [
        ligne("utile", c("utile"), (f) => mesure(f, "utile_m2"), "haut"),
        ligne("contenance", t("urbanisme.contenance"), (f) => mesure(f, "contenance_m2")),
        ligne("largeur", c("largeur"), (f) => mesure(f, "diametre_inscrit_m"), "haut"),
        ligne("ces", c("ces"), (f) => mesure(f, "ces"), "bas"),
        ligne("facade", c("facade"), (f) => mesure(f, "facade_m")),
        ligne("distances", c("distances"), (f) => pair(f, "dist_transport_m", "dist_services_m")),
        ligne("mairie", c("mairie"), (f) => mesure(f, "dist_mairie_m")),
      ],
    },
    {
      cle: "faisabilite",
      lignes: [
        ligne("logements", c("logements"), (f) => capacite(f, dwellings), "haut"),
        ligne("enaf", t("capacite.enaf"), enaf, "bas"),
        ligne("zone", c("zone"), zone),
        ligne("voie", t("voie.titre"), voie),
        ligne("contraintes", t("couche.contraintes"), contraintes),
        ligne("proprietaire", c("proprietaire"), (f) => texte(proprietaireEnBref(f))),
        ligne("inconnus", c("inconnus"), inconnus),
        ligne("verifier", t("verifier.titre"), aVerifier),
      ],
    },
  ];
}
