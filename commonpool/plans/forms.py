"""Forms of this room. Choices are those of the plan's round; what was typed stays on every error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import PurePath
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from commonpool.funds.models import PooledFund
from commonpool.pages.forms import DatePartsField, GovukForm, MoneyField
from commonpool.places.models import Organisation
from commonpool.plans.models import IncomeLine, SchemeLine
from commonpool.plans.rules.content import LIST_OF
from commonpool.policy.rules import Round

NOT_SAID: Final = ("", "Not said")
PER_CENT: Final = 100
FINEST_SHARE: Final = 28  # decimals: as many as this form shows of one third
# How the form asks for each field of a line that is chosen from a list.
ASKED: Final = {
    "scheme_type": "Scheme type",
    "area_of_spend": "Area of spend",
    "commissioner": "Commissioner",
    "provider": "Provider",
    "new_existing": "New or existing",
    "funding_kind": "Is this money new?",
    "purpose_kind": "What is it for?",
}


class ShareField(forms.CharField):
    """A share typed as a percentage; an exact fraction as text ("3/5"), "" where left empty."""

    def __init__(self, **more: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-5"})
        super().__init__(widget=widget, **more)

    def clean(self, value: Any) -> str:
        """Raises ValidationError, showing what was typed."""
        text = super().clean(value).strip().removesuffix("%").strip()
        if not text:
            return ""
        try:
            per_cent = Decimal(text)
        except InvalidOperation:
            per_cent = Decimal(-1)
        # Looked at before it becomes a fraction: that of 1e99999999 would keep a processor busy for minutes.
        is_share = per_cent.is_finite() and 0 <= per_cent <= PER_CENT
        if not is_share or int(per_cent.as_tuple().exponent) < -FINEST_SHARE:
            raise ValidationError(f"‘{value}’ is not a percentage. Enter a number from 0 to 100, for example 60.")
        return str(Fraction(per_cent) / PER_CENT)

    def prepare_value(self, value: Any) -> Any:
        """The fraction as a percentage to edit; text that was typed stays as it was."""
        if isinstance(value, str) and "/" not in value and value not in ("0", "1"):
            return value
        try:
            per_cent = Fraction(value) * PER_CENT
        except (ValueError, TypeError, ZeroDivisionError):
            return value
        return f"{Decimal(per_cent.numerator) / Decimal(per_cent.denominator):f}"


class UploadForm(GovukForm, forms.Form):
    """A workbook, and for whom it is uploaded."""

    workbook = forms.FileField(
        label="Plan workbook",
        help_text=f"An .xlsx file of at most {settings.REQUEST_BYTES_LIMIT // 1_000_000} MB. "
        "It is read here, and never changed.",
        error_messages={
            "required": "Choose the plan workbook, an .xlsx file.",
            "empty": "The file is empty. Choose the plan workbook, an .xlsx file.",
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
    body = forms.ModelChoiceField(
        Organisation.objects.none(), label="Upload for", empty_label=None, to_field_name="uuid"
    )

    def __init__(self, *args: Any, bodies: Sequence[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        choose_body(self, bodies)

    def clean_workbook(self) -> Any:
        """The file. Its name says least; what it is, the reading of it finds out."""
        file = self.cleaned_data["workbook"]
        if len(PurePath(file.name).name) > 200:
            raise ValidationError("The file’s name is longer than 200 characters. Give it a shorter name.")
        return file


class BodyForm(GovukForm, forms.Form):
    """For which of one's organisations something is done."""

    body = forms.ModelChoiceField(Organisation.objects.none(), label="For", empty_label=None, to_field_name="uuid")

    def __init__(self, *args: Any, bodies: Sequence[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        choose_body(self, bodies)


class StartForm(BodyForm):
    """A plan made here, of a round that has a template."""

    round_id = forms.ChoiceField(label="Planning round")

    def __init__(self, *args: Any, rounds: Iterable[Round], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["round_id"].choices = [(each.id, each.label) for each in rounds]  # type: ignore[attr-defined]
        self.order_fields(["round_id", "body"])


def choose_body(form: forms.Form, bodies: Sequence[Organisation]) -> None:
    """Offer these organisations; somebody with only one is not asked."""
    field: Any = form.fields["body"]
    field.queryset = Organisation.objects.filter(pk__in=[body.pk for body in bodies]).order_by("name")
    if len(bodies) == 1:
        field.initial, field.widget = bodies[0].uuid, forms.HiddenInput()


class ReasonForm(GovukForm, forms.Form):
    """A reason that others will read."""

    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="Partners will read it.",
    )


class AnswerForm(GovukForm, forms.Form):
    """One partner's answer to an offered version."""

    body = forms.ModelChoiceField(
        Organisation.objects.none(), label="You answer for", empty_label=None, to_field_name="uuid"
    )
    verdict = forms.ChoiceField(
        label="Does it agree this version?",
        choices=[("agreed", "Yes, agreed"), ("refused", "No, not agreed")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed for a no, so that the others can act on it.",
    )

    def __init__(self, *args: Any, bodies: Sequence[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        choose_body(self, bodies)

    def clean(self) -> dict[str, Any]:
        """A no says why."""
        given = super().clean() or {}
        if given.get("verdict") == "refused" and not (given.get("reason") or "").strip():
            self.add_error("reason", "Say why this is not agreed, so that the others can act on it.")
        return given


class WithdrawForm(BodyForm):
    """When and why a top-up is withdrawn, and what becomes of its schemes."""

    withdrawn_on = DatePartsField(label="Withdrawn on")
    schemes = forms.ChoiceField(
        label="What becomes of the schemes it paid for?",
        choices=[
            ("reduce", "They carry the loss between them, in proportion"),
            ("leave", "They stay as they are, and the plan shows the gap"),
        ],
        widget=forms.RadioSelect,
        initial="reduce",
    )
    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


class LineForm(GovukForm, forms.Form):
    """What the forms of income and scheme lines share: they know which revision of the line they were opened on."""

    revision = forms.IntegerField(widget=forms.HiddenInput, initial=1)

    def changes(self) -> dict[str, Any]:
        """{field of the line: new value} of what was changed against what the line says."""
        return {name.replace("__", ":"): self.cleaned_data[name] for name in self.changed_data if name != "revision"}


class SchemeLineForm(LineForm):
    """One scheme line. `line` None is a new one."""

    def __init__(
        self,
        *args: Any,
        round_: Round,
        partners: Sequence[Organisation],
        funds: Sequence[PooledFund],
        line: SchemeLine | None = None,
        **more: Any,
    ) -> None:
        more["initial"] = _initial(line)
        super().__init__(*args, **more)
        for name, field in _scheme_fields(round_, partners, funds):
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """A sub-type belongs to its scheme type."""
        given = super().clean() or {}
        chosen, sub_type = given.get("scheme_type"), given.get("sub_type")
        choices = dict(self.fields["sub_type"].choices) if "sub_type" in self.fields else {}  # type: ignore[attr-defined]
        groups = {
            code: label
            for label, entries in choices.items()
            if isinstance(entries, (list, tuple))
            for code, _ in entries
        }
        types = dict(self.fields["scheme_type"].choices) if "scheme_type" in self.fields else {}  # type: ignore[attr-defined]
        if sub_type and sub_type in groups and groups[sub_type] != types.get(chosen or ""):
            self.add_error("sub_type", f"This belongs to ‘{groups[sub_type]}’. Choose a sub-type of your scheme type.")
        return given


Fields = Iterator[tuple[str, forms.Field]]


def _scheme_fields(round_: Round, partners: Sequence[Organisation], funds: Sequence[PooledFund]) -> Fields:
    """The fields of a scheme line's form in their order: what it is, its money, who buys it, what it is for."""
    yield from _scheme_itself(round_)
    yield from _scheme_money(round_)
    yield from _scheme_buyers(round_)
    yield from _scheme_purpose(round_)
    yield "is_test_pot", forms.BooleanField(label="Ring-fenced to try something out", required=False)
    yield "loss_bearer", _one_of(partners, "Who bears a loss?", "Not agreed")
    if len(funds) > 1:
        yield "fund", _one_of(funds, "Pool or stream", "Not said")
    yield "comment", _text("Comment", required=False)


def _scheme_itself(round_: Round) -> Fields:
    yield "scheme_id", forms.CharField(label="Scheme ID", required=False, max_length=300)
    yield "scheme_name", _text("Scheme name", rows=1)
    yield "description", _text("What it does", required=False)
    yield "scheme_type", _choice(round_, "scheme_type")
    if "sub_types" in round_.lists and round_.lists["sub_types"].entries:
        yield "sub_type", _sub_type(round_)
    yield (
        "other_text",
        _text("Words for ‘Other’", required=False, rows=1, help_text="Where the type is ‘Other’."),
    )


def _scheme_money(round_: Round) -> Fields:
    yield "source_category", _source(round_)
    for year in round_.years:
        yield f"pence__{year}", MoneyField(label=f"Planned spend {year}", required=False)
        yield (
            f"outputs__{year}",
            forms.DecimalField(
                label=f"Planned outputs {year}",
                required=False,
                max_digits=20,
                decimal_places=6,
                localize=False,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-10"}),
            ),
        )


def _scheme_buyers(round_: Round) -> Fields:
    yield "area_of_spend", _choice(round_, "area_of_spend")
    yield "area_other_text", _text("Words for area ‘Other’", required=False, rows=1)
    yield "commissioner", _choice(round_, "commissioner")
    yield "nhs_share", ShareField(label="NHS share", required=False, help_text="In per cent, where it is joint.")
    yield "provider", _choice(round_, "provider")


def _scheme_purpose(round_: Round) -> Fields:
    if "new_existing" in round_.lists:
        yield "new_existing", _choice(round_, "new_existing")
    if objectives := round_.lists.get("objectives"):
        yield (
            "objectives",
            forms.MultipleChoiceField(
                label="Objectives it serves",
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=[(each.code, each.label) for each in objectives.entries],
            ),
        )
    if "funding_kind" in round_.lists:
        yield "funding_kind", _choice(round_, "funding_kind")
        yield "redirected_from", _text("Redirected from what?", required=False, rows=1)
    if "purpose_kind" in round_.lists:
        yield "purpose_kind", _choice(round_, "purpose_kind")


class IncomeLineForm(LineForm):
    """One income line."""

    def __init__(
        self, *args: Any, round_: Round, funds: Sequence[PooledFund], line: IncomeLine, is_top_up: bool, **more: Any
    ) -> None:
        more["initial"] = _initial(line)
        super().__init__(*args, **more)
        for year in round_.years:
            self.fields[f"pence__{year}"] = MoneyField(label=f"Amount {year}", required=False)
        self.fields["legal_basis"] = forms.CharField(
            label="Legal basis",
            max_length=500,
            error_messages={"required": "Every pound has a legal basis. Say under which power or grant it is paid."},
        )
        if len(funds) > 1:
            self.fields["fund"] = _one_of(funds, "Pool or stream", "Not said")
        if is_top_up:
            self.fields["terms"] = _text("Conditions", required=False)
            self.fields["ends_on"] = DatePartsField(label="Ends on", required=False)
            self.fields["notice_days"] = forms.IntegerField(
                label="Days of notice to withdraw it",
                required=False,
                min_value=0,
                max_value=3650,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
            )
        self.fields["comment"] = _text("Comment", required=False)


def _initial(line: SchemeLine | IncomeLine | None) -> dict[str, Any]:
    if line is None:
        return {}
    said: dict[str, Any] = {field.name: getattr(line, field.name) for field in line._meta.concrete_fields}
    for name in ("fund", "loss_bearer"):
        if body := said.get(name):
            said[name] = body.uuid
    for year in line.years.all():
        said[f"pence__{year.year}"] = year.pence
        if hasattr(year, "outputs"):
            # As people type it: 2640, not 2640.000000.
            said[f"outputs__{year.year}"] = None if year.outputs is None else f"{year.outputs.normalize():f}"
    return said


def _text(label: str, *, required: bool = True, rows: int = 3, help_text: str = "") -> forms.CharField:
    widget = forms.TextInput() if rows == 1 else forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, widget=widget, help_text=help_text, max_length=10_000)


def _choice(round_: Round, name: str) -> forms.ChoiceField:
    code_list = round_.lists.get(LIST_OF[name])
    choices = [(each.code, each.label) for each in (code_list.entries if code_list else ())]
    return forms.ChoiceField(label=ASKED[name], required=False, choices=[NOT_SAID, *choices])


def _sub_type(round_: Round) -> forms.ChoiceField:
    types, sub_types = round_.lists["scheme_types"], round_.lists["sub_types"]
    groups = [
        (each.label, [(sub.code, sub.label) for sub in children])
        for each in types.entries
        if (children := sub_types.children_of(each.code))
    ]
    return forms.ChoiceField(label="Sub-type", required=False, choices=[NOT_SAID, *groups])


def _source(round_: Round) -> forms.ChoiceField:
    choices = [(code, category.label) for code, category in round_.income.items()]
    return forms.ChoiceField(label="Source of funding", required=False, choices=[NOT_SAID, *choices])


def _one_of(rows: Sequence[Any], label: str, empty: str) -> forms.ModelChoiceField[Any]:
    model = type(rows[0]) if rows else Organisation
    queryset = model.objects.filter(pk__in=[row.pk for row in rows])
    return forms.ModelChoiceField(queryset, label=label, required=False, empty_label=empty, to_field_name="uuid")
