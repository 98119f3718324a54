"""OGC API – Tiles – Part 1 (annex A of 20-057), the bytes of every tile of the edition, and what docs/api.md promises of them."""
import gzip
import re

import brotli
import mapbox_vector_tile
import morecantile
import tipg.model as modeles
import zstandard
from shapely.geometry import Point, shape

import mvt
from commun import JSON, Passe, declarer, egal, liens, un_lien, vrai
from entites import BASE

TESTS = []
test = declarer(TESTS)
CORE, MVT, TILESET, LISTE, JEU, OAS = (f"ogcapi-tiles-1/1.0/conf/{c}" for c in ("core", "mvt", "tileset", "tilesets-list", "dataset-tilesets", "oas30"))
TJ, SERVI = "TileJSON 3.0.0", "docs/api.md"
TYPE = "application/vnd.mapbox-vector-tile"
TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
POIDS = 500_000


def liste(s):
    return s.lire(un_lien(s.lire("/"), TILESETS)["href"])


def jeu(s):
    return s.lire(un_lien(liste(s)["tilesets"][0], "self")["href"])


def gabarit(s):
    return un_lien(jeu(s), "item", TYPE)["href"]


def adresse(g, z, y, x):
    return g.replace("{tileMatrix}", str(z)).replace("{tileRow}", str(y)).replace("{tileCol}", str(x))


def tilejson(s):
    return s.lire(un_lien(jeu(s), "describedby", JSON)["href"])


def toutes(s):
    """The tiles that the bounds meet, at every zoom."""
    d = tilejson(s)
    grille = morecantile.tms.get("WebMercatorQuad")
    return list(grille.tiles(*d["bounds"], zooms=range(d["minzoom"], d["maxzoom"] + 1)))


def une(s):
    """The address of a tile in the middle of the edition, where something lies."""
    o, su, e, n = tilejson(s)["bounds"]
    t = morecantile.tms.get("WebMercatorQuad").tile((o + e) / 2, (su + n) / 2, 14)
    return adresse(gabarit(s), t.z, t.y, t.x)


def fixe(s):
    """The same under the address of its edition."""
    o, su, e, n = tilejson(s)["bounds"]
    t = morecantile.tms.get("WebMercatorQuad").tile((o + e) / 2, (su + n) / 2, 14)
    return tilejson(s)["tiles"][0].replace("{z}", str(t.z)).replace("{x}", str(t.x)).replace("{y}", str(t.y))


@test(CORE, "conformance-success")
def _(s):
    vrai(BASE + CORE in s.classes, "classe non déclarée")


@test(CORE, "tc-op")
def _(s):
    vrai(all("{" + n + "}" in gabarit(s) for n in ("tileMatrix", "tileRow", "tileCol")), gabarit(s))
    egal(un_lien(jeu(s), "item", TYPE).get("templated"), True, "lien à gabarit")


@test(CORE, "tc-tilematrix-definition")
def _(s):
    egal(s.demander(adresse(gabarit(s), "seize", 1, 1)).status_code in (400, 404), True, "niveau qui n’en est pas un")


@test(CORE, "tc-tilerow-definition")
def _(s):
    """Row before column, the row from the top: the other order is elsewhere."""
    o, su, e, n = tilejson(s)["bounds"]
    g = morecantile.tms.get("WebMercatorQuad")
    t = g.tile((o + e) / 2, (su + n) / 2, 14)
    egal(s.demander(adresse(gabarit(s), 14, t.y, t.x), TYPE).status_code, 200, "tuile du milieu")
    egal(s.demander(adresse(gabarit(s), 14, t.x, t.y), TYPE).status_code, 204, "ligne et colonne échangées")
    egal(s.demander(adresse(gabarit(s), 14, 2**14 - 1 - t.y, t.x), TYPE).status_code, 204, "ligne comptée du bas")


@test(CORE, "tc-tilecol-definition")
def _(s):
    egal(s.demander(adresse(gabarit(s), 14, 1, "x")).status_code in (400, 404), True, "colonne qui n’en est pas une")


