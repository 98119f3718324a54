#!/usr/bin/env bash
# Our server beside Martin, BBOX, TiPg and pygeoapi on PostGIS, same parcels: sourced by scripts/bench.sh.
# servir [communes…]: generates, builds two editions (every layer; parcels alone), loads PostGIS from the second, and lets
# scripts/bench/servir.py measure. MARTIN=PROGRAM takes a Martin that is already built, BBOX=PROGRAM a BBOX; SANS_MARTIN=1 and
# SANS_BBOX=1 leave them out.

MARTIN_VERSION=1.14.0
BBOX_VERSION=0.6.1
SERVEURS_TIPG=(tipg==1.6.1 uvicorn==0.54.0 uvloop==0.23.0 httptools==0.9.0)
SERVEURS_PYGEOAPI=(pygeoapi==0.21.0 gunicorn==27.0.1 psycopg2-binary==2.9.13 geoalchemy2==0.20.0 sqlalchemy==2.1.9)
MESURE=(pyarrow==26.0.1 'psycopg[binary]==3.3.9' morecantile==7.1.0 mapbox-vector-tile==2.2.0 requests==2.34.2)

# environnement NOM PAQUETS…: a Python of its own, since the peers want different versions of the same libraries.
environnement() {
  local venv=target/bench/$1
  shift
  if [ "$(cat "$venv/.paquets" 2>/dev/null)" != "$*" ]; then
    dire "Installation dans $venv (pip)"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet "$@"
    printf '%s' "$*" >"$venv/.paquets"
  fi
}

obtenir_martin() {
  martin=${MARTIN:-target/bench/martin/bin/martin}
  if [ -n "${SANS_MARTIN:-}" ]; then
    martin=
  elif [ ! -x "$martin" ]; then
    dire "Construction de Martin $MARTIN_VERSION (cargo, un quart d’heure)"
    nice -n 15 cargo install martin --version "$MARTIN_VERSION" --locked --no-default-features --features postgres,mbtiles \
      --root target/bench/martin
  fi
}

obtenir_bbox() {
  bbox=${BBOX:-target/bench/bbox/bin/bbox-server}
  if [ -n "${SANS_BBOX:-}" ]; then
    bbox=
  elif [ ! -x "$bbox" ]; then
    dire "Construction de BBOX $BBOX_VERSION (cargo, un quart d’heure)"
    nice -n 15 cargo install bbox-server --version "$BBOX_VERSION" --locked --no-default-features --features feature-server \
      --root target/bench/bbox
  fi
}

# Parcels alone: tiles with five attributes and no other layer, as the peers serve them.
parcelles_seules() {
  local config=$base/territoire/parcelles.toml
  awk '/^\[\[source\]\]/ { bloc = ""; dans = 1 } dans { bloc = bloc $0 "\n"; if (/^couche = "parcelles"/) garde = 1; if (/^$/) { if (garde) printf "%s", bloc; garde = 0; dans = 0 } next }
    !/^# territoire/ { print } END { if (garde) printf "%s", bloc }' "$base/territoire/observatoire.toml" >"$config"
  printf '%s' "$config"
}

servir() {
  local communes
  source "$racine/scripts/postgres.sh"
  besoin 'command -v wrk' wrk 'charger les serveurs'
  besoin 'python3 -m venv --help' python3-venv 'installer TiPg et pygeoapi'
  besoin_de_postgis 'comparer à Martin, BBOX, TiPg et pygeoapi'
  installer_manquants
  environnement mesure "${MESURE[@]}"
  environnement tipg "${SERVEURS_TIPG[@]}"
  environnement pygeoapi "${SERVEURS_PYGEOAPI[@]}"
  obtenir_martin
  obtenir_bbox
  for communes in "$@"; do
    territoire "$communes"
    local dossier=$base
    for edition in observatoire parcelles; do
      [ ! -f "$dossier/servir-$edition/courant" ] || continue
      local config=$dossier/territoire/observatoire.toml
      if [ $edition = parcelles ]; then config=$(parcelles_seules); fi
      target/release/gisement construire "$config" --donnees "$dossier/servir-$edition" >"$dossier/construire.log" 2>&1 \
        || { cat "$dossier/construire.log" >&2; exit 1; }
    done
    # `base` is the server's folder from here on.
    demarrer_postgres 2GB -c autovacuum=off -c listen_addresses=127.0.0.1 -c port=54330 -c max_connections=120
    target/bench/mesure/bin/python scripts/bench/servir.py --dossier "$dossier" --gisement target/release/gisement \
      --postgres 54330 --postmaster "$(head -n 1 "$base/donnees/postmaster.pid")" --martin "$martin" --bbox "$bbox" \
      --tipg target/bench/tipg/bin --pygeoapi target/bench/pygeoapi/bin
    ranger_postgres
  done
}
