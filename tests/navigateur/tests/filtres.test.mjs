// The filters: what is shown is what the API answers to the same question.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, base, findings, launch, openMap, settle } from "../harness.mjs";

let browser;
let context;
before(async () => {
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
});
after(() => browser?.close());

const french = (n) => new Intl.NumberFormat("fr-FR").format(n);
const count = async (params) => (await api(`/classement?limit=1&${new URLSearchParams(params)}`)).numberMatched;

async function open(path = "/carte?suit=non") {
  const page = await context.newPage();
  await openMap(page, path);
  await page.locator("#liste-titre strong", { hasNotText: "…" }).waitFor();
  return page;
}

/** Waits until the header counts so many. */
const total = (page, n) =>
  page.waitForFunction((text) => document.querySelector("#liste-titre strong").textContent === text, french(n));

test("a type, a least area and a distance narrow the list as the API does", async () => {
  const page = await open();
  const all = await count({});
  await page.getByRole("checkbox", { name: /^Dent creuse/ }).uncheck();
  const { types } = await api("/classement?limit=1");
  const kept = types.filter((type) => type !== "dent_creuse");
  const some = await count({ types: kept.join(",") });
  assert.ok(some < all);
  await total(page, some);

  await page.getByRole("spinbutton", { name: "Surface utile, au moins" }).fill("1500");
  await page.keyboard.press("Enter");
  await total(page, await count({ types: kept.join(","), filter: "utile_m2 >= 1500" }));

  await page.getByRole("spinbutton", { name: "Transport à pied, au plus" }).fill("500");
  await page.keyboard.press("Enter");
  const kind = { types: kept.join(",") };
  const near = "utile_m2 >= 1500 AND dist_transport_m <= 500";
  const unsure = "utile_m2 >= 1500 AND (dist_transport_m <= 500 OR dist_transport_m IS NULL)";
  await total(page, await count({ ...kind, filter: unsure }));

  await page.getByRole("checkbox", { name: /^Garder si valeur inconnue/ }).uncheck();
  await total(page, await count({ ...kind, filter: near }));
  const { searchParams } = new URL(page.url());
  assert.equal(searchParams.get("utile"), "1500-");
  assert.equal(searchParams.get("tc"), "-500");
  assert.equal(searchParams.get("x"), "tc");
  await page.getByText("3 actifs").waitFor();

  await page.getByRole("button", { name: "Réinitialiser" }).click();
  await total(page, all);
  await page.close();
});

test("the counts beside types and verdicts are what each would give, from one request", async () => {
  const page = await context.newPage();
  const asked = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.pathname === "/classement/facettes") asked.push(url.search);
  });
  await openMap(page, "/carte?suit=non&type=friche,dent_creuse&utile=1000-");
  const filter = "utile_m2 >= 1000";
  for (const [type, name] of [["friche", "Friche"], ["public_nu", "Foncier public nu"]]) {
    await page.getByRole("checkbox", { name: `${name} ${french(await count({ types: type, filter }))}`, exact: true }).waitFor();
  }
  const reserve = await count({ types: "friche,dent_creuse", verdicts: "reserve", filter });
  await page.getByRole("checkbox", { name: `Réserve ${french(reserve)}` }).waitFor();
  assert.equal(asked.length, 1);
  await page.close();
});

