"""Forms for projects of other coding programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from commonpool.pages.forms import GovukForm
from commonpool.voices.models import TeamMember
from commonpool.voices.reading.projects import PROJECT_SUFFIXES
from commonpool.voices.rules.refi.model import User
from commonpool.voices.rules.refi.nesting import SEPARATORS
from commonpool.voices.rules.refi.offsets import ALL

LARGEST_PROJECT: Final = 200_000_000
ELSEWHERE: Final = "Somebody who coded in another program"


class ProjectFileForm(GovukForm, forms.Form):
    """A project or codebook to bring in."""

    file = forms.FileField(
        label="Project or codebook",
        widget=forms.FileInput(attrs={"accept": ",".join(sorted(PROJECT_SUFFIXES))}),
        help_text="REFI-QDA as NVivo, ATLAS.ti, MAXQDA, QualCoder, Taguette and others write it: .qdpx, .qde or .qdc.",
        error_messages={
            "required": "Choose a project, a .qdpx, .qde or .qdc file.",
            "empty": "The file is empty. Choose a .qdpx, .qde or .qdc file.",
        },
    )

    def clean_file(self) -> Any:
        """The file. Raises ValidationError for one of another kind, or too large."""
        held = self.cleaned_data["file"]
        if Path(held.name).suffix.lower() not in PROJECT_SUFFIXES:
            kinds = ", ".join(sorted(PROJECT_SUFFIXES))
            raise ValidationError(f"‘{held.name}’ ends in none of {kinds}. Export the project as REFI-QDA first.")
        if held.size > LARGEST_PROJECT:
            raise ValidationError(
                f"The file is larger than {LARGEST_PROJECT // 1_000_000} MB. Use the command commonpool voices import."
            )
        return held


class ReadAsForm(GovukForm, forms.Form):
    """How a file is to be read: what its positions count, and what separates levels in names of codes."""

    offsets = forms.ChoiceField(
        label="What do positions in the file count?",
        required=False,
        choices=[("", "As it seems from the file"), *((one.key, one.words.capitalize()) for one in ALL)],
    )
    nest_on = forms.ChoiceField(
        label="What separates levels in the names of codes?",
        required=False,
        choices=[("", "Nothing: names are as they are"), *((each, each) for each in SEPARATORS)],
    )


class WhoCodedForm(GovukForm, forms.Form):
    """Who each user of the file is."""

    def __init__(
        self, *args: Any, users: Sequence[User], likely: Mapping[str, TeamMember | None], team: Sequence[TeamMember],
        **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **more)
        choices = [("", ELSEWHERE), *((str(each.uuid), str(each)) for each in team)]
        for user in users:
            seems = likely.get(user.guid)
            self.fields[user.guid] = forms.ChoiceField(
                label=f"Who is ‘{user.name or user.initials or user.guid}’?",
                required=False,
                choices=choices,
                initial=str(seems.uuid) if seems is not None else "",
            )

    def users(self) -> dict[str, UUID | None]:
        """{GUID of a file's user: uuid of the member, or None}."""
        return {guid: UUID(uuid) if uuid else None for guid, uuid in self.cleaned_data.items()}
