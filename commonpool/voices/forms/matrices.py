"""Forms of the framework matrix."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from commonpool.pages.forms import GovukForm
from commonpool.voices.models import CaseKind, Code
from commonpool.voices.models.matrices import LONGEST_SUMMARY
from commonpool.voices.queries.matrices import Behind


class CodesField(forms.MultipleChoiceField):
    """Codes of a study as boxes to tick, in the order of the tree, each with the names above it."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, codes: Iterable[tuple[Code, str]]) -> None:
        """Offer these; each has the names above it."""
        self.by_id = {str(code.uuid): code for code, _ in codes}
        self.choices = [(str(code.uuid), f"{path} › {code.name}" if path else code.name) for code, path in codes]

    def clean(self, value: Any) -> list[Code]:
        """The codes, in the order of the tree. Raises ValidationError."""
        chosen = set(super().clean(value))
        return [code for uuid, code in self.by_id.items() if uuid in chosen]


class MatrixForm(GovukForm, forms.Form):
    """A matrix: its name, what has a row, and its columns. What has a row stays once the matrix is made."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Give the matrix a name."})
    case_kind = forms.ChoiceField(
        label="What has a row?", choices=CaseKind.choices, widget=forms.RadioSelect, initial=CaseKind.SITE
    )
    codes = CodesField(
        label="Which codes are its columns?",
        help_text="A code counts with all codes beneath it: a category makes one broad column, its codes several.",
        error_messages={"required": "Tick at least one code to be a column."},
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def __init__(self, *args: Any, codes: Sequence[tuple[Code, str]], is_new: bool = True, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["codes"]
        assert isinstance(field, CodesField)
        field.offer(codes)
        if not is_new:
            del self.fields["case_kind"]


class CellForm(GovukForm, forms.Form):
    """A cell: a short text or that nothing was said, and the passages that it rests on."""

    summary = forms.CharField(
        label="What does the case say of it?",
        required=False,
        max_length=LONGEST_SUMMARY,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="Two or three sentences in your own words. No names: the matrix is kept as it is typed.",
    )
    nothing_said = forms.BooleanField(
        label="Nothing was said of it",
        required=False,
        help_text="You looked, and the case says nothing. A cell that nobody wrote yet stays empty.",
    )
    rests_on = forms.TypedMultipleChoiceField(coerce=int, required=False)
    quotations = forms.TypedMultipleChoiceField(coerce=int, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def __init__(self, *args: Any, behind: Sequence[Behind], **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("rests_on", "quotations"):
            self.fields[name].choices = [(each.id, each.where) for each in behind]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError where there is a summary and nothing was said."""
        given = super().clean() or {}
        if given.get("nothing_said") and (given.get("summary") or "").strip():
            self.add_error("nothing_said", "There is a summary, and nothing was said. Keep one of them.")
        return given
