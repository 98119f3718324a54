// The map on a published folder (`gisement exporter … --statique`), beside the same edition served: the same everywhere.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { api, base, centre, launch, openMap, parcelOf, pixels, settle, watch } from "../harness.mjs";
import { servir } from "../statique-serveur.mjs";

const dossier = process.env.GISEMENT_STATIQUE;
const skip = dossier ? false : "GISEMENT_STATIQUE names no published folder";

let browser;
let context;
let hote;
let folder;
before(async () => {
  if (!dossier) return;
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  hote = await servir(dossier);
  folder = `${hote.adresse}#`;
});
after(async () => {
  await browser?.close();
  await hote?.fermer();
});

const rows = (page) => page.locator("button.row");
const texts = (page, selector) => page.locator(selector).allInnerTexts();

/** What a reader sees of the list and of the filters. */
async function seen(page) {
  await rows(page).first().waitFor();
  // Counts come after the rows.
  await page.waitForFunction(() => /\d/.test(document.querySelector("#liste-titre strong")?.textContent ?? ""));
  await settle(page);
  await page.waitForTimeout(600);
  return {
    titre: await page.locator("#liste-titre").innerText(),
    liste: await texts(page, ".list"),
    rangs: await rows(page).evaluateAll((all) => all.map((row) => [row.dataset.idu, row.innerText])),
    filtres: await texts(page, "form.filters"),
    barres: await page.locator("form.filters svg").evaluateAll((all) => all.map((svg) => svg.innerHTML)),
  };
}

/** Waits for the map where it is what the page shows. */
async function open(page, path, from) {
  if (path.startsWith("/carte")) return openMap(page, path, from);
  page.setDefaultTimeout(90_000);
  await page.goto(from + path);
}

/** A text once nothing has been added to it for a while. */
async function atRest(locator) {
  let [text, quiet] = [null, 0];
  while (quiet < 6) {
    const now = await locator.innerText();
    quiet = now === text ? quiet + 1 : 0;
    text = now;
    await locator.page().waitForTimeout(500);
  }
  return text;
}

/** The same address in the folder and on the server, read by the same eyes. */
async function same(path, read) {
  const [here, there] = await Promise.all([context.newPage(), context.newPage()]);
  const watched = watch(here, hote.adresse);
  here.on("requestfailed", (request) => {
    if (request.failure()?.errorText !== "net::ERR_ABORTED") watched.errors.push(`failed: ${request.url()}`);
  });
  await Promise.all([open(here, path, folder), open(there, path, base)]);
  // What a page shows comes in its own time: it is read again while the two differ.
  const patience = Date.now() + 20_000;
  let found;
  do found = await Promise.all([read(here), read(there)]);
  while (!isDeepStrictEqual(...found) && Date.now() < patience);
  assert.deepEqual(...found);
  assert.deepEqual(watched.errors, []);
  assert.deepEqual(watched.hosts, [], "the map left its folder");
  await Promise.all([here.close(), there.close()]);
}

test("the list, its counts and its histogram are those of the server", { skip }, () => same("/carte?suit=non", seen));

for (const path of [
  "/carte?suit=non&w=10,20,30,40",
  "/carte?suit=non&utile=800-&tc=-600&ces=-30&x=ces",
  "/carte?suit=non&prop=commune,societe,inconnu&zone=U,inconnu&type=friche,dent_creuse,sous_densifie",
  "/carte?suit=non&sru=carence",
]) {
  test(`the list is that of the server: ${path}`, { skip }, () => same(path, seen));
}

test("the list that follows the map, inside a drawn area of a territory", { skip }, async () => {
  const [{ centre: at, commune }] = (await api("/classement?limit=1")).classement;
  const [lon, lat] = at;
  const corner = (x, y) => `${(lon + x).toFixed(5)},${(lat + y).toFixed(5)}`;
  const area = [corner(-0.004, -0.003), corner(0.006, -0.002), corner(0.001, 0.004)].join("_");
  await same(`/carte?v=15/${lat}/${lon}&t=commune:${commune.code}`, seen);
  await same(`/carte?v=15/${lat}/${lon}&perimetre=${area}`, seen);
});

test("the map is drawn, and a click opens the sheet of the server", { skip }, async () => {
  const fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  const [lon, lat] = fiche.dedans;
  const page = await context.newPage();
  const watched = watch(page, hote.adresse);
  await openMap(page, `/carte?v=18/${lat}/${lon}`, folder);
  const [x, y] = await centre(page);
  const at = await pixels(page);
  const colours = new Set();
  for (let i = -60; i <= 60; i += 1) for (let j = -30; j <= 30; j += 1) colours.add(at(x + i * 5, y + j * 5));
  assert.ok(colours.size >= 4, `only ${colours.size} colours on the map`);
  await page.mouse.click(x, y);
  await page.locator("[data-verdict]").waitFor();
  assert.equal(await page.locator("[data-verdict]").getAttribute("data-verdict"), fiche.verdict.code);
  await page.waitForURL((url) => url.hash.includes(`s=${fiche.idu}`));
  assert.deepEqual(watched.errors, []);
  assert.deepEqual(watched.hosts, []);
  await page.close();
});

