"""A file of gains as claims on the lines of one year, or every fault of it by cell."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from commonpool.findings import Finding
from commonpool.places.models import Organisation
from commonpool.risk_share.actions.benefits import Claim, Gain
from commonpool.risk_share.queries.contracts import code_of
from commonpool.risk_share.queries.payers import PaidLine, PaidYear
from commonpool.risk_share.queries.stakes import Matrix
from commonpool.risk_share.reading.stakes import AMOUNTS, NEEDED, WORDS, StakeRow, read_stake_rows
from commonpool.sheets import Unreadable

Speaks = Callable[[Organisation], Organisation | None]
MOST_ROWS: Final = 5_000  # a large area has a few hundred lines, and a handful of bodies gain from each


def read_claims(
    chunks: Iterable[bytes], name: str, year: PaidYear, bodies: Iterable[Organisation], speaks_for: Speaks
) -> list[Claim]:
    """The claims of a file that was sent. Raises sheets.Unreadable with every fault at once.

    bodies      who may be named, by code or by name
    speaks_for  body -> the organisation in whose name the person speaks of it, or None
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gains.csv"
        path.write_bytes(b"".join(chunks))
        rows = read_stake_rows(path, name, MOST_ROWS)
    faults: list[Finding] = []
    may_speak = cache(speaks_for)  # the same few bodies in every row, each asked of the database
    known = {spelled: body for body in bodies for spelled in (code_of(body).casefold(), body.name.casefold())}
    claims = [claim for row in rows if (claim := _claim(row, year, known, may_speak, faults))]
    faults += _twice(rows, claims) if not faults else []
    if faults:
        raise Unreadable(faults)
    return claims


def _claim(
    row: StakeRow, year: PaidYear, known: dict[str, Organisation], speaks_for: Speaks, faults: list[Finding]
) -> Claim | None:
    stake, before = row.stake, len(faults)
    lines = [line for line in year.lines if stake.scheme.casefold() in _spelled(line)]
    body = known.get(stake.partner.casefold())
    said_by = speaks_for(body) if body else None
    if len(lines) != 1:
        fix = f"Write the number of a line of {year.year}, such as {year.lines[0].key[1]}." if year.lines else ""
        faults.append(row.fault("scheme", "is the number or name of no one line of the year", fix))
    if body is None:
        faults.append(row.fault("partner", "is the code or name of nobody here", "Write the code of the body."))
    elif said_by is None:
        fix = "Let its own people say what it gains."
        faults.append(row.fault("partner", f"is {body.name}, for whom you may not speak", fix))
    if not stake.evidence:
        place = "evidence" if "evidence" in row.columns else "scheme"
        faults.append(row.fault(place, "has no evidence", "Say in the column evidence where the gain was seen."))
    if len(faults) > before or body is None or said_by is None:
        return None
    return Claim(year.plans[lines[0].key[0]], lines[0].key[1], body, said_by, _gain(row))


def _spelled(line: PaidLine) -> set[str]:
    number, label = line.key[1], line.label
    return {number.casefold(), label.casefold(), label.removeprefix(number).strip().casefold()}


def _gain(row: StakeRow) -> Gain:
    """What the row says; of a column that is not there nothing is said."""
    names = ("cashable_pence", "non_cashable_pence", "low_pence", "high_pence", "not_money", "evidence")
    return Gain(**{name: getattr(row.stake, name) for name in names if name in row.columns})


def _twice(rows: list[StakeRow], claims: list[Claim]) -> Iterator[Finding]:
    seen = set()
    for row, claim in zip(rows, claims, strict=True):
        key = (claim.plan.pk, claim.line_id, claim.body.pk)
        if key in seen:
            yield row.fault("partner", "has two rows on this line", "Give each body one row on a line.")
        seen.add(key)


def rows_to_write(matrix: Matrix) -> Iterator[list[str | int | None]]:
    """The year as a file of the same shape, its header first: pence, empty for what is not known."""
    header = (*NEEDED, *AMOUNTS, *WORDS)
    yield list(header)
    for row in matrix.rows:
        pays = None if row.pays is None or row.pays.value is None else int(row.pays.value)
        said = {name: getattr(row.benefit, name) if row.benefit else None for name in header[3:]}
        paid = 0 if row.pays is None else pays
        yield [row.line.key[1], row.stake.partner, paid, *said.values()]
