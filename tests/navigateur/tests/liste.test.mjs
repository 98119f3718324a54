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
  const ranking = await api("/classement?par=site&limit=50");
  const { comptes } = await api("/edition");

  const heading = await page.locator("#liste-titre").innerText();
  assert.equal(heading, `${french(ranking.parcelles)} sur ${french(comptes.parcelles)} parcelles`);
  assert.deepEqual((await idus(page)).slice(0, 50), ranking.classement.map(({ idu }) => idu));

  const first = ranking.classement[0];
  const text = await rows(page).first().innerText();
  for (const value of [first.score.central, first.score.min, first.score.max, (first.site ?? first).utile_m2]) {
    assert.ok(text.includes(french(Math.round(value))), `${text} lacks ${value}`);
  }
  await page.getByText(`en ${french(ranking.numberMatched)} lieux`, { exact: true }).waitFor();
  const glyph = await rows(page).first().getByRole("img").first().getAttribute("aria-label");
  assert.match(glyph, /^Indice \d+, entre \d+ et \d+$/);
  assert.deepEqual(seen.errors, []);
  assert.deepEqual(seen.hosts, []);
  await page.close();
});

test("what is out of the list is counted, and a press shows it", async () => {
  const { page } = await open("/carte");
  const { types } = await api("/classement?limit=1");
  const listed = types.map((type) => `'${type}'`).join(",");
  const filter = `verdict = 'ecarte' AND type_principal IN (${listed})`;
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
  const { numberMatched } = await api("/classement?par=site&limit=1");
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
  const { numberMatched } = await api("/classement?par=site&limit=1");
  const [lon, lat] = (await api("/classement?par=site&limit=1")).classement[0].centre;
  await page.goto(`${new URL(page.url()).origin}/carte?v=16.5/${lat}/${lon}`);
  await settle(page);
  await rows(page).first().waitFor();
  const near = await idus(page);
  assert.ok(near.length < numberMatched, "the view holds everything: the test sees nothing");
  await page.getByText(`, en ${french(near.length)} lieu`).waitFor();
  assert.ok(await page.getByText(/^\d+ dans la vue, en/).isVisible());

  await page.getByRole("checkbox", { name: "La liste suit la carte" }).uncheck();
  await page.waitForFunction((n) => document.querySelectorAll("button.row").length > n, near.length);
  assert.equal(new URL(page.url()).searchParams.get("suit"), "non");
  await page.close();
});