test("the histogram counts without its own filter, and its thumbs set both ends", async () => {
  const page = await open("/carte?suit=non&utile=1000-&verdict=reserve");
  const bounds = "0:100:250:500:750:1000:1500:2000:3000:5000:7500:10000:20000";
  const { histogrammes } = await api(`/classement/facettes?verdicts=reserve&histogrammes=utile_m2:${bounds}`);
  const { comptes, bornes } = histogrammes.utile_m2;
  const sum = comptes.reduce((a, b) => a + b, 0);
  await page.getByRole("img", { name: new RegExp(`^Surface utile, ${french(sum)} parcelles`) }).waitFor();
  const titles = await page.locator(".bars span").evaluateAll((all) => all.map((bar) => bar.title.split(", ").at(-1)));
  assert.deepEqual(titles, comptes.map(french));
  const inside = await page.locator(".bars span").evaluateAll((all) => all.map((bar) => bar.classList.contains("in")));
  assert.deepEqual(inside, bornes.map((bound) => bound >= 1000));

  const most = page.getByRole("slider", { name: "Surface utile, au plus" });
  await most.focus();
  await page.keyboard.press("Home");
  // A thumb stops at the other one.
  await page.waitForURL((url) => url.searchParams.get("utile") === "1000-1000");
  const least = page.getByRole("slider", { name: "Surface utile, au moins" });
  await least.focus();
  await page.keyboard.press("Home");
  await page.waitForURL((url) => url.searchParams.get("utile") === "-1000");
  await total(page, await count({ verdicts: "reserve", filter: "utile_m2 <= 1000" }));
  await page.close();
});

test("a numeric filter says how many it cannot judge", async () => {
  const page = await open("/carte?suit=non&pu=50-");
  const inconnus = await count({ filter: "part_u IS NULL" });
  assert.ok(inconnus > 0, "the sample knows every zone");
  await page.getByRole("checkbox", { name: `Garder si valeur inconnue ${french(inconnus)}`, exact: true }).waitFor();
  await page.close();
});

test("presets are pressed and released, and say honestly what they ask", async () => {
  const page = await open();
  const all = await count({});
  const presets = {
    "Friches et ZAE": { types: "friche,zae_vacante,zae_mutable" },
    "Zéro ENAF": { filter: "enaf_max_m2 <= 0" },
    "Foncier public": {
      filter: "proprietaire_classe IN ('etat','region','departement','commune','etablissement_public')",
    },
    "Friches sans projet": { types: "friche", filter: "friche_statut = 'friche sans projet'" },
    "Foncier hospitalier": { filter: "activite_nature = 'hopital'" },
  };
  for (const [name, params] of Object.entries(presets)) {
    const chip = page.getByRole("button", { name, exact: true });
    await chip.click();
    assert.equal(await chip.getAttribute("aria-pressed"), "true");
    await total(page, await count(params));
    await chip.click();
    await total(page, all);
  }
  await page.close();
});

test("communes in carence are asked by their codes", async () => {
  const page = await open();
  const { departement } = await api("/territoires");
  const lists = await Promise.all(departement.map(({ code }) => api(`/territoires/departement/${code}`)));
  const codes = lists.flatMap(({ communes }) => communes.filter(({ carence }) => carence).map(({ code }) => code));
  const filter = codes.length > 0 ? `code_insee IN (${codes.map((code) => `'${code}'`).join(",")})` : "code_insee = ''";
  await page.getByRole("button", { name: "Communes carencées" }).click();
  await total(page, await count({ filter }));
  await page.close();
});

test("a filter is added from the list of all, and taken out", async () => {
  const page = await open();
  const all = await count({});
  await page.getByRole("button", { name: "Ajouter un filtre…" }).click();
  await page.getByRole("searchbox", { name: "Chercher un filtre" }).fill("proprietaire");
  await page.keyboard.press("Enter");
  const group = page.getByRole("group", { name: "Propriétaire" });
  await group.getByRole("checkbox", { name: "Commune ou groupement" }).check();
  await total(page, await count({ filter: "proprietaire_classe IN ('commune')" }));
  assert.equal(new URL(page.url()).searchParams.get("prop"), "commune");
  await page.getByText("La carte ne juge pas").waitFor();
  await page.getByRole("button", { name: "Retirer le filtre Propriétaire" }).click();
  await total(page, all);
  await page.close();
});

test("nothing left: the filter that costs most is named and taken out", async () => {
  const page = await open("/carte?suit=non&utile=9000000-&verdict=reserve");
  await page.getByText("Aucune parcelle.").waitFor();
  const without = await count({ verdicts: "reserve" });
  await page.getByText(`: ${french(without)}.`).waitFor();
  await page.getByRole("button", { name: "Retirer ce filtre" }).click();
  await total(page, without);
  assert.equal(new URL(page.url()).searchParams.get("utile"), null);
  await page.close();
});

