"""OGC API – Features – Part 3: queryables and filters (annex A of 19-079r2). Each answer is worked out again here."""
import json

import jsonschema
from shapely.geometry import box, shape

from commun import CRS84, GEOJSON, declarer, egal, un_lien, vrai
from entites import BASE, boite, definition, parametres, spatiales, chemins_des_objets

TESTS = []
test = declarer(TESTS)
QUERYABLES, PARAMETRES, FILTER, FEATURES = (f"ogcapi-features-3/1.0/conf/{c}" for c in ("queryables", "queryables-query-parameters", "filter", "features-filter"))


def queryables(s, c):
    lien = un_lien(s.lire(f"/collections/{c['id']}"), "http://www.opengis.net/def/rel/ogc/1.0/queryables")
    return s.lire(lien["href"], "application/schema+json")


def valeurs(s, c):
    return s.objets(c, limit=10000)["features"]


def complete(s, c):
    """Whether one page holds the collection, so that counts can be worked out from it."""
    p = s.objets(c, limit=10000)
    return p["numberMatched"] == p["numberReturned"]


def scalaires(s, c):
    """A property of each collection whose values are simple, with one of them."""
    for nom, q in queryables(s, c)["properties"].items():
        if q.get("type") in ("string", "integer", "number", "boolean"):
            for f in s.objets(c, limit=100)["features"]:
                if f["properties"].get(nom) not in (None, ""):
                    yield nom, f["properties"][nom]
                    break


def litteral(v):
    return "'" + v.replace("'", "''") + "'" if isinstance(v, str) else json.dumps(v)


def trouves(s, c, filtre, **params):
    return s.objets(c, limit=1, filter=filtre, **params)["numberMatched"]


@test(QUERYABLES, "get-conformance")
def _(s):
    vrai(BASE + QUERYABLES in s.classes, "classe non déclarée")


@test(QUERYABLES, "get-queryables-uris")
def _(s):
    for c in s.collections:
        queryables(s, c)


@test(QUERYABLES, "get-queryables")
def _(s):
    for c in s.collections:
        q = queryables(s, c)
        jsonschema.Draft202012Validator.check_schema(q)
        egal(q["$schema"], "https://json-schema.org/draft/2020-12/schema", f"$schema de {c['id']}")
        egal(q["type"], "object", f"type de {c['id']}")
        vrai(q["$id"].endswith(f"/collections/{c['id']}/queryables"), f"$id de {c['id']} : {q['$id']}")
        vrai(q["properties"], f"{c['id']} n’a rien à interroger")
        for nom, p in q["properties"].items():
            vrai("type" in p or "format" in p or "$ref" in p, f"{c['id']} {nom} sans type")


@test(QUERYABLES, "content-type")
def _(s):
    r = s.demander(f"/collections/{s.collections[0]['id']}/queryables", "application/schema+json")
    egal(r.headers["content-type"].split(";")[0], "application/schema+json", "type des queryables")


@test(PARAMETRES, "get-conformance")
def _(s):
    vrai(BASE + PARAMETRES in s.classes, "classe non déclarée")


@test(PARAMETRES, "query-param")
def _(s):
    vus = 0
    for c in s.collections:
        for nom, v in list(scalaires(s, c))[:6]:
            texte = json.dumps(v) if not isinstance(v, str) else v
            page = s.objets(c, limit=10000, **{nom: texte})
            vrai(page["features"], f"{c['id']} {nom}={texte} : rien")
            vrai(all(f["properties"][nom] == v for f in page["features"]), f"{c['id']} {nom}={texte} : autre valeur")
            if complete(s, c):
                egal(page["numberMatched"], sum(f["properties"][nom] == v for f in valeurs(s, c)), f"{c['id']} {nom}={texte}")
            vus += 1
    vrai(vus > 50, f"{vus} propriétés essayées")


@test(PARAMETRES, "query-param-invalid")
def _(s):
    c = next(c for c in s.collections if c["id"] == "parcelles")
    egal(s.demander(f"/collections/{c['id']}/items", params={"utile_m2": "grand"}).status_code, 400, "utile_m2=grand")


@test(FILTER, "get-conformance")
def _(s):
    vrai(BASE + FILTER in s.classes, "classe non déclarée")


