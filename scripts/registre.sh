#!/usr/bin/env bash
# The ZAN ledger of 58 real communes beside an independent computation from the same file.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

reel=$racine/../shared/data
if [ ! -f "$reel/enaf/cerema_conso_layout_derived_metropole_lyon.csv" ]; then
  dire 'Registre ZAN : données réelles absentes (../shared/data/enaf), comparaison sautée'
  exit 0
fi
construire_binaire
dossier=target/registre
rm -rf "$dossier"
mkdir -p "$dossier"
python3 - "$reel" "$dossier" <<'PY'
import csv, json, sys
reel, out = sys.argv[1:]
with open(f"{reel}/enaf/cerema_conso_layout_derived_metropole_lyon.csv", encoding="utf-8-sig", newline="") as f:
    rows = list(csv.DictReader(f, delimiter=";"))
# The outlines of these communes are not at hand: a square of the area that the file gives stands for each.
def square(i, area):
    x, y, side = 840_000 + i % 8 * 12_000, 6_520_000 + i // 8 * 12_000, area**0.5
    return [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]
features = [
    {"type": "Feature", "properties": {"code": r["idcom"], "nom": r["idcomtxt"]},
     "geometry": {"type": "Polygon", "coordinates": square(i, int(r["surfcom2024"]))}}
    for i, r in enumerate(rows)
]
crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
with open(f"{out}/communes.geojson", "w") as f:
    json.dump({"type": "FeatureCollection", "crs": crs, "features": features}, f)
groups = {}
for r in rows:
    groups.setdefault((r["epci24"], r["epci24txt"]), []).append({"code": r["idcom"]})
with open(f"{out}/epci.json", "w") as f:
    json.dump([{"code": c, "nom": n, "membres": m} for (c, n), m in groups.items()], f)
with open(f"{out}/scots.csv", "w", newline="") as f:
    w = csv.writer(f, delimiter=";")
    w.writerow(["id_scot", "nom_scot", "commune"])
    w.writerows([r["scot"], r["scot"], r["idcom"]] for r in rows if r["scot"])
PY
cat >"$dossier/observatoire.toml" <<TOML
[observatoire]
nom = "Registre ZAN, Métropole de Lyon"
date = 2026-11-01

[[source]]
couche = "communes"
chemin = "communes.geojson"

[[source]]
couche = "epci"
chemin = "epci.json"

[[source]]
couche = "scots"
chemin = "scots.csv"

[[source]]
couche = "enaf"
chemin = "$reel/enaf/cerema_conso_layout_derived_metropole_lyon.csv"
millesime = 2024-06-01
producteur = "Cerema"
licence = "Licence Ouverte 2.0"
TOML
target/release/gisement construire "$dossier/observatoire.toml" --donnees "$dossier/donnees"
for table in registre_zan registre_zan_annuel; do
  target/release/gisement exporter "$dossier/donnees" --collection "$table" --sortie "$dossier/$table.geojson"
done
python3 scripts/registre.py "$reel/enaf/cerema_conso_layout_derived_metropole_lyon.csv" "$dossier/registre_zan.geojson" "$dossier/registre_zan_annuel.geojson"