test("an area is drawn by points and Enter, or by a radius, and kept in the address", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Dessiner un périmètre" }).first().click();
  await page.getByText("Cliquez les angles sur la carte.").waitFor();
  const middle = await page.locator("[data-centre]").boundingBox();
  for (const [dx, dy] of [[-120, -120], [120, -120], [120, 120], [-120, 120]]) {
    await page.mouse.click(middle.x + dx, middle.y + dy);
    // Not a double click.
    await page.waitForTimeout(400);
  }
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.searchParams.has("perimetre"));
  const corners = new URL(page.url()).searchParams.get("perimetre").split("_");
  assert.equal(corners.length, 4);
  assert.equal(await page.getByRole("complementary").count(), 0, "a corner opened a sheet");
  const ring = [...corners, corners[0]].map((pair) => pair.replace(",", " ")).join(",");
  await total(page, await count({ filter: `S_INTERSECTS(geometry, POLYGON((${ring})))` }));

  await page.getByRole("button", { name: "Retirer le périmètre" }).click();
  await page.getByRole("spinbutton", { name: /Rayon/ }).fill("300");
  await page.getByRole("button", { name: "Tracer" }).click();
  await page.waitForURL((url) => url.searchParams.get("perimetre")?.split("_").length === 48);
  await page.close();
});

test("a link brings the filters back", async () => {
  const link = "/carte?suit=non&type=friche,zae_vacante&verdict=reserve&utile=500-&l=zae";
  const page = await open(link);
  await total(page, await count({ types: "friche,zae_vacante", verdicts: "reserve", filter: "utile_m2 >= 500" }));
  assert.ok(await page.getByRole("checkbox", { name: /^Friche/ }).isChecked());
  assert.ok(!(await page.getByRole("checkbox", { name: /^Équipement/ }).isChecked()));
  await page.getByRole("button", { name: "Couches" }).click();
  assert.ok(await page.getByRole("checkbox", { name: "ZAE", exact: true }).isChecked());
  assert.ok(!(await page.getByRole("checkbox", { name: "Friches", exact: true }).isChecked()));
  await page.close();
});

test("an open sheet that a filter leaves out stays, and says so", async () => {
  const [first] = (await api("/classement?limit=1")).classement;
  const page = await open(`/carte?suit=non&s=${first.idu}`);
  await page.locator("[data-verdict]").waitFor();
  assert.equal(await page.getByText("hors filtres", { exact: true }).count(), 0);
  await page.goto(`${base}/carte?suit=non&s=${first.idu}&utile=9000000-`);
  await page.getByText("hors filtres", { exact: true }).waitFor();
  assert.equal(await page.locator("[data-verdict]").getAttribute("data-verdict"), first.verdict);
  await page.close();
});

test("axe finds nothing serious with filters open, added and empty", async () => {
  const page = await open("/carte?suit=non&utile=9000000-&prop=etat&tc=-500");
  await page.getByText("Aucune parcelle.").waitFor();
  await settle(page);
  assert.deepEqual(await findings(page), []);
  await page.close();
});

test("on a phone the filters take the screen and say what they give", async () => {
  const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  const page = await phone.newPage();
  await openMap(page, `/carte?suit=non`);
  await page.getByRole("button", { name: /^Filtres/ }).tap();
  await page.getByRole("button", { name: "Friches et ZAE" }).tap();
  const n = await count({ types: "friche,zae_vacante,zae_mutable" });
  await page.getByRole("button", { name: `Voir ${french(n)} parcelles` }).waitFor();
  assert.deepEqual(await findings(page), []);
  await page.getByRole("button", { name: `Voir ${french(n)} parcelles` }).tap();
  await page.locator("#filtres").waitFor({ state: "detached" });
  await phone.close();
});

test("what a link holds beyond our understanding is named", async () => {
  const page = await context.newPage();
  await page.goto(`${base}/carte?type=chateau&w=1,2`);
  await page.getByText(/Paramètres ignorés.*type/).waitFor();
  await page.close();
});
