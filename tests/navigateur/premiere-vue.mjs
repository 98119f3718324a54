// How long until a prospector sees something useful: cold openings of the map, one after the other, in Chromium without
// a graphics card. GISEMENT_URL=… node premiere-vue.mjs [openings]
import { base, launch } from "./harness.mjs";

const openings = Number(process.argv[2] ?? 6);
const screens = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];

/** Installed before the page: when the first row is there, and when the map says that it is ready. */
function observe() {
  const seen = { ligne: null, carte: null, cls: 0 };
  globalThis.vu = seen;
  const look = () => {
    const now = performance.now();
    if (seen.ligne === null && document.querySelector("button.row")) seen.ligne = now;
    if (seen.carte === null && document.querySelector('[data-carte="prete"]')) seen.carte = now;
    if (seen.ligne === null || seen.carte === null) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.cls += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}

/** What came over the wire, by kind. Our scripts are those that are not the map library. */
const kind = (url, type) => {
  if (/maplibre/.test(url)) return "MapLibre";
  if (/\/tiles\//.test(url)) return "tuiles";
  return { Script: "scripts à nous", Stylesheet: "styles", Font: "police", Fetch: "API", XHR: "API" }[type] ?? "reste";
};

const browser = await launch({ reducedMotion: "no-preference" });
for (const viewport of screens) {
  const runs = [];
  for (let i = 0; i <= openings; i++) {
    const context = await browser.newContext({ viewport, hasTouch: viewport.width < 600, isMobile: viewport.width < 600 });
    const page = await context.newPage();
    await page.addInitScript(observe);
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    const types = new Map();
    const bytes = {};
    session.on("Network.responseReceived", ({ requestId, type, response }) => types.set(requestId, kind(response.url, type)));
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const of = types.get(requestId);
      bytes[of] = (bytes[of] ?? 0) + encodedDataLength;
    });
    await page.goto(`${base}/carte`);
    await page.waitForFunction(() => globalThis.vu.ligne !== null && globalThis.vu.carte !== null, null, { timeout: 60_000 });
    await page.waitForTimeout(200);
    const vu = await page.evaluate(() => ({
      affichage: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null,
      ...globalThis.vu,
    }));
    // The first opening starts the browser.
    if (i > 0) runs.push({ ...vu, utile: Math.max(vu.ligne, vu.carte), bytes });
    await context.close();
  }
  const spread = (key) => {
    const all = runs.map((run) => run[key]).sort((a, b) => a - b);
    const s = (ms) => (ms / 1000).toFixed(2).replace(".", ",");
    return `${s(all[0])} – ${s(all[all.length >> 1])} – ${s(all.at(-1))} s`;
  };
  console.log(`${viewport.width} × ${viewport.height}, ${runs.length} ouvertures (moindre – médiane – pire)`);
  for (const [key, label] of [
    ["affichage", "premier affichage"],
    ["ligne", "première ligne"],
    ["carte", "carte prête"],
    ["utile", "vue utile"],
  ])
    console.log(`  ${label.padEnd(18)} ${spread(key)}`);
  console.log(`  décalage           ${Math.max(...runs.map(({ cls }) => cls)).toFixed(3)}`);
  for (const [of, n] of Object.entries(runs[0].bytes)) console.log(`  ${of.padEnd(18)} ${Math.round(n / 1000)} Ko`);
}
await browser.close();
