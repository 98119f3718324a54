// The sheet: what the API says is what the reader sees.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openMap, parcelOf } from "../harness.mjs";

let browser;
let context;
before(async () => {
  browser = await launch();
  // One context for the file: the library is read and compiled once.
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
});
after(() => browser?.close());

async function sheet(fiche) {
  const page = await context.newPage();
  await openMap(page, `/carte?s=${fiche.idu}`);
  await page.locator("[data-verdict]").waitFor();
  return page;
}

test("every axis is said with its interval, never a bare number", async () => {
  const fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  const page = await sheet(fiche);
  const names = await page.locator("#fiche-synthese [role=img]").evaluateAll((all) => all.map((e) => e.getAttribute("aria-label")));
  assert.equal(names.length, fiche.axes.length + 1);
  for (const [i, axe] of fiche.axes.entries()) {
    const ends = [axe.min, axe.max].map((n) => String(Math.round(n)));
    if (ends[0] !== ends[1]) for (const end of ends) assert.ok(names[i].includes(end), `${names[i]} lacks ${end}`);
    if (axe.central !== null) assert.ok(names[i].includes(String(Math.round(axe.central))), names[i]);
    else assert.ok(names[i].includes("inconnu"), names[i]);
  }
  await page.close();
});

test("each contribution is a row; an unknown one says unknown, never 0", async () => {
  const fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  const page = await sheet(fiche);
  const potentiel = fiche.axes.find(({ code }) => code === "potentiel");
  const rows = page.locator("#fiche-potentiel details");
  assert.equal(await rows.count(), potentiel.contributions.length);
  for (const contribution of potentiel.contributions) {
    const row = rows.filter({ has: page.getByText(contribution.libelle, { exact: true }) });
    const text = await row.locator("summary").innerText();
    if (contribution.valeur === null) assert.match(text, /inconnu/);
    else assert.ok(text.includes(contribution.affichage), `${text} lacks ${contribution.affichage}`);
  }
  await rows.first().locator("summary").click();
  assert.ok(await rows.first().locator("dl").isVisible());
  await page.close();
});

test("sources and dates are listed, and a reference leads to its line", async () => {
  const fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  const page = await sheet(fiche);
  assert.equal(await page.locator("#fiche-sources ol li").count(), fiche.sources.length);
  // What counts for less because of its age says so.
  const aged = (await page.locator("#fiche-sources ol li").allInnerTexts()).map((text) => text.includes("ancienneté"));
  assert.deepEqual(
    aged,
    fiche.sources.map(({ fraicheur }) => fraicheur < 1),
  );
  const reference = page.locator('#fiche-criteres a[href^="#source-"]').first();
  const target = (await reference.getAttribute("href")).slice(1);
  await reference.click();
  assert.equal(await page.evaluate(() => document.activeElement?.id), target);
  for (const { href } of fiche.liens) assert.equal(await page.locator(`#fiche-sources a[href="${href}"]`).count(), 1);
  await page.close();
});

test("a ruled-out parcel shows its vetoes in place of an index", async (t) => {
  const fiche = await parcelOf("ecarte");
  if (!fiche) return t.skip("the sample has no parcel ecarte");
  const page = await sheet(fiche);
  const text = await page.locator("#fiche-synthese").innerText();
  for (const veto of fiche.verdict.vetos) assert.ok(text.includes(veto.libelle), veto.libelle);
  assert.ok(!/Indice, /.test(text), "an index hides the vetoes");
  await page.close();
});

test("the tabs lead to their sections", async () => {
  const fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  const page = await sheet(fiche);
  const tab = page.getByRole("navigation", { name: "Sections de la fiche" }).getByRole("link", { name: "Urbanisme" });
  await tab.click();
  await page.waitForFunction(() => document.activeElement?.id === "fiche-urbanisme-titre");
  assert.equal(await tab.getAttribute("aria-current"), "true");
  await page.close();
});
