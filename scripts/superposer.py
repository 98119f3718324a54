"""The other engines of `scripts/bench.sh superposer`, each at its best known way, and the comparison of the answers.

  superposer.py duckdb|shapely|postgis DOSSIER FOIS   reads the layers, measures, prints one JSON object
  superposer.py comparer DOSSIER…                     prints the table; fails when an answer differs

Six measures of every parcel: area, built share, type of zone of most of it, share in brownfields and in business
parks (those that overlap counted once: their layer is dissolved first), distance to the nearest brownfield.
Loading is counted for nobody; an index on a table (PostGIS) is part of loading; cutting zones, dissolving and trees
in memory are part of measuring.
"""

import json
import math
import os
import pathlib
import resource
import sys
import threading
import time

TYPES = ["U", "AUc", "AUs", "A", "N"]
# Larger zones are cut, so that what a parcel costs does not depend on its zone.
SOMMETS = 48
# With prepared zones, only the parcels across a boundary pay for vertices: larger pieces are better.
SOMMETS_SHAPELY = 128
# Under this, an area in common is rounding. m²
RIEN = 1e-6


def pic_du_processus():
    """Peak resident memory since `chronometrer` began. MiB."""
    for ligne in open("/proc/self/status"):
        if ligne.startswith("VmHWM:"):
            return int(ligne.split()[1]) / 1024
    return math.nan


def processeur_du_processus():
    u = resource.getrusage(resource.RUSAGE_SELF)
    return u.ru_utime + u.ru_stime


def chronometrer(moteur, version, fois, mesurer, reponse, processeur=processeur_du_processus, pic=pic_du_processus):
    # The peak of what follows, the layers included, without that of reading them.
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    mur, cpu, etapes = [], [], {}
    for _ in range(fois):
        debut, avant = time.perf_counter(), processeur()
        dernier = [avant]

        def etape(nom):
            maintenant = processeur()
            etapes.setdefault(nom, []).append(maintenant - dernier[0])
            dernier[0] = maintenant

        resultat = mesurer(etape)
        mur.append(time.perf_counter() - debut)
        cpu.append(processeur() - avant)
    print(
        json.dumps(
            {
                "moteur": moteur,
                "version": version,
                "mur": mur,
                "cpu": cpu,
                "memoire": pic(),
                "etapes": {k: min(v) for k, v in etapes.items()},
                "reponse": reponse(resultat),
            },
            ensure_ascii=False,
        )
    )


# --- SQL that DuckDB and PostGIS share -----------------------------------------------------------------------------

REPONSE = """
SELECT count(*), sum(surface), avg(coalesce(bati, 0) / surface), sum(coalesce(friche, 0)), sum(coalesce(zae, 0)),
       avg(distance), count(*) FILTER (WHERE zone IS NULL)
FROM resultat"""


def reponse_sql(executer):
    n, surface, bati, friche, zae, distance, sans = executer(REPONSE)[0]
    zones = dict.fromkeys(TYPES, 0) | dict(executer("SELECT zone, count(*) FROM resultat WHERE zone IS NOT NULL GROUP BY zone"))
    return {
        "parcelles": n,
        "surface_m2": surface,
        "bati_moyen": bati,
        "zones": zones | {"sans": sans},
        "friche_m2": friche,
        "zae_m2": zae,
        "distance_moyenne_m": distance,
    }


# --- DuckDB --------------------------------------------------------------------------------------------------------


