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

source "$racine/scripts/postgres.sh"

outils_de_construction
besoin_de_postgis 'comparer nos mesures avec PostGIS'
installer_manquants

dire 'Serveur PostgreSQL privé, le temps de la comparaison'
demarrer_postgres 512MB

# The program as it is delivered, unless one is given: the test itself may then be unoptimised.
profil=(--release)
if [ -n "${GISEMENT:-}" ]; then profil=(); fi
dire 'Comparaison avec PostGIS'
PATH="$bin:$PATH" GISEMENT_POSTGRES=$base GISEMENT_ORACLE=${demandes[*]:-} \
  cargo test --locked "${profil[@]}" --workspace --test boite-noire -- --exact oracle::measures_agree_with_postgis --nocapture
