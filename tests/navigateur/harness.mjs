// The browser, and the few gestures every test makes.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { inflateSync } from "node:zlib";
import { chromium } from "playwright-core";

/** The running server on the sample. */
export const base = (process.env.GISEMENT_URL ?? "http://127.0.0.1:8080").replace(/\/$/, "");

/** Software rendering beside a compiler is slow. */
const PATIENCE = 90_000;

export const launchOptions = () => ({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  // Software WebGL: the machines that run this have no graphics card.
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking"],
});

/** Each frame of a movement is half a second of software rendering: who does not look at movements goes without. */
export async function launch({ reducedMotion = "reduce" } = {}) {
  const browser = await chromium.launch(launchOptions());
  const fresh = browser.newContext.bind(browser);
  browser.newContext = (options) => fresh({ reducedMotion, ...options });
  return browser;
}

export async function api(path) {
  const response = await fetch(base + path, { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

/** Everything a page should never do: log an error, fail a request, leave its host. */
export function watch(page, from = base) {
  const seen = { errors: [], hosts: [], tiles: [] };
  const home = new URL(from).host;
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") seen.errors.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => seen.errors.push(`exception: ${error.message}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.host !== home) seen.hosts.push(url.href);
    if (/\/tiles\/WebMercatorQuad\/\d+\//.test(url.pathname)) seen.tiles.push(url.pathname);
  });
  return seen;
}

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Serious and critical findings; evaluated in the page, since a script tag is against the server's policy. */
export async function findings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(" | ")}`);
}

/** Waits until the map is drawn and at rest. */
export async function settle(page) {
  await page.waitForSelector('[data-carte="prete"][aria-busy="false"]', { timeout: PATIENCE });
  // Symbols fade in and panels slide: a short rest, then the same question again.
  await page.waitForTimeout(500);
  await page.waitForSelector('[data-carte][aria-busy="false"]', { timeout: PATIENCE });
}

/** `from` is where the application's addresses begin: those of a folder stand behind a hash. */
export async function openMap(page, path, from = base) {
  page.setDefaultTimeout(PATIENCE);
  await page.goto(from + path);
  await settle(page);
}

/** The first parcel of the first of these verdicts that has one, as its sheet tells it. */
export async function parcelOf(...verdicts) {
  const { features } = await parcels();
  for (const verdict of verdicts) {
    const feature = features.find(({ properties }) => properties.verdict === verdict);
    if (!feature) continue;
    const fiche = await api(`/fiches/${feature.properties.idu}`);
    return { ...fiche, dedans: inside(fiche) };
  }
  return null;
}

/** A point well inside a parcel: the middle of its widest stretch along the middle of its height. */
export function inside({ geometrie: { type, coordinates }, bbox }) {
  const polygons = type === "Polygon" ? [coordinates] : coordinates;
  const lat = (bbox[1] + bbox[3]) / 2 + 1e-9;
  const stretches = polygons.flatMap((rings) => {
    const cuts = rings.flatMap((ring) =>
      ring.slice(1).flatMap(([x2, y2], i) => {
        const [x1, y1] = ring[i];
        return y1 > lat === y2 > lat ? [] : [x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1)];
      }),
    );
    cuts.sort((a, b) => a - b);
    return cuts.flatMap((cut, i) => (i % 2 === 0 ? [[cut, cuts[i + 1]]] : []));
  });
  const [west, east] = stretches.reduce((a, b) => (b[1] - b[0] > a[1] - a[0] ? b : a));
  return [(west + east) / 2, lat];
}

let read;
function parcels() {
  read ??= api("/collections/parcelles/items?limit=10000");
  return read;
}

/** The colours of the screen: a function of a point, answering `r,g,b`. */
export async function pixels(page) {
  const { data, width, channels } = decodePng(await page.screenshot());
  return (x, y) => {
    const at = (Math.round(y) * width + Math.round(x)) * channels;
    return data.subarray(at, at + 3).join(",");
  };
}

/** Just enough PNG for Chromium's screenshots (8 bits, no interlace): reading them in the page is against its policy. */
function decodePng(png) {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const channels = png[25] === 6 ? 4 : 3;
  const chunks = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") chunks.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(chunks));
  const stride = width * channels;
  const data = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)];
    for (let x = 0; x < stride; x += 1) {
      const left = x >= channels ? data[y * stride + x - channels] : 0;
      const up = y > 0 ? data[(y - 1) * stride + x] : 0;
      const corner = x >= channels && y > 0 ? data[(y - 1) * stride + x - channels] : 0;
      data[y * stride + x] = raw[y * (stride + 1) + 1 + x] + predict(filter, left, up, corner);
    }
  }
  return { data, width, channels };
}

function predict(filter, left, up, corner) {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** The middle of what the panels leave free of the map, on the screen. */
export async function centre(page) {
  const box = await page.locator("[data-centre]").boundingBox();
  return [box.x + box.width / 2, box.y + box.height / 2];
}
