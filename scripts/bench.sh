#!/usr/bin/env bash
# Measures, on generated territories (about 3 500 parcels a commune: 29 for 100 000 parcels, 283 for 1 000 000).
#   bash scripts/bench.sh construire [communes…]   files → published edition
#   bash scripts/bench.sh lire [communes…]         one file of parcels → canonical layer, beside GDAL and DuckDB
#   bash scripts/bench.sh interroger [communes…]   a served edition: start, memory, rankings and filters by curl
#   bash scripts/bench.sh servir [communes…]       tiles, items, pages and start, beside Martin, TiPg and pygeoapi on PostGIS
#   bash scripts/bench.sh exporter [communes…]     all parcels in each format, beside ogr2ogr from the GeoPackage
#   bash scripts/bench.sh carte                    first view of the map in Chromium, on the sample
#   bash scripts/bench.sh superposer [parcels…]    the overlay engine alone, beside DuckDB, shapely and PostGIS
#                                                  (FOIS=3 passes each; beyond 2 000 000 parcels, ours alone)
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

preparer() {
  outils_de_construction
  besoin '[ -x /usr/bin/time ]' time 'mesurer le temps et la mémoire'
  besoin 'command -v ogr2ogr' gdal-bin 'comparer à GDAL'
  installer_manquants
  if [ -z "${GISEMENT_CONSTRUIT:-}" ]; then construire_web; fi
  construire_binaire
}

entete() { printf '%-48s %9s  %13s  %10s\n' '' 'durée' 'processeur' 'mémoire'; }

# mesure LIBELLÉ COMMANDE…: wall time, CPU seconds, peak resident memory.
mesure() {
  local libelle=$1 fichier
  shift
  fichier=$(mktemp)
  if ! /usr/bin/time -o "$fichier" -f '%e %U %S %M' "$@" >"$fichier.sortie" 2>&1; then
    printf '%-48s échec : %s\n' "$libelle" "$(tail -n 1 "$fichier.sortie")"
    return 0
  fi
  awk -v l="$libelle" '{ printf "%-48s %7.2f s  %7.2f s CPU  %6.0f MiB\n", l, $1, $2 + $3, $4 / 1024 }' "$fichier"
  rm -f "$fichier" "$fichier.sortie"
}

territoire() {
  base=target/bench/$1
  mkdir -p "$base"
  if [ ! -f "$base/territoire/observatoire.toml" ]; then
    target/release/gisement exemple "$base/territoire" --communes "$1" >/dev/null 2>&1
  fi
}

construire() {
  local communes
  for communes in "${@:-29}"; do
    territoire "$communes"
    rm -rf "$base/donnees"
    mesure "construire, fichiers → édition ($communes communes)" target/release/gisement construire "$base/territoire/observatoire.toml" --donnees "$base/donnees"
    local services=$base/territoire/equipements/services.csv
    cp "$services" "$base/services.csv"
    sed -i '50d' "$services"
    mesure 'construire, un équipement de moins (reprise)' target/release/gisement construire "$base/territoire/observatoire.toml" --donnees "$base/donnees"
    cp "$base/services.csv" "$services"
    grep -o '"parcelles_reprises": [0-9]*' "$base/donnees/editions/$(cat "$base/donnees/courant")/journal.json"
    mesure 'construire à une autre date (couches gardées)' target/release/gisement construire "$base/territoire/observatoire.toml" --donnees "$base/donnees" --date 2026-05-25
    grep -o '"parcelles": [0-9]*' "$base/donnees/editions/$(cat "$base/donnees/courant")/manifest.json" | head -n 1
  done
}

# DuckDB's fastest path (serving.md §2): lines as CSV, JSON fields, geometry; no spatial index, no validity, no report.
DUCKDB='
import sys, duckdb
from duckdb_extensions import import_extension
import_extension("spatial")
c = duckdb.connect(sys.argv[2])
c.load_extension("spatial")
c.execute("SET threads = 2")
c.execute("SET enable_progress_bar = false")
c.execute("""CREATE TABLE p AS
  SELECT j->>'"'"'$.properties.id'"'"' AS id, (j->>'"'"'$.properties.contenance'"'"')::INT AS contenance,
         ST_GeomFromGeoJSON(j->>'"'"'$.geometry'"'"') AS geom
  FROM (SELECT rtrim(l, '"'"',]}'"'"') || '"'"'}}'"'"' AS j
        FROM read_csv(?, columns = {'"'"'l'"'"': '"'"'VARCHAR'"'"'}, delim = chr(1), quote = '"'"''"'"', escape = '"'"''"'"', header = false, auto_detect = false)
        WHERE l LIKE '"'"'{"type":"Feature",%'"'"')""", [sys.argv[1]])
