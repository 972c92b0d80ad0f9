"""Verify finds a sound ledger sound, and names what is wrong with one that is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from commonpool.ledger.actions.posting import post_drafts
from commonpool.ledger.books import draft_of
from commonpool.ledger.models import Balance, Ledger
from commonpool.ledger.rules import posting as rules
from commonpool.ledger.rules.draws import parse_policy
from commonpool.ledger.rules.entries import Draft, canonical_text, hash_of
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.verifying import quick_faults, verify
from commonpool.ledger.writing import entry_uuid
from tests.ledger.builders import (
    CARE,
    COUNCIL,
    EQUIPMENT_LINE,
    GRANT,
    MAIN,
    NHS,
    NOW,
    REABLEMENT,
    opened,
    posted,
    the_ledger,
)
from tests.ledger.damage import a_full_ledger, unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def as_it_was(db: None) -> Iterator[None]:
    """Put right what a test spoils: the test case asks at its end whether all keys point somewhere."""
    before = transaction.savepoint()
    yield
    transaction.savepoint_rollback(before)


def said() -> str:
    return "\n".join(str(fault) for fault in verify().faults)


def behind_its_back(table: str, sql: str, *values: object) -> None:
    with unguarded(table), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_a_ledger_with_every_kind_of_event_is_sound() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=60_000, grant=15_001, council=25_000)
    opened(ledger, pool="EQUIPMENT", council=10_000)
    posted(ledger, Kind.SPEND, 33_333, key="E1\t\\ \n", line=REABLEMENT, provider="a\tb", at=NOW + timedelta(seconds=1))
    posted(ledger, Kind.TRANSFER, 20_000, to_pool="EQUIPMENT", key="T")
    posted(ledger, Kind.SPEND, 12_345, pool="EQUIPMENT", line=EQUIPMENT_LINE)
    posted(ledger, Kind.SPEND, 10_000, line=CARE, policy=parse_policy(f"{GRANT}>{COUNCIL}"))
    posted(ledger, Kind.REFUND, 1_000, of="E1\t\\ \n", reason="credit")
    posted(ledger, Kind.REFUND, 1_000, of="T", reason="credit")
    posted(ledger, Kind.ACTUAL, 9_999_999, line=CARE)
    posted(ledger, Kind.PAY, 3, of="E1\t\\ \n", on=date(2025, 3, 31))
    budget = Draft("budget", "budget", date(2024, 4, 1), rules.allocated(MAIN, {NHS: 5, COUNCIL: 7}, CARE))
    post_drafts(actor=None, at=NOW, ledger=ledger, drafts=[budget], action="ledger.budget")

    answer = verify()

    assert [str(fault) for fault in answer.faults] == []
    assert answer.is_sound
    ledger.refresh_from_db()
    [head] = answer.heads
    assert (head.entry_count, head.hash) == (13, ledger.head_hash)
    assert quick_faults() == []


# -- what only the whole of the books shows


def rewritten(ledger: Ledger, first: int, reason: str) -> None:
    """An insider changes one entry and chains all that follow anew: hashes, ids and the ledger's own row."""
    previous = ledger.entries.get(number=first - 1).hash
    for entry in ledger.entries.filter(number__gte=first).order_by("number"):
        draft = draft_of(entry)
        changed = replace(draft, reason=reason) if entry.number == first else draft
        more = {"accounted_on": entry.accounted_on, "recorded_at": entry.recorded_at, "previous": previous}
        hash_ = hash_of(canonical_text(changed, number=entry.number, **more))
        behind_its_back(
            "ledger_entry",
            "UPDATE ledger_entry SET reason = %s, previous = %s, hash = %s, uuid = %s WHERE id = %s",
            changed.reason,
            previous,
            hash_,
            stored(entry_uuid(ledger.uuid, hash_)),
            entry.pk,
        )
        previous = hash_
    Ledger.objects.filter(pk=ledger.pk).update(head_hash=previous)


def stored(uuid: UUID) -> object:
    return uuid if connection.vendor == "postgresql" else uuid.hex


def test_a_chain_that_was_rewritten_whole_is_found_by_the_head_that_a_close_published() -> None:
    ledger = a_full_ledger()

    rewritten(ledger, 3, "another reason")

    for told in said().splitlines():
        assert "Apr 2024 was " in told and "closed with" in told and "as the hash of entry 4, which is" in told
    assert verify().counts == {"close": 2}


