"""Opens every layer of a pack in QGIS: valid, with its features, its aliases and the style that lies beside it."""

import sys

from qgis.core import QgsApplication, QgsProviderRegistry, QgsVectorLayer

app = QgsApplication([], False)
app.initQgis()
path = sys.argv[1]
found = QgsProviderRegistry.instance().providerMetadata("ogr").querySublayers(path)
if len(found) < 6:
    sys.exit(f"{len(found)} couches seulement")
styled = 0
for sub in found:
    layer = QgsVectorLayer(sub.uri(), sub.name(), "ogr")
    if not layer.isValid() or layer.featureCount() == 0:
        sys.exit(f"{sub.name()} : illisible ou vide")
    if layer.isSpatial() and layer.crs().authid() != "EPSG:2154":
        sys.exit(f"{sub.name()} : {layer.crs().authid()}")
    _, loaded = layer.loadDefaultStyle()
    styled += bool(loaded)
    print(f"✓ {sub.name()} : {layer.featureCount()} objets{', style' if loaded else ''}")
if styled < 3:
    sys.exit(f"{styled} couches ont leur style")
# Layers go before the application that they live in.
del layer, found
app.exitQgis()
