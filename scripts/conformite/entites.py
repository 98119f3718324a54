"""OGC API – Features – Part 1: core, geojson, oas30 (annex A of 17-069r4)."""
import html
import re
from datetime import date, datetime, timedelta, timezone

import openapi_spec_validator
import tipg.model as modeles
from geojson_pydantic import Feature, FeatureCollection
from shapely.geometry import box, shape

from commun import GEOJSON, JSON, Passe, declarer, egal, liens, un_lien, vrai

TESTS = []
test = declarer(TESTS)
CORE, GEO, OAS = (f"ogcapi-features-1/1.0/conf/{c}" for c in ("core", "geojson", "oas30"))
BASE = "http://www.opengis.net/spec/"
# The meridian, the equator, the antimeridian and the poles, as annex A.2.7 wants.
LOIN = ["-1.5,50,1.5,53", "-80,-5,-70,5", "177,65,-177,70", "-180,85,180,90", "-180,-90,180,-85"]
COMBIEN = 25


def spatiales(s):
    return [c for c in s.collections if c.get("geometrie", "none") != "none" and c.get("extent", {}).get("spatial")]


def boite(collection):
    return collection["extent"]["spatial"]["bbox"][0]


def parametres(s, chemin):
    """The parameters that the description gives a path, references followed."""
    d = s.openapi
    noeud = d["paths"][chemin]
    tous = noeud.get("parameters", []) + noeud["get"].get("parameters", [])
    suivre = lambda p: d["components"]["parameters"][p["$ref"].rsplit("/", 1)[1]] if "$ref" in p else p
    return {p["name"]: p for p in map(suivre, tous)}


def chemins_des_objets(s):
    trouves = [p for p in s.openapi["paths"] if re.fullmatch(r"/collections/[^/]+/items", p)]
    vrai(trouves, "aucun chemin /collections/…/items dans la description")
    return trouves


def definition(s, nom, schema):
    """A query parameter as the standard draws it."""
    for chemin in chemins_des_objets(s):
        p = parametres(s, chemin).get(nom)
        vrai(p, f"{chemin} ne décrit pas {nom}")
        egal(p["in"], "query", f"{chemin} {nom} in")
        vrai(not p.get("required"), f"{chemin} {nom} est dit obligatoire")
        egal(p.get("style", "form"), "form", f"{chemin} {nom} style")
        egal(p.get("explode"), False, f"{chemin} {nom} explode")
        schema(p["schema"])


def autres_formes(document, attendues):
    """Links to the document itself and to its other forms, each with its type."""
    soi = un_lien(document, "self")
    for autre in set(attendues) - {soi.get("type")}:
        un_lien(document, "alternate", autre)
    for lien in document["links"]:
        vrai(lien.get("rel") and (lien.get("type") or lien["rel"] not in ("self", "alternate")), f"lien sans rel ou type : {lien}")


def sans_types(d):
    """A document whose links give no media type: tipg's models know only those that tipg serves."""
    if isinstance(d, dict):
        return {k: sans_types(v) for k, v in d.items() if not (k == "type" and "rel" in d)}
    return [sans_types(v) for v in d] if isinstance(d, list) else d


def texte(s, adresse):
    r = s.demander(adresse, "text/html")
    egal(r.status_code, 200, f"statut de {adresse} en HTML")
    vrai("text/html" in r.headers["content-type"], f"type de {adresse} : {r.headers['content-type']}")
    return html.unescape(r.text)


def heure(page):
    return datetime.fromisoformat(page["timeStamp"].replace("Z", "+00:00"))


def page_conforme(s, collection, **params):
    """fc-response: all that a page of features must hold, whatever was asked."""
    page = s.objets(collection, **params)
    ici = f"{collection['id']} {params}"
    egal(page["type"], "FeatureCollection", f"type de {ici}")
    vrai(isinstance(page["features"], list), f"features de {ici}")
    egal(page["numberReturned"], len(page["features"]), f"numberReturned de {ici}")
    vrai(page["numberMatched"] >= page["numberReturned"], f"numberMatched de {ici}")
    vrai(heure(page) <= datetime.now(timezone.utc), f"timeStamp de {ici}")
    autres_formes(page, [GEOJSON, "text/html"])
    for f in page["features"]:
        if f["geometry"]:
            x0, y0, x1, y1 = shape(f["geometry"]).bounds
            vrai(-180 <= x0 <= x1 <= 180 and -90 <= y0 <= y1 <= 90, f"hors de CRS84 : {ici} {f['id']}")
    return page


