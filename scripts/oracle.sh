#!/usr/bin/env bash
# Compares our measures with those of PostGIS, on the territories of tests/territoires-reels (when ../shared is
# there), on a generated one and on one made hard: bash scripts/oracle.sh [communes | brouille | observatoire.toml | dossier]…
# GISEMENT=PROGRAMME compares that program instead of building one.
set -euo pipefail
demandes=()
for a in "$@"; do
  if [ -e "$a" ]; then demandes+=("$(realpath "$a")"); else demandes+=("$a"); fi
done
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

outils_de_construction
besoin 'ls /usr/lib/postgresql/*/bin/initdb' postgresql 'comparer nos mesures avec PostGIS'
besoin 'ls /usr/share/postgresql/*/extension/postgis.control' postgresql-postgis 'comparer nos mesures avec PostGIS'
besoin 'command -v runuser' util-linux 'lancer PostgreSQL sans les droits d’administration'
installer_manquants

version=$(ls /usr/share/postgresql/*/extension/postgis.control | sort -V | tail -1 | cut -d/ -f5)
bin=/usr/lib/postgresql/$version/bin
base=$(mktemp -d /tmp/gisement-oracle-XXXXXX)
sans_droits() { if [ "$(id -u)" -eq 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }
ranger() {
  sans_droits "$bin/pg_ctl" -D "$base/donnees" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$base"
}
trap ranger EXIT
trap 'exit 130' INT TERM
if [ "$(id -u)" -eq 0 ]; then chown postgres "$base"; fi

dire 'Serveur PostgreSQL privé, le temps de la comparaison'
sans_droits "$bin/initdb" -D "$base/donnees" -U postgres -A trust -E UTF8 --locale C.UTF-8 -N >/dev/null
# Nothing outlives the comparison: no durability.
sans_droits "$bin/pg_ctl" -D "$base/donnees" -l "$base/journal" -w -o "-h '' -k $base -F -c full_page_writes=off \
  -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=4GB -c shared_buffers=512MB \
  -c work_mem=64MB -c maintenance_work_mem=256MB -c jit=off" start >/dev/null || { cat "$base/journal" >&2; exit 1; }

# The program as it is delivered, unless one is given: the test itself may then be unoptimised.
profil=(--release)
if [ -n "${GISEMENT:-}" ]; then profil=(); fi
dire 'Comparaison avec PostGIS'
PATH="$bin:$PATH" GISEMENT_POSTGRES=$base GISEMENT_ORACLE=${demandes[*]:-} \
  cargo test --locked "${profil[@]}" --workspace --test boite-noire -- --exact oracle::measures_agree_with_postgis --nocapture
