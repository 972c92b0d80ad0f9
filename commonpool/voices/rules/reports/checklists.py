"""Drafts of two reporting checklists, filled with what the data know; the rest is for the authors.

COREQ: Tong, Sainsbury and Craig (2007), 32 items. SRQR: O'Brien and others (2014), 21 items. The names of the items
are ours, and short: look at the published wording before submitting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from commonpool.voices.rules.reports import sentences as say
from commonpool.voices.rules.reports.document import Grid, Report, Words
from commonpool.voices.rules.reports.facts import StudyFacts, counted

Say = Callable[[StudyFacts], str | None]
HEADER: Final = ("Number", "Item", "Part", "State", "Text to paste", "Read from")


class State(StrEnum):
    """How far an item is filled."""

    FILLED = "filled from the data"
    PARTLY = "partly: the authors add to it"
    NOT_KNOWN = "not known: nobody recorded it"
    AUTHORS = "for the authors"


@dataclass(frozen=True, slots=True)
class Item:
    """One item: what it asks, what says it from the data (none: only authors know), and where that was read.

    is_partly  the data never know all of it
    """

    number: int
    name: str
    part: str
    says: Sequence[Say] = ()
    read_from: str = ""
    is_partly: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """An item with its text."""

    item: Item
    state: State
    text: str

    def row(self) -> tuple[str | int, ...]:
        """As a row under HEADER."""
        item = self.item
        return item.number, item.name, item.part, str(self.state), self.text, item.read_from


def filled(item: Item, facts: StudyFacts) -> Filled:
    """The item as the facts fill it."""
    if not item.says:
        return Filled(item, State.AUTHORS, "")
    text = " ".join(said for each in item.says if (said := each(facts)))
    state = State.NOT_KNOWN if not text else State.PARTLY if item.is_partly else State.FILLED
    return Filled(item, state, text or "Not known.")


def draft(key: str, title: str, items: Sequence[Item], facts: StudyFacts) -> Report:
    """The whole checklist as a report."""
    rows = [filled(item, facts) for item in items]
    counts = {state: sum(row.state is state for row in rows) for state in State}
    headline = (
        f"Of {len(items)} items the data fill {counts[State.FILLED]} and {counts[State.PARTLY]} in part; "
        f"{counts[State.NOT_KNOWN]} could be and nobody recorded them, {counts[State.AUTHORS]} are for the authors."
    )
    about = "The names of the items are ours, and short. Look at the published wording before you submit."
    return Report(key, title, headline, (Words(about), Grid(title, HEADER, tuple(row.row() for row in rows))))


def _recorded(facts: StudyFacts) -> str | None:
    return say.texts(facts)


def _notes(facts: StudyFacts) -> str | None:
    return f"{counted(facts.texts.notes, 'text')} are field notes or documents." if facts.texts.notes else None


def _again(facts: StudyFacts) -> str | None:
    again = facts.interviews.heard_again
    if not facts.interviews.count or not facts.participants:
        return None
    return f"{counted(again, 'person', 'people')} took part in more than one interview." if again else (
        "Nobody took part in more than one interview."
    )  # fmt: skip


def _rounds(facts: StudyFacts) -> str | None:
    return " ".join(say.rounds(facts)) or None


def _software(facts: StudyFacts) -> str:
    return f"{facts.software}."


def _setting(facts: StudyFacts) -> str | None:
    return say.modes(facts)


def _audit(facts: StudyFacts) -> str:
    return "Every change is kept in a history whose lines prove one another."


def _major(facts: StudyFacts) -> str | None:
    return say.themes(facts, is_minor=False)


def _minor(facts: StudyFacts) -> str | None:
    return say.themes(facts, is_minor=True)


def _question(facts: StudyFacts) -> str | None:
    return facts.question or None


def _where(facts: StudyFacts) -> str:
    where = f", which was carried out in {counted(facts.sites, 'site')}" if facts.sites else ""
    return f"{facts.body} answers for the study{where}."


def _sampling(facts: StudyFacts) -> str | None:
    return facts.sampling


def _unheard(facts: StudyFacts) -> str | None:
    return say.recruitment(facts)


TEAM, DESIGN, FINDINGS = "Research team", "Design", "Analysis and findings"
COREQ: Final = (
    Item(1, "Who interviewed", TEAM),
    Item(2, "Their credentials", TEAM),
    Item(3, "Their occupation at the time", TEAM),
    Item(4, "Their gender", TEAM),
    Item(5, "Their experience and training", TEAM),
    Item(6, "Relationship with participants beforehand", TEAM),
    Item(7, "What participants knew of the interviewer", TEAM),
    Item(8, "Interviewer’s interests and possible bias", TEAM),
    Item(9, "Methodological orientation", DESIGN),
    Item(10, "How participants were chosen", DESIGN, [_sampling], "Sampling criteria", is_partly=True),
    Item(11, "How participants were approached", DESIGN, [say.approach], "Recruitment log"),
    Item(12, "Sample size", DESIGN, [say.sample], "Sites, participants, interviews"),
    Item(13, "Non-participation", DESIGN, [_unheard], "Recruitment log"),
    Item(14, "Setting", DESIGN, [_setting], "Interviews", is_partly=True),
    Item(15, "Others present", DESIGN),
    Item(16, "Description of the sample", DESIGN, [say.described, say.dates], "Participants, interviews"),
    Item(17, "Interview guide", DESIGN, [say.guide], "Topic guides", is_partly=True),
    Item(18, "Repeat interviews", DESIGN, [_again], "Interviews and who took part"),
    Item(19, "Recording", DESIGN, [_recorded], "Transcripts", is_partly=True),
    Item(20, "Field notes", DESIGN, [_notes], "Texts that are notes"),
    Item(21, "Duration", DESIGN, [say.duration], "Interviews"),
    Item(22, "Saturation", DESIGN, [say.saturation], "Codings, in order of time", is_partly=True),
    Item(23, "Transcripts returned", DESIGN),
    Item(24, "Number of coders", FINDINGS, [say.coders], "Codings"),
    Item(25, "Coding tree", FINDINGS, [say.framework, say.versions], "Codebook: see its report for the tree"),
    Item(26, "Where themes came from", FINDINGS, [say.origins], "Codebook: each code’s origin"),
    Item(27, "Software", FINDINGS, [_software], "This program"),
    Item(28, "Participants’ checking", FINDINGS),
    Item(29, "Quotations", FINDINGS, [say.quotations], "Quotations"),
    Item(30, "Data and findings consistent", FINDINGS, [_rounds], "Coding rounds, themes", is_partly=True),
    Item(31, "Major themes", FINDINGS, [_major], "Themes with cases for and against"),
    Item(32, "Minor themes", FINDINGS, [_minor], "Themes beneath others"),
)
INTRODUCTION, METHODS, RESULTS, DISCUSSION, OTHER = "Introduction", "Methods", "Results", "Discussion", "Other"
SRQR: Final = (
    Item(1, "Title", "Title and abstract"),
    Item(2, "Abstract", "Title and abstract"),
    Item(3, "Problem", INTRODUCTION),
    Item(4, "Purpose or question", INTRODUCTION, [_question], "The study’s question", is_partly=True),
    Item(5, "Approach and paradigm", METHODS),
    Item(6, "Researchers and reflexivity", METHODS),
    Item(7, "Context", METHODS, [_where], "The study and its sites", is_partly=True),
    Item(8, "Sampling", METHODS, [_sampling, _unheard], "Sampling criteria, recruitment log", is_partly=True),
    Item(9, "Ethics", METHODS, [say.approvals], "Approvals", is_partly=True),
    Item(10, "How and when data were collected", METHODS, [say.modes, say.dates, say.duration], "Interviews"),
    Item(11, "Instruments", METHODS, [say.guide], "Topic guides", is_partly=True),
    Item(12, "Units of study", METHODS, [say.sample, say.described], "Sites, participants, interviews"),
    Item(13, "Processing", METHODS, [say.texts], "Versions of the transcripts", is_partly=True),
    Item(14, "Analysis", METHODS, [say.framework, say.versions, say.coders], "Codebook, codings", is_partly=True),
    Item(15, "Trustworthiness", METHODS, [_rounds, _audit], "Coding rounds, audit history"),
    Item(16, "Synthesis", RESULTS, [_major], "Themes", is_partly=True),
    Item(17, "Links to the data", RESULTS, [say.quotations], "Quotations", is_partly=True),
    Item(18, "Integration with earlier work", DISCUSSION),
    Item(19, "Limitations", DISCUSSION),
    Item(20, "Conflicts of interest", OTHER),
    Item(21, "Funding", OTHER),
)


def coreq(facts: StudyFacts) -> Report:
    """The draft of COREQ."""
    return draft("coreq", "COREQ checklist, a draft", COREQ, facts)


def srqr(facts: StudyFacts) -> Report:
    """The draft of SRQR."""
    return draft("srqr", "SRQR checklist, a draft", SRQR, facts)


def methods_paragraph(facts: StudyFacts) -> Report:
    """The methods paragraph, and the same sentence by sentence with what each is about."""
    told = list(say.methods(facts))
    headline = "A methods paragraph to paste, filled from the data; what nobody recorded is said to be not known."
    grid = Grid("Sentence by sentence", ("About", "Sentence"), tuple(told))
    return Report("methods", "Methods", headline, (Words(" ".join(said for _, said in told)), grid))
