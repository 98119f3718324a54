"""Opens a served edition in QGIS as its users do, and fails when something is not as the service says.

Usage: qgis.py ADDRESS FOLDER. The rendered images are left in FOLDER.
"""

import json
import sys
import urllib.parse
import urllib.request
from collections import Counter
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsRenderContext,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QDate, QSize, QVariant
from qgis.PyQt.QtGui import QColor

url, folder = sys.argv[1].rstrip("/"), Path(sys.argv[2])
LAMBERT = QgsCoordinateReferenceSystem("EPSG:2154")
# Land of the map, between parcels.
GROUND = QColor("#F4F3EF")


def check(what, expected, found):
    if expected != found:
        sys.exit(f"✗ {what} : {expected!r} attendu, {found!r} obtenu")
    print(f"✓ {what} : {found}")


def read(path, **parameters):
    query = f"?{urllib.parse.urlencode(parameters)}" if parameters else ""
    with urllib.request.urlopen(url + path + query) as answer:
        return answer.read()


def ask(path, **parameters):
    return json.loads(read(path, **parameters))


def matched(collection, **parameters):
    return ask(f"/collections/{collection}/items", limit=1, **parameters)["numberMatched"]


def layer(collection):
    """A layer by the address of the service, as the dialog « WFS / OGC API – Features » makes it."""
    found = QgsVectorLayer(f"url='{url}/' typename='{collection}'", collection, "OAPIF")
    if not found.isValid():
        sys.exit(f"✗ couche {collection} : QGIS la dit invalide")
    return found


def plain(value):
    """A value of QGIS as JSON says it; QGIS does not tell an empty list from an unknown one."""
    if value == [] or (isinstance(value, QVariant) and value.isNull()):
        return None
    return value.toString("yyyy-MM-dd") if isinstance(value, QDate) else value


def render(layers, centre, width, size, path):
    """Draws the layers around a place, as an image and as the count of pixels of each colour."""
    to_metres = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), LAMBERT, QgsProject.instance())
    at = to_metres.transform(QgsPointXY(*centre))
    height = width * size.height() / size.width()
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(LAMBERT)
    settings.setOutputSize(size)
    settings.setBackgroundColor(GROUND)
    settings.setExtent(QgsRectangle(at.x() - width / 2, at.y() - height / 2, at.x() + width / 2, at.y() + height / 2))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    check(f"erreurs de dessin de {path.name}", [], [e.message for e in job.errors()])
    image = job.renderedImage()
    image.save(str(path))
    return Counter(image.pixel(x, y) & 0xFFFFFF for x in range(size.width()) for y in range(size.height()))


def layers_and_styles():
    """Every layer that has a geometry is valid and counts what the service counts; every style draws all of its layer."""
    styles = {s["id"]: s["links"][0]["href"] for s in ask("/styles")["styles"]}
    opened = {}
    for collection in (c for c in ask("/collections")["collections"] if c["geometrie"] != "none"):
        name = collection["id"]
        found = opened[name] = layer(name)
        check(f"objets de {name}", matched(name), found.featureCount())
        if name not in styles:
            continue
        path = folder / f"{name}.qml"
        path.write_bytes(read(f"/styles/{name}.qml"))
        check(f"lien du style de {name}", f"{url}/styles/{name}.qml", styles.pop(name))
        check(f"chargement du style de {name}", ("", True), found.loadNamedStyle(str(path)))
        renderer, context = found.renderer().clone(), QgsRenderContext()
        column = getattr(renderer, "classAttribute", lambda: None)()
        renderer.startRender(context, found.fields())
        drawn = Counter(
            None if (symbol := renderer.symbolForFeature(f, context)) is None else plain(f[column]) if column else name
            for f in found.getFeatures()
        )
        renderer.stopRender(context)
        check(f"objets de {name} que le style dessine", matched(name), drawn.total() - drawn[None])
        if column:
            for value, number in drawn.items():
                check(f"{name} dont {column} = {value}", matched(name, **{column: value}), number)
    check("style des tuiles", f"{url}/styles/carte.json", styles.pop("carte"))
    check("styles sans couche", {}, styles)
    return opened


