// The two registers of a territory: every figure drawn, written or taken away is the API's.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { api, base, findings, launch } from "../harness.mjs";

const DESTINATIONS = ["habitat", "activite", "mixte", "route", "ferre", "inconnu"];
let browser;
let context;
/** The widest territory of the edition, and each of its communes. */
let large;
let territoire;
let registre;

before(async () => {
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const liste = await api("/territoires");
  const niveau = ["scot", "epci", "departement"].find((n) => liste[n].length > 0);
  large = { niveau, code: liste[niveau][0].code };
  territoire = await api(`/territoires/${niveau}/${large.code}`);
  registre = territoire.registre;
  assert.ok(registre, "the sample has a ledger");
});
after(() => browser?.close());

async function open({ niveau, code } = large) {
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  await page.goto(`${base}/territoire/${niveau}/${encodeURIComponent(code)}`);
  await page.locator("[data-carte-territoire=sources]").waitFor();
  return page;
}

const section = (page, id) => page.locator(`[data-registre="${id}"]`);
const card = (page, id) => page.locator(`[data-carte-territoire="${id}"]`);
const show = (page, id, view) => card(page, id).getByRole("button", { name: view, exact: true }).click();
const spaces = (text) => text.replace(/[\s\u00a0\u202f]+/g, " ").trim();
const text = async (locator) => spaces(await locator.innerText());
const rows = (page, id, part = "tbody") =>
  card(page, id)
    .locator(`${part} tr`)
    .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.innerText.replace(/[\s\u00a0\u202f]+/g, " ").trim())));

