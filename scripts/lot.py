#!/usr/bin/env python3
"""Reads a pack as its readers do: manifest, PDF (pages, language, tags, fonts, figures), workbook, layers.

usage: lot.py LOT [DOSSIER_DES_CAPTURES]
"""

import hashlib
import json
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import pymupdf

lot = Path(sys.argv[1])
manifest = json.loads((lot / "manifeste.json").read_text())
figures = json.loads((lot / "donnees.json").read_text())


def check(said, what):
    if not said:
        sys.exit(f"✗ {what}")
    print(f"✓ {what}")


check(not manifest["absents"], "rien ne manque")
for f in manifest["fichiers"]:
    if hashlib.sha256((lot / f["nom"]).read_bytes()).hexdigest() != f["sha256"]:
        sys.exit(f"✗ {f['nom']} n'a pas l'empreinte du manifeste")
print(f"✓ {len(manifest['fichiers'])} fichiers, empreintes du manifeste")
check(all(c["resultat"] != "echoue" for c in manifest["controles"]), f"{len(manifest['controles'])} contrôles tenus")


def hectares(m2):
    """As the report prints it: one decimal, half up, decimal comma."""
    if m2 is None:
        return "n. r."
    if 0 < abs(m2) < 500:
        return "< 0,1" if m2 > 0 else "> −0,1"
    return str((Decimal(str(m2)) / 10000).quantize(Decimal("0.1"), ROUND_HALF_UP)).replace(".", ",").replace("-", "−")


def read(name, least, most):
    """Opens a PDF of the pack, looks at what a reader cannot do without, and gives its text in plain spaces."""
    pdf = pymupdf.open(lot / name)
    if not least <= len(pdf) <= most:
        sys.exit(f"✗ {name} : {len(pdf)} pages")
    catalog = pdf.xref_object(pdf.pdf_catalog())
    if "fr" not in catalog.split("/Lang", 1)[1][:20] or "/StructTreeRoot" not in catalog or "/MarkInfo" not in catalog:
        sys.exit(f"✗ {name} : langue ou arbre de balises")
    if "pdfuaid" not in pdf.get_xml_metadata():
        sys.exit(f"✗ {name} : ne se dit pas PDF/UA")
    tags = [o for o in (pdf.xref_object(x) for x in range(1, pdf.xref_length())) if "/Type /StructElem" in o]
    if not any("/S /TH" in o for o in tags) or any("/S /Figure" in o and "/Alt" not in o for o in tags):
        sys.exit(f"✗ {name} : en-têtes de tableau, ou figure sans texte")
    fonts = {f[3] for page in pdf for f in page.get_fonts()}
    if not fonts or not all("+Source" in f for f in fonts):
        sys.exit(f"✗ {name} : polices {fonts}")
    for page in pdf:
        frame = page.rect
        for block in page.get_text("blocks"):
            if block[0] < frame.x0 - 1 or block[2] > frame.x1 + 1 or block[3] > frame.y1 + 1:
                sys.exit(f"✗ {name}, page {page.number + 1} : un texte sort de la page")
        if not page.get_text().strip():
            sys.exit(f"✗ {name}, page {page.number + 1} : vide")
    print(f"✓ {name} : {len(pdf)} pages, langue, balises, textes des figures, polices, rien hors de la page")
    return "\n".join(page.get_text() for page in pdf).replace("\u202f", "").replace("\u00a0", " ")


text = read("rapport.pdf", 20, 999)
read("note-methode.pdf", 6, 999)
for commune in figures["registre"]["communes"]:
    sheet = read(f"fiches-communales/{commune['code']}.pdf", 1, 2)
    for key in ("reference_m2", "cible_m2", "enveloppe_m2", "brut_m2", "conso_m2", "reste_m2", "projection_m2"):
        if hectares(commune[key]).replace(" ", "") not in sheet.replace(" ", ""):
            sys.exit(f"✗ fiche {commune['code']} : {key} = {hectares(commune[key])}")
    for said in ("n’est pas le rapport délibéré", "Raisons des évolutions observées", "Débat", "Publication"):
        if said not in sheet:
            sys.exit(f"✗ fiche {commune['code']} : « {said} »")
sheets = [f["nom"] for f in manifest["fichiers"] if f["nom"].startswith("fiches-communales/")]
check(len(sheets) == len(figures["communes"]), f"{len(sheets)} fiches communales : le registre de chacune y est écrit")

