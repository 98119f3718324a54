import type { Verdict } from "../api/types";

/** Where a contact with the owner stands, in the order it usually goes. */
export const STATUTS = ["a_appeler", "contacte", "visite", "offre", "abandonne"] as const;
export type Statut = (typeof STATUTS)[number];

/** A parcel kept. What was known of it on that day stays with it, so that a later edition can be compared. */
export interface Retenue {
  idu: string;
  nom: string;
  commune: string;
  statut: Statut;
  note: string;
  /** Why the parcel is set aside; empty when it is not. */
  ecartee: string;
  /** Central index and verdict on the day it was kept; null when unknown. */
  indice: number | null;
  verdict: Verdict | null;
  edition: string;
  /** Day it was kept, `2026-11-26`. */
  le: string;
}

const VERSION = 1;

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function readOne(value: unknown): Retenue | null {
  if (typeof value !== "object" || value === null) return null;
  const raw = value as Record<string, unknown>;
  if (typeof raw["idu"] !== "string" || raw["idu"] === "") return null;
  return {
    idu: raw["idu"],
    nom: text(raw["nom"]) || raw["idu"],
    commune: text(raw["commune"]),
    statut: STATUTS.find((known) => known === raw["statut"]) ?? "a_appeler",
    note: text(raw["note"]),
    ecartee: text(raw["ecartee"]),
    indice: typeof raw["indice"] === "number" && Number.isFinite(raw["indice"]) ? raw["indice"] : null,
    verdict: (text(raw["verdict"]) as Verdict) || null,
    edition: text(raw["edition"]),
    le: text(raw["le"]),
  };
}

/** Reads what was saved; null when it cannot be understood, or comes from a later version of the map. */
export function parse(saved: string): Retenue[] | null {
  let raw: unknown;
  try {
    raw = JSON.parse(saved);
  } catch {
    return null;
  }
  if (typeof raw !== "object" || raw === null) return null;
  const { version, parcelles } = raw as { version?: unknown; parcelles?: unknown };
  if (version !== VERSION || !Array.isArray(parcelles)) return null;
  const read = parcelles.map(readOne).filter((one) => one !== null);
  return [...new Map(read.map((one) => [one.idu, one])).values()];
}

export const serialise = (parcelles: readonly Retenue[]): string => JSON.stringify({ version: VERSION, parcelles });
