// The export of the shortlist: asked for, followed, downloaded; refused in place.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { findings, api, base, launch, parcelOf } from "../harness.mjs";

let browser;
let context;
let page;
let fiche;
const format = () => page.getByRole("combobox", { name: /^Format/ });
before(async () => {
  browser = await launch();
  fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
});
after(() => browser?.close());
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  page = await context.newPage();
  const parcelles = [{ idu: fiche.idu, nom: fiche.nom, commune: fiche.commune.nom }];
  await page.addInitScript((text) => localStorage.setItem("gisement.selection", text), JSON.stringify({ version: 1, parcelles }));
  await page.goto(`${base}/selection`);
  await page.getByRole("button", { name: "Exporter" }).click();
  await format().waitFor();
});
afterEach(() => context.close());

test("every format of a selection is offered, and axe finds nothing serious", async () => {
  const { formats } = await api("/exports");
  const offered = await format().locator("option").evaluateAll((all) => all.map(({ value }) => value));
  // The pack of a territory is asked for from its page.
  assert.deepEqual(offered, formats.map(({ id }) => id).filter((id) => id !== "lot"));
  assert.deepEqual(await findings(page), []);
});

test("a GeoPackage of the shortlist comes down", async () => {
  await format().selectOption("gpkg");
  await page.getByRole("button", { name: "Préparer le fichier" }).click();
  const link = page.getByRole("link", { name: "Télécharger" });
  await link.waitFor({ timeout: 60_000 });
  const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
  assert.match(file.suggestedFilename(), /\.gpkg$/);
  const bytes = await readFile(await file.path());
  assert.equal(bytes.toString("latin1", 0, 15), "SQLite format 3");
  assert.match(await page.getByText(/1 ligne$/).innerText(), /\.gpkg/);
});

test("the projection chosen is the one of the file, and the parcels are those kept", async () => {
  await format().selectOption("geojson");
  await page.getByRole("combobox", { name: /^Projection/ }).selectOption("EPSG:3857");
  await page.getByRole("button", { name: "Préparer le fichier" }).click();
  const link = page.getByRole("link", { name: "Télécharger" });
  await link.waitFor({ timeout: 60_000 });
  const { features } = await api(await link.getAttribute("href"));
  assert.deepEqual(features.map(({ properties }) => properties.idu), [fiche.idu]);
  const [x] = features[0].geometry.coordinates.flat(3);
  assert.ok(Math.abs(x) > 1000, `${x} is in degrees`);
});

test("the pack of a territory comes down from its page, and axe finds nothing serious", async () => {
  const { scot } = await api("/territoires");
  await page.goto(`${base}/territoire/scot/${scot[0].code}`);
  await page.getByRole("button", { name: "Lot de l’observatoire" }).click();
  await page.getByRole("button", { name: "Préparer le lot" }).click();
  const link = page.getByRole("link", { name: "Télécharger" });
  await link.waitFor({ timeout: 60_000 });
  assert.deepEqual(await findings(page), []);
  const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
  assert.match(file.suggestedFilename(), new RegExp(`scot-${scot[0].code}\\.zip$`));
  assert.equal((await readFile(await file.path())).toString("latin1", 0, 2), "PK");
});

test("a refusal is said in place, in the server's words", async () => {
  await page.route("**/exports", (route) =>
    route.request().method() === "POST"
      ? route.fulfill({ status: 429, contentType: "application/problem+json", body: JSON.stringify({ type: "about:blank", title: "Trop", status: 429, detail: "Trois exports sont déjà en cours." }) })
      : route.continue(),
  );
  await page.getByRole("button", { name: "Préparer le fichier" }).click();
  await page.getByRole("alert").getByText("Trois exports sont déjà en cours.").waitFor();
  // And one may ask again.
  assert.ok(await page.getByRole("button", { name: "Préparer le fichier" }).isEnabled());
});

test("progress is shown, and an export can be given up", async () => {
  const state = { id: "abc", etat: "en cours", progression: 0.42, lignes: 42, lignes_total: 100, octets: 1, links: [] };
  let deleted = false;
  await page.route("**/exports/abc", (route) => {
    if (route.request().method() === "DELETE") deleted = true;
    return route.fulfill({ json: state });
  });
  await page.route("**/exports", (route) =>
    route.request().method() === "POST" ? route.fulfill({ status: 201, json: state }) : route.continue(),
  );
  await page.getByRole("button", { name: "Préparer le fichier" }).click();
  await page.getByText("Préparation, 42", { exact: false }).waitFor();
  assert.equal(await page.getByRole("progressbar").getAttribute("value"), "0.42");
  await page.getByRole("group", { name: "Exporter" }).getByRole("button", { name: "Annuler" }).click();
  await page.getByRole("button", { name: "Préparer le fichier" }).waitFor();
  await page.waitForTimeout(200);
  assert.ok(deleted, "the server still works on it");
});
