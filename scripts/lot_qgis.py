"""Opens a pack in QGIS as its readers do: every layer of the GeoPackage, then the project, its map and its pages.

usage: lot_qgis.py LOT DOSSIER_DES_IMAGES
"""

import hashlib
import sqlite3
import sys
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from qgis.core import (
    QgsApplication,
    QgsLayoutExporter,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsProviderRegistry,
    QgsRectangle,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage

lot, images = Path(sys.argv[1]), Path(sys.argv[2])
images.mkdir(parents=True, exist_ok=True)
path = str(lot / "observatoire.gpkg")
before = hashlib.sha256(Path(path).read_bytes()).hexdigest()
app = QgsApplication([], False)
app.initQgis()


def check(said, what):
    if not said:
        sys.exit(f"✗ {what}")
    print(f"✓ {what}")


found = QgsProviderRegistry.instance().providerMetadata("ogr").querySublayers(path)
if len(found) < 6:
    sys.exit(f"{len(found)} couches seulement")
styled = 0
counts = {}
for sub in found:
    layer = QgsVectorLayer(sub.uri(), sub.name(), "ogr")
    if not layer.isValid() or layer.featureCount() == 0:
        sys.exit(f"{sub.name()} : illisible ou vide")
    if layer.isSpatial() and layer.crs().authid() != "EPSG:2154":
        sys.exit(f"{sub.name()} : {layer.crs().authid()}")
    _, loaded = layer.loadDefaultStyle()
    styled += bool(loaded)
    counts[sub.name()] = layer.featureCount()
    print(f"✓ {sub.name()} : {layer.featureCount()} objets{', style' if loaded else ''}")
if styled < 3:
    sys.exit(f"{styled} couches ont leur style")

with zipfile.ZipFile(lot / "observatoire.qgz") as archive:
    if archive.namelist() != ["observatoire.qgs"]:
        sys.exit(f"✗ observatoire.qgz : {archive.namelist()}")
    text = archive.read("observatoire.qgs").decode()
tree = ElementTree.fromstring(text)
sources = {e.text for e in tree.iter("datasource")}
check(all(s.startswith("./observatoire.gpkg|layername=") for s in sources), "projet : des chemins relatifs, aucun service")
check("saveDateTime" not in text and str(Path.home()) not in text and str(lot.resolve()) not in text, "projet : ni heure, ni dossier")

project = QgsProject.instance()
check(project.read(str(lot / "observatoire.qgz")), f"projet : ouvert, « {project.title()} »")
check(project.crs().authid() == "EPSG:2154", "projet : EPSG:2154")
layers = project.mapLayers()
check({e.text for e in tree.find("projectlayers").iter("id")} == set(layers), f"projet : {len(layers)} couches, sous leur identifiant")
root = project.layerTreeRoot()
for layer in layers.values():
    table = layer.source().rsplit("layername=", 1)[1]
    if not layer.isValid() or layer.featureCount() != counts[table]:
        sys.exit(f"✗ {layer.name()} : {layer.isValid()}, {layer.featureCount()} objets")
    if Path(layer.source().split("|")[0]).resolve() != Path(path).resolve() or root.findLayer(layer) is None:
        sys.exit(f"✗ {layer.name()} : {layer.source()}")
    if any(not alias for field, alias in layer.attributeAliases().items() if field != "fid"):
        sys.exit(f"✗ {layer.name()} : une colonne sans nom français")
    if not layer.isSpatial() or layer.renderer().type() == "mergedFeatureRenderer":
        continue
    # Every feature has a symbol: a code without a category would be on no map.
    context = QgsRenderContext()
    renderer = layer.renderer().clone()
    renderer.startRender(context, layer.fields())
    lost = [f.id() for f in layer.getFeatures() if renderer.symbolForFeature(f, context) is None]
    renderer.stopRender(context)
    if lost:
        sys.exit(f"✗ {layer.name()} : {len(lost)} objets sans symbole")
check(set(counts) == {layer.source().rsplit("layername=", 1)[1] for layer in layers.values()}, "projet : toutes les couches du GeoPackage, leurs objets et leurs symboles")
groups = [g.name() for g in root.findGroups()]
check({"Gisements", "Friches", "Zones d’activité", "Urbanisme et contraintes", "Territoires", "Tableaux"} == set(groups), f"projet : {', '.join(groups)}")
metadata = project.metadata()
check(metadata.author() and metadata.contacts() and all(word in metadata.abstract() for word in ("FICTIF", "Licence du lot : ")), f"projet : publié par {metadata.author()}, {metadata.creationDateTime().date().toString('yyyy-MM-dd')}")

VERDICTS = {"prioritaire": "#1d4468", "a_etudier": "#4fb3a0", "reserve": "#a3d6a0"}


def seen(image, colours):
    """How many pixels have each colour, and how many colours there are."""
    image = image.convertToFormat(QImage.Format_RGB32)
    tally = Counter(memoryview(image.constBits().asstring(image.sizeInBytes())).cast("I"))
    return {name: tally[QColor(c).rgb()] for name, c in colours.items()}, len(tally)


def drawn(name, extent, verdicts):
    settings = QgsMapSettings()
    settings.setDestinationCrs(project.crs())
    settings.setTransformContext(project.transformContext())
    settings.setOutputSize(QSize(1200, 900))
    settings.setBackgroundColor(QColor("white"))
    settings.setExtent(extent)
    settings.setLayers([layer for layer in root.layerOrder() if layer.isSpatial() and root.findLayer(layer).isVisible()])
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(str(images / f"{name}.png"))
    tally, _ = seen(image, verdicts)
    check(all(n >= 20 for n in tally.values()), f"carte au 1:{settings.scale():.0f} : {tally}")


whole = project.viewSettings().defaultViewExtent()
communes = next(layer for layer in layers.values() if layer.name() == "Communes")
check(whole.contains(communes.extent()), "carte : ouverte sur tout le territoire")
drawn("territoire", whole, VERDICTS)
parcels = layers["observatoire_gisements"]
for verdict, colour in VERDICTS.items():
    first = next(parcels.getFeatures(f"verdict = '{verdict}'"))
    x, y = first.geometry().pointOnSurface().asPoint()
    drawn(f"parcelles-{verdict}", QgsRectangle(x - 800, y - 600, x + 800, y + 600), {verdict: colour})

pages = project.layoutManager().layouts()
check(len(pages) == len(project.mapThemeCollection().mapThemes()) == 4, f"mises en page : {', '.join(p.name() for p in pages)}")
for rank, page in enumerate(pages, 1):
    settings = QgsLayoutExporter.ImageExportSettings()
    settings.dpi = 110
    png = images / f"page-{rank}.png"
    png.unlink(missing_ok=True)
    if QgsLayoutExporter(page).exportToImage(str(png), settings) != QgsLayoutExporter.Success:
        sys.exit(f"✗ {page.name()} : non exportée")
    tally, n = seen(QImage(str(png)), VERDICTS if page.name() == "Gisements par verdict" else {})
    check(n > 50 and all(tally.values()), f"page « {page.name()} » : {n} couleurs {tally or ''}")
    pdf = images / f"page-{rank}.pdf"
    if QgsLayoutExporter(page).exportToPdf(str(pdf), QgsLayoutExporter.PdfExportSettings()) != QgsLayoutExporter.Success or pdf.stat().st_size < 10_000:
        sys.exit(f"✗ {page.name()} : PDF")

# Layers go before the application that they live in.
del layer, found, parcels, communes, layers, pages, page, root
project.clear()
del project
with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
    check(db.execute("PRAGMA integrity_check").fetchone() == ("ok",), "GeoPackage : intact")
check(hashlib.sha256(Path(path).read_bytes()).hexdigest() == before, "GeoPackage : les mêmes octets après l’ouverture")
app.exitQgis()
