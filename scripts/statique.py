"""Reads a site: its tiles with the reader of the PMTiles project, its tables with Arrow; beside the service."""

import gzip
import json
import sys
import urllib.request
from pathlib import Path

import mapbox_vector_tile
import pyarrow.parquet as pq
from pmtiles.reader import MmapSource, Reader, all_tiles
from pmtiles.tile import Compression, TileType

url, site = sys.argv[1], Path(sys.argv[2])


def get(path):
    request = urllib.request.Request(url + path, headers={"accept-encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        body = answer.read()
        return gzip.decompress(body) if answer.headers["content-encoding"] == "gzip" else body


def check(condition, what):
    if not condition:
        sys.exit(f"✗ {what}")


with open(site / "tuiles.pmtiles", "rb") as file:
    source = MmapSource(file)
    reader = Reader(source)
    header, metadata = reader.header(), reader.metadata()
    check(header["clustered"], "les tuiles ne sont pas dans l’ordre de l’archive")
    check(header["tile_type"] == TileType.MVT, "ce ne sont pas des tuiles MVT")
    check(header["tile_compression"] == Compression.GZIP, "tuiles sans gzip")
    tilejson = json.loads(get("/tiles/WebMercatorQuad/tilejson.json"))
    check(metadata["vector_layers"] == tilejson["vector_layers"], "couches décrites autrement")
    check(header["min_zoom"] == tilejson["minzoom"] and header["max_zoom"] == tilejson["maxzoom"], "niveaux")
    count, layers, parcels = 0, set(), set()
    for (z, x, y), data in all_tiles(source):
        plain = gzip.decompress(data)
        check(plain == get(f"/tiles/WebMercatorQuad/{z}/{y}/{x}"), f"la tuile {z}/{x}/{y} n’est pas celle du service")
        count += 1
        if z == 16:
            tile = mapbox_vector_tile.decode(plain)
            layers |= set(tile)
            parcels |= {f["properties"]["idu"] for f in tile.get("parcelles", {}).get("features", [])}
    check(count == header["addressed_tiles_count"], "tuiles comptées autrement")
print(f"✓ {count} tuiles, celles du service ; couches au niveau 16 : {', '.join(sorted(layers))}")

table = pq.read_table(site / "parquet" / "parcelles.parquet", columns=["idu"])
every = set(table["idu"].to_pylist())
check(parcels == every, f"parcelles sans tuile : {sorted(every - parcels)[:5]} ; inconnues : {sorted(parcels - every)[:5]}")
print(f"✓ {len(every)} parcelles : chacune est dans une tuile du niveau 16")

listed = json.loads((site / "site.json").read_text())["fichiers"]
for name in (f["nom"] for f in listed if f["nom"].endswith(".parquet")):
    parquet = pq.ParquetFile(site / name)
    if name.startswith("parquet/"):
        collection = json.loads(get(f"/collections/{Path(name).stem}/items?limit=1"))
        check(parquet.metadata.num_rows == collection["numberMatched"], f"{name} : nombre de lignes")
    check(b"geo" in parquet.metadata.metadata or "geometry" not in parquet.schema_arrow.names, f"{name} : sans métadonnées geo")
    if name == "donnees/gisements.parquet":
        ranked = json.loads(get("/classement?limit=1"))
        kinds = parquet.read(columns=["type_principal", "verdict"]).to_pylist()
        found = sum(r["verdict"] in ("prioritaire", "a_etudier", "reserve") for r in kinds)
        check(found >= ranked["numberMatched"] > 0, "gisements classés absents de la table")
print(f"✓ {sum(f['nom'].endswith('.parquet') for f in listed)} fichiers GeoParquet, lignes comptées comme le service")
