"""Forms of the framework: a code's words, its place, what it becomes, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from commonpool.pages.forms import GovukForm
from commonpool.voices.models import TeamMember
from commonpool.voices.rules import codebook as rules
from commonpool.voices.rules.codebook.colours import PALETTE
from commonpool.voices.rules.codebook.tree import LONGEST_NAME

LONGEST_WORDS: Final = 4000
LARGEST_FILE: Final = 5_000_000
FEWEST_PARTS: Final = 2
MOST_PARTS: Final = 9
TOP: Final = ("top", "At the top")
_NO_PLACE: Final = {"required": "Say where it shall stand."}
_NO_NAME: Final = {"required": "Give the code a name."}


def _words(label: str, help_text: str = "", rows: int = 2) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=False, max_length=LONGEST_WORDS, widget=area, help_text=help_text)


def _reason(*, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label="Why?",
        required=required,
        max_length=400,
        help_text="It stands in the history of the framework, such as “after double coding of T03”.",
        error_messages={"required": "Say why, so that readers of the history understand it."},
    )


class ChangeForm(GovukForm, forms.Form):
    """A change of the framework. `knows_newest`: the page now shows what others changed since it was opened."""

    knows_newest = False


class ReasonForm(ChangeForm):
    """Why something is done."""

    reason = _reason()


class CodeForm(ChangeForm):
    """All that is said of a code."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME, error_messages=_NO_NAME)
    definition = _words("What it means")
    include = _words("Use it when")
    exclude = _words("Do not use it when", "Name the code that fits there.")
    example = _words("A passage that it fits", "Invented, or from a text that may be quoted.")
    is_folder = forms.BooleanField(
        label="A folder", required=False, help_text="It only holds other codes, and nothing is coded with it."
    )
    colour = forms.ChoiceField(label="Colour and shape", required=False)
    origin = forms.ChoiceField(
        label="Where does it come from?",
        required=False,
        choices=[(origin.value, origin.words) for origin in rules.Origin],
        help_text="Reports say of each code whether it was set in advance or derived from the data.",
    )
    reason = _reason()

    def __init__(self, *args: Any, colour: str = "", **more: Any) -> None:
        """`colour` is the one that the code has, which stays choosable where a file brought it."""
        super().__init__(*args, **more)
        known = [("", "None"), *((mark.colour, f"{mark.name}, {mark.shape}") for mark in PALETTE)]
        own = [(colour, f"{colour}, ring")] if colour not in dict(known) else []
        self.fields["colour"].choices = known + own  # type: ignore[attr-defined]

    def code(self, guid: str, parent: str | None = None) -> rules.Code:
        """What was typed, as a code."""
        given = self.cleaned_data
        words = {word: given[word] for word in ("name", "definition", "include", "exclude", "example")}
        marks = {"colour": given["colour"], "is_codable": not given["is_folder"]}
        return rules.Code(guid=guid, parent=parent, origin=rules.Origin(given["origin"]), **words, **marks)

    def changes_to(self, old: rules.Code) -> list[rules.Change]:
        """What makes the code as it was typed out of how it is; nothing where it is so already."""
        new = self.code(old.guid, old.parent)
        found: list[rules.Change] = [rules.Rename(old.guid, new.name)] if new.name.strip() != old.name else []
        facts = ("definition", "include", "exclude", "example", "colour", "is_codable", "origin")
        said = {fact: getattr(new, fact) for fact in facts}
        return [*found, rules.Redefine(old.guid, **said)] if said != _facts(old, facts) else found


def _facts(code: rules.Code, facts: Sequence[str]) -> dict[str, Any]:
    return {fact: getattr(code, fact) for fact in facts}


def said_of(code: rules.Code) -> dict[str, Any]:
    """What a form of that code begins with."""
    facts = _facts(code, ("name", "definition", "include", "exclude", "example", "colour"))
    return {**facts, "origin": code.origin.value, "is_folder": not code.is_codable}


def parent_in(form: forms.Form) -> str | None:
    """The GUID of the code that was chosen to stand above; None for the top."""
    chosen = str(form.cleaned_data["parent"])
    return None if chosen == TOP[0] else chosen


class NewCodeForm(CodeForm):
    """A code that is not there yet, and where it shall stand. The first few need no reason."""

    parent = forms.ChoiceField(label="Where?", error_messages=_NO_PLACE)
    reason = _reason(required=False)

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **more: Any) -> None:
        """`places` are (GUID, names that lead to it)."""
        super().__init__(*args, **more)
        self.fields["parent"].choices = [TOP, *places]  # type: ignore[attr-defined]
        self.order_fields(["name", "parent"])

    def added(self) -> rules.Add:
        """The change that adds it, with an id of its own."""
        return rules.Add(self.code(str(uuid4()).upper(), parent_in(self)))


