// The ranked list: the API's order and numbers, the same parcels on the map, the whole way by keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, findings, launch, openMap, settle, watch } from "../harness.mjs";

let browser;
let context;
before(async () => {
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
});
after(() => browser?.close());

const french = (n) => new Intl.NumberFormat("fr-FR").format(n);
const rows = (page) => page.locator("button.row");
const idus = (page) => rows(page).evaluateAll((all) => all.map((row) => row.dataset.idu));

/** The map with its list read. */
async function open(path, options = {}) {
  const page = await (options.context ?? context).newPage();
  const seen = watch(page);
  await openMap(page, path);
  await rows(page).first().waitFor();
  return { page, seen };
}

test("the list is the ranking of the API, in its order and with its numbers", async () => {
  const { page, seen } = await open("/carte?suit=non");
  const ranking = await api("/classement?limit=50");
  const { comptes } = await api("/edition");

  const heading = await page.locator("#liste-titre").innerText();
  assert.equal(heading, `${french(ranking.numberMatched)} sur ${french(comptes.parcelles)} parcelles`);
  assert.deepEqual((await idus(page)).slice(0, 50), ranking.classement.map(({ idu }) => idu));

  const first = ranking.classement[0];
  const text = await rows(page).first().innerText();
  for (const value of [first.score.central, first.score.min, first.score.max, first.utile_m2]) {
    assert.ok(text.includes(french(Math.round(value))), `${text} lacks ${value}`);
  }
  const glyph = await rows(page).first().getByRole("img").first().getAttribute("aria-label");
  assert.match(glyph, /^Indice \d+, entre \d+ et \d+$/);
  assert.deepEqual(seen.errors, []);
  assert.deepEqual(seen.hosts, []);
  await page.close();
});

test("what is out of the list is counted, and a press shows it", async () => {
  const { page } = await open("/carte");
  const filter = "verdict = 'ecarte' AND type_principal <> 'aucun'";
  const { numberMatched } = await api(
    `/collections/parcelles/items?limit=1&filter=${encodeURIComponent(filter)}`,
  );
  assert.ok(numberMatched > 0, "the sample rules nothing out");
  await page.getByText(`${french(numberMatched)} écartées hors liste`).waitFor();
  await page.getByRole("button", { name: "Voir", exact: true }).click();
  await page.getByRole("heading", { name: "Écartées, hors liste" }).waitFor();
  const first = page.locator(".list ul button").first();
  await first.click();
  await page.locator('[data-verdict="ecarte"]').waitFor();
  await page.close();
});

test("the rows beyond the first page come as one scrolls, none twice", async () => {
  const { page } = await open("/carte?suit=non");
  const { numberMatched } = await api("/classement?limit=1");
  assert.ok(numberMatched > 50, "the sample has one page only");
  while ((await rows(page).count()) < numberMatched) {
    const before = await rows(page).count();
    await page.locator(".rows").evaluate((list) => list.scrollTo(0, list.scrollHeight));
    await page.waitForFunction((n) => document.querySelectorAll("button.row").length > n, before);
  }
  const all = await idus(page);
  assert.equal(all.length, numberMatched);
  assert.equal(new Set(all).size, numberMatched);
  await page.close();
});

test("the list follows the map, or the whole territory", async () => {
  const { page } = await open("/carte");
  const { numberMatched } = await api("/classement?limit=1");
  const [lon, lat] = (await api("/classement?limit=1")).classement[0].centre;
  await page.goto(`${new URL(page.url()).origin}/carte?v=16.5/${lat}/${lon}`);
  await settle(page);
  await rows(page).first().waitFor();
  const near = await idus(page);
  assert.ok(near.length < numberMatched, "the view holds everything: the test sees nothing");
  assert.ok(await page.getByText(`${french(near.length)} dans la vue`, { exact: true }).isVisible());

  await page.getByRole("checkbox", { name: "La liste suit la carte" }).uncheck();
  await page.waitForFunction((n) => document.querySelectorAll("button.row").length > n, near.length);
  assert.equal(new URL(page.url()).searchParams.get("suit"), "non");
  await page.close();
});