ledger = figures["registre"]["territoire"]
for key in ("conso_m2", "reste_m2", "reference_m2", "enveloppe_m2", "projection_m2"):
    check(hectares(ledger[key]) in text, f"rapport : {key} = {hectares(ledger[key])} ha")
for commune in figures["communes"]:
    check(commune["nom"] in text, f"rapport : {commune['nom']}")
for source in ("Sans objet", "n. r.", "Cerema"):
    check(source.lower() in text.lower(), f"rapport : « {source} »")

book = openpyxl.load_workbook(lot / "tableaux.xlsx")
check(book.sheetnames[0] == "Lisez-moi" and "Dictionnaire" in book.sheetnames, f"classeur : {len(book.sheetnames)} feuilles")
for sheet in book:
    if sheet.title == "Lisez-moi":
        continue
    head = [c.value for c in sheet[1]]
    if None in head or len(set(head)) != len(head):
        sys.exit(f"✗ {sheet.title} : en-têtes {head}")
    formulas = [c.coordinate for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    if formulas or not sheet.tables or sheet.freeze_panes is None or sheet.merged_cells.ranges:
        sys.exit(f"✗ {sheet.title} : formules {formulas}, tableau, volets ou fusions")
    # On paper too: never shrunk until nobody can read it.
    fitted = sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage
    small = sheet.max_column > 8 and (fitted or sheet.page_setup.scale < 60)
    if sheet.print_title_rows != "$1:$1" or small:
        sys.exit(f"✗ {sheet.title} : impression à {sheet.page_setup.scale} %, titres {sheet.print_title_rows}")
print("✓ classeur : un tableau par feuille, en-têtes uniques, ni formule ni fusion")
communes = book["ZAN_communes"]
head = [c.value for c in communes[1]]
at = {name: i for i, name in enumerate(head)}
for row, said in zip(communes.iter_rows(min_row=2, values_only=True), figures["registre"]["communes"], strict=True):
    if row[at["Code INSEE"]] != said["code"] or abs(row[at["Consommation au registre (m²)"]] - said["conso_m2"]) > 0.5:
        sys.exit(f"✗ ZAN_communes : {row[:4]}")
    if row[at["enaf_part_statut"]] != said["part_statut"]:
        sys.exit(f"✗ ZAN_communes, statut : {row[:4]}")
print("✓ classeur : le registre des communes est celui des chiffres")
terms = {(row[0], row[1]) for row in book["Dictionnaire"].iter_rows(min_row=2, values_only=True)}
check(len(terms) > 100, f"dictionnaire : {len(terms)} colonnes")

layers = subprocess.run(["ogrinfo", "-ro", "-so", "-json", "-al", lot / "observatoire.gpkg"], capture_output=True, check=False)
if layers.returncode:
    listed = subprocess.run(["ogrinfo", "-ro", "-so", "-al", lot / "observatoire.gpkg"], capture_output=True, check=True, text=True).stdout
    found = [line.removeprefix("Layer name: ") for line in listed.splitlines() if line.startswith("Layer name: ")]
else:
    found = [layer["name"] for layer in json.loads(layers.stdout)["layers"]]
for name in ("communes", "parcelles", "friches", "friches_emprises", "zae", "terrains", "zonage", "contraintes", "registre_zan"):
    check(name in found, f"GeoPackage : {name}")

if len(sys.argv) > 2:
    out = Path(sys.argv[2])
    pdf = pymupdf.open(lot / "rapport.pdf")
    shown = [0, 2, 6, 9]
    tiles = [pdf[i].get_pixmap(dpi=72) for i in shown]
    sheet = pymupdf.open()
    page = sheet.new_page(width=sum(t.width for t in tiles) + 20 * (len(tiles) + 1), height=tiles[0].height + 40)
    page.draw_rect(page.rect, color=None, fill=(0.87, 0.89, 0.91))
    x = 20
    for i, tile in zip(shown, tiles):
        sheet_of_paper = pymupdf.Rect(x, 20, x + tile.width, 20 + tile.height)
        page.draw_rect(sheet_of_paper, color=None, fill=(1, 1, 1))
        page.show_pdf_page(sheet_of_paper, pdf, i)
        x += tile.width + 20
    page.get_pixmap(dpi=72).save(out / "rapport.png")
    print(f"{out / 'rapport.png'}")
