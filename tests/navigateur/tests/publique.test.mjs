// The map of a server told « publique »: a masked parcel says so, and says nothing else.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { launch, settle, watch } from "../harness.mjs";

let browser;
let server;
let base;
before(async () => {
  const { GISEMENT_PROGRAMME: program, GISEMENT_DONNEES: folder } = process.env;
  assert.ok(program && folder, "scripts/navigateur.sh gives the program and its data");
  const options = ["servir", folder, "--adresse", "127.0.0.1:0", "--diffusion", "publique"];
  server = spawn(program, options, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface(server.stdout)) {
    base = line.match(/http:\/\/[\d.:]+/)?.[0];
    if (base) break;
  }
  assert.ok(base, "the server says where it is");
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.kill();
});

async function json(path) {
  const answer = await fetch(base + path, { headers: { accept: "application/json" } });
  assert.equal(answer.status, 200, path);
  return answer.json();
}

test("a masked parcel shows its place and its rules, and says why there is no more", async () => {
  const { features } = await json("/collections/parcelles/items?masquee=true&part_u=1&limit=1");
  const [{ id }] = features;
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(90_000);
  const seen = watch(page);
  await page.goto(`${base}/carte?s=${id}`);
  await settle(page);
  const text = await page.locator("aside.sheet").innerText();
  assert.match(text, /Évaluation non publiée/);
  assert.match(text, /personne morale/);
  assert.match(text, /Zone|zonage/i);
  assert.equal(await page.locator("[data-verdict]").count(), 0);
  for (const absent of ["Potentiel", "Fiabilité", "Capacité"]) assert.ok(!text.includes(absent), absent);

  const { comptes } = await json("/edition");
  const legend = (await page.locator("section.legend").innerText()).replace(/\s/g, "");
  assert.ok(legend.includes(`Évaluationnonpubliéede${comptes.masquees}parcelles`), legend);
  assert.deepEqual(seen.errors, []);
  await page.close();
});
