// The comparison: what the API says of each parcel, side by side, and on one sheet of paper.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { findings, api, base, launch, openMap } from "../harness.mjs";

let browser;
let context;
let fiches;
before(async () => {
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const { classement } = await api("/classement?limit=400");
  // Far apart in the ranking, so that the rows differ.
  fiches = [];
  for (const i of [0, 0.2, 0.5, 0.8, 1]) {
    const { idu } = classement[Math.round(i * (classement.length - 1))];
    fiches.push(await api(`/fiches/${idu}`));
  }
});
after(() => browser?.close());

const idus = (n) => fiches.slice(0, n).map(({ idu }) => idu);

async function compare(n, viewport = { width: 1440, height: 900 }) {
  const page = await context.newPage();
  await page.setViewportSize(viewport);
  await page.goto(`${base}/comparer?cmp=${idus(n).join(",")}`);
  await page.locator("thead th svg[role=img]").nth(n - 1).waitFor();
  return page;
}

const cells = (page, row) => page.locator(`tr[data-ligne="${row}"] td`).evaluateAll((all) => all.map((e) => e.innerText.trim()));

test("each axis of each parcel is said as the API gives it", async () => {
  const page = await compare(3);
  for (const code of ["potentiel", "durete", "besoin", "sobriete"]) {
    const names = await page
      .locator(`tr[data-ligne="${code}"] [role=img]`)
      .evaluateAll((all) => all.map((e) => e.getAttribute("aria-label")));
    for (const [i, fiche] of fiches.slice(0, 3).entries()) {
      const { central, min, max } = fiche.axes.find((axe) => axe.code === code);
      const said = central === null ? [min, max] : [central, ...(Math.round(min) === Math.round(max) ? [] : [min, max])];
      for (const n of said) assert.ok(names[i].includes(String(Math.round(n))), `${names[i]} lacks ${n}`);
    }
  }
  const areas = await cells(page, "utile");
  for (const [i, fiche] of fiches.slice(0, 3).entries()) {
    assert.ok(areas[i].includes(fiche.criteres.find(({ id }) => id === "utile_m2").affichage), areas[i]);
  }
  await page.close();
});

test("the star is on the best central value of a row, and on none where best is a judgement", async () => {
  const page = await compare(3);
  const values = fiches.slice(0, 3).map((fiche) => fiche.criteres.find(({ id }) => id === "utile_m2").valeur);
  const starred = await page
    .locator('tr[data-ligne="utile"] td')
    .evaluateAll((all) => all.flatMap((e, i) => (e.querySelector(".star svg") ? [i] : [])));
  const best = Math.max(...values.map((v) => Math.round(v * 100)));
  assert.deepEqual(starred, values.flatMap((v, i) => (Math.round(v * 100) === best ? [i] : [])));
  assert.equal(await page.locator('tr[data-ligne="besoin"] .star svg').count(), 0);
  await page.close();
});

test("plans are at one scale: drawn widths are in the ratio of the real ones", async () => {
  const page = await compare(3);
  const drawn = await page.locator("thead svg[role=img] > path").evaluateAll((all) => all.map((e) => e.getBBox().width));
  const real = fiches.slice(0, 3).map(({ bbox, centre }) => (bbox[2] - bbox[0]) * Math.cos((centre[1] * Math.PI) / 180));
  for (const i of [1, 2]) {
    const [a, b] = [drawn[i] / drawn[0], real[i] / real[0]];
    assert.ok(Math.abs(a - b) / b < 0.03, `${a} against ${b}`);
  }
  await page.close();
});

test("differences only hides the rows that say the same", async () => {
  const page = await compare(2);
  const all = await page.locator("tr[data-ligne]").count();
  await page.getByLabel("Différences seulement").check();
  const rows = page.locator("tr[data-ligne]");
  const left = await rows.count();
  assert.ok(left > 0 && left <= all);
  for (let i = 0; i < left; i += 1) {
    const [a, b] = await rows.nth(i).locator("td").evaluateAll((tds) => tds.map((e) => e.innerText.trim()));
    assert.notEqual(a, b);
  }
  await page.close();
});

