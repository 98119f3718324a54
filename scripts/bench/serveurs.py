"""The servers of the bench, each started for a while on a free port: how to ask it, what it costs."""
import gzip
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

import requests

ICI = Path(__file__).parent
COUP = os.sysconf("SC_CLK_TCK")


def descendants(pid):
    """A process and its live descendants."""
    try:
        enfants = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        fils = [c for t in Path(f"/proc/{pid}/task").iterdir() for c in (t / "children").read_text().split()] or enfants
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [pid] + [p for f in fils for p in descendants(int(f))]


def processeur(pid):
    """Seconds of processor of a process, of its descendants and of those that have ended."""
    total = 0
    for p in descendants(pid):
        try:
            champs = Path(f"/proc/{p}/stat").read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(map(int, champs[11:15]))
    return total / COUP


def lignes_memoire(pid, fichier, cle):
    total = 0
    for p in descendants(pid):
        try:
            total += int(re.search(rf"^{cle}:\s+(\d+)", Path(f"/proc/{p}/{fichier}").read_text(), re.M)[1])
        except (FileNotFoundError, ProcessLookupError, TypeError):
            pass
    return total / 1024


def pss(pid):
    return lignes_memoire(pid, "smaps_rollup", "Pss")


class Serveur:
    """A program that serves, from `with` to the end of it."""

    def __init__(self, commande, port, sonde, postmaster=None, env=None, chemin=None, journal=None):
        self.commande, self.port, self.sonde, self.postmaster, self.env = commande, port, sonde, postmaster, env
        self.choisit = True
        self.chemin, self.racine = chemin, f"http://127.0.0.1:{port}"
        self.journal = journal or tempfile.mktemp(prefix="banc-", suffix=".log")

    def __enter__(self):
        debut = time.perf_counter()
        with open(self.journal, "w") as f:
            self.processus = subprocess.Popen(self.commande, stdout=f, stderr=f, env={**os.environ, **(self.env or {})}, start_new_session=True)
        while True:
            if self.processus.poll() is not None or time.perf_counter() - debut > 120:
                raise SystemExit(f"{self.commande[0]} ne répond pas :\n{Path(self.journal).read_text()[-3000:]}")
            try:
                if requests.get(self.racine + self.sonde, timeout=30).status_code == 200:
                    break
            except requests.ConnectionError:
                time.sleep(0.002)
        self.demarrage = time.perf_counter() - debut
        return self

    def __exit__(self, *_):
        os.killpg(self.processus.pid, signal.SIGTERM)
        try:
            self.processus.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.processus.pid, signal.SIGKILL)
            self.processus.wait()

    def cpu(self):
        return processeur(self.processus.pid) + (processeur(self.postmaster) if self.postmaster else 0)

    def memoire(self):
        return f"{lignes_memoire(self.processus.pid, 'status', 'VmRSS'):.0f} ; {pss(self.processus.pid):.0f}"

    def adresses(self, liste):
        return [c if isinstance(c, str) else self.chemin(*c) for c in liste]

    def charger(self, liste, codage="", une_fois=False, connexions=8, secondes=60):
        """What wrk says of these paths, and the processor that they cost."""
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as f:
            f.write("\n".join(self.adresses(liste)) + "\n")
            f.flush()
            env = {**os.environ, "CHEMINS": f.name, "CODAGE": codage, **({"UNE_FOIS": "1"} if une_fois else {})}
            avant = self.cpu()
            r = subprocess.run(["wrk", "-t1", f"-c{connexions}", f"-d{secondes}s", "--timeout", "60s", "--latency", "-s", str(ICI / "charge.lua"), self.racine],
                               env=env, capture_output=True, text=True, check=True)
            cout = self.cpu() - avant
        return {**json.loads(r.stdout.splitlines()[-1]), "cpu": cout}

    def poids(self, liste, codage):
        """The mean size of the bodies. (What wrk counts holds headers, and answers that its end cuts short.)"""
        session = requests.Session()
        tailles = []
        for a in self.adresses(liste):
            with session.get(self.racine + a, headers={"Accept-Encoding": codage or "identity"}, stream=True, timeout=60) as r:
                tailles.append(len(r.raw.read(decode_content=False)))
        return sum(tailles) / len(tailles)

    def objets(self, parametres):
        # BBOX takes any parameter for a column: no `properties`, no `f`. Its table has those columns only.
        if not self.choisit:
            parametres = parametres.split("&properties=")[0]
        return f"/collections/{self.collection}/items?{parametres}{self.suffixe}"

    def objet(self, nom):
        return f"/collections/{self.collection}/items/{nom}{self.suffixe and '?' + self.suffixe[1:]}"

    def page_lointaine(self, rang, champs, combien=20):
        """Milliseconds of a page far on: by the link of the page before where there is one (ours), else by its offset."""
        session, temps = requests.Session(), []
        adresse = self.racine + self.objets(f"limit=1000&offset={rang}&properties={champs}")
        if self.collection == "parcelles" and not self.suffixe and self.choisit:
            avant = session.get(self.racine + self.objets(f"limit=1000&offset={rang - 1000}&properties={champs}")).json()
            adresse = next(l["href"] for l in avant["links"] if l["rel"] == "next")
        for _ in range(combien):
            debut = time.perf_counter()
            r = session.get(adresse, headers={"Accept-Encoding": "identity"})
            temps.append((time.perf_counter() - debut) * 1000)
            if r.status_code != 200 or len(r.json()["features"]) != 1000:
                raise SystemExit(f"{adresse} : {r.status_code}")
        return temps


