import { afterEach, expect, it, vi } from "vitest";
import { Actuels } from "./actuels.svelte";

afterEach(() => vi.unstubAllGlobals());

const answer = (idus: string[]) => ({
  ok: true,
  json: async () => ({ features: idus.map((idu) => ({ properties: { idu, indice: 1 } })) }),
});

it("offers nothing to export before the edition has answered, nor when it does not", async () => {
  const actuels = new Actuels();
  expect(actuels.choix("x", ["a"]).demande).toBeNull();
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("éteint")));
  await actuels.lire(["a"]);
  expect(actuels.choix("x", ["a"])).toMatchObject({ nombre: 1, demande: null });
});

it("leaves out the parcels that the edition no longer has, and says how many", async () => {
  vi.stubGlobal("fetch", async () => answer(["a", "c"]));
  const actuels = new Actuels();
  await actuels.lire(["a", "b", "c"]);
  const choix = actuels.choix("x", ["a", "b", "c"]);
  expect(choix).toMatchObject({ nombre: 2, demande: { ids: ["a", "c"] } });
  expect(choix.remarque).toMatch(/^1 parcelle retenue n’est plus/);
  expect(actuels.choix("x", ["a", "c"])).not.toHaveProperty("remarque");
});