print(c.sql("SELECT count(*) FROM p").fetchone()[0])
c.close()
'

lire() {
  local communes lire
  cargo build --release --locked -p gisement-ingest --bench lire 2>&1 | tail -n 1
  lire=$(find target/release/deps -maxdepth 1 -name 'lire-*' -executable -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2)
  for communes in "${@:-29}"; do
    territoire "$communes"
    local un=$base/parcelles.json
    # One département file in Etalab's layout, from those of the communes.
    [ -f "$un" ] || { find "$base/territoire/cadastre" -name '*-parcelles.json*' | sort | while read -r f; do zcat -f "$f"; echo; done | awk '
      BEGIN { printf "{\"type\":\"FeatureCollection\",\"features\":[" }
      /^\{"type":"Feature",/ { sub(/,$/, ""); sub(/\]\}$/, ""); printf "%s\n%s", (n++ ? "," : ""), $0 }
      END { print "]}" }' >"$un"; }
    printf '%s communes, %s entités, %s Mo\n' "$communes" "$(grep -c '^{"type":"Feature",' "$un")" "$(($(stat -c %s "$un") / 1000000))"
    rm -rf "$base"/lu*
    mesure 'Gisement : GeoJSON → couche canonique' "$lire" "$un" "$base/lu"
    [ -f "$un.gz" ] || gzip -1 -k "$un"
    mesure 'Gisement : GeoJSON.gz → couche canonique' "$lire" "$un.gz" "$base/lu-gz"
    if [ "$communes" -le 300 ]; then
      mesure 'GDAL : ogr2ogr → GeoPackage (index R-tree)' ogr2ogr -f GPKG "$base/lu.gpkg" "$un"
      if python3 -c 'import duckdb, duckdb_extensions' 2>/dev/null; then
        mesure 'DuckDB : lignes, JSON, ST_GeomFromGeoJSON' python3 -c "$DUCKDB" "$un" "$base/lu.duckdb"
      else
        printf 'DuckDB absent : pip install duckdb duckdb-extensions duckdb-extension-spatial\n'
      fi
    fi
  done
}

# The versions that docs/performances.md names.
PAIRS=(duckdb==1.5.5 duckdb-extensions==1.5.5 duckdb-extension-spatial==1.5.5 shapely==2.2.0 numpy==2.4.6 scipy==1.17.1
  pyarrow==26.0.1 'psycopg[binary]==3.3.9')

pairs_python() {
  venv=target/bench/venv
  if [ "$(cat "$venv/.pairs" 2>/dev/null)" != "${PAIRS[*]}" ]; then
    dire 'Moteurs comparés (pip, dans target/bench/venv)'
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet "${PAIRS[@]}"
    printf '%s' "${PAIRS[*]}" >"$venv/.pairs"
  fi
}

superposer() {
  local n zones d moteur nous dossiers=()
  source "$racine/scripts/postgres.sh"
  besoin 'python3 -m venv --help' python3-venv 'installer DuckDB et shapely'
  besoin_de_postgis 'comparer à PostGIS'
  installer_manquants
  pairs_python
  cargo build --release --locked -p gisement-index --bench superposer
  nous=$(find target/release/deps -maxdepth 1 -name 'superposer-*' -executable -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2)
  demarrer_postgres 2GB -c autovacuum=off
  for n in "$@"; do
    for zones in coarse fine; do
      d=target/bench/superposer/$n-$zones
      rm -rf "$d"
      mkdir -p "$d"
      "$nous" ecrire "$d" "$n" "$zones"
      "$nous" mesurer "$d" "${FOIS:-3}" >"$d/gisement.json"
      for moteur in duckdb shapely postgis; do
        [ "$n" -le 2000000 ] || continue
        GISEMENT_POSTGRES=$base "$venv/bin/python" scripts/superposer.py "$moteur" "$d" "${FOIS:-3}" >"$d/$moteur.json"
      done
      dossiers+=("$d")
    done
  done
  "$venv/bin/python" scripts/superposer.py comparer "${dossiers[@]}"
}

# repete NOM ADRESSE PARAMÈTRES…: milliseconds of two hundred requests, one after the other.
repete() {
  local nom=$1 adresse=$2
  shift 2
  for _ in $(seq 200); do curl -sSf -G -o /dev/null -w '%{time_total}\n' "$adresse" "$@"; done | sort -n | awk -v n="$nom" '
    { t[NR] = $1 * 1000 } END { printf "%-64s %7.1f ms p50  %7.1f ms p99\n", n, t[int(NR / 2)], t[int(NR * .99)] }'
}