def duckdb(dossier, fois):
    import duckdb
    from duckdb_extensions import import_extension

    import_extension("spatial")
    c = duckdb.connect()
    c.load_extension("spatial")
    c.execute("SET threads = 2")
    c.execute("SET enable_progress_bar = false")
    c.execute("SET preserve_insertion_order = false")
    sql = lambda s, *a: c.execute(s, *a).fetchall()
    for table, colonnes in [("parcelles", ""), ("batiments", ""), ("zonage", "typezone AS zone,"), ("friches", ""), ("zae", "")]:
        sql(f"CREATE TABLE {table} AS SELECT (file_row_number)::INT AS id, {colonnes} geometry AS geom FROM read_parquet('{dossier}/{table}.parquet', file_row_number = true)")

    def mesurer(etape):
        # Halves, until no piece has more than SOMMETS vertices.
        sql("CREATE OR REPLACE TEMP TABLE zones (zone VARCHAR, geom GEOMETRY)")
        sql("CREATE OR REPLACE TEMP TABLE grandes AS SELECT zone, geom FROM zonage")
        while sql("SELECT count(*) FROM grandes") != [(0,)]:
            sql(f"INSERT INTO zones SELECT zone, geom FROM grandes WHERE ST_NPoints(geom) <= {SOMMETS}")
            sql(f"""CREATE OR REPLACE TEMP TABLE grandes AS
              WITH b AS (SELECT *, ST_XMin(geom) AS x0, ST_YMin(geom) AS y0, ST_XMax(geom) AS x1, ST_YMax(geom) AS y1
                         FROM grandes WHERE ST_NPoints(geom) > {SOMMETS}),
                   m AS (SELECT *, x1 - x0 >= y1 - y0 AS large, (x0 + x1) / 2 AS x, (y0 + y1) / 2 AS y FROM b)
              SELECT zone, ST_Intersection(geom, if(large, ST_MakeEnvelope(x0, y0, x, y1), ST_MakeEnvelope(x0, y0, x1, y))) AS geom FROM m
              UNION ALL
              SELECT zone, ST_Intersection(geom, if(large, ST_MakeEnvelope(x, y0, x1, y1), ST_MakeEnvelope(x0, y, x1, y1))) FROM m""")
        etape("découper les zones")
        sql("CREATE OR REPLACE TEMP TABLE surfaces AS SELECT id, ST_Area(geom) AS surface FROM parcelles")
        etape("surfaces")

        def parts(table, cle=""):
            return f"""SELECT p.id{cle}, sum(if(ST_CoveredBy(p.geom, o.geom), ST_Area(p.geom), ST_Area(ST_Intersection(p.geom, o.geom)))) AS aire
              FROM parcelles p JOIN {table} o ON ST_Intersects(p.geom, o.geom) GROUP BY p.id{cle}"""

        sql(f"""CREATE OR REPLACE TEMP TABLE r_zone AS
          SELECT id, arg_max(zone, aire) AS zone FROM ({parts('zones', ', o.zone')}) WHERE aire > {RIEN} GROUP BY id""")
        etape("zones")
        sql("""CREATE OR REPLACE TEMP TABLE r_bati AS
          SELECT p.id, sum(if(ST_CoveredBy(o.geom, p.geom), ST_Area(o.geom), ST_Area(ST_Intersection(p.geom, o.geom)))) AS aire
          FROM parcelles p JOIN batiments o ON ST_Intersects_Extent(p.geom, o.geom) GROUP BY p.id""")
        etape("bâtiments")
        for nom in ["friches", "zae"]:
            sql(f"CREATE OR REPLACE TEMP TABLE u AS SELECT (d).geom AS geom FROM (SELECT unnest(ST_Dump(ST_Union_Agg(geom))) AS d FROM {nom})")
            sql(f"CREATE OR REPLACE TEMP TABLE r_{nom} AS {parts('u')}")
            etape(nom)
        # Rings of growing radius: each joins by distance the parcels that the one before left without answer.
        [(etendue, nombre)] = sql("SELECT (max(ST_XMax(geom)) - min(ST_XMin(geom))) * (max(ST_YMax(geom)) - min(ST_YMin(geom))), count(*) FROM friches")
        rayon = 0.5 * math.sqrt(etendue / nombre)
        sql("CREATE OR REPLACE TEMP TABLE reste AS FROM parcelles")
        sql("CREATE OR REPLACE TEMP TABLE r_distance (id INT, distance DOUBLE)")
        while sql("SELECT count(*) FROM reste") != [(0,)]:
            sql(f"""INSERT INTO r_distance SELECT p.id, min(ST_Distance(p.geom, f.geom))
              FROM reste p JOIN friches f ON ST_DWithin(p.geom, f.geom, {rayon}) GROUP BY p.id""")
            sql("CREATE OR REPLACE TEMP TABLE reste AS SELECT r.* FROM reste r ANTI JOIN r_distance d USING (id)")
            rayon *= 1.7
        etape("distances")
        sql("""CREATE OR REPLACE TEMP TABLE resultat AS
          SELECT id, surface, b.aire AS bati, zone, f.aire AS friche, z.aire AS zae, distance
          FROM surfaces LEFT JOIN r_zone USING (id) LEFT JOIN r_bati b USING (id) LEFT JOIN r_friches f USING (id)
          LEFT JOIN r_zae z USING (id) LEFT JOIN r_distance USING (id)""")
        etape("assembler")

    chronometrer("DuckDB", f"{duckdb.__version__} + spatial", fois, mesurer, lambda _: reponse_sql(sql))


