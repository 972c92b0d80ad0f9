"""Versions of a study's topic guide."""

from __future__ import annotations

from datetime import date

from commonpool.voices.models import GuideQuestion, GuideVersion, Study
from commonpool.voices.rules.guides import Question


def guide_on(study: Study, on: date | None) -> GuideVersion | None:
    """The version that was in use on that day; None where the day is not known, or no version was in use yet."""
    if on is None:
        return None
    return GuideVersion.objects.filter(study=study, used_from__lte=on).order_by("-used_from", "-number").first()


def newest_guide(study: Study) -> GuideVersion | None:
    """The version that was made last."""
    return GuideVersion.objects.filter(study=study).order_by("-number").first()


def questions_of(version: GuideVersion | None) -> list[Question]:
    """Its questions in order; none where there is no version."""
    return [question_of(row) for row in version.questions.all()] if version else []


def question_of(row: GuideQuestion) -> Question:
    """A row as the rules take it."""
    return Question(str(row.key), row.words, tuple(row.prompts.splitlines()), row.source)
