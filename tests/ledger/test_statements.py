"""The statement of a year: by quarter and category to the penny, gross beside net, the same total however grouped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from commonpool.ledger.actions import spending
from commonpool.ledger.actions.posting import post_drafts
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.as_at import AsAt, cutoff
from commonpool.ledger.queries.statements import bridge, scheme_table, statement
from commonpool.ledger.queries.sums import GROUPED, known, one_cell
from commonpool.ledger.rules import posting
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.entries import Draft
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.rules.statements import statement as rules
from commonpool.ledger.rules.statements.names import By, Cell, KnownLine, KnownSource, Names
from commonpool.money import half_up
from commonpool.periods import FINANCIAL_YEAR
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
    opened,
    posted,
    the_ledger,
)
from tests.ledger.wendleshire_year import (
    AT_YEAR_END,
    QUARTER_ENDS,
    SHARES,
    advanced,
    settled,
    wendleshires_books,
)

MONTHS = FINANCIAL_YEAR.periods(YEAR)


def a_budget(ledger: Ledger, line: str, on: date = date(2024, 4, 1), **pence: int) -> None:
    """Budget of a line: nhs=, grant=, council=."""
    codes = {"nhs": NHS, "grant": GRANT, "council": COUNCIL}
    legs = posting.allocated(MAIN, {codes[name]: amount for name, amount in pence.items()}, line)
    key = f"budget/{line}/{on}/{ledger.entries.count()}"
    post_drafts(actor=None, at=NOW, ledger=ledger, drafts=[Draft(key, "budget", on, legs)], action="ledger.budget")


def a_forecast(ledger: Ledger, line: str, pence: int, source: str = NHS) -> None:
    legs = posting.forecast(MAIN, {source: pence}, line)
    draft = Draft(f"forecast/{line}/{ledger.entries.count()}", "forecast", date(2024, 6, 1), legs)
    post_drafts(actor=None, at=NOW, ledger=ledger, drafts=[draft], action="ledger.forecast")


# -- Wendleshire's year, section 9.5


@pytest.mark.django_db
def test_wendleshires_year_to_date_by_category_and_quarter_is_that_of_section_9_5() -> None:
    ledger = wendleshires_books()

    made = statement(ledger, YEAR, AT_YEAR_END, By.CATEGORY)

    assert {row.key: row.quarters() for row in made.rows} == {
        "NHS_MIN": (12_764_442_62, 26_181_520_68, 39_598_598_74, 53_668_312_25),
        "NHS_ADD": (287_500_00, 600_000_00, 912_500_00, 1_250_000_00),
        "IBCF": (2_625_377_30, 5_479_048_28, 8_332_719_26, 11_414_683_90),
        "DFG": (808_571_48, 1_994_476_31, 3_449_904_97, 5_390_476_52),
        "LA_ADD": (493_419_17, 1_029_744_36, 1_566_069_55, 2_145_300_75),
        "DISCH_LA": (482_942_70, 1_073_206_00, 1_878_110_50, 2_683_015_00),
        "DISCH_ICB": (534_105_00, 1_186_900_00, 2_077_075_00, 2_967_250_00),
    }
    assert made.total.quarters() == (17_996_358_27, 37_544_895_63, 57_814_978_02, 79_519_038_42)


@pytest.mark.django_db
def test_wendleshires_plan_and_variance_by_source_of_money_are_those_of_section_9_5() -> None:
    ledger = wendleshires_books()

    made = statement(ledger, YEAR, AT_YEAR_END, By.CATEGORY)

    assert [(row.key, row.planned_pence, row.variance_for_year_pence) for row in made.rows] == [
        ("NHS_MIN", 52_989_283_00, 679_029_25),
        ("NHS_ADD", 1_250_000_00, 0),
        ("IBCF", 11_482_906_00, -68_222_10),
        ("DFG", 5_913_448_00, -522_971_48),
        ("LA_ADD", 2_145_300_75, 0),
        ("DISCH_LA", 2_683_015_00, 0),
        ("DISCH_ICB", 3_054_000_00, -86_750_00),
    ]


@pytest.mark.django_db
def test_each_partners_plan_is_what_it_agreed_and_its_variance_its_net_cash_due_of_section_9_6() -> None:
    ledger = wendleshires_books()
    settled(ledger)

    made = statement(ledger, YEAR, AT_YEAR_END, by=By.PARTNER)

    assert {row.key: (row.planned_pence, row.variance_for_year_pence) for row in made.rows} == {
        "XW01": (22_224_669_75, 533_401_44 - 522_971_48 - 68_222_10),
        "XN1": (36_133_093_00, 36_289_29),
        "XS1": (21_160_190_00, 22_588_52),
    }


@pytest.mark.django_db
def test_a_net_variance_near_zero_does_not_hide_the_lines_under_it() -> None:
    ledger = wendleshires_books()

    total = statement(ledger, YEAR, AT_YEAR_END, By.POOL).total

    assert (total.planned_pence, total.net_pence, total.variance_to_date_pence) == (
        79_517_952_75,
        79_519_038_42,
        1_085_67,
    )
    assert (total.over_pence, total.under_pence) == (1_075_991_65, -1_074_905_98)
    assert statement(ledger, YEAR, AT_YEAR_END).sentence() == (
        "Net spend is £1,085.67 over plan to date: lines over plan come to £1,075,991.65, "
        "lines under it to £1,074,905.98."
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ends", "bridged"), [("as spent", "UNFUNDED"), ("advanced", "HOST_ADVANCE"), ("settled", "RISK_SHARE")]
)
def test_spend_by_category_and_spend_by_source_are_bridged_to_the_penny(ends: str, bridged: str) -> None:
    ledger = wendleshires_books()
    {"as spent": lambda _: None, "advanced": advanced, "settled": settled}[ends](ledger)

    minimum, *others = bridge(ledger, YEAR, AT_YEAR_END)

    assert dict(minimum.by_source) == {"NHS_MIN": 52_989_283_00, bridged: 679_029_25}
    assert (minimum.own_pence, minimum.bridged_pence, minimum.spent_pence) == (
        52_989_283_00,
        679_029_25,
        53_668_312_25,
    )
    assert [row.bridged_pence for row in others] == [0] * 6


@pytest.mark.django_db
def test_a_settled_overspend_is_spend_of_the_partners_that_bear_it() -> None:
    ledger = wendleshires_books()
    before = statement(ledger, YEAR, AT_YEAR_END, By.LINE)
    settled(ledger)

    by_money = statement(ledger, YEAR, AT_YEAR_END, By.SOURCE_CATEGORY)

    assert by_money.row("RISK_SHARE").net_pence == sum(SHARES.values()) == 679_029_25
    assert statement(ledger, YEAR, AT_YEAR_END, By.LINE).rows == before.rows


@pytest.mark.django_db
def test_the_scheme_by_source_table_has_both_margins_and_each_cell_is_found_alone() -> None:
    ledger = wendleshires_books()

    table = scheme_table(ledger, AT_YEAR_END, YEAR)

    assert table.pence == 79_519_038_42
    assert table.line_totals["2023-25/4"] == 6_702_118_33
    assert table.source_totals["NHS_MIN:XS1:2024-25"] == 20_018_590_00
    assert sum(table.line_totals.values()) == sum(table.source_totals.values()) == table.pence
    for (line, source), pence in table.cells.items():
        assert one_cell(ledger, AT_YEAR_END, line=line, source=source, year=YEAR) == pence


# -- as at any two dates


@pytest.mark.django_db
def test_a_statement_made_again_with_its_own_two_dates_says_what_it_said() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=1_000)
    told, told_later = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    posted(ledger, Kind.ACTUAL, 100, line=REABLEMENT, source=NHS, at=told)
    reported = statement(ledger, YEAR, AsAt(date(2024, 6, 30), told))

    posted(ledger, Kind.ACTUAL, 30, line=REABLEMENT, source=NHS, at=told_later)  # of May as well, told an hour later

    assert statement(ledger, YEAR, AsAt(date(2024, 6, 30), told)) == reported
    assert reported.total.net_pence == 100
    assert statement(ledger, YEAR, AsAt(date(2024, 6, 30), told_later)).total.net_pence == 130


@pytest.mark.django_db
def test_what_was_known_at_a_moment_is_the_entries_up_to_a_number() -> None:
    ledger = the_ledger()
    moments = [NOW + timedelta(minutes=minute) for minute in range(6)]
    for minute, moment in enumerate(moments):
        posted(ledger, Kind.OPEN, 100 + minute, source=NHS, at=moment)
    ledger.refresh_from_db()

    numbers = [cutoff(ledger, AsAt(date(2025, 3, 31), moment)) & 0xFFFFFFFF for moment in moments]
    between = cutoff(ledger, AsAt(date(2025, 3, 31), moments[2] + timedelta(seconds=30))) & 0xFFFFFFFF

    assert numbers == [1, 2, 3, 4, 5, 6]
    assert between == 3
    assert cutoff(ledger, AsAt(date(2025, 3, 31), moments[0] - timedelta(seconds=1))) & 0xFFFFFFFF == 0
    assert cutoff(ledger, AsAt(date(2025, 3, 31))) & 0xFFFFFFFF == 6


@pytest.mark.django_db
def test_months_that_have_not_begun_are_not_known_rather_than_nothing() -> None:
    ledger = wendleshires_books(quarters=2)

    made = statement(ledger, YEAR, AsAt(QUARTER_ENDS[1]), By.CATEGORY)

    assert made.total.months == (0, 0, 17_996_358_27, 0, 0, 19_548_537_36, None, None, None, None, None, None)
    assert made.total.quarters() == (17_996_358_27, 37_544_895_63, None, None)


@pytest.mark.django_db
def test_a_year_that_is_not_open_is_refused_with_those_that_are() -> None:
    ledger = the_ledger()

    with pytest.raises(LedgerError, match=r"2025-26 is not open in this ledger\. It has: 2024-25"):
        statement(ledger, "2025-26", AT_YEAR_END)


# -- each column


@pytest.mark.django_db
def test_a_row_has_plan_commitment_gross_income_net_and_forecast() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=10_000)
    a_budget(ledger, REABLEMENT, nhs=1_200)
    posted(ledger, Kind.ACTUAL, 500, line=REABLEMENT, source=NHS)
    line, pool = ledger.lines.get(code=REABLEMENT), ledger.pools.get(code=MAIN)
    said = {"actor": None, "at": NOW, "ledger": ledger, "pool": pool, "line": line, "on": date(2024, 5, 20)}
    spending.client_income(pence=80, **said)
    spending.place_order(pence=150, order="PO-1", **said)
    a_forecast(ledger, REABLEMENT, 1_300)

    row = statement(ledger, YEAR, AsAt(date(2024, 6, 30)), By.LINE).row(REABLEMENT)

    assert (row.planned_pence, row.planned_to_date_pence, row.committed_pence) == (1_200, 300, 150)
    assert (row.gross_pence, row.income_pence, row.net_pence) == (500, 80, 420)
    assert (row.variance_to_date_pence, row.variance_for_year_pence) == (120, -780)
    assert (row.forecast_pence, row.forecast_variance_pence) == (1_300, 100)
    assert row.uncommitted_pence == 1_200 - 420 - 150


@pytest.mark.django_db
def test_a_forecast_that_nobody_made_is_not_known_and_a_total_says_how_many_are_missing() -> None:
    ledger = the_ledger()
    a_budget(ledger, REABLEMENT, nhs=1_200)
    a_budget(ledger, EQUIPMENT_LINE, nhs=600)
    a_forecast(ledger, REABLEMENT, 1_100)

    made = statement(ledger, YEAR, AT_YEAR_END, By.LINE)

    assert [row.forecast_pence for row in made.rows] == [1_100, None]
    assert (made.total.forecast_pence, made.total.without_forecast) == (1_100, 1)
    assert made.total.forecast_variance_pence is None


@pytest.mark.django_db
def test_the_plan_to_date_follows_a_profile_where_a_line_has_one() -> None:
    ledger = the_ledger()
    a_budget(ledger, REABLEMENT, nhs=1_200)
    profiles = {REABLEMENT: [0, 0, 3, 0, 0, 3, 0, 0, 3, 0, 0, 3]}

    by_june, by_july = (
        statement(ledger, YEAR, AsAt(day), profiles=profiles).total.planned_to_date_pence
        for day in (date(2024, 6, 30), date(2024, 7, 31))
    )

    assert (by_june, by_july) == (300, 300)


@pytest.mark.django_db
def test_a_virement_counts_from_its_own_day() -> None:
    ledger = the_ledger()
    a_budget(ledger, REABLEMENT, nhs=1_200)
    legs = posting.vired(MAIN, {NHS: 200}, REABLEMENT, EQUIPMENT_LINE)
    draft = Draft("virement/1", "virement", date(2024, 9, 15), legs)
    post_drafts(actor=None, at=NOW, ledger=ledger, drafts=[draft], action="ledger.virement")

    before, after = (statement(ledger, YEAR, AsAt(day)) for day in (date(2024, 9, 14), date(2024, 9, 15)))

    assert [row.planned_pence for row in before.rows] == [1_200]
    assert [row.planned_pence for row in after.rows] == [1_000, 200]
    assert before.total.planned_pence == after.total.planned_pence == 1_200


@pytest.mark.django_db
def test_a_partners_statement_counts_its_sources_only() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=600, council=400)
    posted(ledger, Kind.ACTUAL, 500, line=CARE)

    icb, council = (statement(ledger, YEAR, AT_YEAR_END, partner=code).total.net_pence for code in ("XN1", "XW01"))

    assert (icb, council) == (300, 200)


# -- whatever the postings

SOURCES = {code: KnownSource(code, code[-1], f"CATEGORY {code[0]}", YEAR) for code in ("AX", "AY", "BX", "BY")}
LINES = {
    code: KnownLine(code, code, category=f"CATEGORY {'AB'[number % 2]}", provider=f"P{number % 3}")
    for number, code in enumerate(("L1", "L2", "L3", "L4", "L5"))
}
NAMES = Names(LINES, SOURCES, {"M": "Main", "E": "Equipment"})
DAY = date(2024, 11, 10)

cells = st.lists(
    st.builds(
        Cell,
        account=st.sampled_from(
            [Account.EXPENDITURE, Account.ALLOCATED, Account.COMMITTED, Account.FORECAST_SPEND, Account.CASH]
        ),
        line=st.sampled_from(list(LINES)),
        source=st.sampled_from(list(SOURCES)),
        pool=st.sampled_from(["M", "E"]),
        provider=st.sampled_from(["", "P9", posting.INCOME]),
        month=st.sampled_from([month.starts_on for month in MONTHS[:8]] + [date(2024, 3, 1)]),
        pence=st.integers(-(10**9), 10**9).filter(bool),
    ),
    max_size=40,
)


@given(found=cells)
def test_every_grouping_has_the_same_total(found: list[Cell]) -> None:
    made = [rules.statement(found, NAMES, MONTHS, by=by, day=DAY) for by in By]

    assert len({each.total for each in made}) == 1


@given(found=cells, by=st.sampled_from(list(By)))
def test_the_rows_add_up_to_the_total(found: list[Cell], by: By) -> None:
    made = rules.statement(found, NAMES, MONTHS, by=by, day=DAY)

    for name in ("planned_pence", "planned_to_date_pence", "committed_pence", "gross_pence", "income_pence"):
        assert sum(getattr(row, name) for row in made.rows) == getattr(made.total, name)
    forecasts = [row.forecast_pence for row in made.rows if row.forecast_pence is not None]
    assert sum(forecasts) == (made.total.forecast_pence or 0)
    assert made.total.over_pence + made.total.under_pence == made.total.variance_to_date_pence


@given(found=cells, by=st.sampled_from(list(By)))
def test_every_amount_is_what_a_plain_sum_over_the_postings_gives(found: list[Cell], by: By) -> None:
    made = rules.statement(found, NAMES, MONTHS, by=by, day=DAY)

    for row in made.rows:
        mine = [cell for cell in found if NAMES.key(by, cell) == row.key]
        in_year = [cell for cell in mine if cell.month >= date(2024, 4, 1)]
        spent = [cell for cell in in_year if cell.account is Account.EXPENDITURE]
        assert row.planned_pence == sum(cell.pence for cell in in_year if cell.account is Account.ALLOCATED)
        assert row.committed_pence == sum(cell.pence for cell in mine if cell.account is Account.COMMITTED)
        assert row.net_pence == sum(cell.pence for cell in spent)
        assert row.income_pence == -sum(cell.pence for cell in spent if cell.provider == posting.INCOME)
        by_month = Counter({month.starts_on: 0 for month in MONTHS})
        for cell in spent:
            by_month[cell.month] += cell.pence
        assert row.months[:8] == tuple(by_month[month.starts_on] for month in MONTHS[:8])
        assert row.months[8:] == (None,) * 4


def months_ended(day: date) -> Fraction:
    """How many months of the year are over, a part of one by its days."""
    parts = (Fraction(max(0, min((day - month.starts_on).days + 1, month.days)), month.days) for month in MONTHS)
    return sum(parts, Fraction(0))


@given(pence=st.integers(-(10**12), 10**12), days=st.integers(0, 364))
def test_the_plan_to_date_is_within_two_pence_of_the_exact_share_of_the_year(pence: int, days: int) -> None:
    day = date(2024, 4, 1) + timedelta(days=days)

    found = rules.planned_to_date(pence, MONTHS, day)

    assert abs(found - half_up(Fraction(pence) * months_ended(day) / 12)) <= 2
    assert rules.planned_to_date(pence, MONTHS, MONTHS[-1].ends_on) == pence


# -- how it is read


def _plan_of(ledger: Ledger, accounts: Sequence[Account]) -> str:
    from django.db.models import Sum

    counted = known(ledger, AT_YEAR_END).filter(account__gte=accounts[0], account__lte=accounts[1])
    return counted.values_list(*GROUPED).annotate(summed=Sum("pence")).explain()


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses its plan by the size of the table")
def test_a_statement_is_one_pass_over_an_index_without_touching_the_table_or_sorting() -> None:
    ledger = the_ledger()

    plan = _plan_of(ledger, (Account.EXPENDITURE, Account.FORECAST_RESERVE))

    assert "COVERING INDEX posting_for_statements" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.django_db
def test_a_statement_asks_the_database_the_same_few_things_whatever_its_size(
    django_assert_max_num_queries: object,
) -> None:
    ledger = wendleshires_books(quarters=1)

    with django_assert_max_num_queries(10) as asked:  # type: ignore[operator]
        statement(ledger, YEAR, AT_YEAR_END)

    assert sum("SUM(" in query["sql"] for query in asked.captured_queries) == 1
