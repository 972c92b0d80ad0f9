"""What the command asks and tells: which ledger, of which database, and the answer in lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS

from commonpool.ledger.models import Ledger, Posting
from commonpool.ledger.verifying import Verification, verify
from commonpool.ledger.verifying.copies import NotACopy, opened, with_faults_of_file
from commonpool.ledger.verifying.faults import CURES

Counting = Callable[[int, int], None]


class NothingToVerify(Exception):  # noqa: N818 - what there is
    """The fund or file that was named is not there. The message says what is."""


def answer(fund: str, copy: Path | None, counting: Counting) -> Verification:
    """Verify the site's database or a copy, one fund or all. Raises NothingToVerify."""
    if copy is None:
        return _verified(fund, DEFAULT_DB_ALIAS, counting)
    try:
        with opened(copy) as (alias, found):
            inside = _verified(fund, alias, counting) if alias else Verification((), (), {})
            return with_faults_of_file(inside, found, copy)
    except NotACopy as error:
        raise NothingToVerify(str(error)) from error


def _verified(fund: str, using: str, counting: Counting) -> Verification:
    ledger = _ledger(fund, using) if fund else None
    done, total = 0, 0

    def progress(postings: int) -> None:
        nonlocal done, total
        total = total or Posting.objects.using(using).count()
        before, done = done, done + postings
        if done // 5_000 != before // 5_000:
            counting(done, total)

    return verify(ledger, using=using, progress=progress)


def _ledger(fund: str, using: str) -> Ledger:
    found = list(Ledger.objects.using(using).select_related("fund"))
    asked = fund.strip().casefold()
    named = [each for each in found if asked in (each.fund.name.casefold(), str(each.fund.uuid), str(each.uuid))]
    if len(named) == 1:
        return named[0]
    there = ", ".join(f"{each.fund.name} ({each.fund.uuid})" for each in found) or "none"
    wrong = "Several funds are" if named else "No fund with a ledger is"
    raise NothingToVerify(f"{wrong} called ‘{fund}’. Name one by its uuid: {there}.")


def told(answer: Verification) -> Iterator[str]:
    """The answer for people: what was recomputed, each fault, and what to do about each kind."""
    for head in answer.heads:
        yield f"{head.ledger}: {head.entry_count:,} entries, {head.posting_count:,} postings, head {head.hash}"
    if not answer.heads:
        yield "No ledger was recomputed: there is none, or it is a backup of PostgreSQL, which is proved once restored."
    for fault in answer.faults:
        yield f"WRONG: {fault}"
    for kind, count in answer.counts.items():
        shown = sum(fault.kind == kind for fault in answer.faults)
        if shown < count:
            yield f"and {count - shown:,} more of the kind ‘{kind}’"
    for kind in answer.counts:
        yield f"What to do ({kind}): {CURES[kind]}"
    yield "Sound." if answer.is_sound else f"NOT SOUND: {sum(answer.counts.values()):,} faults."
