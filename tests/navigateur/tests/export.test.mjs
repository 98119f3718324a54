// The export of the shortlist: asked for, followed, downloaded; refused in place.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { findings, api, base, launch, openMap, parcelOf } from "../harness.mjs";

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

test("more parcels than a filter can name are one file, and those that are gone are left out and counted", async () => {
  const { features } = await api("/collections/parcelles/items?limit=400&properties=idu");
  const there = features.map(({ properties }) => properties.idu);
  const parcelles = [...there, "99999000ZZ0001", "99999000ZZ0002"].map((idu) => ({ idu, nom: idu, commune: "X" }));
  const wide = await context.newPage();
  await wide.addInitScript((text) => localStorage.setItem("gisement.selection", text), JSON.stringify({ version: 1, parcelles }));
  await wide.goto(`${base}/selection`);
  await wide.getByRole("button", { name: "Exporter" }).click();
  await wide.getByText("2 parcelles retenues ne sont plus dans l’édition servie", { exact: false }).waitFor();
  const [asked] = await Promise.all([
    wide.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/exports")),
    wide.getByRole("button", { name: "Préparer le fichier" }).click(),
  ]);
  assert.deepEqual(asked.postDataJSON().ids.toSorted(), there.toSorted());
  assert.equal(asked.postDataJSON().filter, undefined);
  await wide.getByRole("link", { name: "Télécharger" }).waitFor({ timeout: 60_000 });
  await wide.getByText(/400 lignes$/).waitFor();
});

test("on a phone the list is exported from its foot, with a thumb", async () => {
  const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, acceptDownloads: true });
  const small = await phone.newPage();
  small.setDefaultTimeout(90_000);
  await openMap(small, "/carte?suit=non");
  await small.locator("section.list > button").first().press("ArrowUp");
  await small.getByRole("button", { name: "Exporter" }).tap();
  const panel = small.getByRole("group", { name: "Exporter" });
  const prepare = panel.getByRole("button", { name: "Préparer le fichier" });
  await prepare.waitFor();
  const box = await panel.boundingBox();
  assert.ok(box.width === 390 && Math.abs(box.y + box.height - 844) <= 1, JSON.stringify(box));
  for (const one of await panel.locator("button, select, label.radio").all()) {
    const { height } = await one.boundingBox();
    assert.ok(height >= 44, `${await one.innerText()}: ${height} px`);
  }
  assert.deepEqual(await findings(small), []);
  await prepare.tap();
  const link = panel.getByRole("link", { name: "Télécharger" });
  await link.waitFor();
  const [file] = await Promise.all([small.waitForEvent("download"), link.tap()]);
  assert.match(file.suggestedFilename(), /\.gpkg$/);
  await panel.getByRole("button", { name: "Fermer" }).tap();
  await panel.waitFor({ state: "detached" });
  await phone.close();
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
