"""A partner's export brought into the books: looked at, shown, then posted whole or not at all.

Transactions post row by row, each once whatever file it comes in. Extracts that restate earlier months post only what
moved since the last one, in the month that it belongs to; the same file again posts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from commonpool.audit.actions import record
from commonpool.findings import Finding, Rule, Severity
from commonpool.funds.models import Partner
from commonpool.ledger.actions.posting import posting_in
from commonpool.ledger.books import Books
from commonpool.ledger.crediting import Item, given_back
from commonpool.ledger.drawing import Choice, choice_for
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.files import forget, keep, kept_file
from commonpool.ledger.models import ExtractFigure, Import, Ledger, LedgerLine, Pool, SavedMapping
from commonpool.ledger.reading import Preview, read_export_file
from commonpool.ledger.reversals import with_new_keys
from commonpool.ledger.rules.entries import hash_of
from commonpool.ledger.rules.events import Event, Kind
from commonpool.ledger.rules.extracts import (
    ColumnMapping,
    ExportFacts,
    FigureKey,
    ReadExport,
    RowKind,
    Style,
    moved_by,
)
from commonpool.money import format_pounds
from commonpool.people.models import Person
from commonpool.periods import FINANCIAL_YEAR, Period
from commonpool.places.models import Organisation

State = Import.State
POSTED_ALREADY: Final = Rule(
    "IMP-01",
    Severity.NOTE,
    "Rows that are posted already",
    "{count} of {whole} rows were posted by an earlier file. They are not posted again.",
    "Nothing to do.",
)
CHANGED: Final = Rule(
    "IMP-02",
    Severity.ERROR,
    "A row keeps its content",
    "{count} rows have the reference of a row that is posted, with another day, line or amount: the first is {place}.",
    "If it was corrected, give the correction a reference of its own, as a credit and a new row.",
)
SAME_FILE: Final = Rule(
    "IMP-03",
    Severity.NOTE,
    "The file is new",
    "This very file was posted on {day:%-d %B %Y}. Posting it again changes nothing.",
    "Nothing to do.",
)


@dataclass(frozen=True, slots=True)
class Look:
    """What a file says, before anything is posted."""

    export: ReadExport
    preview: Preview
    items: tuple[Item, ...]
    figures: Mapping[FigureKey, int] | None
    findings: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        """Whether anything stops it from being posted."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def receive_file(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    partner: Partner,
    pool: Pool,
    year: str,
    file_name: str,
    chunks: Iterable[bytes],
) -> Import:
    """Keep a file until it is posted or refused. The same one that waits already is not kept twice."""
    sha256 = keep(chunks)
    waiting = Import.objects.filter(ledger=ledger, partner=partner, sha256=sha256, pool=pool, year=year)
    if earlier := waiting.filter(state__in=[State.WAITING, State.PREVIEWED]).first():
        return earlier
    return Import.objects.create(
        ledger=ledger,
        partner=partner,
        pool=pool,
        year=year,
        mapping=newest_mapping(ledger, partner),
        file_name=Path(file_name).name[:255] or "export.csv",
        sha256=sha256,
        state=State.WAITING,
        received_at=at,
        person=actor,
    )


def newest_mapping(ledger: Ledger, partner: Partner) -> SavedMapping | None:
    """How the partner's exports are read now."""
    return SavedMapping.objects.filter(ledger=ledger, partner=partner).order_by("-version").first()


@transaction.atomic
def save_mapping(
    *, actor: Person | None, at: datetime, ledger: Ledger, partner: Partner, mapping: ColumnMapping
) -> SavedMapping:
    """Keep how a partner's exports are read; a change is a new version."""
    newest = newest_mapping(ledger, partner)
    if newest and newest.data == mapping.as_data():
        return newest
    made = SavedMapping.objects.create(
        ledger=ledger,
        partner=partner,
        version=(newest.version if newest else 0) + 1,
        data=mapping.as_data(),
        recorded_at=at,
        recorded_by=actor,
    )
    area = ledger.fund.area.uuid
    after = {"partner": partner.uuid, "version": made.version}
    record(actor=actor, action="ledger.save_mapping", subject=made, before=None, after=after, at=at, area=area)
    return made


def look_at(held: Import) -> Look:
    """Read a waiting file by its partner's mapping, or by a proposed one. Nothing is posted or changed."""
    path = kept_file(held.sha256)
    if not path.exists():
        raise LedgerError(f"‘{held.file_name}’ is no longer kept here. Upload it again.")
    return look_at_file(path, held.file_name, held.ledger, held.partner, held.year, mapping_of(held))


def mapping_of(held: Import) -> ColumnMapping | None:
    """The saved mapping that the file is read by."""
    return ColumnMapping.from_data(held.mapping.data) if held.mapping else None


