/** `/classement` and `/classement/facettes` over the gisements of the folder, by the rules of the server. */
import type { Classement, Facettes, Ligne } from "../../api/types";
import type { Fichiers } from "../fichiers";
import { Params } from "../params";
import type { Parcelles } from "../parcelles";
import { parametre } from "../probleme";
import type { NomCherche } from "../recherche";
import { lecture } from "../table";
import { lireTerritoire } from "../territoires";
import { histogrammes, horsListe, type Nommee, Panneau } from "./facettes";
import { type Lecteur, ligne, ligneDeSite } from "./lignes";
import { AXES } from "./poids";
import { classer, grouper, type Place } from "./rang";
import { CONNUS, lireRequete, type Regles, type Requete } from "./requete";
import { lireStock, nombreDe, type Stock, texteDe, typeDe, utileDe, verdictDe } from "./stock";

export class Classements {
  #regles: Promise<Regles> | undefined;
  #stock: Promise<Stock> | undefined;
  #lecteur: Promise<Lecteur> | undefined;

  constructor(
    readonly fichiers: Fichiers,
    readonly parcelles: Parcelles,
  ) {}

  async classement(all: URLSearchParams): Promise<Classement> {
    const { requete, stock } = await this.#lire(all, CONNUS);
    const conditions = await this.#conditions(stock, requete);
    const passent: number[] = [];
    for (const [candidat, row] of stock.lignes.entries()) {
      if (conditions.every(([, holds]) => holds(row))) passent.push(candidat);
    }
    const places = classer(stock, passent, requete.parts);
    return {
      profil: requete.profil,
      poids: Object.fromEntries(AXES.map((axe, i) => [axe, requete.parts[i]])) as Classement["poids"],
      types: requete.types,
      verdicts: requete.verdicts,
      parcelles: passent.length,
      ...(await this.#page(stock, requete, places)),
    };
  }

  async #page(
    stock: Stock,
    { parSite, debut, limite, parts }: Requete,
    places: Place[],
  ): Promise<Pick<Classement, "numberMatched" | "numberReturned" | "classement">> {
    const lecteur = await this.#lignes(stock);
    const end = debut + limite;
    let classement: Ligne[];
    let numberMatched = places.length;
    if (parSite) {
      const groups = grouper(stock, places);
      numberMatched = groups.length;
      classement = groups.slice(debut, end).map((group, i) => ligneDeSite(lecteur, debut + i + 1, group, parts));
    } else {
      classement = places.slice(debut, end).map((place, i) => ligne(lecteur, debut + i + 1, place, parts));
    }
    return { numberMatched, numberReturned: classement.length, classement };
  }

  async facettes(all: URLSearchParams): Promise<Facettes> {
    const { params, requete, stock } = await this.#lire(all, [...CONNUS, "histogrammes"]);
    const asked = histogrammes(params);
    const conditions = await this.#conditions(stock, requete);
    const panneau = new Panneau(stock, conditions);
    const { edition } = await this.#regle();
    const drawn: Facettes["histogrammes"] = {};
    for (const [nom, bornes] of asked) drawn[nom] = panneau.histogramme(nom, await this.#nombres(nom), bornes);
    const own = ["types", "verdicts", "utile_min"];
    const others = conditions.filter(([nom]) => !own.includes(nom)).map(([, holds]) => holds);
    return {
      numberMatched: panneau.compte(),
      parcelles: edition.comptes.parcelles,
      sans: panneau.sans(),
      types: panneau.types(),
      verdicts: panneau.verdicts(),
      histogrammes: drawn,
      hors_liste: horsListe(stock, this.parcelles.table.lignes, requete, others),
    };
  }

  async #nombres(nom: string): Promise<(row: number) => number | null> {
    const { table } = this.parcelles;
    const [colonne] = table.noms.has(nom) ? await table.charger([nom]) : [];
    if (colonne?.genre !== "nombres") {
      throw parametre("histogrammes", `La collection « parcelles » n’a pas de colonne de nombres « ${nom} ».`);
    }
    const values = lecture(colonne);
    return (row) => nombreDe(values, row);
  }

  async #lire(all: URLSearchParams, known: readonly string[]) {
    const params = new Params(all);
    params.seulement(known);
    this.#stock ??= lireStock(this.parcelles.table);
    this.#stock.catch(() => {
      this.#stock = undefined;
    });
    const [regles, stock] = await Promise.all([this.#regle(), this.#stock]);
    return { params, requete: lireRequete(params, regles), stock };
  }

  async #regle(): Promise<Regles> {
    this.#regles ??= Promise.all([
      this.fichiers.json<Regles["edition"]>("donnees/edition.json"),
      this.fichiers.json<{ types_par_defaut: Regles["typesParDefaut"] }>("donnees/classement.json"),
    ]).then(([edition, { types_par_defaut: typesParDefaut }]) => ({ edition, typesParDefaut }));
    this.#regles.catch(() => {
      this.#regles = undefined;
    });
    return this.#regles;
  }

  /** Each condition by the name that `sans` gives it. */
  async #conditions(stock: Stock, requete: Requete): Promise<Nommee[]> {
    const { colonnes } = stock;
    const { types, verdicts, utileMin, bbox } = requete;
    const found: Nommee[] = [
      ["types", (row) => (types as unknown[]).includes(typeDe(colonnes, row))],
      ["verdicts", (row) => (verdicts as unknown[]).includes(verdictDe(colonnes, row))],
    ];
    if (utileMin > 0) found.push(["utile_min", (row) => utileDe(colonnes, row) >= utileMin]);
    if (requete.territoires.length > 0) {
      const members = await this.#membres(requete.territoires);
      found.push(["territoire", (row) => members.has(texteDe(colonnes["code_insee"], row) ?? "")]);
    }
    if (bbox) {
      const inside = await this.parcelles.fenetre(bbox);
      found.push(["bbox", (row) => inside(row) === true]);
    }
    for (const [nom, text] of requete.conditions) {
      const test = await this.parcelles.condition(nom, text);
      found.push([nom, (row) => test(row) === true]);
    }
    return found;
  }

  /** INSEE codes of the communes of territories. */
  async #membres(territoires: Requete["territoires"]): Promise<Set<string>> {
    const members = new Set<string>();
    for (const [niveau, code] of territoires) {
      const found = await lireTerritoire(this.fichiers, niveau, code);
      if (!found) {
        throw parametre("territoire", `L’édition n’a aucune commune de ce territoire : ${niveau}:${code}.`);
      }
      for (const commune of found.communes) members.add(commune.code);
    }
    return members;
  }

  async #lignes(stock: Stock): Promise<Lecteur> {
    this.#lecteur ??= Promise.all([
      this.parcelles.table.boites(),
      this.fichiers.json<{ noms: NomCherche[] }>("donnees/recherche.json"),
    ]).then(([boites, { noms }]) => {
      const named = new Map(noms.map(({ genre, code, libelle }) => [`${genre} ${code}`, libelle]));
      return { stock, boites, nom: (genre, code) => named.get(`${genre} ${code}`) ?? null };
    });
    this.#lecteur.catch(() => {
      this.#lecteur = undefined;
    });
    return this.#lecteur;
  }
}
