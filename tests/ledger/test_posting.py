"""Events posted to the tables: drawn, chained, balanced, once, and never below zero."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from commonpool.audit.models import AuditEvent
from commonpool.ledger.actions.posting import Refused, post, post_drafts
from commonpool.ledger.books import draft_of
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Entry, Held, Period, Posting
from commonpool.ledger.rules import posting as rules
from commonpool.ledger.rules.draws import parse_policy
from commonpool.ledger.rules.entries import NO_ENTRY_YET, Draft, canonical_text, hash_of
from commonpool.ledger.rules.events import Kind
from tests.ledger.builders import (
    CARE,
    COUNCIL,
    EQUIPMENT_LINE,
    GRANT,
    MAIN,
    NHS,
    NOW,
    REABLEMENT,
    an_event,
    opened,
    posted,
    the_ledger,
)

pytestmark = pytest.mark.django_db
UNFUNDED = "UNFUNDED:XW01:2024-25"


def held_in(pool: str) -> dict[str, int]:
    return dict(Held.objects.filter(pool__code=pool).values_list("source__code", "pence"))


@pytest.mark.requirement("S31")
def test_the_worked_example_of_tracing_comes_out_to_the_penny() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=60_000, grant=15_001, council=25_000)
    opened(ledger, pool="EQUIPMENT", council=10_000)

    e1 = posted(ledger, Kind.SPEND, 33_333, key="E1", line=REABLEMENT)
    e2 = posted(ledger, Kind.TRANSFER, 20_000, to_pool="EQUIPMENT")
    e3 = posted(ledger, Kind.SPEND, 12_345, pool="EQUIPMENT", line=EQUIPMENT_LINE)
    e4 = posted(ledger, Kind.TRANSFER, 5_000, pool="EQUIPMENT", to_pool=MAIN)
    e5 = posted(ledger, Kind.SPEND, 10_000, line=CARE, policy=parse_policy(f"{GRANT}>{COUNCIL}"))
    e6 = posted(ledger, Kind.REFUND, 1_000, of="E1")

    assert e1.split == {NHS: 20_000, GRANT: 5_000, COUNCIL: 8_333}
    assert e2.split == {NHS: 12_000, GRANT: 3_000, COUNCIL: 5_000}
    assert e3.split == {NHS: 4_938, GRANT: 1_235, COUNCIL: 6_172}
    assert e4.split == {NHS: 2_000, GRANT: 500, COUNCIL: 2_500}
    assert e5.split == {GRANT: 7_501, COUNCIL: 2_499}
    assert e6.split == {NHS: 600, GRANT: 150, COUNCIL: 250}
    assert held_in(MAIN) == {NHS: 30_600, GRANT: 150, COUNCIL: 11_918}
    assert held_in("EQUIPMENT") == {NHS: 5_062, GRANT: 1_265, COUNCIL: 6_328}


def test_a_draw_beyond_what_is_held_is_refused_and_names_the_shortfall() -> None:
    ledger = the_ledger()
    opened(ledger, grant=150)

    with pytest.raises(Refused, match=r"£998\.49 short") as refused:
        posted(ledger, Kind.SPEND, 99_999, line=CARE, policy=parse_policy(GRANT))

    assert refused.value.outcome.short_pence == 99_849
    assert Entry.objects.count() == 1


def test_spend_that_has_happened_is_never_refused_and_the_host_carries_what_is_not_covered() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=100)

    outcome = posted(ledger, Kind.ACTUAL, 130, line=REABLEMENT, policy=parse_policy(NHS))

    assert outcome.split == {NHS: 100, UNFUNDED: 30}
    assert held_in(MAIN) == {NHS: 0, UNFUNDED: -30}


def test_the_same_event_twice_is_one_entry_and_another_under_its_key_is_refused() -> None:
    ledger = the_ledger()
    event = an_event(Kind.OPEN, 500, key="once", source=NHS)

    first = post(actor=None, at=NOW, ledger=ledger, event=event)
    again = post(actor=None, at=NOW, ledger=ledger, event=event)

    assert first.split == again.split == {NHS: 500}
    assert Entry.objects.count() == 1
    with pytest.raises(LedgerError, match="posted before with other content"):
        posted(ledger, Kind.OPEN, 501, key="once", source=NHS)


def test_each_entry_names_the_hash_of_the_one_before() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=100, grant=200)

    first, second = Entry.objects.all()
    ledger.refresh_from_db()

    assert first.previous == "0" * 64
    assert second.previous == first.hash
    assert ledger.head_hash == second.hash


def test_every_post_leaves_one_event_of_history() -> None:
    ledger = the_ledger()
    before = AuditEvent.objects.filter(action="ledger.post").count()

    posted(ledger, Kind.OPEN, 100, source=NHS)

    assert AuditEvent.objects.filter(action="ledger.post").count() == before + 1


def test_an_entry_is_known_no_earlier_than_the_one_before_it() -> None:
    ledger = the_ledger()
    posted(ledger, Kind.OPEN, 100, source=NHS, at=NOW)

    posted(ledger, Kind.OPEN, 100, source=NHS, at=NOW - timedelta(days=1))

    assert [entry.recorded_at for entry in Entry.objects.all()] == [NOW, NOW]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"pool": "NOWHERE", "source": NHS}, "no pool ‘NOWHERE’. It has: EQUIPMENT, MAIN"),
        ({"source": "NHS_MIN:XX9:2024-25"}, "no source ‘NHS_MIN:XX9:2024-25’"),
        ({"source": NHS, "on": date(2031, 5, 1)}, "outside the years of this ledger"),
    ],
)
def test_what_the_ledger_does_not_know_is_refused_with_what_it_knows(more: dict[str, object], said: str) -> None:
    ledger = the_ledger()

    with pytest.raises(LedgerError, match=said):
        posted(ledger, Kind.OPEN, 100, **more)

    assert Posting.objects.count() == 0


def test_a_late_item_counts_in_the_first_open_period_and_keeps_its_true_day() -> None:
    ledger = the_ledger()
    Period.objects.filter(label__in=["Apr 2024", "May 2024"]).update(state="closed")

    posted(ledger, Kind.OPEN, 100, source=NHS, on=date(2024, 4, 20))

    entry = Entry.objects.get()
    assert (entry.happened_on, entry.accounted_on, entry.period.label) == (
        date(2024, 4, 20),
        date(2024, 6, 1),
        "Jun 2024",
    )


def test_a_moment_is_kept_to_the_microsecond_and_the_chain_hashes_what_is_read_back() -> None:
    ledger = the_ledger()
    moment = datetime.fromisoformat("2024-10-01T10:00:00.123456+00:00")
    posted(ledger, Kind.OPEN, 100, source=NHS, at=moment)

    entry = Entry.objects.get()
    text = canonical_text(
        draft_of(entry),
        number=entry.number,
        accounted_on=entry.accounted_on,
        recorded_at=entry.recorded_at,
        previous=entry.previous,
    )

    assert entry.recorded_at == moment
    assert hash_of(text) == entry.hash


def test_an_invoice_clears_its_accrual_before_it_draws_by_the_agreed_split() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=100, council=100)
    agreed = parse_policy(f"fixed:{NHS}=1/{COUNCIL}=1")
    posted(ledger, Kind.ACCRUE, 1, key="A", line=REABLEMENT, policy=agreed)

    invoice = posted(ledger, Kind.INVOICE, 1, key="I", line=REABLEMENT, policy=agreed, of="A")

    # With nothing paid before, the odd penny is the first source's, as it was in the accrual.
    assert invoice.split == {NHS: 1}


def test_an_invoice_of_another_pool_does_not_clear_an_accrual() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=100)
    posted(ledger, Kind.ACCRUE, 60, key="A", line=REABLEMENT)

    with pytest.raises(Refused, match="was accrued in MAIN"):
        posted(ledger, Kind.INVOICE, 60, pool="EQUIPMENT", line=REABLEMENT, of="A")

    assert held_in("EQUIPMENT") == {}


def test_an_agreed_split_counts_only_what_was_paid_under_that_very_split() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=1_000, council=1_000)
    posted(ledger, Kind.SPEND, 48, line=REABLEMENT, policy=parse_policy(f"fixed:{NHS}=1/{COUNCIL}=23"))

    under_another = posted(ledger, Kind.SPEND, 30, line=REABLEMENT, policy=parse_policy(f"fixed:{NHS}=1/{COUNCIL}=2"))

    assert under_another.split == {NHS: 10, COUNCIL: 20}


def test_what_was_posted_is_answered_again_though_its_year_is_closed_since() -> None:
    ledger = the_ledger()
    event = an_event(Kind.ACTUAL, 70, source=NHS, line=REABLEMENT, on=date(2025, 3, 31))
    first = post(actor=None, at=NOW, ledger=ledger, event=event)
    Period.objects.update(state="closed")

    again = post(actor=None, at=NOW, ledger=ledger, event=event)

    assert again.split == first.split == {UNFUNDED: 70}


def test_an_entry_decided_elsewhere_says_in_the_table_what_the_chain_says_of_it() -> None:
    ledger = the_ledger()
    draft = Draft("in", "due", date(2024, 5, 1), rules.contribution_due(MAIN, {NHS: 100}))
    more = replace(draft, legs=rules.contribution_due(MAIN, {NHS: 101}))
    given = {"actor": None, "at": NOW, "ledger": ledger, "action": "ledger.due"}

    assert post_drafts(drafts=[draft, draft], **given) == 1

    entry = Entry.objects.get()
    chained = canonical_text(
        draft_of(entry),
        number=1,
        accounted_on=entry.accounted_on,
        recorded_at=entry.recorded_at,
        previous=NO_ENTRY_YET,
    )
    assert hash_of(chained) == entry.hash
    with pytest.raises(LedgerError, match="posted before with other content"):
        post_drafts(drafts=[more], **given)


def test_an_entry_decided_elsewhere_that_takes_more_than_is_held_is_refused_in_a_sentence() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=99)
    draft = Draft("back", "return", date(2024, 5, 1), rules.must_go_back(MAIN, {NHS: 100}))

    with pytest.raises(LedgerError, match=r"MAIN is £0\.01 of NHS_MIN:XN1:2024-25 short"):
        post_drafts(actor=None, at=NOW, ledger=ledger, drafts=[draft], action="ledger.return")

    assert held_in(MAIN) == {NHS: 99}


@pytest.mark.parametrize(
    ("more", "said"),
    [({"key": "k" * 201}, "The key ‘kkk.* has 201 characters"), ({"provider": "p" * 101}, "The provider .* to 100")],
)
def test_a_text_that_is_too_long_is_refused_alike_on_both_databases(more: dict[str, str], said: str) -> None:
    ledger = the_ledger()
    opened(ledger, nhs=99)

    with pytest.raises(LedgerError, match=said):
        posted(ledger, Kind.SPEND, 1, line=REABLEMENT, **more)


def test_a_key_that_an_invoice_needs_for_its_accrual_and_that_is_taken_is_named() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=99)
    posted(ledger, Kind.ACCRUE, 5, key="A", line=REABLEMENT)
    posted(ledger, Kind.SPEND, 1, key="I#clears", line=REABLEMENT)

    with pytest.raises(LedgerError, match="called ‘I#clears’ already"):
        posted(ledger, Kind.INVOICE, 5, key="I", line=REABLEMENT, of="A")
