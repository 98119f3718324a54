#!/usr/bin/env bash
# Serves the sample and asks it the abstract tests of OGC API – Features (Parts 1 to 3) and Tiles, and reads every tile
# with other people's decoders: see scripts/conformite/ and docs/conformance.md.
# GISEMENT_ECRIRE=1 writes the table into docs/conformance.md; GISEMENT_URL=… asks a server that already runs.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

besoin 'python3 -m venv --help' python3-venv 'installer ce qui lit les réponses'
installer_manquants

dossier=target/conformite
mkdir -p "$dossier"
paquets=(requests==2.34.2 shapely==2.2.0 pyproj==3.7.2 jsonschema==4.26.0 tipg==1.6.1 morecantile==7.1.0 brotli==1.2.1 zstandard==0.25.0
  openapi-spec-validator==0.9.0 geojson-pydantic==2.2.0 mapbox-vector-tile==2.2.0)
venv=$dossier/venv
if [ "$(cat "$venv/.paquets" 2>/dev/null)" != "${paquets[*]}" ]; then
  python3 -m venv "$venv"
  if "$venv/bin/pip" install --quiet "${paquets[@]}"; then
    printf '%s' "${paquets[*]}" >"$venv/.paquets"
  else
    printf 'PASSÉ SANS ÊTRE EXÉCUTÉ : les lecteurs de PyPI ne peuvent être installés (réseau ?)\n'
    exit 0
  fi
fi

if [ -n "${GISEMENT_URL:-}" ]; then
  url=$GISEMENT_URL
else
  if [ -z "${GISEMENT_CONSTRUIT:-}" ]; then construire_web; fi
  construire_binaire
  servir_exemple "$dossier"
fi

dire 'Tests abstraits de l’OGC'
document=()
if [ -n "${GISEMENT_ECRIRE:-}" ]; then document=(docs/conformance.md); fi
"$venv/bin/python" scripts/conformite "$url" scripts/conformite/ecarts.txt "${document[@]}"
