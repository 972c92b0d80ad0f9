"""What the commands of studies on a site share: which study somebody means, and as whom they may see it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from commonpool.commands import refuse

if TYPE_CHECKING:
    from commonpool.voices.models import TeamMember

StudyOption = Annotated[
    str, typer.Option("--study", metavar="ID", help="A study on this site, by its id or its title.")
]
AsOption = Annotated[
    str, typer.Option("--as", metavar="EMAIL", help="Whose sight of the study to use: somebody on its team.")
]
AsAtOption = Annotated[
    str, typer.Option("--as-at", metavar="MOMENT", help="The moment to write on what comes out, as 2025-03-31T17:00Z.")
]


def start() -> None:
    """Start Django, for a command that needs the database."""
    import django

    django.setup()


def member_named(study: str, email: str, *, must_lead: bool = False, must_code: bool = False) -> TeamMember:
    """Who asks, on the team of the study that is meant. Ends the command where that is nobody, or not their part."""
    from django.utils import timezone

    from commonpool.people.models import Person
    from commonpool.voices.queries.access import WRITING, Part, memberships_of

    if not email.strip():
        _wrong("Say as whom: --as EMAIL, the address of somebody on the study’s team.")
    person = Person.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        _wrong(f"Nobody signs in as ‘{email}’. Give with --as the address of somebody on the study’s team.")
    parts = list(memberships_of(person, timezone.localdate()).select_related("study", "person"))
    found = [each for each in parts if study.strip().lower() == str(each.study.uuid) or study == each.study.title]
    if len(found) != 1:
        # Only this person's own studies are named: nobody else learns that there are others.
        there = "; ".join(f"{each.study.title} ({each.study.uuid})" for each in parts) or "none"
        _wrong(f"‘{study}’ is {'no' if not found else 'not one'} study of {email}. There are: {there}.")
    [member] = found
    if (must_lead and member.part != Part.LEAD) or (must_code and member.part not in WRITING):
        who = "leads the study" if must_lead else "codes in the study, or leads it,"
        _wrong(f"Only whoever {who} may do that. {email} is on its team as: {member.get_part_display()}.")
    return member


def moment_given(text: str, member: TeamMember) -> datetime:
    """The moment that somebody gave; without one that of the study's last event, so that repeating changes nothing.

    Ends the command for a moment before that: what comes out would claim to be older than it is.
    """
    from commonpool.voices.queries.history import last_event_at

    last = last_event_at(member.study_id) or member.study.begun_at
    if not text:
        return last
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        _wrong(f"‘{text}’ is no moment. Write it as 2025-03-31T17:00Z.")
    given = given if given.tzinfo else given.replace(tzinfo=UTC)
    if given < last:
        _wrong(f"The study was changed after {text}, at {last:%Y-%m-%dT%H:%M:%SZ}. Give that moment or a later one.")
    return given


def _wrong(what: str) -> NoReturn:
    refuse([what])