# --- shapely, the engine of geopandas ------------------------------------------------------------------------------


def shapely(dossier, fois):
    import numpy as np
    import pyarrow.parquet as pq
    import shapely as s
    from scipy.spatial import cKDTree

    tables = {n: pq.read_table(f"{dossier}/{n}.parquet", columns=["geometry"] + (["typezone"] if n == "zonage" else [])) for n in ["parcelles", "batiments", "zonage", "friches", "zae"]}
    geoms = {n: s.from_wkb(t["geometry"].to_numpy()) for n, t in tables.items()}
    types = np.array([TYPES.index(t) if t in TYPES else -1 for t in tables["zonage"]["typezone"].to_pylist()])
    del tables
    parcelles = geoms["parcelles"]
    n = len(parcelles)

    def decouper(zones, types):
        """Halves, until no piece has more than SOMMETS_SHAPELY vertices."""
        faits, de = [], []
        while len(zones):
            petit = s.get_num_coordinates(zones) <= SOMMETS_SHAPELY
            faits.append(zones[petit])
            de.append(types[petit])
            zones, types = zones[~petit], types[~petit]
            x0, y0, x1, y1 = s.bounds(zones).T
            large = x1 - x0 >= y1 - y0
            xm, ym = np.where(large, (x0 + x1) / 2, x1), np.where(large, y1, (y0 + y1) / 2)
            xn, yn = np.where(large, xm, x0), np.where(large, y0, ym)
            zones = np.concatenate([s.intersection(zones, s.box(x0, y0, xm, ym)), s.intersection(zones, s.box(xn, yn, x1, y1))])
            types = np.concatenate([types, types])
        return np.concatenate(faits), np.concatenate(de)

    def entieres(arbre, autres):
        """Pairs of a parcel and another surface that meet, and whether it holds the parcel: prepared, so quick."""
        o, p = arbre.query(autres, predicate="intersects")
        s.prepare(autres)
        return o, p, s.covers(autres[o], parcelles[p])

    def mesurer(etape):
        for g in geoms.values():
            s.destroy_prepared(g)
        surfaces = s.area(parcelles)
        arbre = s.STRtree(parcelles)
        etape("surfaces et arbre")
        # Parcels inside one zone are settled by the whole zones, prepared; the others meet pieces of zones.
        zones = geoms["zonage"]
        o, p, dedans = entieres(arbre, zones)
        par_type = np.bincount(p[dedans] * 5 + types[o[dedans]], weights=surfaces[p[dedans]], minlength=n * 5)
        etape("zones : parcelles entières")
        pieces, genre = decouper(zones, types)
        bord = np.unique(p[~dedans])
        i, o = s.STRtree(pieces).query(parcelles[bord])
        p = bord[i]
        aire = s.area(s.intersection(parcelles[p], pieces[o]))
        par_type += np.bincount(p * 5 + genre[o], weights=aire, minlength=n * 5)
        par_type = par_type.reshape(n, 5)
        zone = np.where(par_type.max(axis=1) > RIEN, par_type.argmax(axis=1), -1)
        etape("zones : les autres")
        # Buildings are smaller than parcels: most lie whole in one.
        batiments = geoms["batiments"]
        b, p = arbre.query(batiments)
        dedans = s.covers(parcelles[p], batiments[b])
        aire = s.area(batiments)[b]
        bord = np.flatnonzero(~dedans)
        aire[bord] = s.area(s.intersection(parcelles[p[bord]], batiments[b[bord]]))
        bati = np.bincount(p, weights=aire, minlength=n) / surfaces
        etape("bâtiments")
        parts = []
        for nom in ["friches", "zae"]:
            unies = s.get_parts(s.union_all(geoms[nom]))
            o, p, dedans = entieres(arbre, unies)
            aire = surfaces[p]
            bord = np.flatnonzero(~dedans)
            aire[bord] = s.area(s.intersection(parcelles[p[bord]], unies[o[bord]]))
            parts.append(np.bincount(p, weights=aire, minlength=n))
            etape(nom)
        distance = distances(parcelles, geoms["friches"])
        etape("distances")
        return surfaces, bati, zone, parts[0], parts[1], distance

    def distances(parcelles, friches):
        """The brownfields with the nearest centres, one after the other while one may still be nearer: a tree of
        points and few exact distances, where `STRtree.query_nearest` takes five times as long."""
        bp, bf = s.bounds(parcelles).T, s.bounds(friches).T
        centres = lambda b: np.stack([(b[0] + b[2]) / 2, (b[1] + b[3]) / 2], axis=1)
        rayons = lambda b: np.hypot(b[2] - b[0], b[3] - b[1]) / 2
        arbre, cp = cKDTree(centres(bf)), centres(bp)
        autour = rayons(bp) + rayons(bf).max()
        distance = np.full(n, np.inf)
        reste, k, vus = np.arange(n), 8, 0
        while len(reste):
            k = min(k, len(friches))
            d, i = (a.reshape(len(reste), k) for a in arbre.query(cp[reste], k=k))
            for j in range(vus, k):
                m = np.flatnonzero(d[:, j] <= distance[reste] + autour[reste])
                p, f = reste[m], i[m, j]
                ecart = np.hypot(np.maximum(0, np.maximum(bp[0, p] - bf[2, f], bf[0, f] - bp[2, p])), np.maximum(0, np.maximum(bp[1, p] - bf[3, f], bf[1, f] - bp[3, p])))
                proche = ecart < distance[p]
                p, f = p[proche], f[proche]
                distance[p] = np.minimum(distance[p], s.distance(parcelles[p], friches[f]))
            if k == len(friches):
                break
            reste = reste[d[:, -1] <= distance[reste] + autour[reste]]
            k, vus = k * 4, k
        return distance

    def reponse(r):
        surfaces, bati, zone, friche, zae, distance = r
        return {
            "parcelles": n,
            "surface_m2": float(surfaces.sum()),
            "bati_moyen": float(bati.mean()),
            "zones": {t: int((zone == i).sum()) for i, t in enumerate(TYPES)} | {"sans": int((zone < 0).sum())},
            "friche_m2": float(friche.sum()),
            "zae_m2": float(zae.sum()),
            "distance_moyenne_m": float(distance.mean()),
        }

    chronometrer("shapely", f"{s.__version__}, GEOS {s.geos_version_string}", fois, mesurer, reponse)


