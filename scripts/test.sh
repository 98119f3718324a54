#!/usr/bin/env bash
# Every test: formatting, lints, licences, Rust unit and black-box tests, the web's own checks, the browser.
# Tests on real files run when ../shared is there, and say so when it is not.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
# What still runs beside when a step fails would hold the machine.
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

outils_de_construction
besoin 'command -v ogrinfo' gdal-bin 'relire nos données avec un outil indépendant'
besoin 'command -v chromium' chromium 'tester la carte dans un vrai navigateur'
besoin 'python3 -m venv --help' python3-venv 'installer les clients et les lecteurs de PyPI'
besoin 'fc-list | grep -qi dejavu' fonts-dejavu-core 'dessiner les étiquettes de la carte'
installer_manquants

dire 'Formatage et règles (Rust)'
cargo fmt --all --check
# In the profile of the tests: what macros and build scripts need is compiled once.
cargo clippy --release --all-targets --locked -- -D warnings
if command -v cargo-deny >/dev/null; then
  cargo deny --locked check licenses bans sources
else
  # Installing cargo-deny compiles for minutes; the licence list is checked from cargo's own metadata instead.
  bash scripts/licences.sh
fi

construire_web
dire 'Carte : types, règles, tests unitaires'
(cd web && npm run --silent check)

dire 'Tests Rust'
cargo test --release --locked --workspace
# The tests have built the program: building it apart would compile its dependencies again, with other features.
export GISEMENT_CONSTRUIT=1
bash scripts/oracle.sh
# Mostly waits for readers and for its own kills: beside the others. What it needs is installed by then.
bash scripts/postgis.sh >target/postgis.log 2>&1 &
postgis=$!
bash scripts/registre.sh
bash scripts/lot.sh
bash scripts/statique.sh
dire 'PostGIS'
wait $postgis || { cat target/postgis.log >&2; exit 1; }
tail -n 1 target/postgis.log
# On one core for minutes, and the clients on the other.
bash scripts/conformite.sh >target/conformite.log 2>&1 &
conformite=$!
dire 'Clients : GDAL lit le service'
bash scripts/clients.sh
dire 'Clients : QGIS lit le service'
bash scripts/qgis.sh
dire 'Clients : de grands et de vrais territoires'
bash scripts/clients-territoires.sh
dire 'Tests abstraits de l’OGC'
wait $conformite || { cat target/conformite.log >&2; exit 1; }
tail -n 3 target/conformite.log

dire 'Tests dans le navigateur'
bash scripts/navigateur.sh

printf 'Tous les tests sont passés.\n'
