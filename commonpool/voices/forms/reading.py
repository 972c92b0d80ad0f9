"""Forms of the reading view: code some words, write a memo, put a tag on a turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from commonpool.pages.forms import GovukForm
from commonpool.voices.queries.reading import ReadText
from commonpool.voices.rules.passages import found
from commonpool.voices.rules.text import Span

MOST_CODES: Final = 50


class IdsField(forms.Field):
    """Several ids, as many boxes ticked give them. What is no id counts as a fault, not as nothing."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[UUID]:
        """The ids, each once."""
        try:
            return list(dict.fromkeys(UUID(str(each)) for each in value or ()))
        except ValueError:
            raise ValidationError("A code that you chose is none of this study. Choose from the list.") from None


class PassageForm(GovukForm, forms.Form):
    """Some words: by position where a script marked them, else by turn and by what was typed.

    start, end   code points of the text
    words        as they stand in turn `turn`; empty for the whole turn
    until        the last turn, where a passage goes over several whole turns
    """

    version = forms.UUIDField(widget=forms.HiddenInput)
    start = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    end = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    turn = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    words = forms.CharField(
        label="Which words of the turn?",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Copy them from the text. Leave this empty for the whole turn.",
    )
    until = forms.IntegerField(
        label="Up to the end of turn",
        required=False,
        min_value=1,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}),
        help_text="Where the passage goes on in later turns.",
    )

    def __init__(self, *args: Any, said: ReadText | None = None, **more: Any) -> None:
        """`said`: the text with its turns, for words that are typed."""
        super().__init__(*args, **more)
        self._said = said

    def clean(self) -> dict[str, Any]:
        """With `span`, or with a fault that says what to do."""
        given = super().clean() or {}
        start, end = given.get("start"), given.get("end")
        if start is not None and end is not None:
            given["span"] = Span(start, end) if start < end else None
        elif not self.errors:
            given["span"] = self._typed(given)
        if not self.errors and given.get("span") is None:
            self.add_error(None, "Select some words first: an empty passage cannot be coded.")
        return given

    def _typed(self, given: Mapping[str, Any]) -> Span | None:
        turns = {turn.number: turn for turn in self._said.turns} if self._said else {}
        first = turns.get(given.get("turn") or 0)
        if self._said is None or first is None:
            self.add_error(None, "Choose the turn whose words you mean.")
            return None
        if (until := given.get("until")) is not None:
            return self._over_turns(turns, first, until)
        words = str(given.get("words") or "")
        return self._in_turn(self._said, first, words) if words.strip() else Span(first.words_from, first.end)

    def _over_turns(self, turns: Mapping[int, Any], first: Any, until: int) -> Span | None:
        last = turns.get(until)
        if last is None or last.number < first.number:
            self.add_error("until", f"The last turn is {until}. Give one from {first.number} to {max(turns)}.")
            return None
        return Span(first.words_from, last.end)

    def _in_turn(self, said: ReadText, turn: Any, words: str) -> Span | None:
        places = found(said.text, Span(turn.words_from, turn.end), words)
        if len(places) == 1:
            return places[0]
        if places:
            self.add_error("words", f"These words stand {len(places)} times in turn {turn.number}. Copy more of them.")
        else:
            self.add_error("words", f"‘{words.strip()}’ does not stand in turn {turn.number}. Copy it from the text.")
        return None


class CodingForm(PassageForm):
    """Codes for some words, with a memo."""

    codes = IdsField(required=False)
    memo = forms.CharField(
        label="Memo", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}), strip=True
    )
    in_vivo = forms.BooleanField(
        label="Make a code of these words",
        required=False,
        help_text="A code at the top of the framework, named as the participant says it.",
    )

    def __init__(self, *args: Any, may_make_codes: bool = True, **more: Any) -> None:
        super().__init__(*args, **more)
        if not may_make_codes:
            del self.fields["in_vivo"]

    def clean_codes(self) -> list[UUID]:
        """The codes. Raises ValidationError for more than anybody puts on one passage."""
        codes: list[UUID] = self.cleaned_data["codes"]
        if len(codes) > MOST_CODES:
            raise ValidationError(f"{len(codes)} codes at once are too many. Choose {MOST_CODES} at most.")
        return codes


class NoteForm(PassageForm):
    """A memo on some words, or with `whole` on the transcript."""

    whole = forms.BooleanField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label="Memo",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write the memo."},
    )

    def clean(self) -> dict[str, Any]:
        """With `span`, None for the whole transcript."""
        if self.cleaned_data.get("whole"):
            return {**self.cleaned_data, "span": None}
        return super().clean()


class MemoForm(GovukForm, forms.Form):
    """The words of a memo alone."""

    text = forms.CharField(
        label="Memo",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write something, or take the memo away."},
    )


class CodingMemoForm(GovukForm, forms.Form):
    """The memo of a coding; empty takes it away."""

    text = forms.CharField(label="Memo", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class TagForm(GovukForm, forms.Form):
    """A tag for a turn."""

    version = forms.UUIDField(widget=forms.HiddenInput)
    turn = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    name = forms.CharField(
        label="Tag", max_length=60, error_messages={"required": "Write the tag."}, help_text="Such as: check the tape."
    )


class ReadForm(forms.Form):
    """Turns that were read; `done`: whether one is through with the transcript."""

    version = forms.UUIDField()
    turn = forms.IntegerField(required=False, min_value=1)
    through = forms.IntegerField(required=False, min_value=1)
    is_read = forms.BooleanField(required=False)

    def numbers(self) -> Sequence[int]:
        """The turns that are meant: one, or all up to one."""
        turn, through = self.cleaned_data.get("turn"), self.cleaned_data.get("through")
        return range(1, min(through, 100_000) + 1) if through else [turn] if turn else []
