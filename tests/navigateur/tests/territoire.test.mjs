// The territory: what the API says is what the reader sees, draws, sorts and takes away.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { api, base, launch, watch } from "../harness.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser;
let context;
let liste;
/** The widest territory of the edition. */
let large;
let territoire;

before(async () => {
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  liste = await api("/territoires");
  const niveau = ["scot", "epci", "departement"].find((n) => liste[n].length > 0);
  large = { niveau, code: liste[niveau][0].code };
  territoire = await api(`/territoires/${niveau}/${large.code}`);
});
after(() => browser?.close());

async function open(path = `/territoire/${large.niveau}/${large.code}`, within = context) {
  const page = await within.newPage();
  page.setDefaultTimeout(90_000);
  await page.goto(base + path);
  await page.locator("[data-carte-territoire=sources]").waitFor();
  return page;
}

const card = (page, id) => page.locator(`[data-carte-territoire="${id}"]`);
const show = (page, id, view) => card(page, id).getByRole("button", { name: view, exact: true }).click();
const cells = (page, id) =>
  card(page, id)
    .locator("tbody tr")
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.innerText.trim())));
const french = (n, decimals = 0) =>
  new Intl.NumberFormat("fr-FR", { maximumFractionDigits: decimals }).format(n).replace(/^-/, "−");

