"""Whatever a file holds, what comes out is whole or there is a finding, and findings stay readable."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from commonpool.ledger.rules.extracts import (
    ColumnMapping,
    propose_mapping,
    read_export,
)
from commonpool.sheets import ErrorValue, Sheet
from tests.ledger.export_builders import (
    TRANSACTIONS,
    YEAR,
    facts_of,
    mapping_of,
)

cells = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(["CC1", "CC2", "P1", "Q1", "03/04/2024", "5", "-7.25", "£1", "TOTAL", "NaN", "2024/06", "Amount"]),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.builds(ErrorValue, st.sampled_from(["#REF!", "#N/A"])),
)
ANY_MAPPING = {
    "transactions": mapping_of(columns={**TRANSACTIONS, "provider": "E", "narrative": "F"}),
    "sides": mapping_of(columns={"date": "A", "cost_centre": "C", "debit": "D", "credit": "E", "kind": "F"}),
    "cumulative": mapping_of("cumulative", columns={"period": "A", "cost_centre": "C", "amount": "D"}),
    "wide": mapping_of("periodic", columns={"cost_centre": "C", "outturn": "F"}, periods={"A": "Q1", "D": "Q2"}),
}


@given(rows=st.lists(st.lists(cells, max_size=6), max_size=6), style=st.sampled_from(sorted(ANY_MAPPING)))
def test_whatever_the_cells_hold_each_row_is_whole_or_there_is_a_finding(rows, style):
    sheet = Sheet("a", [["Date", "Ref", "Cost centre", "Amount", "E1", "F1"], *rows])

    export = read_export(sheet, ANY_MAPPING[style], facts_of())

    assert all(row.line in {"1", "2"} and isinstance(row.pence, int) and row.date in YEAR for row in export.rows)
    assert all(str(finding) and len(str(finding)) < 1_000 for finding in export.findings)
    assert export.rows or export.findings


@given(headers=st.lists(st.text(max_size=15), max_size=8), rows=st.lists(st.lists(cells, max_size=8), max_size=4))
def test_whatever_the_headers_a_proposal_is_a_sound_mapping_or_says_what_is_missing(headers, rows):
    proposal = propose_mapping([*headers, "CC", "Date", "Amount"], rows)

    assert (proposal.mapping is None) is bool(proposal.missing)
    if proposal.mapping is not None:
        assert ColumnMapping.from_data(proposal.mapping.as_data()) == proposal.mapping


def test_of_one_fault_a_thousand_are_listed_and_the_rest_counted():
    rows = [["Date", "Ref", "Cost centre", "Amount"], *(["03/04/2024", f"R{n}", "CC1", "£1"] for n in range(1_234))]

    export = read_export(Sheet("a", rows), mapping_of(), facts_of())

    assert len(export.findings) == 1_001
    assert "fails 234 more times; only the first 1,000 are listed" in export.findings[-1].problem


def test_what_a_huge_cell_holds_is_shown_in_short():
    rows = [["Date", "Ref", "Cost centre", "Amount"], ["03/04/2024", "A", "C" * 5_000_000, "9" * 5_000_000]]

    export = read_export(Sheet("a", rows), mapping_of(), facts_of())

    assert export.has_errors
    assert all(len(str(one)) < 500 and len(one.found or "") <= 80 for one in export.findings)
