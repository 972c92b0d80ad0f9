"""Forms of this room. What was typed stays on every error, and every fault of a text is told with its line."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from commonpool.funds.models import Agreement
from commonpool.pages.forms import GovukForm
from commonpool.places.models import Organisation
from commonpool.plans.forms import ShareField, choose_body
from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.models.contracts import LONGEST_TEXT
from commonpool.risk_share.rules.starting import FORMS, PAYMENTS

MOST_TRIED: Final = 8


class OfAgreement(forms.Form):
    """A form that asks for which agreement, unless there is only one."""

    agreement = forms.ModelChoiceField(
        Agreement.objects.none(), label="Agreement", empty_label=None, to_field_name="uuid"
    )

    def __init__(self, *args: Any, agreements: Sequence[Agreement], **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["agreement"]
        field.queryset = Agreement.objects.filter(pk__in=[each.pk for each in agreements])
        self._only = agreements[0] if len(agreements) == 1 else None
        if self._only is not None:
            field.initial, field.widget, field.required = self._only.uuid, forms.HiddenInput(), False

    def clean_agreement(self) -> Agreement | None:
        """The one that was chosen, or the only one."""
        return self.cleaned_data["agreement"] or self._only


class StartForm(GovukForm, OfAgreement):
    """Which form a new text starts from, and for the contract of which agreement."""

    form = forms.ChoiceField(label="Form", choices=[*FORMS.items(), *PAYMENTS.items()])


class TextForm(GovukForm, forms.Form):
    """A contract's text, typed or in a file. `thing` is what it is called in sentences."""

    thing = "contract"
    text = forms.CharField(
        label="The contract",
        strip=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "cp-code"}),
        help_text="In the form that the guide to contracts describes.",
        error_messages={
            "required": "Write the contract, or choose a file of it.",
            "max_length": f"A contract has at most {LONGEST_TEXT:,} characters. Shorten it.",
        },
    )
    file = forms.FileField(
        label="Or a file of it",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.txt"}),
        help_text="A .yaml file. It takes the place of what stands above.",
        error_messages={"empty": "The file is empty. Choose the contract’s .yaml file."},
    )

    def clean_file(self) -> str:
        """The file's text; "" for none. Raises ValidationError for what is no text or too long."""
        held = self.cleaned_data.get("file")
        if not held:
            return ""
        if held.size > 4 * LONGEST_TEXT:
            raise ValidationError(f"The file is larger than a {self.thing} of {LONGEST_TEXT:,} characters can be.")
        try:
            text = str(held.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise ValidationError("The file is not text in UTF-8. Save it as plain text, and send it again.") from error
        if len(text) > LONGEST_TEXT:
            raise ValidationError(
                f"A {self.thing} has at most {LONGEST_TEXT:,} characters, and the file has {len(text):,}."
            )
        return text

    def clean(self) -> dict[str, Any]:
        """The file's text takes the place of the typed one, on the page too, so that its faults can be mended there."""
        given = super().clean() or {}
        if given.get("file"):
            self.errors.pop("text", None)
            given["text"] = given["file"]
            data: Any = self.data
            self.data = data = data.copy()
            data["text"] = given["file"]
        return given


class TransitionForm(TextForm):
    """A transition plan's text, typed or in a file."""

    thing = "plan"

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        text, file = self.fields["text"], self.fields["file"]
        text.label, text.help_text = "The plan", "Start from the example: each line of it says what it is for."
        text.error_messages["required"] = "Write the plan, or choose a file of it."
        text.error_messages["max_length"] = f"A plan has at most {LONGEST_TEXT:,} characters. Shorten it."
        file.error_messages["empty"] = "The file is empty. Choose the plan’s .yaml file."


class DraftForm(OfAgreement, TextForm):
    """A new draft: its text, of which agreement, and for which partner."""

    body = forms.ModelChoiceField(
        Organisation.objects.none(), label="The draft is of", empty_label=None, to_field_name="uuid"
    )

    def __init__(self, *args: Any, bodies: Sequence[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        choose_body(self, bodies)
        self.order_fields(["agreement", "body", "text", "file"])


class ChangeForm(TextForm):
    """Another text for a draft. `made_for` is the digest of the text that was in front of the person."""

    made_for = forms.CharField(max_length=64, widget=forms.HiddenInput)


class TryForm(GovukForm, forms.Form):
    """Which contracts to try out, and how spending may differ from the plan."""

    contracts = forms.ModelMultipleChoiceField(
        ContractVersion.objects.none(),
        label="Contracts to try out",
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
        help_text=f"One to {MOST_TRIED}.",
        error_messages={"invalid_choice": "One of the contracts is not yours to read. Choose from the list."},
    )
    sd = ShareField(
        label="How far each line may differ",
        help_text="One standard deviation, in per cent of its budget: two years in three stay within it.",
    )
    common = ShareField(
        label="How much of that has one common cause",
        help_text="In per cent: 0 where each line goes its own way, 100 where all move together, as with prices.",
    )

    def __init__(
        self, *args: Any, contracts: Sequence[ContractVersion], lines: Sequence[tuple[str, str]], **more: Any
    ) -> None:
        """`lines` are (id, label) of the plan's lines: each can have a standard deviation of its own."""
        super().__init__(*args, **more)
        field: Any = self.fields["contracts"]
        field.queryset = ContractVersion.objects.filter(pk__in=[each.pk for each in contracts])
        self._boxes = {f"line-{place}": code for place, (code, _) in enumerate(lines)}
        for (name, _), (_, label) in zip(self._boxes.items(), lines, strict=True):
            self.fields[name] = ShareField(label=label, required=False)

    def clean_contracts(self) -> list[ContractVersion]:
        """At most eight, the first version first."""
        chosen = sorted(self.cleaned_data["contracts"], key=lambda each: each.number)
        if len(chosen) > MOST_TRIED:
            raise ValidationError(f"You chose {len(chosen)} contracts. Choose at most {MOST_TRIED}.")
        return chosen

    def clean(self) -> dict[str, Any]:
        """With `sds`: the standard deviation of each line by its id, and `share`: that of the common cause."""
        given = super().clean() or {}
        if not self.errors:
            given["sds"] = {code: Fraction(given[name] or given["sd"]) for name, code in self._boxes.items()}
            given["share"] = Fraction(given["common"])
        return given

    def of_all(self) -> list[forms.BoundField]:
        """The fields for all lines together."""
        return [self[name] for name in ("contracts", "sd", "common")]

    def of_lines(self) -> list[forms.BoundField]:
        """One field for each line."""
        return [self[name] for name in self._boxes]
