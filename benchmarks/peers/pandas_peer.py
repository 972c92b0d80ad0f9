"""What an analyst would write: pandas reads every sheet of every workbook of a folder. Run by the peers' Python.

Answers one line of JSON: seconds, the import of pandas among them, sheets and cells.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def main() -> None:
    """Read and count; no table is found, checked or kept."""
    started = time.perf_counter()
    import pandas as pd

    sheets = cells = 0
    for path in sorted(Path(sys.argv[1]).glob("*.xls")):
        for frame in pd.read_excel(path, sheet_name=None, header=None, engine="xlrd").values():
            sheets += 1
            cells += int(frame.notna().sum().sum())
    print(json.dumps({"seconds": time.perf_counter() - started, "sheets": sheets, "cells": cells}))


if __name__ == "__main__":
    main()
