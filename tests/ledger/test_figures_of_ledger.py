"""Every figure of the books is made again from its parts, and opens to its entries in at most three steps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonpool.figures import Fact, Figure, How, QuestionError, find_question, recombine
from commonpool.ledger.models import Ledger
from commonpool.ledger.queries import figures
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.balances import memorandum, trial_balance, unspent
from commonpool.ledger.queries.cash import cash_position
from commonpool.ledger.queries.figures.asked import asked_for
from commonpool.ledger.queries.statements import statement
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.rules.statements.balances import Basis
from commonpool.ledger.rules.statements.columns import COLUMNS
from commonpool.ledger.rules.statements.names import By
from commonpool.pages.explanations import read_arguments, rows, sentence
from commonpool.people.models import Person
from commonpool.people.rules import Role
from tests.funds.builders import a_body, a_fund, a_partner, a_person, northmere, south_wendle, the_council, wendleshire
from tests.ledger.builders import (
    CARE,
    COUNCIL,
    EQUIPMENT_LINE,
    GRANT,
    MAIN,
    NHS,
    NOW,
    REABLEMENT,
    YEAR,
    a_ledger_of,
    posted,
    the_ledger,
)
from tests.ledger.test_statements import a_budget, a_forecast
from tests.ledger.wendleshire_year import AT_YEAR_END, YEAR_END, settled, wendleshires_books

pytestmark = pytest.mark.django_db
MOST_STEPS = 3


def ask(figure: Figure) -> Figure:
    """What a reader gets who follows the figure's link, from the text of its address."""
    asked = find_question(figure.question)
    given_texts = {**figure.arguments, "as_at": str(figure.as_at)}
    if figure.known_at:
        given_texts["known_at"] = figure.known_at.isoformat()
    return asked.answer(**read_arguments(asked, given_texts))


def ask_by_name(name: str, ledger: Ledger, **arguments: Any) -> Figure:
    return find_question(name).answer(ledger=ledger.uuid, year=YEAR, **{"as_at": YEAR_END, **arguments})


def steps_to_entries(figure: Figure) -> int:
    """How often a reader opens a figure until only facts are left; every figure on the way is checked."""
    assert recombine(figure) == figure.value, figure.label
    deepest = 0
    for part in figure.parts:
        if isinstance(part, Figure):
            opened = ask(part) if part.question else part
            assert opened.value == part.value and opened.unknown == part.unknown, part.label
            deepest = max(deepest, steps_to_entries(opened) + (1 if part.question else 0))
        else:
            assert isinstance(part, Fact) and part.source
    return deepest


def check(figure: Figure) -> None:
    assert 1 + steps_to_entries(figure) <= MOST_STEPS, figure.label


# -- Wendleshire's year


@pytest.mark.requirement("S42")
def test_the_years_spend_opens_to_its_entries_in_three_steps() -> None:
    ledger = wendleshires_books()

    spent = ask_by_name("ledger.total", ledger, column="net", by="category")

    assert (spent.value, spent.how) == (79_519_038_42, How.SUM)
    minimum = ask(spent.parts[0])
    assert (minimum.value, len(minimum.parts)) == (53_668_312_25, 64)
    first = ask(minimum.parts[0])  # type: ignore[arg-type]
    assert first.label == (
        "Net spend, 1 Joint reablement service, Minimum NHS Contribution, NHS Northmere ICB, 2024-25, June 2024"
    )
    assert [fact.label for fact in first.parts] == ["Spend from an export, 30 June 2024, ‘Q1/1’"]
    assert steps_to_entries(minimum) == 1


@pytest.mark.parametrize("column", ["planned", "net", "gross", "held"])
def test_every_total_is_made_again_from_its_rows(column: str) -> None:
    ledger = wendleshires_books(quarters=1)

    for by in (By.ALL, By.PARTNER, By.LINE, By.SOURCE, By.SOURCE_CATEGORY):
        check(ask_by_name("ledger.total", ledger, column=column, by=by.value))


@pytest.mark.parametrize(("by", "key"), [("all", ""), ("line", "2023-25/4"), ("category", "DFG")])
def test_every_variance_is_actual_less_plan(by: str, key: str) -> None:
    ledger = wendleshires_books(quarters=2)
    day = date(2024, 9, 30)

    found = {
        basis: ask_by_name("ledger.variance", ledger, basis=basis, by=by, key=key, as_at=day)
        for basis in ("to_date", "year", "forecast")
    }

    row = statement(ledger, YEAR, AsAt(day), By(by)).row(key)
    assert {basis: figure.value for basis, figure in found.items()} == {
        "to_date": row.variance_to_date_pence,
        "year": row.variance_for_year_pence,
        "forecast": row.forecast_variance_pence,
    }
    for figure in found.values():
        check(figure)


