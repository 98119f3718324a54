/** The answers of docs/api.md, as the map reads them. */

export type Verdict = "prioritaire" | "a_etudier" | "reserve" | "ecarte" | "parc_social" | "sans_objet" | "non_evalue";

export type TypeGisement =
  | "friche"
  | "zae_vacante"
  | "zae_mutable"
  | "equipement"
  | "tertiaire"
  | "public_nu"
  | "dent_creuse"
  | "sous_densifie"
  | "extension";

export type Axe = "potentiel" | "durete" | "besoin" | "sobriete";

export type LonLat = [number, number];
export type Bbox = [number, number, number, number];

export interface Profil {
  code: string;
  libelle: string;
  poids: Record<Axe, number>;
  /** Main types it ranks; empty for those of the default ranking. */
  types: TypeGisement[];
}

export interface Edition {
  id: string;
  nom: string;
  date: string;
  /** In a public edition, the evaluation of natural persons' parcels is withheld. */
  diffusion: "interne" | "publique";
  fictif: boolean;
  bbox: Bbox;
  tilejson: string;
  comptes: { parcelles: number; masquees?: number } & Partial<Record<Verdict, number>>;
  profils: Profil[];
  attribution: string[];
  couches_absentes: string[];
  depart: { centre: LonLat; zoom: number };
}

export interface TileJson {
  tiles: string[];
  minzoom?: number;
  maxzoom?: number;
  bounds?: Bbox;
}

/** On 0–100, or in points; `central` is null when nothing says where in the interval the value lies. */
export interface Intervalle {
  min: number;
  central: number | null;
  max: number;
}

export interface Contribution {
  critere: string;
  libelle: string;
  unite: string | null;
  valeur: number | string | null;
  affichage: string | null;
  presume: boolean;
  utilite: Intervalle | null;
  poids: number | null;
  points: Intervalle;
  source: number | null;
}

export interface AxeFiche extends Intervalle {
  code: Axe;
  libelle: string;
  contributions: Contribution[];
}

export interface Veto {
  id: string;
  libelle: string;
  part: number | null;
  source: number | null;
}

export interface Condition extends Veto {
  levee_par: string | null;
}

export interface VerdictFiche {
  code: Verdict;
  libelle: string;
  phrase: string | null;
  vetos: Veto[];
  conditions: Condition[];
  remarques: { id: string; libelle: string }[];
  couches_manquantes: string[];
}

export interface AVerifier {
  critere: string;
  libelle: string;
  conseil: string | null;
  axes: Axe[];
  points: number;
  sur: number;
}

export type EtatMotif = "favorable" | "defavorable" | "inconnu" | "a_apprecier";

export interface Voie {
  code: string;
  libelle: string;
  article: string | null;
  adresse: string | null;
  depuis: string | null;
  jusqu_a: string | null;
  autorite: string | null;
  motifs_de_refus: { id: string; libelle: string; etat: EtatMotif; detail: string | null }[];
}

export interface Capacite {
  bas: number;
  central: number | null;
  haut: number;
  methode: string;
  detail: string | null;
  lls_min: number | null;
  lls_max: number | null;
}

export interface Recouvrement {
  couche: string;
  code: string | null;
  libelle: string;
  part: number | null;
  source: number | null;
}

export interface Critere {
  id: string;
  libelle: string;
  unite: string | null;
  valeur: number | string | boolean | null;
  affichage: string | null;
  source: number | null;
}

export interface Source {
  couche: string;
  libelle: string;
  producteur: string | null;
  licence: string | null;
  millesime: string | null;
  /** What it counts for in Fiabilité at its age: 1 when fresh. */
  fraicheur: number;
  fichier: string | null;
}

export interface Geometrie {
  type: "Polygon" | "MultiPolygon";
  coordinates: number[][][] | number[][][][];
}

