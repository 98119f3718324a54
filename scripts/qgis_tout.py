"""Reads every parcel of a served edition in QGIS, and fails when one is missing or comes twice.

Usage: qgis_tout.py ADDRESS NUMBER_OF_PARCELS.
"""

import sys
import time

from qgis.core import QgsApplication, QgsVectorLayer

url, expected = sys.argv[1].rstrip("/"), int(sys.argv[2])


def check(what, wanted, found):
    if wanted != found:
        sys.exit(f"✗ {what} : {wanted!r} attendu, {found!r} obtenu")
    print(f"✓ {what} : {found}")


app = QgsApplication([], False)
app.initQgis()
layer = QgsVectorLayer(f"url='{url}/' typename='parcelles'", "parcelles", "OAPIF")
if not layer.isValid():
    sys.exit("✗ couche parcelles : QGIS la dit invalide")
start = time.monotonic()
ids, located = set(), 0
for feature in layer.getFeatures():
    ids.add(feature["idu"])
    located += feature.hasGeometry()
check("parcelles lues par QGIS", expected, len(ids))
check("parcelles avec géométrie", expected, located)
print(f"  en {time.monotonic() - start:.1f} s")
del layer
app.exitQgis()
