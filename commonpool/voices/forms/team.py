"""Forms of a study's team."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from commonpool.pages.forms import DatePartsField, GovukForm, HintedRadios
from commonpool.people.models import Person
from commonpool.voices.models import TeamMember
from commonpool.voices.queries.access import may_begin_study

NOBODY: Final = (TeamMember.Part.ELSEWHERE, TeamMember.Part.AGREED)  # parts that no account has
PARTS: Final = [choice for choice in TeamMember.Part.choices if choice[0] not in NOBODY]
HINTS: Final = {
    TeamMember.Part.LEAD: "Also approvals, the team, rounds of coding and what the study says of itself.",
    TeamMember.Part.CODER: "Reads and codes, and keeps the sample.",
    TeamMember.Part.READER: "Reads everything that the team may, and changes nothing.",
}


class PartForm(GovukForm, forms.Form):
    """Somebody's part, and how codings name them."""

    part = forms.ChoiceField(label="Part", choices=PARTS, widget=HintedRadios)
    initials = forms.CharField(
        label="Initials",
        max_length=6,
        help_text="Codings name their coder by them.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["part"].widget.hints = {str(part): hint for part, hint in HINTS.items()}


class MemberForm(PartForm):
    """Somebody new on the team, by the address of an account that works with interviews."""

    email = forms.EmailField(
        label="E-mail address",
        help_text="Of an account of this site whose role is coder of interviews or evaluator.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    starts_on = DatePartsField(label="First day")
    field_order = ("email", "part", "initials", "starts_on")

    def __init__(self, *args: Any, today: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._today = today

    def clean_email(self) -> Person:
        """The account. Raises the same for one that is not there and for one that may not work with interviews."""
        typed = self.cleaned_data["email"].strip().lower()
        person = Person.objects.filter(email=typed).first()
        if person is None or not may_begin_study(person, self._today):
            raise ValidationError(
                f"No account of the address {typed} works with interviews. Ask whoever runs the site to give it the "
                "role ‘Coder of interviews’, then add it here."
            )
        return person


class EndForm(GovukForm, forms.Form):
    """The last day of somebody's part."""

    ends_on = DatePartsField(label="Last day on the team")