# --- PostGIS -------------------------------------------------------------------------------------------------------


class Serveur:
    """The processes of a PostgreSQL server: postmaster, background writers, backends, parallel workers."""

    def __init__(self, pid):
        self.pid = pid
        self.tic = os.sysconf("SC_CLK_TCK")
        self.memoire = 0.0
        threading.Thread(target=self.observer, daemon=True).start()

    def processus(self):
        """Fields of /proc/<pid>/stat after the name: of the postmaster first, then of its children."""
        tous = {}
        for d in os.listdir("/proc"):
            if d.isdigit():
                try:
                    tous[int(d)] = open(f"/proc/{d}/stat").read().rsplit(")", 1)[1].split()
                except OSError:
                    continue
        yield self.pid, tous[self.pid]
        yield from ((p, c) for p, c in tous.items() if int(c[1]) == self.pid)

    def processeur(self):
        """Processor seconds of the living, and of the dead children that the postmaster has waited for."""
        total = 0
        for p, c in self.processus():
            total += int(c[11]) + int(c[12])
            if p == self.pid:
                total += int(c[13]) + int(c[14])
        return total / self.tic

    def observer(self):
        """Shared memory counts once: the sum of proportional set sizes, seen twice a second."""
        while True:
            somme = 0
            for p, _ in self.processus():
                try:
                    lignes = open(f"/proc/{p}/smaps_rollup").read().splitlines()
                    somme += next(int(l.split()[1]) for l in lignes if l.startswith("Pss:"))
                except (OSError, StopIteration):
                    continue
            self.memoire = max(self.memoire, somme / 1024)
            time.sleep(0.5)


