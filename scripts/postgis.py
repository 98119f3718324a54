"""Compares an edition in PostGIS with its GeoJSON exports, value by value: postgis.py DOSSIER-GEOJSON SCHÉMA PSQL…"""

import collections
import json
import pathlib
import subprocess
import sys


def ring(points):
    """The signed area of a closed ring, from its first vertex: numbers stay small."""
    x0, y0 = points[0]
    pairs = zip(points, points[1:])
    return sum((a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0) for a, b in pairs) / 2


def area(geometry):
    if not geometry or geometry["type"] not in ("Polygon", "MultiPolygon"):
        return 0.0
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    return sum(abs(ring(p[0])) - sum(abs(ring(h)) for h in p[1:]) for p in polygons)


def read(document):
    """JSON in which 7 and 7.0 are one number, and so are 0 and -0."""
    number = lambda digits: float(digits) + 0.0
    return json.loads(document, parse_int=number, parse_float=number)


def text(row):
    return json.dumps(row, sort_keys=True, ensure_ascii=False)


def main():
    folder, schema, *psql = sys.argv[1:]
    rows = shown = 0
    for path in sorted(pathlib.Path(folder).glob("*.geojson")):
        features = read(path.read_text())["features"]
        expected = collections.Counter(text(f["properties"]) for f in features)
        known = set().union(*(f["properties"] for f in features))
        table = f"{schema}.{path.stem}"
        located = any(f["geometry"] for f in features)
        surface = ", ST_Area(t.geom) AS surface" if located else ", 0 AS surface"
        sql = f"SELECT to_jsonb(t) - 'geom'{surface} FROM {table} t"
        answer = subprocess.run([*psql, "-F", "\t", "-c", sql], check=True, capture_output=True, text=True).stdout
        found, total = collections.Counter(), 0.0
        for line in answer.splitlines():
            # JSON escapes tabs.
            row, surface = line.rsplit("\t", 1)
            row = read(row)
            if "departement" not in known:
                code = row.get("code_insee")
                expects = code and (code[:3] if code[:2] in ("97", "98") else code[:2])
                if row.pop("departement", expects) != expects:
                    sys.exit(f"✗ {table} : département de {code}")
            found[text(row)] += 1
            total += float(surface or 0)
        if found != expected:
            only = [next(iter(c), "rien") for c in (expected - found, found - expected)]
            sys.exit(f"✗ {table} : attendu {only[0]}\n  trouvé {only[1]}")
        areas = sum(area(f["geometry"]) for f in features)
        if abs(areas - total) > 1e-6 * max(areas, 1):
            sys.exit(f"✗ {table} : {areas} m² attendus, {total} trouvés")
        rows += len(features)
        shown += areas
    if not rows:
        sys.exit("✗ rien à comparer")
    print(f"✓ {schema} : {rows} lignes pareilles, valeur par valeur ; {shown:.0f} m² en tout")


main()