@test(FILTER, "filter-param")
def _(s):
    definition(s, "filter", lambda d: egal(d["type"], "string", "type de filter"))


@test(FILTER, "filter-lang-param")
def _(s):
    def schema(d):
        egal(d["type"], "string", "type de filter-lang")
        vrai({"cql2-text", "cql2-json"} <= set(d["enum"]), f"langues : {d['enum']}")
        egal(d["default"], "cql2-text", "langue par défaut")

    definition(s, "filter-lang", schema)
    c = s.collections[0]
    egal(s.demander(f"/collections/{c['id']}/items", GEOJSON, {"filter": "1=1", "filter-lang": "sql"}).status_code, 400, "langue inconnue")


@test(FILTER, "filter-crs-param")
def _(s):
    definition(s, "filter-crs", lambda d: egal(d["type"], "string", "type de filter-crs"))
    for c in spatiales(s):
        b = boite(c)
        filtre = f"S_INTERSECTS(geometry, BBOX({','.join(map(str, b))}))"
        egal(trouves(s, c, filtre), s.objets(c, limit=1, bbox=",".join(map(str, b)))["numberMatched"], f"tout {c['id']}")
        egal(trouves(s, c, filtre, **{"filter-crs": CRS84}), trouves(s, c, filtre), f"filter-crs par défaut sur {c['id']}")
    egal(s.demander("/collections/parcelles/items", GEOJSON, {"filter": filtre, "filter-crs": "EPSG:4327"}).status_code, 400, "filter-crs inconnu")


@test(FILTER, "invalid-filter")
def _(s):
    for faux in ("inconnue = 1", "utile_m2 >", "utile_m2 > 'a'", "S_INTERSECTS(geometry, 3)", ")"):
        r = s.demander("/collections/parcelles/items", GEOJSON, {"filter": faux})
        egal((r.status_code, "json" in r.headers["content-type"]), (400, True), f"filter={faux}")


@test(FEATURES, "get-conformance")
def _(s):
    vrai(BASE + FEATURES in s.classes, "classe non déclarée")


@test(FEATURES, "filter-on-items")
def _(s):
    """A value, its negation and what is unknown make up every collection; text and JSON say the same."""
    vus = 0
    for c in s.collections:
        total = s.objets(c, limit=1)["numberMatched"]
        for nom, v in list(scalaires(s, c))[:4]:
            egaux, autres, vides = (trouves(s, c, f) for f in (f'"{nom}" = {litteral(v)}', f'NOT ("{nom}" = {litteral(v)})', f'"{nom}" IS NULL'))
            egal(egaux + autres + vides, total, f"{c['id']} {nom} = {v!r} : {egaux} + {autres} + {vides}")
            en_json = json.dumps({"op": "=", "args": [{"property": nom}, v]})
            if not (isinstance(v, str) and queryables(s, c)["properties"][nom].get("format") == "date"):
                egal(trouves(s, c, en_json, **{"filter-lang": "cql2-json"}), egaux, f"{c['id']} {nom} en JSON")
            if complete(s, c):
                egal(egaux, sum(f["properties"][nom] == v for f in valeurs(s, c)), f"{c['id']} {nom}, recompté")
            vus += 1
    vrai(vus > 40, f"{vus} conditions")


@test(FEATURES, "filter-and-bbox")
def _(s):
    """Other parameters are joined with AND."""
    for c in spatiales(s):
        if not complete(s, c):
            continue
        x0, y0, x1, y1 = boite(c)
        b = (x0, y0, (x0 + x1) / 2, (y0 + y1) / 2)
        nom, v = next(scalaires(s, c))
        page = s.objets(c, limit=10000, bbox=",".join(map(str, b)), filter=f'"{nom}" <> {litteral(v)}')
        sûrs = [f for f in valeurs(s, c) if f["properties"][nom] not in (None, v) and shape(f["geometry"]).intersects(box(*b).buffer(-2e-6))]
        rendus = {f["id"] for f in page["features"]}
        vrai({f["id"] for f in sûrs} <= rendus, f"{c['id']} : manque dans {b}")
        for f in page["features"]:
            vrai(f["properties"][nom] != v and shape(f["geometry"]).intersects(box(*b).buffer(2e-6)), f"{c['id']} {f['id']} en trop")