def libre():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def gisement(programme, dossier):
    port = libre()
    s = Serveur([programme, "servir", str(dossier), "--adresse", f"127.0.0.1:{port}"], port, "/sante",
                chemin=lambda z, y, x: f"/tiles/WebMercatorQuad/{z}/{y}/{x}")
    s.collection, s.suffixe = "parcelles", ""
    return s


def martin(programme, args, dossier, cache):
    port, config = libre(), Path(dossier) / f"martin-{cache}.yaml"
    config.write_text(f"""listen_addresses: 127.0.0.1:{port}
worker_processes: 2
cache_size_mb: {cache}
postgres:
  connection_string: postgresql://postgres@127.0.0.1:{args.postgres}/postgres
  pool_size: 8
  auto_publish: false
  tables:
    parcelles:
      layer_id: parcelles
      schema: public
      table: parcelles_3857
      srid: 3857
      geometry_column: geom
      geometry_type: MULTIPOLYGON
      extent: 4096
      buffer: 64
      clip_geom: true
      properties: {{idu: text, n: text, v: text, u: int4}}
""")
    return Serveur([programme, "--config", str(config)], port, "/health", args.postmaster, chemin=lambda z, y, x: f"/parcelles/{z}/{x}/{y}")


def archive(notre, listes, dossier):
    """An MBTiles of our own gzip tiles: what a server of ready-made tiles has to send."""
    fichier = Path(dossier) / "banc.mbtiles"
    fichier.unlink(missing_ok=True)
    with sqlite3.connect(fichier) as b:
        b.executescript("CREATE TABLE metadata (name text, value text); CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);"
                        "CREATE UNIQUE INDEX i ON tiles (zoom_level, tile_column, tile_row);")
        b.executemany("INSERT INTO metadata VALUES (?, ?)", [("name", "banc"), ("format", "pbf"), ("minzoom", "13"), ("maxzoom", "16"), ("json", '{"vector_layers": []}')])
        for z, y, x in (t for l in listes.values() for t in l):
            r = requests.get(notre.racine + notre.chemin(z, y, x), headers={"Accept-Encoding": "gzip"}, timeout=60)
            b.execute("INSERT INTO tiles VALUES (?, ?, ?, ?)", (z, x, 2**z - 1 - y, gzip.compress(r.content, 6)))
    return fichier


