// Writes the screenshots that a person looks at: `node captures.mjs <folder>`, with GISEMENT_URL set.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { base, launch, openMap, parcelOf, settle } from "./harness.mjs";

const folder = process.argv[2];
if (!folder) throw new Error("usage: node captures.mjs <folder>");
await mkdir(folder, { recursive: true });

const browser = await launch({ reducedMotion: "no-preference" });
const shot = (page, name) => page.screenshot({ path: join(folder, `${name}.png`) });

async function desktop(name, path, act = async () => {}) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await openMap(page, path);
  await act(page);
  await settle(page);
  await shot(page, name);
  await page.close();
}

const parcel = await parcelOf("reserve", "prioritaire", "a_etudier");
const at = (p, zoom) => `v=${zoom}/${p.centre[1].toFixed(5)}/${p.centre[0].toFixed(5)}`;
const scroll = (selector) => (page) => page.locator(selector).first().evaluate((e) => e.scrollIntoView());

await desktop("1-carte", "/carte");
await desktop("2-fiche", `/carte?${at(parcel, 17)}&s=${parcel.idu}`);
await desktop("2b-fiche-potentiel", `/carte?${at(parcel, 17)}&s=${parcel.idu}`, scroll("#fiche-potentiel"));
await desktop("2c-fiche-urbanisme", `/carte?${at(parcel, 17)}&s=${parcel.idu}`, scroll("#fiche-urbanisme"));
await desktop("2d-fiche-sources", `/carte?${at(parcel, 17)}&s=${parcel.idu}`, scroll("#fiche-sources"));
for (const verdict of ["ecarte", "sans_objet", "non_evalue", "prioritaire"]) {
  const other = await parcelOf(verdict);
  if (other) await desktop(`3-fiche-${verdict}`, `/carte?${at(other, 17)}&s=${other.idu}`);
}
for (const couleur of ["durete", "type", "verdict", "sobriete"]) await desktop(`4-couleur-${couleur}`, `/carte?c=${couleur}`);
const edition = await (await fetch(`${base}/edition`)).json();
const [lon, lat] = edition.depart.centre;
await desktop("5-regional", `/carte?v=11.4/${lat}/${lon}`);
await desktop("5b-zoom-13", `/carte?v=13.6/${lat}/${lon}`);
await desktop("6-recherche", "/carte", async (page) => {
  await page.keyboard.press("/");
  await page.keyboard.type(parcel.commune.nom.slice(0, 4));
  await page.waitForSelector("[role=option]");
});
await desktop("7-inconnue", "/carte?s=99999000ZZ9999");

// The stories of a prospector: a search, a comparison, a shortlist, a territory.
const { classement } = await (await fetch(`${base}/classement?limit=3&types=friche,public_nu,zae_vacante`)).json();
const best = classement.map(({ idu }) => idu);
await desktop("10-recherche-filtree", "/carte?type=friche,zae_vacante,zae_mutable&utile=1500-&suit=non");
await desktop("11-ecran-large", `/carte?s=${best[0]}`, (page) => page.setViewportSize({ width: 1920, height: 1000 }));
await desktop("13-anglais", `/carte?lg=en&s=${best[0]}`);

/** A page that shows no map of its own. */
async function page(name, path, ready, act = async () => {}) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(base + path);
  await page.locator(ready).first().waitFor();
  await act(page);
  await page.waitForTimeout(500);
  await shot(page, name);
  await page.close();
}
await page("12-comparaison", `/comparer?cmp=${best.join(",")}`, "text=Dureté foncière");
const { scot, commune } = await (await fetch(`${base}/territoires`)).json();
const territoire = scot[0] ? `scot/${scot[0].code}` : `commune/${commune[0].code}`;
await page("14-territoire", `/territoire/${territoire}`, "h1");
await page("15-territoire-communes", `/territoire/${territoire}`, "h1", (page) => page.locator("table").last().scrollIntoViewIfNeeded());

const phone = await browser.newContext({
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
});
for (const [name, path] of [
  ["8-telephone-carte", "/carte"],
  ["9-telephone-fiche", `/carte?s=${parcel.idu}`],
]) {
  const page = await phone.newPage();
  await openMap(page, path);
  await settle(page);
  await shot(page, name);
  await page.close();
}
await browser.close();
