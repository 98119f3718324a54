"""The abstract tests of OGC API – Features 1.0 (Parts 1, 2 and 3) and of OGC API – Tiles 1.0, asked of a served edition.

  python scripts/conformite ADRESSE ÉCARTS [DOCUMENT]

The OGC's executable suites (org.opengis.cite) are what certifies. Where they cannot be installed, this asks the same
questions under the identifiers of the standards' annexes. A failing test fails the run unless ÉCARTS names it with a
reason, and a reason that no longer serves fails it too. The table goes into DOCUMENT, between its marks.
"""
import sys

import crs
import entites
import filtres
import tuiles
from commun import Service, executer

if __name__ == "__main__":
    tests = entites.TESTS + crs.TESTS + filtres.TESTS + tuiles.TESTS
    sys.exit(executer(tests, Service(sys.argv[1]), sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None))
