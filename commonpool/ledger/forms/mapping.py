"""The form that says how a partner's exports are read: which column is what, and what each code means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField

from commonpool.ledger.queries.mappings import Shown
from commonpool.ledger.rules.extracts import ColumnMapping, DateForm, MappingError, Role, RowKind, Style
from commonpool.ledger.rules.extracts.dates import WRITTEN_AS, is_period_label
from commonpool.ledger.rules.extracts.mapping import LABELS, code_key
from commonpool.pages.forms import GovukForm

NOT_THE_POOLS: Final = "-"
"""Chosen for a cost centre that is in the file and is not the pool's."""
MOST_CODES: Final = 3_000
PLUS, MINUS = "plus", "minus"
AT_FIRST: Final = {
    "style": Style.TRANSACTIONS.value,
    "dates": DateForm.DMY.value,
    "money_out": PLUS,
    "totals": "TOTAL, GRAND TOTAL",
}
STYLES: Final = (
    (Style.TRANSACTIONS.value, "Each row is one transaction"),
    (Style.CUMULATIVE.value, "Amounts are the year to date, with earlier months restated"),
    (Style.PERIODIC.value, "Amounts belong to one month or quarter each"),
)
KIND_LABELS: Final = {
    RowKind.EXPENDITURE: "Spend",
    RowKind.INCOME: "Income, such as client charges",
    RowKind.CREDIT: "Credit for equipment that came back",
}


class MappingForm(GovukForm, forms.Form):
    """How the columns of a partner's exports are read; `read` is the mapping, once it is valid."""

    style = forms.ChoiceField(label="What does a row say?", choices=STYLES, widget=forms.RadioSelect)
    dates = forms.ChoiceField(
        label="How are dates or periods written?",
        choices=[(form.value, f"As {WRITTEN_AS[form]}") for form in DateForm],
    )
    money_out = forms.ChoiceField(
        label="How is money that goes out written?",
        choices=((PLUS, "Without a sign: 120.00"), (MINUS, "With a minus: -120.00")),
        widget=forms.RadioSelect,
    )
    income_is_unsigned = forms.BooleanField(
        label="Income and credits are written with the same sign as spend", required=False
    )
    totals = forms.CharField(
        label="What does a row of totals call itself?",
        required=False,
        max_length=300,
        help_text="Several separated by commas. Such a row is checked and not posted.",
    )
    sheet = forms.CharField(
        label="Sheet of the workbook", required=False, max_length=100, help_text="Empty: the one that fits best."
    )
    header_row = forms.IntegerField(
        label="Row of the headers",
        required=False,
        min_value=0,
        max_value=10_000,
        help_text="Empty: the one that fits best. 0: there are no headers, and columns are named by letter.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
    )

    def __init__(self, *args: Any, shown: Shown, **more: Any) -> None:
        super().__init__(*args, **more)
        self.shown = shown
        self._add_roles()
        self._add_periods()
        self.initial.update(_initial_of(shown.mapping) if shown.mapping else AT_FIRST)
        self.read: ColumnMapping | None = None

    def _add_roles(self) -> None:
        columns = self.shown.references
        for role in Role:
            taken = self.shown.roles.get(role, "")
            gone = [(taken, f"{taken} (not in this file)")] if taken and taken not in columns else []
            self.fields[f"role-{role.value}"] = forms.ChoiceField(
                label=LABELS[role][:1].upper() + LABELS[role][1:],
                choices=[("", "Not in the file"), *columns.items(), *gone],
                required=False,
                initial=taken,
            )

    def _add_periods(self) -> None:
        for number, (name, called) in enumerate(self.shown.references.items()):
            self.fields[f"period-{number}"] = forms.CharField(
                label=called, required=False, max_length=40, initial=self.shown.periods.get(name, "")
            )

    @property
    def role_fields(self) -> list[BoundField]:
        """One box for each thing that a column can hold."""
        return [self[name] for name in self.fields if name.startswith("role-")]

    @property
    def period_fields(self) -> list[BoundField]:
        """One box for each column, for the period whose amounts it holds."""
        return [self[name] for name in self.fields if name.startswith("period-")]

    @property
    def has_periods(self) -> bool:
        """Whether some column is, or looks, as if it held the amounts of one period."""
        return bool(self.shown.periods) or any(is_period_label(column.header) for column in self.shown.columns)

    def as_data(self) -> dict[str, Any]:
        """What was typed, as a saved mapping has it, without the meanings of codes and words."""
        given, names = self.cleaned_data, list(self.shown.references)
        roles = {role.value: given[f"role-{role.value}"] for role in Role if given[f"role-{role.value}"]}
        labels = {names[number]: given[f"period-{number}"].strip() for number in range(len(names))}
        return {
            "style": given["style"],
            "columns": roles,
            "periods": {name: label for name, label in labels.items() if label},
            "dates": given["dates"],
            "expenditure_is_negative": given["money_out"] == MINUS,
            "income_is_unsigned": given["income_is_unsigned"],
            "totals": [word.strip() for word in given["totals"].split(",") if word.strip()],
            "sheet": given["sheet"].strip(),
            "header_row": given["header_row"],
        }

    def take(self, codes: Any, words: Any) -> None:
        """Take the meanings of codes and words with what was typed; what is wrong is told above the form."""
        if not self.is_bound or not self.is_valid():
            return
        if not (codes.is_valid() and words.is_valid()):
            self.add_error(
                None, "A cost centre or a word has a meaning that is not among the choices. Choose it again."
            )
            return
        try:
            self.read = ColumnMapping.from_data(self.as_data() | _meanings(codes.cleaned_data, words.cleaned_data))
        except MappingError as wrong:
            for fault in wrong.faults:
                self.add_error(None, fault)


