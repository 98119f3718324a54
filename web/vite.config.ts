import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

/** Where `npm run dev` finds the API: `gisement servir` on its usual port unless told otherwise. */
const api = process.env["GISEMENT_URL"] ?? "http://127.0.0.1:8080";
const proxied =
  "edition editions tiles fiches recherche collections rapport sante classement territoires exports styles catalogue".split(
    " ",
  );

export default defineConfig({
  // The same build serves at any address: the server makes these absolute in index.html, which it answers at deep paths.
  base: "./",
  plugins: [svelte()],
  // MapLibre starts its worker as a module; anything else would not load under `worker-src 'self'`.
  worker: { format: "es" },
  build: {
    target: "es2023",
    // Fonts and icons stay files: `data:` is not allowed for fonts by the server's policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        manualChunks: (id: string) => {
          // The library changes less often than our code: its own file keeps it in the browser's cache.
          if (/maplibre-gl\/dist\/.*\.mjs$/.test(id)) return "maplibre";
          // What the first load and the engine of a published folder share: one file rather than five.
          return /src\/(adresse|url|map\/colours|map\/couches|weights\/poids|filters\/table)\.ts$/.test(id)
            ? "url"
            : undefined;
        },
      },
    },
    // The library alone passes Vite's default warning.
    chunkSizeWarningLimit: 1600,
  },
  server: { proxy: Object.fromEntries(proxied.map((path) => [`^/${path}(/|\\?|$)`, api])) },
});
