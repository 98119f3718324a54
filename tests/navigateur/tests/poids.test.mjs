// The weights: the map and the rows follow at once and without a request, the server settles the order on release.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, launch, openMap, pixels, settle } from "../harness.mjs";

let browser;
let context;
before(async () => {
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
});
after(() => browser?.close());

const AXES = ["potentiel", "besoin", "sobriete", "durete"];
const slider = (page, name) => page.getByRole("slider", { name, exact: true });
const order = (page) => page.locator("button.row").evaluateAll((all) => all.map((row) => row.dataset.idu));

async function open(path) {
  const page = await context.newPage();
  await openMap(page, path);
  await page.locator("button.row").first().waitFor();
  return page;
}

/** Moves a slider as a held thumb does: `input` without `change`. */
const hold = (page, name, value) =>
  slider(page, name).evaluate((input, v) => {
    input.value = v;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }, String(value));
const release = (page, name) =>
  slider(page, name).evaluate((input) => input.dispatchEvent(new Event("change", { bubbles: true })));

const shown = (page) =>
  Promise.all(["Potentiel", "Besoin LLS", "Sobriété ZAN", "Facilité"].map((name) => slider(page, name).inputValue()));

test("a held slider re-orders rows and recolours the map without a request; letting go asks once", async () => {
  const [first] = (await api("/classement?limit=1")).classement;
  const page = await open(`/carte?v=18/${first.centre[1]}/${first.centre[0]}&suit=non`);
  // All the parcel's own value, beside the pin that stands on its middle.
  const middle = await page.locator("[data-centre]").boundingBox();
  const look = async () => {
    const at = await pixels(page);
    return [[-16, 0], [16, 0], [0, -16], [0, 16]].map(([dx, dy]) => at(middle.x + 12 + dx, middle.y + 12 + dy)).join(" ");
  };
  const before = await look();
  const asked = [];
  page.on("request", (request) => {
    if (/classement|tiles|collections/.test(request.url())) asked.push(request.url());
  });

  await hold(page, "Facilité", 100);
  assert.deepEqual(await shown(page), ["0", "0", "0", "100"]);
  await settle(page);
  assert.notEqual(await look(), before, "the map did not follow the weights");
  const held = await order(page);
  assert.deepEqual(asked, [], "a held slider asked the server");

  await release(page, "Facilité");
  await page.waitForURL((url) => url.searchParams.get("w") === "0,0,0,100");
  const { classement } = await api("/classement?durete=100&par=site&limit=50");
  await page.waitForFunction((idu) => document.querySelector("button.row")?.dataset.idu === idu, classement[0].idu);
  assert.deepEqual((await order(page)).slice(0, 50), classement.map(({ idu }) => idu));
  assert.equal(asked.filter((url) => /classement.*limit=50/.test(url)).length, 1, asked.join("\n"));
  assert.notDeepEqual(held, [], "no row was left while the slider was held");
  await page.close();
});

test("the weights always add up to 100, and a locked one stays", async () => {
  const page = await open("/carte?suit=non");
  await page.getByRole("button", { name: "Bloquer ce poids : Besoin LLS" }).click();
  const [, besoin] = await shown(page);
  await page.getByRole("spinbutton", { name: "Potentiel, en pour cent" }).fill("60");
  await page.keyboard.press("Enter");
  const values = (await shown(page)).map(Number);
  assert.equal(values.reduce((a, b) => a + b, 0), 100);
  assert.equal(values[0], 60);
  assert.equal(String(values[1]), besoin);

  await page.waitForURL((url) => url.searchParams.get("w") === values.join(","));
  const query = AXES.map((axe, i) => `${axe}=${values[i]}`).join("&");
  const { classement } = await api(`/classement?${query}&limit=3`);
  await page.waitForFunction((idu) => document.querySelector("button.row")?.dataset.idu === idu, classement[0].idu);
  assert.equal(await page.getByLabel("Profil de pondération").locator("option:checked").innerText(), "Personnalisé");

  await page.getByRole("button", { name: "Rétablir" }).click();
  await page.waitForURL((url) => !url.searchParams.has("w"));
  await page.close();
});

test("a profile brings its weights and its types", async () => {
  const page = await open("/carte?suit=non");
  const { profils } = await api("/edition");
  const profil = profils.find(({ types }) => types.length > 0) ?? profils[1];
  await page.getByLabel("Profil de pondération").selectOption(profil.code);
  const { classement, parcelles } = await api(`/classement?profil=${profil.code}&par=site&limit=5`);
  await page.waitForFunction(
    (n) => document.querySelector("#liste-titre strong").textContent === n,
    new Intl.NumberFormat("fr-FR").format(parcelles),
  );
  assert.deepEqual((await order(page)).slice(0, 5), classement.map(({ idu }) => idu));
  assert.deepEqual((await shown(page)).map(Number), AXES.map((axe) => Math.round(profil.poids[axe] * 100)));
  assert.equal(new URL(page.url()).searchParams.get("p"), profil.code);
  await page.close();
});

test("a link brings the weights back", async () => {
  const page = await open("/carte?suit=non&w=10,20,30,40");
  assert.deepEqual(await shown(page), ["10", "20", "30", "40"]);
  const { classement } = await api("/classement?potentiel=10&besoin=20&sobriete=30&durete=40&limit=1");
  assert.equal((await order(page))[0], classement[0].idu);
  await page.close();
});
