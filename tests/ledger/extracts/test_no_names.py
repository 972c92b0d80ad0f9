"""No person's name comes out of an export."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from commonpool.findings import Severity
from commonpool.ledger.rules.extracts import (
    read_export,
)
from commonpool.sheets import Sheet
from tests.ledger.export_builders import (
    HEADER,
    NO_REF,
    TRANSACTIONS,
    facts_of,
    mapping_of,
    read,
)


def test_only_a_registered_organisation_is_kept_as_provider_and_no_narrative_ever():
    mapping = mapping_of(columns={**TRANSACTIONS, "provider": "Payee", "narrative": "Text"})
    text = f"""{HEADER} | Payee | Text
        03/04/2024 | A | CC1 | 5 | MEADOW  care ltd | visit to Ash Row
        03/04/2024 | B | CC1 | 6 | prv1 |
        03/04/2024 | C | CC1 | 7 | Alder Birch | holiday of Alder Birch"""

    export = read(text, mapping)

    assert [row.provider for row in export.rows] == ["PRV1", "PRV1", ""]
    (finding,) = export.findings
    assert (finding.severity, finding.problem) == (
        Severity.NOTE,
        "1 name of payees that are no registered organisation and 2 narratives were left out.",
    )
    assert "Alder" not in repr(export)
    assert "Ash Row" not in repr(export)


@given(name=st.text(alphabet="abcdefghij ", min_size=4, max_size=20).filter(lambda text: len(text.strip()) > 3))
def test_whoever_the_payee_is_nothing_of_the_name_is_in_the_result(name):
    mapping = mapping_of(columns={**NO_REF, "provider": "Payee", "narrative": "Text"})
    rows = [["Date", "Cost centre", "Amount", "Payee", "Text"], ["03/04/2024", "CC1", "5", f"Q{name}Q", f"Q{name}Q"]]
    plain = [["Date", "Cost centre", "Amount", "Payee", "Text"], ["03/04/2024", "CC1", "5", "X", "Y"]]

    export = read_export(Sheet("a", rows), mapping, facts_of())

    assert export == read_export(Sheet("a", plain), mapping, facts_of())
