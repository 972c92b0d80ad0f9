"""A mapping is proposed for a file that nobody has mapped, from its headers and its first rows."""

from __future__ import annotations

import pytest

from commonpool.ledger.rules.extracts import (
    DateForm,
    Role,
    Style,
    propose_mapping,
)


def test_a_mapping_is_proposed_for_a_list_of_transactions():
    headers = ["Posting Date", "Doc No", "Cost Centre", "Net Amount", "Supplier Name", "Description"]

    proposal = propose_mapping(headers, [["2024-04-03", "1", "CC1", "-5", "Elm House", "x"]])

    assert proposal.mapping is not None
    assert proposal.mapping.style is Style.TRANSACTIONS
    assert dict(proposal.mapping.columns) == {
        Role.COST_CENTRE: "Cost Centre",
        Role.AMOUNT: "Net Amount",
        Role.DATE: "Posting Date",
        Role.REFERENCE: "Doc No",
        Role.PROVIDER: "Supplier Name",
        Role.NARRATIVE: "Description",
    }
    assert (proposal.mapping.dates, proposal.mapping.expenditure_is_negative) == (DateForm.YMD, True)


def test_debit_and_credit_are_proposed_together():
    proposal = propose_mapping(["Date", "CC", "Dr", "Cr", "Total"], [["03/04/2024", "CC1", "5", None, "5"]])

    assert proposal.mapping is not None
    assert {Role.DEBIT, Role.CREDIT} <= proposal.mapping.columns.keys()
    assert Role.AMOUNT not in proposal.mapping.columns


@pytest.mark.parametrize(("outturn", "style"), [(10, Style.PERIODIC), (4, Style.CUMULATIVE), (None, Style.PERIODIC)])
def test_the_outturn_tells_whether_columns_of_periods_are_cumulative(outturn, style):
    proposal = propose_mapping(["scheme_id", "q1", "q2", "q3", "q4", "outturn"], [["1", 1, 2, 3, 4, outturn]])

    assert proposal.mapping is not None
    assert proposal.mapping.style is style
    assert dict(proposal.mapping.periods) == {"q1": "q1", "q2": "q2", "q3": "q3", "q4": "q4"}


@pytest.mark.parametrize(
    ("header", "sample", "style"),
    [
        ("Actual YTD", [["CC1", "P1", 5], ["CC1", "P2", 4]], Style.CUMULATIVE),
        ("Amount", [["CC1", "P1", 5], ["CC1", "P2", 9]], Style.CUMULATIVE),
        ("Amount", [["CC1", "P1", 5], ["CC1", "P2", 4]], Style.PERIODIC),
    ],
)
def test_a_row_for_each_code_and_period_is_cumulative_where_its_header_or_its_growth_says_so(header, sample, style):
    proposal = propose_mapping(["Cost centre", "Period", header.replace("Actual YTD", "YTD")], sample)

    assert proposal.mapping is not None
    assert proposal.mapping.style is style


def test_columns_with_one_header_are_proposed_by_letter():
    proposal = propose_mapping(["Date", "CC", "Amount", "Amount"], [["03/04/2024", "CC1", "5", "6"]])

    assert proposal.columns[Role.AMOUNT] == "C"


def test_what_no_header_fits_is_said_to_be_missing():
    proposal = propose_mapping(["Colour", "Size"], [["red", "5"]])

    assert proposal.mapping is None
    assert proposal.missing == ("cost centre or scheme line", "date or period", "amount")
