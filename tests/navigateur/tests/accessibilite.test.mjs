// axe on every view and state, reduced motion, and the phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { base, findings, launch, openMap, parcelOf, settle } from "../harness.mjs";

let browser;
/** One context for each theme: the library is read and compiled once. */
const contexts = {};
before(async () => {
  browser = await launch();
  for (const colorScheme of ["light", "dark"]) {
    contexts[colorScheme] = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme });
  }
});
after(() => browser?.close());

const states = {
  map: async (page) => openMap(page, "/carte"),
  "colour by type": async (page) => openMap(page, "/carte?c=type"),
  help: async (page) => {
    await openMap(page, "/carte");
    await page.getByRole("button", { name: "Raccourcis clavier" }).click();
  },
  search: async (page) => {
    await openMap(page, "/carte");
    await page.getByRole("combobox", { name: /Rechercher/ }).fill("a");
    await page.waitForTimeout(600);
  },
  "unknown parcel": async (page) => {
    await page.goto(`${base}/carte?s=99999000ZZ9999`);
    await page.getByText("Parcelle inconnue de cette édition.").waitFor();
  },
};
for (const verdict of ["reserve", "prioritaire", "ecarte", "sans_objet", "non_evalue"]) {
  states[`sheet ${verdict}`] = async (page) => {
    const fiche = await parcelOf(verdict);
    if (!fiche) return;
    await openMap(page, `/carte?s=${fiche.idu}`);
    await page.locator("[data-verdict]").waitFor();
    await page.waitForTimeout(300);
  };
}

/** The dark theme changes the chrome's colours only: the two views that show them all. */
const DARK = new Set(["map", "sheet reserve"]);

for (const scheme of ["light", "dark"]) {
  for (const [name, reach] of Object.entries(states)) {
    if (scheme === "dark" && !DARK.has(name)) continue;
    test(`axe finds nothing serious: ${name}, ${scheme}`, async () => {
      const page = await contexts[scheme].newPage();
      await reach(page);
      assert.deepEqual(await findings(page), []);
      await page.close();
    });
  }
}

test("axe finds nothing serious on a phone, and the sheet comes from below", async () => {
  const fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  });
  const page = await context.newPage();
  await openMap(page, `/carte?v=18/${fiche.dedans[1]}/${fiche.dedans[0]}`);
  await page.touchscreen.tap(195, 422);
  const sheet = page.getByRole("complementary");
  await sheet.waitFor();
  await page.locator("[data-verdict]").waitFor();
  await settle(page);

  /** Waits for the panel to come to rest at a height. */
  const rests = (expected) =>
    page.waitForFunction(
      (h) => Math.abs(document.querySelector("aside").getBoundingClientRect().height - h) < 3,
      expected,
    );
  await rests(844 * 0.72);
  assert.equal((await sheet.boundingBox()).width, 390);
  // Nothing wider than the screen: no sideways scroll (WCAG 1.4.10).
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  assert.ok(await page.locator(".scroll").evaluate((e) => e.scrollWidth <= e.clientWidth), "the sheet scrolls sideways");
  assert.deepEqual(await findings(page), []);

  const handle = page.getByRole("button", { name: "Changer la hauteur de la fiche" });
  await handle.click();
  await rests(844);
  await handle.press("ArrowDown");
  await handle.press("ArrowDown");
  await rests(112);
  await context.close();
});

test("every target is at least 24 px", async () => {
  const fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  const page = await contexts.light.newPage();
  await openMap(page, `/carte?s=${fiche.idu}`);
  await page.locator("[data-verdict]").waitFor();
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("button, a, select, summary, input")]
      .filter((e) => e.checkVisibility() && !e.classList.contains("skip"))
      // The label around a box is pressed as the box is.
      .map((e) => [(e.closest("label") ?? e).getBoundingClientRect(), e.textContent?.trim() || e.getAttribute("aria-label")])
      .filter(([box]) => box.width > 0 && (box.height < 23.9 || box.width < 23.9))
      .map(([box, name]) => `${name} ${Math.round(box.width)}×${Math.round(box.height)}`),
  );
  assert.deepEqual(small, []);
  await page.close();
});
