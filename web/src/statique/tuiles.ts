import { addProtocol } from "maplibre-gl";
import { Protocol } from "pmtiles";

let known = false;

/** The address of the tiles of an archive, once the map knows how to read one. */
export function adresseDesTuiles(archive: string): string {
  if (!known) addProtocol("pmtiles", new Protocol().tile);
  known = true;
  return `pmtiles://${archive}/{z}/{x}/{y}`;
}
