"""Forms of this room."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet

from commonpool.pages.forms import DatePartsField, GovukForm
from commonpool.people.models import Person
from commonpool.people.rules import GRANTED_BY_PAGE
from commonpool.places.models import Organisation


class SignInForm(GovukForm, LoginForm):  # type: ignore[misc]
    """allauth's form in our words: labels stand above, and nothing inside the boxes stands for them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("login", "E-mail address"), ("password", "Password")):
            self.fields[name].label = label
            self.fields[name].help_text = ""
            self.fields[name].widget.attrs.pop("placeholder", None)


class InviteForm(GovukForm, forms.Form):
    """Whom to invite, where, as what."""

    email = forms.EmailField(
        label="E-mail address",
        error_messages={
            "required": "Enter the e-mail address of whom you invite.",
            "invalid": "Enter an address with an @, for example jo@council.example.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="Organisation",
        empty_label=None,
        to_field_name="uuid",
        error_messages={
            "required": "Choose the organisation.",
            "invalid_choice": "Choose one of the organisations that you look after.",
        },
    )
    role = forms.ChoiceField(
        label="Role",
        choices=[(role.value, role.label) for role in GRANTED_BY_PAGE],
        error_messages={"invalid_choice": "‘%(value)s’ is not a role that is given here. Choose one from the list."},
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]


class AcceptForm(GovukForm, forms.Form):
    """The invited person's name and password."""

    name = forms.CharField(
        label="Your name",
        max_length=200,
        help_text="As colleagues in the other organisations know you.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name."},
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        help_text="At least 12 characters. Three random words are easy to remember.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter a password of at least 12 characters."},
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        """Not short, common, or like the person's own name or address."""
        password: str = self.cleaned_data["password"]
        self.person.name = self.cleaned_data.get("name", "")
        validate_password(password, self.person)
        return password


class EndForm(GovukForm, forms.Form):
    """The last day of a membership."""

    ends_on = DatePartsField(
        label="Last day", error_messages={"required": "Enter the last day, for example 31 3 2031."}
    )
