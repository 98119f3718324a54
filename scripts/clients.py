"""Reads a served edition as scripts do: GeoParquet with pyarrow and geopandas, the catalogue with rdflib.

clients.py ADRESSE — exits non-zero when what a library reads is not what the service says.
"""

import io
import json
import sys
import urllib.request

import geopandas
import pyarrow.parquet
import rdflib

base = sys.argv[1]


def get(path):
    with urllib.request.urlopen(base + path) as answer:
        return answer.read()


def same(what, expected, found):
    if expected != found:
        sys.exit(f"✗ {what} : {expected} attendu, {found} obtenu")
    print(f"✓ {what} : {found}")


collections = {c["id"]: c for c in json.loads(get("/collections"))["collections"]}
files = {f["nom"]: f for f in json.loads(get("/fichiers"))["fichiers"]}
for name, c in collections.items():
    file = pyarrow.parquet.ParquetFile(io.BytesIO(get(f"/fichiers/{name}.parquet")))
    same(f"{name}, lignes lues par pyarrow", c["lignes"], file.metadata.num_rows)
    missing = {f["nom"] for f in c["champs"]} - set(file.schema_arrow.names)
    same(f"{name}, colonnes manquantes", set(), missing)

parcels = geopandas.read_parquet(io.BytesIO(get("/fichiers/parcelles.parquet")))
same("projection lue par geopandas", 2154, parcels.crs.to_epsg())
same("géométries valides", True, bool(parcels.geometry.dropna().is_valid.all()))
ranked = parcels[parcels.verdict == "prioritaire"]
page = json.loads(get("/collections/parcelles/items?verdict=prioritaire&limit=10000"))
same("parcelles prioritaires", page["numberMatched"], len(ranked))
same(
    "les mêmes parcelles",
    sorted(f["properties"]["idu"] for f in page["features"]),
    sorted(ranked.idu),
)
# True areas: planar ones are larger or smaller by the projection's scale, within a thousandth.
measured = ranked.geometry.area / ranked.surface_m2
same("surfaces à un millième près", True, bool(((measured - 1).abs() < 2e-3).all()))

graph = rdflib.Graph().parse(data=get("/catalogue"), format="json-ld", publicID=base)
DCAT, DCT = rdflib.Namespace("http://www.w3.org/ns/dcat#"), rdflib.Namespace("http://purl.org/dc/terms/")
datasets = set(graph.objects(None, DCAT.dataset))
same("jeux de données du catalogue", len(collections), len(datasets))
same("jeux sans titre ni distribution", [], [
    str(d) for d in datasets if not graph.value(d, DCT.title) or not graph.value(d, DCAT.distribution)
])
downloads = {str(o).rsplit("/", 1)[-1] for o in graph.objects(None, DCAT.downloadURL)}
same("fichiers du catalogue", {f for f in files if f.endswith(".parquet")}, downloads)
