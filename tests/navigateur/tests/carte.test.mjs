// The map itself: it draws, it recolours without a request, a click tells the known verdict.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, base, centre, launch, openMap, parcelOf, pixels, settle, watch } from "../harness.mjs";

let browser;
let context;
before(async () => {
  browser = await launch();
  // One context for the file: the library is read and compiled once.
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
});
after(() => browser?.close());

const desktop = () => context.newPage();
/** A view with the parcel in the very middle of the map. */
const above = ({ dedans: [lon, lat] }, zoom = 18) => `v=${zoom}/${lat}/${lon}`;

test("the map is drawn, quietly", async () => {
  const page = await desktop();
  const seen = watch(page);
  await openMap(page, "/carte");

  const edition = await api("/edition");
  assert.equal(await page.locator("header h1").innerText(), edition.nom);
  assert.equal(await page.getByText("Territoire fictif", { exact: true }).isVisible(), edition.fictif);
  assert.ok(seen.tiles.length > 0, "no tile was asked for");

  // A map that failed is one flat colour.
  const [x, y] = await centre(page);
  const at = await pixels(page);
  const colours = new Set();
  for (let i = -60; i <= 60; i += 1) {
    for (let j = -30; j <= 30; j += 1) colours.add(at(x + i * 5, y + j * 5));
  }
  assert.ok(colours.size >= 4, `only ${colours.size} colours on the map`);
  assert.deepEqual(seen.errors, []);
  assert.deepEqual(seen.hosts, [], "the map left its own host");
  await page.close();
});

for (const verdict of ["prioritaire", "a_etudier", "reserve", "ecarte", "parc_social", "sans_objet", "non_evalue"]) {
  test(`a click on a known parcel shows its known verdict: ${verdict}`, async (t) => {
    const fiche = await parcelOf(verdict);
    if (!fiche) return t.skip(`the sample has no parcel ${verdict}`);
    const page = await desktop();
    const seen = watch(page);
    await openMap(page, `/carte?${above(fiche)}`);

    assert.equal(await page.getByRole("complementary").count(), 0, "a sheet is open before any click");
    await page.mouse.click(...(await centre(page)));
    await page.locator("[data-verdict]").waitFor();

    assert.equal(await page.locator("[data-verdict]").getAttribute("data-verdict"), fiche.verdict.code);
    assert.ok((await page.locator("[data-verdict]").innerText()).includes(fiche.verdict.libelle));
    if (fiche.verdict.phrase) {
      assert.ok((await page.getByRole("complementary").innerText()).includes(fiche.verdict.phrase.slice(0, 30)));
    }
    for (const veto of fiche.verdict.vetos) await page.getByText(veto.libelle).first().waitFor();
    assert.equal(new URL(page.url()).searchParams.get("s"), fiche.idu);
    assert.deepEqual(seen.errors, []);
    await page.close();
  });
}

test("the colour menu changes the colours and the legend, and asks for no tile", async () => {
  const fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  const page = await desktop();
  await openMap(page, `/carte?${above(fiche, 18)}`);
  await settle(page);
  const seen = watch(page);
  // Around the middle, where a number or a building may stand.
  const [x, y] = await centre(page);
  const spots = [
    [x - 8, y],
    [x + 8, y],
    [x, y - 14],
    [x, y + 14],
  ];
  const look = async () => {
    const at = await pixels(page);
    return spots.map(([a, b]) => at(a, b)).join(" ");
  };

  const looks = new Map();
  for (const couleur of ["indice", "durete", "besoin", "fiabilite"]) {
    await page.getByRole("combobox", { name: "Couleur" }).selectOption(couleur);
    await settle(page);
    looks.set(couleur, await look());
    assert.equal(await page.locator("[data-couleur]").getAttribute("data-couleur"), couleur);
  }
  assert.equal(new Set(looks.values()).size, 4, `colours did not follow: ${JSON.stringify([...looks])}`);
  assert.deepEqual(seen.tiles, [], "recolouring asked for tiles");
  assert.equal(new URL(page.url()).searchParams.get("c"), "fiabilite");

  // Single keys do the same.
  await page.locator("body").press("8");
  assert.equal(await page.getByRole("combobox", { name: "Couleur" }).inputValue(), "verdict");
  await page.close();
});