test("a row outlines its parcel on the map, and the map its row", async () => {
  const [first] = (await api("/classement?par=site&limit=1")).classement;
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
  const { classement, numberMatched } = await api("/classement?par=site&limit=3");
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

test("the parcels of a site are one row, with its name and its sums, or a row each", async () => {
  const { page } = await open("/carte?suit=non");
  const { classement, numberMatched, parcelles } = await api("/classement?par=site&limit=50");
  assert.ok(numberMatched < parcelles, "the sample groups nothing");
  const several = classement.find(({ site }) => site?.nom && site.nombre > 1);
  assert.ok(several, "no named site of several parcels among the first fifty");
  const row = page.locator(`button.row[data-idu="${several.idu}"]`);
  const text = await row.innerText();
  const { site } = several;
  for (const value of [
    site.nom,
    `+ ${site.nombre - 1} parcelle`,
    french(Math.round(site.utile_m2)),
    `${site.capacite.bas}–${site.capacite.haut} logts`,
  ]) {
    assert.ok(text.includes(value), `${text} lacks ${value}`);
  }
  const group = page.getByRole("button", { name: "Regrouper par site" });
  assert.equal(await group.getAttribute("aria-pressed"), "true");
  await group.click();
  await page.waitForURL((url) => url.searchParams.get("g") === "parcelle");
  const alone = await api("/classement?limit=50");
  await page.waitForFunction(
    (all) => [...document.querySelectorAll("button.row")].slice(0, 50).map((one) => one.dataset.idu).join() === all,
    alone.classement.map(({ idu }) => idu).join(),
  );
  assert.equal(await page.getByText(/^en \d+ lieux?$/).count(), 0);
  await page.close();
});

test("a row compares and keeps; what is set aside leaves the list, counted, and comes back", async () => {
  const own = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const { page } = await open("/carte?suit=non&g=parcelle", { context: own });
  const { classement, numberMatched } = await api("/classement?limit=2");
  const [first, second] = classement;
  const row = page.locator("li", { has: page.locator(`button.row[data-idu="${first.idu}"]`) });
  await row.locator("button.row").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.searchParams.get("cmp") === first.idu);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await row.getByRole("button", { name: /^Retenir/, pressed: true }).waitFor();

  await page.evaluate((idu) => {
    const saved = JSON.parse(localStorage.getItem("gisement.selection"));
    const entries = Array.isArray(saved) ? saved : saved.parcelles;
    entries.find((one) => one.idu === idu).ecartee = "trop bruyant";
    localStorage.setItem("gisement.selection", JSON.stringify(saved));
  }, first.idu);
  await page.reload();
  await page.getByText("1 écartée par vous").waitFor();
  assert.equal((await idus(page))[0], second.idu);
  assert.equal(await page.locator("#liste-titre strong").innerText(), french(numberMatched - 1));
  await page.getByText("1 écartée par vous").getByRole("button", { name: "Voir" }).click();
  await page.waitForFunction((idu) => document.querySelector("button.row")?.dataset.idu === idu, first.idu);
  await page.locator(`button.row[data-idu="${first.idu}"]`, { hasText: "écartée par vous" }).waitFor();
  await own.close();
});

test("the list and the view are exported as they are shown", async () => {
  const { page } = await open("/carte?v=15.5/43.607/3.43&suit=non&type=friche&utile=1000-&t=commune:34901");
  const params = new URLSearchParams({ types: "friche", utile_min: "1000", territoire: "commune:34901", limit: "1" });
  const { numberMatched } = await api(`/classement?${params}`);
  await page.locator("#liste-titre strong", { hasText: new RegExp(`^${numberMatched}$`) }).waitFor();
  await page.getByRole("button", { name: "Exporter" }).click();
  await page.getByRole("radio", { name: `la liste (${french(numberMatched)})` }).check();
  await page.getByLabel(/^Format/).selectOption("geojson");
  await page.getByRole("button", { name: "Préparer le fichier" }).click();
  const link = page.getByRole("link", { name: "Télécharger" });
  await link.waitFor();
  const list = await link.getAttribute("href");
  const { features } = await api(list);
  assert.equal(features.length, numberMatched);

  const view = page.getByRole("radio", { name: /^la vue/ });
  const [said] = (await page.locator("label", { has: view }).innerText()).match(/\d+/);
  assert.ok(Number(said) < numberMatched, "the view holds everything: the test sees nothing");
  await view.check();
  await page.getByRole("button", { name: "Préparer le fichier" }).click();
  await page.waitForFunction((old) => {
    const now = document.querySelector(".panel a[download]")?.getAttribute("href");
    return now && now !== old;
  }, list);
  assert.equal((await api(await link.getAttribute("href"))).features.length, Number(said));
  await page.close();
});

test("another order is the server's under that weight alone", async () => {
  const { page } = await open("/carte?suit=non");
  await page.getByLabel("Trier par").selectOption("durete");
  const { classement } = await api("/classement?durete=1&par=site&limit=5");
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

test("a sheet opened from a list that follows the map is walked through from that list", async () => {
  const laptop = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const { page } = await open("/carte", { context: laptop });
  const count = Number((await page.locator(".list footer").innerText()).match(/sur (\d+)/)[1]);
  const before = await idus(page);
  await rows(page).nth(1).click();
  await page.locator("#fiche-sources").waitFor();
  // The map has gone to the parcel; the list has not changed under it.
  await settle(page);
  await page.getByText(`2 sur ${count}`, { exact: true }).waitFor();
  await page.keyboard.press("]");
  await page.getByText(`3 sur ${count}`, { exact: true }).waitFor();
  await settle(page);
  assert.equal(new URL(page.url()).searchParams.get("s"), before[2]);
  await laptop.close();
});

test("a link to a sheet keeps the list of the first view, even when the list comes late", async () => {
  /** What the sheet says of its place in the list, and the list first asked for. */
  async function linked(idu, late) {
    const page = await context.newPage();
    let first = null;
    await page.route(/\/classement\?.*limit=50/, async (route) => {
      if (first) return route.continue();
      first = new URL(route.request().url());
      await new Promise((resolve) => setTimeout(resolve, late));
      return route.continue();
    });
    await openMap(page, `/carte?s=${idu}`);
    await page.locator("#fiche-sources").waitFor();
    await settle(page);
    await page.waitForTimeout(1000);
    const nav = await page.getByRole("complementary").locator(".nav").innerText();
    await page.close();
    return { nav, bbox: first.searchParams.get("bbox").split(",").map(Number), list: await api(first.pathname + first.search) };
  }
  const { list, bbox } = await linked((await api("/classement?limit=1")).classement[0].idu, 0);
  // So near the edge of the map that it is brought to the middle.
  const edge = ({ centre: [x, y] }) => Math.min(x - bbox[0], bbox[2] - x, y - bbox[1], bbox[3] - y);
  const row = list.classement.reduce((a, b) => (edge(b) < edge(a) ? b : a));
  for (const late of [0, 6000]) {
    const { nav } = await linked(row.idu, late);
    assert.ok(nav.includes(`${row.rang} sur ${list.numberMatched}`), `${late} ms late: ${nav}`);
  }
});
