"""The audit history of a study as one member of its team may see it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.apps import apps

from commonpool.audit.models import AuditEvent
from commonpool.audit.words import words_for
from commonpool.voices.models import CodebookChange, StudyEvent, TeamMember
from commonpool.voices.queries.codings import blind_since, hidden_from
from commonpool.voices.rules import codebook as rules
from commonpool.voices.rules.codebook.stored import restored
from commonpool.voices.rules.history import Entry, Line, chained

# Kinds whose events tell of no coding. Of any other kind, what others did while a blind round is open stays unsaid.
TELL_OF_NO_CODING: Final = frozenset(
    f"voices.{kind}"
    for kind in (
        *("study", "teammember", "site", "participant", "interview", "transcript", "transcriptversion", "speaker"),
        *("code", "codebookchange", "codebookversion", "codinground", "tablerelease"),
        *("approvalneed", "approval", "criterion", "candidate", "approach", "guideversion", "textupload", "removal"),
    )
)
# Numbers that count no codings; any other may, so it stays out while a blind round is open.
KNOWN_NUMBERS: Final = frozenset({"length", "turns", "number", "minutes", "people", "changes"})
NAMED: Final = (
    *("study", "site", "participant", "interview", "transcript", "code", "codebookversion", "codinground"),
    *("teammember",),
)
MOST_SENTENCES: Final = 5


def history_of(member: TeamMember, until: datetime | None = None) -> list[Line]:
    """The study's events up to a moment, oldest first, each line proving the one before. Blind rounds stay blind."""
    return list(chained(str(member.study.uuid), _entries(member, until)))


def last_event_at(study_id: int) -> datetime | None:
    """When anything of the study was last recorded; None where nothing was."""
    newest = StudyEvent.objects.filter(study=study_id).order_by("-event__happened_at").values("event__happened_at")
    return newest[0]["event__happened_at"] if newest else None


def _entries(member: TeamMember, until: datetime | None) -> Iterator[Entry]:
    rows = StudyEvent.objects.filter(study=member.study_id).select_related("event").order_by("event_id")
    if until is not None:
        rows = rows.filter(event__happened_at__lte=until)
    events = [row.event for row in rows]
    team = TeamMember.objects.filter(study=member.study_id, person__isnull=False)
    initials = dict(team.values_list("person", "initials"))
    ends = {_last_change(event) for event in events}
    names, said, sight = _names(member.study_id), _framework_in_words(member.study_id, ends), _Sight(member)
    for event in events:
        if sight.hides(event):
            continue
        yield Entry(
            at=event.happened_at.astimezone(UTC).isoformat(),
            who=_who(event, initials),
            did=words_for(event.action),
            in_words=said.get(_last_change(event), "") or _about(event, names),
            action=event.action,
            kind=event.subject_kind,
            object=str(event.subject_uuid),
            before=_text(sight.told(event, event.before)),
            after=_text(sight.told(event, event.after)),
        )


def _who(event: AuditEvent, initials: Mapping[int, str]) -> str:
    if event.actor_id is None:
        return "a command"
    return initials.get(event.actor_id, "somebody not on the team")


def _text(side: Mapping[str, Any] | None) -> str:
    return "" if side is None else json.dumps(side, sort_keys=True, ensure_ascii=False)


class _Sight:
    """What one member may see of events."""

    def __init__(self, member: TeamMember) -> None:
        self._me = member.person_id
        self._since = blind_since(member)
        self._hidden: set[UUID] = set()
        if self._since is not None:
            for rows in hidden_from(member):
                self._hidden |= set(rows.values_list("uuid", flat=True))

    def hides(self, event: AuditEvent) -> bool:
        """Whether the event tells of what somebody else does in a blind round."""
        if event.subject_uuid in self._hidden:
            return True
        return self._is_others_meanwhile(event) and event.subject_kind not in TELL_OF_NO_CODING

    def told(self, event: AuditEvent, side: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """The fields of one side; numbers that may count others' codings stay out meanwhile."""
        if side is None or self._since is None or event.happened_at < self._since:
            return side
        return {name: value for name, value in side.items() if name in KNOWN_NUMBERS or not _may_count(value)}

    def _is_others_meanwhile(self, event: AuditEvent) -> bool:
        return self._since is not None and event.happened_at >= self._since and event.actor_id != self._me


def _may_count(value: object) -> bool:
    return isinstance(value, (int, float, list, dict)) and not isinstance(value, bool)


# --- in words ------------------------------------------------------------------------------------------------------


def _names(study_id: int) -> dict[UUID, str]:
    """{uuid: what the team calls it}, of the things that have names."""
    found: dict[UUID, str] = {}
    for kind in NAMED:
        model = apps.get_model("voices", kind)
        at = "pk" if kind == "study" else "study"
        found |= {row.uuid: str(row) for row in model._default_manager.filter(**{at: study_id})}
    return found


def _about(event: AuditEvent, names: Mapping[UUID, str]) -> str:
    """What an event tells of, by its name; for a coding the code and the transcript."""
    if own := names.get(event.subject_uuid):
        return own
    side = event.after or event.before or {}
    told = [names.get(_uuid(side.get(field)) or event.subject_uuid, "") for field in ("code", "transcript", "round")]
    where = f"{side['start']}–{side['end']}" if {"start", "end"} <= side.keys() else ""
    return ", ".join(part for part in (*told, where) if part)


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _last_change(event: AuditEvent) -> int:
    changes = (event.after or {}).get("changes")
    return changes[-1][0] if event.action == "voices.change_codebook" and changes else 0


def _framework_in_words(study_id: int, ends: Collection[int]) -> dict[int, str]:
    """{number of the last change of an event: what the event made of the framework}."""
    said, book, before = {}, rules.EMPTY, rules.EMPTY
    for row in CodebookChange.objects.filter(study=study_id).order_by("number"):
        book = rules.apply(book, restored(row.kind, row.content))
        if row.number in ends:
            said[row.number] = _sentences(rules.differences(before, book), row.reason)
            before = book
    return said


def _sentences(told: Iterable[str], reason: str) -> str:
    listed = list(told)
    more = [f"And {len(listed) - MOST_SENTENCES} more."] if len(listed) > MOST_SENTENCES else []
    why = [f"Why: {reason}"] if reason else []
    return " ".join([*listed[:MOST_SENTENCES], *more, *why])