test("a link restores the view, the colour and the sheet", async () => {
  const fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  const link = `/carte?v=17/${fiche.dedans[1].toFixed(5)}/${fiche.dedans[0].toFixed(5)}&c=durete&s=${fiche.idu}`;
  const page = await desktop();
  await openMap(page, link);
  await page.locator("[data-verdict]").waitFor();
  await settle(page);
  assert.equal(await page.locator("[data-couleur]").getAttribute("data-couleur"), "durete");
  await page.waitForTimeout(500);
  const url = new URL(page.url());
  const [zoom, lat, lon] = url.searchParams.get("v").split("/").map(Number);
  assert.equal(zoom, 17);
  assert.ok(Math.abs(lat - fiche.dedans[1]) < 1e-4 && Math.abs(lon - fiche.dedans[0]) < 1e-4, url.search);

  // Back and forth in the history follow the sheet.
  await page.getByRole("button", { name: "Fermer" }).click();
  await page.getByRole("complementary").waitFor({ state: "detached" });
  assert.equal(new URL(page.url()).searchParams.get("s"), null);
  await page.goBack();
  await page.locator("[data-verdict]").waitFor();
  await page.close();
});

test("a parcel comes into view though the window changes on the way", async () => {
  const fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  const page = await desktop();
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await page.addInitScript(() => {
    const frame = globalThis.requestAnimationFrame.bind(globalThis);
    let held = null;
    globalThis.requestAnimationFrame = (run) => (held ? held.push(run) : frame(run));
    globalThis.retenir = () => (held = []);
    globalThis.relacher = () => {
      const late = held;
      held = null;
      for (const run of late) frame(run);
    };
  });
  // Far enough for the parcel to be out of view.
  const [lon, lat] = fiche.dedans;
  await openMap(page, `/carte?v=16/${lat + 0.02}/${lon}`);
  await page.evaluate((idu) => {
    globalThis.retenir();
    history.pushState(null, "", `/carte?s=${idu}`);
    dispatchEvent(new PopStateEvent("popstate"));
  }, fiche.idu);
  await page.locator("[data-verdict]").waitFor();
  const { width, height } = page.viewportSize();
  await page.setViewportSize({ width: width - 4, height });
  await page.waitForTimeout(500);
  await page.evaluate(() => globalThis.relacher());
  await page.waitForURL((url) => Math.abs(Number(url.searchParams.get("v")?.split("/")[1]) - fiche.centre[1]) < 1e-3);
  await page.close();
});

test("a sheet has an address of its own", async () => {
  const fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  const page = await desktop();
  await openMap(page, `/fiche/${fiche.idu}`);
  await page.locator("[data-verdict]").waitFor();
  await page.waitForURL((url) => url.pathname === "/carte" && url.searchParams.get("s") === fiche.idu);
  await page.close();
});

test("what a link holds beyond our understanding is said", async () => {
  const page = await desktop();
  await openMap(page, "/carte?zz=1");
  await page.getByText("Paramètre ignoré").waitFor();
  await page.close();
});

test("a parcel that is not in the edition is said so", async () => {
  const page = await desktop();
  await page.goto(`${base}/carte?s=99999000ZZ9999`);
  await page.getByText("Parcelle inconnue de cette édition.").waitFor();
  await page.close();
});

test("nothing that is drawn moves while the page fills", async () => {
  for (const viewport of [{ width: 1440, height: 900 }, { width: 1280, height: 800 }, { width: 390, height: 844 }]) {
    const page = await browser.newPage({ viewport });
    await page.addInitScript(() => {
      globalThis.moved = [];
      new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries()) {
          globalThis.moved.push([value, ...sources.map(({ node }) => node?.nodeName + "." + node?.className)]);
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    await openMap(page, "/carte");
    const moved = await page.evaluate(() => globalThis.moved);
    const total = moved.reduce((sum, [value]) => sum + value, 0);
    // A count that gains a digit moves its neighbour by a few pixels: 0.1 is what the metric calls good.
    assert.ok(total < 0.01, `${viewport.width} px: ${total}, ${JSON.stringify(moved)}`);
    await page.close();
  }
});