interroger() {
  local communes sortie serveur url
  for communes in "${@:-29}"; do
    territoire "$communes"
    rm -rf "$base/donnees"
    target/release/gisement construire "$base/territoire/observatoire.toml" --donnees "$base/donnees" >/dev/null 2>&1
    sortie=$(mktemp)
    local debut
    debut=$(date +%s%N)
    target/release/gisement servir "$base/donnees" --adresse 127.0.0.1:0 >"$sortie" 2>/dev/null &
    serveur=$!
    until url=$(grep -oE -m 1 'http://127\.0\.0\.1:[0-9]+' "$sortie" | head -n 1) && [ -n "$url" ]; do kill -0 "$serveur"; sleep 0.01; done
    curl -sSf -o /dev/null "$url/edition"
    printf 'du lancement à la première réponse : %s ms\n' "$((($(date +%s%N) - debut) / 1000000))"
    sleep 10
    grep -E 'VmRSS|RssAnon' "/proc/$serveur/status"
    local classement=$url/classement parcelles=$url/collections/parcelles/items
    repete 'classement, cent premiers' "$classement"
    repete 'classement, poids de deux critères' "$classement" -d poids.transport=9 -d poids.etat=2
    repete 'classement, poids d’axes, emprise de tout' "$classement" -d potentiel=3 -d besoin=1 -d bbox=0,40,6,50
    repete 'classement, filtre CQL2' "$classement" --data-urlencode 'filter=utile_m2 > 2000 AND dist_transport_m < 500'
    repete 'parcelles, filtre CQL2, cent premières' "$parcelles" -d limit=100 --data-urlencode 'filter=utile_m2 > 2000 AND dist_transport_m < 500'
    repete 'parcelles, triées, cent premières' "$parcelles" -d limit=100 -d sortby=-utile_m2
    repete 'parcelles, mille à partir de la 900 000e' "$parcelles" -d limit=1000 -d offset=900000
    grep -E 'VmRSS|RssAnon' "/proc/$serveur/status"
    kill "$serveur"
    wait "$serveur" || true
    rm -f "$sortie"
  done
}

# exporter: our writers from an edition, and GDAL's from our GeoPackage, which it reads fastest; the same rows and
# columns. What we zip, GDAL writes unzipped (SHP, CSV).
exporter() {
  local communes sortie pilote
  for communes in "${@:-29}"; do
    territoire "$communes"
    [ -f "$base/donnees/courant" ] || target/release/gisement construire "$base/territoire/observatoire.toml" --donnees "$base/donnees" >/dev/null 2>&1
    rm -rf "$base/exports"
    mkdir -p "$base/exports"
    for sortie in gpkg shp.zip geojson fgb parquet csv.zip xlsx; do
      mesure "Gisement : parcelles.$sortie ($communes communes)" target/release/gisement exporter "$base/donnees" --collection parcelles --sortie "$base/exports/parcelles.$sortie"
    done
    while IFS=, read -r pilote sortie; do
      # shellcheck disable=SC2046 # options of a driver
      mesure "GDAL : $pilote" ogr2ogr -f "$pilote" "$base/exports/gdal.$sortie" "$base/exports/parcelles.gpkg" parcelles $([ "$sortie" = csv ] && echo -lco GEOMETRY=AS_XY) $([ "$sortie" = geojson ] && echo -lco RFC7946=YES)
    done <<'PILOTES'
GPKG,gpkg
ESRI Shapefile,shp
GeoJSON,geojson
FlatGeobuf,fgb
CSV,csv
XLSX,xlsx
PILOTES
    du -sh "$base/exports"/* | sort -k2
  done
}

case ${1:-construire} in
  carte)
    preparer
    servir_exemple target/bench/carte
    if [ ! -d tests/navigateur/node_modules ]; then (cd tests/navigateur && npm ci --no-audit --no-fund --loglevel=error); fi
    GISEMENT_URL=$url node tests/navigateur/premiere-vue.mjs "${@:2}"
    ;;
  exporter) preparer; exporter "${@:2}" ;;
  interroger) preparer; if [ $# -gt 1 ]; then interroger "${@:2}"; else interroger 29; fi ;;
  lire) preparer; entete; lire "${@:2}" ;;
  construire) preparer; entete; construire "${@:2}" ;;
  servir)
    preparer
    source "$racine/scripts/bench/servir.sh"
    if [ $# -gt 1 ]; then servir "${@:2}"; else servir 29; fi
    ;;
  superposer) if [ $# -gt 1 ]; then superposer "${@:2}"; else superposer 100000; fi ;;
  *) sed -n '2,10p' "$0"; exit 2 ;;
esac
