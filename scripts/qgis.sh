#!/usr/bin/env bash
# Serves the sample and opens it in QGIS, without a screen: layers, attributes, filters, styles, a rendered map, tiles.
# QGIS takes 650 MB of disk the first time.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

# The Python that Debian's QGIS is made for, whatever else is first in PATH.
besoin '/usr/bin/python3 -c "import qgis.core"' python3-qgis 'ouvrir le service dans QGIS'
besoin 'dpkg -s qgis-providers' qgis-providers 'lire OGC API – Features dans QGIS'
installer_manquants
if [ -z "${GISEMENT_CONSTRUIT:-}" ]; then construire_web; fi
construire_binaire

dossier=target/qgis
servir_exemple "$dossier"
# A profile of its own: the user's is neither read nor written.
profil=$(mktemp -d)
trap 'kill $serveur 2>/dev/null || true; rm -rf "$profil"' EXIT
export QT_QPA_PLATFORM=offscreen HOME=$profil XDG_RUNTIME_DIR=$profil QGIS_CUSTOM_CONFIG_PATH=$profil
chmod 700 "$profil"
# Isolated, so that the script does not hide the module of the same name.
/usr/bin/python3 -I scripts/qgis.py "$url" "$dossier"
