"""Forms of sites, participants and interviews."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from commonpool.pages.forms import DatePartsField, GovukForm
from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.voices.models import Criterion, GuideVersion, Interview, Level, Participant, Site, Study

NOT_KNOWN: Final = "Not known"
LARGEST_FILE: Final = 500_000


class RowForm(GovukForm, forms.Form):
    """A form of one row. `revision` is that of the row that was in front of the person; 0 for a new one."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def given(self) -> dict[str, Any]:
        """What was typed, without the revision."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}

    @property
    def seen(self) -> int:
        """The revision that was in front of the person."""
        return int(self.cleaned_data.get("revision") or 0)


class SiteForm(RowForm):
    """A site, with its level of each criterion."""

    name = forms.CharField(
        label="Name",
        max_length=120,
        help_text="As the team calls it. It stands in lists and tables, so choose one that gives nobody away.",
    )
    area = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="Health and wellbeing board area",
        required=False,
        empty_label="None, or not known",
        help_text="If it is one: measures and money of the same place are found by it.",
    )

    def __init__(self, *args: Any, criteria: Iterable[Criterion], areas: QuerySet[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self._criteria = {f"level-{each.uuid}": each for each in criteria}
        for name, each in self._criteria.items():
            self.fields[name] = forms.ModelChoiceField(
                Level.objects.filter(criterion=each), label=each.name, required=False, empty_label=NOT_KNOWN
            )

    def levels(self) -> dict[Criterion, Level | None]:
        """The level of each criterion; None for not known."""
        return {each: self.cleaned_data[name] for name, each in self._criteria.items()}


class ParticipantForm(RowForm):
    """Somebody who is heard. An empty answer is not known."""

    pseudonym = forms.CharField(
        label="Pseudonym", max_length=20, help_text="Such as P07. It stands wherever the participant does."
    )
    site = forms.ModelChoiceField(Site.objects.none(), label="Site", required=False, empty_label=NOT_KNOWN)
    organisation_type = forms.CharField(label="Type of organisation", max_length=80, required=False)
    role_group = forms.CharField(label="Role", max_length=80, required=False)
    real_name = forms.CharField(
        label="Real name",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Only where the team has to know it. It is sealed under the participant’s own key, "
        "and nobody can read it once that key is destroyed.",
    )

    def __init__(self, *args: Any, study: Study, is_named: bool = False, **more: Any) -> None:
        """`is_named`: a name is kept already, and stays unless another is typed or it is to be forgotten."""
        super().__init__(*args, **more)
        self.fields["site"].queryset = Site.objects.filter(study=study)  # type: ignore[attr-defined]
        for name in ("organisation_type", "role_group"):
            if used := _used(study, name):
                self.fields[name].help_text = f"Used so far: {', '.join(used)}. The same words fall into one group."
        if is_named:
            self.fields["real_name"].help_text = "A name is kept. Leave this empty to keep it as it is."
            self.fields["forget_name"] = forms.BooleanField(label="Forget the name that is kept", required=False)


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Participants to tick, each with what tells them apart."""

    def label_from_instance(self, row: Any) -> str:
        """`P07, North, Council`"""
        return ", ".join(str(part) for part in (row.pseudonym, row.site, row.organisation_type) if part)


class InterviewForm(RowForm):
    """One conversation. An empty answer is not known."""

    name = forms.CharField(label="Name", max_length=20, help_text="Such as I07, never a person’s name.")
    held_on = DatePartsField(label="Day", required=False, help_text="Leave empty what is not known.")
    site = forms.ModelChoiceField(Site.objects.none(), label="Site", required=False, empty_label=NOT_KNOWN)
    kind = forms.ChoiceField(
        label="With whom?", choices=Interview.Kind.choices, initial=Interview.Kind.SINGLE, widget=forms.RadioSelect
    )
    participants = PeopleField(
        Participant.objects.none(),
        label="Who took part?",
        required=False,
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
    )
    mode = forms.ChoiceField(label="How did you talk?", choices=(), required=False)
    minutes = forms.IntegerField(
        label="How many minutes?",
        required=False,
        min_value=1,
        max_value=24 * 60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
    )
    interviewer = forms.ModelChoiceField(
        Person.objects.none(), label="Who asked?", required=False, empty_label=NOT_KNOWN
    )
    guide = forms.ModelChoiceField(
        GuideVersion.objects.none(),
        label="Topic guide",
        required=False,
        empty_label="The version in use on that day",
    )
    others = forms.ChoiceField(label="Was anybody else present?", choices=(), required=False, widget=forms.RadioSelect)
    others_words = forms.CharField(
        label="Who else?", max_length=200, required=False, help_text="By part, such as a note taker. No names."
    )
    notes = forms.CharField(
        label="Field notes",
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Sealed: with one participant under their own key, so that the notes go when they withdraw.",
    )

    def __init__(self, *args: Any, study: Study, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["site"].queryset = Site.objects.filter(study=study)  # type: ignore[attr-defined]
        self.fields["participants"].queryset = Participant.objects.filter(study=study).select_related("site")  # type: ignore[attr-defined]
        if not self.fields["participants"].queryset.exists():  # type: ignore[attr-defined]
            self.fields["participants"].help_text = "Nobody is listed yet. Add participants first, or tick them later."
        self.fields["guide"].queryset = GuideVersion.objects.filter(study=study)  # type: ignore[attr-defined]
        team = Person.objects.filter(pk__in=study.team.values("person")).order_by("name", "email")
        self.fields["interviewer"].queryset = team  # type: ignore[attr-defined]
        self.fields["mode"].choices = unknown_first(Interview.Mode.choices)  # type: ignore[attr-defined]
        self.fields["others"].choices = unknown_first(Interview.Others.choices)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for words about nobody."""
        given = super().clean() or {}
        if given.get("others_words") and given.get("others") != Interview.Others.SOMEBODY:
            self.add_error("others", "You say who else was present: choose ‘Somebody else’, or clear the words.")
        return given


class FileForm(GovukForm, forms.Form):
    """A CSV file, or what was read from one and is in front of the person."""

    file = forms.FileField(
        label="File",
        widget=forms.FileInput(attrs={"accept": ".csv"}),
        error_messages={
            "required": "Choose a .csv file.",
            "empty": "The file is empty. Choose a .csv file with a row below its first.",
        },
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput, max_length=LARGEST_FILE)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["file"].required = not self.data.get("text")

    def clean_file(self) -> Any:
        """The file. Raises ValidationError for one that is too large."""
        held = self.cleaned_data["file"]
        if held and held.size > LARGEST_FILE:
            raise ValidationError(f"The file is larger than {LARGEST_FILE // 1000} kB. Send it in parts.")
        return held


def unknown_first(choices: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The choices of a table with ‘Not known’, the empty one, before the others."""
    return sorted(choices, key=lambda choice: choice[0] != "")


def _used(study: Study, name: str) -> list[str]:
    values = Participant.objects.filter(study=study).exclude(**{name: ""}).values_list(name, flat=True)
    return list(values.distinct().order_by(name)[:12])