def test_the_memorandum_account_opens_row_by_row() -> None:
    ledger = wendleshires_books()
    settled(ledger)
    account = memorandum(ledger, YEAR, AT_YEAR_END)

    closing, income, kept, returned, before = (
        ask_by_name("ledger.memorandum", ledger, row=row)
        for row in ("closing", "income", "kept", "returned", "before_transfers")
    )

    assert closing.value == account.closing_pence == 0
    assert income.value == account.income_pence == 80_196_982_00
    assert before.value == account.before_transfers_pence == 677_943_58
    assert (kept.value, returned.value) == (-591_193_58, -86_750_00)
    for figure in (closing, income, kept, returned, before):
        check(figure)


def test_what_is_left_and_whose_cash_it_is_open_to_entries() -> None:
    ledger = wendleshires_books()

    for row in unspent(ledger, YEAR, AT_YEAR_END):
        for basis in Basis:
            figure = ask_by_name("ledger.unspent", ledger, basis=basis.value, by="source", key=row.key)
            assert figure.value == row.on(basis), figure.label
            check(figure)
    for partner, months in cash_position(ledger, YEAR, AT_YEAR_END).months.items():
        gap = ask_by_name("ledger.cash_gap", ledger, partner=partner)
        assert gap.value == months[-1].gap_pence
        check(gap)


def test_every_balance_of_the_trial_balance_opens_to_its_postings() -> None:
    ledger = wendleshires_books(quarters=1)

    for row in trial_balance(ledger, AT_YEAR_END).rows[:4]:
        for account, pence in row.balances.items():
            column = f"account-{int(account)}"
            figure = ask_by_name("ledger.amount", ledger, column=column, by="source", key=row.source)
            assert figure.value == pence
            check(figure)


# -- what a figure says


def test_a_forecast_that_is_missing_is_a_part_that_is_not_known() -> None:
    ledger = the_ledger()
    a_budget(ledger, REABLEMENT, nhs=1_200)
    a_budget(ledger, EQUIPMENT_LINE, nhs=600)
    a_forecast(ledger, REABLEMENT, 1_100)

    found = ask_by_name("ledger.amount", ledger, column="forecast", by="all")

    assert (found.value, found.unknown) == (1_100, 1)
    assert "1 part is not known" in sentence(found)
    assert ask_by_name("ledger.variance", ledger, basis="forecast", by="all").value is None


def test_an_entry_says_what_reverses_it() -> None:
    ledger = the_ledger()
    posted(ledger, Kind.OPEN, 1_000, source=NHS)
    posted(ledger, Kind.ACTUAL, 500, key="A1", line=REABLEMENT, source=NHS)
    posted(ledger, Kind.REFUND, 200, key="R1", of="A1")

    cell = ask_by_name("ledger.cell", ledger, column="net", line=REABLEMENT, source=NHS, month="2024-05-01")

    recorded = "Scheme expenditure, recorded 1 October 2024 09:30 UTC"
    assert [(fact.value, fact.source) for fact in cell.parts] == [  # type: ignore[union-attr]
        (500, f"entry 2, {recorded}; entry 3 (Credit or reversal) follows it"),
        (-200, f"entry 3, {recorded}; follows entry 2 (Spend from an export)"),
    ]


def test_a_figure_of_a_page_asks_the_question_that_answers_it() -> None:
    ledger = wendleshires_books(quarters=1)
    asked = asked_for(ledger.uuid, YEAR, YEAR_END, NOW + timedelta(days=1))

    for row in statement(ledger, YEAR, AsAt(YEAR_END), By.LINE).rows[:3]:
        figure = figures.shown(asked, "net", By.LINE, row.key, row.net_pence)
        assert ask(figure).value == figure.value
        assert figure.known_at == NOW + timedelta(days=1)