@test(CORE, "tc-success")
def _(s):
    r = s.demander(une(s), TYPE)
    egal((r.status_code, r.headers["content-type"], bool(r.content)), (200, TYPE, True), une(s))
    vide = s.demander(adresse(gabarit(s), 14, 0, 0), TYPE)
    egal((vide.status_code, vide.content), (204, b""), "tuile vide")


@test(CORE, "tc-error")
def _(s):
    for z, y, x in ((14, 2**31 - 1, 2**31 - 1), (14, 2**14, 0), (14, 0, 2**14), (3, -1, 0), (40, 0, 0), (17, 0, 0)):
        egal(s.demander(adresse(gabarit(s), z, y, x), TYPE).status_code in (400, 404), True, f"tuile {z}/{y}/{x} hors de la grille")
    limites = jeu(s).get("tileMatrixSetLimits")
    for l in limites or []:
        r = s.demander(adresse(gabarit(s), l["tileMatrix"], l["maxTileRow"] + 1, l["minTileCol"]), TYPE)
        egal(r.status_code in (400, 404), True, f"hors des limites {l}")


@test(TILESET, "tileset-description")
def _(s):
    modeles.TileSet.model_validate(jeu(s))
    egal(jeu(s)["dataType"], "vector", "dataType")
    lien = un_lien(jeu(s), "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme")
    egal(lien["href"].rsplit("/", 1)[1], "WebMercatorQuad", "grille")
    egal(jeu(s)["tileMatrixSetURI"], "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad", "grille")


@test(LISTE, "tileset-links")
def _(s):
    modeles.TileSetList.model_validate(liste(s))
    for t in liste(s)["tilesets"]:
        vrai(t.get("tileMatrixSetURI") or t.get("tileMatrixSetDefinition"), "grille absente de la liste")
        egal(s.lire(un_lien(t, "self")["href"])["dataType"], t["dataType"], "dataType")


@test(JEU, "landingpage")
def _(s):
    un_lien(s.lire("/"), TILESETS)


@test(JEU, "operation")
def _(s):
    vrai(liste(s)["tilesets"], "liste vide")
    vrai(un_lien(s.lire("/"), TILESETS)["href"].endswith("/tiles"), "adresse de la liste")


@test(OAS, "completeness")
def _(s):
    if BASE + OAS not in s.classes:
        raise Passe("classe non déclarée : les noms d’opération que veut l’annexe ne sont pas donnés")
    for motif in (r"/tiles", r"/tiles/[^/]+", r"/tiles/[^/]+/[^/]+/[^/]+/[^/]+"):
        vrai([p for p in s.openapi["paths"] if re.fullmatch(motif, p)], f"{motif} n’est pas décrit")


@test(OAS, "operation-id")
def _(s):
    """The ends of names that annex A gives the operations."""
    for motif, fin in ((r"/tiles", r"\.vector\.getTileSetsList"), (r"/tiles/[^/]+", r"\.vector\.getTileSet"), (r"/tiles/[^/]+/[^/]+/[^/]+/[^/]+", r"\.vector\.getTile")):
        if BASE + OAS not in s.classes:
            raise Passe("classe non déclarée")
        noms = [d["get"].get("operationId", "") for p, d in s.openapi["paths"].items() if re.fullmatch(motif, p)]
        vrai(any(re.search(fin + "$", n) for n in noms), f"{motif} : {noms}")


