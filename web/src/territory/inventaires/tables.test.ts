import { expect, it } from "vitest";
import { toCsv } from "../tables";
import { sorted } from "../tri";
import { friches, site, zone } from "./exemples";
import { type LigneZone, TRI_ZONES, VALEURS_ZONES } from "./lignes";
import { tableClasses, tableFriches, tableSites, tableVacance, tableZones } from "./tables";

const nom = (code: string | null) => (code === "34901" ? "Lauzerac" : code);

it("keeps the legal rate apart from its bound: one is not known", () => {
  const { lignes, absent } = tableVacance(zone("A", { vacant: 1, occupe: 3 }));
  expect(lignes.map(({ valeurs }) => valeurs[1])).toEqual([null, 25, 25]);
  expect(absent).toBe("non renseigné");
});

it("has a column for each state of a park's plots, and words where nothing was handed over", () => {
  const { colonnes, lignes } = tableZones([zone("A", { vacant: 1, inoccupe: 2, friche: 3 }), zone("B", null)], nom);
  const at = (titre: string) => colonnes.findIndex((c) => c.titre === titre);
  expect(["Vacantes", "Inoccupées", "En friche"].map((titre) => lignes[0]?.valeurs[at(titre)])).toEqual([1, 2, 3]);
  expect(lignes[0]?.valeurs[at("Inoccupées, surface")]).toBe(0.2);
  expect(lignes[1]?.valeurs[at("Vacantes")]).toBeNull();
  expect(lignes[1]?.valeurs[at("Commune")]).toBe("Lauzerac");
  for (const { valeurs } of lignes) expect(valeurs).toHaveLength(colonnes.length);
});

it("ranks the parks by what they could become, those of which nothing is said last", () => {
  const row = (id: string, central: number | null): LigneZone => ({
    ...zone(id, {}, { mutabilite: central === null ? null : { min: central, central, max: central } }),
    nom: id,
    lieu: null,
  });
  const rows = sorted([row("B", 40), row("C", null), row("A", 80)], TRI_ZONES, VALEURS_ZONES);
  expect(rows.map(({ id }) => id)).toEqual(["A", "B", "C"]);
});

it("knows nothing of brownfields without status but how many they are", () => {
  const { lignes } = tableFriches(friches(null));
  expect(lignes.map(({ cle, valeurs }) => [cle, ...valeurs.slice(1)])).toEqual([
    ["friche sans projet", 2, 1.2, 1, 1, 0.8],
    ["inconnu", 1, null, null, null, null],
  ]);
});

it("names owners by class, and keeps unknown dwellings unknown", () => {
  const some = { surface_m2: 1000, utile_m2: null };
  const { lignes } = tableClasses({ etat: { nombre: 1, ...some }, hopital: { nombre: 4, ...some } });
  expect(lignes.map(({ valeurs }) => valeurs)).toEqual([
    ["Hôpital", 4, 0.1, null],
    ["État", 1, 0.1, null],
  ]);
  const csv = toCsv(tableSites([site("34901000ZB0001", { capacite: { min: null, central: null, max: null } })], nom));
  expect(csv).toContain("34901000ZB0001;Lauzerac;COMMUNE DE LAUZERAC;Commune ou groupement");
  expect(csv).toContain(";inconnu;inconnu;inconnu");
});
