"""What tests of fieldwork begin with: a study with something on each of its pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.urls import reverse

from commonpool.voices.actions import approvals
from commonpool.voices.actions.fieldwork import set_levels
from commonpool.voices.actions.guides import make_guide
from commonpool.voices.actions.recruitment import Asking, log_approach
from commonpool.voices.actions.removing import remove
from commonpool.voices.actions.sampling import Place, keep_candidates, keep_criterion
from commonpool.voices.models import Approach, ApprovalNeed, Criterion, GuideVersion, Study
from commonpool.voices.rules.guides import Question
from commonpool.voices.rules.sampling import Level
from tests.voices_web.builders import NOW, a_coder, a_participant, a_site, a_study, an_interview

GUIDE = ("How did the pooled budget begin?", "Who decides?", "What would you do again?")


def a_criterion(study: Study, name: str = "Geography", *levels: Level) -> Criterion:
    wanted = levels or (Level("coast", target=2), Level("town", target=1), Level("country"))
    return keep_criterion(actor=None, at=NOW, study=study, name=name, levels=wanted)


def size(study: Study) -> Criterion:
    return a_criterion(study, "People", Level("small", Decimal(0), 1), Level("large", Decimal(300_000), 1))


def candidates(study: Study, *rows: tuple[str, str, str]) -> None:
    """Places with their geography and people."""
    places = [Place(name, None, (("Geography", where), ("People", people))) for name, where, people in rows]
    keep_candidates(actor=None, at=NOW, study=study, places=places)


def a_guide(study: Study, *words: str, reason: str = "", used_from: date = date(2024, 1, 1)) -> GuideVersion:
    questions = [Question(str(uuid4()), each, ("Why?",), "review of 2023") for each in words or GUIDE]
    return make_guide(actor=None, at=NOW, study=study, questions=questions, used_from=used_from, reason=reason)


def asked(study: Study, label: str = "Councils of the coast", **more: Any) -> Approach:
    return log_approach(actor=None, at=NOW, study=study, asking=Asking(label=label, **more))


def a_full_study(**more: Any) -> Study:
    """A study with a row of every kind that fieldwork has."""
    study = a_study(needs=(approvals.ETHICS,), **more)
    north, south = a_site(study, "North"), a_site(study, "South")
    terms = approvals.Terms("Wendle committee", date(2024, 1, 1), reference="24/WA/0001")
    approvals.record_approval(actor=None, at=NOW, need=ApprovalNeed.objects.get(study=study), terms=terms)
    geography = a_criterion(study)
    size(study)
    set_levels(actor=None, at=NOW, site=north, levels={geography: geography.levels.first()})
    candidates(study, ("East", "town", "310,000"), ("West", "coast", "90,000"), ("Far", "", ""))
    a_guide(study)
    a_guide(study, *GUIDE[:2], reason="One question was not understood.", used_from=date(2024, 9, 1))
    people = [
        a_participant(
            study, "P01", site=north, organisation_type="Council", role_group="Commissioner", real_name="A N"
        ),
        a_participant(study, "P02", site=south, organisation_type="CCG"),
        a_participant(study, "P03"),
    ]
    an_interview(
        study, people[0], name="I01", site=north, held_on=date(2024, 2, 1), minutes=50, mode="face", notes="Rain."
    )
    an_interview(study, *people[1:], name="I02", held_on=date(2024, 9, 12), mode="telephone")
    asked(study, channel="national", outcome="agreed", people=3)
    asked(study, "Newsletter", channel="local", outcome="declined", reason="time", words="Too busy")
    remove(actor=None, at=NOW, row=a_participant(study, "P99"))
    a_coder(study)
    return study


def url(name: str, row: Any) -> str:
    return reverse(f"voices:{name}", args=[row.uuid])


def said(answer: HttpResponseBase) -> str:
    """The words of a page."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)  # type: ignore[attr-defined]
    return " ".join(unescape(text).split())


def csv_file(lines: Sequence[str]) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("rows.csv", "\n".join(lines).encode())}