test("a row outlines its parcel on the map, and the map its row", async () => {
  const [first] = (await api("/classement?limit=1")).classement;
  const { page } = await open(`/carte?v=17/${first.centre[1]}/${first.centre[0]}&suit=non`);
  const row = rows(page).first();
  assert.equal(await row.getAttribute("data-idu"), first.idu);
  // The pin of rank 1 stands on the middle of the parcel.
  const at = await page.locator("[data-centre]").boundingBox();
  await page.mouse.move(at.x + at.width / 2 + 4, at.y + at.height / 2 + 4, { steps: 3 });
  await page.locator(`button.row.survolee[data-idu="${first.idu}"]`).waitFor();
  await page.mouse.click(at.x + at.width / 2, at.y + at.height / 2);
  await page.locator("[data-verdict]").waitFor();
  assert.equal(new URL(page.url()).searchParams.get("s"), first.idu);
  await page.close();
});

test("from the list by keyboard: a sheet, its neighbours, and back on the row", async () => {
  const { page } = await open("/carte?suit=non");
  const { classement, numberMatched } = await api("/classement?limit=3");
  await page.locator("body").press("l");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "liste-titre");
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement?.dataset.idu), classement[1].idu);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.id === "fiche-titre");
  assert.equal(new URL(page.url()).searchParams.get("s"), classement[1].idu);
  await page.getByText(`2 sur ${french(numberMatched)}`).waitFor();

  await page.keyboard.press("]");
  await page.waitForURL((url) => url.searchParams.get("s") === classement[2].idu);
  await page.keyboard.press("[");
  await page.waitForURL((url) => url.searchParams.get("s") === classement[1].idu);
  await page.keyboard.press("Escape");
  await page.waitForFunction((idu) => document.activeElement?.dataset.idu === idu, classement[1].idu);
  await page.close();
});

test("another order is the server's under that weight alone", async () => {
  const { page } = await open("/carte?suit=non");
  await page.getByLabel("Trier par").selectOption("durete");
  const { classement } = await api("/classement?durete=1&limit=5");
  await page.waitForFunction((idu) => document.querySelector("button.row")?.dataset.idu === idu, classement[0].idu);
  assert.deepEqual((await idus(page)).slice(0, 5), classement.map(({ idu }) => idu));
  assert.match(await rows(page).first().getByRole("img").first().getAttribute("aria-label"), /^Facilité/);
  await page.close();
});

test("a territory chosen in the bar narrows the list", async () => {
  const { page } = await open("/carte?suit=non");
  const { commune } = await api("/territoires");
  const { code, nom } = commune[1];
  await page.getByRole("button", { name: /Changer de territoire/ }).click();
  await page.getByRole("searchbox", { name: "Chercher un territoire" }).fill(nom);
  await page.getByRole("button", { name: new RegExp(code) }).click();
  const { numberMatched } = await api(`/classement?territoire=commune:${code}&limit=1`);
  await page.waitForFunction(
    (n) => document.querySelector("#liste-titre strong").textContent === n,
    french(numberMatched),
  );
  assert.equal(new URL(page.url()).searchParams.get("t"), `commune:${code}`);
  await page.close();
});

test("on a phone the list is a sheet from below, without a serious finding", async () => {
  const phone = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  });
  const { page } = await open("/carte", { context: phone });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  await page.getByRole("button", { name: "Changer la hauteur de la fiche" }).click();
  await page.waitForFunction(() => Math.abs(document.querySelector(".list").getBoundingClientRect().height - 844 * 0.72) < 3);
  assert.deepEqual(await findings(page), []);
  await rows(page).first().tap();
  await page.locator("[data-verdict]").waitFor();
  await phone.close();
});
