"""OGC API – Features – Part 2: coordinate reference systems by reference (annex A of 18-058r1)."""
import pyproj
from shapely.geometry import box, shape
from shapely.ops import transform

from commun import CRS84, GEOJSON, declarer, egal, vrai
from entites import boite, definition, parametres, spatiales

TESTS = []
test = declarer(TESTS)
CRS = "ogcapi-features-2/1.0/conf/crs"
# Degrees to a centimetre, metres to a millimetre: what the answers round to.
PRES = {True: 2e-7, False: 0.02}


def systeme(uri):
    return pyproj.CRS.from_string("OGC:CRS84" if uri == CRS84 else "EPSG:" + uri.rsplit("/", 1)[1])


def vers(uri, geometrie):
    """From CRS84, in the order of the axes that the authority says, which is that of the service."""
    if uri == CRS84:
        return geometrie
    t = pyproj.Transformer.from_crs("OGC:CRS84", systeme(uri), always_xy=False)
    return transform(lambda x, y: t.transform(x, y), geometrie)


def ecart(a, b):
    """The farthest that two geometries of the same points lie apart, by coordinate."""
    plat = lambda g: [v for p in (g.geoms if hasattr(g, "geoms") else [g]) for r in ([p.exterior, *p.interiors] if p.geom_type == "Polygon" else [p]) for c in r.coords for v in c[:2]]
    x, y = plat(a), plat(b)
    egal(len(x), len(y), "nombre de coordonnées")
    return max(abs(p - q) for p, q in zip(x, y))


def entete(reponse):
    return reponse.headers.get("content-crs", "").strip("<>")


def items(c):
    return f"/collections/{c['id']}/items"


@test(CRS, "crs-uri")
def _(s):
    for c in spatiales(s):
        for uri in [*c["crs"], c["storageCrs"]]:
            vrai(uri.startswith("http://www.opengis.net/def/crs/"), f"{c['id']} : {uri}")
            systeme(uri)
        egal(len(set(c["crs"])), len(c["crs"]), f"systèmes distincts de {c['id']}")


@test(CRS, "default-crs")
def _(s):
    for c in spatiales(s):
        vrai(CRS84 in c["crs"], f"{c['id']} : {c['crs']}")


@test(CRS, "storageCrs")
def _(s):
    for c in spatiales(s):
        vrai(c["storageCrs"] in c["crs"], f"{c['id']} : {c['storageCrs']} n’est pas dans crs")


@test(CRS, "crs-parameter")
def _(s):
    chaine = lambda d: egal(d["type"], "string", "type")
    definition(s, "crs", chaine)
    vrai("crs" in parametres(s, next(p for p in s.openapi["paths"] if p.startswith("/collections/") and p.count("/") == 4 and "/items/" in p)), "crs n’est pas décrit pour un objet")
    for c in spatiales(s):
        for uri in c["crs"]:
            for adresse in (items(c), f"{items(c)}/{s.objets(c, limit=1)['features'][0]['id']}"):
                r = s.demander(adresse, GEOJSON, {"crs": uri, **({"limit": 1} if adresse == items(c) else {})})
                egal((r.status_code, entete(r)), (200, uri), f"{adresse} en {uri}")


@test(CRS, "crs-parameter-default")
def _(s):
    for c in spatiales(s):
        for adresse in (f"{items(c)}?limit=1", f"{items(c)}/{s.objets(c, limit=1)['features'][0]['id']}"):
            egal(entete(s.demander(adresse, GEOJSON)), CRS84, f"Content-Crs de {adresse}")


@test(CRS, "crs-parameter-invalid")
def _(s):
    for c in spatiales(s):
        for adresse in (items(c), f"{items(c)}/{s.objets(c, limit=1)['features'][0]['id']}"):
            for faux in ("http://www.opengis.net/def/crs/EPSG/0/4327", "n’importe quoi"):
                egal(s.demander(adresse, GEOJSON, {"crs": faux}).status_code, 400, f"crs={faux} sur {adresse}")


@test(CRS, "crs-parameter-transform")
def _(s):
    compares = 0
    for c in spatiales(s):
        degres = s.objets(c, limit=50)["features"]
        for uri in c["crs"][1:]:
            autres = s.objets(c, limit=50, crs=uri)["features"]
            for a, b in zip(degres, autres, strict=True):
                egal(a["id"], b["id"], f"ordre de {c['id']}")
                loin = ecart(vers(uri, shape(a["geometry"])), shape(b["geometry"]))
                vrai(loin <= PRES[systeme(uri).is_geographic], f"{c['id']} {a['id']} en {uri} : {loin}")
                compares += 1
    vrai(compares > 500, f"{compares} géométries comparées")


@test(CRS, "bbox-crs-parameter")
def _(s):
    definition(s, "bbox-crs", lambda d: egal(d["type"], "string", "type de bbox-crs"))
    for c in spatiales(s):
        x0, y0, x1, y1 = boite(c)
        large = box(x0 + (x1 - x0) * 0.3, y0 + (y1 - y0) * 0.3, x0 + (x1 - x0) * 0.6, y0 + (y1 - y0) * 0.6)
        attendu = s.objets(c, limit=10000)["features"]
        for uri in c["crs"]:
            b = vers(uri, large).bounds
            page = s.objets(c, limit=10000, bbox=",".join(f"{v:.7f}" for v in b), **{"bbox-crs": uri})
            rendus = {f["id"] for f in page["features"]}
            # A box is one in its own system only: what lies by its edge is not looked at.
            bord = 2e-6 if systeme(uri).is_geographic else 0.5
            for f in attendu:
                vrai(f["id"] in rendus or not vers(uri, shape(f["geometry"])).intersects(box(*b).buffer(-bord)), f"{c['id']} {f['id']} manque, bbox en {uri}")
                vrai(f["id"] not in rendus or vers(uri, shape(f["geometry"])).intersects(box(*b).buffer(bord)), f"{c['id']} {f['id']} en trop, bbox en {uri}")


@test(CRS, "bbox-crs-parameter-default")
def _(s):
    for c in spatiales(s):
        b = ",".join(map(str, boite(c)))
        egal(s.objets(c, limit=1, bbox=b, **{"bbox-crs": CRS84})["numberMatched"], s.objets(c, limit=1, bbox=b)["numberMatched"], c["id"])


@test(CRS, "bbox-crs-parameter-invalid")
def _(s):
    for c in spatiales(s):
        for faux in ("http://www.opengis.net/def/crs/EPSG/0/4327", "n’importe quoi"):
            egal(s.demander(items(c), GEOJSON, {"bbox": "3,43,4,44", "bbox-crs": faux}).status_code, 400, f"bbox-crs={faux} sur {c['id']}")
