"""Forms of coding rounds: opening one, giving out a transcript, closing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from commonpool.pages.forms import GovukForm, HintedRadios
from commonpool.voices.models import CodebookVersion, CodingRound, Study, TeamMember, Transcript
from commonpool.voices.queries.rounds import coders_of
from commonpool.voices.rules.dealing import deal

BLIND, OPEN = "blind", "open"
MOST_REASON: Final = 400


class Visibility(HintedRadios):
    """Blind or open, each with what it means."""

    hints: Mapping[str, str] = {
        BLIND: "Everybody sees only their own codings of these transcripts until the round closes. It cannot be "
        "opened again after that.",
        OPEN: "Everybody sees what the others code.",
    }


class CoderChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not subscriptable when run
    """Members of the team by name."""

    def label_from_instance(self, obj: Any) -> str:
        """Initials, and the name where there is one."""
        return named(obj)


class CoderChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when run
    """One member of the team by name."""

    def label_from_instance(self, obj: Any) -> str:
        """Initials, and the name where there is one."""
        return named(obj)


def named(member: TeamMember) -> str:
    """A member as the team knows them: initials, and the name where there is one."""
    name = member.person.name if member.person is not None else member.name
    return f"{member.initials}, {name}" if name else member.initials


class RoundForm(GovukForm, forms.Form):
    """A new round, with who codes what dealt evenly."""

    name = forms.CharField(
        label="Name", max_length=80, error_messages={"required": "Give the round a name, such as Double coding 1."}
    )
    kind = forms.ChoiceField(label="What is it for?", choices=CodingRound.Kind.choices, widget=forms.RadioSelect)
    visibility = forms.ChoiceField(
        label="Do coders see one another’s codings?",
        choices=[(BLIND, "No, it is blind"), (OPEN, "Yes, it is open")],
        widget=Visibility,
        error_messages={"required": "Choose whether the round is blind."},
    )
    framework = forms.ModelChoiceField(
        CodebookVersion.objects.none(),
        label="Which version of the framework?",
        required=False,
        empty_label="The framework as it stands",
    )
    transcripts = forms.ModelMultipleChoiceField(
        Transcript.objects.none(),
        label="Transcripts",
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose one transcript or more."},
    )
    coders = CoderChoices(
        TeamMember.objects.none(),
        label="Coders",
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose one coder or more."},
    )
    double = forms.IntegerField(
        label="How many of the transcripts shall two people code?",
        required=False,
        min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-5"}),
        help_text="Left empty: all of them in a pilot and for double coding, otherwise none. They are spread over the "
        "list, and nobody gets over one transcript more than another.",
    )

    def __init__(self, *args: Any, study: Study, **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        fields["framework"].queryset = CodebookVersion.objects.filter(study=study)
        fields["transcripts"].queryset = Transcript.objects.filter(study=study)
        coders = TeamMember.objects.filter(pk__in=[each.pk for each in coders_of(study)])
        fields["coders"].queryset = coders.select_related("person")

    def clean(self) -> dict[str, Any]:
        """With `dealt`, who codes what. Raises ValidationError for more doubled than there are, or by one coder."""
        given = super().clean() or {}
        if self.errors:
            return given
        texts, coders = list(given["transcripts"]), list(given["coders"])
        double = given.get("double")
        if double is None:
            double = 0 if given["kind"] == CodingRound.Kind.MAIN or len(coders) < 2 else len(texts)
        if wrong := _not_to_be_doubled(double, texts, coders, given["kind"]):
            self.add_error(*wrong)
            return given
        return {**given, "dealt": list(deal(texts, coders, double))}

    def round_fields(self) -> dict[str, Any]:
        """What `actions.rounds.open_round` is told."""
        given = self.cleaned_data
        return {
            **{name: given[name] for name in ("name", "kind", "framework", "dealt")},
            "is_blind": given["visibility"] == BLIND,
        }


def _not_to_be_doubled(
    double: int, texts: Sequence[Transcript], coders: Sequence[TeamMember], kind: str
) -> tuple[str, str] | None:
    if double > len(texts):
        return "double", f"{double} cannot be coded twice: {len(texts)} transcripts are chosen."
    if len(coders) < 2 and (double or kind == CodingRound.Kind.DOUBLE):
        return "coders", "Double coding needs two coders. Choose another, or put somebody on the team first."
    return None


class AssignForm(GovukForm, forms.Form):
    """One more transcript for a coder."""

    transcript = forms.ModelChoiceField(
        Transcript.objects.none(),
        label="Transcript",
        empty_label=None,
        to_field_name="uuid",
        error_messages={"required": "Choose a transcript."},
    )
    coder = CoderChoice(
        TeamMember.objects.none(),
        label="Coder",
        empty_label=None,
        to_field_name="uuid",
        error_messages={"required": "Choose a coder."},
    )

    def __init__(self, *args: Any, study: Study, **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        fields["transcript"].queryset = Transcript.objects.filter(study=study)
        fields["coder"].queryset = TeamMember.objects.filter(
            pk__in=[each.pk for each in coders_of(study)]
        ).select_related("person")


class CloseForm(GovukForm, forms.Form):
    """Closing a round; the reason is needed where somebody has not finished."""

    reason = forms.CharField(
        label="Why is it closed before everybody has finished?",
        required=False,
        max_length=MOST_REASON,
        help_text="What is not marked as done is left out of the agreement.",
    )


def first_error(form: forms.Form) -> ValidationError:
    """What is wrong with a small form on a page, as one message."""
    return ValidationError([message for errors in form.errors.values() for message in errors])
