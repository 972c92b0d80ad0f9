"""A row keeps its key whatever file it comes in, so that none is taken twice and none is lost."""

from __future__ import annotations

import pytest

from commonpool.findings import Severity
from tests.ledger.export_builders import (
    HEADER,
    NO_REF,
    TRANSACTIONS,
    mapping_of,
    read,
    told,
)


def test_the_same_reference_and_content_twice_is_reported_and_not_doubled():
    export = read(f"{HEADER}\n 03/04/2024 | A | CC1 | 5\n 03/04/2024 | A | CC1 | 5.00")

    assert len(export.rows) == 1
    assert [(one.rule, one.cell, one.severity) for one in export.findings] == [("EXT-26", "D3", Severity.WARNING)]
    assert "as the one at D2" in export.findings[0].problem


@pytest.mark.parametrize("other", ["04/04/2024 | A | CC1 | 5", "03/04/2024 | A | CC2 | 5", "03/04/2024 | a | CC1 | 6"])
def test_the_same_reference_with_another_content_is_an_error(other):
    export = read(f"{HEADER}\n 03/04/2024 | A | CC1 | 5\n {other}")

    assert told(export) == [("EXT-27", "D3")]
    assert export.has_errors


def test_a_line_number_tells_the_rows_of_one_reference_apart():
    mapping = mapping_of(columns={**TRANSACTIONS, "reference_line": "No"})

    export = read(f"{HEADER} | No\n 03/04/2024 | A | CC1 | 5 | 1\n 03/04/2024 | A | CC2 | 5 | 2", mapping)

    assert len({row.key for row in export.rows}) == 2
    assert export.findings == ()


def test_rows_alike_without_a_reference_are_transactions_of_their_own_and_noted():
    text = "Date | Cost centre | Amount\n 03/04/2024 | CC1 | 5\n 03/04/2024 | CC1 | 5\n 03/04/2024 | CC1 | 5"

    export = read(text, mapping_of(columns=NO_REF))

    assert len({row.key for row in export.rows}) == 3
    assert [(one.rule, one.cell, one.severity) for one in export.findings] == [("EXT-28", "C3", Severity.NOTE)]


def test_keys_do_not_depend_on_the_file_its_order_or_what_was_registered_since():
    text = "Date | Cost centre | Amount | Payee"
    rows = ["03/04/2024 | CC1 | 5 | Meadow Care Ltd", "04/04/2024 | CC1 | 5 |", "05/04/2024 | CC2 | 7 | Elm House"]
    mapping = mapping_of(columns={**NO_REF, "provider": "Payee"})

    before = read("\n".join([text, *rows]), mapping)
    after = read("\n".join([text, *reversed(rows)]), mapping, organisations={"Elm House": "PRV2"})

    assert {row.key: row.content for row in before.rows} == {row.key: row.content for row in after.rows}


def test_a_cost_centre_mapped_anew_keeps_the_key_so_that_nothing_is_posted_twice():
    text = f"{HEADER}\n 03/04/2024 | A | CC1 | 5\n 03/04/2024 |  | CC1 | 6"

    before = read(text, mapping_of(codes={"CC1": "1"}))
    after = read(text, mapping_of(codes={"CC1": "2"}))

    assert [row.key for row in before.rows] == [row.key for row in after.rows]
    assert [row.content for row in before.rows] != [row.content for row in after.rows]


def test_two_partners_may_use_the_same_reference():
    text = f"{HEADER}\n 03/04/2024 | INV1 | CC1 | 5"

    (ours,), (theirs,) = read(text).rows, read(text, partner="ICB").rows

    assert ours.key != theirs.key
