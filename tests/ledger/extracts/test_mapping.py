"""How a partner's columns are read: a mapping is saved as data, and one that can read no file cannot be built."""

from __future__ import annotations

import json

import pytest

from commonpool.ledger.rules.extracts import (
    ColumnMapping,
    MappingError,
)
from tests.ledger.export_builders import (
    TRANSACTIONS,
    mapping_of,
)


def test_a_mapping_is_saved_and_comes_back_equal():
    mapping = mapping_of(
        codes={"CC1": {"line": "1", "kind": "income"}, "CC2": 2},
        kinds={"Equip cr": "credit"},
        dates="ymd",
        ignored=["CC9"],
        expenditure_is_negative=True,
        header_row=3,
    )

    saved = json.loads(json.dumps(mapping.as_data()))

    assert ColumnMapping.from_data(saved) == mapping
    assert saved["codes"] == {"CC1": {"line": "1", "kind": "income"}, "CC2": {"line": "2", "kind": "expenditure"}}


def test_a_mapping_with_unknown_keys_tells_all_of_them_with_the_nearest_known():
    data = {
        "style": "cumulativ",
        "colums": {},
        "columns": {"cost_center": "CC", "amount": 7.5},
        "codes": {"CC1": {"line": "1", "sort": "x"}, "CC2": {}},
        "totals": "TOTAL",
        "income_is_unsigned": "yes",
        "header_row": "first",
    }

    with pytest.raises(MappingError) as raised:
        ColumnMapping.from_data(data)

    assert raised.value.faults == (
        "‘colums’ is not a key of a mapping. Did you mean columns?",
        "‘cumulativ’ is not a style of a mapping. Did you mean cumulative?",
        "‘cost_center’ is not a column of a mapping. Did you mean cost_centre?",
        "‘amount’ is 7.5, and should be text.",
        "‘sort’ is not a part of the code ‘CC1’ of a mapping. Known are: line, kind.",
        "The code ‘CC2’ has no line. Name the scheme line that it pays for.",
        "‘header_row’ is 'first', and should be a row's number.",
        "‘income_is_unsigned’ is 'yes', and should be true or false.",
        "‘totals’ is 'TOTAL', and should be a list.",
    )


@pytest.mark.parametrize("data", [None, [], "style: transactions", 3])
def test_what_is_no_mapping_at_all_is_refused(data):
    with pytest.raises(MappingError, match="should be names and their values"):
        ColumnMapping.from_data(data)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"columns": {"amount": "Amount"}}, "needs a column for: cost centre or scheme line; date or period"),
        ({"columns": {**TRANSACTIONS, "debit": "Dr"}}, "either one amount column or a debit and a credit"),
        ({"columns": {"date": "D", "cost_centre": "C", "debit": "Dr"}}, "needs a column for: credit"),
        ({"columns": {**TRANSACTIONS, "period": "Period"}}, "either the date or the period"),
        ({"columns": {**TRANSACTIONS, "provider": "ref"}}, "‘Ref’ is given two meanings"),
        ({"dates": "period"}, "The date column holds days"),
        ({"periods": {"q1": "Q1"}}, "leave the columns of periods out"),
        ({"style": "periodic", "columns": {"cost_centre": "C"}, "periods": {"a": "soon"}}, "‘soon’, given for"),
        ({"header_row": -1}, "The header row is -1"),
    ],
)
def test_a_mapping_that_can_read_no_file_cannot_be_built(changed, says):
    with pytest.raises(MappingError, match=says):
        mapping_of(**changed)
