"""Partners' exports brought into the books: whole or not at all, once, and only what moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from commonpool.audit.models import AuditEvent
from commonpool.ledger.actions.importing import keep_look, look_at, post_import, receive_file, save_mapping
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.files import kept_file
from commonpool.ledger.models import Entry, Held, Import, Ledger, Posting
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.rules.extracts import CodeMeaning, ColumnMapping, DateForm, Role, RowKind, Style
from tests.ledger.builders import MAIN, NHS, NOW, YEAR, opened, partner_of, posted, the_ledger

pytestmark = pytest.mark.django_db
UNFUNDED = "UNFUNDED:XW01:2024-25"
EXTRACT = ColumnMapping(
    Style.PERIODIC,
    {Role.COST_CENTRE: "cc"},
    periods={"apr": "Apr-24", "may": "May-24"},
    dates=DateForm.PERIOD,
    codes={"C100": CodeMeaning("1"), "C600": CodeMeaning("6"), "I600": CodeMeaning("6", RowKind.INCOME)},
)
TRANSACTIONS = ColumnMapping(
    Style.TRANSACTIONS,
    {
        Role.DATE: "date",
        Role.AMOUNT: "amount",
        Role.SCHEME_LINE: "line",
        Role.REFERENCE: "ref",
        Role.PROVIDER: "payee",
        Role.NARRATIVE: "what",
    },
)


@pytest.fixture
def ledger() -> Ledger:
    made = the_ledger()
    opened(made, nhs=1_000_00)
    return made


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    settings.COMMONPOOL_HOME = tmp_path


def brought(ledger: Ledger, text: str, mapping: ColumnMapping, who: str = "XWC", name: str = "export.csv") -> Import:
    """The file as it is after it was looked at."""
    partner = partner_of(ledger.fund, who)
    save_mapping(actor=None, at=NOW, ledger=ledger, partner=partner, mapping=mapping)
    held = receive_file(
        actor=None,
        at=NOW,
        ledger=ledger,
        partner=partner,
        pool=ledger.pools.get(code=MAIN),
        year=YEAR,
        file_name=name,
        chunks=[text.encode()],
    )
    return keep_look(held=held, look=look_at(held), at=NOW)


def imported(ledger: Ledger, text: str, mapping: ColumnMapping, who: str = "XWC") -> Import:
    return post_import(actor=None, at=NOW, held=brought(ledger, text, mapping, who))


def spent() -> dict[str, int]:
    """line -> net pence in the books."""
    found: dict[str, int] = {}
    for line, pence in Posting.objects.filter(account=Account.EXPENDITURE).values_list("line__line_id", "pence"):
        found[line] = found.get(line, 0) + pence
    return found


def test_an_extract_with_earlier_months_restated_posts_only_what_moved(ledger: Ledger) -> None:
    imported(ledger, "cc,apr,may\nC100,100.00,\nC600,50.00,\n", EXTRACT)

    second = imported(ledger, "cc,apr,may\nC100,90.00,120.00\nC600,50.00,0.00\n", EXTRACT)

    assert second.summary["to_post"] == 2
    assert second.summary["movement_pence"] == 110_00
    assert spent() == {"1": 210_00, "6": 50_00}
    moved = Entry.objects.filter(kind__in=["actual", "restate"]).order_by("number")
    assert [(entry.kind, entry.happened_on) for entry in moved][2:] == [
        ("actual", date(2024, 5, 31)),
        ("restate", date(2024, 4, 30)),
    ]


def test_the_same_extract_again_posts_nothing(ledger: Ledger) -> None:
    imported(ledger, "cc,apr,may\nC100,100.00,5.00\n", EXTRACT)
    before = Entry.objects.count()

    again = imported(ledger, "cc,apr,may\nC100,100.00,5.00\n", EXTRACT)

    assert again.state == Import.State.REPEATED
    assert Entry.objects.count() == before


def test_income_of_a_line_is_a_leg_of_its_own_and_is_not_netted(ledger: Ledger) -> None:
    imported(ledger, "cc,apr,may\nC600,50.00,\nI600,-8.00,\n", EXTRACT)

    legs = Posting.objects.filter(account=Account.EXPENDITURE, line__line_id="6").order_by("entry", "position")
    assert [(leg.provider, leg.pence) for leg in legs] == [("", 50_00), ("INCOME", -8_00)]


def test_spend_beyond_the_money_is_posted_and_the_uncovered_part_stands_by_itself(ledger: Ledger) -> None:
    imported(ledger, "cc,apr,may\nC100,1200.00,\n", EXTRACT)

    held = dict(Held.objects.values_list("source__code", "pence"))
    assert held == {NHS: 0, UNFUNDED: -200_00}


def test_spend_of_one_day_draws_in_the_plan_s_order_whatever_the_order_of_the_rows(ledger: Ledger) -> None:
    imported(ledger, "cc,apr,may\nC600,700.00,\nC100,600.00,\n", EXTRACT)

    drawn = Posting.objects.filter(account=Account.EXPENDITURE).order_by("entry__number", "source__code")
    assert list(drawn.values_list("line__line_id", "source__code", "pence")) == [
        ("1", NHS, 600_00),
        ("6", NHS, 400_00),
        ("6", UNFUNDED, 300_00),
    ]


def test_a_correction_pays_the_uncovered_part_back_first(ledger: Ledger) -> None:
    imported(ledger, "cc,apr,may\nC100,1200.00,\n", EXTRACT)

    imported(ledger, "cc,apr,may\nC100,900.00,\n", EXTRACT)

    assert dict(Held.objects.values_list("source__code", "pence")) == {NHS: 100_00, UNFUNDED: 0}


def test_transactions_post_once_whatever_file_they_come_in(ledger: Ledger) -> None:
    header = "date,line,amount,ref,payee,what\n"
    imported(ledger, header + "01/05/2024,1,10.00,A1,,\n", TRANSACTIONS)

    second = imported(ledger, header + "01/05/2024,1,10.00,A1,,\n02/05/2024,1,5.00,A2,,\n", TRANSACTIONS)

    assert spent() == {"1": 15_00}
    assert any("1 of 2 rows were posted by an earlier file" in found["problem"] for found in second.findings)


def test_a_row_that_is_posted_and_now_says_something_else_stops_the_whole_file(ledger: Ledger) -> None:
    header = "date,line,amount,ref,payee,what\n"
    imported(ledger, header + "01/05/2024,1,10.00,A1,,\n", TRANSACTIONS)

    with pytest.raises(LedgerError, match="has errors, so nothing of it was posted"):
        imported(ledger, header + "01/05/2024,1,11.00,A1,,\n02/05/2024,1,5.00,A2,,\n", TRANSACTIONS)

    assert spent() == {"1": 10_00}


def test_half_a_file_is_never_posted(ledger: Ledger) -> None:
    held = brought(ledger, "cc,apr,may\nC100,100.00,5.00\nC6", EXTRACT)

    assert held.state == Import.State.PREVIEWED
    with pytest.raises(LedgerError, match="has errors"):
        post_import(actor=None, at=NOW, held=held)
    assert spent() == {}


def test_no_payee_and_no_narrative_is_kept_anywhere(
    ledger: Ledger, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    header = "date,line,amount,ref,payee,what\n"
    text = header + "01/05/2024,1,10.00,A1,Mrs Invented Testperson,care for Mrs Testperson\n"

    with django_capture_on_commit_callbacks(execute=True):
        held = imported(ledger, text, TRANSACTIONS)

    kept = f"{held.findings}{held.summary}{list(Entry.objects.values())}{list(Posting.objects.values())}"
    kept += str(list(AuditEvent.objects.values_list("before", "after")))
    assert "Testperson" not in kept
    assert not kept_file(held.sha256).exists()


def test_a_registered_organisation_stays_as_the_provider(ledger: Ledger) -> None:
    header = "date,line,amount,ref,payee,what\n"

    imported(ledger, header + "01/05/2024,1,10.00,A1,NHS South Wendle ICB,\n", TRANSACTIONS)

    assert set(Posting.objects.filter(account=Account.EXPENDITURE).values_list("provider", flat=True)) == {"XS1"}


def test_what_a_partner_paid_itself_comes_from_its_own_money_and_moves_no_cash(ledger: Ledger) -> None:
    posted(ledger, Kind.DUE, 300_00, source=NHS, on=date(2024, 4, 1))

    imported(ledger, "cc,apr,may\nC100,100.00,\n", EXTRACT, who="XN1")

    legs = Posting.objects.filter(entry__kind=Kind.PAY_DIRECT).values_list("account", "source__code", "pence")
    assert sorted(legs) == [(Account.RECEIVABLE, NHS, -100_00), (Account.EXPENDITURE, NHS, 100_00)]


def test_an_import_is_one_event_of_history(ledger: Ledger) -> None:
    imported(ledger, "cc,apr,may\nC100,100.00,5.00\n", EXTRACT)

    assert AuditEvent.objects.filter(action="ledger.import").count() == 1