def attributes():
    """Types and values. The layer is a new one: what it reads again from its cache, QGIS 3.22 changes, an unknown
    integer becoming 0."""
    parcelles = layer("parcelles")
    fields = {f.name(): f.typeName() for f in parcelles.fields()}
    for name, kind in {
        "idu": "String",
        "contenance_m2": "Integer",
        "capacite": "Integer",
        "utile_m2": "Real",
        "indice": "Real",
        "arpente": "Boolean",
        "created": "Date",
        "types": "StringList",
    }.items():
        check(f"type de {name}", kind, fields[name])
    # Only what no parcel knows may be left to QGIS to guess.
    first = [f["properties"] for f in ask("/collections/parcelles/items", limit=10)["features"]]
    unseen = [name for name in first[0] if all(f[name] in (None, []) for f in first)]
    for name in unseen:
        if first[0][name] is None:
            check(f"parcelles dont {name} est connu", 0, matched("parcelles", filter=f"{name} IS NOT NULL"))
    expected = ask("/collections/parcelles/items", limit=1, sortby="-indice", verdict="prioritaire")["features"][0]
    expected = expected["properties"]
    idu = expected["idu"]
    found = next(parcelles.getFeatures(QgsFeatureRequest().setFilterExpression(f"\"idu\" = '{idu}'")))
    differing = {k: (v, plain(found[k])) for k, v in expected.items() if plain(found[k]) != plain(v)}
    check(f"attributs de {idu} qui diffèrent, sur {len(expected)}", {}, differing)


def filters(parcelles):
    condition = "\"verdict\" IN ('prioritaire', 'a_etudier') AND \"utile_m2\" >= 1500"
    expected = matched("parcelles", filter=condition.replace('"', ""))
    if not 0 < expected < matched("parcelles"):
        sys.exit("✗ filtre : rien à comparer")
    found = list(parcelles.getFeatures(QgsFeatureRequest().setFilterExpression(condition)))
    check(f"sélection par {condition}", expected, len(found))
    check("filtre de couche accepté", True, parcelles.setSubsetString(condition))
    check("objets sous ce filtre", expected, len(list(parcelles.getFeatures())))
    check("filtre de couche retiré", True, parcelles.setSubsetString(""))
    box = [3.43, 43.606, 3.4305, 43.6065]
    request = QgsFeatureRequest().setFilterRect(QgsRectangle(*box)).setFlags(QgsFeatureRequest.ExactIntersect)
    expected = matched("parcelles", bbox=",".join(map(str, box)))
    check("objets d’une emprise", expected, len(list(parcelles.getFeatures(request))))


def map_of(opened, centre):
    """The parcels in our style, over which lie brownfields and business parks."""
    parcelles = opened["parcelles"]
    over = [opened[name] for name in ("communes", "zae", "friches_emprises")]
    pixels = render([*over, parcelles], centre, 1900, QSize(1200, 800), folder / "parcelles.png")
    if len(pixels) < 3:
        sys.exit("✗ image uniforme")
    seen = 0
    for category in parcelles.renderer().categories():
        if category.value() in ("prioritaire", "a_etudier", "reserve"):
            colour = category.symbol().symbolLayer(0).color()
            number = pixels[colour.rgb() & 0xFFFFFF]
            print(f"  {category.label()} {colour.name()} : {number} pixels")
            # An edge may have this colour by chance; a parcel covers more.
            seen += number > 300
    check("verdicts classés visibles sur l’image, deux au moins", True, seen >= 2)


def tiles(centre):
    """The vector tiles, drawn with the style that the service gives for them."""
    template = f"{url}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"
    style = urllib.parse.quote(f"{url}/styles/carte.json", safe=":/")
    source = f"type=xyz&url={urllib.parse.quote(template, safe=':/{}')}&zmin=5&zmax=16&styleUrl={style}"
    found = QgsVectorTileLayer(source, "tuiles")
    check("couche de tuiles valide", True, found.isValid())
    check("chargement du style des tuiles", ("", True), found.loadDefaultStyle())
    parcels = [s for s in found.renderer().styles() if s.layerName() == "parcelles"]
    check("filtres du style lus par QGIS", True, any("prioritaire" in s.filterExpression() for s in parcels))
    pixels = render([found], centre, 1900, QSize(600, 400), folder / "tuiles.png")
    drawn = sum(pixels.values()) - pixels[GROUND.rgb() & 0xFFFFFF]
    check("tuiles dessinées sur la moitié de l’image au moins", True, drawn > sum(pixels.values()) / 2)
    verdicts = {v: pixels[int(c, 16)] for v, c in (("prioritaire", "1D4468"), ("a_etudier", "4FB3A0"), ("reserve", "A3D6A0"))}
    print(f"  {verdicts}")
    check("verdicts classés visibles sur les tuiles, un au moins", True, max(verdicts.values()) > 300)


QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
messages = []
QgsApplication.messageLog().messageReceived.connect(lambda text, tag, level: messages.append(f"{tag} : {text}"))
centre = ask("/edition")["depart"]["centre"]
opened = layers_and_styles()
attributes()
filters(opened["parcelles"])
map_of(opened, centre)
tiles(centre)
check("messages de QGIS", [], messages)
print("QGIS lit, filtre et dessine le service correctement.")
