#!/usr/bin/env python3
"""`typst compile` for machines that have Typst as a Python wheel only (`pip install typst`): the options we use."""

import argparse
import sys

import typst

parser = argparse.ArgumentParser()
parser.add_argument("command", choices=["compile"])
parser.add_argument("--root")
parser.add_argument("--ignore-system-fonts", action="store_true")
parser.add_argument("--font-path", action="append")
parser.add_argument("--pdf-standard", action="append")
# The templates set the date of the document themselves; the wheel has no clock to set.
parser.add_argument("--creation-timestamp", type=int)
parser.add_argument("--input", action="append", default=[], dest="values")
parser.add_argument("input")
parser.add_argument("output")
a = parser.parse_args()
try:
    typst.compile(
        a.input,
        output=a.output,
        root=a.root,
        font_paths=a.font_path,
        ignore_system_fonts=a.ignore_system_fonts,
        pdf_standards=a.pdf_standard,
        sys_inputs=dict(i.split("=", 1) for i in a.values),
    )
except typst.TypstError as e:
    sys.exit(f"{e.message}\n{e.hints}\n{e.trace}")
