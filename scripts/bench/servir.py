#!/usr/bin/env python3
"""Loads PostGIS with the parcels of an edition, starts our server and the peers in turn, and measures the same requests.

Started by scripts/bench/servir.sh. Every pair is measured back to back, several times, and the median is kept: other work
may run on the machine, so processor seconds per request (servers and PostgreSQL together) are told beside the times.
"""
import argparse
import json
import os
import random
import statistics
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import serveurs
from donnees import DES_OBJETS, cases, charger, identifiants, tuiles

FOIS = int(os.environ.get("FOIS", "3"))
BUDGETS = {"z13": 10, "z14": 10, "z16": 4, ("objets, bbox, limit=1000", "bbox"): 10}


def mediane(passes, cle):
    return statistics.median(p[cle] for p in passes)


class Tableau:
    """Lines of a table: what, who, requests a second, times, bytes, processor; printed as they come."""

    def __init__(self, dossier):
        self.lignes, self.fichier = [], Path(dossier) / "servir.json"
        print(f"{'':<34} {'':<22} {'req/s':>9} {'p50 ms':>8} {'p99 ms':>8} {'octets':>9} {'CPU ms':>8}")

    def ajouter(self, quoi, qui, passes):
        for p in passes:
            if p["erreurs"]:
                sys.exit(f"{quoi}, {qui} : {p['erreurs']} erreurs")
        ligne = {"quoi": quoi, "qui": qui, "debit": statistics.median(p["demandes"] / p["secondes"] for p in passes),
                 "p50": mediane(passes, "p50"), "p99": mediane(passes, "p99"),
                 "octets": statistics.median(p["octets"] / p["demandes"] for p in passes),
                 "cpu": statistics.median(1000 * p["cpu"] / p["demandes"] for p in passes), "demandes": passes[0]["demandes"]}
        self.lignes.append(ligne)
        print(f"{quoi:<34} {qui:<22} {ligne['debit']:9.1f} {ligne['p50']:8.2f} {ligne['p99']:8.2f} {ligne['octets']:9.0f} {ligne['cpu']:8.3f}", flush=True)
        self.fichier.write_text(json.dumps(self.lignes, indent=1))
        return ligne


def rapport(a, b, budget=None):
    """Ours against a peer: how many times more requests, how many times less processor."""
    debit, cpu = a["debit"] / b["debit"], b["cpu"] / a["cpu"] if a["cpu"] else float("inf")
    tenu = "" if budget is None else f", budget {budget} : {'tenu' if debit >= budget else 'PAS TENU'}"
    print(f"    → {a['qui']} / {b['qui']} : débit × {debit:.1f}, processeur ÷ {cpu:.1f}, octets × {a['octets'] / b['octets']:.2f}{tenu}", flush=True)


def tour(tableau, quoi, concurrents, mesurer):
    """Measures each competitor in turn, FOIS times: neighbours of the machine disturb all alike."""
    passes = {qui: [] for qui, _ in concurrents}
    for _ in range(FOIS):
        for qui, serveur in concurrents:
            passes[qui].append(mesurer(serveur))
    return {qui: tableau.ajouter(quoi, qui, passes[qui]) for qui, _ in concurrents}


def tuiles_fraiches(tableau, args, listes, autres):
    """Each tile of a list once, by a server that has just started: nothing is in its cache."""
    poids = {}
    for nom, liste in listes.items():
        for codage in ("", "gzip"):
            def mesurer(fabrique):
                with fabrique() as s:
                    # The same work under another encoding: pages of the files and of the database are in memory.
                    s.charger(liste, codage="br" if codage != "br" else "", une_fois=True, connexions=8)
                    passe = s.charger(liste, codage=codage, une_fois=True, connexions=8)
                    qui = "martin" if s.postmaster else s.commande[2]
                    if (qui, nom, codage) not in poids:
                        poids[qui, nom, codage] = s.poids(liste[:300], codage)
                    return {**passe, "octets": poids[qui, nom, codage] * passe["demandes"]}

            quoi = f"tuile neuve {nom}{' ' + codage if codage else ''}"
            r = tour(tableau, quoi, autres, mesurer)
            rapport(r["gisement"], r["martin"], BUDGETS.get(nom) if not codage else None) if "martin" in r else None


def tuiles_gardees(tableau, listes, concurrents):
    for nom, liste in listes.items():
        for codage in ("gzip", ""):
            def mesurer(s):
                s.charger(liste, codage=codage, une_fois=True, connexions=8)
                return s.charger(liste, codage=codage, secondes=3, connexions=8)

            r = tour(tableau, f"tuile gardée {nom}{' ' + codage if codage else ''}", concurrents, mesurer)
            for autre in [q for q in r if q not in ("gisement", "gisement (tout)")]:
                rapport(r["gisement"], r[autre])


