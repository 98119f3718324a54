import type { Probleme } from "../api/types";

/** What the folder cannot answer, said as the server says it (RFC 9457). */
export class Refus extends Error {
  override readonly name = "Refus";

  constructor(readonly probleme: Probleme) {
    super(probleme.detail);
  }
}

/** A parameter of the request is at fault. */
export const parametre = (nom: string, detail: string): Refus =>
  new Refus({
    type: "urn:gisement:probleme:parametre",
    title: "Paramètre invalide",
    status: 400,
    detail,
    parametre: nom,
  });

/** Nothing answers to this address. */
export const introuvable = (detail: string): Refus =>
  new Refus({ type: "urn:gisement:probleme:introuvable", title: "Introuvable", status: 404, detail });

/** The folder lacks a file, or holds one that cannot be read. */
export const illisible = (fichier: string): Refus =>
  new Refus({
    type: "urn:gisement:probleme:fichier",
    title: "Fichier absent ou illisible",
    status: 500,
    detail: `Le dossier publié n’a pas de fichier lisible « ${fichier} ».`,
  });
