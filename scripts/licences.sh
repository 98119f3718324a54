#!/usr/bin/env bash
# The licence of every dependency is one that deny.toml allows. A stand-in for cargo-deny where it is not installed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
cargo metadata --locked --format-version 1 | node -e '
const fs = require("node:fs");
const block = /allow = \[([^\]]*)\]/.exec(fs.readFileSync("deny.toml", "utf8"))[1];
const allowed = new Set([...block.matchAll(/"([^"]+)"/g)].map((m) => m[1]));
const ok = (expr) => {
  const any = expr.replaceAll("/", " OR ").replace(/[()]/g, " ").split(/ OR /);
  return any.some((all) => all.split(/ AND /).every((one) => allowed.has(one.trim())));
};
// A package without a licence expression may still carry the text of one.
const path = require("node:path");
const licence = (p) => {
  if (p.license || !p.license_file) return p.license ?? "";
  const text = fs.readFileSync(path.join(path.dirname(p.manifest_path), p.license_file), "utf8");
  return /^\s*MIT License\b/.test(text) ? "MIT" : "";
};
const bad = JSON.parse(fs.readFileSync(0, "utf8")).packages.filter((p) => p.source && !ok(licence(p)));
for (const p of bad) console.error(`${p.name} ${p.version} : licence ${p.license ?? "absente"} non admise par deny.toml`);
process.exit(bad.length ? 1 : 0);
'
