"""The data of the bench: PostGIS tables from the GeoParquet of an edition, and what is asked of the servers."""
import math
from pathlib import Path

import morecantile
import psycopg
import pyarrow.parquet as pq

GRILLE = morecantile.tms.get("WebMercatorQuad")


def connexion(port):
    return psycopg.connect(f"host=127.0.0.1 port={port} user=postgres dbname=postgres", autocommit=True)


def parquet(dossier):
    base = Path(dossier) / "servir-parcelles"
    edition = base / "editions" / (base / "courant").read_text().strip()
    return next(edition.rglob("parcelles.parquet"))


# What our tiles say of a parcel when there is no other layer: all that the peers are given there, under the same names.
DES_TUILES = {"idu": "idu", "n": "numero", "v": "verdict", "u": "round(utile_m2)::int"}
# Five attributes of items, for all.
DES_OBJETS = ["idu", "code_insee", "section", "numero", "contenance_m2"]
COLONNES = {"idu": "text", "code_insee": "text", "section": "text", "numero": "text", "contenance_m2": "int", "verdict": "text", "utile_m2": "float8"}


def charger(dossier, port):
    """Two tables of the same parcels, each with a key, a GiST index, and its rows in the order of the index."""
    fichier = pq.ParquetFile(parquet(dossier))
    noms = [*COLONNES, "geometry"]
    with connexion(port) as c:
        c.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        c.execute(f"CREATE TABLE brut ({', '.join(f'{n} {t}' for n, t in COLONNES.items())}, geometry geometry)")
        with c.cursor() as cur, cur.copy(f"COPY brut ({', '.join(noms)}) FROM STDIN") as copie:
            for lot in fichier.iter_batches(columns=noms, batch_size=20000):
                for ligne in zip(*(lot.column(n).to_pylist() for n in noms), strict=True):
                    copie.write_row((*ligne[:-1], ligne[-1].hex()))
        tuiles_ = ", ".join(f"{v} AS {k}" for k, v in DES_TUILES.items())
        for table, srid, champs in (("parcelles_3857", 3857, tuiles_), ("parcelles", 4326, ", ".join(DES_OBJETS))):
            c.execute(f"""CREATE TABLE {table} AS SELECT {champs}, ST_Transform(ST_Multi(ST_SetSRID(geometry, 2154)), {srid})::geometry(MultiPolygon, {srid}) AS geom
                FROM brut ORDER BY ST_SetSRID(geometry, 2154)""")
            c.execute(f"ALTER TABLE {table} ADD PRIMARY KEY (idu)")
            c.execute(f"CREATE INDEX ON {table} USING gist (geom)")
            c.execute(f"VACUUM ANALYZE {table}")
        c.execute("DROP TABLE brut")
        return c.execute("SELECT count(*) FROM parcelles").fetchone()[0]


def tuiles(port, z, combien):
    """The (z, y, x) of the tiles that hold the most parcels, in a fixed order."""
    cote = 2 * math.pi * 6378137 / 2**z
    with connexion(port) as c:
        lignes = c.execute(f"""SELECT floor(({math.pi * 6378137} - ST_Y(p)) / {cote})::int, floor((ST_X(p) + {math.pi * 6378137}) / {cote})::int
            FROM (SELECT ST_Centroid(geom) AS p FROM parcelles_3857) t GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2 LIMIT {combien}""").fetchall()
    return [(z, y, x) for y, x in lignes]


def cases(port, hasard, combien):
    """Boxes of 1 000 to 3 000 parcels, in degrees, around parcels drawn at random."""
    boites = []
    with connexion(port) as c:
        points = c.execute("SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_PointOnSurface(geom) AS p FROM parcelles TABLESAMPLE SYSTEM (2) REPEATABLE (1)) t").fetchall()
        while len(boites) < combien:
            x, y = hasard.choice(points)
            for demi in (0.004, 0.006, 0.009, 0.013, 0.02):
                b = (x - demi, y - demi * 0.7, x + demi, y + demi * 0.7)
                n = c.execute("SELECT count(*) FROM parcelles WHERE geom && ST_MakeEnvelope(%s, %s, %s, %s, 4326)", b).fetchone()[0]
                if 1000 <= n <= 3000:
                    boites.append(",".join(f"{v:.6f}" for v in b))
                    break
    return boites


def identifiants(port, hasard, combien):
    with connexion(port) as c:
        tous = [i for (i,) in c.execute("SELECT idu FROM parcelles TABLESAMPLE SYSTEM (5) REPEATABLE (1)")]
    return hasard.sample(tous, combien)
