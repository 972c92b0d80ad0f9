"""The forms that bring files of figures, and the one that takes a load back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from commonpool.pages.forms import GovukForm, HintedRadios
from commonpool.performance.store.layouts import Source
from commonpool.performance.store.opening import READ
from commonpool.policy.metric_catalogue import Metric

MOST_FILES: Final = settings.DATA_UPLOAD_MAX_NUMBER_FILES
MEGABYTES: Final = settings.REQUEST_BYTES_LIMIT // 1_000_000
LONGEST_NAME: Final = 150
COLUMNS_NAMED: Final = 3
LONGEST_LABEL: Final = 45
ACCEPTED: Final = (*READ, ".gz", ".zip")
RECOGNISE: Final = "recognise"


class FilesInput(forms.ClearableFileInput):
    """One box for several files."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/input.html"


class FilesField(forms.FileField):
    """One or several files, each looked at as a single one is. Cleans to a list."""

    widget = FilesInput

    def __init__(self, **more: Any) -> None:
        super().__init__(
            help_text="Workbooks (.xls, .xlsx), .csv, .csv.gz, .parquet, or a .zip of them: "
            f"at most {MOST_FILES} files at once, {MEGABYTES} MB together. They are deleted once they are read.",
            error_messages={"required": "Choose the file, or several.", "empty": "The file is empty. Choose another."},
            **more,
        )
        self.widget.attrs["accept"] = ",".join(ACCEPTED)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Raises ValidationError for every file that is wrong, naming it."""
        files = data if isinstance(data, (list, tuple)) else [data]
        if not any(files):
            return [super().clean(None, initial)]
        faults = [fault for file in files for fault in _faults(file)]
        if faults:
            raise ValidationError(faults)
        return list(files)


def _faults(file: Any) -> list[str]:
    name = PurePath(file.name).name
    faults = []
    if not file.size:
        faults.append(f"‘{name}’ is empty. Download it again.")
    if not name.lower().endswith((*READ, ".zip")):
        faults.append(f"‘{name}’ is not a workbook (.xls, .xlsx), .csv, .csv.gz, .parquet or .zip. Choose such a file.")
    if len(name) > LONGEST_NAME:
        faults.append(f"‘{name[:40]}…’ has a name of more than {LONGEST_NAME} characters. Shorten it.")
    return faults


class PublishedForm(GovukForm, forms.Form):
    """Files of a publication."""

    source = forms.ChoiceField(label="What are the files?", widget=HintedRadios())
    sent = FilesField(label="Files as published")
    period = forms.CharField(
        label="Period, where a file does not state its own",
        help_text="For example 2020-21. What a file states itself comes first.",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )

    def __init__(self, *args: Any, sources: Sequence[Source], **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["source"]
        field.choices = [
            (RECOGNISE, "Let the software recognise them"),
            *((source.id, source.title) for source in sources),
        ]
        field.widget.hints = {
            RECOGNISE: "By their sheets and headings, whatever they are called.",
            **{source.id: looks_like(source) for source in sources},
        }
        field.initial = RECOGNISE

    def clean_source(self) -> str:
        """The source's id; empty where it is to be recognised."""
        chosen = str(self.cleaned_data["source"])
        return "" if chosen == RECOGNISE else chosen


class OwnForm(GovukForm, forms.Form):
    """An area's own table."""

    sent = FilesField(label="Table of the area’s own figures")
    measure = forms.ChoiceField(
        label="Which measure is it?",
        help_text="A file with a column ‘measure’ says it row by row, with the metric’s code.",
        required=False,
    )
    not_for_publication = forms.BooleanField(
        label="Not for publication",
        required=False,
        help_text="Shown only to those who write this area’s plan, whatever the file says row by row.",
    )

    def __init__(self, *args: Any, metrics: Sequence[Metric], **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["measure"]
        field.choices = [("", "The file says it"), *((each.code, f"{each.label} ({each.code})") for each in metrics)]


class WithdrawForm(GovukForm, forms.Form):
    """Why a load is taken back."""

    reason = forms.CharField(
        label="Why is it taken back?",
        help_text="It stays with the load for good. Name no person.",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write why the load is taken back."},
    )


def looks_like(source: Source) -> str:
    """What a file of a source looks like: whose it is, and some of its columns."""
    tables = [table for layout in source.layouts for table in layout.tables]
    named = [table.headings.spelled[key] for table in tables for key in sorted(table.headings.required)]
    columns = [label if len(label) <= LONGEST_LABEL else f"{label[:LONGEST_LABEL].rstrip()}…" for label in named]
    said = ", ".join(f"‘{label}’" for label in list(dict.fromkeys(columns))[:COLUMNS_NAMED])
    return f"{source.publisher}. Columns such as {said}."