def look_at_file(
    path: Path, name: str, ledger: Ledger, partner: Partner, year: str, mapping: ColumnMapping | None
) -> Look:
    """What a file says and what of it would post."""
    facts = facts_for(ledger, partner, year)
    export, preview = read_export_file(path, mapping, facts, name=name)
    findings = list(export.findings)
    figures: Mapping[FigureKey, int] | None = None
    if export.has_errors or export.style is Style.TRANSACTIONS:
        items = _of_rows(export)
    else:
        moved = moved_by(export, facts, previous_figures(ledger, partner, year))
        figures = moved.figures
        findings += moved.findings
        items = tuple(
            Item(
                one.key(export.sha256),
                _last_day(one.period, moved.ends_on),
                one.line,
                one.kind,
                one.pence,
                "",
                f"{one.code}, {one.period:%b %Y}",
            )
            for one in moved.movements
        )
    items, more = _not_posted_yet(ledger, with_new_keys(ledger, items))
    return Look(export, preview, items, figures, (*findings, *more, *_same_file(ledger, partner, export.sha256)))


def facts_for(ledger: Ledger, partner: Partner, year: str) -> ExportFacts:
    """What reading an export needs to know of the books."""
    whole = FINANCIAL_YEAR.year(year)
    names = {body.name: body.code for body in Organisation.objects.exclude(name="")}
    names |= {code: code for code in names.values() if code}
    return ExportFacts(
        partner=partner.organisation.code,
        year=whole,
        agreement=_agreement(ledger, whole),
        lines={line.line_id: line.name for line in lines_of_year(ledger, year)},
        organisations={name: code for name, code in names.items() if code},
    )


def _agreement(ledger: Ledger, year: Period) -> Period:
    fund = ledger.fund
    return Period(fund.starts_on, fund.ends_on or max(year.ends_on, fund.starts_on), "the agreement")


def lines_of_year(ledger: Ledger, year: str) -> list[LedgerLine]:
    """The lines of the rounds that plan the year."""
    from commonpool.policy.reading import load_round

    return [line for line in ledger.lines.all() if year in load_round(line.round_id).years]


def previous_figures(ledger: Ledger, partner: Partner, year: str) -> dict[FigureKey, int]:
    """What the partner's extracts of the year have said so far."""
    whole = FINANCIAL_YEAR.year(year)
    rows = ExtractFigure.objects.filter(
        ledger=ledger, partner=partner, period_starts_on__range=(whole.starts_on, whole.ends_on)
    )
    return {FigureKey(row.cost_centre, row.line, RowKind(row.kind), row.period_starts_on): row.pence for row in rows}


def _of_rows(export: ReadExport) -> tuple[Item, ...]:
    return tuple(
        Item(row.key, row.date, row.line, row.kind, row.pence, row.provider, row.place.cell or "")
        for row in export.rows
        if row.pence
    )


def _last_day(starts_on: date, ends_on: Mapping[date, date]) -> date:
    """The last day of a period; of one that the file no longer has, the last of its month."""
    if starts_on in ends_on:
        return ends_on[starts_on]
    months = FINANCIAL_YEAR.periods(FINANCIAL_YEAR.label_of(starts_on))
    return next(month.ends_on for month in months if starts_on in month)


def _not_posted_yet(ledger: Ledger, items: tuple[Item, ...]) -> tuple[tuple[Item, ...], list[Finding]]:
    """The items whose keys the books do not have, and what is to be said of the others."""
    known: dict[str, str] = {}
    keys = [item.key for item in items]
    for start in range(0, len(keys), 10_000):
        rows = ledger.entries.filter(key__in=keys[start : start + 10_000])
        known |= dict(rows.values_list("key", "asked"))
    there = [item for item in items if item.key in known]
    changed = [item for item in there if known[item.key] != asked_of(item)]
    findings = [POSTED_ALREADY.at(count=len(there), whole=len(items))] if there else []
    if changed:
        findings.append(CHANGED.at(count=len(changed), place=changed[0].place or changed[0].line))
    return tuple(item for item in items if item.key not in known), findings


def asked_of(item: Item) -> str:
    """A digest of what a row says, so that the same reference with another content is found out."""
    return hash_of("\x1f".join((item.on.isoformat(), item.line, item.kind.value, str(item.pence))))


def _same_file(ledger: Ledger, partner: Partner, sha256: str) -> list[Finding]:
    earlier = Import.objects.filter(ledger=ledger, partner=partner, sha256=sha256, state=State.POSTED).first()
    return [SAME_FILE.at(day=earlier.finished_at or earlier.received_at)] if earlier else []


