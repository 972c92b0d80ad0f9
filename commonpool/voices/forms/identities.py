"""Forms of what gives people away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms

from commonpool.pages.forms import GovukForm
from commonpool.voices.actions.identities import LONGEST_NAME, LONGEST_REPLACEMENT, Decision
from commonpool.voices.rules.identities import Kind

MOST_DIGITS: Final = 19  # of the number of a row
LISTED: Final = [(kind.value, kind.label.capitalize()) for kind in Kind if kind.is_listed and kind is not Kind.NAME]


class NameForm(GovukForm, forms.Form):
    """A name for the study's list."""

    words = forms.CharField(
        label="Name",
        max_length=LONGEST_NAME,
        error_messages={"required": "Type the name as it is spoken."},
        help_text="Capitals, accents and hyphens make no difference.",
    )
    kind = forms.ChoiceField(label="What it names", choices=LISTED)
    replacement = forms.CharField(
        label="What stands in its place",
        max_length=LONGEST_REPLACEMENT,
        required=False,
        help_text="Such as [organisation 2], or a participant’s pseudonym.",
    )
    is_kept = forms.BooleanField(
        label="Typed exactly like this, it gives nobody away",
        required=False,
        help_text="For an everyday word that is also a name: quotations may hold it.",
    )

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError where a name has nothing to stand in its place."""
        given = super().clean() or {}
        if not given.get("is_kept") and not given.get("replacement") and not self.errors:
            self.add_error("replacement", "Say what stands in its place, such as [organisation 2].")
        return given


def decisions_in(data: dict[str, str], all_alike: bool) -> list[Decision]:
    """What a page of candidates sent: `do-ID` is take or leave, `with-ID` what shall stand instead."""
    found = []
    for name, chosen in data.items():
        number = name.removeprefix("do-")
        is_number = number.isascii() and number.isdigit() and len(number) < MOST_DIGITS
        if name.startswith("do-") and is_number and chosen in ("take", "leave"):
            instead = data.get(f"with-{number}", "").strip()
            found.append(Decision(int(number), chosen == "take", instead, all_alike))
    return found


def as_typed(data: Mapping[str, str], number: int, decision: str, instead: str) -> tuple[str, str]:
    """The decision and the words instead as they were sent, so that a refusal loses neither; else those given."""
    return data.get(f"do-{number}") or decision, data.get(f"with-{number}", instead)