/** A file of `;` and quotes, as a spreadsheet reads it. */
function parse(csv) {
  assert.equal(csv.charCodeAt(0), 0xfeff, "no mark");
  const rows = [[]];
  for (const [, quoted, plain, end] of csv.slice(1).matchAll(/(?:"((?:[^"]|"")*)"|([^;\r\n"]*))(;|\r\n|$)/g)) {
    if (end === "" && !quoted && !plain) break;
    rows.at(-1).push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === "\r\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

async function csv(page, id) {
  const waiting = page.waitForEvent("download");
  await card(page, id).getByRole("button", { name: /CSV/ }).click();
  const download = await waiting;
  assert.match(download.suggestedFilename(), new RegExp(`^gisement-.*-${id}\\.csv$`));
  return parse(await readFile(await download.path(), "utf8"));
}
const number = (text) => (text === "inconnu" ? null : Number(text.replace(",", ".")));
const close = (a, b, what) => assert.ok(Math.abs(a - b) < 1e-3, `${what}: ${a} is not ${b}`);

test("the stocks by type are those of the API, drawn and in the table", async () => {
  const page = await open();
  const names = await card(page, "gisements").locator("[role=img]").evaluateAll((all) => all.map((e) => e.getAttribute("aria-label")));
  assert.equal(names.length, territoire.gisements.length);
  for (const [i, { nombre, capacite }] of territoire.gisements.entries()) {
    assert.ok(names[i].includes(`${french(nombre)} gisements`), names[i]);
    if (capacite.inconnus === nombre) assert.match(names[i], /inconnu/);
    else for (const end of [capacite.min, capacite.max]) assert.ok(names[i].includes(french(end)), `${names[i]} lacks ${end}`);
  }
  await show(page, "gisements", "Tableau");
  const rows = await cells(page, "gisements");
  assert.deepEqual(
    rows.map(([, nombre, prioritaire, a_etudier, reserve]) => [nombre, prioritaire, a_etudier, reserve]),
    territoire.gisements.map((g) => [g.nombre, g.prioritaire, g.a_etudier, g.reserve].map((n) => french(n))),
  );
  assert.equal(await card(page, "gisements").locator("[role=img]").count(), 0, "the chart is still there");
  await show(page, "gisements", "Graphique");
  assert.equal(await card(page, "gisements").locator("table").count(), 0, "the table is still there");
  await page.close();
});

test("dwellings at zero ENAF add up", async () => {
  const page = await open();
  const sum = (key) => territoire.gisements.reduce((n, g) => n + g.capacite_sans_enaf[key], 0);
  const text = await page.locator('[data-cle="zero-enaf"]').innerText();
  for (const key of sum("sans_central") > 0 ? ["min", "max"] : ["min", "central", "max"]) {
    assert.ok(text.includes(french(sum(key))), `${text} lacks ${key} ${french(sum(key))}`);
  }
  if (sum("inconnus") > 0) assert.ok(text.includes(`inconnue pour ${french(sum("inconnus"))}`), text);
  await page.close();
});

test("a CSV holds the API's figures, and unknown is a word", async () => {
  const page = await open();
  const [head, ...rows] = await csv(page, "gisements");
  assert.equal(rows.length, territoire.gisements.length);
  const at = (name) => head.findIndex((title) => title.startsWith(name));
  assert.equal(head[at("Surface utile")], "Surface utile (ha)");
  for (const [i, g] of territoire.gisements.entries()) {
    assert.equal(number(rows[i][at("Gisements")]), g.nombre);
    close(number(rows[i][at("Surface utile")]), g.utile_m2 / 1e4, "usable area");
    if (g.capacite.inconnus < g.nombre) close(number(rows[i][at("Logements, haut")]), g.capacite.max, "dwellings");
    close(number(rows[i][at("ENAF consommé, bas")]), g.enaf_m2.min / 1e4, "ENAF");
  }

  const [titles, ...communes] = await csv(page, "communes");
  const column = (row, name) => row[titles.findIndex((title) => title.startsWith(name))];
  assert.equal(communes.length, territoire.communes.length);
  for (const row of communes) {
    const commune = territoire.communes.find(({ code }) => code === column(row, "Code"));
    assert.equal(column(row, "Commune"), commune.nom);
    assert.equal(number(column(row, "Population")), commune.population);
    assert.equal(number(column(row, "Gisements classés")), commune.nb_classes);
  }
  await page.close();
});

const codes = (page, id) =>
  card(page, id).locator("tbody th a").evaluateAll((all) => all.map((a) => a.getAttribute("href").split("/").at(-1)));
const commune = (code) => territoire.communes.find((c) => c.code === code);
const head = (page, id, name) => card(page, id).getByRole("columnheader", { name });

test("the communes with most to look at come first; a head sorts them and says so", async () => {
  const page = await open();
  const order = async () => (await codes(page, "communes")).map((code) => commune(code).nb_classes);
  const counts = territoire.communes.map((c) => c.nb_classes).sort((a, b) => a - b);
  const classes = head(page, "communes", "Classés");
  assert.equal(await classes.getAttribute("aria-sort"), "descending");
  assert.deepEqual(await order(), counts.toReversed());
  await classes.getByRole("button").press("Enter");
  assert.equal(await classes.getAttribute("aria-sort"), "ascending");
  assert.deepEqual(await order(), counts);
  await head(page, "communes", "Population").getByRole("button").press("Enter");
  assert.equal(await classes.getAttribute("aria-sort"), null);
  await page.close();
});

test("brownfields and plots are those of the API", async () => {
  const page = await open();
  for (const id of ["friches", "zae", "verdicts"]) await show(page, id, "Tableau");
  const { friches, zae, parcelles } = territoire;
  const numbers = async (id) => (await cells(page, id)).map(([, n]) => n).sort();
  if (friches) assert.deepEqual(await numbers("friches"), Object.values(friches.par_statut).map((n) => french(n)).sort());
  if (zae?.terrains_par_etat) {
    assert.deepEqual(await numbers("zae"), Object.values(zae.terrains_par_etat).map(({ nombre }) => french(nombre)).sort());
  }
  const verdicts = Object.values(parcelles).filter((v) => typeof v === "object");
  assert.deepEqual(
    await numbers("verdicts"),
    verdicts.map(({ somme }) => (somme === null ? "inconnu" : french(somme))).sort(),
  );
  await page.close();
});

const share = (n) => (n === null ? "non renseigné" : `${n.toLocaleString("fr-FR", { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 })}`);
const plain = (text) => text.replaceAll(/[\u00a0\u202f]/g, " ");

test("vacancy is a bound that says so, and each park has its states apart", async () => {
  const page = await open();
  const { total, zones } = territoire.zae;
  const title = plain(await page.locator("#territoire-inventaire-zae").innerText());
  assert.ok(title.includes(`${plain(share(total.zae_taux_max))} au plus`), title);
  assert.match(title, /aucune preuve datée/);
  assert.ok(plain(await card(page, "zae-vacance").innerText()).includes(plain(share(total.zae_taux_surface))));
  await show(page, "zae-vacance", "Tableau");
  assert.deepEqual((await cells(page, "zae-vacance"))[0], ["Taux légal (L318-8-2)", "non renseigné"]);

  const rows = await cells(page, "zae-zones");
  assert.deepEqual(rows.map(([nom]) => nom), zones.map((z) => z.nom ?? z.id), "the likeliest to change come first");
  for (const [i, z] of zones.entries()) {
    const [, , uf, ...rest] = rows[i].map(plain);
    if (z.etats === null) {
      assert.equal(uf, "non renseigné");
      continue;
    }
    const count = (n) => (n === null ? "non renseigné" : plain(french(n)));
    assert.equal(uf, count(z.zae_uf));
    const states = ["vacant", "inoccupe", "friche", "inconnu"].map((etat) => count(z.etats[etat].nombre));
    assert.deepEqual(rest.slice(0, 4), states);
    assert.equal(rest[4], z.zae_taux_max === null ? "non renseigné" : `≤ ${plain(share(z.zae_taux_max))}`);
    assert.equal(rest[5], plain(share(z.zae_taux_surface)));
    if (z.mutabilite) assert.ok(rest[6].includes(french(z.mutabilite.central)), rest[6]);
  }
  const units = head(page, "zae-zones", "Unités");
  await units.getByRole("button").press("Enter");
  assert.equal(await units.getAttribute("aria-sort"), "descending");
  const map = card(page, "zae-zones").getByRole("link", { name: `${zones[0].nom} sur la carte`, exact: true });
  const [lon, lat] = zones[0].centre;
  assert.equal(await map.getAttribute("href"), `/carte?v=15.5/${lat.toFixed(5)}/${lon.toFixed(5)}`);

  const [titles, ...file] = await csv(page, "zae-zones");
  for (const row of file) {
    const z = zones.find(({ id }) => id === row[titles.indexOf("Code")]);
    assert.equal(row[titles.indexOf("Vacantes")], z.etats === null ? "non renseigné" : String(z.etats.vacant.nombre));
  }
  await page.close();
});

test("brownfields have their area and what can be used of them", async () => {
  const page = await open();
  const { classes } = territoire.friches;
  await show(page, "friches", "Tableau");
  const code = { "Sans projet": "sans_projet", "Avec projet": "avec_projet", Reconvertie: "reconvertie", Potentielle: "potentielle" };
  for (const [nom, n, , inconnue, unites] of await cells(page, "friches")) {
    const k = classes[code[nom]];
    if (!k) continue;
    assert.deepEqual([n, inconnue, unites], [k.nombre, k.surface_inconnue, k.unites].map((v) => french(v)), nom);
  }
  const [titles, ...rows] = await csv(page, "friches");
  const at = (row, name) => number(row[titles.findIndex((title) => title.startsWith(name))]);
  for (const row of rows.filter(([nom]) => code[nom])) {
    const k = classes[code[row[0]]];
    if (k.surface_m2 !== null) close(at(row, "Surface déclarée"), k.surface_m2 / 1e4, "declared area");
    close(at(row, "Surface utile"), k.utile_m2 / 1e4, "usable area");
  }
  await page.close();
});

test("public land is listed with its owners, classes and sheets", async () => {
  const page = await open();
  const { total, par_classe, sites } = territoire.foncier_public;
  const title = await page.locator("#territoire-inventaire-foncier").innerText();
  assert.ok(title.includes(`${french(total.nombre)} gisement`), title);
  await show(page, "foncier-classes", "Tableau");
  const counts = Object.values(par_classe).map((c) => c.nombre).sort((a, b) => b - a);
  assert.deepEqual((await cells(page, "foncier-classes")).map(([, n]) => n), counts.map((n) => french(n)));
  const list = card(page, "foncier-sites");
  const all = list.getByRole("button", { name: /^Tout afficher/ });
  if (await all.count()) await all.click();
  const rows = await cells(page, "foncier-sites");
  assert.equal(rows.length, sites.length);
  const byArea = (a, b) => b - a;
  assert.deepEqual(
    rows.map((row) => plain(row[7])),
    sites.map((s) => s.utile_m2).sort(byArea).map((v) => plain(`${french(v)} m²`)),
  );
  const hrefs = await list.locator("tbody th a").evaluateAll((links) => links.map((a) => a.getAttribute("href")));
  assert.deepEqual(hrefs.toSorted(), sites.map(({ idu }) => `/carte?s=${idu}`).sort());
  const [titles, ...file] = await csv(page, "foncier-sites");
  const owner = titles.indexOf("Propriétaire");
  for (const row of file) assert.equal(row[owner], sites.find(({ idu }) => idu === row[0]).proprietaire ?? "inconnu");
  await page.close();
});

test("what the API does not give is said, not made up", async () => {
  const page = await open();
  for (const id of ["sru", "zae"]) assert.match(await card(page, id).innerText(), /non renseigné/, id);
  if (territoire.population.somme === null) assert.match(await page.locator("main.page header").first().innerText(), /population inconnue/);
  await page.close();
});

test("from a territory to a commune and up again, with the keyboard", async () => {
  const page = await open();
  const commune = card(page, "communes").locator("tbody th a").first();
  const name = await commune.innerText();
  await commune.press("Enter");
  await page.waitForFunction((nom) => document.activeElement?.id === "territoire-titre" && document.activeElement.textContent === nom, name);
  assert.match(new URL(page.url()).pathname, /^\/territoire\/commune\//);
  assert.ok((await page.title()).startsWith(name));
  const above = page.getByRole("navigation", { name: "Territoires voisins" }).getByRole("link", { name: territoire.nom, exact: true });
  await above.press("Enter");
  await page.waitForFunction((nom) => document.querySelector("#territoire-titre")?.textContent === nom, territoire.nom);
  await page.goBack();
  await page.waitForFunction((nom) => document.querySelector("#territoire-titre")?.textContent === nom, name);

  const other = liste.commune.find(({ nom }) => nom !== name);
  await page.getByLabel("Changer de territoire", { exact: true }).selectOption(`commune:${other.code}`);
  assert.ok(page.url().includes(territoire.communes.find(({ nom }) => nom === name).code), "choosing alone went there");
  await page.getByRole("button", { name: "Ouvrir" }).click();
  await page.waitForFunction((nom) => document.querySelector("#territoire-titre")?.textContent === nom, other.nom);
  await page.close();
});

test("the links to the map name the territory", async () => {
  const page = await open();
  const main = page.locator("main.page");
  const href = await main.getByRole("link", { name: "Voir sur la carte" }).getAttribute("href");
  assert.equal(href, `/carte?t=${large.niveau}:${large.code}`);
  for (const { code, nom } of territoire.communes) {
    assert.equal(await main.getByRole("link", { name: `${nom} sur la carte`, exact: true }).getAttribute("href"), `/carte?t=commune:${code}`);
  }
  await page.close();
});

test("a territory that is not there says so and offers the others", async () => {
  const page = await context.newPage();
  await page.goto(`${base}/territoire/commune/99999`);
  await page.getByText("Territoire inconnu de cette édition.").waitFor();
  const count = Object.values(liste).filter(Array.isArray).flat().filter((t) => t.communes).length;
  const options = page.getByLabel("Changer de territoire", { exact: true }).locator("option");
  // The list of territories comes after the answer about this one.
  await options.nth(count - 1).waitFor({ state: "attached" });
  assert.equal(await options.count(), count);
  await page.close();
});

async function findings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(" | ")}`);
}

for (const [name, options] of Object.entries({
  light: { viewport: { width: 1280, height: 800 } },
  dark: { viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
})) {
  test(`axe finds nothing serious, drawn or in tables, and nothing is too wide: ${name}`, async () => {
    const within = await browser.newContext(options);
    const page = await open(undefined, within);
    const seen = watch(page);
    assert.deepEqual(await findings(page), []);
    for (const button of await page.getByRole("button", { name: "Tableau", exact: true }).all()) await button.click();
    assert.deepEqual(await findings(page), []);
    for (const button of await page.getByRole("button", { name: "Graphique", exact: true }).all()) await button.click();
    assert.ok(await page.locator("main.page").evaluate((e) => e.scrollWidth <= e.clientWidth), "the page scrolls sideways");
    assert.deepEqual(seen.hosts, []);
    const small = await page.locator("main.page").evaluate((main) =>
      [...main.querySelectorAll("button, a, select")]
        .map((e) => [e.getBoundingClientRect(), e.textContent?.trim()])
        .filter(([box]) => box.width > 0 && box.height < 23.9)
        .map(([box, text]) => `${text} ${Math.round(box.width)}×${Math.round(box.height)}`),
    );
    assert.deepEqual(small, []);
    await within.close();
  });
}