def postgis(dossier, fois):
    import psycopg
    import pyarrow.parquet as pq

    base = os.environ["GISEMENT_POSTGRES"]
    c = psycopg.connect(host=base, user="postgres", dbname="postgres", autocommit=True)
    sql = lambda s: (lambda r: r.fetchall() if r.description else None)(c.execute(s))
    sql("CREATE EXTENSION IF NOT EXISTS postgis")
    for nom in ["parcelles", "batiments", "zonage", "friches", "zae"]:
        zone = nom == "zonage"
        t = pq.read_table(f"{dossier}/{nom}.parquet", columns=["geometry"] + (["typezone"] if zone else []))
        sql(f"DROP TABLE IF EXISTS {nom}; CREATE UNLOGGED TABLE {nom} (id int, zone text, geom geometry)")
        with c.cursor().copy(f"COPY {nom} FROM STDIN") as copie:
            types = t["typezone"].to_pylist() if zone else [None] * t.num_rows
            for i, (genre, wkb) in enumerate(zip(types, t["geometry"].to_pylist())):
                copie.write_row((i, genre, wkb.hex()))
        sql(f"CREATE INDEX ON {nom} USING gist (geom)")
        sql(f"VACUUM ANALYZE {nom}")
    del t
    for reglage in [
        # The session and one worker: two processes at work, one a core.
        "max_parallel_workers_per_gather = 1", "parallel_setup_cost = 0", "parallel_tuple_cost = 0", "min_parallel_table_scan_size = 0",
        "min_parallel_index_scan_size = 0", "work_mem = '256MB'", "jit = off",
    ]:
        sql(f"SET {reglage}")

    def table(nom, requete):
        sql(f"DROP TABLE IF EXISTS {nom}; CREATE UNLOGGED TABLE {nom} AS {requete}")

    def parts(autre, cle=""):
        return f"""SELECT p.id{cle}, sum(CASE WHEN ST_CoveredBy(p.geom, o.geom) THEN ST_Area(p.geom)
            ELSE ST_Area(ST_Intersection(p.geom, o.geom)) END) AS aire
          FROM parcelles p JOIN {autre} o ON ST_Intersects(p.geom, o.geom) GROUP BY p.id{cle}"""

    def decoupee(nom, requete):
        table(nom, requete)
        sql(f"CREATE INDEX ON {nom} USING gist (geom); ANALYZE {nom}")

    def mesurer(etape):
        decoupee("zones", f"SELECT zone, ST_Subdivide(geom, {SOMMETS}) AS geom FROM zonage")
        etape("découper les zones")
        table("surfaces", "SELECT id, ST_Area(geom) AS surface FROM parcelles")
        etape("surfaces")
        table("r_zone", f"SELECT DISTINCT ON (id) id, zone FROM ({parts('zones', ', o.zone')}) t WHERE aire > {RIEN} ORDER BY id, aire DESC")
        etape("zones")
        table("r_bati", """SELECT p.id, sum(CASE WHEN ST_CoveredBy(o.geom, p.geom) THEN ST_Area(o.geom)
            ELSE ST_Area(ST_Intersection(p.geom, o.geom)) END) AS aire
          FROM parcelles p JOIN batiments o ON p.geom && o.geom GROUP BY p.id""")
        etape("bâtiments")
        for nom in ["friches", "zae"]:
            decoupee("u", f"SELECT (ST_Dump(ST_Union(geom))).geom FROM {nom}")
            table(f"r_{nom}", parts("u"))
            etape(nom)
        table("r_distance", """SELECT p.id, f.distance FROM parcelles p,
          LATERAL (SELECT p.geom <-> f.geom AS distance FROM friches f ORDER BY p.geom <-> f.geom LIMIT 1) f""")
        etape("distances")
        table("resultat", """SELECT id, surface, b.aire AS bati, zone, f.aire AS friche, z.aire AS zae, distance
          FROM surfaces LEFT JOIN r_zone USING (id) LEFT JOIN r_bati b USING (id) LEFT JOIN r_friches f USING (id)
          LEFT JOIN r_zae z USING (id) LEFT JOIN r_distance USING (id)""")
        etape("assembler")

    serveur = Serveur(int(open(f"{base}/donnees/postmaster.pid").readline()))
    [(version,)] = sql("SELECT postgis_lib_version() || ', GEOS ' || split_part(postgis_geos_version(), '-', 1) || ' (PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1) || ')'")
    chronometrer("PostGIS", version, fois, mesurer, lambda _: reponse_sql(sql), serveur.processeur, lambda: serveur.memoire)


