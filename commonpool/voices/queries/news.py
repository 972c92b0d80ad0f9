"""What waits for a person in this room: transcripts to code, and rounds that everybody has finished."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.timezone import localdate

from commonpool.pages.waiting import WaitingItem
from commonpool.people.models import Person
from commonpool.voices.models import TeamMember
from commonpool.voices.queries.access import memberships_of
from commonpool.voices.queries.rounds import RoundRow, rounds_of


def waiting_for(person: Person) -> Iterator[WaitingItem]:
    """One thing for each open round that the person has something to code in, and each that waits to be closed."""
    for member in memberships_of(person, localdate()).select_related("study"):
        for row in rounds_of(member):
            if row.is_open:
                yield from _of_round(member, row)


def _of_round(member: TeamMember, row: RoundRow) -> Iterator[WaitingItem]:
    url, name = reverse("voices:round", args=[row.round.uuid]), f"‘{row.round.name}’ of {member.study}"
    if many := len(row.mine_to_do):
        yield WaitingItem(f"{many} transcript{'s' * (many > 1)} to code in {name}", url, row.round.opened_at)
    if row.is_all_done and member.part == TeamMember.Part.LEAD:
        last = max(each.assignment.done_at for each in row.given if each.assignment.done_at)
        yield WaitingItem(f"All have finished {name}: close it and see how far coders agree", url, last)