@test(CORE, "http")
def _(s):
    r = s.demander("/")
    vrai(r.raw.version == 11, f"HTTP {r.raw.version}")
    egal(s.demander("/", methode="HEAD").status_code, 200, "HEAD")
    egal(s.demander("/", methode="POST").status_code, 405, "POST")


@test(CORE, "root-op")
def _(s):
    egal(s.demander("/").headers["content-type"].split(";")[0], JSON, "type de la page d’accueil")


@test(CORE, "root-success")
def _(s):
    d = s.lire("/")
    modeles.Landing.model_validate(sans_types(d))
    vrai(liens(d, "service-desc") or liens(d, "service-doc"), "ni service-desc ni service-doc")
    un_lien(d, "conformance")
    un_lien(d, "data")
    autres_formes(d, [JSON, "text/html"])


@test(CORE, "api-definition-op")
def _(s):
    lien = un_lien(s.lire("/"), "service-desc")
    egal(s.demander(lien["href"], lien["type"]).status_code, 200, "statut de la description")


@test(CORE, "api-definition-success")
def _(s):
    openapi_spec_validator.validate(s.openapi)


@test(CORE, "conformance-op")
def _(s):
    lien = un_lien(s.lire("/"), "conformance")
    egal(s.demander(lien["href"]).json(), s.lire("/conformance"), "conformance")


@test(CORE, "conformance-success")
def _(s):
    modeles.Conformance.model_validate(s.lire("/conformance"))
    vrai(BASE + CORE in s.classes, "la classe core n’est pas déclarée")
    egal(len(set(s.classes)), len(s.classes), "classes distinctes")


@test(CORE, "fc-md-op")
def _(s):
    lien = un_lien(s.lire("/"), "data")
    egal(s.demander(lien["href"]).status_code, 200, "statut des collections")


@test(CORE, "fc-md-success")
def _(s):
    vrai(s.collections, "aucune collection")
    egal(len({c["id"] for c in s.collections}), len(s.collections), "identifiants distincts")
    global_ = s.lire("/collections").get("crs")
    vrai(global_ is None or global_[0].endswith("CRS84"), f"premier crs : {global_}")
    modeles.Collections.model_validate(sans_types(s.lire("/collections")))


@test(CORE, "fc-md-links")
def _(s):
    autres_formes(s.lire("/collections"), [JSON, "text/html"])


@test(CORE, "fc-md-items")
def _(s):
    page = texte(s, "/collections")
    for c in s.collections:
        vrai(f"/collections/{c['id']}" in page, f"{c['id']} absente de la page HTML")


@test(CORE, "fc-md-items-links")
def _(s):
    for c in s.collections:
        types = {l.get("type") for l in liens(c, "items")}
        vrai({GEOJSON, "text/html"} <= types, f"liens items de {c['id']} : {types}")


@test(CORE, "fc-md-extent")
def _(s):
    for c in s.collections:
        for d in (c, s.lire(f"/collections/{c['id']}")):
            etendue = d.get("extent", {})
            for x0, y0, x1, y1 in etendue.get("spatial", {}).get("bbox", []):
                vrai(-180 <= x0 <= x1 <= 180 and -90 <= y0 <= y1 <= 90, f"emprise de {c['id']}")
            for debut, fin in etendue.get("temporal", {}).get("interval", []):
                vrai(debut is None or fin is None or debut <= fin, f"intervalle de {c['id']}")
    for c in spatiales(s):
        autour = box(*boite(c)).buffer(1e-6)
        for f in s.objets(c, limit=COMBIEN)["features"]:
            vrai(not f["geometry"] or autour.contains(shape(f["geometry"])), f"{c['id']} {f['id']} hors de l’emprise annoncée")


@test(CORE, "sfc-md-op")
def _(s):
    for c in s.collections:
        egal(s.demander(f"/collections/{c['id']}").status_code, 200, f"statut de {c['id']}")
    egal(s.demander("/collections/inconnue").status_code, 404, "collection inconnue")


