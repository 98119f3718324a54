#!/usr/bin/env bash
# Writes the sample as a site and reads its files with programs that are not ours: each tile of the archive beside the
# one of the service, each GeoParquet. The map on it is tested in the browser (scripts/navigateur.sh).
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

besoin 'python3 -m venv --help' python3-venv 'installer les lecteurs de PyPI'
installer_manquants
if [ -z "${GISEMENT_CONSTRUIT:-}" ]; then construire_web; fi
construire_binaire

environnement=target/statique/python
if [ ! -x "$environnement/bin/python" ]; then
  python3 -m venv "$environnement"
  "$environnement/bin/pip" install -q --disable-pip-version-check pmtiles==3.8.1 pyarrow==26.0.1 mapbox-vector-tile==2.2.0
fi
dossier=target/statique
servir_exemple "$dossier"
dire 'Un site, lu par d’autres programmes'
target/release/gisement exporter "$dossier/donnees" --statique "$dossier/site" --diffusion interne
"$environnement/bin/python" scripts/statique.py "$url" "$dossier/site"
