"""What is asked of the agreement page, and a decision about a passage."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from commonpool.pages.forms import GovukForm
from commonpool.voices.actions.decisions import Wanted
from commonpool.voices.forms.rounds import CoderChoices, named
from commonpool.voices.models import Code, CodebookChange, Decision, TeamMember, Transcript
from commonpool.voices.queries.codebooks import in_tree_order
from commonpool.voices.queries.compared import code_names
from commonpool.voices.queries.decided import Differing
from commonpool.voices.queries.framework_history import steps_of
from commonpool.voices.queries.side_by_side import SideBySide
from commonpool.voices.rules.agreement import Statistic, TextStatistic
from commonpool.voices.rules.agreement.answering import WORDS
from commonpool.voices.rules.agreement.comparing import Asked, Unit
from commonpool.voices.rules.text import Span

UNITS: Final = (
    (Unit.CHARACTER, "by character"),
    (Unit.SENTENCE, "by sentence, marked if touched"),
    (Unit.TURN, "by turn, marked if touched"),
)
# Gamma can take a minute, which nobody should wait for a page: it is for the command, which takes the page's download.
STATISTICS: Final = [
    ("Units that are given", [(str(each), WORDS[each]) for each in Statistic]),
    (
        "Sections as coders cut them",
        [(str(each), WORDS[each]) for each in TextStatistic if each is not TextStatistic.GAMMA],
    ),
]
USUAL: Final = {"statistic": str(Statistic.KRIPPENDORFF_ALPHA), "unit": str(Unit.CHARACTER)}
KEEP: Final = "keep-"
MOST_OF_A_CHANGE: Final = 90  # characters of what a change did that a list to choose from shows


class AskedForm(GovukForm, forms.Form):
    """Which figure, of which coders. What is left out stands for the usual."""

    statistic = forms.ChoiceField(label="Statistic", choices=STATISTICS)
    unit = forms.ChoiceField(
        label="Unit",
        choices=[(str(unit), words) for unit, words in UNITS],
        help_text="Statistics of sections need none.",
    )
    coders = CoderChoices(
        TeamMember.objects.none(),
        label="Coders",
        required=False,
        to_field_name="uuid",
        help_text="Tick two or more to compare these alone.",
        widget=forms.CheckboxSelectMultiple,
    )
    beneath = forms.BooleanField(label="A code counts what is coded with the codes beneath it", required=False)

    def __init__(self, asked: QueryDict, *, coders: Sequence[TeamMember]) -> None:
        given = asked.copy()
        for name, usual in USUAL.items():
            given[name] = asked.get(name) or usual
        super().__init__(given)
        fields: dict[str, Any] = self.fields
        chosen = TeamMember.objects.filter(pk__in=[each.pk for each in coders])
        fields["coders"].queryset = chosen.select_related("person")

    def asked(self) -> Asked:
        """The question; the usual one where something of it is not known."""
        given = self.cleaned_data if self.is_valid() else USUAL
        if given["statistic"] in set(TextStatistic):
            return Asked(TextStatistic(given["statistic"]), Unit.SECTION)
        return Asked(Statistic(given["statistic"]), Unit(given["unit"]))

    def chosen(self) -> list[TeamMember]:
        """The coders that are ticked; none means all."""
        return list(self.cleaned_data.get("coders") or []) if self.is_valid() else []


class ChoiceForm(AskedForm):
    """The same for any of a study's transcripts."""

    transcripts = forms.ModelMultipleChoiceField(
        Transcript.objects.none(),
        label="Transcripts",
        required=False,
        to_field_name="uuid",
        help_text="Tick some to compare on these alone.",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, asked: QueryDict, *, coders: Sequence[TeamMember], transcripts: Sequence[Transcript]) -> None:
        super().__init__(asked, coders=coders)
        fields: dict[str, Any] = self.fields
        fields["transcripts"].queryset = Transcript.objects.filter(pk__in=[each.pk for each in transcripts])

    def chosen_transcripts(self) -> list[Transcript]:
        """Those that are ticked; none means all."""
        return list(self.cleaned_data.get("transcripts") or []) if self.is_valid() else []


