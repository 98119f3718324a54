#!/usr/bin/env bash
# The observatory pack of the sample, opened as its readers do: a PDF reader, a spreadsheet library, GDAL, QGIS.
# With --captures DOSSIER, writes the pictures of pages that the documentation shows.
set -euo pipefail
if [ "${1:-}" = --captures ]; then captures=$(realpath -m "${2:?dossier des captures}"); fi
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

besoin 'command -v ogrinfo' gdal-bin 'relire les couches'
besoin 'python3 -m venv --help' python3-venv 'installer Typst et les lecteurs de PyPI'
besoin '/usr/bin/python3 -c "import qgis.core"' python3-qgis 'ouvrir les couches dans QGIS'
installer_manquants
if [ -z "${GISEMENT_CONSTRUIT:-}" ]; then construire_web; fi
construire_binaire

dossier=target/lot
rm -rf "$dossier"
mkdir -p "$dossier"
venv=target/lot-venv
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import typst, pymupdf, openpyxl' 2>/dev/null; then
  python3 -m venv "$venv"
  if ! "$venv/bin/pip" install --quiet --disable-pip-version-check typst==0.14.9 pymupdf==1.26.5 openpyxl==3.1.5; then
    printf 'PASSÉ SANS ÊTRE EXÉCUTÉ : typst, pymupdf et openpyxl ne peuvent être installés (réseau ?)\n'
    exit 0
  fi
fi
# The engine of the `typst` program, as a wheel.
printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$racine/$venv/bin/python" "$(realpath scripts/typst-compile.py)" >"$dossier/typst"
chmod +x "$dossier/typst"
GISEMENT_TYPST=$(realpath "$dossier/typst")
export GISEMENT_TYPST

dire 'Le formateur et les gabarits du rapport'
"$GISEMENT_TYPST" compile --root crates/export/src/lot/rapport --ignore-system-fonts --font-path crates/export/src/lot/polices \
  crates/export/src/lot/rapport/essais.typ "$dossier/essais.pdf"

dire 'Le lot, deux fois'
target/release/gisement construire data-samples/coteaux/observatoire.toml --donnees "$dossier/donnees" >/dev/null
for i in 1 2; do
  target/release/gisement exporter "$dossier/donnees" --lot "$dossier/lot$i" --territoire scot:FICTIF-01
done
diff -r "$dossier/lot1" "$dossier/lot2" || { printf 'Le même lot n’a pas les mêmes octets.\n' >&2; exit 1; }
target/release/gisement exporter "$dossier/donnees" --lot "$dossier/public" --territoire scot:FICTIF-01 --diffusion publique

dire 'Le lot, relu'
"$venv/bin/python" scripts/lot.py "$dossier/lot1" ${captures:+"$captures"}

dire 'Le lot d’une commune, avec son mot et le logo de qui publie'
publie=$dossier/publie
cp -r data-samples/coteaux "$publie"
mkdir "$publie/mots"
printf 'La commune a ouvert une zone en 2022.\n' >"$publie/mots/commune-34901.md"
printf '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="45"><rect width="120" height="45" fill="#1f4e79"/></svg>' >"$publie/logo.svg"
printf '\n[publication]\norganisme = "Syndicat mixte (fictif)"\nlogo = "logo.svg"\ncommentaires = "mots"\n' >>"$publie/observatoire.toml"
exporter_commune() {
  target/release/gisement exporter "$dossier/donnees" --lot "$dossier/commune" --territoire commune:34901 --configuration "$publie/observatoire.toml"
}
exporter_commune
"$venv/bin/python" - "$dossier/commune" <<'PY'
import sys
import pymupdf

lot = sys.argv[1]
sheet = "".join(page.get_text() for page in pymupdf.open(f"{lot}/fiches-communales/34901.pdf"))
assert "La commune a ouvert une zone" in sheet and "À compléter par la commune" not in sheet, "le mot de la commune"
cover = pymupdf.open(f"{lot}/rapport.pdf")[0]
blue = [d for d in cover.get_drawings() if d["rect"].y1 < 100 and d.get("fill") and d["fill"][2] > 0.4 > d["fill"][0]]
assert blue and "Syndicat mixte" not in cover.get_text(clip=pymupdf.Rect(0, 0, 300, 100)), "le logo en couverture"
print("✓ mot de la commune dans sa fiche, logo en couverture")
PY
sed -i 's#"logo.svg"#"../logo.svg"#' "$publie/observatoire.toml"
cp "$publie/logo.svg" "$dossier/logo.svg"
if exporter_commune 2>"$dossier/refus.txt" || ! grep -q 'dossier de la configuration' "$dossier/refus.txt"; then
  printf 'Un logo hors du dossier de la configuration n’est pas refusé.\n' >&2
  exit 1
fi

dire 'Ses couches et son projet dans QGIS'
profil=$(mktemp -d)
trap 'rm -rf "$profil"' EXIT
chmod 700 "$profil"
QT_QPA_PLATFORM=offscreen HOME=$profil XDG_RUNTIME_DIR=$profil QGIS_CUSTOM_CONFIG_PATH=$profil \
  /usr/bin/python3 -I scripts/lot_qgis.py "$dossier/lot1" "$dossier/qgis"
if [ -n "${captures:-}" ]; then cp "$dossier/qgis/page-1.png" "$captures/projet-qgis.png"; fi
