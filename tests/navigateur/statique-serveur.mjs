// A plain host of files, as any object store is: GET, HEAD and Range, no rewriting, nothing else.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".geojson": "application/geo+json",
  ".woff2": "font/woff2",
};

/** Serves a folder under a path; answers its address, with its last slash, and how to stop. */
export async function servir(dossier, sous = "/observatoire/") {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://hote");
    const name = pathname.startsWith(sous) ? decodeURIComponent(pathname.slice(sous.length)) || "index.html" : "";
    const path = join(dossier, normalize(`/${name}`));
    const found = name && (await stat(path).catch(() => null));
    if (!found?.isFile()) return response.writeHead(404, { "content-type": "text/html" }).end("<h1>404</h1>");
    const headers = { "content-type": TYPES[extname(path)] ?? "application/octet-stream", "accept-ranges": "bytes" };
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const start = Number(from ?? 0);
    const end = Math.min(to ? Number(to) : found.size - 1, found.size - 1);
    if (from && start > end) return response.writeHead(416, { "content-range": `bytes */${found.size}` }).end();
    if (from) headers["content-range"] = `bytes ${start}-${end}/${found.size}`;
    response.writeHead(from ? 206 : 200, { ...headers, "content-length": found.size ? end - start + 1 : 0 });
    if (request.method === "HEAD" || found.size === 0) return response.end();
    createReadStream(path, { start, end }).pipe(response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    adresse: `http://127.0.0.1:${server.address().port}${sous}`,
    fermer: () => new Promise((done) => server.close(done).closeAllConnections()),
  };
}
