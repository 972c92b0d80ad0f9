"""Figures of what partners contributed and owe, of rows narrowed to a month or a payer, and of early spend."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from commonpool.figures import Figure, QuestionError, find_question, recombine
from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.balances import contributions, memorandum
from commonpool.ledger.queries.figures.year_end import NO_PART
from commonpool.ledger.queries.statements import bridge, statement
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.rules.statements.names import By
from commonpool.people.rules import Role
from tests.funds.builders import a_body, a_person
from tests.ledger.builders import COUNCIL, NHS, REABLEMENT, YEAR, opened, posted, the_ledger
from tests.ledger.test_outside import an_agreement
from tests.ledger.wendleshire_year import YEAR_END, settled, wendleshires_books

pytestmark = pytest.mark.django_db
AT = AsAt(YEAR_END)


def ask(ledger: Ledger, name: str, **arguments: Any) -> Figure:
    figure = find_question(name).answer(ledger=ledger.uuid, year=YEAR, **{"as_at": YEAR_END, **arguments})
    assert recombine(figure) == figure.value, figure.label
    return figure


def what_partners_did() -> Ledger:
    """Due and paid in part, paid directly, received in one, owed back: every dealing there is."""
    ledger = the_ledger()
    opened(ledger, council=50)
    posted(ledger, Kind.DUE, 1_000, source=NHS)
    posted(ledger, Kind.CASH, 400, source=NHS)
    posted(ledger, Kind.PAY_DIRECT, 250, source=NHS, line=REABLEMENT)
    posted(ledger, Kind.RECEIVE, 300, source=COUNCIL)
    return ledger


def test_what_fell_due_and_was_paid_in_are_those_of_the_contributions() -> None:
    ledger = what_partners_did()

    for row in contributions(ledger, YEAR, AT):
        asked = {"by": "source", "key": row.source}
        assert ask(ledger, "ledger.contributed", what="due", **asked).value == row.due_pence
        assert ask(ledger, "ledger.contributed", what="received", **asked).value == row.received_pence
    northmere = ask(ledger, "ledger.contributed", what="received", by="partner", key="XN1")
    assert (northmere.value, [part.value for part in northmere.parts]) == (650, [650])


def test_what_a_partner_owes_is_what_fell_due_less_what_came() -> None:
    assert ask(what_partners_did(), "ledger.owed", partner="XN1").value == 1_000 - 400 - 250


def test_a_provider_that_is_a_registered_organisation_is_called_by_its_name() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=100)
    posted(ledger, Kind.ACTUAL, 60, line=REABLEMENT, source=NHS, provider="XW01")

    row = ask(ledger, "ledger.amount", column="net", by="provider", key="XW01")
    [part] = ask(ledger, "ledger.total", column="net", by="provider").parts

    assert row.label == "Net spend, Wendleshire County Council, 2024-25"
    assert part.label == row.label


def test_a_row_can_be_narrowed_to_a_month_and_to_who_paid() -> None:
    ledger = wendleshires_books()
    row = statement(ledger, YEAR, AT, By.LINE).row("2023-25/4")
    [minimum] = [each for each in bridge(ledger, YEAR, AT) if each.category == "NHS_MIN"]

    june = ask(ledger, "ledger.amount", column="net", by="line", key=row.key, month="2024-06-01")
    uncovered = ask(ledger, "ledger.amount", column="net", by="category", key="NHS_MIN", paid_by="UNFUNDED")

    assert (june.value, june.label) == (row.months[2], "Net spend, 4 Step-up / step-down beds, June 2024")
    assert uncovered.value == minimum.bridged_pence == 679_029_25
    assert "paid by Covered by no source" in uncovered.label


def test_what_is_neither_spent_nor_ordered_is_the_plan_less_both() -> None:
    ledger = wendleshires_books()

    for row in statement(ledger, YEAR, AT, By.LINE).rows[:4]:
        assert ask(ledger, "ledger.uncommitted", by="line", key=row.key).value == row.uncommitted_pence


def test_rows_of_the_memorandum_account_open_by_partner_category_and_district() -> None:
    ledger = wendleshires_books()
    settled(ledger)
    account = memorandum(ledger, YEAR, AT)

    for part in (*account.planned, *account.year_end):
        row = "planned" if part in account.planned else "year_end"
        assert ask(ledger, "ledger.memorandum", row=row, key=part.key).value == part.pence
    dfg, ibcf = account.kept
    for district, pence in dfg.parts.items():
        assert ask(ledger, "ledger.memorandum", row="kept", key="DFG", part=district).value == -pence
    assert ask(ledger, "ledger.memorandum", row="kept", key="IBCF", part=NO_PART).value == -ibcf.pence


def test_what_came_in_less_what_went_out_is_what_is_left_less_what_no_partner_s_money_covers() -> None:
    ledger = wendleshires_books()
    settled(ledger)
    found = {column: ask(ledger, "ledger.amount", column=column, by="all").value for column in FIRST_SENTENCE}

    came, went = found["before"] + found["came_in"] + found["transferred"], found["net"]
    assert came - went == found["left"] - found["lent"]
    assert (found["came_in"], found["left"], found["lent"]) == (80_110_232_00, 591_193_58, 0)


FIRST_SENTENCE = ("before", "came_in", "transferred", "net", "left", "lent")


def test_what_a_source_received_and_was_passed_is_what_it_spent_and_holds() -> None:
    ledger = what_partners_did()
    posted(ledger, Kind.TRANSFER, 100, to_pool="EQUIPMENT", source=NHS)

    for code in (NHS, COUNCIL):
        of = {"by": "source", "key": code}
        names = ("received", "passed", "account-50", "held")
        received, passed, spent, held = (ask(ledger, "ledger.amount", column=name, **of).value for name in names)
        assert received + passed == spent + held


def test_early_spend_opens_line_by_line_to_its_entries() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=1_000)
    an_agreement(ledger, 1, date(2024, 6, 10))
    posted(ledger, Kind.ACTUAL, 100, line=REABLEMENT, source=NHS, on=date(2024, 6, 9))

    whole = ask(ledger, "ledger.before_signed", version=1)
    line = ask(ledger, "ledger.before_signed", version=1, line=REABLEMENT)

    assert (whole.value, line.value, len(line.parts)) == (100, 100, 1)


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        (
            "ledger.contributed",
            {"what": "promised", "by": "source", "key": NHS},
            "no ‘promised’. They have: due, received",
        ),
        ("ledger.contributed", {"what": "due", "by": "line", "key": "1"}, "those of a source or of a partner"),
        ("ledger.before_signed", {"version": 7}, "No version 7 of the agreement began before it was signed"),
        ("ledger.amount", {"column": "net", "by": "all", "month": "May"}, "‘May’ is no month"),
    ],
)
def test_a_question_that_makes_no_sense_says_what_there_is(name: str, arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        ask(the_ledger(), name, **arguments)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ledger.contributed", {"what": "due", "by": "source", "key": NHS}),
        ("ledger.owed", {"partner": "XN1"}),
        ("ledger.uncommitted", {"by": "all"}),
        ("ledger.before_signed", {"version": 1}),
    ],
)
def test_somebody_of_another_area_may_ask_none_of_it(name: str, arguments: dict[str, Any]) -> None:
    ledger = the_ledger()
    stranger = a_person("someone@elsewhere.example", (a_body("Elsewhere ICB", ods_code="XE1"), Role.BOARD_MEMBER))

    asked = {"ledger": ledger.uuid, "year": YEAR, "as_at": YEAR_END, **arguments}
    assert find_question(name).ask(stranger, asked) is None
