// The engine of a published folder before many demands, in the browser, beside the answers of the server.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { api, base, launch, settle } from "../harness.mjs";
import { servir } from "../statique-serveur.mjs";

const dossier = process.env.GISEMENT_STATIQUE;
const skip = dossier ? false : "GISEMENT_STATIQUE names no published folder";

let browser;
let hote;
let page;
before(async () => {
  if (!dossier) return;
  browser = await launch();
  hote = await servir(dossier);
  page = await browser.newPage();
  await page.goto(hote.adresse);
  await settle(page);
});
after(async () => {
  await browser?.close();
  await hote?.fermer();
});

/** The answer of the folder, by the very module that the page uses. */
const ask = (path) =>
  page.evaluate(async (asked) => {
    const name = performance.getEntriesByType("resource").find(({ name }) => /\/statique-[^/]+\.js$/.test(name)).name;
    const { dossier } = await import(name);
    const response = await dossier.repondre(asked);
    return { status: response.status, body: await response.json() };
  }, path);

async function served(path) {
  const response = await fetch(base + path, { headers: { accept: "application/json" } });
  return { status: response.status, body: await response.json() };
}

/** What a folder does not say: where the service is, and when it answered. */
const ABSENT = new Set(["links", "timeStamp", "edition", "valeurs_distinctes", "poids_criteres", "liens", "fiche", "tilejson", "type"]);
const bare = (value) => {
  if (Array.isArray(value)) return value.map(bare);
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([key]) => !ABSENT.has(key));
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, v]) => [key, bare(v)]));
};

async function same(path) {
  const [here, there] = await Promise.all([ask(path), served(path)]);
  assert.equal(here.status, there.status, `${path}: ${JSON.stringify(here.body).slice(0, 300)}`);
  if (there.status !== 200) {
    assert.equal(here.body.parametre, there.body.parametre, path);
    return;
  }
  assert.deepEqual(bare(here.body), bare(there.body), path);
}

/** The same demand as a list by parcel, by site, further down, and as counts. */
async function sameRanking(params) {
  const query = new URLSearchParams(params);
  const facets = new URLSearchParams([...query].filter(([key]) => key !== "limit" && key !== "offset"));
  facets.set("histogrammes", "utile_m2:0:100:250:500:1000:2000:5000,dist_transport_m:0,capacite:0:1:5");
  await same(`/classement?${query}`);
  await same(`/classement?${query}&par=site&limit=50`);
  await same(`/classement?${query}&par=site&limit=20&offset=30`);
  await same(`/classement/facettes?${facets}`);
}

test("every profile, every axis alone, weights of one's own", { skip }, async () => {
  const { profils } = await api("/edition");
  for (const { code } of profils) await sameRanking({ profil: code });
  for (const axe of ["potentiel", "durete", "besoin", "sobriete"]) await sameRanking({ [axe]: "1" });
  await sameRanking({ potentiel: "40", besoin: "25", sobriete: "20", durete: "15" });
  await sameRanking({ potentiel: "33", besoin: "33", sobriete: "34", durete: "0", types: "friche,extension" });
  await sameRanking({ verdicts: "reserve", utile_min: "750" });
});

test("every column that the map may filter on", { skip }, async () => {
  const { colonnes } = JSON.parse(await readFile(new URL("../../../web/public/statique.json", import.meta.url), "utf8"));
  const queryables = Object.keys((await api("/collections/parcelles/queryables")).properties);
  const { features } = await api("/collections/parcelles/items?limit=10000&filter=type_principal%20%3C%3E%20%27aucun%27");
  for (const colonne of colonnes.filter((nom) => queryables.includes(nom))) {
    const values = [...new Set(features.map(({ properties }) => properties[colonne]).filter((v) => v !== null))];
    if (values.length === 0) continue;
    const numbers = values.filter((v) => typeof v === "number").sort((a, b) => a - b);
    const middle = numbers[Math.floor(numbers.length / 2)];
    const texts = values.slice(0, 3).map((v) => `'${String(v).replaceAll("'", "''")}'`);
    const known = numbers.length > 0 ? `${colonne} >= ${middle}` : `${colonne} IN (${texts})`;
    for (const condition of [`(${known} OR ${colonne} IS NULL)`, `NOT (${known})`]) {
      const query = new URLSearchParams({ [`filtre.${colonne}`]: condition, histogrammes: "utile_m2:0:500" });
      await same(`/classement/facettes?${query}`);
      query.delete("histogrammes");
      await same(`/classement?${query}&par=site&limit=20`);
    }
  }
});

