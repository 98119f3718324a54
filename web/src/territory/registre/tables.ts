/** The tables of the ledger: what its charts draw and what its files hold. */
import { DESTINATIONS, type LigneRegistre, type Registre, type Territoire } from "../../api/territoires";
import { date, nombre } from "../../i18n/format";
import { t } from "../../i18n/index.svelte";
import { HA, ha, type Ligne, type Table, type Valeur } from "../tables";
import { cumuls, decoupe, deduit, mutualise, totaux } from "./figures";

const absent = () => t("territoire.non_renseigne");
const SANS_OBJET = () => t("registre.sans_objet");

const percent = (share: number | null): Valeur => (share === null ? null : share * 100);

/** A share of a budget of nothing is no number. */
export const partDe = ({ part, part_statut }: Pick<LigneRegistre, "part" | "part_statut">): Valeur =>
  part_statut === "sans_objet" ? SANS_OBJET() : percent(part);

export function tableBudget(registre: Registre): Table {
  const { conso_m2, reste_m2, enveloppe_m2 } = registre;
  const share = (m2: number | null): Valeur => {
    if (enveloppe_m2 === 0) return SANS_OBJET();
    return m2 === null || enveloppe_m2 === null ? null : (m2 / enveloppe_m2) * 100;
  };
  const row = (cle: string, nom: string, m2: number | null): Ligne => ({ cle, valeurs: [nom, ha(m2), share(m2)] });
  return {
    absent: absent(),
    colonnes: [
      { titre: t("registre.poste") },
      { titre: t("registre.surface"), ...HA },
      { titre: t("registre.part_enveloppe"), unite: "%", decimales: 1 },
    ],
    lignes: [
      ...(decoupe(registre) ?? []).map(({ annee, m2 }) => row(String(annee), String(annee), m2)),
      row("conso", t("registre.consomme"), conso_m2),
      row("reste", t("registre.reste"), reste_m2),
      row("enveloppe", t("registre.enveloppe"), enveloppe_m2),
    ],
  };
}

/** From the reference to what is left, term by term. */
export function tableEnveloppe(registre: Registre, niveau: Territoire["niveau"]): Table {
  const { regles, objectif } = registre;
  const own = niveau === "commune";
  const row = (cle: string, nom: string, valeur: Valeur): Ligne => ({ cle, valeurs: [nom, valeur] });
  const communal = (m2: number | null): Valeur => (own || m2 !== null ? ha(m2) : SANS_OBJET());
  return {
    absent: absent(),
    colonnes: [{ titre: t("registre.poste") }, { titre: t("registre.surface"), ...HA }],
    lignes: [
      row(
        "reference",
        t("registre.reference_de", { a1: regles.reference[0], a2: regles.reference[1] }),
        ha(registre.reference_m2),
      ),
      row("cible", t("registre.cible_de", { p: nombre((1 - objectif.reduction) * 100, 1) }), ha(registre.cible_m2)),
      row("garantie", t("registre.plus_garantie"), communal(registre.garantie_m2)),
      row("mutualise", t("registre.plus_mutualise"), communal(registre.mutualise_m2)),
      row(
        "enveloppe",
        t("registre.egal_enveloppe", { a1: regles.objectif[0], a2: regles.objectif[1] }),
        ha(registre.enveloppe_m2),
      ),
      row("brut", t("registre.brut"), ha(registre.brut_m2)),
      row("pene", t("registre.moins_pene"), ha(registre.pene_m2)),
      row("renature", t("registre.moins_renature"), ha(registre.renature_m2)),
      row("conso", t("registre.egal_consomme"), ha(registre.conso_m2)),
      row("reste", t("registre.reste"), ha(registre.reste_m2)),
    ],
  };
}

