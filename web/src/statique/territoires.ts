import type { Territoire } from "../api/territoires";
import type { Territoires } from "../api/types";
import type { Fichiers } from "./fichiers";

/** A territory of the edition; null when no commune of it is there. */
export async function lireTerritoire(fichiers: Fichiers, niveau: string, code: string): Promise<Territoire | null> {
  const known = await fichiers.json<Territoires>("donnees/territoires.json");
  const there = Object.hasOwn(known, niveau) && known[niveau as keyof Territoires].some((one) => one.code === code);
  // The name of the file is the encoded code: its address encodes it once more.
  const nom = encodeURIComponent(encodeURIComponent(code));
  return there ? fichiers.json(`donnees/territoires/${niveau}/${nom}.json`) : null;
}