test("several conditions, territories, boxes and drawn areas together", { skip }, async () => {
  const known = await api("/territoires");
  const { bbox } = await api("/edition");
  const { classement } = await api("/classement?limit=30");
  for (const niveau of ["commune", "epci", "scot", "departement"]) {
    for (const { code } of known[niveau].slice(0, 3)) await sameRanking({ territoire: `${niveau}:${code}`, limit: "20" });
  }
  const [w, s, e, n] = bbox;
  const boxes = [[w, s, (w + e) / 2, (s + n) / 2], [w + 0.3 * (e - w), s + 0.3 * (n - s), e - 0.4 * (e - w), n - 0.3 * (n - s)]];
  for (const { centre: [lon, lat] } of classement.slice(0, 8)) boxes.push([lon - 0.002, lat - 0.001, lon + 0.001, lat + 0.003]);
  for (const box of boxes) await sameRanking({ bbox: box.map((v) => v.toFixed(6)).join(","), limit: "40" });
  for (const { centre: [lon, lat], idu } of classement.slice(0, 6)) {
    const ring = [[-0.004, -0.003], [0.006, -0.002], [0.002, 0.001], [0.001, 0.004], [-0.004, -0.003]];
    const points = ring.map(([x, y]) => `${(lon + x).toFixed(5)} ${(lat + y).toFixed(5)}`).join(",");
    await sameRanking({
      "filtre.perimetre": `S_INTERSECTS(geometry, POLYGON((${points})))`,
      "filtre.utile_m2": "utile_m2 >= 300",
      "filtre.dist_transport_m": "(dist_transport_m <= 900 OR dist_transport_m IS NULL)",
      "filtre.masquees": `NOT (idu IN ('${idu}'))`,
      limit: "40",
    });
  }
});

test("demands that make no sense are refused on the same parameter", { skip }, async () => {
  for (const query of ["zz=1", "profil=x", "durete=0", "types=x", "verdicts=ecarte", "limit=0", "bbox=1,2,3", "territoire=commune:0", "filtre.a=zz%20%3D%201", "filtre.a=idu%20%3D"]) {
    await same(`/classement?${query}`);
  }
  await same("/classement/facettes?histogrammes=idu:0");
  await same("/classement/facettes?histogrammes=utile_m2:5:5");
});

test("sheets in any spelling, sites, searches, pages of collections", { skip }, async () => {
  const { classement } = await api("/classement?par=site&limit=60");
  const { features } = await api("/collections/parcelles/items?limit=10000&properties=idu,unite,friche_id,section,numero,code_insee");
  const some = features.filter((_, i) => i % Math.ceil(features.length / 25) === 0).map(({ properties }) => properties);
  const spelt = some.flatMap(({ idu, section, numero, code_insee: code }) => [
    idu,
    idu.toLowerCase(),
    `${code} ${section.replace(/^0/, "")} ${Number(numero)}`,
    idu.slice(0, 11),
    `${section.replace(/^0/, "")}${Number(numero)}`,
  ]);
  const sites = classement.map(({ site }) => site?.id).filter(Boolean).slice(0, 20);
  for (const text of [...spelt, ...sites, "inconnue", "34999 ZZ 9999"]) await same(`/fiches/${encodeURIComponent(text)}`);
  const names = (await api("/territoires")).commune.map(({ nom }) => nom);
  const words = [...names.slice(0, 6), ...names.slice(0, 6).map((nom) => nom.slice(0, 3)), ...names.map((nom) => nom.split(/[- ]/).at(-1)).slice(0, 6)];
  for (const q of [...spelt, ...words, "zone", "friche", "a", "é", "", "’", "34901", "ZB 1 " + names[0]]) {
    await same(`/recherche?q=${encodeURIComponent(q)}`);
  }
  for (const { idu } of some) await same(`/collections/proprietaires/items?idu=${idu}&limit=1`);
  const listed = some.map(({ idu }) => `'${idu}'`).join(",");
  const kept = new URLSearchParams({ filter: `idu IN (${listed})`, properties: "idu,indice_min,indice,indice_max,verdict", limit: "50" });
  const byId = ({ body }) => body.features.map(({ properties }) => properties).sort((a, b) => (a.idu < b.idu ? -1 : 1));
  const [here, there] = [await ask(`/collections/parcelles/items?${kept}`), await served(`/collections/parcelles/items?${kept}`)];
  assert.deepEqual(byId(here), byId(there));
  const out = new URLSearchParams({ filter: "verdict IN ('ecarte') AND type_principal <> 'aucun'", limit: "100", properties: "idu,type_principal,utile_m2", sortby: "-utile_m2" });
  const [set, aside] = [await ask(`/collections/parcelles/items?${out}`), await served(`/collections/parcelles/items?${out}`)];
  assert.deepEqual(set.body.features.map(({ properties }) => properties), aside.body.features.map(({ properties }) => properties));
  for (const filter of ["code_insee LIKE '34%'", "epci IS NOT NULL AND NOT (epci IN ('x'))", "code_insee = '34901'"]) {
    await same(`/collections/communes/items?${new URLSearchParams({ filter, limit: "100", properties: "code_insee,nom,epci,scot" })}`);
  }
});
