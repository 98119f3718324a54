/** What the ledger says in words: templates filled from its figures, the unfavourable fact first. */
import type { Registre, Territoire } from "../../api/territoires";
import { date, hectare, nombre, pluriel, pourcent, signe, taux } from "../../i18n/format";
import { type Cle, t, tCode } from "../../i18n/index.svelte";
import { PROCHE, type Situation, situation } from "./figures";

/** A title that does not fit on two lines is no title. */
export const TITRE_MAX = 110;

const NON_RENSEIGNE = () => t("territoire.non_renseigne");
const ha = (m2: number | null): string => (m2 === null ? NON_RENSEIGNE() : hectare(m2));

/** Agreement follows the figure that is read, not the one behind it. */
const accord = <T extends string>(m2: number, one: T, many: T): T => pluriel(Math.round(m2 / 1000) / 10, one, many);

/** Counts to nine are written in letters. */
const lettres = (n: number): string => (n < 10 ? tCode("registre.lettre", String(n)) : nombre(n));

/** « pour le SCoT ». */
export const pour = (niveau: Territoire["niveau"]): string => t(`registre.pour.${niveau}`);

/** How many communes are over; nothing when it is known of none. */
function depassees({ depassees: n, inconnues, nombre: of }: Situation, suite: "seul" | "aussi"): string | null {
  if (inconnues === of) return null;
  if (n === 0 && inconnues > 0) return t(`registre.depassees_${suite}_0_connues`);
  if (n === 0) return t(`registre.depassees_${suite}_0`);
  return t(pluriel(n, `registre.depassees_${suite}_1`, `registre.depassees_${suite}_n`), { n: lettres(n) });
}

function proches({ proches: k }: Situation): string | null {
  if (k === 0) return null;
  return t(pluriel(k, "registre.proches_1", "registre.proches_n"), { n: lettres(k), p: nombre(PROCHE * 100) });
}

function consomme(registre: Registre, conso: number): string {
  const [a] = registre.regles.objectif;
  return t(accord(conso, "registre.consomme_1", "registre.consomme_n"), { conso: hectare(conso), a });
}

/** « soit 60,9 % de l’enveloppe en 40 % du temps ». */
function soit({ part, temps_ecoule }: Registre): string | null {
  return part === null || temps_ecoule === null
    ? null
    : t("registre.soit", { part: taux(part), temps: pourcent(temps_ecoule * 100) });
}

const join = (separateur: Cle, ...parts: (string | null)[]): string =>
  parts.filter((part) => part !== null).join(t(separateur));

/** The answer of the section, in one sentence. */
export function titre({ niveau, registre, communes }: Territoire): string {
  if (registre === null) return t("registre.titre_absent");
  const { conso_m2: conso, enveloppe_m2: enveloppe, reste_m2: reste } = registre;
  if (conso === null) return t("registre.titre_inconnu");
  const used = consomme(registre, conso);
  if (enveloppe === null || reste === null) return t("registre.titre_sans_enveloppe", { used });
  const all = niveau === "commune" ? null : situation(communes);
  if (reste < 0) {
    const over = t("registre.titre_depasse", { used, x: hectare(-reste) });
    return join("registre.puis", over, all && depassees(all, "aussi"));
  }
  if (enveloppe === 0) return t("registre.titre_nulle", { used });
  if (all === null) return join("registre.et", used, soit(registre));
  const left = t("registre.titre_reste", { reste: hectare(reste), pour: pour(niveau) });
  const short = join("registre.puis", left, depassees(all, "seul"));
  const long = join("registre.et", short, depassees(all, "seul") && proches(all));
  return long.length > TITRE_MAX ? short : long;
}

const QUAND = { debut: "registre.quand_debut", milieu: "registre.quand_milieu", fin: "registre.quand_fin" } as const;

/** When the envelope would be used up, after « l’enveloppe serait épuisée ». */
function quand({ epuisement, regles }: Registre): string | null {
  if (epuisement?.quand === "au_dela") return t("registre.quand_au_dela", { fin: regles.objectif[1] });
  if (epuisement?.quand !== "annee" || epuisement.annee === null) return null;
  return t(epuisement.moment ? QUAND[epuisement.moment] : "registre.quand_annee", { annee: epuisement.annee });
}

function rythme(registre: Registre): string | null {
  const { rythme_m2_an: now, rythme_reference_m2_an: then, regles, derniere_annee: last, conso_m2, brut_m2 } = registre;
  const [a1] = regles.objectif;
  if (conso_m2 === 0 && (brut_m2 ?? 0) === 0) return t("registre.aucune_consommation", { a: a1 });
  if (now === null || now <= 0 || last === null) return null;
  const compare =
    then === null
      ? ""
      : t("registre.rythme_reference", { r: hectare(then), a1: regles.reference[0], a2: regles.reference[1] });
  const pace = t("registre.rythme", {
    annees: last === a1 ? String(a1) : `${a1}-${last}`,
    r: hectare(now),
    compare,
  });
  const when = quand(registre);
  if (when) return t("registre.rythme_epuisee", { pace, quand: when });
  const { projection_m2: end, epuisement } = registre;
  if (epuisement?.quand !== "deja_depassee" || end === null) return null;
  return t("registre.rythme_depassee", { pace, p: hectare(end), fin: regles.objectif[1] });
}

