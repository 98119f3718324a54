#!/usr/bin/env python3
"""The ZAN ledger of real communes, recomputed from Cerema's file with nothing of ours, beside the edition's own.

usage: registre.py FICHIER_CEREMA REGISTRE_GEOJSON ANNUEL_GEOJSON
Prints both tables and the largest difference; exits 1 when a figure differs by more than half a square metre.
"""

import csv
import json
import re
import sys


def properties(path):
    with open(path, encoding="utf-8") as f:
        return [feature["properties"] for feature in json.load(f)["features"]]


with open(sys.argv[1], encoding="utf-8-sig", newline="") as source:
    cerema = list(csv.DictReader(source, delimiter=";"))
ledger, annual = (properties(p) for p in sys.argv[2:4])
destinations = {"act": "activite_m2", "hab": "habitat_m2", "mix": "mixte_m2", "rou": "route_m2", "fer": "ferre_m2", "inc": "inconnu_m2"}
total = re.compile(r"naf(\d\d)art(\d\d)")
columns = {2000 + int(m[1]): c for c in cerema[0] if (m := total.fullmatch(c)) and int(m[2]) == int(m[1]) + 1}
reference, target = range(2011, 2021), [y for y in columns if 2021 <= y <= 2030]

areas = {r["idcom"]: int(r["surfcom2024"]) for r in cerema}
expected = {}
for r in cerema:
    before = sum(int(r[columns[y]]) for y in reference)
    since = sum(int(r[columns[y]]) for y in target)
    expected[r["idcom"]] = (before, since)
whole = tuple(sum(v[i] for v in expected.values()) for i in (0, 1))

ours = {(r["niveau"], r["code"]): r for r in ledger}
worst, compared = 0.0, 0


def compare(what, mine, theirs):
    global worst, compared
    compared += 1
    if mine is None:
        sys.exit(f"{what} : absent du registre, {theirs} attendu")
    worst = max(worst, abs(mine - theirs))
    if abs(mine - theirs) > 0.5:
        sys.exit(f"{what} : {mine} au registre, {theirs} d'après le fichier")


print(f"{'commune':<34}{'référence':>12}{'depuis 2021':>13}{'cible':>11}{'part':>8}   registre")
for code, (before, since) in sorted(expected.items()):
    row = ours["commune", code]
    compare(f"{code} référence", row["reference_m2"], before)
    compare(f"{code} consommation", row["conso_m2"], since)
    compare(f"{code} cible", row["cible_m2"], before / 2)
    compare(f"{code} projection", row["projection_m2"], since / len(target) * 10)
    if abs(row["part_territoire"] - since / areas[code]) > 1e-6:
        sys.exit(f"{code} : part du territoire {row['part_territoire']}, {since / areas[code]} attendu")
    share = f"{since / (before / 2):.1%}" if before else "s. o."
    print(f"{code} {row['nom'][:27]:<28}{before:>12}{since:>13}{before / 2:>11.1f}{share:>8}   {row['statut']}")
levels = {}
for (level, code), row in ours.items():
    if level != "commune":
        levels.setdefault(level, []).append(row)
for level, found in levels.items():
    for i, column in enumerate(("reference_m2", "conso_m2")):
        compare(f"{level} {column}", sum(r[column] for r in found), whole[i])
    print(f"{level:<34}{whole[0]:>12}{whole[1]:>13}   (somme de {len(found)} ligne(s))")

by_year = {(r["niveau"], r["code"], r["annee"]): r for r in annual}
for r in cerema:
    for year, column in columns.items():
        row = by_year["commune", r["idcom"], year]
        compare(f"{r['idcom']} {year}", row["total_m2"], int(r[column]))
        a, b = year % 100, year % 100 + 1
        for code, name in destinations.items():
            compare(f"{r['idcom']} {year} {name}", row[name], int(r[f"art{a:02}{code}{b:02}"]))
negative = sum(r["nb_residus"] for r in annual if r["niveau"] == "commune")
raw = sum(1 for r in cerema for c, v in r.items() if re.fullmatch(r"(naf|art)\d\d(art|act|hab|mix|rou|fer|inc)\d\d", c) and int(c[3:5]) + 1 == int(c[8:10]) and v.startswith("-"))
compare("valeurs négatives", negative, raw)
print(f"{compared} valeurs comparées, plus grand écart {worst} m², {negative} valeurs négatives du fichier conservées")
