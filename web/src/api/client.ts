import { STATIQUE } from "../adresse";
import type { Niveau } from "../url";
import { within } from "./cql";
import type {
  Classement,
  CommuneSru,
  Edition,
  EtatExport,
  Facettes,
  Features,
  Fiche,
  FichierPublie,
  NomTerritoire,
  OffreExports,
  Probleme,
  Resultat,
  Territoires,
  TileJson,
} from "./types";

/** An answer that is not a success. `status` is 0 when the server did not answer at all. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    message: string,
    readonly probleme: Probleme | null = null,
  ) {
    super(message);
  }
}

/** What was thrown, as one: anything else is an answer that did not come. */
export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError(0, String(error));

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** Asks the service, or the published folder that stands for it. */
async function ask(path: string, init: RequestInit): Promise<Response> {
  return STATIQUE ? (await import("../statique")).dossier.repondre(path, init) : fetch(path, init);
}

async function request(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await ask(path, { ...init, headers: { accept: "application/json", ...init.headers } });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError(0, String(error));
  }
  if (!response.ok) {
    const probleme = await response.json().then(
      (body: Probleme) => body,
      () => null,
    );
    throw new ApiError(response.status, probleme?.detail ?? probleme?.title ?? response.statusText, probleme);
  }
  return response;
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await request(path, signal ? { signal } : {});
  return (await response.json()) as T;
}

export const getEdition = (signal?: AbortSignal): Promise<Edition> => get("/edition", signal);

export const getFiche = (idu: string, signal?: AbortSignal): Promise<Fiche> =>
  get(`/fiches/${encodeURIComponent(idu)}`, signal);

export async function search(query: string, signal?: AbortSignal): Promise<Resultat[]> {
  const answer = await get<{ resultats: Resultat[] }>(`/recherche?q=${encodeURIComponent(query)}`, signal);
  return answer.resultats;
}

/** Features of a collection; the parameters are those of `/items`. */
export const getItems = <P>(
  collection: string,
  params: Record<string, string>,
  signal?: AbortSignal,
): Promise<Features<P>> => get(`/collections/${collection}/items?${new URLSearchParams(params)}`, signal);

export const getExports = (signal?: AbortSignal): Promise<OffreExports> => get("/exports", signal);

export const getExport = (id: string, signal?: AbortSignal): Promise<EtatExport> => get(`/exports/${id}`, signal);

export async function postExport(demande: Record<string, unknown>): Promise<EtatExport> {
  const response = await request("/exports", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(demande),
  });
  return (await response.json()) as EtatExport;
}

export async function deleteExport(id: string): Promise<void> {
  await request(`/exports/${id}`, { method: "DELETE" });
}

/** The files of a published folder. */
export const getFichiers = (): Promise<FichierPublie[]> => get("/fichiers");

export const getClassement = (params: URLSearchParams, signal?: AbortSignal): Promise<Classement> =>
  get(`/classement?${params}`, signal);

/** What each choice of the filter panel would give. */
export const getFacettes = (params: URLSearchParams, signal?: AbortSignal): Promise<Facettes> =>
  get(`/classement/facettes?${params}`, signal);

/** The largest parcels that a condition holds for. */
export function getEcartees(filter: string): Promise<{
  numberMatched: number;
  features: { properties: { idu: string; type_principal: string | null; utile_m2: number | null } }[];
}> {
  const query = new URLSearchParams([
    ["filter", filter],
    ["limit", "100"],
    ["properties", "idu,type_principal,utile_m2"],
    ["sortby", "-utile_m2"],
  ]);
  return get(`/collections/parcelles/items?${query}`);
}

export const getTerritoires = (signal?: AbortSignal): Promise<Territoires> => get("/territoires", signal);

/** Every commune of the edition, without its outline. */
export async function getCommunes(signal?: AbortSignal): Promise<CommuneSru[]> {
  const { departement } = await getTerritoires(signal);
  const read = ({ code }: NomTerritoire) =>
    get<{ communes: CommuneSru[] }>(`/territoires/departement/${encodeURIComponent(code)}`, signal);
  return (await Promise.all(departement.map(read))).flatMap(({ communes }) => communes);
}

/** The communes of a territory, with their outlines. */
export function getContours(niveau: Niveau, code: string, signal?: AbortSignal): Promise<GeoJSON.FeatureCollection> {
  const query = new URLSearchParams({ properties: "code_insee,nom", limit: "10000", filter: within(niveau, code) });
  return get(`/collections/communes/items?${query}`, signal);
}

/**
 * The tile addresses of an edition, made absolute: MapLibre's worker has no base address of its own.
 * Braces must survive, so the address is joined as text rather than through `URL`, which escapes them. The server's
 * own idea of its host is set aside: behind a proxy it may be another, and tiles only ever come from our origin.
 */
export async function getTileJson(address: string, origin: string, signal?: AbortSignal): Promise<TileJson> {
  const tilejson = await get<TileJson>(address, signal);
  if (STATIQUE) return tilejson;
  return { ...tilejson, tiles: tilejson.tiles.map((tile) => origin + tile.replace(/^https?:\/\/[^/]+/, "")) };
}
