// English: asked for in the address or with the button, kept, and never half of the page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, base, launch, openMap, parcelOf } from "../harness.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

async function fresh() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  return { context, page };
}
const lang = (page) => page.evaluate(() => document.documentElement.lang);

test("French reads no English strings", async () => {
  const { context, page } = await fresh();
  const english = [];
  page.on("request", (request) => {
    if (/\/i18n\/en|\/en-[\w-]+\.js/.test(request.url())) english.push(request.url());
  });
  await openMap(page, "/carte");
  assert.equal(await lang(page), "fr");
  assert.deepEqual(english, []);
  await context.close();
});

test("an English link is in English, and stays so while the map moves", async () => {
  const { context, page } = await fresh();
  const edition = await api("/edition");
  await openMap(page, "/carte?lg=en");
  assert.equal(await lang(page), "en");
  assert.ok(await page.getByRole("combobox", { name: "Search for a commune, a parcel or a site" }).isVisible());
  assert.equal(await page.getByText("Ignored parameter").count(), 0);
  const month = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(edition.date));
  assert.ok((await page.locator("header .edition").innerText()).includes(month));
  await page.getByRole("button", { name: "Zoom in" }).click();
  await page.waitForURL(/[?&]v=/);
  assert.equal(new URL(page.url()).searchParams.get("lg"), "en");
  await context.close();
});

test("the button changes the language, keeps the place, and is remembered", async () => {
  const { context, page } = await fresh();
  const { niveau, code } = { niveau: "commune", code: (await api("/territoires")).commune[0].code };
  const territoire = await api(`/territoires/${niveau}/${code}`);
  await page.goto(`${base}/territoire/${niveau}/${code}`);
  await page.locator("#territoire-titre").waitFor();
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("heading", { name: "Homes possible at zero ENAF" }).waitFor();
  assert.equal(await lang(page), "en");
  assert.equal(new URL(page.url()).pathname, `/territoire/${niveau}/${code}`);
  assert.equal(await page.locator("#territoire-titre").innerText(), territoire.nom);
  const total = new Intl.NumberFormat("en-GB").format(territoire.parcelles.nombre);
  assert.ok((await page.locator('[data-carte-territoire="verdicts"]').innerText()).includes(`${total} parcels`));

  await page.goto(`${base}/territoire/${niveau}/${code}`);
  await page.getByRole("heading", { name: "Homes possible at zero ENAF" }).waitFor();

  await page.getByRole("button", { name: "Français" }).click();
  await page.getByRole("heading", { name: "Logements possibles à zéro ENAF" }).waitFor();
  await page.goto(`${base}/territoire/${niveau}/${code}`);
  await page.getByRole("heading", { name: "Logements possibles à zéro ENAF" }).waitFor();
  await context.close();
});

test("a language that is not ours is ignored and named", async () => {
  const { context, page } = await fresh();
  await openMap(page, "/carte?lg=xx");
  assert.equal(await lang(page), "fr");
  await page.getByText("Paramètre ignoré : lg").waitFor();
  await context.close();
});

test("in English, what the server says in French is marked as French", async () => {
  const { context, page } = await fresh();
  const fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  await openMap(page, `/carte?lg=en&s=${fiche.idu}`);
  await page.locator("[data-verdict]").waitFor();
  const french = await page.locator('aside [lang="fr"]').allInnerTexts();
  if (fiche.verdict.phrase) assert.ok(french.some((text) => text.includes(fiche.verdict.phrase)), "the sentence of the verdict");
  for (const { libelle } of fiche.criteres) assert.ok(french.some((text) => text.includes(libelle)), libelle);
  const text = await page.locator("aside").innerText();
  for (const word of ["Dureté foncière", "À vérifier d’abord", "Voie juridique", "Réserve"]) assert.ok(!text.includes(word), word);
  await context.close();
});
