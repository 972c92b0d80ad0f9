"""A partner's export brought into the books: looked at, shown, then posted whole or not at all.

Transactions post row by row, each once whatever file it comes in. Extracts that restate earlier months post only what
moved since the last one, in the month that it belongs to; the same file again posts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from commonpool.funds.models import Partner
from commonpool.ledger.actions.importing.holding import forget_file, keep_look, leave_import, receive_file, summary_of
from commonpool.ledger.actions.importing.looking import Look, look_at
from commonpool.ledger.actions.importing.mappings import save_mapping
from commonpool.ledger.actions.importing.repeats import asked_of, posted_before
from commonpool.ledger.actions.posting import posting_in
from commonpool.ledger.books import Books
from commonpool.ledger.crediting import Item, given_back
from commonpool.ledger.drawing import Choice, choice_for
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import ExtractFigure, Import, LedgerLine
from commonpool.ledger.queries.exports import figures_of_year, lines_of_year
from commonpool.ledger.rules.events import Event, Kind
from commonpool.ledger.rules.extracts import FigureKey, RowKind
from commonpool.people.models import Person

__all__ = ["Look", "forget_file", "keep_look", "leave_import", "look_at", "post_import", "receive_file", "save_mapping"]

State = Import.State


@transaction.atomic
def post_import(*, actor: Person | None, at: datetime, held: Import) -> Import:
    """Post what a file brings, all of it or nothing. Raises LedgerError where there is an error in it.

    What is posted already is passed over. Afterwards the file is forgotten; the books keep no name that was in it.
    """
    locked = Import.objects.select_for_update().get(pk=held.pk)
    if locked.state in (State.POSTED, State.REPEATED, State.REVERSED):
        return locked
    if locked.state == State.REFUSED:
        raise LedgerError(f"‘{locked.file_name}’ was not read as an export. Upload it again once it is right.")
    with posting_in(locked.ledger, actor, at, "ledger.import") as books:
        # Read again while nobody else posts: another file may have come since it was looked at.
        look = look_at(locked)
        first = books.ledger.entry_count + 1
        if look.has_errors:
            raise LedgerError(f"‘{locked.file_name}’ has errors, so nothing of it was posted. Correct them first.")
        _post_items(books, locked, look.items)
        if look.figures is not None:
            _keep_figures(locked, look.figures)
        if locked.mapping is None and look.preview.mapping is not None:
            partner, mapping = locked.partner, look.preview.mapping
            locked.mapping = save_mapping(actor=actor, at=at, ledger=locked.ledger, partner=partner, mapping=mapping)
    return _keep_posted(locked, look, at, first, books.ledger.entry_count)


def _keep_posted(held: Import, look: Look, at: datetime, first: int, last: int) -> Import:
    """Keep what was posted, as the entries numbered from first to last, and forget the file."""
    held.findings = [finding.as_json() for finding in look.findings]
    held.summary = {**summary_of(look), "first_entry": first, "last_entry": last, "preview": {}}
    # The same file again is no second posting of it.
    held.state = State.REPEATED if posted_before(held) else State.POSTED
    held.finished_at = at
    held.save(update_fields=["findings", "summary", "state", "finished_at", "mapping"])
    transaction.on_commit(lambda: forget_file(held))
    return held


def _post_items(books: Books, held: Import, items: Iterable[Item]) -> None:
    """What goes out before what comes back, so that a correction finds what it corrects; each day in the plan's order.

    Any order would balance, but the last line to draw is the one that finds no money left: people must see why.
    """
    lines = {line.line_id: line for line in lines_of_year(held.ledger, held.year)}
    place = {line: number for number, line in enumerate(lines)}
    pays_itself = held.partner.role != Partner.Role.HOST
    own = _own_sources(held) if pays_itself else None
    choices: dict[tuple[str, date], Choice] = {}
    books.know_keys([item.key for item in items])
    for item in sorted(items, key=lambda item: (item.pence < 0, item.on, place[item.line], item.key)):
        line = lines[item.line]
        if (line.code, item.on) not in choices:
            choices[line.code, item.on] = choice_for(held.ledger, line, item.on)
        choice = choices[line.code, item.on]
        if item.kind is RowKind.EXPENDITURE and item.pence > 0:
            _spend(books, held, item, line, choice, own)
        else:
            books.append(given_back(books, held.pool.code, line.code, item, asked_of(item), is_direct=pays_itself))


def _own_sources(held: Import) -> frozenset[str]:
    rows = held.ledger.sources.filter(source__partner__organisation=held.partner.organisation)
    return frozenset(rows.values_list("code", flat=True))


def _spend(
    books: Books, held: Import, item: Item, line: LedgerLine, choice: Choice, own: frozenset[str] | None
) -> None:
    event = Event(
        key=item.key,
        kind=Kind.ACTUAL if own is None else Kind.PAY_DIRECT,
        on=item.on,
        pool=held.pool.code,
        pence=item.pence,
        line=line.code,
        policy=choice.policy,
        policy_version=choice.version,
        # What a partner paid itself came from its own money, whatever else the line may draw on.
        allowed=choice.allowed if own is None else choice.allowed & own,
        provider=item.provider,
        unfunded=books.unfunded(item.on),
        content=asked_of(item),
    )
    outcome = books.post(event)
    assert outcome.accepted, "spend that has happened is never refused"


def _keep_figures(held: Import, figures: Mapping[FigureKey, int]) -> None:
    """What the file says of the year, for the next one to be compared with."""
    figures_of_year(held.ledger, held.partner, held.year).delete()
    rows = [
        ExtractFigure(
            ledger=held.ledger,
            partner=held.partner,
            cost_centre=key.code[:100],
            line=key.line,
            kind=key.kind.value,
            period_starts_on=key.period_starts_on,
            pence=pence,
            from_import=held,
        )
        for key, pence in figures.items()
    ]
    ExtractFigure.objects.bulk_create(rows, batch_size=1_000)
