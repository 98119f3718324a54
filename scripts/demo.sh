#!/usr/bin/env bash
# From a fresh checkout to the map of the sample territory, in one command.
#   bash scripts/demo.sh                 the sample that lies in data-samples/
#   bash scripts/demo.sh --communes 30   a larger fictional territory, generated
#   ADRESSE=127.0.0.1:9000 bash scripts/demo.sh
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

outils_de_construction
construire_web
construire_binaire
gisement=target/release/gisement

territoire=data-samples/coteaux
donnees=target/demo/donnees
if [ "${1:-}" = --communes ]; then
  territoire=target/demo/territoire-$2
  donnees=target/demo/donnees-$2
  [ -d "$territoire" ] || "$gisement" exemple "$territoire" --communes "$2"
fi

dire 'Construction de l’édition'
"$gisement" construire "$territoire/observatoire.toml" --donnees "$donnees"
dire 'Service'
exec "$gisement" servir "$donnees" --adresse "${ADRESSE:-127.0.0.1:8080}"
