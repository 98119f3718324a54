/** The table of each card: what its chart draws, what *Tableau* shows and what its CSV holds. */
import type { CommuneTerritoire, Stock, Territoire } from "../api/territoires";
import type { Source, Verdict } from "../api/types";
import { csv } from "../csv";
import { t, tCode } from "../i18n/index.svelte";
import { asTotal, ecartSru, type Total } from "./sums";

/** Null is unknown. */
export type Valeur = string | number | null;

export interface Colonne {
  titre: string;
  unite?: string;
  /** Most decimals on the screen; a CSV holds more. */
  decimales?: number;
}

export interface Ligne {
  cle: string;
  valeurs: Valeur[];
}

export interface Table {
  colonnes: Colonne[];
  lignes: Ligne[];
  /** The word for what is unknown, where « inconnu » is not the one. */
  absent?: string;
}

/** The table as a file: a head with its unit, more decimals than on the screen. */
export function toCsv({ colonnes, lignes, absent = t("territoire.inconnu") }: Table): string {
  const head = colonnes.map(({ titre, unite }) => (unite ? `${titre} (${unite})` : titre));
  return csv(
    head,
    lignes.map(({ valeurs }) => valeurs),
    absent,
  );
}

export const ha = (m2: number | null): number | null => (m2 === null ? null : m2 / 10_000);
export const HA = { unite: "ha", decimales: 1 } as const;

/** The four cells of a sum of intervals: nothing is known of it when every row is unknown. */
function cells(total: Total, rows: number, unit: (n: number | null) => number | null = (n) => n): Valeur[] {
  const none = total.inconnus >= rows;
  return [...[total.min, total.central, total.max].map((n) => (none ? null : unit(n))), total.inconnus];
}

function intervalHeads(what: string, unite: { unite: string; decimales: number } | null): Colonne[] {
  return [
    { titre: t("territoire.col_bas", { x: what }), ...unite },
    { titre: t("territoire.col_central", { x: what }), ...unite },
    { titre: t("territoire.col_haut", { x: what }), ...unite },
    { titre: t("territoire.col_inconnus", { x: what }) },
  ];
}

export function tableStocks(stocks: Stock[]): Table {
  return {
    colonnes: [
      { titre: t("territoire.type") },
      { titre: t("territoire.gisements") },
      ...(["prioritaire", "a_etudier", "reserve"] as const).map((v) => ({ titre: t(`verdict.${v}`) })),
      { titre: t("territoire.utile"), ...HA },
      ...intervalHeads(t("territoire.logements"), null),
      ...intervalHeads(t("territoire.enaf"), HA),
      { titre: t("territoire.sans_enaf") },
    ],
    lignes: stocks.map((s) => ({
      cle: s.type,
      valeurs: [
        tCode("type", s.type),
        s.nombre,
        s.prioritaire,
        s.a_etudier,
        s.reserve,
        ha(s.utile_m2),
        ...cells(asTotal(s.capacite), s.nombre),
        ...cells(asTotal(s.enaf_m2), s.nombre, ha),
        s.sans_enaf,
      ],
    })),
  };
}

export function tableZeroEnaf(stocks: Stock[]): Table {
  return {
    colonnes: [
      { titre: t("territoire.type") },
      { titre: t("territoire.sans_enaf") },
      ...intervalHeads(t("territoire.logements"), null),
    ],
    lignes: stocks
      .filter((s) => s.sans_enaf > 0)
      .map((s) => ({
        cle: s.type,
        valeurs: [tCode("type", s.type), s.sans_enaf, ...cells(asTotal(s.capacite_sans_enaf), s.sans_enaf)],
      })),
  };
}

const oui = (value: boolean | null): Valeur => (value === null ? null : t(value ? "territoire.oui" : "territoire.non"));

/** The communes that the SRU law binds, and those of which nothing says whether it does. */
export function tableSru(communes: CommuneTerritoire[]): Table {
  const gap = (c: CommuneTerritoire) => ecartSru(c) ?? Number.NEGATIVE_INFINITY;
  return {
    colonnes: [
      { titre: t("territoire.commune") },
      { titre: t("territoire.code") },
      { titre: t("territoire.soumise") },
      { titre: t("territoire.taux"), unite: "%", decimales: 1 },
      { titre: t("territoire.cible"), unite: "%", decimales: 1 },
      { titre: t("territoire.ecart"), unite: t("territoire.points"), decimales: 1 },
      { titre: t("territoire.carence") },
    ],
    lignes: communes
      .filter((c) => c.sru_soumise !== false)
      .sort((a, b) => Number(b.sru_soumise) - Number(a.sru_soumise) || gap(b) - gap(a) || a.nom.localeCompare(b.nom))
      .map((c) => ({
        cle: c.code,
        valeurs: [c.nom, c.code, oui(c.sru_soumise), c.sru_taux, c.sru_cible, ecartSru(c), oui(c.carence)],
      })),
  };
}

