"""The list of entries, one entry, and what follows one: payments, credits, reversals."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonpool.ledger.actions.closing import soft_close
from commonpool.ledger.actions.drawing import set_policy
from commonpool.ledger.actions.virements import propose_virement, set_limit
from commonpool.ledger.models import Entry, Held, Ledger, Period
from commonpool.ledger.queries.entry_page import entry_page
from commonpool.ledger.queries.entry_words import KINDS
from commonpool.ledger.rules.events import Kind
from tests.funds.builders import NOW
from tests.ledger.filling import filled_ledger
from tests.ledger_web.builders import (
    DFG,
    NHS_NORTH,
    a_reader,
    as_,
    frozen,
    line_of,
    main_of,
    manager,
    paid_books,
    planned_books,
    spent,
    text_of,
    typed,
)

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2024, 9, 20)


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    frozen(monkeypatch)
    return paid_books()


def entries_of(ledger: Ledger, query: str = "") -> Any:
    return as_(a_reader()).get(reverse("ledger:entries", args=[ledger.uuid]) + query)


def page_of(entry: Entry, name: str = "entry") -> str:
    return reverse(f"ledger:{name}", args=[entry.uuid])


# -- the list


def test_entries_are_listed_newest_first_with_what_they_say(ledger: Ledger) -> None:
    entry = spent(ledger, "4", 1_000_00)

    response = entries_of(ledger)

    first = response.context["listing"].shown[0]
    assert (first.number, first.kind, first.line, first.source, first.pence) == (
        entry.number,
        "Invoice",
        "4 Step-up / step-down beds",
        "2 sources",
        1_000_00,
    )
    assert f"{entry.number} entries, 1 to 50 shown" in text_of(response)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?kind=Invoice", 1),
        ("?kind=Contribution+due", 54),
        ("?book=Budget", 16),
        ("?line=4+Step-up+%2F+step-down+beds", 2),
        ("?source=Disabled+Facilities+Grant%2C+Wendleshire+County+Council%2C+2024-25", 8),
        ("?period=Sep+2024", 10),
        ("?key=INV", 1),
        ("?kind=Invoice&period=Apr+2024", 0),
        ("?kind=Nonsense", 0),
    ],
)
def test_entries_are_narrowed_by_the_database(ledger: Ledger, query: str, count: int) -> None:
    spent(ledger, "4", 1_000_00)

    listing = entries_of(ledger, query).context["listing"]

    assert len(listing.matching) == count


@pytest.mark.parametrize(("sort", "first"), [("entry", 1), ("-entry", 71), ("date", 1), ("-date", 71), ("zzz", 71)])
def test_entries_are_sorted_by_the_database(ledger: Ledger, sort: str, first: int) -> None:
    spent(ledger, "4", 1_000_00)

    assert entries_of(ledger, f"?sort={sort}").context["listing"].shown[0].number == first


def test_every_kind_that_the_list_offers_has_words_and_every_posted_kind_is_offered(ledger: Ledger) -> None:
    spent(ledger, "4", 1_000_00)

    assert set(ledger.entries.values_list("kind", flat=True)) <= set(KINDS)
    assert {kind.value for kind in Kind} <= set(KINDS)


def test_the_second_page_goes_on_where_the_first_ends(ledger: Ledger) -> None:
    first = entries_of(ledger).context["listing"]
    second = entries_of(ledger, "?page=2").context["listing"]

    numbers = [row.number for row in first.shown] + [row.number for row in second.shown]
    assert numbers == list(range(ledger.entry_count, 0, -1))


def test_the_file_has_every_matching_entry_in_pounds_and_is_sent_while_it_is_read(ledger: Ledger) -> None:
    spent(ledger, "4", 1_234_56)

    response = entries_of(ledger, "?download=csv&kind=Invoice")

    content = b"".join(response.streaming_content).decode()
    assert content.startswith("\ufeffEntry,Concerns,Counts on,Recorded at,What,Book,Month")
    assert "Invoice,Actual,Sep 2024,4 Step-up / step-down beds,2 sources,1234.56,invoice/INV-70,invented" in content
    assert len(content.splitlines()) == 2


def test_books_without_an_entry_say_what_would_be_there() -> None:
    from commonpool.ledger.actions.opening import open_ledger
    from tests.funds.builders import the_fund_with_partners

    empty = open_ledger(actor=None, at=NOW, fund=the_fund_with_partners(), year="2024-25")

    assert "Nothing has been posted yet." in text_of(entries_of(empty))


def test_a_page_of_many_entries_asks_no_more_than_one_of_few() -> None:
    ledger = filled_ledger(20_000)

    with CaptureQueriesContext(connection) as few:
        entries_of(ledger, "?key=budget")
    with CaptureQueriesContext(connection) as many:
        shown = entries_of(ledger, "?page=17").context["listing"].shown

    assert len(shown) == 50
    assert len(many) <= len(few)
    assert all("LIMIT 50" in query["sql"] for query in many if 'ledger_entry"."hash' in query["sql"])


# -- one entry


def test_an_entry_says_what_why_when_and_by_whom(ledger: Ledger) -> None:
    entry = spent(ledger, "4", 1_000_00)

    page = text_of(as_(a_reader()).get(page_of(entry)))

    assert "£1,000.00 was invoiced on 4 Step-up / step-down beds." in page
    assert "in proportion to what each held" in page
    assert "This is the books’ own rule" in page
    assert "by the system" in page
    assert entry.hash in page and entry.previous in page
    assert "Enter its payment" not in page, "one who reads finds no button"


@pytest.mark.requirement("S31")
def test_the_legs_of_every_source_sum_to_zero(ledger: Ledger) -> None:
    page = entry_page(spent(ledger, "4", 1_000_00))

    for group in page.groups:
        assert sum(row.debit_pence or 0 for row in group.rows) == sum(row.credit_pence or 0 for row in group.rows)
    assert sum(group.pence for group in page.groups) == 1_000_00


def test_an_agreed_policy_is_named_with_its_reason(ledger: Ledger) -> None:
    set_policy(
        actor=None,
        at=NOW,
        ledger=ledger,
        line=line_of(ledger, "4"),
        text=f"fixed:{NHS_NORTH}=3/NHS_MIN:XS1:2024-25=1",
        starts_on=date(2024, 4, 1),
        reason="Board of 2 May",
    )

    page = entry_page(spent(ledger, "4", 1_000_00))

    assert page.why[0].startswith("First in agreed parts: Minimum NHS Contribution, NHS Northmere ICB, 2024-25 3 and")
    assert page.why[1] == "So it was agreed, version 1, from 1 April 2024: Board of 2 May."


def test_what_no_source_covered_is_said(ledger: Ledger) -> None:
    page = entry_page(spent(ledger, "9", 700_000_00, Kind.ACTUAL))

    assert "£75,000.00 is covered by no source." in page.drawn
    assert "£75,000.00 could be drawn from none of these" in page.why[-1]


def test_a_late_item_says_in_which_month_it_counts_and_why(ledger: Ledger) -> None:
    may = Period.objects.get(label="May 2024")
    Period.objects.filter(label="Apr 2024").update(state="closed")

    page = text_of(as_(a_reader()).get(page_of(spent(ledger, "4", 100, on=date(2024, 4, 9)))))

    assert f"{may.label}, because the period of its own day was closed when it was posted" in page


def test_every_entry_of_a_year_has_a_sentence(ledger: Ledger) -> None:
    entry = spent(ledger, "4", 1_000_00, Kind.ACCRUE)
    soft_close(actor=None, at=NOW, period=entry.period)

    for each in ledger.entries.all():
        page = entry_page(each)
        assert page.sentence.endswith(".") and "no line" not in page.sentence and "no source" not in page.sentence


def test_a_virement_says_from_which_line_to_which(ledger: Ledger) -> None:
    who = manager()
    set_limit(
        actor=who,
        at=NOW,
        ledger=ledger,
        role="pool_manager",
        limit_pence=None,
        needs_all_partners_above_pence=None,
        starts_on=date(2024, 4, 1),
    )
    propose_virement(
        actor=who,
        at=NOW,
        ledger=ledger,
        pool=main_of(ledger),
        from_line=line_of(ledger, "1"),
        to_line=line_of(ledger, "4"),
        pence=5_00,
        on=SEPTEMBER,
        reason="More beds.",
    )
    page = entry_page(ledger.entries.get(kind="virement"))

    assert page.sentence == ("£5.00 of budget moves from 1 Joint reablement service to 4 Step-up / step-down beds.")
    assert (page.standing_pence, page.unpaid_pence) == (0, 0), "another virement moves it back"


# -- what follows one


@pytest.mark.requirement("S31")
def test_an_invoice_is_paid_in_parts_in_its_own_split(ledger: Ledger) -> None:
    invoice = spent(ledger, "4", 1_000_00)
    form = as_(manager()).get(page_of(invoice, "pay")).content.decode()

    first = as_(manager()).post(page_of(invoice, "pay"), {"pence": "400", **typed(SEPTEMBER)}, follow=True)
    too_much = as_(manager()).post(page_of(invoice, "pay"), {"pence": "601", **typed(SEPTEMBER)})
    as_(manager()).post(page_of(invoice, "pay"), {"pence": "600", **typed(SEPTEMBER)})
    nothing = as_(manager()).get(page_of(invoice, "pay"), follow=True)

    assert 'value="1000.00"' in form, "what is unpaid stands there"
    assert "£400.00 was paid for 4 Step-up / step-down beds." in text_of(first)
    assert f"It follows entry {invoice.number}: Invoice, £1,000.00" in text_of(first)
    assert "£601.00 is more than is unpaid of" in text_of(too_much) and 'value="601"' in too_much.content.decode()
    assert "Nothing of this entry is unpaid." in text_of(nothing)
    assert entry_page(invoice).unpaid_pence == 0
    assert [near.pence for near in entry_page(invoice).followers] == [400_00, 600_00]


def test_an_entry_is_taken_back_in_parts_with_a_reason_that_is_kept(ledger: Ledger) -> None:
    invoice = spent(ledger, "4", 1_000_00)
    held = sum(Held.objects.values_list("pence", flat=True))
    given = {"pence": "250.00", "why": "Two beds were not used.", "reference": "CN-1", **typed(SEPTEMBER)}

    response = as_(manager()).post(page_of(invoice, "reverse"), given, follow=True)

    page = text_of(response)
    assert "£250.00 of an invoice (INV-70) was taken back." in page
    assert "Why: Two beds were not used." in page
    assert "by Pool Manager" in page
    assert entry_page(invoice).standing_pence == 750_00
    assert entry_page(invoice).unpaid_pence == 750_00
    assert sum(Held.objects.values_list("pence", flat=True)) == held + 250_00


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"why": ""}, "Fill in ‘Reason’."),
        ({"why": "   "}, "Fill in ‘Reason’."),
        ({"pence": "1000.01"}, "£1,000.01 is more than still stands of"),
        ({"pence": "0"}, "‘0’ is not above zero"),
    ],
)
def test_what_is_wrong_with_a_credit_is_said_and_nothing_is_posted(
    ledger: Ledger, wrong: dict[str, str], said: str
) -> None:
    invoice = spent(ledger, "4", 1_000_00)
    given = {"pence": "250.00", "why": "Not used.", **typed(SEPTEMBER), **wrong}

    page = text_of(as_(manager()).post(page_of(invoice, "reverse"), given))

    assert said in page
    assert not invoice.followers.exists()


def test_money_that_was_spent_since_cannot_be_taken_back(ledger: Ledger) -> None:
    due = ledger.entries.filter(kind="due", postings__source__code=DFG)[0]
    spent(ledger, "12", 2_956_724_00)

    page = text_of(as_(manager()).post(page_of(due, "reverse"), {"pence": "1.00", "why": "Wrong.", **typed(SEPTEMBER)}))

    assert "has been spent since, so it cannot go back" in page


@pytest.mark.parametrize("kind", ["budget", "refund"])
def test_what_has_a_step_of_its_own_is_not_taken_back_here(ledger: Ledger, kind: str) -> None:
    invoice = spent(ledger, "4", 1_000_00)
    as_(manager()).post(page_of(invoice, "reverse"), {"pence": "1.00", "why": "Wrong.", **typed(SEPTEMBER)})
    entry = ledger.entries.filter(kind=kind)[0]

    page = text_of(as_(manager()).get(page_of(entry, "reverse"), follow=True))

    assert "Nothing of this entry can be taken back this way." in page
    assert "Credit or reverse it" not in page


def test_the_planned_books_list_their_budget_alone() -> None:
    ledger = planned_books()

    rows = entries_of(ledger).context["listing"].shown

    assert {row.kind for row in rows} == {"Budget"}
    assert sum(row.pence for row in rows) == 79_517_952_75
