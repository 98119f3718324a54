// Nothing scrolls sideways, with scrollbars that take room, on a small laptop and on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { api, base, launchOptions, parcelOf, settle } from "../harness.mjs";

let browser;
let fiche;
let scot;
before(async () => {
  const options = launchOptions();
  browser = await chromium.launch({
    ...options,
    args: [...options.args, "--disable-features=OverlayScrollbar"],
    ignoreDefaultArgs: ["--hide-scrollbars"],
  });
  fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  ({
    scot: [scot],
  } = await api("/territoires"));
});
after(() => browser?.close());

const SCREENS = {
  laptop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
};

/**
 * Everything that scrolls sideways; a wide table has a named region of its own for that, and the sections of a sheet
 * are a strip for the thumb on a phone.
 */
const sideways = (page, phone) =>
  page.evaluate((phone) => {
    const said = (e) => `${e.tagName.toLowerCase()}${e.id ? `#${e.id}` : ""}.${[...e.classList].join(".")} ${e.scrollWidth}>${e.clientWidth}`;
    return [document.documentElement, ...document.querySelectorAll("body *")]
      .filter((e) => {
        const { overflowX } = getComputedStyle(e);
        const scrolls = overflowX === "auto" || overflowX === "scroll" || e === document.documentElement;
        return scrolls && e.clientWidth > 1 && e.scrollWidth > e.clientWidth;
      })
      .filter((e) => !e.matches("[role=region][tabindex='0']") && !(phone && e.matches("nav") && getComputedStyle(e).scrollbarWidth === "none"))
      .map(said);
  }, phone);

/** Each page, and what one opens on it. */
const PAGES = {
  "the map, with every filter": async (page, phone) => {
    await page.goto(`${base}/carte?utile=500-&tc=-800&type=friche,zae_vacante`);
    await settle(page);
    if (phone) await page.getByRole("button", { name: /^Filtres/ }).click();
    const add = page.getByRole("button", { name: "Ajouter un filtre…" });
    for (const name of [/Couverture|couche/i, /Propriétaire/i, /Voie/i]) {
      await add.click();
      const item = page.locator("#ajouter-filtre li button").filter({ hasText: name }).first();
      if (await item.count()) await item.click();
      else await add.click();
    }
  },
  "the list": async (page, phone) => {
    await page.goto(`${base}/carte?suit=non`);
    await settle(page);
    if (phone) {
      for (let i = 0; i < 2; i += 1) await page.locator("section.list .handle, section.list [role=slider], section.list button").first().press("ArrowUp");
    }
  },
  "a sheet": async (page) => {
    await page.goto(`${base}/carte?s=${fiche.idu}`);
    await settle(page);
    await page.locator("#fiche-sources").waitFor();
  },
  "the comparison": async (page, phone) => {
    const { classement } = await api("/classement?limit=4");
    await page.goto(`${base}/comparer?cmp=${classement.slice(0, phone ? 1 : 4).map(({ idu }) => idu).join()}`);
    await page.locator("table, [role=table]").first().waitFor();
  },
  "the shortlist": async (page) => {
    const one = { idu: fiche.idu, nom: "Un nom de site qui prend toute la place qu’on lui laisse", commune: fiche.commune.nom };
    await page.addInitScript((text) => localStorage.setItem("gisement.selection", text), JSON.stringify({ version: 1, parcelles: [one] }));
    await page.goto(`${base}/selection`);
    await page.locator("td.indice strong").waitFor();
  },
  "a territory": async (page) => {
    await page.goto(`${base}/territoire/scot/${scot.code}`);
    await page.locator("[data-carte-territoire=sources]").waitFor();
  },
};

for (const [screen, options] of Object.entries(SCREENS)) {
  for (const [name, open] of Object.entries(PAGES)) {
    test(`${name} does not scroll sideways on a ${screen}`, async () => {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      page.setDefaultTimeout(90_000);
      await open(page, screen === "phone");
      if (process.env.CAPTURES) await page.screenshot({ path: `${process.env.CAPTURES}/${screen}-${name.replaceAll(/\W+/g, "-")}.png` });
      assert.deepEqual(await sideways(page, screen === "phone"), []);
      await context.close();
    });
  }
}