class DecisionForm(GovukForm, forms.Form):
    """How one passage is settled."""

    outcome = forms.ChoiceField(
        label="What is agreed?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is agreed."},
    )
    code = forms.ModelChoiceField(
        Code.objects.none(), label="The other code", required=False, to_field_name="uuid", empty_label="None"
    )
    words = forms.CharField(
        label="The words that it is on",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="As they stand in the text. Left empty: the whole passage.",
    )
    note = forms.CharField(label="Why?", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    decided_by = CoderChoices(
        TeamMember.objects.none(),
        label="Who decided?",
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Say who decided."},
    )
    change = forms.ModelChoiceField(
        CodebookChange.objects.none(),
        label="Which change of the framework did it lead to?",
        required=False,
        to_field_name="uuid",
        empty_label="None",
    )

    def __init__(self, *args: Any, differing: Differing, shown: SideBySide, **more: Any) -> None:
        """`shown`: the words around the passage, in which other words are looked for."""
        super().__init__(*args, **more)
        study = differing.text.transcript.study_id
        fields: dict[str, Any] = self.fields
        self._coders = {f"{KEEP}{each.uuid}": each for each in differing.text.coders}
        self._shown = shown
        fields["outcome"].choices = [
            *((value, f"As {named(each)} has it") for value, each in self._coders.items()),
            (Decision.Outcome.BOTH, "All of it"),
            (Decision.Outcome.NEITHER, "None of it"),
            (Decision.Outcome.OTHER, "Another code or other words, as given below"),
        ]
        fields["code"].queryset = Code.objects.filter(study=study, is_retired=False, is_codable=True)
        names = code_names(differing.text.transcript.study)
        codable = (code for code in in_tree_order(differing.text.transcript.study) if code.is_codable)
        fields["code"].choices = [("", "None"), *((str(code.uuid), names[code.pk]) for code in codable)]
        team = TeamMember.objects.filter(study=study, person__isnull=False, ends_on=None)
        fields["decided_by"].queryset = team.select_related("person")
        steps = {step.last: step for step in steps_of(differing.text.transcript.study) if step.taken_back_by is None}
        changes = CodebookChange.objects.filter(study=study, number__in=steps)
        fields["change"].queryset = changes.order_by("-number")
        fields["change"].label_from_instance = lambda change: shortened(steps[change.number].said)

    def clean(self) -> dict[str, Any]:
        """With `span`, the other words. Raises ValidationError where they cannot be found, or no code is chosen."""
        given = super().clean() or {}
        if given.get("outcome") != Decision.Outcome.OTHER:
            return given
        if not given.get("code"):
            self.add_error("code", "Choose the code that is agreed.")
        try:
            given["span"] = self._span(given.get("words", ""))
        except ValidationError as wrong:
            self.add_error("words", wrong)
        return given

    def _span(self, words: str) -> Span:
        shown = self._shown
        if not shown.is_newest:
            raise ValidationError("The text was edited here since. Code the newest version in the reading view.")
        if not words.strip():
            return shown.passage
        pattern = r"\s+".join(re.escape(word) for word in words.split())
        found = [match.span() for match in re.finditer(pattern, shown.words)]
        if not found:
            raise ValidationError("These words do not stand here. Copy them from the text as they are.")
        if len(found) > 1:
            raise ValidationError(f"These words stand here {len(found)} times. Take in some more before or after.")
        return Span(shown.context.start + found[0][0], shown.context.start + found[0][1])

    def wanted(self) -> Wanted:
        """What was decided."""
        given = self.cleaned_data
        kept = self._coders.get(given["outcome"])
        return Wanted(
            outcome=Decision.Outcome.CODER if kept else given["outcome"],
            kept=kept,
            code=given.get("code") if given["outcome"] == Decision.Outcome.OTHER else None,
            span=given.get("span"),
            note=given.get("note", ""),
            change=given.get("change"),
        )


def shortened(said: str) -> str:
    """The beginning of what a change of the framework did, to choose it by."""
    return textwrap.shorten(said, MOST_OF_A_CHANGE, placeholder=" …")