@test(CORE, "sfc-md-success")
def _(s):
    for c in s.collections:
        seule = s.lire(f"/collections/{c['id']}")
        for cle in ("id", "title", "description", "extent", "itemType", "crs", "storageCrs"):
            egal(seule.get(cle), c.get(cle), f"{cle} de {c['id']}, seule et dans la liste")
        un_lien(seule, "items", GEOJSON)


@test(CORE, "fc-op")
def _(s):
    for c in s.collections:
        page_conforme(s, c)
        page_conforme(s, c, limit=1)


@test(CORE, "fc-bbox-definition")
def _(s):
    def schema(d):
        egal(d["type"], "array", "type de bbox")
        egal(d["items"]["type"], "number", "éléments de bbox")
        if "oneOf" in d:
            egal(sorted((o["minItems"], o["maxItems"]) for o in d["oneOf"]), [(4, 4), (6, 6)], "tailles de bbox")
        else:
            egal((d["minItems"], d["maxItems"]), (4, 6), "tailles de bbox")

    definition(s, "bbox", schema)


@test(CORE, "fc-bbox-response")
def _(s):
    for c in s.collections:
        for b in LOIN:
            page_conforme(s, c, bbox=b, limit=10)
    for c in spatiales(s):
        tout, entiere = s.objets(c, limit=1), page_conforme(s, c, bbox=",".join(map(str, boite(c))), limit=1)
        egal(entiere["numberMatched"], tout["numberMatched"], f"{c['id']} dans toute son emprise")
        x0, y0, x1, y1 = boite(c)
        for fx, fy in ((0.4, 0.4), (0.5, 0.55), (0.1, 0.7)):
            demi = (x1 - x0) / 20, (y1 - y0) / 20
            x, y = x0 + (x1 - x0) * fx, y0 + (y1 - y0) * fy
            b = [x - demi[0], y - demi[1], x + demi[0], y + demi[1]]
            page = page_conforme(s, c, bbox=",".join(f"{v:.6f}" for v in b), limit=1000)
            for f in page["features"]:
                vrai(not f["geometry"] or box(*b).buffer(2e-6).intersects(shape(f["geometry"])), f"{c['id']} {f['id']} hors de {b}")


@test(CORE, "fc-bbox-sans-geometrie")
def _(s):
    """fc-bbox-response, 2: what has no geometry always answers."""
    vues = [c for c in s.collections if c.get("geometrie") == "none"]
    if not vues:
        raise Passe("aucune collection sans géométrie")
    for c in vues:
        egal(s.objets(c, bbox=LOIN[0], limit=1)["numberMatched"], s.objets(c, limit=1)["numberMatched"], f"bbox sur {c['id']}")


@test(CORE, "fc-limit-definition")
def _(s):
    def schema(d):
        egal(d["type"], "integer", "type de limit")
        for cle in ("minimum", "maximum", "default"):
            vrai(isinstance(d.get(cle), int) and d[cle] >= 0, f"limit {cle} : {d.get(cle)}")

    definition(s, "limit", schema)


@test(CORE, "fc-limit-response")
def _(s):
    limite = parametres(s, chemins_des_objets(s)[0])["limit"]["schema"]
    for c in s.collections:
        total = s.objets(c, limit=1)["numberMatched"]
        for n in (limite["minimum"], 7, 100):
            egal(s.objets(c, limit=n)["numberReturned"], min(n, total), f"limit={n} sur {c['id']}")
    grande = max(s.collections, key=lambda c: s.objets(c, limit=1)["numberMatched"])
    vrai(s.objets(grande, limit=limite["maximum"] + 1)["numberReturned"] <= limite["maximum"], "au-delà du maximum")


@test(CORE, "fc-time-definition")
def _(s):
    definition(s, "datetime", lambda d: egal(d["type"], "string", "type de datetime"))


