"""What sort of thing gives somebody away, and how it was found."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a candidate is. What stands in its place where nobody says otherwise is `replacement`."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    NAME = "name"
    CODE = "code"
    EMAIL = "email"
    PHONE = "phone"
    POSTCODE = "postcode"
    NHS_NUMBER = "nhs_number"
    INSURANCE_NUMBER = "insurance"
    DATE = "date"
    WEB = "web"

    @property
    def label(self) -> str:
        """In words, as people read it."""
        return _LABELS[self]

    @property
    def word(self) -> str:
        """What stands in brackets where it is taken out."""
        return _WORDS.get(self, self.label)

    @property
    def is_listed(self) -> bool:
        """Whether what is decided of one goes into the study's list, so that the next text offers it too."""
        return self in (Kind.PERSON, Kind.ORGANISATION, Kind.PLACE, Kind.NAME, Kind.CODE)


_LABELS = {
    Kind.PERSON: "person",
    Kind.ORGANISATION: "organisation",
    Kind.PLACE: "place",
    Kind.NAME: "capitals that may be a name",
    Kind.CODE: "code of an organisation",
    Kind.EMAIL: "e-mail address",
    Kind.PHONE: "telephone number",
    Kind.POSTCODE: "postcode",
    Kind.NHS_NUMBER: "NHS number",
    Kind.INSURANCE_NUMBER: "National Insurance number",
    Kind.DATE: "full date",
    Kind.WEB: "web address",
}
_WORDS = {Kind.NAME: "name", Kind.CODE: "organisation", Kind.DATE: "date"}


class FoundBy(StrEnum):
    """How a candidate was found."""

    LIST = "list"
    PATTERN = "pattern"
    CAPITALS = "capitals"
