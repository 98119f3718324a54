"""Asks a served edition for exports in every format and reads them with other people's libraries.

exports.py ADRESSE DOSSIER — exits non-zero when a file does not hold what the service says.
"""

import csv
import io
import json
import sqlite3
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import openpyxl
import pyarrow.parquet

base, folder = sys.argv[1], Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
CONDITION = "verdict IN ('prioritaire', 'a_etudier', 'reserve')"


def same(what, expected, found):
    if expected != found:
        sys.exit(f"✗ {what} : {expected} attendu, {found} obtenu")
    text = str(found)
    print(f"✓ {what} : {text if len(text) < 80 else text[:76] + '…'}")


def get(path):
    with urllib.request.urlopen(path if path.startswith("http") else base + path) as answer:
        return answer.read()


def export(body):
    """The file of an export, and its last state; the export is then removed."""
    request = urllib.request.Request(
        f"{base}/exports", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        here = answer.headers["Location"]
    while (state := json.loads(get(here)))["etat"] in ("en attente", "en cours"):
        time.sleep(0.05)
    if state["etat"] != "fini":
        sys.exit(f"✗ {body} : {state}")
    path = folder / state["fichier"]
    path.write_bytes(get(f"{here}/fichier"))
    same(f"{body['format']}, octets", state["octets"], path.stat().st_size)
    urllib.request.urlopen(urllib.request.Request(here, method="DELETE"))
    return path, state


def info(source, layer):
    """What GDAL says of a layer: features, type of geometry, number of the system, fields, extent."""
    out = subprocess.run(
        ["ogrinfo", "-ro", "-so", str(source), layer], capture_output=True, text=True, check=True
    )
    if "ERROR" in out.stderr or "Warning" in out.stderr:
        sys.exit(f"✗ {source} : {out.stderr}")
    count = kind = extent = None
    fields = {}
    for line in out.stdout.splitlines():
        name, _, value = line.partition(": ")
        if name == "Feature Count":
            count = int(value)
        elif name == "Geometry":
            kind = value
        elif name == "Extent":
            extent = [float(v) for v in value.replace("(", "").replace(")", "").replace(" - ", ", ").split(", ")]
        elif value and value.split(" ")[0].rstrip("(").split("(")[0] in (
            "String", "Integer", "Integer64", "Real", "Date", "DateTime", "StringList"
        ):
            fields[name] = value.split(" ")[0]
    codes = [part for part in out.stdout.split("ID[\"EPSG\",")[1:]]
    epsg = int(codes[-1].split("]")[0]) if codes else None
    return count, kind, epsg, fields, extent


def matched(collection, query=""):
    return json.loads(get(f"/collections/{collection}/items?limit=1{query}"))["numberMatched"]


query = "&filter=" + urllib.request.quote(CONDITION)
expected = matched("parcelles", query)
same("des parcelles à exporter", True, expected > 50)
collections = {c["id"]: c for c in json.loads(get("/collections"))["collections"]}
columns = [c["nom"] for c in collections["parcelles"]["champs"]]
ask = {"collection": "parcelles", "filter": CONDITION}

# The extent that the service gives in the legal system, to the millimetre.
page = json.loads(get(f"/collections/parcelles/items?limit=10000&crs=EPSG:2154{query}"))
points = [p for f in page["features"] for polygon in f["geometry"]["coordinates"] for ring in polygon for p in ring]
legal = [min(p[0] for p in points), min(p[1] for p in points), max(p[0] for p in points), max(p[1] for p in points)]
known = {f["properties"]["idu"]: f["properties"] for f in page["features"]}


def near(what, extent):
    same(f"{what}, emprise à un millimètre", True, all(abs(a - b) < 0.0015 for a, b in zip(extent, legal)))


# Every collection in one GeoPackage: counts, systems, and what the format asks for.
path, state = export({"collections": list(collections), "format": "gpkg"})
for name, c in collections.items():
    count, kind, epsg, fields, _ = info(path, name)
    same(f"GeoPackage, {name}", c["lignes"], count)
    if c["geometrie"] != "none":
        same(f"GeoPackage, système de {name}", 2154, epsg)
    same(f"GeoPackage, colonnes de {name}", {f["nom"] for f in c["champs"]}, set(fields))
db = sqlite3.connect(path)
same("GeoPackage, intégrité", "ok", db.execute("PRAGMA integrity_check").fetchone()[0])
same("GeoPackage, clés étrangères", [], db.execute("PRAGMA foreign_key_check").fetchall())
for name, c in collections.items():
    if c["geometrie"] == "none":
        continue
    same(
        f"GeoPackage, index de {name}",
        db.execute(f"SELECT COUNT(*) FROM {name} WHERE geom IS NOT NULL").fetchone()[0],
        db.execute(f"SELECT COUNT(*) FROM rtree_{name}_geom").fetchone()[0],
    )
    same(f"GeoPackage, R-tree de {name}", "ok", db.execute(f"SELECT rtreecheck('rtree_{name}_geom')").fetchone()[0])
styles = {r[0] for r in db.execute("SELECT f_table_name FROM layer_styles WHERE useAsDefault")}
# But that of the tiles.
served = {s["id"] for s in json.loads(get("/styles"))["styles"]} - {"carte"}
same("GeoPackage, styles", served, styles)
licences = json.loads(
    db.execute("SELECT metadata FROM gpkg_metadata WHERE mime_type = 'application/json'").fetchone()[0]
)["licences"]
same("GeoPackage, licences", True, "Licence Ouverte" in licences)

TYPES = {"text": "String", "text_list": "String", "integer": "Integer64", "real": "Real", "boolean": "Integer(Boolean)", "date": "Date"}
path, _ = export({**ask, "format": "gpkg"})
count, kind, epsg, fields, extent = info(path, "parcelles")
same("GeoPackage, parcelles choisies", (expected, "Multi Polygon", 2154), (count, kind, epsg))
same(
    "GeoPackage, types",
    {c["nom"]: TYPES[c["genre"]] for c in collections["parcelles"]["champs"]},
    fields,
)
near("GeoPackage", extent)
db = sqlite3.connect(path)
values = {r[0]: r[1:] for r in db.execute("SELECT idu, utile_m2, potentiel, verdict FROM parcelles")}
same(
    "GeoPackage, valeurs, inconnues comprises",
    {k: (v["utile_m2"], v["potentiel"], v["verdict"]) for k, v in known.items()},
    values,
)

path, _ = export({**ask, "format": "flatgeobuf"})
count, kind, epsg, fields, extent = info(path, "parcelles")
same("FlatGeobuf", (expected, "Multi Polygon", 2154, columns), (count, kind, epsg, list(fields)))
near("FlatGeobuf", extent)

path, state = export({**ask, "format": "shp"})
inside = folder / "shp"
with zipfile.ZipFile(path) as archive:
    archive.extractall(inside)
count, kind, epsg, fields, extent = info(inside / "parcelles.shp", "parcelles")
same("Shapefile", (expected, "Polygon", len(columns)), (count, kind, len(fields)))
near("Shapefile", extent)
srs = subprocess.run(["gdalsrsinfo", "-e", "-o", "epsg", str(inside / "parcelles.prj")], capture_output=True, text=True)
same("Shapefile, système", "EPSG:2154", srs.stdout.strip())
readme = (inside / "LISEZMOI.txt").read_text()
same("Shapefile, noms expliqués", True, all(f" = {c} " in readme for c in columns))

path, _ = export({**ask, "format": "geojson"})
count, kind, epsg, fields, extent = info(path, "parcelles")
# GDAL makes a column of identifiers that are texts.
same("GeoJSON", (expected, 4326, ["id", *columns]), (count, epsg, list(fields)))
document = json.loads(path.read_text())
same("GeoJSON, mêmes objets", {f["id"] for f in page["features"]}, {f["id"] for f in document["features"]})
same("GeoJSON, sources", True, len(document["gisement"]["sources"]) > 5)

path, _ = export({**ask, "format": "geoparquet"})
file = pyarrow.parquet.ParquetFile(path)
same("GeoParquet, lignes", expected, file.metadata.num_rows)
geo = json.loads(file.metadata.metadata[b"geo"])
same("GeoParquet, système", 2154, geo["columns"]["geometry"]["crs"]["id"]["code"])
same("GeoParquet, sources", True, b"gisement" in file.metadata.metadata)
table = file.read(["idu", "utile_m2", "potentiel", "verdict"]).to_pylist()
same(
    "GeoParquet, valeurs, inconnues comprises",
    {k: (v["utile_m2"], v["potentiel"], v["verdict"]) for k, v in known.items()},
    {r["idu"]: (r["utile_m2"], r["potentiel"], r["verdict"]) for r in table},
)

labels = {c["nom"]: c for c in collections["parcelles"]["champs"]}
path, _ = export({**ask, "format": "csv"})
with zipfile.ZipFile(path) as archive:
    text = archive.read("parcelles.csv").decode("utf-8-sig")
    same("CSV, licence et sources", True, {"LISEZMOI.txt", "sources.csv"} <= set(archive.namelist()))
rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
same("CSV, lignes", expected, len(rows))
same(
    "CSV, surfaces utiles",
    {k: v["utile_m2"] for k, v in known.items()},
    {r["Identifiant cadastral"]: float(r["Surface utile (m²)"].replace(",", ".")) for r in rows},
)

path, _ = export({**ask, "format": "xlsx"})
book = openpyxl.load_workbook(path)
same("XLSX, feuilles", ["parcelles", "Sources", "Dictionnaire", "Lisez-moi"], book.sheetnames)
sheet = book["parcelles"]
same("XLSX, lignes et volet figé", (expected + 1, "B2"), (sheet.max_row, sheet.freeze_panes))
cells = list(sheet.iter_rows(values_only=True))
head = {name: i for i, name in enumerate(cells[0])}
idu, useful = head["Identifiant cadastral"], head["Surface utile (m²)"]
same(
    "XLSX, surfaces utiles",
    {k: v["utile_m2"] for k, v in known.items()},
    {r[idu]: None if r[useful] is None else float(r[useful]) for r in cells[1:]},
)
same("XLSX, aucune formule", 0, sum(c.data_type == "f" for row in sheet.iter_rows() for c in row))
print("Les exports sont lus comme ils sont écrits.")
