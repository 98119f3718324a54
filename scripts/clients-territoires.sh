#!/usr/bin/env bash
# GDAL and QGIS read whole territories: one of more than ten thousand parcels, page after page, then a real one. What
# they find by asking the service is compared with what they find in a local copy.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

besoin 'command -v ogr2ogr' gdal-bin 'lire le service comme le font QGIS et ogr2ogr'
besoin 'command -v curl' curl 'interroger le service'
besoin '/usr/bin/python3 -c "import qgis.core"' python3-qgis 'ouvrir le service dans QGIS'
besoin 'dpkg -s qgis-providers' qgis-providers 'lire OGC API – Features dans QGIS'
installer_manquants
if [ -z "${GISEMENT_CONSTRUIT:-}" ]; then construire_web; fi
construire_binaire

dossier=target/clients-territoires
rm -rf "$dossier"
mkdir -p "$dossier"

# egal QUOI ATTENDU OBTENU
egal() {
  [ "$2" = "$3" ] || { printf '✗ %s : %s attendu, %s obtenu\n' "$1" "$2" "$3" >&2; exit 1; }
  printf '✓ %s : %s\n' "$1" "$3"
}
lire() { /usr/bin/python3 -c "import json, sys; d = json.load(sys.stdin); print($1)"; }
trouves() { curl -sSf "$url/collections/$1/items?limit=1${2:+&$2}" | lire 'd["numberMatched"]'; }
compter() {
  local source=$1 couche=$2
  shift 2
  ogrinfo -ro -so "$@" "$source" "$couche" 2>/dev/null | sed -n 's/^Feature Count: //p'
}
selon() {
  ogrinfo -ro -q "$copie" -dialect SQLITE -sql "SELECT COUNT($2) AS n FROM parcelles WHERE $1" | sed -nE 's/.*n \(.*\) = //p'
}

# examiner NOM OBSERVATOIRE AU_MOINS
examiner() {
  local nom=$1 au_moins=$3 c couches oapif total centre condition attendu
  # Read by `selon`.
  copie=$dossier/$nom/copie.gpkg
  dire "$nom : GDAL"
  servir_territoire "$dossier/$nom" "$2"
  oapif=OAPIF:$url
  couches=$(curl -sSf "$url/collections" | lire '" ".join(c["id"] for c in d["collections"])')
  for c in $couches; do
    egal "objets de $c" "$(trouves "$c")" "$(compter "$oapif" "$c")"
  done
  total=$(trouves parcelles)
  [ "$total" -ge "$au_moins" ] || { printf '✗ %s parcelles, %s attendues au moins\n' "$total" "$au_moins" >&2; exit 1; }
  # The pages that GDAL chooses by itself.
  ogr2ogr -f GPKG "$copie" "$oapif" parcelles -mapFieldType StringList=String 2>"$dossier/ogr2ogr.log" \
    || { cat "$dossier/ogr2ogr.log" >&2; exit 1; }
  egal 'parcelles copiées' "$total" "$(compter "$copie" parcelles)"
  egal 'parcelles distinctes' "$total" "$(selon 1 'DISTINCT idu')"
  # A square of 1 km where gisements are densest.
  centre=$(curl -sSf "$url/edition" | lire '" ".join("%.6f" % (d["depart"]["centre"][i % 2] + by) for i, by in enumerate((-.006, -.0045, .006, .0045)))')
  attendu=$(selon "ST_Intersects(geom, BuildMbr(${centre// /,}, 4326))" '*')
  [ "$attendu" -gt 0 ] || { printf '✗ rien autour du centre\n' >&2; exit 1; }
  # shellcheck disable=SC2086 # four numbers
  egal "-spat $centre" "$attendu" "$(compter "$oapif" parcelles -spat $centre)"
  for condition in "contenance_m2 > 1000" "zone_type = 'U' AND utile_m2 > 500" "verdict = 'reserve'"; do
    egal "-where $condition" "$(selon "$condition" '*')" "$(compter "$oapif" parcelles -where "$condition")"
  done
  dire "$nom : QGIS"
  /usr/bin/python3 -I scripts/qgis_tout.py "$url" "$total"
}

profil=$(mktemp -d)
export QT_QPA_PLATFORM=offscreen XDG_RUNTIME_DIR=$profil QGIS_CUSTOM_CONFIG_PATH=$profil
chmod 700 "$profil"

target/release/gisement exemple "$dossier/source" --communes 9
examiner 'plus de dix mille parcelles' "$dossier/source/observatoire.toml" 15000

reel=tests/territoires-reels/ennezat/observatoire.toml
if [ -d ../shared/data/commune_complete_63148_ennezat ]; then
  examiner Ennezat "$reel" 2000
else
  printf 'PASSÉ SANS ÊTRE EXÉCUTÉ : territoire réel (données absentes : ../shared/data)\n'
fi
rm -rf "$profil"
printf 'Les clients lisent ces territoires en entier.\n'
