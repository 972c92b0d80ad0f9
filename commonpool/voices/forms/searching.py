"""Forms of searching: what to look for and where; which code to put on what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from commonpool.pages.forms import GovukForm
from commonpool.voices.queries.searching import Where
from commonpool.voices.rules.searching import How, SearchFault, Wanted

Choices = Sequence[tuple[str, str]]
ANY: Choices = [("", "All")]


class SearchForm(GovukForm, forms.Form):
    """What to look for, and in which words."""

    q = forms.CharField(
        label="Look for", required=False, strip=False, error_messages={"required": "Write what to look for."}
    )
    how = forms.ChoiceField(
        label="As",
        required=False,
        choices=[
            (How.WORDS, "Words, also within others"),
            (How.WHOLE, "Whole words"),
            (How.EXPRESSION, "A regular expression"),
        ],
    )
    case = forms.BooleanField(label="Capitals count", required=False)
    speaks = forms.ChoiceField(
        label="Who speaks",
        required=False,
        choices=[("", "All"), ("participants", "Participants"), ("interviewers", "Interviewers")],
    )
    site = forms.ChoiceField(label="Site", required=False)
    role = forms.ChoiceField(label="Role", required=False)
    tag = forms.ChoiceField(label="Turns tagged", required=False)
    code = forms.ChoiceField(label="In passages coded", required=False)
    transcript = forms.ChoiceField(label="Text", required=False)

    def __init__(self, *args: Any, choices: dict[str, Choices], **more: Any) -> None:
        """`choices`: {field: choices} of what the study has."""
        super().__init__(*args, **more)
        for name, given in choices.items():
            self.fields[name].choices = [*ANY, *given]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """With `wanted` and `where`. Raises ValidationError that says what is wrong with an expression."""
        given = super().clean() or {}
        wanted = Wanted(given.get("q") or "", How(given.get("how") or How.WORDS), bool(given.get("case")))
        try:
            wanted.pattern()
        except SearchFault as fault:
            self.add_error("q", ValidationError(str(fault)))
        given["wanted"] = wanted
        given["where"] = Where(
            speaks=given.get("speaks") or "",
            site=given.get("site") or "",
            role=given.get("role") or "",
            tag=_uuid(given.get("tag")),
            code=_uuid(given.get("code")),
            transcript=_uuid(given.get("transcript")),
        )
        return given


def _uuid(value: str | None) -> UUID | None:
    return UUID(value) if value else None


class CodeHitsForm(GovukForm, forms.Form):
    """The code for all that was found, and on how much of it."""

    put_on = forms.ChoiceField(label="Code", error_messages={"required": "Choose a code."})
    unit = forms.ChoiceField(
        label="On", choices=[("words", "the words that were found"), ("turn", "the whole turn around them")]
    )

    def __init__(self, *args: Any, codes: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["put_on"].choices = [("", "Choose a code"), *codes]  # type: ignore[attr-defined]
