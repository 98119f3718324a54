#!/usr/bin/env bash
# What building and testing Gisement need on a Debian machine that has a Rust toolchain and Node: sourced by
# the other scripts. Installs only what is missing, and says what and why.

racine=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$racine" || exit 1
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-auto}

# Each step with the seconds since the script began: a slow one shows.
dire() { printf '\033[1m▸ %s\033[0m (%d s)\n' "$*" "$SECONDS"; }

# besoin COMMANDE-DE-TEST PAQUET RAISON: notes a Debian package when the test fails.
manquants=()
besoin() {
  if ! eval "$1" >/dev/null 2>&1; then
    dire "Manque $2 : $3"
    manquants+=("$2")
  fi
}

installer_manquants() {
  [ ${#manquants[@]} -eq 0 ] && return 0
  local commande="apt-get install -y --no-install-recommends ${manquants[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    printf 'Droits d’administration nécessaires. Lancez puis recommencez :\n  sudo apt-get update && sudo %s\n' "$commande" >&2
    exit 1
  fi
  dire "Installation : ${manquants[*]}"
  # Mirrors fail now and then: a few tries before giving up.
  local essai
  for essai in 1 2 3; do
    if apt-get update -qq && DEBIAN_FRONTEND=noninteractive $commande -qq >/dev/null; then
      manquants=()
      return 0
    fi
    sleep $((essai * 5))
  done
  printf 'Échec de : %s\n' "$commande" >&2
  exit 1
}

outils_de_construction() {
  for outil in cargo node npm; do
    command -v "$outil" >/dev/null || { printf '%s est introuvable : installez Rust (rustup) et Node 20 ou plus.\n' "$outil" >&2; exit 1; }
  done
  besoin 'command -v pkg-config' pkg-config 'trouver les bibliothèques à lier'
  besoin 'command -v cc' build-essential 'compiler les dépendances natives'
  besoin 'pkg-config --exists gdal' libgdal-dev 'lire GeoPackage, MapInfo et EDIGEO'
  besoin 'pkg-config --exists sqlite3' libsqlite3-dev 'écrire du GeoPackage'
  installer_manquants
}

# The web map, built only when its sources changed since the last time.
construire_web() {
  local empreinte
  empreinte=$(find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)
  if [ -f web/dist/.empreinte ] && [ "$(cat web/dist/.empreinte)" = "$empreinte" ]; then
    return 0
  fi
  dire 'Construction de la carte (npm)'
  if [ ! -d web/node_modules ] || [ web/package-lock.json -nt web/node_modules/.package-lock.json ]; then
    (cd web && npm ci --no-audit --no-fund --loglevel=error)
  fi
  (cd web && npm run --silent build)
  printf '%s' "$empreinte" > web/dist/.empreinte
}

# GISEMENT_CONSTRUIT=1 takes the program as it is.
construire_binaire() {
  if [ -n "${GISEMENT_CONSTRUIT:-}" ] && [ -x target/release/gisement ]; then
    return 0
  fi
  dire 'Construction du programme (cargo)'
  cargo build --release --locked -p gisement
}

# servir_exemple DOSSIER: builds the sample there and serves it at $url until the script ends.
servir_exemple() { servir_territoire "$1" data-samples/coteaux/observatoire.toml; }

# servir_territoire DOSSIER OBSERVATOIRE: the same for any territory. The server of the call before is stopped.
servir_territoire() {
  local dossier=$1 sortie
  if [ -n "${serveur:-}" ]; then kill "$serveur" 2>/dev/null || true; fi
  mkdir -p "$dossier"
  target/release/gisement construire "$2" --donnees "$dossier/donnees"
  sortie=$(mktemp)
  target/release/gisement servir "$dossier/donnees" --adresse 127.0.0.1:0 >"$sortie" 2>"$dossier/serveur.log" &
  serveur=$!
  # shellcheck disable=SC2064 # the values of now
  trap "kill $serveur 2>/dev/null || true; rm -f '$sortie'" EXIT
  for _ in $(seq 100); do
    url=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$sortie" | head -n 1 || true)
    [ -n "$url" ] && return 0
    kill -0 $serveur 2>/dev/null || break
    sleep 0.1
  done
  printf 'Le serveur ne répond pas.\n' >&2
  cat "$dossier/serveur.log" >&2
  exit 1
}
