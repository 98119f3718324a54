#!/usr/bin/env bash
# A private PostgreSQL with PostGIS that is thrown away at the end: sourced by other scripts, after prepare.sh.
# demarrer_postgres MÉMOIRE PARTAGÉE [OPTION…] sets $base (its folder, and that of its socket) and $bin.

besoin_de_postgis() {
  besoin 'ls /usr/lib/postgresql/*/bin/initdb' postgresql "$1"
  besoin 'ls /usr/share/postgresql/*/extension/postgis.control' postgresql-postgis "$1"
  besoin 'command -v runuser' util-linux 'lancer PostgreSQL sans les droits d’administration'
}

sans_droits() { if [ "$(id -u)" -eq 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }

ranger_postgres() {
  sans_droits "$bin/pg_ctl" -D "$base/donnees" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$base"
}

demarrer_postgres() {
  local version
  version=$(ls /usr/share/postgresql/*/extension/postgis.control | sort -V | tail -1 | cut -d/ -f5)
  bin=/usr/lib/postgresql/$version/bin
  base=$(mktemp -d /tmp/gisement-postgres-XXXXXX)
  trap ranger_postgres EXIT
  trap 'exit 130' INT TERM
  if [ "$(id -u)" -eq 0 ]; then chown postgres "$base"; fi
  sans_droits "$bin/initdb" -D "$base/donnees" -U postgres -A trust -E UTF8 --locale C.UTF-8 -N >/dev/null
  # Nothing outlives the comparison: no durability.
  sans_droits "$bin/pg_ctl" -D "$base/donnees" -l "$base/journal" -w -o "-h '' -k $base -F -c full_page_writes=off \
    -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=4GB -c shared_buffers=$1 \
    -c work_mem=64MB -c maintenance_work_mem=256MB -c jit=off ${*:2}" start >/dev/null || { cat "$base/journal" >&2; exit 1; }
}