/** Whom the figures leave out. */
export function couverture({ communes }: Registre): string[] {
  const { nombre: n, renseignees: k, membres } = communes;
  const out = (membres ?? n) - n;
  return [
    k < n ? t("registre.renseignees", { k: nombre(k), n: nombre(n) }) : "",
    out > 0 ? t(pluriel(out, "registre.membre_absent", "registre.membres_absents"), { n: nombre(out) }) : "",
  ].filter(Boolean);
}

/** What follows the title: the share and the time, the pace, and whom the figures leave out. */
export function chapeau({ niveau, registre }: Territoire): string[] {
  if (registre === null) return [t("registre.absent_detail")];
  const { conso_m2: conso, reste_m2: reste, part_territoire: share } = registre;
  const told = niveau === "commune" && reste !== null && reste >= 0;
  const since = conso !== null && !told && soit(registre);
  return [
    since && conso !== null ? t("registre.phrase", { x: join("registre.et", consomme(registre, conso), since) }) : "",
    rythme(registre) ?? "",
    share === null ? "" : t("registre.part_territoire", { p: taux(share) }),
    ...(niveau === "commune" ? [] : couverture(registre)),
  ].filter(Boolean);
}

/** The reduction and the document that sets it; its address follows when there is one. */
export function objectif({ objectif: o }: Registre): string {
  const r = t("registre.moins", { r: nombre(o.reduction * 100, 1) });
  if (o.origine === "defaut") return t("registre.objectif_defaut", { r });
  const niveau = o.niveau === null ? null : tCode("registre.niveau", o.niveau);
  const where = [niveau, o.code].filter(Boolean).join(" ");
  if (o.origine === "herite") {
    if (o.document === null) return t("registre.objectif_herite_de", { r, ou: where || NON_RENSEIGNE() });
    return t("registre.objectif_herite", { r, document: o.document, ou: where });
  }
  return o.document === null
    ? t("registre.objectif_propre_sans", { r })
    : t("registre.objectif_propre", { r, document: o.document });
}

function garantie({ garantie_statut: statut, garantie_m2: m2, regles }: Registre): string | null {
  if (statut === null) return null;
  if (statut !== "acquise") return t(`registre.garantie_${statut}`, { g: hectare(regles.garantie_m2) });
  return t("registre.garantie_acquise", { x: ha(m2), g: hectare(regles.garantie_m2) });
}

function transfert({ mutualise_m2: m2, mutualise_vers: vers }: Registre): string | null {
  if (m2 === null || m2 === 0) return null;
  const to = vers ?? NON_RENSEIGNE();
  return t(m2 < 0 ? "registre.mutualise_cede" : "registre.mutualise_recu", { x: hectare(Math.abs(m2)), vers: to });
}

function pene({ pene_statut: statut, pene_m2: m2 }: Registre): string | null {
  return statut === null ? null : t(`registre.pene_${statut}`, { x: ha(m2) });
}

/** Where the envelope comes from, one line each. */
export function origine(registre: Registre): string[] {
  const { brut_m2, pene_m2, renature_m2, conso_m2 } = registre;
  const terms = { brut: ha(brut_m2), pene: ha(pene_m2), renature: ha(renature_m2), conso: ha(conso_m2) };
  const walk = brut_m2 === null || conso_m2 === null ? null : t("registre.du_fichier", terms);
  return [garantie(registre), transfert(registre), pene(registre), walk].filter((line) => line !== null);
}

/** The envelopes of the communes beside the territory's own, and why they are not the same. */
export function repartition({ niveau, registre }: Territoire): string[] {
  const r = registre?.repartition;
  if (!r || r.somme_communes_m2 === null) return [];
  const { ecart_m2: ecart, communes_inconnues: out } = r;
  const known = [r.dont_objectifs_m2, r.dont_garanties_m2, r.dont_mutualise_m2];
  const rest = ecart === null ? 0 : ecart - known.reduce<number>((sum, m2) => sum + (m2 ?? 0), 0);
  const causes = [
    ...(["objectifs", "garanties", "mutualise"] as const).map((cause, i) => [cause, known[i] ?? 0] as const),
    [out > 0 ? "inconnues" : "autre", Math.abs(rest) < 1 ? 0 : rest] as const,
  ]
    .filter(([, m2]) => m2 !== 0)
    .map(([cause, m2]) => t(`registre.cause_${cause}`, { x: signe(m2) }));
  const sum = t("registre.somme", {
    somme: hectare(r.somme_communes_m2),
    enveloppe: ha(registre?.enveloppe_m2 ?? null),
    pour: pour(niveau),
  });
  const gap =
    ecart === null || Math.abs(ecart) < 1 ? "" : t("registre.ecart", { x: signe(ecart), causes: causes.join(", ") });
  return [
    sum,
    causes.length > 0 ? gap : "",
    out > 0 ? t(pluriel(out, "registre.hors_somme_1", "registre.hors_somme_n"), { n: nombre(out) }) : "",
  ].filter(Boolean);
}

/** « 30 % de la période écoulés au 1ᵉʳ janvier 2024 ». */
export function temps({ temps_ecoule, derniere_annee }: Registre): string | null {
  if (temps_ecoule === null || derniere_annee === null) return null;
  return t("registre.temps", { p: pourcent(temps_ecoule * 100), date: date(`${derniere_annee + 1}-01-01`) });
}

export function source({ source: s, regles }: Registre): string {
  const what = [s.producteur, s.fichiers.join(", "), s.millesime && date(s.millesime)].filter(Boolean).join(", ");
  return t("registre.source", { source: what || NON_RENSEIGNE(), regles: regles.libelle, loi: regles.source });
}
