#!/usr/bin/env bash
# Publishes the sample in a real PostGIS, and reads it back: values, types, keys, comments, two editions that take
# turns under readers, publications that are killed, two at a time, the public form, what is refused.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
source "$racine/scripts/postgres.sh"

besoin_de_postgis 'publier une édition dans une vraie base'
besoin 'command -v ogrinfo' gdal-bin 'lire la base comme le fait un SIG'
besoin 'command -v python3' python3 'comparer les valeurs'
installer_manquants
if [ -z "${GISEMENT_CONSTRUIT:-}" ]; then construire_web; fi
construire_binaire
gisement=$racine/target/release/gisement

egal() {
  if [ "$2" != "$3" ]; then
    printf '✗ %s : %s attendu, %s obtenu\n' "$1" "$2" "$3" >&2
    exit 1
  fi
  printf '✓ %s : %s\n' "$1" "$3"
}
positif() { [ "$2" -gt 0 ] || { printf '✗ %s : rien\n' "$1" >&2; exit 1; }; printf '✓ %s : %s\n' "$1" "$2"; }

dire 'Deux éditions, et un serveur PostgreSQL privé'
dossier=target/postgis
rm -rf "$dossier"
mkdir -p "$dossier"
donnees=$dossier/donnees
$gisement construire data-samples/coteaux/observatoire.toml --donnees "$donnees" >/dev/null 2>&1
une=$(cat "$donnees/courant")
$gisement construire data-samples/coteaux/observatoire.toml --donnees "$donnees" --date 2028-03-01 >/dev/null 2>&1
autre=$(cat "$donnees/courant")
schema() { printf 'gisement_%s' "${1//-/_}"; }
demarrer_postgres 128MB
base_de() { printf '%s' "host=$base user=postgres dbname=$1"; }
psql_de() { printf '%s\n' "$bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 "$(base_de "$1")"; }
# sql REQUÊTE [BASE]
sql() { local commande; mapfile -t commande < <(psql_de "${2:-interne}"); "${commande[@]}" -c "$1"; }
for b in interne publique nue; do sql "CREATE DATABASE $b" postgres; done
for b in interne publique; do sql 'CREATE EXTENSION postgis' $b; done
publier() { "$gisement" exporter "$donnees" --postgis "$(base_de interne)" "$@"; }
# What it says is shown when it fails.
publier_bien() { publier "$@" >"$dossier/publication" 2>&1 || { cat "$dossier/publication" >&2; exit 1; }; }
# exports DIFFUSION ÉDITION DOSSIER: every collection of an edition as GeoJSON, in its own projection.
exports() {
  mkdir -p "$3"
  local c
  for c in $(sql "SELECT table_name FROM information_schema.tables WHERE table_schema = 'courant' AND table_name NOT IN ('edition', 'sources') ORDER BY 1" "$1"); do
    "$gisement" exporter "$donnees" --edition "$2" --diffusion "$1" --collection "$c" --crs EPSG:2154 --sortie "$3/$c.geojson" >/dev/null 2>&1
  done
}
relire() { local commande; mapfile -t commande < <(psql_de "$1"); python3 scripts/postgis.py "$2" "$3" "${commande[@]}"; }

dire 'Une édition, relue'
publier --edition "$une"
exports interne "$une" "$dossier/une"
relire interne "$dossier/une" courant
relire interne "$dossier/une" "$(schema "$une")"
egal 'édition servie' "$une|2026-11-01|interne|t" "$(sql 'SELECT id, date, diffusion, fictif FROM courant.edition')"
positif 'sources' "$(sql 'SELECT count(*) FROM courant.sources WHERE producteur IS NOT NULL')"
egal 'types' "text bigint boolean date double precision text[] geometry(MultiPolygon,2154)" "$(sql "
  SELECT string_agg(format_type(atttypid, atttypmod), ' ' ORDER BY array_position('{idu,contenance_m2,arpente,created,surface_m2,types,geom}', attname::text))
  FROM pg_attribute WHERE attrelid = '$(schema "$une").parcelles'::regclass AND attname IN ('idu', 'contenance_m2', 'arpente', 'created', 'surface_m2', 'types', 'geom')")"
egal 'géométries invalides, ou d’un autre système' 0 "$(sql "SELECT count(*) FROM courant.parcelles WHERE NOT ST_IsValid(geom) OR ST_SRID(geom) <> 2154")"
egal 'couches sans système légal' 0 "$(sql "SELECT count(*) FROM public.geometry_columns WHERE srid <> 2154")"
egal 'clés de parcelles' 'idu departement' "$(sql "
  SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = (SELECT indexrelid FROM pg_index WHERE indrelid = '$(schema "$une").parcelles'::regclass AND indisprimary)")"
egal 'index de parcelles' 'btree btree gist' "$(sql "
  SELECT string_agg(amname, ' ' ORDER BY amname) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam WHERE i.indrelid = '$(schema "$une").parcelles'::regclass")"
egal 'géométries sans index' 0 "$(sql "
  SELECT count(*) FROM public.geometry_columns g WHERE f_table_schema = '$(schema "$une")' AND NOT EXISTS (SELECT 1 FROM pg_indexes i WHERE i.schemaname = g.f_table_schema AND i.tablename = g.f_table_name AND indexdef LIKE '%gist%')")"
for s in courant "$(schema "$une")"; do
  egal "$s : colonnes sans commentaire" 0 "$(sql "
    SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = '$s'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid) IS NULL)")"