test("a parcel is taken out, and the address follows", async () => {
  const page = await compare(3);
  await page.getByRole("button", { name: /Retirer .* de la comparaison/ }).nth(1).click();
  await page.waitForFunction(() => document.querySelectorAll("thead th").length === 2);
  assert.equal(new URL(page.url()).searchParams.get("cmp"), [idus(3)[0], idus(3)[2]].join(","));
  await page.close();
});

test("an unknown parcel says so in its own column, and the others stand", async () => {
  const page = await context.newPage();
  await page.goto(`${base}/comparer?cmp=99999000ZZ9999,${idus(1)[0]}`);
  await page.getByRole("alert").getByText("Parcelle inconnue de cette édition.").waitFor();
  await page.locator("thead svg[role=img]").waitFor();
  const [first, second] = await cells(page, "utile");
  assert.equal(first, "");
  assert.notEqual(second, "");
  await page.close();
});

test("from the sheet: C adds, the tray gathers, a fifth asks which one to replace", async () => {
  const page = await context.newPage();
  await openMap(page, `/carte?cmp=${idus(4).join(",")}&s=${fiches[4].idu}`);
  await page.getByRole("button", { name: "Retenir", exact: true }).waitFor();
  await page.keyboard.press("c");
  await page.getByText(/Remplacer laquelle/).waitFor();
  await page.getByRole("region", { name: "Comparer" }).getByRole("button", { name: /remplacer$/ }).nth(1).click();
  const expected = [idus(4)[0], idus(4)[2], idus(4)[3], fiches[4].idu];
  assert.equal(new URL(page.url()).searchParams.get("cmp"), expected.join(","));
  await page.getByRole("region", { name: "Comparer" }).getByRole("button", { name: "Comparer", exact: true }).click();
  await page.locator("thead th svg[role=img]").nth(3).waitFor();
  await page.close();
});

test("four parcels print on one A4 page, landscape", async () => {
  const page = await compare(4);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  const sizes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)].map(([, w, h]) => [Number(w), Number(h)]);
  assert.equal(sizes.length, 1, `${sizes.length} pages`);
  assert.ok(Math.abs(sizes[0][0] - 842) < 2 && Math.abs(sizes[0][1] - 595) < 2, `${sizes[0]}`);
  await page.close();
});

test("the sheet prints whole, every row open, on A4 pages", async () => {
  const page = await context.newPage();
  await openMap(page, `/carte?s=${fiches[0].idu}`);
  await page.locator("[data-verdict]").waitFor();
  await page.evaluate(() => {
    addEventListener("beforeprint", () => {
      globalThis.ouvertes = [...document.querySelectorAll("aside details")].every(({ open }) => open);
    });
  });
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  const sizes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)].map(([, w, h]) => [Number(w), Number(h)]);
  assert.ok(sizes.length >= 2, "the sheet is cut after its first page");
  assert.ok(Math.abs(sizes[0][0] - 595) < 2, `${sizes[0]}`);
  assert.equal(await page.evaluate(() => globalThis.ouvertes), true);
  assert.equal(await page.locator("aside details[open]").count(), 0);
  await page.emulateMedia({ media: "print" });
  const head = await page.locator(".print-head").innerText();
  for (const word of [fiches[0].edition.id, `${base}/fiche/${fiches[0].idu}`]) assert.ok(head.includes(word), `${head} lacks ${word}`);
  assert.ok(!(await page.getByRole("button", { name: "Fermer" }).isVisible()));
  await page.close();
});

test("axe finds nothing serious: comparison, empty, on a phone, and with the tray", async () => {
  const page = await compare(3);
  assert.deepEqual(await findings(page), []);
  await page.setViewportSize({ width: 390, height: 844 });
  assert.deepEqual(await findings(page), []);
  await page.goto(`${base}/comparer`);
  await page.getByText("Aucune parcelle à comparer.", { exact: false }).waitFor();
  assert.deepEqual(await findings(page), []);
  await page.setViewportSize({ width: 1280, height: 800 });
  await openMap(page, `/carte?cmp=${idus(3).join(",")}&s=${fiches[0].idu}`);
  await page.locator("[data-verdict]").waitFor();
  assert.deepEqual(await findings(page), []);
  await page.close();
});