const VERDICTS: Verdict[] = [
  "prioritaire",
  "a_etudier",
  "reserve",
  "ecarte",
  "parc_social",
  "sans_objet",
  "non_evalue",
];

export function tableVerdicts({ parcelles }: Territoire): Table {
  return {
    colonnes: [
      { titre: t("territoire.verdict") },
      { titre: t("territoire.parcelles") },
      { titre: t("territoire.communes_inconnues") },
    ],
    lignes: VERDICTS.map((v) => ({
      cle: v,
      valeurs: [t(`verdict.${v}`), parcelles[v].somme, parcelles[v].communes_inconnues],
    })),
  };
}

/** In the order of a reader's interest; a status that the map does not know yet comes after them. */
function ordered(found: string[], known: string[]): string[] {
  const place = (code: string) => (known.indexOf(code) + known.length + 1) % (known.length + 1);
  return [...found].sort((a, b) => place(a) - place(b));
}

const ETATS = ["inoccupé", "vacant", "friche", "occupation transitoire", "occupé", "inconnu"];

export function tableZae(zae: Territoire["zae"]): Table {
  const by = zae?.terrains_par_etat ?? {};
  return {
    colonnes: [
      { titre: t("territoire.etat") },
      { titre: t("territoire.terrains") },
      { titre: t("territoire.surface_declaree"), ...HA },
      { titre: t("territoire.surface_inconnue"), unite: t("territoire.terrains_unite") },
    ],
    lignes: ordered(Object.keys(by), ETATS).map((etat) => {
      const s = by[etat];
      const known = s !== undefined && s.surface_inconnue < s.nombre;
      return {
        cle: etat,
        valeurs: [
          tCode("etat", etat),
          s?.nombre ?? null,
          known ? ha(s.surface_declaree_m2) : null,
          s?.surface_inconnue ?? null,
        ],
      };
    }),
  };
}

export function tableCommunes(communes: CommuneTerritoire[]): Table {
  return {
    colonnes: [
      { titre: t("territoire.commune") },
      { titre: t("territoire.code") },
      { titre: t("territoire.population"), unite: t("territoire.hab") },
      { titre: t("territoire.document") },
      { titre: t("territoire.zone") },
      { titre: t("territoire.soumise") },
      { titre: t("territoire.ecart"), unite: t("territoire.points"), decimales: 1 },
      { titre: t("territoire.carence") },
      { titre: t("territoire.tension"), decimales: 1 },
      { titre: t("territoire.parcelles") },
      { titre: t("territoire.classes") },
      { titre: t("territoire.indice_dix") },
    ],
    lignes: communes.map((c) => ({
      cle: c.code,
      valeurs: [
        c.nom,
        c.code,
        c.population,
        c.document,
        c.zone_abc,
        oui(c.sru_soumise),
        ecartSru(c),
        oui(c.carence),
        c.tension,
        c.nb_parcelles,
        c.nb_classes,
        c.indice_dix_meilleurs,
      ],
    })),
  };
}

/** One line for what a producer gave at one date: a département has a file of parcels for each commune. */
export function tableSources(sources: Source[]): Table {
  const groups = new Map<string, Source[]>();
  for (const source of sources) {
    const key = [source.couche, source.producteur, source.millesime, source.licence].join("\u0000");
    groups.set(key, [...(groups.get(key) ?? []), source]);
  }
  return {
    colonnes: [
      { titre: t("territoire.couche") },
      { titre: t("territoire.producteur") },
      { titre: t("territoire.date") },
      { titre: t("territoire.licence") },
      { titre: t("territoire.fichiers") },
    ],
    lignes: [...groups].map(([cle, files]) => {
      const [first] = files;
      return {
        cle,
        valeurs: [
          first?.libelle ?? null,
          first?.producteur ?? null,
          first?.millesime ?? null,
          first?.licence ?? null,
          files.length === 1 ? (first?.fichier ?? null) : t("territoire.n_fichiers", { n: files.length }),
        ],
      };
    }),
  };
}