/** A number down a column, one decimal kept, never rounded to nothing. */
function kept(value) {
  if (value > 0 && value < 0.05) return "< 0,1";
  if (value < 0 && value > -0.05) return "> −0,1";
  const format = new Intl.NumberFormat("fr-FR", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return spaces(format.format(value === 0 ? 0 : value)).replace("-", "−");
}
const ha = (m2) => (m2 === null ? "non renseigné" : kept(m2 / 1e4));
const signed = (m2) => (m2 > 0 ? `+${ha(m2)}` : ha(m2));
const percent = (share) => `${kept(share * 100)} %`;
const since = () => registre.annees.filter(({ periode }) => periode === "objectif");

/** The codes of the ledger's communes, in the order shown. */
const communes = (page) =>
  card(page, "registre-communes")
    .locator("tbody tr:not([data-epci]) th a")
    .evaluateAll((all) => all.map((a) => a.getAttribute("href").split("/").at(-1)));

async function csv(page, id) {
  const waiting = page.waitForEvent("download");
  await card(page, id).getByRole("button", { name: /CSV/ }).click();
  const file = await readFile(await (await waiting).path(), "utf8");
  assert.equal(file.charCodeAt(0), 0xfeff, "no mark");
  const [titles, ...lines] = file.slice(1).trimEnd().split("\r\n").map((line) => line.split(";").map((cell) => cell.replace(/^"(.*)"$/, "$1")));
  return lines.map((line) => Object.fromEntries(titles.map((title, i) => [title, line[i]])));
}

/** A cell of a file is the API's square metres, to the square metre. */
function same(cell, m2, what) {
  if (m2 === null) assert.equal(cell, "non renseigné", what);
  else assert.ok(Math.abs(Number(cell.replace(",", ".")) * 1e4 - m2) <= 1, `${what}: ${cell} ha is not ${m2} m²`);
}

test("the title and the lead state the API's figures", async () => {
  const page = await open();
  const title = await text(section(page, "registre").locator("h2"));
  const lead = await text(section(page, "registre").locator("> header p"));
  const { reste_m2: reste, conso_m2: conso, enveloppe_m2: enveloppe, part, rythme_m2_an: rythme } = registre;
  if (conso === null) assert.match(title, /n’est pas renseignée/);
  else if (enveloppe === null) assert.ok(title.includes(`${ha(conso)} ha consommé`), title);
  else if (reste < 0) assert.ok(title.includes(`l’enveloppe est dépassée de ${ha(-reste)} ha`), title);
  else if (enveloppe > 0) assert.ok(title.includes(`Il reste ${ha(reste)} ha`), title);
  if (conso !== null && part !== null && registre.temps_ecoule !== null) {
    assert.ok(lead.includes(`${ha(conso)} ha consommé`) && lead.includes(`soit ${percent(part)} de l’enveloppe`), lead);
  }
  if (rythme > 0 && registre.epuisement?.quand !== "sans_objet") assert.ok(lead.includes(`(${ha(rythme)} ha par an`), lead);
  if (registre.epuisement?.quand === "annee") assert.ok(lead.includes(`l’année ${registre.epuisement.annee}`), lead);
  if (registre.epuisement?.quand === "au_dela") assert.match(lead, /au-delà de/);
  const { nombre, renseignees } = registre.communes;
  assert.equal(lead.includes(`Communes renseignées : ${renseignees} sur ${nombre}.`), renseignees < nombre, lead);

  const over = territoire.communes.filter((c) => c.registre?.statut === "depasse").length;
  if (registre.repartition) assert.equal(registre.repartition.communes_depassees, over, "the API counts as its rows do");
  if (over > 1 && conso !== null && enveloppe) assert.match(title, /communes ont dépassé/);
  await page.close();
});

test("the budget is drawn and tabled as the API has it", async () => {
  const page = await open();
  const { conso_m2: conso, reste_m2: reste, enveloppe_m2: enveloppe } = registre;
  if (conso !== null && enveloppe !== null) {
    const name = spaces(await card(page, "registre-budget").getByRole("img").getAttribute("aria-label"));
    assert.ok(name.includes(`${ha(conso)} ha consommés sur une enveloppe de ${ha(enveloppe)} ha`), name);
    assert.ok(name.includes(`${ha(Math.abs(reste))} ha.`), name);
  }
  await show(page, "registre-budget", "Tableau");
  const table = Object.fromEntries((await rows(page, "registre-budget")).map(([name, value]) => [name, value]));
  assert.equal(table["Consommé"], ha(conso));
  assert.equal(table["Reste"], ha(reste));
  assert.equal(table["Enveloppe"], ha(enveloppe));
  for (const { annee, total_m2 } of since()) if (table[annee] !== undefined) assert.equal(table[annee], ha(total_m2), annee);
  const source = await text(card(page, "registre-budget"));
  assert.ok(source.includes(registre.regles.libelle.replace(/[\s\u00a0\u202f]+/g, " ")), source);
  await page.close();
});

test("the cumulative line adds up the API's years", async () => {
  const page = await open();
  const name = spaces(await card(page, "registre-cumul").getByRole("img").getAttribute("aria-label"));
  for (const m2 of [registre.conso_m2, registre.enveloppe_m2, registre.projection_m2]) assert.ok(name.includes(ha(m2)), name);
  await show(page, "registre-cumul", "Tableau");
  const table = await rows(page, "registre-cumul");
  let sum = 0;
  for (const { annee, total_m2 } of since()) {
    sum = sum === null || total_m2 === null ? null : sum + total_m2;
    assert.deepEqual(table.find(([year]) => year === String(annee)), [String(annee), ha(total_m2), ha(sum)]);
  }
  assert.equal(table.find(([name]) => name.startsWith("Projection"))[2], ha(registre.projection_m2));
  assert.equal(table.find(([name]) => name === "Enveloppe")[2], ha(registre.enveloppe_m2));
  await page.close();
});

test("the envelope is explained term by term", async () => {
  const page = await open();
  const shown = (await rows(page, "registre-enveloppe")).map(([, value]) => value);
  const communal = (m2) => (m2 === null ? "sans objet" : ha(m2));
  assert.deepEqual(shown, [
    ha(registre.reference_m2),
    ha(registre.cible_m2),
    communal(registre.garantie_m2),
    communal(registre.mutualise_m2),
    ...["enveloppe", "brut", "pene", "renature", "conso", "reste"].map((term) => ha(registre[`${term}_m2`])),
  ]);
  const said = await text(card(page, "registre-enveloppe"));
  const { origine, document, adresse, reduction } = registre.objectif;
  assert.ok(said.includes(`−${new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 1 }).format(reduction * 100)} %`), said);
  if (origine === "defaut") assert.match(said, /valeur nationale par défaut/);
  else if (document) assert.ok(said.includes(document), said);
  assert.equal(await card(page, "registre-enveloppe").getByRole("link").count(), /^https?:/.test(adresse ?? "") ? 1 : 0);
  const terms = ["brut", "pene", "renature", "conso"].map((term) => ha(registre[`${term}_m2`]));
  if (registre.brut_m2 !== null) assert.ok(said.includes(`${terms[0]} − ${terms[1]} − ${terms[2]} = ${terms[3]} ha`), said);
  await page.close();
});

test("each destination and year is the API's, drawn, tabled and in the file", async () => {
  const page = await open();
  const total = (of, key) => (of.some((a) => a[key] === null) ? null : of.reduce((sum, a) => sum + a[key], 0));
  for (const d of DESTINATIONS) {
    const name = spaces(await card(page, "registre-destinations").locator(`[data-destination=${d}]`).getByRole("img").getAttribute("aria-label"));
    const sum = since().length === 0 ? null : total(since(), `${d}_m2`);
    assert.ok(name.includes(`: ${ha(sum)}`), `${name} lacks ${ha(sum)}`);
  }
  await show(page, "registre-destinations", "Tableau");
  const table = await rows(page, "registre-destinations");
  const file = await csv(page, "registre-destinations");
  assert.equal(table.length, file.length);
  for (const [i, a] of registre.annees.entries()) {
    const figures = [...DESTINATIONS.map((d) => a[`${d}_m2`]), a.total_m2];
    assert.deepEqual(table[i].slice(2, -1), figures.map(ha), a.annee);
    for (const [j, cell] of Object.values(file[i]).slice(2, -1).entries()) same(cell, figures[j], `${a.annee} ${j}`);
    const parts = figures.slice(0, -1);
    if (!figures.includes(null)) assert.ok(Math.abs(parts.reduce((x, y) => x + y, 0) - a.total_m2) <= 1, `${a.annee}: destinations add up`);
  }
  await page.close();
});

test("the communes' rows are the API's, in the table and in the file; over budget is a word", async () => {
  const page = await open();
  const codes = await communes(page);
  const of = (code) => territoire.communes.find((c) => c.code === code).registre;
  const rest = codes.map((code) => of(code)?.reste_m2 ?? null);
  const known = rest.filter((m2) => m2 !== null);
  assert.deepEqual(rest, [...known.toSorted((a, b) => a - b), ...Array(rest.length - known.length).fill(null)]);

  const heads = await card(page, "registre-communes").locator("thead th").evaluateAll((all) => all.map((th) => th.innerText.trim().replace(/ ?[↑↓]$/, "")));
  const at = (name) => heads.findIndex((head) => head.startsWith(name));
  const table = await rows(page, "registre-communes");
  const file = await csv(page, "registre-communes");
  assert.equal(file.length, territoire.communes.length);
  for (const [i, code] of codes.entries()) {
    const r = of(code);
    const line = file[i];
    assert.equal(line["Code"], code);
    for (const [title, key] of [["Référence", "reference"], ["Cible", "cible"], ["Garantie communale", "garantie"], ["Enveloppe", "enveloppe"], ["Consommé", "conso"], ["Reste", "reste"]]) {
      same(line[`${title} (ha)`], r?.[`${key}_m2`] ?? null, `${code} ${key}`);
    }
    if (table[i].length < heads.length) {
      assert.deepEqual(table[i].slice(1), ["non renseigné"], code);
      continue;
    }
    assert.equal(table[i][at("Réf")], ha(r.reference_m2));
    assert.equal(table[i][at("Cible")], ha(r.cible_m2));
    assert.equal(table[i][at("Garantie")], r.garantie_m2 === null ? "non renseigné" : signed(r.garantie_m2));
    assert.equal(table[i][at("Enveloppe")], ha(r.enveloppe_m2));
    assert.equal(table[i][at("Consommé")], ha(r.conso_m2));
    assert.equal(table[i][at("Reste")], ha(r.reste_m2) + (r.statut === "depasse" ? " dépassé" : ""));
    assert.equal(table[i][at("Part")], r.part_statut === "sans_objet" ? "s. o." : r.part === null ? "non renseigné" : percent(r.part));
  }
  const [foot] = await rows(page, "registre-communes", "tfoot");
  assert.equal(foot[at("Enveloppe")], ha(registre.enveloppe_m2));
  assert.equal(foot[at("Consommé")], ha(registre.conso_m2));

  const said = await text(card(page, "registre-communes"));
  const { repartition } = registre;
  if (repartition?.somme_communes_m2 != null) {
    assert.ok(said.includes(`Somme des enveloppes des communes : ${ha(repartition.somme_communes_m2)} ha`), said);
    if (repartition.ecart_m2 !== null && Math.abs(repartition.ecart_m2) >= 1) assert.ok(said.includes(`Écart de ${signed(repartition.ecart_m2)} ha`), said);
  }
  await page.close();
});

test("communes of several EPCIs stand under the EPCI's own ledger, once each", async () => {
  const { epci, departement } = await api("/territoires");
  const of = await Promise.all(epci.map(({ code }) => api(`/territoires/epci/${code}`)));
  const whole = await Promise.all(departement.map(({ code }) => api(`/territoires/departement/${code}`)));
  const wide = whole.find(({ communes }) => {
    const here = new Set(communes.map(({ code }) => code));
    return of.filter((e) => e.communes.some(({ code }) => here.has(code))).length > 1;
  });
  if (!wide) return;
  const page = await open({ niveau: "departement", code: wide.code });
  await card(page, "registre-communes").locator("tr[data-epci]").first().waitFor();
  const heads = await card(page, "registre-communes").locator("thead th").evaluateAll((all) => all.map((th) => th.innerText.trim().replace(/ ?[↑↓]$/, "")));
  const at = (name) => heads.findIndex((head) => head.startsWith(name));
  const shown = await card(page, "registre-communes")
    .locator("tbody tr")
    .evaluateAll((all) => all.map((row) => ({ epci: row.dataset.epci, code: row.querySelector("a")?.getAttribute("href").split("/").at(-1), cells: [...row.children].map((cell) => cell.innerText.replace(/[\s\u00a0\u202f]+/g, " ").trim()) })));
  const here = new Set(wide.communes.map(({ code }) => code));
  let current = null;
  for (const { epci: code, code: commune, cells } of shown) {
    if (code !== undefined) {
      current = of.find((e) => e.code === code) ?? null;
      if (!current) continue;
      assert.equal(cells[0], spaces(current.nom));
      const beyond = current.communes.some((c) => !here.has(c.code));
      if (beyond) assert.match(cells[1], /pas de sous-total/);
      else if (current.registre?.conso_m2 != null) {
        assert.equal(cells[at("Enveloppe")], ha(current.registre.enveloppe_m2));
        assert.equal(cells[at("Consommé")], ha(current.registre.conso_m2));
        assert.ok(cells[at("Reste")].startsWith(ha(current.registre.reste_m2)), cells[at("Reste")]);
      }
    } else if (current) assert.ok(current.communes.some((c) => c.code === commune), `${commune} is not of ${current.nom}`);
  }
  assert.deepEqual((await communes(page)).toSorted(), [...here].toSorted());
  await card(page, "registre-communes").getByLabel("Grouper par EPCI").uncheck();
  assert.equal(await card(page, "registre-communes").locator("tr[data-epci]").count(), 0);
  await page.close();
});

test("on a phone the ledger is read without scrolling sideways, its other figures unfold", async () => {
  const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const page = await phone.newPage();
  page.setDefaultTimeout(90_000);
  await page.goto(`${base}/territoire/${large.niveau}/${encodeURIComponent(large.code)}`);
  const ledger = card(page, "registre-communes");
  await ledger.locator("[data-commune]").first().waitFor();
  assert.deepEqual(await ledger.evaluate((e) => [...e.querySelectorAll("*")].filter((one) => getComputedStyle(one).overflowX === "auto" && one.scrollWidth > one.clientWidth).length), 0);
  const known = territoire.communes.find(({ registre: r }) => r?.reste_m2 != null);
  const one = ledger.locator(`[data-commune="${known.code}"]`);
  assert.ok((await text(one)).includes(`Reste ${ha(known.registre.reste_m2)}`), await text(one));
  await one.locator("summary").tap();
  assert.ok((await text(one)).includes(`Enveloppe ${ha(known.registre.enveloppe_m2)}`), await text(one));
  assert.ok((await one.locator("summary").boundingBox()).height >= 44, "the disclosure is too small for a thumb");
  await ledger.getByLabel("Trier par").selectOption({ label: "Consommé" });
  const codes = await ledger.locator("[data-commune]").evaluateAll((all) => all.map((e) => e.dataset.commune));
  if ((await ledger.locator("[data-epci]").count()) === 0) {
    const used = codes.map((code) => territoire.communes.find((c) => c.code === code).registre?.conso_m2 ?? null).filter((m2) => m2 !== null);
    assert.deepEqual(used, used.toSorted((a, b) => b - a));
  }
  assert.deepEqual(await findings(page), []);
  await phone.close();
});

test("a head sorts the ledger and says so", async () => {
  const page = await open();
  const head = (name) => card(page, "registre-communes").getByRole("columnheader", { name });
  assert.equal(await head("Reste").getAttribute("aria-sort"), "ascending");
  await head("Consommé").getByRole("button").press("Enter");
  assert.equal(await head("Consommé").getAttribute("aria-sort"), "descending");
  assert.equal(await head("Reste").getAttribute("aria-sort"), null);
  const codes = await communes(page);
  const used = codes.map((code) => territoire.communes.find((c) => c.code === code).registre?.conso_m2 ?? null).filter((m2) => m2 !== null);
  assert.deepEqual(used, used.toSorted((a, b) => b - a));
  await page.close();
});

test("artificialisation has a total only where it may", async () => {
  const page = await open();
  const all = await text(section(page, "artificialisation"));
  const { artificialisation: a } = territoire;
  const title = await text(section(page, "artificialisation").locator("h2"));
  if (!a || a.couverture === "aucune") {
    assert.match(all, /Non renseigné/);
    assert.equal(await card(page, "artificialisation-flux").count(), 0);
  } else {
    const [only, ...others] = a.periodes;
    const total = a.couverture === "complete_uniforme" && others.length === 0 && only.nette_m2 !== null;
    assert.equal(title.includes("Artificialisation nette de"), total, title);
    if (total) assert.ok(title.includes(`${ha(only.nette_m2)} ha de ${only.debut} à ${only.fin}`), title);
    if (a.couverture === "partielle") assert.ok(title.includes(`${a.communes.couvertes} communes sur ${a.communes.nombre}`), title);
    await show(page, "artificialisation-flux", "Tableau");
    assert.deepEqual(
      (await rows(page, "artificialisation-flux")).map(([d, , n, ...flows]) => [d, n, ...flows.slice(0, 4)]),
      a.periodes.map((p) => [p.departement, String(p.communes), ...["artif", "desartif", "nette", "imper"].map((f) => ha(p[`${f}_m2`]))]),
    );
  }
  await page.close();
});

test("each commune has its own ledger, whatever is known of it", async () => {
  for (const { code } of territoire.communes.slice(0, 8)) {
    const page = await open({ niveau: "commune", code });
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    const { registre: r } = await api(`/territoires/commune/${code}`);
    const title = await text(section(page, "registre").locator("h2"));
    if (r === null || r.conso_m2 === null) assert.match(title, /n’est pas renseignée/, code);
    else assert.ok(title.includes(`${ha(r.conso_m2)} ha consommé`), title);
    assert.equal(await card(page, "registre-communes").count(), 0);
    assert.deepEqual(errors, []);
    await page.close();
  }
});
