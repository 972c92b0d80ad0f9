"""Forms of transcripts that come in: the files, and what is said of each before it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile

from commonpool.pages.forms import GovukForm
from commonpool.voices.models import Interview, Participant, Study
from commonpool.voices.queries.uploads import (
    Choices,
    Fate,
    FileChoice,
    HeldText,
    Obstacle,
    SeenLabel,
    Whose,
    guess_of,
    labels_of,
    obstacles,
)

ENDINGS: Final = ".docx,.odt,.pdf,.rtf,.vtt,.srt,.txt"
ENCODINGS: Final = (
    ("", "As it seems"),
    ("utf-8", "UTF-8"),
    ("cp1252", "Windows, Western European (windows-1252)"),
    ("latin-1", "ISO Latin-1"),
    ("cp1250", "Windows, Central European (windows-1250)"),
    ("mac_roman", "Macintosh"),
    ("utf-16-le", "UTF-16, little end first"),
    ("utf-16-be", "UTF-16, big end first"),
)
FATES: Final = {
    Fate.INTERVIEWER: "The interviewer",
    Fate.THEIRS: "Whom the interview was with, in each file",
    Fate.NOBODY: "Nobody: this is no speaker",
    Fate.UNKNOWN: "Not known yet",
}


class ManyFiles(forms.FileInput):
    """Takes several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """A list of files. Each is as a single one would have to be, so that one that is empty is told by its name."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """The files. An empty one is not refused here: reading it says so beside the others."""
        given = [file for file in data or [] if file]
        if not given:
            super().clean(None, initial)
        return given


class AskedText(forms.CharField):
    """Has to be filled in, unless its file is left out: `obstacles` says so, beside all else that is wrong."""

    def validate(self, value: Any) -> None:
        """Nothing: see above."""


class AskedChoice(forms.ChoiceField):
    """Has to be chosen, unless every file that it is about is left out. Raises for what is not offered."""

    def validate(self, value: Any) -> None:
        """Whether it is offered."""
        if value:
            super().validate(value)


class UploadForm(GovukForm, forms.Form):
    """Transcripts to be read."""

    sent = ManyFilesField(
        label="Transcripts",
        allow_empty_file=True,
        widget=ManyFiles(attrs={"accept": ENDINGS}),
        help_text=(
            "Word (.docx, tables too), OpenDocument (.odt), PDF, rich text (.rtf), captions (.vtt, .srt) or plain text "
            "(.txt). Choose several at once if you like."
        ),
        error_messages={"required": "Choose one file or more."},
    )

    def contents(self) -> list[tuple[str, bytes]]:
        """Each file's name and bytes."""
        return [(file.name or "file", file.read()) for file in self.cleaned_data["sent"]]


class EncodingForm(GovukForm, forms.Form):
    """What a file of plain text is to be read in."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    encoding = forms.ChoiceField(label="Written in", choices=ENCODINGS, required=False)


class KeepForm(GovukForm, forms.Form):
    """What is said of each file and each label. The fields are `name-1`, `interview-1`, `leave-1` and `label-0`."""

    def __init__(self, *args: Any, study: Study, texts: Sequence[HeldText], **more: Any) -> None:
        super().__init__(*args, **more)
        self.study, self.texts = study, texts
        self.new = [text for text in texts if text.is_new]
        self.labels = labels_of(texts)
        self.interviews = list(
            Interview.objects.filter(study=study).prefetch_related("participants").order_by("name", "pk")
        )
        self.participants = {
            str(each.uuid): each for each in Participant.objects.filter(study=study, withdrawn_at=None)
        }
        for text in self.new:
            self._add_file(text)
        for number, seen in enumerate(self.labels):
            self._add_label(number, seen)

    def _add_file(self, text: HeldText) -> None:
        named = {each.name.casefold(): each for each in self.interviews}
        same = named.get(text.stem.casefold())
        self.fields[f"name-{text.number}"] = AskedText(
            label="Name",
            initial=text.stem,
            widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
        )
        choices = [("", "None, or not recorded yet"), *((str(each.uuid), each.name) for each in self.interviews)]
        self.fields[f"interview-{text.number}"] = forms.ChoiceField(
            label="Interview that it records",
            choices=choices,
            required=False,
            initial=str(same.uuid) if same else "",
        )
        self.fields[f"leave-{text.number}"] = forms.BooleanField(label="Leave this file out", required=False)

    def _add_label(self, number: int, seen: SeenLabel) -> None:
        pseudonyms = {each.pseudonym.casefold(): each for each in self.participants.values()}
        guess = guess_of(seen.label, pseudonyms)
        people = [(uuid, each.pseudonym) for uuid, each in self.participants.items()]
        fates = [(fate.value, words) for fate, words in FATES.items()]
        self.fields[f"label-{number}"] = AskedChoice(
            label=f"Who is ‘{seen.label}’?",
            choices=[("", "Choose"), *fates, *people],
            initial=str(guess.uuid) if isinstance(guess, Participant) else guess.value if guess else "",
        )

    def choices(self) -> Choices:
        """What was chosen, of everything that is there."""
        given, interviews = self.cleaned_data, {str(each.uuid): each for each in self.interviews}
        files = {
            text.number: FileChoice(
                given.get(f"name-{text.number}", "").strip(),
                interviews.get(given.get(f"interview-{text.number}", "")),
                bool(given.get(f"leave-{text.number}")),
            )
            for text in self.new
        }
        labels = {}
        for number, seen in enumerate(self.labels):
            if whose := self._whose(given.get(f"label-{number}", "")):
                labels[seen.label] = whose
        return Choices(files, labels)

    def _whose(self, chosen: str) -> Whose | None:
        if chosen in self.participants:
            return self.participants[chosen]
        return Fate(chosen) if chosen else None

    def clean(self) -> dict[str, Any]:
        """Adds every obstacle to the field that it is about."""
        given = super().clean() or {}
        for found in obstacles(self.study, self.texts, self.choices()):
            self.add_error(self._field_of(found), found.why)
        return given

    def _field_of(self, found: Obstacle) -> str:
        if found.field != "label":
            return f"{found.field}-{found.of}"
        return f"label-{next(number for number, seen in enumerate(self.labels) if seen.label == found.of)}"

    def rows(self) -> list[tuple[HeldText, Any, Any, Any]]:
        """Each new file with its bound fields: name, interview, leave out."""
        return [
            (text, self[f"name-{text.number}"], self[f"interview-{text.number}"], self[f"leave-{text.number}"])
            for text in self.new
        ]

    def label_rows(self) -> list[tuple[SeenLabel, Any, list[str]]]:
        """Each label with its bound field and the files that have it."""
        names = {text.number: text.file_name for text in self.texts}
        return [
            (seen, self[f"label-{number}"], [names[file] for file in seen.files])
            for number, seen in enumerate(self.labels)
        ]