def martin_archive(programme, dossier, fichier):
    port, config = libre(), Path(dossier) / "martin-archive.yaml"
    config.write_text(f"listen_addresses: 127.0.0.1:{port}\nworker_processes: 2\ncache_size_mb: 1024\nmbtiles:\n  sources:\n    banc: {fichier.resolve()}\n")
    return Serveur([programme, "--config", str(config)], port, "/health", chemin=lambda z, y, x: f"/banc/{z}/{x}/{y}")


def tipg(bin_, args):
    port = libre()
    s = Serveur([f"{bin_}/uvicorn", "tipg.main:app", "--workers", "2", "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning", "--no-access-log"],
                port, "/healthz", args.postmaster,
                env={"DATABASE_URL": f"postgresql://postgres@127.0.0.1:{args.postgres}/postgres", "TIPG_DB_SCHEMAS": '["public"]', "TIPG_MAX_FEATURES_PER_QUERY": "10000"})
    s.collection, s.suffixe = "public.parcelles", "&f=geojson"
    return s


def pygeoapi(bin_, args, dossier):
    port, config, openapi = libre(), Path(dossier).resolve() / "pygeoapi.yml", Path(dossier).resolve() / "pygeoapi-openapi.yml"
    config.write_text(f"""server:
  bind: {{host: 127.0.0.1, port: {port}}}
  url: http://127.0.0.1:{port}
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  gzip: false
  languages: [en-US]
  limits: {{default_items: 10, max_items: 10000}}
  map: {{url: 'http://127.0.0.1/{{z}}/{{x}}/{{y}}', attribution: none}}
logging: {{level: ERROR}}
metadata:
  identification: {{title: banc, description: banc, keywords: [banc], keywords_type: theme, terms_of_service: none, url: 'http://127.0.0.1'}}
  license: {{name: none, url: 'http://127.0.0.1'}}
  provider: {{name: banc, url: 'http://127.0.0.1'}}
  contact: {{name: banc, position: none}}
resources:
  parcelles:
    type: collection
    title: parcelles
    description: parcelles
    keywords: [parcelles]
    links: []
    extents: {{spatial: {{bbox: [-10, 35, 15, 60], crs: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'}}}}
    providers:
      - type: feature
        name: PostgreSQL
        data: {{host: 127.0.0.1, port: {args.postgres}, dbname: postgres, user: postgres, password: '', search_path: [public]}}
        id_field: idu
        table: parcelles
        geom_field: geom
""")
    env = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(openapi)}
    with open(openapi, "w") as f:
        subprocess.run([f"{bin_}/pygeoapi", "openapi", "generate", str(config)], stdout=f, stderr=subprocess.DEVNULL, env={**os.environ, **env}, check=True)
    s = Serveur([f"{bin_}/gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{port}", "--log-level", "error", "pygeoapi.flask_app:APP"], port, "/conformance?f=json", args.postmaster, env=env)
    s.collection, s.suffixe = "parcelles", "&f=json"
    return s


def bbox(programme, args, dossier):
    port, config = libre(), Path(dossier).resolve() / "bbox.toml"
    config.write_text(f"""[webserver]
server_addr = "127.0.0.1:{port}"
worker_threads = 2
loglevel = "Error"

[[datasource]]
name = "banc"
[datasource.postgis]
url = "postgresql://postgres@127.0.0.1:{args.postgres}/postgres"

[[collection]]
name = "parcelles"
[collection.postgis]
datasource = "banc"
table_name = "parcelles"
fid_field = "idu"
""")
    s = Serveur([programme, "serve"], port, "/collections/parcelles.json", args.postmaster, env={"BBOX_CONFIG": str(config)})
    s.collection, s.suffixe, s.choisit = "parcelles", "", False
    return s