done
egal 'commentaire' 'Contenance cadastrale (m²). NULL : inconnu.' "$(sql "SELECT col_description('courant.parcelles'::regclass, attnum) FROM pg_attribute WHERE attrelid = 'courant.parcelles'::regclass AND attname = 'contenance_m2'")"
lus=$(ogrinfo -ro -so "PG:$(base_de interne)" courant.parcelles | sed -n 's/^Feature Count: //p')
egal 'parcelles vues par GDAL' "$(ogrinfo -ro -so "$dossier/une/parcelles.geojson" parcelles | sed -n 's/^Feature Count: //p')" "$lus"
positif 'système vu par GDAL' "$(ogrinfo -ro -so "PG:$(base_de interne)" courant.parcelles | grep -c 'ID\["EPSG",2154\]')"

dire 'La même édition encore, puis une autre : un ancien instantané n’est jamais vide'
sql "CREATE ROLE lecteur LOGIN; GRANT USAGE ON SCHEMA courant TO lecteur; GRANT SELECT ON ALL TABLES IN SCHEMA courant TO lecteur"
sql "CREATE SCHEMA equipe; CREATE VIEW equipe.prioritaires AS SELECT idu, geom FROM courant.parcelles WHERE verdict = 'prioritaire'"
publier_bien --edition "$une"
egal 'schémas' "$(schema "$une")" "$(sql "SELECT string_agg(nspname, ' ') FROM pg_namespace WHERE nspname LIKE 'gisement%'")"
mapfile -t psql_interne < <(psql_de interne)
mkfifo "$dossier/ordres"
"${psql_interne[@]}" <"$dossier/ordres" >"$dossier/ancien" 2>&1 &
ancien=$!
exec 3>"$dossier/ordres"
printf 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class WHERE false;\n' >&3
sleep 0.3
publier_bien --edition "$autre"
printf 'SELECT id, (SELECT count(*) FROM courant.parcelles), (SELECT count(*) > 0 FROM courant.sources) FROM courant.edition; COMMIT;\n' >&3
exec 3>&-
wait $ancien
egal 'ce que voit un instantané pris avant' "$autre|$(sql 'SELECT count(*) FROM courant.parcelles')|t" "$(tail -n 1 "$dossier/ancien")"
egal 'ce que garde un lecteur' "$autre" "$("$bin/psql" -XqAt "host=$base user=lecteur dbname=interne" -c 'SELECT id FROM courant.edition')"
positif 'vue d’une équipe sur « courant »' "$(sql 'SELECT count(*) FROM equipe.prioritaires')"
exports interne "$autre" "$dossier/autre"
relire interne "$dossier/autre" courant
relire interne "$dossier/une" "$(schema "$une")"

dire 'Deux éditions à tour de rôle, sous des lecteurs'
# What a reader may see, together, in a transaction or in one statement.
ensemble="(SELECT count(*) FROM courant.parcelles WHERE verdict = 'a_etudier')"
par_commune='(SELECT sum(nb_a_etudier) FROM courant.communes)'
attendu() { sql "SELECT id, (SELECT count(*) FROM $(schema "$1").parcelles WHERE verdict = 'a_etudier'), (SELECT sum(nb_a_etudier) FROM $(schema "$1").communes) FROM $(schema "$1").edition"; }
{ attendu "$une"; attendu "$autre"; } | sort >"$dossier/permis"
egal 'ce qui distingue les éditions' 2 "$(cut -d '|' -f 2,3 "$dossier/permis" | sort -u | wc -l)"
{
  for _ in $(seq 50); do
    printf "SELECT id, %s, %s FROM courant.edition;\n" "$ensemble" "$par_commune"
    printf "BEGIN; SELECT %s AS a \\\\gset\nSELECT id FROM courant.edition \\\\gset\nSELECT :'id', :'a', %s; COMMIT;\n" "$ensemble" "$par_commune"
    printf "BEGIN; SELECT id FROM courant.edition \\\\gset\nSELECT :'id', %s, %s; COMMIT;\n" "$ensemble" "$par_commune"
    printf "DO 'BEGIN PERFORM pg_sleep(0.05); END';\n"
  done
} >"$dossier/lecture.sql"
lire() { while [ ! -e "$dossier/fini" ]; do "${psql_interne[@]}" -f "$dossier/lecture.sql" || return 1; done; }
lecteurs=()
for n in 1 2 3; do
  lire >"$dossier/vu.$n" 2>"$dossier/erreurs.$n" &
  lecteurs+=($!)
done
for _ in 1 2 3; do
  publier_bien --edition "$une"
  publier_bien --edition "$autre"