# --- comparison ----------------------------------------------------------------------------------------------------

# What rounding may change: relative for sums, absolute for the rest.
TOLERANCES = {"surface_m2": 1e-10, "bati_moyen": 1e-8, "friche_m2": 1e-8, "zae_m2": 1e-8, "distance_moyenne_m": 1e-8}


def ecarts(nous, eux):
    for cle in ["parcelles", "zones"]:
        if nous[cle] != eux[cle]:
            yield f"{cle} : {nous[cle]} et {eux[cle]}"
    for cle, t in TOLERANCES.items():
        # Written this way, what is not a number differs.
        if not abs(nous[cle] - eux[cle]) <= t * max(1.0, abs(nous[cle])):
            yield f"{cle} : {nous[cle]!r} et {eux[cle]!r}"


def comparer(dossiers):
    faux, notre_cpu = [], {}
    for dossier in map(pathlib.Path, dossiers):
        moteurs = [json.loads(f.read_text()) for nom in ["gisement", "duckdb", "shapely", "postgis"] if (f := dossier / f"{nom}.json").exists()]
        nous = moteurs[0]
        print(f"\n{dossier.name} : {nous['reponse']['parcelles']} parcelles (le plus petit de {len(nous['cpu'])} passages)")
        print(f"{'':10} {'durée':>9} {'processeur':>12} {'mémoire':>11}  réponse")
        for m in moteurs:
            r = m["reponse"]
            zones = " ".join(f"{k} {r['zones'][k]}" for k in [*TYPES, "sans"])
            print(
                f"{m['moteur']:10} {min(m['mur']):7.3f} s {min(m['cpu']):10.3f} s {m['memoire']:7.0f} MiB  "
                f"{r['parcelles']} ; {r['surface_m2']:.2f} m² ; bâti {r['bati_moyen']:.8f} ; {zones} ; "
                f"friches {r['friche_m2']:.2f} m² ; ZAE {r['zae_m2']:.2f} m² ; {r['distance_moyenne_m']:.6f} m"
            )
            faux += [f"{dossier.name}, {m['moteur']} : {e}" for e in ecarts(nous["reponse"], r)]
        for m in moteurs[1:]:
            print(f"  {m['moteur']} {m['version']} : " + ", ".join(f"{k} {v:.2f}" for k, v in m["etapes"].items()) + " s de processeur")
        notre_cpu[dossier.name] = min(nous["cpu"])
        if moteurs[1:]:
            meilleur = min(moteurs[1:], key=lambda m: min(m["cpu"]))
            print(f"  processeur du meilleur des autres ({meilleur['moteur']}) ÷ le nôtre : {min(meilleur['cpu']) / min(nous['cpu']):.1f}")
    for nom, cpu in notre_cpu.items():
        if (fine := notre_cpu.get(nom.replace("-coarse", "-fine"))) and nom.endswith("-coarse"):
            print(f"  {nom.removesuffix('-coarse')} parcelles, zones fines ÷ grossières, notre processeur : {fine / cpu:.2f}")
    if faux:
        sys.exit("Réponses différentes :\n  " + "\n  ".join(faux))


if __name__ == "__main__":
    action, *reste = sys.argv[1:]
    if action == "comparer":
        comparer(reste)
    else:
        {"duckdb": duckdb, "shapely": shapely, "postgis": postgis}[action](reste[0], int(reste[1]))
