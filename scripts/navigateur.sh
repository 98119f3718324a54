#!/usr/bin/env bash
# Serves the sample and drives the map in headless Chromium. With --captures DOSSIER, takes the screenshots
# that the documentation shows instead of testing.
set -euo pipefail
# Before `prepare.sh` changes folder.
if [ "${1:-}" = --captures ]; then captures=$(realpath -m "${2:?dossier des captures}"); fi
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

construire_web
construire_binaire
donnees=target/navigateur/donnees
target/release/gisement construire data-samples/coteaux/observatoire.toml --donnees "$donnees"

sortie=$(mktemp)
target/release/gisement servir "$donnees" --adresse 127.0.0.1:0 >"$sortie" 2>target/navigateur/serveur.log &
serveur=$!
trap 'kill $serveur 2>/dev/null || true; rm -f "$sortie"' EXIT
for _ in $(seq 100); do
  GISEMENT_URL=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$sortie" | head -n 1 || true)
  [ -n "$GISEMENT_URL" ] && break
  kill -0 $serveur 2>/dev/null || { cat target/navigateur/serveur.log >&2; exit 1; }
  sleep 0.1
done
[ -n "$GISEMENT_URL" ] || { printf 'Le serveur ne répond pas.\n' >&2; exit 1; }
export GISEMENT_URL
# For the tests that start a server of their own.
GISEMENT_PROGRAMME=$(realpath target/release/gisement)
GISEMENT_DONNEES=$(realpath "$donnees")
# The same edition as files, for the test of the map without a server.
GISEMENT_STATIQUE=$(realpath -m target/navigateur/site)
target/release/gisement exporter "$donnees" --statique "$GISEMENT_STATIQUE" --diffusion interne
export GISEMENT_PROGRAMME GISEMENT_DONNEES GISEMENT_STATIQUE

cd tests/navigateur
if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error
fi
if [ -n "${captures:-}" ]; then
  node captures.mjs "$captures"
else
  node --test --test-concurrency=2 --test-reporter=spec
fi
