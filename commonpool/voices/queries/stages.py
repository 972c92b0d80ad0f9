"""Where a study stands from sample to report, as one member may see it, and what they can do next."""

from __future__ import annotations

from datetime import date
from typing import Final

from commonpool.voices.models import (
    Code,
    CodebookVersion,
    Interview,
    Matrix,
    TeamMember,
    TextUpload,
    Theme,
    Transcript,
)
from commonpool.voices.queries import quotations
from commonpool.voices.queries.cases import cases_of
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.fieldwork import heard_in
from commonpool.voices.queries.recoding import waiting_for as codings_to_recode
from commonpool.voices.queries.rounds import rounds_of
from commonpool.voices.queries.sample import Step, steps_of
from commonpool.voices.queries.what_touches import cells_seen_by
from commonpool.voices.rules.reports.facts import counted

BEFORE_FIELDWORK: Final = ("voices:sampling", "voices:recruitment", "voices:guide")


def stages_of(member: TeamMember, today: date) -> list[Step]:
    """The tabs of a study's work in their order. What a blind round hides from the member is in no count."""
    return [
        _sample(member, today),
        _texts(member),
        _framework(member),
        _rounds(member),
        _passages(member),
        _matrix(member),
        _themes(member),
        _quotations(member),
    ]


def _sample(member: TeamMember, today: date) -> Step:
    found = heard_in(member.study)
    says = f"{counted(found.people, 'person', 'people')} in {counted(found.interviews, 'interview')}"
    # Once somebody was heard, a plan that was never written holds nothing up: its own page still asks for it.
    later = BEFORE_FIELDWORK if found.interviews else ()
    open_ = [step for step in steps_of(member.study, today) if not step.is_done and step.url_name not in later]
    todo = open_[0].todo if open_ else ""
    return Step("Sample", "voices:sample", says if found.interviews else "nobody was heard yet", not todo, todo)


def _texts(member: TeamMember) -> Step:
    texts = Transcript.objects.filter(study=member.study_id)
    without = Interview.objects.filter(study=member.study_id, transcripts=None).count()
    sent = TextUpload.objects.filter(study=member.study_id, decided_at=None).exists()
    says = counted(texts.count(), "text") + (f"; {counted(without, 'interview')} without one" if without else "")
    todo = "Say what is to become of what was sent." if sent else ""
    if without or not texts:
        todo = todo or (
            "Send the transcripts of the interviews that have none." if without else "Send the first transcripts."
        )
    return Step("Texts", "voices:texts", says, not todo, todo, waits=sent)


def _framework(member: TeamMember) -> Step:
    codes = Code.objects.filter(study=member.study_id, is_retired=False).count()
    kept = CodebookVersion.objects.filter(study=member.study_id).count()
    waiting = codings_to_recode(member)
    todo = f"Recode {counted(waiting, 'passage')} whose code gave way." if waiting else ""
    if not codes:
        todo = "Begin with the framework that comes with this program, or bring one of your own."
    says = f"{counted(codes, 'code')}; {counted(kept, 'version')} kept"
    return Step("Framework", "voices:framework", says, not todo, todo, waits=bool(waiting))


def _rounds(member: TeamMember) -> Step:
    rows = rounds_of(member)
    still = sum(row.is_open for row in rows)
    mine = sum(len(row.mine_to_do) for row in rows)
    to_close = member.part == TeamMember.Part.LEAD and any(row.is_open and row.is_all_done for row in rows)
    todo = "" if rows else "Give some texts to two coders, to see how far they agree."
    if mine:
        todo = f"Code what waits for you: {counted(mine, 'text')}."
    elif to_close:
        todo = "Everybody has finished a round: close it and see how far they agree."
    says = f"{still} open, {len(rows) - still} closed" if rows else "none yet"
    return Step("Coding rounds", "voices:rounds", says, not todo, todo, waits=bool(mine) or to_close)


def _passages(member: TeamMember) -> Step:
    seen = seen_by(member)
    touched = seen.filter(is_touched=True, coder=member).count()
    todo = f"Look at {counted(touched, 'coding')} of yours that a correction of the text reached." if touched else ""
    if not seen.exists():
        todo = "Open a text, select some words and put a code on them."
    return Step("Passages", "voices:passages", counted(seen.count(), "coding"), not todo, todo, waits=bool(touched))


def _matrix(member: TeamMember) -> Step:
    matrices = list(Matrix.objects.filter(study=member.study_id, removed_at=None))
    if not matrices:
        todo = "Choose which cases and codes stand in a matrix."
        return Step("Matrix", "voices:matrix", "none yet", False, todo)
    cells = sum(each.columns.count() * len(cases_of(member.study, each.case_kind)) for each in matrices)
    filled = cells_seen_by(member).exclude(summary="", nothing_said=False)
    written = sum(filled.filter(matrix=each, code__in=each.columns.values("code")).count() for each in matrices)
    todo = "" if written >= cells else "Sum up what the cases say, cell by cell."
    return Step("Matrix", "voices:matrix", f"{written} of {counted(cells, 'cell')} written", not todo, todo)


def _themes(member: TeamMember) -> Step:
    many = Theme.objects.filter(study=member.study_id, removed_at=None).count()
    todo = "" if many else "Say what runs through the cases, with passages for and against."
    return Step("Themes", "voices:themes", counted(many, "theme") if many else "none yet", bool(many), todo)


def _quotations(member: TeamMember) -> Step:
    chosen = quotations.seen_by(member)
    unchecked = chosen.filter(checked_at=None).count()
    says = counted(chosen.count(), "quotation") + (f"; {unchecked} not checked" if unchecked else "")
    todo = "Hold each against the original before it is printed." if unchecked else ""
    return Step("Quotations", "voices:quotations", says if chosen else "none yet", not todo, todo)
