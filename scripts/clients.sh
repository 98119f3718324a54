#!/usr/bin/env bash
# Serves the sample and reads it as its users do: through GDAL's OGC API – Features driver, and as files with pyarrow,
# geopandas and rdflib; schemathesis asks for all that OpenAPI describes, awry. What GDAL finds by asking the server is
# compared with what it finds in a local copy of everything, so a wrong answer fails.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

besoin 'command -v ogr2ogr' gdal-bin 'lire le service comme le font QGIS et ogr2ogr'
besoin 'command -v curl' curl 'interroger le service'
besoin 'command -v node' nodejs 'lire ses réponses'
besoin 'python3 -m venv --help' python3-venv 'installer pyarrow, geopandas, rdflib et schemathesis'
installer_manquants
if [ -z "${GISEMENT_CONSTRUIT:-}" ]; then construire_web; fi
construire_binaire

dossier=target/clients
servir_exemple "$dossier"

# egal QUOI ATTENDU OBTENU
egal() {
  if [ "$2" != "$3" ]; then
    printf '✗ %s : %s attendu, %s obtenu\n' "$1" "$2" "$3" >&2
    exit 1
  fi
  printf '✓ %s : %s\n' "$1" "$3"
}
# positif QUOI NOMBRE: a test on nothing would prove nothing.
positif() { [ "$2" -gt 0 ] || { printf '✗ %s : rien à comparer\n' "$1" >&2; exit 1; }; }
# page COLLECTION PARAMÈTRES…: an answer of the service, each parameter being encoded.
page() {
  local adresse="$url/collections/$1/items" parametres=() p
  shift
  for p in "$@"; do parametres+=(--data-urlencode "$p"); done
  curl -sSf -G "$adresse" "${parametres[@]}"
}
# lire EXPRESSION: of the JSON document `d` read from standard input.
lire() { node -e 'const d = JSON.parse(require("node:fs").readFileSync(0, "utf8")); console.log(eval(process.argv[1]))' "$1"; }
trouves() { page "$@" limit=1 | lire d.numberMatched; }
# compter SOURCE COUCHE OPTIONS…: what GDAL counts.
compter() {
  local source=$1 couche=$2
  shift 2
  ogrinfo -ro -so "$@" "$source" "$couche" 2>/dev/null | sed -n 's/^Feature Count: //p'
}

oapif=OAPIF:$url
copie=$dossier/copie.gpkg
# selon CONDITION: how many parcels of the copy meet it in SQL. (Counts of a GeoPackage under -spat are of boxes.)
selon() {
  ogrinfo -ro -q "$copie" -dialect SQLITE -sql "SELECT COUNT(*) AS n FROM parcelles WHERE $1" | sed -nE 's/.*n \(.*\) = //p'
}
dire 'Couches et nombres d’objets'
# Names of layers hold no space.
collections=$(curl -sSf "$url/collections" | lire 'd.collections.map((c) => c.id).join(" ")')
couches=$(ogrinfo -ro "$oapif" 2>/dev/null | sed -nE 's/^[0-9]+: ([^ ]+).*/\1/p' | paste -sd ' ')
egal 'couches' "$collections" "$couches"
for c in $collections; do
  egal "objets de $c" "$(trouves "$c")" "$(compter "$oapif" "$c")"
done

dire 'Pages : tout lire, sept cents objets à la fois'
rm -f "$copie"
ogr2ogr -f GPKG "$copie" "$oapif" parcelles -oo PAGE_SIZE=700 -mapFieldType StringList=String 2>"$dossier/ogr2ogr.log" \
  || { cat "$dossier/ogr2ogr.log" >&2; exit 1; }
total=$(trouves parcelles)
[ "$total" -gt 1400 ] || { printf '✗ trop peu de parcelles pour plusieurs pages\n' >&2; exit 1; }
egal 'parcelles copiées' "$total" "$(compter "$copie" parcelles)"
distinctes=$(ogrinfo -ro -q "$copie" -sql 'SELECT COUNT(DISTINCT idu) AS n FROM parcelles' | sed -nE 's/.*n \(.*\) = //p')
egal 'parcelles distinctes' "$total" "$distinctes"

dire 'Types des attributs'
schema=$(ogrinfo -ro -so "$oapif" parcelles 2>/dev/null)
for attendu in 'idu: String (0.0)' 'contenance_m2: Integer (0.0)' 'utile_m2: Real (0.0)' 'indice: Real (0.0)' \
  'arpente: Integer(Boolean) (0.0)' 'created: Date (0.0)' 'types: StringList (0.0)' 'Geometry: Multi Polygon'; do
  egal 'schéma' "$attendu" "$(grep -Fx "$attendu" <<<"$schema" || true)"
done

