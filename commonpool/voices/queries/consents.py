"""What participants agreed to, as it stands now."""

from __future__ import annotations

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


def consent_of(participant: Participant) -> ResearchConsent | None:
    """The consent that counts: the latest by the day it was given; None where none is recorded."""
    return ResearchConsent.objects.filter(participant=participant).order_by("given_on", "pk").last()


def standing_of(study: Study) -> list[Standing]:
    """Every participant of a study with the consent that counts. Two queries."""
    given = ResearchConsent.objects.filter(participant__study=study).order_by("given_on", "pk")
    latest = {consent.participant_id: consent for consent in given}
    people = Participant.objects.filter(study=study).select_related("site").order_by("pseudonym")
    return [Standing(person, latest.get(person.pk)) for person in people]


def may_quote(participant: Participant) -> bool:
    """Whether the participant agreed to be quoted, and has not withdrawn. No consent on record is none."""
    return _allows(participant, consent_of(participant), "may_quote")


def may_archive(participant: Participant) -> bool:
    """Whether the participant agreed that the text is kept for others' research, and has not withdrawn."""
    return _allows(participant, consent_of(participant), "may_archive")


def quotable(study: Study) -> frozenset[int]:
    """Row ids of all participants of a study who may be quoted. Two queries."""
    return frozenset(
        each.participant.pk for each in standing_of(study) if _allows(each.participant, each.consent, "may_quote")
    )


def _allows(participant: Participant, consent: ResearchConsent | None, what: str) -> bool:
    return participant.withdrawn_at is None and consent is not None and bool(getattr(consent, what))
