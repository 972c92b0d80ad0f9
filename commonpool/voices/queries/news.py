"""What waits for a person in this room: transcripts to code, rounds that all have finished, passages to recode."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.timezone import localdate

from commonpool.pages.waiting import WaitingItem
from commonpool.people.models import Person
from commonpool.voices.models import CodebookChange, TeamMember
from commonpool.voices.queries.access import memberships_of
from commonpool.voices.queries.recoding import waiting_for as waiting_codings
from commonpool.voices.queries.rounds import RoundRow, rounds_of


def waiting_for(person: Person) -> Iterator[WaitingItem]:
    """One thing for each open round that the person has something to code in, each that waits to be closed, and what
    a change of the framework left to be recoded."""
    for member in memberships_of(person, localdate()).select_related("study"):
        for row in rounds_of(member):
            if row.is_open:
                yield from _of_round(member, row)
        yield from _to_recode(member)


def _of_round(member: TeamMember, row: RoundRow) -> Iterator[WaitingItem]:
    url, name = reverse("voices:round", args=[row.round.uuid]), f"‘{row.round.name}’ of {member.study}"
    if many := len(row.mine_to_do):
        yield WaitingItem(f"{many} transcript{'s' * (many > 1)} to code in {name}", url, row.round.opened_at)
    if row.is_all_done and member.part == TeamMember.Part.LEAD:
        last = max(each.assignment.done_at for each in row.given if each.assignment.done_at)
        yield WaitingItem(f"All have finished {name}: close it and see how far coders agree", url, last)


def _to_recode(member: TeamMember) -> Iterator[WaitingItem]:
    if many := waiting_codings(member):
        url, one = reverse("voices:recoding", args=[member.study.uuid]), many == 1
        since = CodebookChange.objects.filter(study=member.study_id).latest("number").made_at
        said = f"{many} passage{'' if one else 's'} of {member.study} to recode, as the framework changed"
        yield WaitingItem(said, url, since)