@test(CORE, "fc-time-response")
def _(s):
    vues = 0
    for c in s.collections:
        total = s.objets(c, limit=1)["numberMatched"]
        egal(s.objets(c, datetime="../..", limit=1)["numberMatched"], total, f"datetime=../.. sur {c['id']}")
        page_conforme(s, c, datetime="2018-02-12T23:20:50Z", limit=10)
        page_conforme(s, c, datetime="2018-02-12T00:00:00Z/2018-03-18T12:31:12Z", limit=10)
        milieu = date(2015, 1, 1)
        avant = page_conforme(s, c, datetime=f"../{milieu - timedelta(days=1)}", limit=1000)
        apres = page_conforme(s, c, datetime=f"{milieu}/..", limit=1000)
        cle = next((k for k in ("updated", "site_actu_date", "terr_actu_date", "datappro", "date_approbation", "date")
                    if avant["features"] and k in avant["features"][0]["properties"]
                    or apres["features"] and k in apres["features"][0]["properties"]), None)
        if cle is None:
            egal(avant["numberMatched"], total, f"{c['id']}, sans date, répond toujours")
            continue
        vues += 1
        for page, juste in ((avant, lambda d: d < str(milieu)), (apres, lambda d: d >= str(milieu))):
            for f in page["features"]:
                d = f["properties"][cle]
                vrai(d is None or juste(d[:10]), f"{c['id']} {f['id']} : {cle} {d}")
    vrai(vues, "aucune collection datée : rien n’est prouvé")


@test(CORE, "query-param-invalid")
def _(s):
    c = s.collections[0]["id"]
    for p in ({"limit": "beaucoup"}, {"limit": "-1"}, {"limit": "0"}, {"bbox": "1,2,3"}, {"bbox": "a,b,c,d"}, {"datetime": "hier"},
              {"bbox": "2,50,3,40"}, {"datetime": "2020-01-01/2019-01-01"}):
        r = s.demander(f"/collections/{c}/items", params=p)
        egal(r.status_code, 400, f"statut de {p}")
        vrai("json" in r.headers["content-type"], f"type de l’erreur de {p}")


@test(CORE, "query-param-unknown")
def _(s):
    for chemin in ("", "/items"):
        egal(s.demander(f"/collections/{s.collections[0]['id']}{chemin}", params={"inconnu": "1"}).status_code, 400, f"paramètre inconnu sur {chemin or 'la collection'}")