def _meanings(codes: Iterable[Mapping[str, str]], words: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """What codes and words mean, as a saved mapping has it. Those of which nothing is said yet are left out."""
    known = [one for one in codes if one["line"] not in ("", NOT_THE_POOLS)]
    return {
        "codes": {one["code"]: {"line": one["line"], "kind": one["kind"]} for one in known},
        "ignored": [one["code"] for one in codes if one["line"] == NOT_THE_POOLS],
        "kinds": {one["word"]: one["kind"] for one in words if one["kind"]},
    }


def _initial_of(mapping: ColumnMapping) -> dict[str, Any]:
    return {
        "style": mapping.style.value,
        "dates": mapping.dates.value,
        "money_out": MINUS if mapping.expenditure_is_negative else PLUS,
        "income_is_unsigned": mapping.income_is_unsigned,
        "totals": ", ".join(mapping.totals),
        "sheet": mapping.sheet,
        "header_row": mapping.header_row,
    }


class CodeForm(GovukForm, forms.Form):
    """What one cost centre of the file means."""

    code = forms.CharField(widget=forms.HiddenInput)
    line = forms.ChoiceField(label="Pays for", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[(kind.value, label) for kind, label in KIND_LABELS.items()])

    def __init__(self, *args: Any, lines: Mapping[str, str], **more: Any) -> None:
        super().__init__(*args, **more)
        held = self.initial.get("line", "")
        gone = [(held, f"{held} (not in the plan)")] if held and held not in (*lines, NOT_THE_POOLS) else []
        known = [(line, f"{line} {name}".strip()) for line, name in lines.items()]
        choices: Any = self.fields["line"]
        choices.choices = [("", "Not said yet"), (NOT_THE_POOLS, "Not the pool’s: leave it out"), *known, *gone]


class WordForm(GovukForm, forms.Form):
    """What one word of the kind column means."""

    word = forms.CharField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="Means",
        choices=[("", "Not said yet"), *((kind.value, label) for kind, label in KIND_LABELS.items())],
        required=False,
    )


CodeForms = forms.formset_factory(CodeForm, extra=0, max_num=MOST_CODES, absolute_max=MOST_CODES)
WordForms = forms.formset_factory(WordForm, extra=0, max_num=MOST_CODES, absolute_max=MOST_CODES)


def code_forms(data: Any, shown: Shown) -> Any:
    """A row for each cost centre that the mapping or the file has."""
    rows = list(_codes(shown))[:MOST_CODES]
    return CodeForms(data, prefix="codes", initial=rows, form_kwargs={"lines": shown.lines})


def word_forms(data: Any, shown: Shown) -> Any:
    """A row for each word of the kind column that the mapping or the file has."""
    known = dict(shown.mapping.kinds) if shown.mapping else {}
    rows = [{"word": word, "kind": kind.value} for word, kind in known.items()]
    rows += [{"word": word, "kind": ""} for word in shown.words]
    return WordForms(data, prefix="words", initial=rows[:MOST_CODES])


def _codes(shown: Shown) -> Iterator[dict[str, str]]:
    """The unknown ones first: they are what somebody comes for."""
    known = dict(shown.mapping.codes) if shown.mapping else {}
    ignored = shown.mapping.ignored if shown.mapping else ()
    taken = {code_key(code) for code in (*known, *ignored)}
    for code in shown.codes:
        if code_key(code) not in taken:
            yield {"code": code, "line": "", "kind": RowKind.EXPENDITURE.value}
    for code, meaning in known.items():
        yield {"code": code, "line": meaning.line, "kind": meaning.kind.value}
    for code in ignored:
        yield {"code": code, "line": NOT_THE_POOLS, "kind": RowKind.EXPENDITURE.value}
