"""What the Mapbox Vector Tile specification 2.1 wants of the bytes of a tile, told from the protobuf itself."""
import re

from mapbox_vector_tile.Mapbox.vector_tile_pb2 import tile as Tuile
from shapely.geometry import Polygon
from shapely.validation import explain_validity

from commun import egal, vrai

POINT, LIGNE, SURFACE = 1, 2, 3
# How far beyond its edge a tile draws, in units of 4 096 a side: the usual 64, as Martin does.
MARGE = 64


def suivre(commandes):
    """The parts of a geometry: lists of points, closed or not."""
    x = y = i = 0
    parts, part = [], []
    while i < len(commandes):
        quoi, fois = commandes[i] & 7, commandes[i] >> 3
        i += 1
        vrai(quoi in (1, 2, 7) and fois >= 1, f"commande {quoi} × {fois}")
        if quoi == 7:
            egal(fois, 1, "ClosePath répété")
            parts.append((part, True))
            part = []
            continue
        if quoi == 1 and part:
            parts.append((part, False))
            part = []
        for _ in range(fois):
            dx, dy = ((v >> 1) ^ -(v & 1) for v in commandes[i : i + 2])
            i += 2
            vrai(quoi == 1 or (dx, dy) != (0, 0), "LineTo sur place")
            x, y = x + dx, y + dy
            if quoi == 1 and part:
                parts.append((part, False))
                part = []
            part.append((x, y))
    if part:
        parts.append((part, False))
    return parts


def aire(anneau):
    """Twice the area by the surveyor's formula: above 0 for an exterior ring, y going down."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(anneau, anneau[1:] + anneau[:1]))


def verifier(octets, couches):
    """Raises when the tile is not as the specification wants. Returns the number of features, of polygons, of those
    that touch themselves on the edge of the margin or cross themselves elsewhere, and the first of these."""
    t = Tuile()
    t.ParseFromString(octets)
    vrai(t.IsInitialized(), "champs obligatoires absents")
    egal(len({l.name for l in t.layers}), len(t.layers), "noms de couches distincts")
    objets = surfaces = bords = dedans = 0
    exemple = None
    for l in t.layers:
        vrai(l.name in couches, f"couche {l.name} absente de TileJSON")
        egal((l.version, l.extent), (2, 4096), f"version et étendue de {l.name}")
        vrai(l.features, f"couche {l.name} vide")
        egal(len(set(l.keys)), len(l.keys), f"clés distinctes de {l.name}")
        inconnues = set(l.keys) - set(couches[l.name])
        vrai(not inconnues, f"clés de {l.name} absentes de TileJSON : {inconnues}")
        for v in l.values:
            egal(len(v.ListFields()), 1, f"une valeur de {l.name}")
        for f in l.features:
            objets += 1
            vrai(len(f.tags) % 2 == 0, "étiquettes impaires")
            vrai(all(k < len(l.keys) for k in f.tags[::2]) and all(v < len(l.values) for v in f.tags[1::2]), "étiquette hors des listes")
            egal(len(set(f.tags[::2])), len(f.tags) // 2, "clés d’un objet distinctes")
            parts = suivre(list(f.geometry))
            vrai(parts and f.type in (POINT, LIGNE, SURFACE), f"géométrie de {l.name}")
            for part, ferme in parts:
                vrai(all(-MARGE <= v <= 4096 + MARGE for p in part for v in p), f"{l.name} : au-delà de la marge {part}")
                vrai(len(part) >= {POINT: 1, LIGNE: 2, SURFACE: 3}[f.type] and ferme == (f.type == SURFACE), f"{l.name} : part {part}")
                vrai(not ferme or part[0] != part[-1], f"{l.name} : dernier point répété")
            if f.type == SURFACE:
                vrai(aire(parts[0][0]) > 0, f"{l.name} : premier anneau rentrant ou sans aire {parts[0][0]}")
                polygones = []
                for anneau, _ in parts:
                    a = aire(anneau)
                    vrai(a != 0, f"{l.name} : anneau sans aire {anneau}")
                    if a > 0:
                        polygones.append((anneau, []))
                    else:
                        polygones[-1][1].append(anneau)
                for dehors, trous in polygones:
                    surfaces += 1
                    p = Polygon(dehors, trous)
                    if not p.is_valid:
                        pourquoi = explain_validity(p)
                        ou = [float(v) for v in re.search(r"\[(\S+) (\S+)\]", pourquoi).groups()]
                        if any(abs(v - bord) <= 0.5 for v in ou for bord in (-MARGE, 4096 + MARGE)):
                            bords += 1
                        else:
                            dedans += 1
                            exemple = exemple or f"{l.name} : {pourquoi}"
    return objets, surfaces, bords, dedans, exemple