def test_a_figure_with_both_dates_says_the_same_after_later_postings() -> None:
    ledger = the_ledger()
    posted(ledger, Kind.OPEN, 1_000, source=NHS)
    posted(ledger, Kind.ACTUAL, 500, line=REABLEMENT, source=NHS)
    before = ask_by_name("ledger.total", ledger, column="net", by="line", known_at=NOW)

    posted(ledger, Kind.ACTUAL, 300, line=REABLEMENT, source=NHS, at=NOW + timedelta(hours=1))

    assert ask(before) == before
    assert ask_by_name("ledger.total", ledger, column="net", by="line").value == 800


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("ledger.total", {"column": "profit", "by": "line"}, "no amount ‘profit’"),
        ("ledger.total", {"column": "net", "by": "colour"}, "not grouped by ‘colour’"),
        ("ledger.cell", {"column": "net", "source": NHS, "month": "May"}, "‘May’ is no month"),
        ("ledger.variance", {"basis": "moon", "by": "all"}, "no variance ‘moon’"),
        ("ledger.unspent", {"basis": "moon", "by": "source", "key": NHS}, "no basis ‘moon’"),
        ("ledger.memorandum", {"row": "moon"}, "no row ‘moon’"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_what_there_is(
    name: str, arguments: dict[str, str], said: str
) -> None:
    ledger = the_ledger()

    with pytest.raises(QuestionError, match=said):
        ask_by_name(name, ledger, **arguments)


def test_books_that_do_not_exist_are_not_asked() -> None:
    with pytest.raises(QuestionError, match="no such books"):
        find_question("ledger.total").answer(UUID(int=1), YEAR, "net", "line", YEAR_END)


def test_whoever_may_see_the_area_may_ask_and_nobody_else() -> None:
    ledger = wendleshires_books(quarters=1)
    reader: Person = a_person("finance@northmere.example", (northmere(), Role.READER))
    stranger = a_person("someone@elsewhere.example", (a_body("Elsewhere ICB", ods_code="XE1"), Role.READER))
    arguments = {"ledger": ledger.uuid, "year": YEAR, "column": "net", "by": "category", "as_at": YEAR_END}

    figure = find_question("ledger.total").ask(reader, arguments)

    assert figure is not None
    assert all(row.query for row in rows(figure, reader))
    assert find_question("ledger.total").ask(stranger, arguments) is None
    assert [row.note for row in rows(figure, stranger)] == ["not yours to see"] * 7


# -- whatever is posted

KINDS = st.sampled_from(["receive", "actual", "budget", "forecast", "income"])
happenings = st.lists(
    st.tuples(
        KINDS,
        st.sampled_from([NHS, GRANT, COUNCIL]),
        st.sampled_from([REABLEMENT, EQUIPMENT_LINE, CARE]),
        st.integers(1, 10**6),
        st.integers(0, 364),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=happenings, day=st.integers(0, 364), column=st.sampled_from(sorted(COLUMNS)), by=st.sampled_from(list(By)))
def test_any_figure_of_any_books_is_made_again_from_its_parts(
    found: list[tuple[str, str, str, int, int]], day: int, column: str, by: By, db: None
) -> None:
    from django.db import transaction

    with transaction.atomic():
        ledger = a_ledger_of(_fund())
        for what, source, line, pence, after in found:
            _happen(ledger, what, source, line, pence, date(2024, 4, 1) + timedelta(days=after))
        as_at = date(2024, 4, 1) + timedelta(days=day)
        for name, arguments in (
            ("ledger.total", {"column": column, "by": by.value}),
            ("ledger.amount", {"column": column, "by": "all"}),
            ("ledger.variance", {"basis": "to_date", "by": "all"}),
            ("ledger.unspent", {"basis": "forecast", "by": "source", "key": NHS}),
            ("ledger.memorandum", {"row": "closing"}),
        ):
            check(ask_by_name(name, ledger, as_at=as_at, **arguments))
        transaction.set_rollback(True)


def _fund() -> Any:
    fund = a_fund(wendleshire())
    a_partner(fund, the_council(), "host")
    a_partner(fund, northmere())
    a_partner(fund, south_wendle())
    return fund


def _happen(ledger: Ledger, what: str, source: str, line: str, pence: int, on: date) -> None:
    from commonpool.ledger.actions.posting import post_drafts
    from commonpool.ledger.rules import posting
    from commonpool.ledger.rules.entries import Draft

    if what == "receive":
        posted(ledger, Kind.RECEIVE, pence, source=source, on=on)
    elif what == "actual":
        posted(ledger, Kind.ACTUAL, pence, line=line, source=source, on=on)
    else:
        legs = {
            "budget": lambda: posting.allocated(MAIN, {source: pence}, line),
            "forecast": lambda: posting.forecast(MAIN, {source: pence}, line),
            "income": lambda: posting.income_of_line(MAIN, {source: pence}, line),
        }[what]()
        key = f"{what}/{ledger.entries.count()}"
        post_drafts(actor=None, at=NOW, ledger=ledger, drafts=[Draft(key, what, on, legs)], action="ledger.post")
