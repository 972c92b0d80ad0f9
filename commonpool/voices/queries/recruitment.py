"""The recruitment log of a study as a flow from asking to being heard."""

from __future__ import annotations

from commonpool.voices.models import Approach, Study, Taking
from commonpool.voices.rules.recruitment import Asked, Flow, flow


def flow_of(study: Study) -> Flow:
    """The sums of the study's log, with how many participants took part in an interview."""
    asked = (Asked(row.people, row.channel, row.outcome, row.reason) for row in Approach.objects.filter(study=study))
    heard = Taking.objects.filter(interview__study=study).values("participant").distinct().count()
    return flow(asked, heard, Approach.Channel.values, Approach.Outcome.values, Approach.Reason.values)