dire 'Emprises'
# The middle of the sample and around it, in degrees.
for emprise in '3.42 43.60 3.44 43.61' '3.4300 43.6060 3.4305 43.6065' '3.3 43.5 3.6 43.7'; do
  attendu=$(selon "ST_Intersects(geom, BuildMbr(${emprise// /,}, 4326))")
  positif "$emprise" "$attendu"
  # shellcheck disable=SC2086 # four numbers
  egal "-spat $emprise" "$attendu" "$(compter "$oapif" parcelles -spat $emprise)"
  egal "bbox=$emprise" "$attendu" "$(trouves parcelles "bbox=${emprise// /,}")"
done

dire 'Attributs'
# GDAL sends equalities to the server and works out the rest: both must give what the copy gives.
for condition in "verdict = 'prioritaire'" "verdict = 'a_etudier' AND utile_m2 > 1500" "contenance_m2 = 1000 OR zone_type = 'N'" \
  'indice IS NULL'; do
  attendu=$(selon "$condition")
  positif "$condition" "$attendu"
  egal "-where $condition" "$attendu" "$(compter "$oapif" parcelles -where "$condition")"
done

dire 'Filtres CQL2, comparés au même SQL sur la copie'
# Alike in both languages; LIKE of SQLite knows no case, so it is asked of capitals only.
while IFS='|' read -r cql sql; do
  sql=${sql:-$cql}
  attendu=$(selon "$sql")
  positif "$sql" "$attendu"
  egal "$cql" "$attendu" "$(trouves parcelles "filter=$cql")"
done <<'FILTRES'
utile_m2 >= 1500 AND verdict IN ('prioritaire', 'a_etudier')
NOT (ces > 0.3)
NOT (ces > 0.3 OR potentiel < 50)
potentiel IS NULL OR potentiel BETWEEN 40 AND 60
verdict NOT IN ('sans_objet', 'ecarte') AND durete IS NOT NULL
utile_m2 * 2 < surface_m2 - 100
contenance_m2 > surface_m2
created > DATE('2010-06-30')|created > '2010-06-30'
section LIKE 'A_'
CASEI(zone_libelle) LIKE casei('ZNC%')|UPPER(zone_libelle) LIKE 'ZNC%'
arpente = TRUE|arpente = 1
A_CONTAINS(types, ('zae_vacante'))|types LIKE '%zae_vacante%'
FILTRES

dire 'Formes, comparées à GEOS'
triangle='POLYGON((3.42 43.60, 3.44 43.60, 3.43 43.615, 3.42 43.60))'
ligne='LINESTRING(3.42 43.60, 3.44 43.612)'
# A parcel that has neighbours, as WKT with all its decimals.
idu=$(ogrinfo -ro -q "$copie" -dialect SQLITE -sql "SELECT idu FROM parcelles WHERE ST_Within(geom, GeomFromText('$triangle', 4326)) LIMIT 1" | sed -nE 's/.*idu \(String\) = //p')
parcelle=$(page parcelles "idu=$idu" | lire '"MULTIPOLYGON(" + d.features[0].geometry.coordinates.map((p) => "(" + p.map((r) => "(" + r.map((c) => c.join(" ")).join(", ") + ")").join(", ") + ")").join(", ") + ")"')
for relation in Intersects Disjoint Within Overlaps; do
  attendu=$(selon "ST_$relation(geom, GeomFromText('$triangle', 4326))")
  positif "$relation" "$attendu"
  egal "S_${relation^^} du triangle" "$attendu" "$(trouves parcelles "filter=S_${relation^^}(geometry, $triangle)")"
done
for relation in Intersects Crosses; do
  attendu=$(selon "ST_$relation(geom, GeomFromText('$ligne', 4326))")
  positif "$relation" "$attendu"
  egal "S_${relation^^} de la ligne" "$attendu" "$(trouves parcelles "filter=S_${relation^^}(geometry, $ligne)")"
done
for relation in Equals Touches Intersects Contains; do
  attendu=$(selon "ST_$relation(geom, GeomFromText('$parcelle', 4326))")
  positif "$relation" "$attendu"
  egal "S_${relation^^} d’une parcelle" "$attendu" "$(trouves parcelles "filter=S_${relation^^}(geometry, $parcelle)")"
done

dire 'Systèmes de coordonnées'
lambert=http://www.opengis.net/def/crs/EPSG/0/2154
if ogrinfo --format OAPIF | grep -q "name='CRS'"; then
  egal 'CRS lu par GDAL' "$total" "$(compter "$oapif" parcelles -oo CRS=EPSG:2154)"
fi
# The service gives Lambert-93 as the layers have it; PROJ starts from degrees, rounded to a centimetre.
page parcelles "crs=$lambert" limit=500 >"$dossier/service.json"
page parcelles limit=500 >"$dossier/degres.json"
rm -f "$dossier/proj.json"
ogr2ogr -f GeoJSON -lco COORDINATE_PRECISION=6 -s_srs EPSG:4326 -t_srs EPSG:2154 "$dossier/proj.json" "$dossier/degres.json"
ecart=$(node -e '
const [a, b] = process.argv.slice(1).map((f) => JSON.parse(require("node:fs").readFileSync(f, "utf8")).features);
const flat = (fs) => fs.flatMap((f) => f.geometry.coordinates.flat(3));
const [x, y] = [flat(a), flat(b)];
if (x.length !== y.length || x.length < 4000) throw new Error(`${x.length} et ${y.length} nombres`);
console.log(Math.max(...x.map((v, i) => Math.abs(v - y[i]))) <= 0.008 ? "moins de 8 mm" : "plus de 8 mm");
' "$dossier/service.json" "$dossier/proj.json")
egal 'écart à PROJ en EPSG:2154' 'moins de 8 mm' "$ecart"
egal 'Content-Crs' "<$lambert>" "$(curl -sSf -o /dev/null -D - "$url/collections/parcelles/items?limit=1&crs=$lambert" | tr -d '\r' | sed -n 's/^content-crs: //p')"

dire 'Ordre'
premiers=$(page parcelles 'sortby=-utile_m2,+idu' limit=20 properties=idu | lire 'd.features.map((f) => f.properties.idu).join(" ")')
attendus=$(ogrinfo -ro -q "$copie" -dialect SQLITE -sql 'SELECT idu FROM parcelles ORDER BY utile_m2 DESC, idu LIMIT 20' | sed -nE 's/.*idu \(String\) = //p' | paste -sd ' ')
egal 'vingt plus grandes' "$attendus" "$premiers"

dire 'Fichiers et catalogue : pyarrow, geopandas, rdflib'
paquets=(pyarrow==26.0.1 geopandas==1.2.0 rdflib==7.6.0 schemathesis==4.32.5 openpyxl==3.1.5)
venv=$dossier/venv
if [ "$(cat "$venv/.paquets" 2>/dev/null)" != "${paquets[*]}" ]; then
  python3 -m venv "$venv"
  if "$venv/bin/pip" install --quiet "${paquets[@]}"; then printf '%s' "${paquets[*]}" >"$venv/.paquets"; fi
fi
if [ -f "$venv/.paquets" ]; then
  "$venv/bin/python" scripts/clients.py "$url"
  dire 'Exports : GDAL, sqlite, pyarrow, openpyxl'
  "$venv/bin/python" scripts/exports.py "$url" "$dossier/exports"
  dire 'Tout ce que décrit OpenAPI, demandé de travers : schemathesis'
  # One worker: the parser of CPython 3.11, which hypothesis calls, is not safe among threads (gh-106905).
  "$venv/bin/schemathesis" run "$url/api" --phases coverage,fuzzing --max-examples 4 --workers 1 --seed 2026 \
    --checks not_a_server_error,content_type_conformance,response_schema_conformance,status_code_conformance >"$dossier/schemathesis.log" 2>&1 \
    || { cat "$dossier/schemathesis.log" >&2; exit 1; }
  grep -E 'generated|Tested' "$dossier/schemathesis.log"
else
  printf 'PASSÉ SANS ÊTRE EXÉCUTÉ : pyarrow, geopandas, rdflib, schemathesis et openpyxl ne peuvent être installés (réseau ?)\n'
fi

dire 'Commandes du guide, telles qu’il les écrit'
rm -rf "$dossier/guide"
mkdir "$dossier/guide"
# The blocks marked sh, on this server.
sed -n '/^ *```sh$/,/^ *```$/{/^ *```/!p}' docs/guide-sig.md | sed "s|http://127.0.0.1:8080|$url|g" >"$dossier/guide.sh"
(cd "$dossier/guide" && bash -euxo pipefail ../guide.sh) >"$dossier/guide.log" 2>&1 || { cat "$dossier/guide.log" >&2; exit 1; }
egal 'dernière commande' 304 "$(tail -n 1 "$dossier/guide.log")"
positif 'terrains copiés' "$(compter "$dossier/guide/gisement.gpkg" terrains)"
egal 'parcelles prioritaires copiées' "$(trouves parcelles verdict=prioritaire)" "$(compter "$dossier/guide/prioritaires.gpkg" parcelles)"
egal 'meilleurs gisements' 20 "$(lire d.numberReturned <"$dossier/guide/meilleurs.geojson")"
positif 'parcelles de la sélection exportée' "$(compter "$dossier/guide/selection.gpkg" parcelles)"
positif 'zones touchées' "$(lire d.numberReturned <"$dossier/guide/zones.geojson")"

printf 'Les clients lisent le service correctement.\n'
