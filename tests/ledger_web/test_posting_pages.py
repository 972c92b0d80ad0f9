"""Posting on a page: what happened is asked first, then its form; what comes of it is shown by source."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from commonpool.ledger.actions.opening import add_pool
from commonpool.ledger.models import Entry, Held, Ledger
from commonpool.ledger.queries.entry_words import by_source, legs_of
from commonpool.ledger.rules.events import Kind
from tests.funds.builders import NOW, a_fund, a_partner, the_council
from tests.ledger_web.builders import (
    NHS_NORTH,
    NHS_SOUTH,
    YEAR,
    as_,
    frozen,
    line_of,
    main_of,
    manager,
    paid_books,
    spent,
    text_of,
    typed,
)

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2024, 9, 12)


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    frozen(monkeypatch)
    return paid_books()


def address(ledger: Ledger, kind: str) -> str:
    return reverse("ledger:post-kind", args=[ledger.uuid, kind])


def spend_of(ledger: Ledger, pounds: str, line_id: str = "4", **more: Any) -> dict[str, Any]:
    line, pool = line_of(ledger, line_id).uuid, main_of(ledger).uuid
    return {"line": line, "pence": pounds, "pool": pool, **typed(SEPTEMBER), **more}


def sent(ledger: Ledger, kind: str, given: dict[str, Any]) -> Any:
    return as_(manager()).post(address(ledger, kind), given, follow=True)


def newest(ledger: Ledger) -> Entry:
    return ledger.entries.order_by("-number")[0]


def split_of(entry: Entry) -> dict[str, int]:
    return by_source(entry.kind, legs_of(entry))


def test_what_happened_is_asked_first(ledger: Ledger) -> None:
    url = reverse("ledger:post", args=[ledger.uuid])

    page = text_of(as_(manager()).get(url))
    nothing = text_of(as_(manager()).post(url, {}))
    chosen = as_(manager()).post(url, {"kind": "accrual"})

    assert "Work was done and is not invoiced An accrual: it counts in this month" in page
    assert "Choose what happened." in nothing
    assert chosen["Location"] == address(ledger, "accrual")


def test_there_is_no_form_for_what_cannot_happen(ledger: Ledger) -> None:
    assert as_(manager()).get(address(ledger, "magic")).status_code == 404


def test_an_invoice_is_drawn_and_its_split_is_told(ledger: Ledger) -> None:
    page = text_of(sent(ledger, "invoice", spend_of(ledger, "1,000,000.00", reference="INV-1")))

    entry = newest(ledger)
    assert (entry.key, entry.kind) == ("invoice/INV-1", Kind.INVOICE)
    assert split_of(entry) == {NHS_NORTH: 622_214_36, NHS_SOUTH: 377_785_64}
    assert f"Posted as entry {entry.number}." in page
    assert "£1,000,000.00 was invoiced on 4 Step-up / step-down beds." in page
    assert "Drawn: £622,214.36 from Minimum NHS Contribution, NHS Northmere ICB, 2024-25 and £377,785.64 from" in page


def test_an_invoice_for_more_than_is_held_is_refused_in_the_books_words_by_name(ledger: Ledger) -> None:
    count = ledger.entry_count

    response = sent(ledger, "invoice", spend_of(ledger, "99,999,999.00", reference="INV-2"))

    page = text_of(response)
    assert "Wendleshire Better Care Fund is £73,505,357.50 short: £99,999,999.00 asked" in page
    assert "NHS_MIN:XN1" not in page, "people are told names, not codes"
    assert 'value="99,999,999.00"' in response.content.decode() and 'value="INV-2"' in response.content.decode()
    assert Ledger.objects.get().entry_count == count


def test_the_same_invoice_twice_is_one_entry_and_another_amount_under_its_number_is_refused(ledger: Ledger) -> None:
    sent(ledger, "invoice", spend_of(ledger, "10.00", reference="INV-3"))
    sent(ledger, "invoice", spend_of(ledger, "10.00", reference="INV-3"))

    page = text_of(sent(ledger, "invoice", spend_of(ledger, "11.00", reference="INV-3")))

    assert "‘invoice/INV-3’ was posted before with other content" in page
    assert ledger.entries.filter(kind=Kind.INVOICE).count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"line": ""}, "Choose an answer to ‘Scheme line’."),
        ({"pence": ""}, "Fill in ‘Amount’."),
        ({"pence": "NaN"}, "‘NaN’ is not an amount of money"),
        ({"pence": "1e30"}, "‘1e30’ is not an amount of money"),
        ({"pence": "0.00"}, "‘0.00’ is not above zero"),
        ({"pence": "(5.00)"}, "‘(5.00)’ is not above zero"),
        ({"on_day": "31", "on_month": "2"}, "‘31 2 2024’ is not a date"),
        ({"on_year": "2031"}, "12 September 2031 is outside the years of this ledger"),
        ({"line": "00000000-0000-0000-0000-000000000001"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_with_an_invoice_is_said_and_nothing_is_posted(
    ledger: Ledger, wrong: dict[str, str], said: str
) -> None:
    page = text_of(sent(ledger, "invoice", spend_of(ledger, "10.00", reference="X", **wrong)))

    assert said in page
    assert not ledger.entries.filter(kind=Kind.INVOICE).exists()


def test_an_accrual_is_cleared_by_its_invoice(ledger: Ledger) -> None:
    sent(ledger, "accrual", spend_of(ledger, "500.00", reference="A-1"))
    accrual = newest(ledger)
    entry_page = as_(manager()).get(reverse("ledger:entry", args=[accrual.uuid])).content.decode()
    form = text_of(as_(manager()).get(address(ledger, "invoice") + f"?accrual={accrual.uuid}"))

    sent(ledger, "invoice", spend_of(ledger, "480.00", reference="INV-4", accrual=accrual.uuid))

    assert f"?accrual={accrual.uuid}" in entry_page
    assert "4 Step-up / step-down beds: £500.00, 12 September 2024" in form
    kinds = list(ledger.entries.order_by("number").values_list("kind", flat=True))[-3:]
    assert kinds == ["accrue", "reverse", "invoice"]
    assert sum(Held.objects.values_list("pence", flat=True)) == 39_758_976_37 - 480_00


def test_work_that_no_source_covers_is_recorded_and_said(ledger: Ledger) -> None:
    page = text_of(sent(ledger, "accrual", spend_of(ledger, "700,000.00", line_id="9")))

    assert "£75,000.00 is covered by no source." in page


def test_what_a_partner_paid_itself_comes_from_its_own_money(ledger: Ledger) -> None:
    source = ledger.sources.get(code=NHS_SOUTH)

    page = text_of(sent(ledger, "direct", spend_of(ledger, "250.00", source=source.uuid, provider="VOLUNTARY")))

    entry = newest(ledger)
    assert (entry.kind, split_of(entry)) == ("pay_direct", {NHS_SOUTH: 250_00})
    assert (
        "NHS South Wendle ICB paid £250.00 for 4 Step-up / step-down beds by Charity / Voluntary Sector itself." in page
    )


def test_a_provider_is_a_kind_or_a_registered_organisation(ledger: Ledger) -> None:
    page = as_(manager()).get(address(ledger, "invoice")).content.decode()

    sent(ledger, "invoice", spend_of(ledger, "1.00", provider="XN1", reference="P-1"))
    wrong = text_of(sent(ledger, "invoice", spend_of(ledger, "1.00", provider="Dr A. Person", reference="P-2")))

    assert '<optgroup label="Kinds of provider">' in page and '<optgroup label="Registered organisations">' in page
    assert newest(ledger).postings.filter(provider="XN1").count() == 4
    assert "Select a valid choice" in wrong


def test_income_of_a_line_goes_to_the_sources_that_paid_for_it(ledger: Ledger) -> None:
    early = text_of(sent(ledger, "income", spend_of(ledger, "10.00")))
    spent(ledger, "4", 1_000_00)

    page = text_of(sent(ledger, "income", spend_of(ledger, "10.00")))

    assert "Nothing has been spent on 4 Step-up / step-down beds" in early
    assert "4 Step-up / step-down beds had an income of £10.00. It went to: £6.22 to Minimum NHS Contribution" in page


def test_an_order_sets_money_aside_until_its_invoice_or_its_release(ledger: Ledger) -> None:
    page = text_of(sent(ledger, "order", spend_of(ledger, "300.00", number="PO-1")))
    order = newest(ledger)
    sent(ledger, "order", spend_of(ledger, "50.00", number="PO-2"))
    other = newest(ledger)

    sent(ledger, "invoice", spend_of(ledger, "290.00", reference="INV-5", order=order.uuid))
    released = as_(manager()).post(
        reverse("ledger:release", args=[other.uuid]), {"why": "Cancelled.", **typed(SEPTEMBER)}, follow=True
    )

    assert "£300.00 was set aside for order PO-1 on 4 Step-up / step-down beds." in page
    assert list(order.followers.values_list("kind", flat=True)) == ["release"]
    assert "£50.00 is free again." in text_of(released)
    again = as_(manager()).get(reverse("ledger:release", args=[other.uuid]), follow=True)
    assert "This is no order that is still open." in text_of(again)


def test_an_order_for_more_than_is_free_is_refused(ledger: Ledger) -> None:
    page = text_of(sent(ledger, "order", spend_of(ledger, "99,999,999.00", number="PO-3")))

    assert "short of what is free to commit" in page


def test_an_invoice_clears_an_accrual_or_an_order_and_not_both(ledger: Ledger) -> None:
    sent(ledger, "accrual", spend_of(ledger, "5.00"))
    accrual = newest(ledger)
    sent(ledger, "order", spend_of(ledger, "5.00", number="PO-4"))
    order = newest(ledger)

    page = text_of(sent(ledger, "invoice", spend_of(ledger, "5.00", accrual=accrual.uuid, order=order.uuid)))

    assert "Choose an accrual or an order, not both." in page


def test_money_moves_between_pools_and_keeps_its_sources(ledger: Ledger) -> None:
    alone = text_of(as_(manager()).get(address(ledger, "transfer")))
    other = add_pool(actor=None, at=NOW, ledger=ledger, code="EQUIPMENT", name="Equipment")
    main = main_of(ledger).uuid
    given = {"giver": main, "receiver": other.uuid, "pence": "2,000,000.00", **typed(SEPTEMBER)}

    page = text_of(sent(ledger, "transfer", given))
    same = text_of(sent(ledger, "transfer", {**given, "receiver": main}))

    assert "There is only one pool" in alone
    assert "£2,000,000.00 moved from Wendleshire Better Care Fund to Equipment." in page
    assert "Moved: £2,000,000.00 from 9 sources." in page
    assert "Choose another pool than the one that the money comes out of." in same
    assert sum(Held.objects.filter(pool=other).values_list("pence", flat=True)) == 2_000_000_00


def test_money_moves_into_other_books_of_the_area(ledger: Ledger) -> None:
    from commonpool.ledger.actions.starting import open_books

    fund = a_fund(name="Equipment fund")
    a_partner(fund, the_council(), "host")
    other = open_books(actor=None, at=NOW, fund=fund, year=YEAR)
    there = main_of(other)
    given = {"giver": main_of(ledger).uuid, "receiver": there.uuid, "pence": "10.00", **typed(SEPTEMBER)}

    page = text_of(sent(ledger, "transfer", given))

    assert "£10.00 moved from Wendleshire Better Care Fund to a pool in other books." in page
    assert "Credit or reverse" not in page, "half a transfer cannot be taken back"
    assert sum(Held.objects.filter(pool=there).values_list("pence", flat=True)) == 10_00


def test_a_line_of_an_other_round_is_told_apart(ledger: Ledger) -> None:
    from commonpool.ledger.actions.opening import ensure_line

    ensure_line(ledger, "2025-26", "4", name="Step-up / step-down beds", category="NHS_MIN")

    page = as_(manager()).get(address(ledger, "invoice")).content.decode()

    assert '<optgroup label="Minimum NHS Contribution, plan 2025-26">' in page
    assert '<optgroup label="Minimum NHS Contribution, plan 2023-25">' in page
