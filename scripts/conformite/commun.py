"""What the tests share: the service, the way a test is declared, and the account of a run."""
import json
import sys
import time
from pathlib import Path
from urllib.parse import urljoin

import requests

JSON = "application/json"
GEOJSON = "application/geo+json"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


class Passe(Exception):
    """The test does not apply to this service; why is its text."""


class Service:
    """A served edition, by its address. Answers are kept: many tests look at the same ones."""

    def __init__(self, racine):
        self.racine = racine.rstrip("/")
        self.session = requests.Session()
        self.lus = {}
        self.demandes = 0

    def demander(self, adresse, accept=JSON, params=None, methode="GET", **entetes):
        self.demandes += 1
        url = urljoin(self.racine + "/", adresse.lstrip("/")) if "://" not in adresse else adresse
        return self.session.request(methode, url, params=params, headers={"Accept": accept, **entetes}, timeout=60)

    def lire(self, adresse, accept=JSON, params=None):
        """A document that must be there."""
        cle = (adresse, accept, json.dumps(params, sort_keys=True))
        if cle not in self.lus:
            reponse = self.demander(adresse, accept, params)
            egal(reponse.status_code, 200, f"statut de {reponse.url}")
            self.lus[cle] = reponse.json()
        return self.lus[cle]

    @property
    def classes(self):
        return self.lire("/conformance")["conformsTo"]

    @property
    def collections(self):
        return self.lire("/collections")["collections"]

    @property
    def openapi(self):
        lien = un_lien(self.lire("/"), "service-desc")
        return self.lire(lien["href"], lien["type"])

    def objets(self, collection, **params):
        """A page of features, asked of the link that the collection gives."""
        lien = next(l for l in collection["links"] if l["rel"] == "items" and l["type"] == GEOJSON)
        return self.lire(lien["href"], GEOJSON, params or None)


def egal(obtenu, attendu, quoi):
    vrai(obtenu == attendu, f"{quoi} : {attendu!r} attendu, {obtenu!r} obtenu")


def vrai(condition, quoi):
    if not condition:
        raise AssertionError(quoi)


def liens(document, rel, media=None):
    return [l for l in document["links"] if l["rel"] == rel and media in (None, l.get("type"))]


def un_lien(document, rel, media=None):
    trouves = liens(document, rel, media)
    vrai(trouves, f"pas de lien {rel} {media or ''}")
    return trouves[0]


def declarer(tests):
    """@test("conf/core", "http"): adds a function of the service to `tests`, under the name of the abstract test."""

    def test(classe, nom):
        def garder(f):
            tests.append((classe, nom, f))
            return f

        return garder

    return test


def executer(tests, service, ecarts, rapport):
    """Runs the tests, prints the account, writes it as Markdown into `rapport`; 0 when all is as it should be."""
    raisons = {}
    for ligne in Path(ecarts).read_text("utf-8").splitlines():
        if ligne.strip() and not ligne.startswith("#"):
            nom, _, raison = ligne.partition(" ")
            raisons[nom] = raison.strip()
    debut, comptes, echecs, passes, fautives = time.monotonic(), {}, [], [], set()
    for classe, nom, f in tests:
        compte = comptes.setdefault(classe, [0, 0, 0])
        entier = f"{classe}/{nom}"
        try:
            f(service)
            compte[0] += 1
        except Passe as p:
            compte[2] += 1
            passes.append(f"{entier} : {p}")
        except Exception as e:  # whatever happens in a test is its failure
            compte[1] += 1
            quoi = str(e) if isinstance(e, AssertionError) else f"{type(e).__name__} : {e}"
            if raisons.pop(entier, None) is None:
                echecs.append(f"{entier} : {quoi[:600]}")
                fautives.add(classe)
            else:
                print(f"  excusé {entier} : {quoi[:300]}")
    echecs += [f"{nom} : excusé, mais ne rate pas" for nom in raisons]
    for classe, (reussis, rates, sans) in comptes.items():
        print(f"{'✗' if classe in fautives else '✓'} {classe:<58} {reussis:>4} réussis {rates:>4} ratés {sans:>4} sans objet")
    for p in passes:
        print(f"  sans objet {p}")
    for e in echecs:
        print(f"✗ {e}", file=sys.stderr)
    duree = time.monotonic() - debut
    print(f"{len(tests)} tests, {service.demandes} demandes, {duree:.0f} s")
    if rapport:
        ecrire(Path(rapport), comptes, passes, ecarts)
    return 1 if echecs else 0


def ecrire(rapport, comptes, passes, ecarts):
    """The table, between its two marks in the document."""
    lignes = ["| classe | réussis | ratés | sans objet |", "|---|--:|--:|--:|"]
    lignes += [f"| `{c}` | {r} | {x} | {s} |" for c, (r, x, s) in comptes.items()]
    total = [sum(c[i] for c in comptes.values()) for i in range(3)]
    lignes.append(f"| **total** | **{total[0]}** | **{total[1]}** | **{total[2]}** |")
    lignes += ["", "Sans objet :", *(f"- `{p.partition(' : ')[0]}` : {p.partition(' : ')[2]}" for p in passes)] if passes else []
    excuses = [l for l in Path(ecarts).read_text("utf-8").splitlines() if l.strip() and not l.startswith("#")]
    lignes += ["", "Ratés et excusés :", *(f"- `{e.partition(' ')[0]}` : {e.partition(' ')[2]}" for e in excuses)] if excuses else []
    avant, marque, reste = rapport.read_text("utf-8").partition("<!-- résultats -->\n")
    _, fin, apres = reste.partition("<!-- fin -->")
    vrai(marque and fin, f"marques absentes de {rapport}")
    rapport.write_text(avant + marque + "\n".join(lignes) + "\n" + fin + apres, "utf-8")