def objets(tableau, concurrents, quoi, chemins, secondes=6):
    def mesurer(s):
        liste = chemins(s)
        s.charger(liste[:8], une_fois=True, connexions=2)
        return s.charger(liste, secondes=secondes, connexions=4)

    r = tour(tableau, quoi, concurrents, mesurer)
    for autre in [q for q in r if not q.startswith("gisement")]:
        rapport(r["gisement"], r[autre], BUDGETS.get((quoi, autre)))


def main():
    p = argparse.ArgumentParser()
    for nom in ("dossier", "gisement", "martin", "bbox", "tipg", "pygeoapi"):
        p.add_argument(f"--{nom}", required=True)
    p.add_argument("--postgres", type=int, required=True)
    p.add_argument("--postmaster", type=int, required=True)
    args = p.parse_args()
    dossier = Path(args.dossier)
    total = charger(dossier, args.postgres)
    print(f"\n{total} parcelles ; PostGIS : tables en EPSG:3857 (tuiles) et EPSG:4326 (objets), index GiST et clé, tout en mémoire")
    tableau = Tableau(dossier)
    hasard = random.Random(2026)
    listes = {nom: tuiles(args.postgres, z, combien) for nom, z, combien in (("z13", 13, 60), ("z14", 14, 200), ("z16", 16, 1500))}
    print("tuiles : les plus denses, " + ", ".join(f"{len(l)} en {n}" for n, l in listes.items()))

    seules = lambda: serveurs.gisement(args.gisement, dossier / "servir-parcelles")
    tout = lambda: serveurs.gisement(args.gisement, dossier / "servir-observatoire")
    martin = lambda cache=0: serveurs.martin(args.martin, args, dossier, cache)
    fabriques = [("gisement", seules)] + ([("martin", martin)] if args.martin else [])
    tuiles_fraiches(tableau, args, listes, fabriques + [("gisement (tout)", tout)])

    with seules() as s, tout() as t:
        gardes = [("gisement", s), ("gisement (tout)", t)]
        if args.martin:
            archive = serveurs.archive(s, listes, dossier)
            with martin(1024) as m, serveurs.martin_archive(args.martin, dossier, archive) as a:
                tuiles_gardees(tableau, listes, gardes + [("martin", m), ("martin, archive", a)])
        else:
            tuiles_gardees(tableau, listes, gardes)

    bbox = lambda: serveurs.bbox(args.bbox, args, dossier)
    with seules() as s, tout() as t, bbox() if args.bbox else nullcontext() as b, serveurs.tipg(args.tipg, args) as g, \
            serveurs.pygeoapi(args.pygeoapi, args, dossier) as y:
        pairs = [("gisement", s)] + ([("bbox", b)] if b else []) + [("tipg", g), ("pygeoapi", y)]
        print("mémoire au départ, Mio (résidente ; PSS) : " + ", ".join(f"{q} {x.memoire()}" for q, x in pairs + [("gisement (tout)", t)]))
        boites = cases(args.postgres, hasard, 40)
        props = ",".join(DES_OBJETS)
        objets(tableau, pairs, "objets, bbox, limit=1000", lambda x: [x.objets(f"bbox={b}&limit=1000&properties={props}") for b in boites])
        objets(tableau, [("gisement", t)], "objets, bbox, tout (sans rapport)", lambda x: [x.objets(f"bbox={b}&limit=1000") for b in boites])
        objets(tableau, pairs, "objets, bbox, limit=10", lambda x: [x.objets(f"bbox={b}&limit=10&properties={props}") for b in boites])
        noms = identifiants(args.postgres, hasard, 200)
        objets(tableau, pairs, "objet par identifiant", lambda x: [x.objet(n) for n in noms])
        loin = total * 9 // 10
        print(f"page de 1 000 à partir de la {loin}ᵉ, ms, médiane de 20 (dans l’ordre des connexions : une à la fois)")
        for qui, x in pairs:
            # BBOX takes half a minute for one.
            temps = x.page_lointaine(loin, props, 2 if qui == "bbox" else 20)
            print(f"    {qui:<22} {statistics.median(temps):8.1f} ms, la plus longue {max(temps):.1f}", flush=True)
        print("mémoire après la charge, Mio (résidente ; PSS) : " + ", ".join(f"{q} {x.memoire()}" for q, x in pairs + [("gisement (tout)", t)]) + f" ; PostgreSQL (PSS) {serveurs.pss(args.postmaster):.0f}")
    print("du lancement à la première réponse, ms, médiane de 5 :")
    for qui, f in [("gisement (tout)", tout)] + fabriques + ([("bbox", bbox)] if args.bbox else []) + [("tipg", lambda: serveurs.tipg(args.tipg, args)), ("pygeoapi", lambda: serveurs.pygeoapi(args.pygeoapi, args, dossier))]:
        durees = []
        for _ in range(5):
            with f() as x:
                durees.append(x.demarrage)
                time.sleep(0.3)
        print(f"    {qui:<22} {statistics.median(durees) * 1000:8.0f} ms", flush=True)


if __name__ == "__main__":
    main()