class PlaceForm(ReasonForm):
    """Another place for a code."""

    parent = forms.ChoiceField(label="Where shall it stand?", error_messages=_NO_PLACE)

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **more: Any) -> None:
        """`places` are (GUID, names that lead to it)."""
        super().__init__(*args, **more)
        self.fields["parent"].choices = [TOP, *places]  # type: ignore[attr-defined]
        self.order_fields(["parent"])


class IntoForm(GovukForm, forms.Form):
    """Which code another goes into."""

    into = forms.ChoiceField(label="Merge it into", error_messages={"required": "Choose the code that stays."})

    def __init__(self, *args: Any, codes: Sequence[tuple[str, str]], **more: Any) -> None:
        """`codes` are (GUID, names that lead to it)."""
        super().__init__(*args, **more)
        self.fields["into"].choices = [("", "Choose a code"), *codes]  # type: ignore[attr-defined]


class PartsForm(ReasonForm):
    """The codes that one is split into. `count`: how many there is room for; those without a name are left out."""

    def __init__(self, *args: Any, count: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.count = min(max(count, FEWEST_PARTS), MOST_PARTS)
        for number in range(1, self.count + 1):
            is_needed = number <= FEWEST_PARTS
            self.fields[f"name_{number}"] = forms.CharField(
                label="Name", required=is_needed, max_length=LONGEST_NAME, error_messages=_NO_NAME
            )
            self.fields[f"definition_{number}"] = _words("What it means")
            self.fields[f"include_{number}"] = _words("Use it when")
            self.fields[f"exclude_{number}"] = _words("Do not use it when")

    def groups(self) -> Iterator[tuple[int, list[BoundField]]]:
        """The boxes of each part, for showing."""
        for number in range(1, self.count + 1):
            yield number, [self[f"{word}_{number}"] for word in ("name", "definition", "include", "exclude")]

    def clean(self) -> dict[str, Any]:
        """With `named`: the numbers of the parts that have a name."""
        given = super().clean() or {}
        given["named"] = [number for number in range(1, self.count + 1) if given.get(f"name_{number}", "").strip()]
        return given

    def parts_of(self, old: rules.Code) -> tuple[rules.Code, ...]:
        """The new codes, of the origin and colour of the old one."""
        given = self.cleaned_data
        return tuple(
            rules.Code(
                guid=str(uuid4()).upper(),
                colour=old.colour,
                origin=old.origin,
                **{word: given[f"{word}_{number}"] for word in ("name", "definition", "include", "exclude")},
            )
            for number in given["named"]
        )


class CodesFileForm(GovukForm, forms.Form):
    """A codebook from outside."""

    file = forms.FileField(
        label="File with codes",
        widget=forms.FileInput(attrs={"accept": ".qdc,.yaml,.yml"}),
        help_text="A codebook of another coding program (.qdc), or a .yaml file as this site writes it.",
        error_messages={
            "required": "Choose a file with codes, .qdc or .yaml.",
            "empty": "The file is empty. Choose a file with codes, .qdc or .yaml.",
        },
    )

    def clean_file(self) -> Any:
        """The file. Raises ValidationError for one that is too large."""
        held = self.cleaned_data["file"]
        if held.size > LARGEST_FILE:
            raise ValidationError(f"The file is larger than {LARGEST_FILE // 1_000_000} MB. Send the codes alone.")
        return held


class Members(forms.ModelMultipleChoiceField[TeamMember]):
    """Members of a team, by initials and name."""

    def label_from_instance(self, obj: TeamMember) -> str:
        """As `AB, Anna Bell`."""
        return f"{obj.initials}, {obj.person.name or obj.person.email}" if obj.person else obj.initials


class AgreeForm(ChangeForm):
    """A version that people agreed on."""

    label = forms.CharField(label="Version", max_length=20, error_messages={"required": "Give it a name, as v0.2."})
    reason = _reason()
    agreed_by = Members(
        label="Who agreed?",
        queryset=TeamMember.objects.none(),
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick everybody who agreed."},
    )

    def __init__(self, *args: Any, study: int, **more: Any) -> None:
        """`study` is its row id: members with an account can agree."""
        super().__init__(*args, **more)
        members = TeamMember.objects.filter(study=study, person__isnull=False, ends_on=None).select_related("person")
        self.fields["agreed_by"].queryset = members  # type: ignore[attr-defined]