export function tableCumul(registre: Registre): Table {
  const { regles, derniere_annee, conso_m2, projection_m2, enveloppe_m2 } = registre;
  const total = (cle: string, nom: string, m2: number | null): Ligne => ({ cle, valeurs: [nom, SANS_OBJET(), ha(m2)] });
  const deduction = deduit(registre) !== 0 && derniere_annee !== null;
  return {
    absent: absent(),
    colonnes: [
      { titre: t("registre.annee") },
      { titre: t("registre.dans_annee"), ...HA },
      { titre: t("registre.cumul"), ...HA },
    ],
    lignes: [
      ...cumuls(registre).map(({ annee, m2, cumul }) => ({
        cle: String(annee),
        valeurs: [String(annee), ha(m2), ha(cumul)],
      })),
      ...(deduction
        ? [total("registre", t("registre.au_registre", { date: date(`${derniere_annee + 1}-01-01`) }), conso_m2)]
        : []),
      total("projection", t("registre.projection", { fin: regles.objectif[1] }), projection_m2),
      total("enveloppe", t("registre.enveloppe"), enveloppe_m2),
    ],
  };
}

export function tableDestinations({ annees }: Registre): Table {
  const sums = (["reference", "objectif"] as const).flatMap((periode): Ligne[] => {
    const of = totaux(annees, periode);
    const years = annees.filter((a) => a.periode === periode).map((a) => a.annee);
    if (years.length === 0) return [];
    const nom = t("registre.total_de", { a1: Math.min(...years), a2: Math.max(...years) });
    const figures = [...DESTINATIONS, "total" as const].map((d) => ha(of(d)));
    return [{ cle: periode, valeurs: [nom, t(`registre.periode.${periode}`), ...figures, SANS_OBJET()] }];
  });
  return {
    absent: absent(),
    colonnes: [
      { titre: t("registre.annee") },
      { titre: t("registre.periode_titre") },
      ...DESTINATIONS.map((d) => ({ titre: t(`registre.destination.${d}`), ...HA })),
      { titre: t("registre.total"), ...HA },
      { titre: t("registre.communes_renseignees") },
    ],
    lignes: [
      ...annees.map((a) => ({
        cle: String(a.annee),
        valeurs: [
          String(a.annee),
          t(`registre.periode.${a.periode}`),
          ...DESTINATIONS.map((d) => ha(a[`${d}_m2`])),
          ha(a.total_m2),
          a.communes_renseignees,
        ],
      })),
      ...sums,
    ],
  };
}

export function tableDepartements(rows: NonNullable<Registre["par_departement"]>): Table {
  return {
    absent: absent(),
    colonnes: [
      { titre: t("niveau.departement") },
      { titre: t("registre.reference"), ...HA },
      { titre: t("registre.consomme"), ...HA },
    ],
    lignes: rows.map(({ departement, reference_m2, conso_m2 }) => ({
      cle: departement,
      valeurs: [departement, ha(reference_m2), ha(conso_m2)],
    })),
  };
}

/** The communes in the order given; one that the ledger does not know is a row without figures. */
export function tableRegistre(communes: Territoire["communes"]): Table {
  return {
    absent: absent(),
    colonnes: [
      { titre: t("territoire.commune") },
      { titre: t("territoire.code") },
      { titre: t("registre.reference"), ...HA },
      { titre: t("registre.cible"), ...HA },
      { titre: t("registre.garantie"), ...HA },
      { titre: t("registre.mutualise"), ...HA },
      { titre: t("registre.enveloppe"), ...HA },
      { titre: t("registre.consomme"), ...HA },
      { titre: t("registre.reste"), ...HA },
      { titre: t("registre.part_enveloppe"), unite: "%", decimales: 1 },
      { titre: t("registre.situation") },
    ],
    lignes: communes.map(({ code, nom, registre: r }) => ({
      cle: code,
      valeurs: r
        ? [
            nom,
            code,
            ...[r.reference_m2, r.cible_m2, r.garantie_m2, mutualise(r), r.enveloppe_m2, r.conso_m2, r.reste_m2].map(
              ha,
            ),
            partDe(r),
            r.statut === "inconnu" ? null : t(`registre.statut.${r.statut}`),
          ]
        : [nom, code, ...Array<Valeur>(9).fill(null)],
    })),
  };
}