@test(MVT, "content")
def _(s):
    """Every tile of the edition, zooms 5 to 16."""
    couches = {l["id"]: l["fields"] for l in tilejson(s)["vector_layers"]}
    niveaux = {l["id"]: range(l["minzoom"], l["maxzoom"] + 1) for l in tilejson(s)["vector_layers"]}
    lues = objets = surfaces = bords = dedans = lourde = 0
    exemple, parcelles = None, {}
    for t in toutes(s):
        r = s.demander(adresse(gabarit(s), t.z, t.y, t.x), TYPE, **{"Accept-Encoding": "gzip"})
        vrai(r.status_code in (200, 204), f"{t} : {r.status_code}")
        if r.status_code == 204:
            continue
        lues += 1
        egal(r.headers.get("content-encoding"), "gzip", f"codage de {t}")
        poids = int(r.headers["content-length"])
        lourde = max(lourde, poids)
        vrai(poids <= POIDS, f"{t} : {poids} octets")
        try:
            o, su, b, d, e = mvt.verifier(r.content, couches)
        except AssertionError as faute:
            raise AssertionError(f"{t.z}/{t.y}/{t.x} : {faute}") from None
        objets, surfaces, bords, dedans, exemple = objets + o, surfaces + su, bords + b, dedans + d, exemple or (e and f"{t.z}/{t.y}/{t.x} {e}")
        # A second reader, which joins rings and values its own way.
        for nom, couche in mapbox_vector_tile.decode(r.content, default_options={"geojson": True}).items():
            vrai(t.z in niveaux[nom], f"{nom} au niveau {t.z}, non annoncé")
            if nom == "parcelles":
                parcelles.setdefault(t.z, set()).update(f["properties"]["idu"] for f in couche["features"])
    vrai(lues > 100, f"{lues} tuiles : trop peu")
    total = s.lire("/collections/parcelles/items", "application/geo+json", {"limit": 1})["numberMatched"]
    for z in (14, 15, 16):
        egal(len(parcelles[z]), total, f"parcelles au niveau {z}")
    print(f"  {lues} tuiles, {objets} objets, {surfaces} polygones dont {bords} se touchent sur le bord de la marge et {dedans} se croisent ailleurs, la plus lourde {lourde} octets ; parcelles au niveau 13 : {len(parcelles[13])} sur {total}")
    s.croisees = bords, dedans, surfaces, exemple


@test(MVT, "simple-rings-margin")
def _(s):
    """MVT 2.1 §4.3.4.4: rings neither cross nor touch themselves, even where nothing is drawn."""
    vrai(hasattr(s, "croisees"), "les tuiles n’ont pas été lues")
    bords, _, surfaces, _ = s.croisees
    egal(bords, 0, f"polygones qui se touchent sur le bord de la marge, sur {surfaces}")


@test(MVT, "simple-rings")
def _(s):
    """The same where it shows."""
    vrai(hasattr(s, "croisees"), "les tuiles n’ont pas été lues")
    _, dedans, surfaces, exemple = s.croisees
    egal(dedans, 0, f"polygones qui se croisent dans la tuile, sur {surfaces} ; le premier {exemple}")


@test(MVT, "simple-rings-few")
def _(s):
    """What the reasons of the two tests before suppose: next to none."""
    bords, dedans, surfaces, _ = s.croisees
    vrai(bords * 200 < surfaces and dedans * 10_000 < surfaces, f"{bords} et {dedans} sur {surfaces}")


@test(TJ, "schema")
def _(s):
    d = tilejson(s)
    modeles.TileJSON.model_validate(d)
    egal(d["tilejson"], "3.0.0", "version")
    vrai(d["tiles"] and all(all("{" + k + "}" in t for k in "zxy") for t in d["tiles"]), "tiles")
    vrai(d["vector_layers"], "vector_layers")
    for l in d["vector_layers"]:
        vrai(isinstance(l["id"], str) and isinstance(l["fields"], dict) and all(isinstance(v, str) for v in l["fields"].values()), f"couche {l.get('id')}")
        vrai(0 <= l["minzoom"] <= l["maxzoom"] <= 30, f"niveaux de {l['id']}")
    vrai(0 <= d["minzoom"] <= d["maxzoom"] <= 30, "niveaux")
    o, su, e, n = d["bounds"]
    vrai(-180 <= o < e <= 180 and -90 <= su < n <= 90, "bounds")
    vrai(re.fullmatch(r"\d+\.\d+\.\d+", d.get("version", "1.0.0")) and d.get("scheme", "xyz") in ("xyz", "tms"), "version, scheme")
    inconnues = set(d) - {"tilejson", "tiles", "vector_layers", "attribution", "bounds", "center", "data", "description", "fillzoom", "grids", "legend", "maxzoom", "minzoom", "name", "scheme", "template", "version"}
    vrai(not inconnues, f"clés hors du standard : {inconnues}")


