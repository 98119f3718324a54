// Search, and the whole way to a sheet without a pointer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openMap, parcelOf, settle } from "../harness.mjs";

let browser;
let context;
before(async () => {
  browser = await launch();
  // One context for the file: the library is read and compiled once.
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
});
after(() => browser?.close());

const desktop = () => context.newPage();
const field = (page) => page.getByRole("combobox", { name: /Rechercher/ });

test("a parcel is found in a human spelling", async () => {
  const fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  const page = await desktop();
  await openMap(page, "/carte");
  // `31555 AB 12`: no prefix, no leading zeros.
  const section = fiche.section.replace(/^0/, "");
  await field(page).fill(`${fiche.commune.code} ${section} ${Number(fiche.numero)}`);
  await page.getByRole("option").first().waitFor();
  await page.getByRole("option").first().click();
  await page.locator("[data-verdict]").waitFor();
  assert.equal(await page.locator("[data-verdict]").getAttribute("data-verdict"), fiche.verdict.code);
  assert.equal(new URL(page.url()).searchParams.get("s"), fiche.idu);
  await page.close();
});

test("from the keyboard alone: /, an identifier, Enter, the sheet, Escape, back to the field", async () => {
  const fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  const page = await desktop();
  await openMap(page, "/carte");
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "recherche");
  await page.keyboard.type(fiche.idu);
  // At once, before the list is shown: Enter waits for the answer.
  await page.keyboard.press("Enter");
  await page.locator("[data-verdict]").waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "fiche-titre");
  await page.keyboard.press("Escape");
  await page.getByRole("complementary").waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement?.id), "recherche");
  await page.close();
});

test("the arrows move in the results and Escape goes up one level", async () => {
  const fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  const page = await desktop();
  await openMap(page, "/carte");
  await field(page).fill(fiche.commune.nom.slice(0, 4));
  await page.getByRole("option").first().waitFor();
  await field(page).press("ArrowDown");
  assert.equal(await field(page).getAttribute("aria-activedescendant"), "resultat-0");
  await field(page).press("Escape");
  assert.equal(await field(page).getAttribute("aria-expanded"), "false");
  await field(page).press("Escape");
  assert.equal(await field(page).inputValue(), "");
  await page.close();
});

test("a commune moves the map", async () => {
  const fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  const page = await desktop();
  await openMap(page, "/carte");
  const before = page.url();
  await field(page).fill(fiche.commune.nom);
  await page.getByRole("option").filter({ hasText: fiche.commune.code }).first().click();
  await page.waitForURL((url) => url.href !== before && url.searchParams.has("v"));
  await settle(page);
  await page.close();
});

test("nothing found is said", async () => {
  const page = await desktop();
  await openMap(page, "/carte");
  await field(page).fill("zzzzzz introuvable");
  await page.locator(".results").getByText("Rien trouvé pour").waitFor();
  await page.close();
});

test("Enter on the map opens the parcel in its middle", async () => {
  const fiche = await parcelOf("reserve", "a_etudier", "prioritaire");
  const page = await desktop();
  await openMap(page, `/carte?v=18/${fiche.dedans[1]}/${fiche.dedans[0]}`);
  await page.keyboard.press("m");
  await page.keyboard.press("Enter");
  await page.locator("[data-verdict]").waitFor();
  assert.equal(new URL(page.url()).searchParams.get("s"), fiche.idu);
  await page.close();
});