done
touch "$dossier/fini"
for l in "${lecteurs[@]}"; do wait "$l" || { cat "$dossier"/erreurs.* >&2; exit 1; }; done
egal 'erreurs des lecteurs' '' "$(cat "$dossier"/erreurs.*)"
egal 'ce qu’ils ont vu' "$(cat "$dossier/permis")" "$(cat "$dossier"/vu.? | sort -u)"
positif 'lectures' "$(cat "$dossier"/vu.? | wc -l)"

dire 'Publications tuées'
tuees=0
for dixieme in 1 2 3 4 5 6 8 10 12 15; do
  # In a shell of its own, which says of the death what nobody needs to read.
  if ! (timeout -s KILL "$((dixieme / 10)).$((dixieme % 10))" "$gisement" exporter "$donnees" --edition "$une" --postgis "$(base_de interne)" || exit 1) >/dev/null 2>&1; then
    tuees=$((tuees + 1))
  fi
  vu=$(sql "SELECT id, $ensemble, $par_commune FROM courant.edition")
  grep -qxF "$vu" "$dossier/permis" || { printf '✗ après %s dixièmes : %s\n' "$dixieme" "$vu" >&2; exit 1; }
done
positif 'tuées en chemin' "$tuees"
publier_bien --edition "$autre"
egal 'schémas ensuite' "$(schema "$une") $(schema "$autre")" "$(sql "SELECT string_agg(nspname, ' ' ORDER BY nspname) FROM pg_namespace WHERE nspname LIKE 'gisement%'")"
relire interne "$dossier/autre" courant

dire 'Ce qui est refusé, et ce qui est gardé'
# refuse QUOI MESSAGE CODE COMMANDE…
refuse() {
  local quoi=$1 message=$2 code=$3 obtenu sortie
  shift 3
  obtenu=0
  sortie=$("$@" 2>&1) || obtenu=$?
  egal "$quoi : code de sortie" "$code" "$obtenu"
  grep -qF -- "$message" <<<"$sortie" || { printf '✗ %s : %s\n' "$quoi" "$sortie" >&2; exit 1; }
  if grep -qF motsecret <<<"$sortie"; then printf '✗ mot de passe montré : %s\n' "$sortie" >&2; exit 1; fi
}
vers() { "$gisement" exporter "$donnees" --postgis "$@"; }
sql 'SELECT pg_advisory_lock(x'"'$(printf gisement | od -An -tx1 | tr -d ' \n')'"'::bigint); SELECT pg_sleep(14)' >/dev/null &
autre_publication=$!
sleep 0.5
refuse 'deux publications' 'une autre publication est en cours' 1 publier
wait $autre_publication
refuse 'sans PostGIS' 'CREATE EXTENSION postgis' 1 vers "$(base_de nue)"
refuse 'chiffrement' 'ne chiffre pas' 2 vers 'postgresql://a:motsecret@localhost/b?sslmode=require'
refuse 'réseau' 'ne serait pas chiffrée' 2 vers 'postgresql://a:motsecret@sig.exemple.invalid/b'
refuse 'adresse' 'illisible' 2 vers 'host=localhost mot motsecret'
refuse 'serveur absent' 'impossible' 1 vers 'host=/nulle/part user=a password=motsecret'
refuse 'fichier et base' '--sortie' 2 vers "$(base_de interne)" --sortie x.gpkg
refuse 'autre forme' 'sert la forme interne' 1 publier --diffusion publique
sql "CREATE VIEW equipe.directe AS SELECT idu FROM $(schema "$une").parcelles"
refuse 'une vue d’une équipe sur l’édition remplacée' 'equipe.directe' 1 publier --edition "$une"
publier_bien --edition "$autre" --garder 1
positif 'édition gardée pour une vue' "$(grep -c "$(schema "$une") est conservé" "$dossier/publication")"
sql 'DROP VIEW equipe.directe'
publier_bien --edition "$autre" --garder 1
egal 'éditions gardées' "$(schema "$autre")" "$(sql "SELECT string_agg(nspname, ' ') FROM pg_namespace WHERE nspname LIKE 'gisement%'")"

dire 'Forme publique'
"$gisement" exporter "$donnees" --diffusion publique --edition "$une" --postgis "$(base_de publique)"
exports publique "$une" "$dossier/publique"
relire publique "$dossier/publique" courant
egal 'diffusion' 'publique' "$(sql 'SELECT diffusion FROM courant.edition' publique)"
positif 'parcelles masquées' "$(sql 'SELECT count(*) FROM courant.parcelles WHERE masquee' publique)"
# What is known of a masked parcel is what docs/decisions/0009 allows, and what the database adds.
connues() { sql "SELECT DISTINCT k FROM courant.parcelles p, jsonb_each(to_jsonb(p)) AS e(k, v) WHERE masquee AND v NOT IN ('null', '[]') ORDER BY k" publique; }
permises() { sed -n '/^const SHOWN/,/^];/s/^ *"\(.*\)",$/\1/p' crates/index/src/diffusion.rs; printf '%s\n' masquee departement geom; }
positif 'colonnes connues des parcelles masquées' "$(connues | wc -l)"
egal 'colonnes connues qui devraient être masquées' '' "$(connues | grep -vxF "$(permises)" || true)"

printf 'PostGIS : tout est conforme.\n'
