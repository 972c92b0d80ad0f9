"""Where a study's fieldwork stands, step by step, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from commonpool.voices.models import (
    Approach,
    ApprovalNeed,
    Criterion,
    Interview,
    Participant,
    Site,
    Study,
    TeamMember,
)
from commonpool.voices.queries.approvals import not_covered, study_lacks
from commonpool.voices.queries.guides import newest_guide
from commonpool.voices.queries.recruitment import flow_of
from commonpool.voices.queries.sampling import frame_of
from commonpool.voices.rules.sampling import filled, matrix


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the work: where its page is, how it stands in words, and what to do if it is not done.

    waits     somebody began it, and it waits for whoever looks: it comes before what nobody has begun
    """

    name: str
    url_name: str
    says: str
    is_done: bool
    todo: str = ""
    waits: bool = False


def steps_of(study: Study, today: date) -> list[Step]:
    """The steps in the order of the work."""
    return [
        _approvals(study, today),
        _sampling(study),
        _sites(study),
        _recruitment(study),
        _guide(study),
        _participants(study),
        _interviews(study),
        _team(study, today),
    ]


def _approvals(study: Study, today: date) -> Step:
    kinds = ApprovalNeed.objects.filter(study=study).count()
    if not kinds:
        why = study.why_no_approval
        says = f"none needed: {why}" if why else "nobody has said whether any is needed"
        todo = "" if why else "Say which approvals the study needs."
        return Step("Approvals", "voices:approvals", says, bool(why), todo)
    of_study = study_lacks(study, today)
    uncovered = len(not_covered(study, today))
    if uncovered:
        says, todo = f"{uncovered} interviews not covered", "Look at the interviews that no approval covers."
        return Step("Approvals", "voices:approvals", says, False, todo)
    if of_study:
        says, todo = f"{len(of_study)} of the study missing", "Record the approvals of the study as they are given."
        return Step("Approvals", "voices:approvals", says, False, todo)
    return Step("Approvals", "voices:approvals", "those of the whole study hold today", True)


def _sampling(study: Study) -> Step:
    count = Criterion.objects.filter(study=study).count()
    if not count:
        todo = "Say by what the sites should differ."
        return Step("Sampling", "voices:sampling", "no criterion yet", False, todo)
    frame = frame_of(study)
    share = filled(matrix(frame.criteria, frame.sites))
    says = (
        "no level is wanted"
        if share is None
        else f"{share.numerator * 100 // share.denominator}% of levels have a site"
    )
    return Step("Sampling", "voices:sampling", says, share in (None, 1), "Ask sites of the levels that have none.")


def _sites(study: Study) -> Step:
    count = Site.objects.filter(study=study).count()
    return Step("Sites", "voices:sites", f"{count}", bool(count), "Add the sites that take part.")


def _recruitment(study: Study) -> Step:
    flow = flow_of(study)
    waiting = [flow.outcome(key) for key in (Approach.Outcome.INVITED, Approach.Outcome.REMINDED)]
    open_ = sum(part.approaches for part in waiting)
    if not flow.asked.approaches:
        todo = "Log who was asked to take part."
        return Step("Recruitment", "voices:recruitment", "nobody asked yet", False, todo)
    says = f"asked: {flow.asked.people}" + (f"; {open_} without an answer" if open_ else "")
    return Step("Recruitment", "voices:recruitment", says, not open_, "Say what came of the approaches that are open.")


def _guide(study: Study) -> Step:
    newest = newest_guide(study)
    says = f"version {newest.number}" if newest else "none yet"
    return Step("Topic guide", "voices:guide", says, newest is not None, "Write the topic guide.")


def _participants(study: Study) -> Step:
    count = Participant.objects.filter(study=study).count()
    return Step("Participants", "voices:participants", f"{count}", bool(count), "Add the participants.")


def _interviews(study: Study) -> Step:
    count = Interview.objects.filter(study=study).count()
    return Step("Interviews", "voices:interviews", f"{count}", bool(count), "Record the interviews that were held.")


def _team(study: Study, today: date) -> Step:
    rows = TeamMember.objects.filter(study=study, person__isnull=False)
    count = sum(row.ends_on is None or row.ends_on >= today for row in rows)
    says = f"{count} {'person' if count == 1 else 'people'}"
    return Step("Team", "voices:team", says, count > 1, "Add a second coder, so that two can code alike.")