@test(SERVI, "encodings")
def _(s):
    nue = s.demander(une(s), TYPE, **{"Accept-Encoding": "identity"})
    vrai("content-encoding" not in nue.headers, "identité codée")
    for code, ouvrir in (("gzip", gzip.decompress), ("br", brotli.decompress), ("zstd", zstandard.ZstdDecompressor().decompress)):
        r = s.session.get(s.racine + une(s).removeprefix(s.racine), headers={"Accept-Encoding": code}, stream=True)
        egal(r.headers.get("content-encoding"), code, f"codage demandé {code}")
        egal(ouvrir(r.raw.read(decode_content=False)), nue.content, f"octets en {code}")
        vrai("accept-encoding" in r.headers["vary"].lower(), f"Vary : {r.headers['vary']}")
    r = s.demander(une(s), TYPE, **{"Accept-Encoding": "gzip, deflate, br, zstd"})
    egal(r.headers.get("content-encoding"), "zstd", "ce que demande un navigateur")


@test(SERVI, "batiments-g")
def _(s):
    """A building is marked when the middle of its box is on a parcel that has a type."""
    o, su, e, n = tilejson(s)["bounds"]
    marques, vus = 0, 0
    grille = morecantile.tms.get("WebMercatorQuad")
    for t in grille.tiles(o, su, e, n, zooms=[16]):
        r = s.demander(adresse(gabarit(s), t.z, t.y, t.x), TYPE)
        if r.status_code == 204:
            continue
        couches = mapbox_vector_tile.decode(r.content, default_options={"geojson": True})
        types = [shape(f["geometry"]) for f in couches.get("parcelles", {"features": []})["features"] if "t" in f["properties"]]
        types = [(p.bounds, p) for p in types]
        for f in couches.get("batiments", {"features": []})["features"]:
            b = shape(f["geometry"])
            o_, su_, e_, n_ = b.bounds
            # What the tile cuts has another middle, and a middle near a border may be rounded over it.
            milieu = Point((o_ + e_) / 2, (su_ + n_) / 2)
            proches = [p for (x0, y0, x1, y1), p in types if x0 - 3 < milieu.x < x1 + 3 and y0 - 3 < milieu.y < y1 + 3]
            if min(o_, su_) < 2 or max(e_, n_) > 4094 or any(p.boundary.distance(milieu) < 3 for p in proches):
                continue
            vus += 1
            marques += f["properties"].get("g") == 1
            egal(f["properties"].get("g") == 1, any(p.contains(milieu) for p in proches), f"bâtiment {b.wkt[:80]} de {t}")
    vrai(marques > 20 and vus > marques, f"{marques} bâtiments marqués sur {vus}")


@test(SERVI, "etag")
def _(s):
    for a in (une(s), fixe(s)):
        for code in ("identity", "gzip", "br"):
            r = s.demander(a, TYPE, **{"Accept-Encoding": code})
            m = s.demander(a, TYPE, **{"Accept-Encoding": code, "If-None-Match": r.headers["etag"]})
            egal((m.status_code, m.content, m.headers["etag"]), (304, b"", r.headers["etag"]), f"{a} en {code}, inchangée")
            egal(s.demander(a, TYPE, **{"Accept-Encoding": code, "If-None-Match": '"autre"'}).status_code, 200, f"{a} en {code}, changée")


@test(SERVI, "cache-control")
def _(s):
    r = s.demander(fixe(s), TYPE).headers["cache-control"]
    vrai("immutable" in r and int(re.search(r"max-age=(\d+)", r)[1]) >= 86400, f"édition nommée : {r}")
    r = s.demander(une(s), TYPE).headers["cache-control"]
    vrai("immutable" not in r and ("no-cache" in r or "must-revalidate" in r), f"édition servie : {r}")