for (const verdict of ["prioritaire", "a_etudier", "ecarte", "sans_objet"]) {
  test(`the sheet is that of the server: ${verdict}`, { skip }, async (t) => {
    const fiche = await parcelOf(verdict);
    if (!fiche) return t.skip(`the sample has no parcel ${verdict}`);
    const read = async (page) => {
      await page.locator("[data-verdict]").waitFor();
      await settle(page);
      // What it is told of its address on paper differs, as it must.
      return (await page.getByRole("complementary").innerText()).replaceAll(/https?:\S+/g, "");
    };
    await same(`/carte?s=${fiche.idu}`, read);
  });
}

test("a sheet and a comparison have addresses of their own", { skip }, async () => {
  const [a, b] = (await api("/classement?limit=2")).classement;
  const page = await context.newPage();
  await openMap(page, `/fiche/${a.idu}`, folder);
  await page.waitForURL((url) => url.hash.startsWith("#/carte?") && url.hash.includes(`s=${a.idu}`));
  await page.close();
  await same(`/comparer?cmp=${a.idu},${b.idu}`, async (one) => {
    await one.getByRole("heading", { level: 1 }).first().waitFor();
    await one.locator("table").first().waitFor();
    await one.waitForTimeout(1500);
    return (await one.locator("table").allInnerTexts()).join();
  });
});

test("every number of a territory is that of the server", { skip }, async () => {
  const known = await api("/territoires");
  for (const niveau of ["scot", "epci", "departement", "commune"]) {
    const [first] = known[niveau];
    if (!first) continue;
    await same(`/territoire/${niveau}/${encodeURIComponent(first.code)}`, async (page) => {
      await page.locator("#territoire-titre").waitFor();
      await page.locator("#territoire-sources").waitFor();
      // The pack is prepared by a server: its button is the one thing that goes.
      return (await atRest(page.locator("main.page"))).replace(/Lot de l’observatoire\s*/, "");
    });
  }
});

test("what is looked for is found in the same order", { skip }, async () => {
  const [{ idu, commune }] = (await api("/classement?limit=1")).classement;
  const queries = [idu, `${commune.code} ${idu.slice(8, 10)} ${Number(idu.slice(10))}`, commune.nom.slice(0, 3), "zone", commune.code];
  await same("/carte", async (page) => {
    const found = [];
    for (const q of queries) {
      await page.getByRole("combobox", { name: /Rechercher/ }).fill(q);
      await page.waitForTimeout(1200);
      found.push(await page.getByRole("option").allInnerTexts());
    }
    assert.ok(found.every((one) => one.length > 0), JSON.stringify(found.map((one) => one.length)));
    return found;
  });
});

test("a page is read again at its address, and the way back leads back", { skip }, async () => {
  const { scot } = await api("/territoires");
  const page = await context.newPage();
  const watched = watch(page, hote.adresse);
  await openMap(page, "/carte?suit=non&utile=800-", folder);
  const before = await seen(page);
  await page.reload();
  assert.deepEqual(await seen(page), before);

  await rows(page).first().click();
  await page.locator("[data-verdict]").waitFor();
  await page.goBack();
  await page.getByRole("complementary").waitFor({ state: "detached" });
  await page.goForward();
  await page.locator("[data-verdict]").waitFor();

  await page.goto(`${folder}/territoire/scot/${encodeURIComponent(scot[0].code)}`);
  await page.locator("#territoire-titre").waitFor();
  await page.reload();
  await page.locator("#territoire-titre").waitFor();
  // A link that is a page of its own, as on a server.
  await page.getByRole("link", { name: "Voir sur la carte" }).first().click();
  await page.waitForURL((url) => url.hash.includes("/carte?t=scot:"));
  await settle(page);
  await rows(page).first().waitFor();
  assert.deepEqual(watched.errors, []);
  await page.close();
});

test("what needs a server is not offered; the files of the folder are", { skip }, async () => {
  const page = await context.newPage();
  await openMap(page, "/carte", folder);
  assert.equal(await page.getByRole("button", { name: "Exporter" }).count(), 0);
  assert.equal(await page.locator('a[href="/rapport"]').count(), 0);
  await page.getByRole("button", { name: "Fichiers" }).click();
  const links = page.locator('a[href^="parquet/"]');
  await links.first().waitFor();
  const { status, bytes } = await page.evaluate(async (href) => {
    const response = await fetch(href, { headers: { range: "bytes=0-3" } });
    return { status: response.status, bytes: await response.text() };
  }, await links.first().getAttribute("href"));
  assert.deepEqual([status, bytes], [206, "PAR1"]);
  await page.close();
});

test("in English too", { skip }, () => same("/carte?suit=non&lg=en", seen));

test("the address of the server is no part of the folder", { skip }, () => {
  assert.notEqual(new URL(base).host, new URL(hote.adresse).host);
});