@transaction.atomic
def keep_look(*, held: Import, look: Look, at: datetime) -> Import:
    """Keep what was found in a file, without its rows: its findings and sums."""
    held.findings = [finding.as_json() for finding in look.findings]
    held.summary = summary_of(look)
    held.state = State.REFUSED if _is_unreadable(look) else State.PREVIEWED
    held.finished_at = at if held.state == State.REFUSED else None
    held.save(update_fields=["findings", "summary", "state", "finished_at"])
    if held.state == State.REFUSED:
        transaction.on_commit(lambda: forget_file(held))
    return held


def forget_file(held: Import) -> None:
    """Remove a file that was dealt with, unless it waits for another pool, year or partner too."""
    waiting = Import.objects.filter(sha256=held.sha256, state__in=[State.WAITING, State.PREVIEWED, State.POSTING])
    if not waiting.exclude(pk=held.pk).exists():
        forget(held.sha256)


def _is_unreadable(look: Look) -> bool:
    """Whether no mapping could help: the file itself is no export."""
    return look.has_errors and not look.preview.columns


def summary_of(look: Look) -> dict[str, Any]:
    """Sums of a file, for its page and its history."""
    whole = sum(look.figures.values()) if look.figures is not None else sum(row.pence for row in look.export.rows)
    return {
        "style": look.export.style.value,
        "rows": len(look.export.rows),
        "to_post": len(look.items),
        "movement_pence": sum(item.pence for item in look.items),
        "file_total_pence": whole,
        "errors": sum(finding.severity is Severity.ERROR for finding in look.findings),
        "preview": _shown(look.preview),
    }


def _shown(preview: Preview) -> dict[str, Any]:
    """The first rows, without narratives and payees, and what each column was taken for."""
    return {
        "sheet": preview.sheet,
        "rows": [list(row) for row in preview.rows],
        "columns": [[column.letter, column.header, column.taken_for] for column in preview.columns],
        "row_count": preview.row_count,
        "is_proposed": preview.is_proposed,
        "mapping": preview.mapping.as_data() if preview.mapping else None,
    }


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
        before = books.ledger.entry_count
        if look.has_errors:
            raise LedgerError(f"‘{locked.file_name}’ has errors, so nothing of it was posted. Correct them first.")
        _post_items(books, locked, look.items)
        if look.figures is not None:
            _keep_figures(locked, look.figures)
        if locked.mapping is None and look.preview.mapping is not None:
            partner, mapping = locked.partner, look.preview.mapping
            locked.mapping = save_mapping(actor=actor, at=at, ledger=locked.ledger, partner=partner, mapping=mapping)
    already = Import.objects.filter(
        ledger=locked.ledger, partner=locked.partner, sha256=locked.sha256, state=State.POSTED
    ).exists()
    locked.findings = [finding.as_json() for finding in look.findings]
    entries = {"first_entry": before + 1, "last_entry": books.ledger.entry_count}
    locked.summary = {**summary_of(look), **entries, "preview": {}}
    # The same file again is no second posting of it.
    locked.state = State.REPEATED if already else State.POSTED
    locked.finished_at = at
    locked.save(update_fields=["findings", "summary", "state", "finished_at", "mapping"])
    transaction.on_commit(lambda: forget_file(locked))
    return locked


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
    whole = FINANCIAL_YEAR.year(held.year)
    ExtractFigure.objects.filter(
        ledger=held.ledger, partner=held.partner, period_starts_on__range=(whole.starts_on, whole.ends_on)
    ).delete()
    ExtractFigure.objects.bulk_create(
        [
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
        ],
        batch_size=1_000,
    )


@transaction.atomic
def leave_import(*, actor: Person | None, at: datetime, held: Import) -> Import:
    """Put a file aside that was looked at and is not to be posted."""
    locked = Import.objects.select_for_update().get(pk=held.pk)
    if locked.state not in (State.WAITING, State.PREVIEWED):
        raise LedgerError(f"‘{locked.file_name}’ is {locked.get_state_display().lower()} already.")
    locked.state, locked.finished_at = State.LEFT, at
    locked.summary = {**locked.summary, "preview": {}}
    locked.save(update_fields=["state", "finished_at", "summary"])
    transaction.on_commit(lambda: forget_file(locked))
    return locked


def said_of(held: Import) -> str:
    """What an import came to, in a sentence."""
    summary = held.summary
    if held.state in (State.POSTED, State.REPEATED):
        return (
            f"{summary['to_post']:,} amounts were posted, {format_pounds(summary['movement_pence'])} in all. "
            f"The file’s own total is {format_pounds(summary['file_total_pence'])}."
        )
    return str(held.get_state_display())
