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


def _asked(may: Callable[..., bool], model: type[Model], /, person: Person, uuid: UUID, **arguments: Any) -> bool:
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
    # --- reports ---
    "voices:export": leads(voices.Study),
    "voices:import-project": leads(voices.Study),
    "voices:project-import": leads(voices.ProjectImport),
    "voices:read-as": leads(voices.ProjectImport),
    "voices:project-aside": leads(voices.ProjectImport),
    "voices:forget-asides": leads(voices.ProjectImport),
    "voices:undo-project": leads(voices.ProjectImport),
    "voices:reports": on_team(voices.Study),
    "voices:report": on_team(voices.Study),
    "voices:release-table": leads(voices.Study),
    "voices:check-history": on_team(voices.Study),
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
    # --- fieldwork ---
    "voices:sample": on_team(voices.Study),
    "voices:settings": leads(voices.Study),
    "voices:team": on_team(voices.Study),
    "voices:add-member": leads(voices.Study),
    "voices:edit-member": leads(voices.TeamMember),
    "voices:end-member": leads(voices.TeamMember),
    "voices:approvals": on_team(voices.Study),
    "voices:need-approval": leads(voices.Study),
    "voices:record-approval": leads(voices.Study),
    "voices:drop-need": leads(voices.ApprovalNeed),
    "voices:edit-approval": leads(voices.Approval),
    "voices:remove-approval": leads(voices.Approval),
    "voices:sampling": on_team(voices.Study),
    "voices:add-criterion": codes(voices.Study),
    "voices:cells": on_team(voices.Study),
    "voices:set-cell": codes(voices.Study),
    "voices:choose-sites": on_team(voices.Study),
    "voices:edit-criterion": codes(voices.Criterion),
    "voices:remove-criterion": codes(voices.Criterion),
    "voices:candidates": on_team(voices.Study),
    "voices:import-candidates": codes(voices.Study),
    "voices:make-site": codes(voices.Candidate),
    "voices:sites": on_team(voices.Study),
    "voices:add-site": codes(voices.Study),
    "voices:edit-site": codes(voices.Site),
    "voices:remove-site": codes(voices.Site),
    "voices:recruitment": on_team(voices.Study),
    "voices:log-approach": codes(voices.Study),
    "voices:edit-approach": codes(voices.Approach),
    "voices:remove-approach": codes(voices.Approach),
    "voices:guide": on_team(voices.Study),
    "voices:compare-guides": on_team(voices.Study),
    "voices:edit-guide": codes(voices.Study),
    "voices:participants": on_team(voices.Study),
    "voices:add-participant": codes(voices.Study),
    "voices:import-participants": codes(voices.Study),
    "voices:edit-participant": codes(voices.Participant),
    "voices:remove-participant": codes(voices.Participant),
    "voices:interviews": on_team(voices.Study),
    "voices:add-interview": codes(voices.Study),
    "voices:import-interviews": codes(voices.Study),
    "voices:edit-interview": codes(voices.Interview),
    "voices:remove-interview": codes(voices.Interview),
    "voices:put-back-removed": codes(voices.Removal),
    "voices:forget-removed": codes(voices.Removal),
    "voices:versions": on_team(voices.Transcript),
    "voices:undo-version": codes(voices.Transcript),
    "voices:correct": codes(voices.Transcript),
    "voices:which-turn": codes(voices.Transcript),
    "voices:correct-turn": codes(voices.Transcript),
    "voices:touched": on_team(voices.Transcript),
    "voices:look-at-touched": codes(voices.Coding),
    "voices:consents": on_team(voices.Study),
    "voices:consent": codes(voices.Participant),
    "voices:withdraw": leads(voices.Participant),
    "voices:withdrawn": on_team(voices.Participant),
    "voices:finish-withdrawal": leads(voices.Participant),
    "voices:looked-at": codes(voices.ToLookAt),
    # --- how far coders agree, and settling where they do not ---
    "voices:agreement": on_team(voices.CodingRound),
    "voices:study-agreement": on_team(voices.Study),
    "voices:disagreements": on_team(voices.CodingRound),
    "voices:disagreement": on_team(voices.CodingRound),
    "voices:agree-alike": codes(voices.CodingRound),
    "voices:decide": codes(voices.CodingRound),
    "voices:undo-decision": codes(voices.Decision),
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
    "voices:turns": on_team(voices.Transcript),
    "voices:state": on_team(voices.Transcript),
    "voices:panel": on_team(voices.Transcript),
    "voices:code": codes(voices.Transcript),
    "voices:note": codes(voices.Transcript),
    "voices:tag-turn": codes(voices.Transcript),
    "voices:read-turns": on_team(voices.Transcript),  # each marks for themselves, readers too
    "voices:finish-reading": on_team(voices.Transcript),
    "voices:uncode": codes(voices.Coding),
    "voices:put-coding-back": codes(voices.Coding),
    "voices:note-coding": codes(voices.Coding),
    "voices:passages": on_team(voices.Study),
    "voices:search": on_team(voices.Study),
    "voices:code-hits": codes(voices.Study),
    "voices:uncode-hits": codes(voices.Study),
    "voices:memos": on_team(voices.Study),
    "voices:write-memo": codes(voices.Study),
    "voices:edit-memo": codes(voices.Memo),
    "voices:remove-memo": codes(voices.Memo),
    "voices:untag-turn": codes(voices.TurnTag),
    "voices:put-tag-back": codes(voices.TurnTag),
    # --- identities: the list of names is for those who decide on it ---
    "voices:identities": on_team(voices.Study),
    "voices:names": codes(voices.Study),
    "voices:forget-wordings": leads(voices.Study),
    "voices:begin-identity-review": codes(voices.Transcript),
    "voices:identity-review": on_team(voices.IdentityReview),
    "voices:decide-identities": codes(voices.IdentityReview),
    "voices:take-identities-out": codes(voices.IdentityReview),
    "voices:end-identity-review": codes(voices.IdentityReview),
    "voices:unlist-name": codes(voices.ListedName),
    "voices:relist-name": codes(voices.ListedName),
    "evaluation:joint-display": on_team(voices.Study),
    # --- themes and typologies ---
    "voices:themes": on_team(voices.Study),
    "voices:new-theme": codes(voices.Study),
    "voices:theme": on_team(voices.Theme),
    "voices:change-theme": codes(voices.Theme),
    "voices:mark-evidence": codes(voices.Theme),
    "voices:remove-theme": codes(voices.Theme),
    "voices:put-theme-back": codes(voices.Theme),
    "voices:new-codes": on_team(voices.Study),
    "voices:compare": on_team(voices.Study),
    "voices:new-typology": codes(voices.Study),
    "voices:typology": on_team(voices.Typology),
    "voices:assign-types": codes(voices.Typology),
    "voices:remove-typology": codes(voices.Typology),
    "voices:put-typology-back": codes(voices.Typology),
    # --- suggestions ---
    "voices:hit-rates": on_team(voices.Study),
    "voices:read-by-model": codes(voices.Study),
    "voices:suggestions": on_team(voices.Transcript),
    "voices:answer-suggestion": codes(voices.Transcript),
    "voices:take-answer-back": codes(voices.SuggestionAnswer),
    "voices:more-like": on_team(voices.Coding),
    # --- quotations ---
    "voices:quotations": on_team(voices.Study),
    "voices:quotable": codes(voices.Study),
    "voices:quote": codes(voices.Study),
    "voices:set-fewest": leads(voices.Study),
    "voices:quotation": on_team(voices.Quotation),
    "voices:reword-quotation": codes(voices.Quotation),
    "voices:check-quotation": codes(voices.Quotation),
    "voices:uncheck-quotation": codes(voices.Quotation),
    "voices:drop-quotation": codes(voices.Quotation),
    "voices:put-back-quotation": codes(voices.Quotation),
    "voices:bring-quotation-along": codes(voices.Quotation),
}
