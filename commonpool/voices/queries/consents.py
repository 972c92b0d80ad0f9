"""What participants agreed to, as it stands now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from commonpool.voices.models import Participant, ResearchConsent, Study


@dataclass(frozen=True, slots=True)
class Standing:
    """A participant with the consent that counts now; None where none is recorded."""

    participant: Participant
    consent: ResearchConsent | None

    @property
    def has_withdrawn(self) -> bool:
        """Whether they withdrew altogether."""
        return self.participant.withdrawn_at is not None


def standing_of(study: Study) -> list[Standing]:
    """Every participant of a study with the consent that counts. Two queries."""
    given = ResearchConsent.objects.filter(participant__study=study).order_by("given_on", "pk")
    latest = {consent.participant_id: consent for consent in given}
    people = Participant.objects.filter(study=study).select_related("site").order_by("pseudonym")
    return [Standing(person, latest.get(person.pk)) for person in people]


def may_quote(people: Iterable[Participant]) -> dict[int, bool | None]:
    """{row id: whether they agreed to be quoted, as they last said}. None: not known. Whoever withdrew agrees no more.

    One query.
    """
    asked = list(people)
    rows = ResearchConsent.objects.filter(participant__in=asked).order_by("given_on", "pk")
    latest = dict(rows.values_list("participant", "may_quote"))
    return {each.pk: False if each.withdrawn_at is not None else latest.get(each.pk) for each in asked}
