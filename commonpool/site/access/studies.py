"""The pages of studies of interviews: for a study's team alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db.models import Model

from commonpool.people.models import Person
from commonpool.site.access.predicates import Predicate, signed_in, today
from commonpool.voices import models as voices
from commonpool.voices.queries import access


def begins_study(person: Person, **arguments: Any) -> bool:
    """Whoever works with interviews for some body."""
    return access.may_begin_study(person, today())


def on_team(model: type[Model]) -> Predicate:
    """Whoever is on the team of the study that the address's thing of this kind belongs to."""
    return partial(_asked, access.may_read, model)


def codes(model: type[Model]) -> Predicate:
    """Whoever codes or leads in the study that the address's thing of this kind belongs to."""
    return partial(_asked, access.may_code, model)


def leads(model: type[Model]) -> Predicate:
    """Whoever leads the study that the address's thing of this kind belongs to."""
    return partial(_asked, access.may_lead, model)


def _asked(may: Callable[..., bool], model: type[Model], person: Person, uuid: UUID, **arguments: Any) -> bool:
    return may(person, model, uuid, today())


STUDIES: Final[dict[str, Predicate]] = {
    "voices:studies": signed_in,  # each person's list has the studies whose team they belong to
    "voices:begin": begins_study,
    # --- one study ---
    "voices:study": on_team(voices.Study),
    # --- texts ---
    "voices:texts": on_team(voices.Study),
    "voices:upload-texts": codes(voices.Study),
    "voices:text-upload": codes(voices.TextUpload),
    "voices:upload-again": codes(voices.TextUpload),
    "voices:upload-aside": codes(voices.TextUpload),
    "voices:upload-undo": codes(voices.TextUpload),
    "voices:speakers": codes(voices.Transcript),
    # --- coding rounds ---
    "voices:rounds": on_team(voices.Study),
    "voices:open-round": leads(voices.Study),
    "voices:round": on_team(voices.CodingRound),
    "voices:assign": leads(voices.CodingRound),
    "voices:close-round": leads(voices.CodingRound),
    "voices:reopen-round": leads(voices.CodingRound),
    "voices:done": codes(voices.Assignment),
    "voices:not-done": codes(voices.Assignment),
    "voices:take-off": leads(voices.Assignment),
    # --- the framework; while a blind round is open, the actions let leads alone change it ---
    "voices:framework": on_team(voices.Study),
    "voices:add-code": codes(voices.Study),
    "voices:take-codes": codes(voices.Study),
    "voices:framework-history": on_team(voices.Study),
    "voices:undo-framework": codes(voices.Study),
    "voices:framework-versions": on_team(voices.Study),
    "voices:agree-version": leads(voices.Study),
    "voices:recoding": on_team(voices.Study),
    "voices:framework-version": on_team(voices.CodebookVersion),
    "voices:redefine-code": codes(voices.Code),
    "voices:move-code": codes(voices.Code),
    "voices:swap-code": codes(voices.Code),
    "voices:merge-code": codes(voices.Code),
    "voices:split-code": codes(voices.Code),
    "voices:retire-code": codes(voices.Code),
    "voices:map-codings": codes(voices.Code),
    "voices:choose-parts": codes(voices.Code),
    "voices:undo-recoding": codes(voices.Recoding),
    # --- reading and coding ---
    "voices:transcript": on_team(voices.Transcript),
    # --- the framework matrix ---
    "voices:matrix": on_team(voices.Study),
    "voices:new-matrix": codes(voices.Study),
    "voices:change-matrix": codes(voices.Matrix),
    "voices:remove-matrix": codes(voices.Matrix),
    "voices:put-matrix-back": codes(voices.Matrix),
    "voices:cell": on_team(voices.Matrix),
    "voices:write-cell": codes(voices.Matrix),
}
