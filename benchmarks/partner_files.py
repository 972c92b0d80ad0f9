"""A partner's export of 200,000 rows read, and two records of 20,000 items held against each other."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import median_seconds, report
from commonpool.ledger.reading import read_export_file
from commonpool.ledger.rules.matching import Item
from tests.ledger.export_builders import TRANSACTIONS, facts_of, mapping_of
from tests.ledger.test_matching import reconciled
from tests.ledger.test_reading_exports import many_rows

FORMS = {
    "sound": "{day:02d}/{month:02d}/2024,T{n},CC{code},{pounds}.25,Payee {n},visit {n}",
    "every cell wrong": "2024-{month:02d}-{day:02d},T{n},XX{n},£{pounds}.25,Payee {n},visit {n}",
}
ROWS, ITEMS = 200_000, 20_000


def main() -> None:
    """Each file once as it should be and once as nobody wants it."""
    mapping = mapping_of(columns={**TRANSACTIONS, "provider": "Payee", "narrative": "Text"})
    with TemporaryDirectory() as folder:
        for name, form in FORMS.items():
            path = many_rows(Path(folder) / "ledger.csv", form, ROWS)
            seconds = median_seconds(lambda path=path: read_export_file(path, mapping, facts_of()), repeats=3)  # type: ignore[misc]
            report(f"read an export of {ROWS:,} rows, {name}", seconds, limit=5)
    for name, amounts in (("a year's invoices", 10_000_00), ("all of one amount", 1)):
        ours, theirs = _records(amounts)
        seconds = median_seconds(lambda ours=ours, theirs=theirs: reconciled(ours, theirs), repeats=3)  # type: ignore[misc]
        report(f"match {ITEMS:,} items a side, {name}", seconds, limit=2)


def _records(amounts: int) -> tuple[list[Item], list[Item]]:
    """The same items up to four days later, less a hundredth of them."""
    chance = random.Random(20)
    year = date(2024, 4, 1)
    ours = [Item(f"a{n}", year + timedelta(chance.randrange(365)), chance.randrange(amounts) + 1) for n in range(ITEMS)]
    theirs = [Item(f"x{n}", item.on + timedelta(chance.randrange(5)), item.pence) for n, item in enumerate(ours)]
    return ours, theirs[ITEMS // 100 :]


if __name__ == "__main__":
    main()
