// The shortlist: kept in the browser, with what a person writes on it, and carried away as files.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, beforeEach, afterEach, test } from "node:test";
import { findings, api, base, launch, openMap, parcelOf } from "../harness.mjs";

let browser;
let context;
let page;
let fiche;
before(async () => {
  browser = await launch();
  fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
});
after(() => browser?.close());
// A context each: the storage of one story is not that of the next.
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  page = await context.newPage();
});
afterEach(() => context.close());

const KEY = "gisement.selection";

/** Opens the shortlist with these parcels already in it. */
async function openWith(parcelles) {
  await page.addInitScript(
    ([key, text]) => localStorage.getItem(key) ?? localStorage.setItem(key, text),
    [KEY, JSON.stringify({ version: 1, parcelles })],
  );
  await page.goto(`${base}/selection`);
  await page.locator("tr[data-idu]").first().waitFor();
}

const entry = (idu, more = {}) => ({
  idu,
  nom: `Parcelle ${idu}`,
  commune: "X",
  statut: "a_appeler",
  note: "",
  ecartee: "",
  indice: 12.4,
  verdict: "reserve",
  edition: "2020-01-01",
  le: "2020-02-03",
  ...more,
});

test("a parcel kept from its sheet is in the shortlist, with status and note, after a reload", async () => {
  await openMap(page, `/carte?s=${fiche.idu}`);
  const keep = page.getByRole("button", { name: "Retenir", exact: true });
  await keep.waitFor();
  await page.keyboard.press("r");
  await page.getByRole("button", { name: "Retenue", exact: true }).waitFor();
  await page.getByRole("complementary").getByLabel("Statut").selectOption({ label: "Visite" });
  await page.getByRole("complementary").getByLabel("Note").fill("voir la mairie");
  await page.getByRole("link", { name: /Voir ma sélection/ }).click();
  await page.waitForURL(/\/selection/);
  await page.reload();
  const row = page.locator(`tr[data-idu="${fiche.idu}"]`);
  await row.waitFor();
  assert.equal(await row.getByRole("combobox").inputValue(), "visite");
  assert.equal(await row.getByLabel(/^Note sur/).inputValue(), "voir la mairie");
  assert.match(await page.locator("main.page").innerText(), /Enregistrée dans ce navigateur/);
  await row.getByRole("link").click();
  await page.waitForURL(new RegExp(`/carte.*s=${fiche.idu}`));
});

test("the index now is the server's, beside the one of the day it was kept", async () => {
  await openWith([entry(fiche.idu)]);
  const { features } = await api(`/collections/parcelles/items?idu=${fiche.idu}&properties=indice`);
  const now = features[0].properties.indice;
  const cell = page.locator(`tr[data-idu="${fiche.idu}"] td.indice`);
  await cell.locator("strong").waitFor();
  assert.equal(await cell.locator("strong").innerText(), String(Math.round(now)));
  assert.match(await cell.innerText(), /était 12 le 1ᵉʳ janvier 2020/);
});

test("a parcel that the edition no longer has is said to be gone, not unknown", async () => {
  await openWith([entry("99999000ZZ9999")]);
  await page.getByText("absente de l’édition servie").waitFor();
});

test("a removal can be undone for eight seconds, and comes back with its note at its place", async () => {
  // The clock stands still: the story does not depend on the speed of the machine.
  await page.clock.install({ time: "2026-11-26T10:00:00" });
  await openWith([entry("99999000ZZ0001"), entry("99999000ZZ0002", { note: "garder" }), entry("99999000ZZ0003")]);
  await page.clock.pauseAt("2026-11-26T11:00:00");
  await page.getByRole("button", { name: "Retirer Parcelle 99999000ZZ0002 de la sélection" }).click();
  assert.equal(await page.locator("tr[data-idu]").count(), 2);
  await page.getByRole("button", { name: "Annuler" }).click();
  const idus = await page.locator("tr[data-idu]").evaluateAll((rows) => rows.map((row) => row.dataset.idu));
  assert.deepEqual(idus, ["99999000ZZ0001", "99999000ZZ0002", "99999000ZZ0003"]);
  const saved = JSON.parse(await page.evaluate((key) => localStorage.getItem(key), KEY));
  assert.equal(saved.parcelles[1].note, "garder");
  await page.getByRole("button", { name: "Retirer Parcelle 99999000ZZ0003 de la sélection" }).click();
  await page.clock.runFor(7900);
  assert.ok(await page.getByRole("button", { name: "Annuler" }).isVisible());
  await page.clock.runFor(200);
  await page.getByRole("button", { name: "Annuler" }).waitFor({ state: "detached" });
});

test("what cannot be read is put aside, never overwritten", async () => {
  await page.addInitScript((key) => localStorage.getItem(key) ?? localStorage.setItem(key, '{"version":9'), KEY);
  await page.goto(`${base}/selection`);
  await page.getByText("La sélection enregistrée n’a pas pu être lue.").waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem("gisement.selection.illisible")), '{"version":9');
});

test("without storage the shortlist works and says that it will not last", async () => {
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, "localStorage", {
      get() {
        throw new DOMException("refusé", "SecurityError");
      },
    });
  });
  await openMap(page, `/carte?s=${fiche.idu}`);
  await page.getByRole("button", { name: "Retenir", exact: true }).click();
  await page.getByRole("link", { name: "Voir ma sélection (1)" }).click();
  await page.locator(`tr[data-idu="${fiche.idu}"]`).waitFor();
  assert.match(await page.locator("main.page").innerText(), /Non enregistrée/);
});

test("the CSV has the notes, and runs no formula", async () => {
  await openWith([entry(fiche.idu, { note: "=1+1", statut: "offre" })]);
  await page.locator("td.indice strong").waitFor();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "CSV avec notes" }).click()]);
  const text = await readFile(await file.path(), "utf8");
  assert.ok(text.startsWith("\ufeffIdentifiant cadastral;"), text.slice(0, 40));
  assert.match(text, new RegExp(`\r\n${fiche.idu};[^\r]*;Offre;'=1\\+1;`));
});

test("axe finds nothing serious in the shortlist, full, empty and on a phone", async () => {
  await page.goto(`${base}/selection`);
  await page.getByText("Rien de retenu.", { exact: false }).waitFor();
  assert.deepEqual(await findings(page), []);
  await openWith([entry(fiche.idu), entry("99999000ZZ9999", { ecartee: "vendue" })]);
  await page.locator("td.indice strong").waitFor();
  assert.deepEqual(await findings(page), []);
  await page.setViewportSize({ width: 390, height: 844 });
  assert.deepEqual(await findings(page), []);
  assert.ok(await page.locator("main.page").evaluate((e) => e.scrollWidth <= e.clientWidth), "the page scrolls sideways");
});