export interface Fiche {
  idu: string;
  section: string;
  numero: string;
  prefixe: string;
  commune: { code: string; nom: string };
  nom: string | null;
  edition: { id: string; date: string; nom: string; fictif: boolean };
  geometrie: Geometrie;
  bbox: Bbox;
  centre: LonLat;
  /** What the sheet of an assembled site (unité foncière, brownfield, plot) is made of; null on a parcel. */
  site: { id: string; genre: string; nom: string | null; parcelles: string[] } | null;
  contenance_m2: number | null;
  surface_m2: number | null;
  /** Null on a parcel whose evaluation is withheld; `raison` then says why. */
  verdict: VerdictFiche | null;
  raison?: string;
  types: { code: string; libelle: string }[];
  axes: AxeFiche[];
  fiabilite: number | null;
  indice: ({ profil: string; axes_sans_central: Axe[] } & Intervalle) | null;
  a_verifier: AVerifier[];
  voie: Voie | null;
  capacite: Capacite | null;
  enaf: { min_m2: number; central_m2: number | null; max_m2: number; affichage: string } | null;
  recouvrements: Recouvrement[];
  friche: {
    site_id: string;
    nom: string | null;
    statut: string | null;
    rattachement: string | null;
    source: number | null;
  } | null;
  zae: {
    site_id: string;
    nom: string | null;
    terrain: { terr_id: string; etat: string | null } | null;
    source: number | null;
  } | null;
  criteres: Critere[];
  sources: Source[];
  liens: { libelle: string; href: string }[];
}

/** A page of `/items`. */
export interface Features<P> {
  numberMatched: number;
  features: { id: string; geometry: Geometrie | null; properties: P }[];
}

export interface FormatExport {
  id: string;
  titre: string;
  extension: string;
  plusieurs_collections: boolean;
  /** The system that the format uses unless told otherwise; null for the pack of a territory. */
  crs: string | null;
}

export interface OffreExports {
  formats: FormatExport[];
  limites: { duree_de_garde_s: number };
}

export interface EtatExport {
  id: string;
  etat: "en attente" | "en cours" | "fini" | "échoué" | "annulé";
  progression: number;
  lignes: number;
  lignes_total: number;
  octets: number;
  fichier?: string;
  expire_le?: string;
  remarques?: string[];
  erreur?: string;
  links: { rel: string; href: string }[];
}

/** A file of a published folder, beside the page. */
export interface FichierPublie {
  titre: string;
  chemin: string;
  octets: number;
}

export type Genre = "parcelle" | "commune" | "friche" | "zae";

export interface Resultat {
  genre: Genre;
  code: string;
  libelle: string;
  centre: LonLat;
  bbox: Bbox | null;
}

/** RFC 9457. */
export interface Probleme {
  type: string;
  title: string;
  status: number;
  detail?: string;
  instance?: string;
  parametre?: string;
}

/** A gisement in its place of `/classement`. */
export interface Ligne {
  rang: number;
  idu: string;
  commune: { code: string; nom: string };
  verdict: Verdict;
  type_principal: TypeGisement;
  utile_m2: number;
  score: { min: number; central: number; max: number };
  axes: Record<Axe, Intervalle>;
  axes_sans_central: Axe[];
  fiabilite: number | null;
  capacite: { bas: number; central: number; haut: number } | null;
  centre: LonLat | null;
  friche_nom: string | null;
  zae_nom: string | null;
  /** When rows are places: the brownfield or unité foncière whose best parcel this is. */
  site?: Site;
}

export interface Site {
  genre: "friche" | "unite_fonciere";
  id: string;
  /** Its parcels that are ranked, the first hundred of them named. */
  nombre: number;
  parcelles: string[];
  utile_m2: number;
  capacite: { bas: number; central: number; haut: number } | null;
  /** Parcels left out of that sum. */
  sans_capacite: number;
}

export interface Classement {
  profil: string | null;
  poids: Record<Axe, number>;
  types: TypeGisement[];
  verdicts: Verdict[];
  /** Rows: places when they are grouped. */
  numberMatched: number;
  /** Parcels, when rows are places. */
  parcelles?: number;
  numberReturned: number;
  classement: Ligne[];
}

/** From each bound to the next, the last one open. */
export interface Histogramme {
  bornes: number[];
  comptes: number[];
  avant: number;
  inconnus: number;
  min: number | null;
  max: number | null;
}

export interface Facettes {
  numberMatched: number;
  parcelles: number;
  sans: Record<string, number>;
  types: Record<string, number>;
  verdicts: Record<string, number>;
  histogrammes: Record<string, Histogramme>;
  hors_liste: { ecarte: number; non_evalue: number; parc_social: number };
}

export interface NomTerritoire {
  code: string;
  nom: string;
  communes: number;
}

/** `/territoires`, level by level. */
export type Territoires = Record<"commune" | "epci" | "scot" | "departement", NomTerritoire[]>;

/** What the filters need to know of a commune. */
export interface CommuneSru {
  code: string;
  nom: string;
  sru_soumise: boolean | null;
  carence: boolean | null;
}