def test_a_chain_that_was_rewritten_since_the_last_close_shows_in_the_head_alone() -> None:
    """Why the head goes into the partners' minutes: what nobody else holds, its keeper can write anew."""
    ledger = a_full_ledger()
    before = verify().heads[0].hash

    rewritten(ledger, 6, "another reason")

    assert verify().is_sound
    assert verify().heads[0].hash != before


def test_entries_cut_off_at_the_end_are_missed_though_the_ledgers_row_was_set_back() -> None:
    ledger = a_full_ledger()
    kept = ledger.entries.get(number=3)
    for table, key in (("ledger_seal", "entry_id"), ("ledger_posting", "entry_id"), ("ledger_entry", "id")):
        behind_its_back(table, f"DELETE FROM {table} WHERE {key} > %s", kept.pk)
    Ledger.objects.update(entry_count=3, head_hash=kept.hash, head_recorded_at=kept.recorded_at)

    told = said()

    assert "The close of Apr 2024 published entry 4, and the chain ends at 3: entries were cut off." in told
    assert "The balance of Scheme expenditure" in told


def test_an_entry_that_is_gone_or_has_lost_its_seal_is_named() -> None:
    ledger = a_full_ledger()
    second, third = ledger.entries.filter(number__in=[2, 3])
    behind_its_back("ledger_entry", "DELETE FROM ledger_entry WHERE id = %s", second.pk)
    behind_its_back("ledger_seal", "DELETE FROM ledger_seal WHERE entry_id = %s", third.pk)

    told = said()

    assert "entry 2 is missing before it" in told
    assert "2 postings are of entry 2, which is not there." in told
    assert f"There is a seal of entry 2 (row {second.pk}), and no such entry." in told
    assert "Entry 3 (‘event-" in told and "it has no seal" in told


def test_a_close_that_nobody_recorded_and_an_entry_that_slipped_in_behind_one_are_named() -> None:
    ledger = a_full_ledger()
    behind_its_back("ledger_period", "UPDATE ledger_period SET state = 'soft' WHERE label = 'Jul 2024'")
    april = ledger.periods.get(label="Apr 2024")
    for table in ("ledger_entry", "ledger_posting"):
        key = "id" if table == "ledger_entry" else "entry_id"
        last = ledger.entries.last()
        assert last is not None
        behind_its_back(table, f"UPDATE {table} SET period_id = %s WHERE {key} = %s", april.pk, last.pk)

    told = said()

    assert "Jul 2024 is soft-closed, and no step of closing is recorded for it" in told
    assert "which is not in its period (Apr 2024)" in told


def test_a_transfer_that_lost_a_half_is_named_and_one_between_two_ledgers_is_whole() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=100)
    half = Draft("T", Kind.TRANSFER, date(2024, 5, 1), rules.given_away(MAIN, {NHS: 40}, "T"))
    post_drafts(actor=None, at=NOW, ledger=ledger, drafts=[half], action="ledger.transfer")
    assert f"The two halves of the transfer ‘T’ are 40 pence of {NHS} apart." in said()
    other = replace(half, legs=rules.taken_over("EQUIPMENT", {NHS: 40}, "T"), key="T/home", asked="")

    post_drafts(actor=None, at=NOW, ledger=ledger, drafts=[other], action="ledger.transfer")

    assert said() == ""


def test_faults_of_one_kind_are_all_counted_and_the_first_are_shown() -> None:
    ledger = the_ledger()
    for number in range(30):
        posted(ledger, Kind.RECEIVE, number + 1, source=NHS)
    behind_its_back("ledger_entry", "UPDATE ledger_entry SET reason = 'changed'")

    answer = verify()

    assert answer.counts == {"hash": 30}
    assert len(answer.faults) == 20
    assert quick_faults() == []


def test_the_quick_question_finds_ends_that_do_not_meet() -> None:
    a_full_ledger()
    Ledger.objects.update(entry_count=7)
    Balance.objects.filter(account=11).update(pence=1)

    told = quick_faults()

    assert [line.partition(": ")[2].partition(".")[0] for line in told] == [
        "its row and its last entry do not agree",
        "it has more or fewer entries than its row says",
        "a balance is not the sum of its postings",
    ]
    assert all(line.startswith("Wendleshire Better Care Fund: ") for line in told)
