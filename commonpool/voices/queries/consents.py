"""What participants agreed to, as it stands now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Min

from commonpool.voices.models import Participant, ResearchConsent, Study


@dataclass(frozen=True, slots=True)
class Standing:
    """A participant with the consent that counts now; None where none is recorded.

    first_on   the day on which they first agreed to anything
    heard_on   the day of their first interview; None where of none the day is known
    """

    participant: Participant
    consent: ResearchConsent | None
    first_on: date | None = None
    heard_on: date | None = None

    @property
    def has_withdrawn(self) -> bool:
        """Whether they withdrew altogether."""
        return self.participant.withdrawn_at is not None

    @property
    def is_late(self) -> bool:
        """Whether they were heard before they agreed to anything."""
        return self.first_on is not None and self.heard_on is not None and self.heard_on < self.first_on


def standing_of(study: Study) -> list[Standing]:
    """Every participant of a study with the consent that counts. Two queries."""
    given = list(ResearchConsent.objects.filter(participant__study=study).order_by("given_on", "pk"))
    latest = {consent.participant_id: consent for consent in given}
    first = {consent.participant_id: consent.given_on for consent in reversed(given)}
    people = Participant.objects.filter(study=study).select_related("site").order_by("pseudonym")
    heard = people.annotate(heard_on=Min("interviews__held_on"))
    return [Standing(each, latest.get(each.pk), first.get(each.pk), each.heard_on) for each in heard]


def may_quote(people: Iterable[Participant]) -> dict[int, bool | None]:
    """{row id: whether they agreed to be quoted, as they last said}. None: not known. Whoever withdrew agrees no more.

    One query.
    """
    asked = list(people)
    rows = ResearchConsent.objects.filter(participant__in=asked).order_by("given_on", "pk")
    latest = dict(rows.values_list("participant", "may_quote"))
    return {each.pk: False if each.withdrawn_at is not None else latest.get(each.pk) for each in asked}
