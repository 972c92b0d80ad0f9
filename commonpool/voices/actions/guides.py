"""Making a version of the topic guide. A version is never edited: a change makes the next one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import GuideQuestion, GuideVersion, Study
from commonpool.voices.queries.guides import newest_guide, questions_of
from commonpool.voices.rules.guides import Question


@transaction.atomic
def make_guide(
    *,
    actor: Person | None,
    at: datetime,
    study: Study,
    questions: Sequence[Question],
    used_from: date,
    reason: str = "",
    after_number: int | None = None,
) -> GuideVersion:
    """The next version of the guide. Raises StepError and ValidationError.

    after_number  of the version that was in front of the person, 0 for none: another one made since is not passed over
    """
    Study.objects.select_for_update().get(pk=study.pk)
    last = newest_guide(study)
    number = last.number if last else 0
    if after_number is not None and after_number != number:
        raise StepError("Somebody has made another version since you opened the guide. Compare the two, then go on.")
    if not questions:
        raise StepError("Write at least one question.")
    if list(questions) == questions_of(last):
        raise StepError("Nothing in the guide has changed, so it needs no new version.")
    made = GuideVersion(
        study=study, number=number + 1, used_from=used_from, reason=reason.strip(), made_by=actor, made_at=at
    )
    made.full_clean()
    made.save()
    for place, each in enumerate(questions, start=1):
        row = GuideQuestion(
            version=made,
            key=UUID(each.key),
            place=place,
            words=each.words,
            prompts="\n".join(each.prompts),
            source=each.source,
        )
        row.full_clean(validate_unique=False)
        row.save()
    after = {"study": study.uuid, "number": made.number, "questions": len(questions)}
    tell("make_guide", made, actor=actor, at=at, after=after)
    return made