@test(CORE, "fc-links")
def _(s):
    """Next pages, followed to the end: each feature once."""
    for c in s.collections:
        total = s.objets(c, limit=1)["numberMatched"]
        page, vus, tours = s.objets(c, limit=max(1, total // 7)), [], 0
        while True:
            vus += [f["id"] for f in page["features"]]
            suivants = liens(page, "next", GEOJSON)
            tours += 1
            if not suivants:
                break
            vrai(tours < 20, f"{c['id']} : les pages n’en finissent pas")
            page = s.lire(suivants[0]["href"], GEOJSON)
        egal((len(vus), len(set(vus))), (total, total), f"objets lus et distincts de {c['id']}")


@test(CORE, "fc-response")
def _(s):
    for c in s.collections:
        FeatureCollection.model_validate(s.objets(c, limit=COMBIEN))


@test(CORE, "fc-timeStamp")
def _(s):
    c = s.collections[0]
    un, deux = (heure(s.demander(f"/collections/{c['id']}/items", params={"limit": 1, "offset": n}).json()) for n in (0, 1))
    maintenant = datetime.now(timezone.utc)
    vrai(all(abs((maintenant - t).total_seconds()) < 5 for t in (un, deux)), f"{un} et {deux}, à {maintenant}")


@test(CORE, "fc-numberMatched")
def _(s):
    for c in spatiales(s):
        x0, y0, x1, y1 = boite(c)
        m = (x0 + x1) / 2
        gauche, droite = (s.objets(c, bbox=f"{a},{y0},{b},{y1}", limit=10000) for a, b in ((x0, m), (m, x1)))
        if max(gauche["numberMatched"], droite["numberMatched"]) > 10000:
            continue
        ensemble = {f["id"] for f in gauche["features"]} | {f["id"] for f in droite["features"]}
        egal(len(ensemble), s.objets(c, limit=1)["numberMatched"], f"moitiés de {c['id']}")


@test(CORE, "fc-numberReturned")
def _(s):
    for c in s.collections:
        p = s.objets(c, limit=3)
        egal(p["numberReturned"], len(p["features"]), c["id"])


@test(CORE, "f-op")
def _(s):
    for c in s.collections:
        for f in s.objets(c, limit=3)["features"]:
            egal(s.demander(f"/collections/{c['id']}/items/{f['id']}", GEOJSON).status_code, 200, f"{c['id']} {f['id']}")
        egal(s.demander(f"/collections/{c['id']}/items/inconnu", GEOJSON).status_code, 404, f"objet inconnu de {c['id']}")


@test(CORE, "f-success")
def _(s):
    for c in s.collections:
        for f in s.objets(c, limit=3)["features"]:
            seul = s.lire(f"/collections/{c['id']}/items/{f['id']}", GEOJSON)
            for cle in ("id", "type", "geometry", "properties"):
                egal(seul[cle], f[cle], f"{cle} de {c['id']} {f['id']}")


@test(CORE, "f-links")
def _(s):
    for c in s.collections:
        f = s.objets(c, limit=1)["features"][0]
        d = s.lire(f"/collections/{c['id']}/items/{f['id']}", GEOJSON)
        autres_formes(d, [GEOJSON, "text/html"])
        un_lien(d, "collection")


@test(CORE, "crs84")
def _(s):
    for c in spatiales(s):
        egal(c["crs"][0], "http://www.opengis.net/def/crs/OGC/1.3/CRS84", f"premier crs de {c['id']}")


@test(GEO, "definition")
def _(s):
    vrai(BASE + GEO in s.classes, "classe non déclarée")
    for adresse in ("items?limit=1", f"items/{s.objets(s.collections[0], limit=1)['features'][0]['id']}"):
        r = s.demander(f"/collections/{s.collections[0]['id']}/{adresse}", GEOJSON)
        egal(r.headers["content-type"].split(";")[0], GEOJSON, f"type de {adresse}")


@test(GEO, "content")
def _(s):
    for c in s.collections:
        schema = s.lire(f"/collections/{c['id']}/schema", "application/schema+json")
        for f in s.objets(c, limit=COMBIEN)["features"]:
            Feature.model_validate(f)
            egal(set(f["properties"]), set(schema["properties"]["properties"]["properties"]), f"propriétés de {c['id']} {f['id']}")


@test(OAS, "completeness")
def _(s):
    for chemin in ("/", "/conformance", "/collections", "/collections/{id}", "/collections/{id}/items", "/collections/{id}/items/{feature}"):
        motif = re.sub(r"\{\w+\}", r"[^/]+", chemin)
        vus = [p for p in s.openapi["paths"] if re.fullmatch(motif, p)]
        vrai(vus, f"{chemin} n’est pas décrit")
        for p in vus:
            types = s.openapi["paths"][p]["get"]["responses"]["200"].get("content", {})
            vrai(any("json" in t for t in types), f"{p} : types {list(types)}")


@test(OAS, "definition-1")
def _(s):
    lien = un_lien(s.lire("/"), "service-desc")
    egal(lien["type"], "application/vnd.oai.openapi+json;version=3.0", "type du lien")
    vrai(s.demander(lien["href"], lien["type"]).headers["content-type"].startswith("application/vnd.oai.openapi+json"), "type de la description")


@test(OAS, "definition-2")
def _(s):
    vrai(re.fullmatch(r"3\.0\.\d+", s.openapi["openapi"]), f"version {s.openapi['openapi']}")


@test(OAS, "exception-codes")
def _(s):
    for chemin in chemins_des_objets(s):
        codes = s.openapi["paths"][chemin]["get"]["responses"]
        vrai({"400", "404"} <= set(codes) or "default" in codes, f"{chemin} : {sorted(codes)}")


@test(OAS, "oas-impl")
def _(s):
    """Every path without parameter answers as the description says."""
    for chemin, noeud in s.openapi["paths"].items():
        if "{" not in chemin and not any(p.get("required") for p in parametres(s, chemin).values()):
            r = s.demander(chemin, "*/*")
            annonces = noeud["get"]["responses"].get(str(r.status_code))
            vrai(annonces, f"{chemin} répond {r.status_code}, non décrit")
            vrai(r.headers.get("content-type", "").split(";")[0] in {t.split(";")[0] for t in annonces.get("content", {})}, f"{chemin} répond {r.headers.get('content-type')}, non décrit")


@test(OAS, "security")
def _(s):
    vrai(not s.openapi.get("security"), "une sécurité est décrite, le service n’en a pas")
