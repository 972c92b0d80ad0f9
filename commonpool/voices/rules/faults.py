"""What can be wrong with a transcript's file, or is worth knowing about it."""

from __future__ import annotations

from typing import Final

from commonpool.findings import Rule, Severity, own_rule

KINDS: Final = "Word (.docx), OpenDocument (.odt), PDF, rich text (.rtf), captions (.vtt, .srt) or plain text (.txt)"
AGAIN: Final = "Download or copy it again; or open it in the program that made it and save it anew."
NEW_COPY: Final = "Open it in the program that made it and save it as a new file; ask where it came from."

_ALL: Final = (
    own_rule("TEXT-01", "The file is there", "‘{file}’ cannot be opened: {why}.", "Check its name and place."),
    own_rule("TEXT-02", "The file is not empty", "‘{file}’ is empty (0 bytes).", "Save or download it again."),
    own_rule("TEXT-03", "The file is of a kind that is read", "‘{file}’ is {what}.", f"Give {KINDS}."),
    own_rule(
        "TEXT-04",
        "The file opens without a password",
        "‘{file}’ is protected by a password.",
        "Open it, take the password off, save it, and give it again.",
    ),
    own_rule("TEXT-06", "The file is whole", "‘{file}’ is damaged: {why}.", AGAIN),
    own_rule(
        "TEXT-07",
        "The file is of ordinary size",
        "‘{file}’ is too large: {found}, and {most} is the most that is read.",
        "Take out pictures and recordings, or split it, and give it again.",
    ),
    own_rule("TEXT-08", "The archive is packed in the usual way", "‘{file}’ is not packed as usual: {why}.", NEW_COPY),
    own_rule(
        "TEXT-10",
        "The file declares no XML entities",
        "‘{file}’ declares a document type or XML entities in its part {part}, which can hide an attack.",
        NEW_COPY,
    ),
    own_rule(
        "TEXT-11",
        "The file is read in time",
        "‘{file}’ could not be read within {seconds} seconds.",
        "Split it in two.",
    ),
    own_rule(
        "TEXT-12",
        "The file fits in memory",
        "‘{file}’ needs more memory to read than the {most} that is allowed.",
        "Take out pictures, or split it, and give it again.",
    ),
    own_rule(
        "TEXT-20",
        "A transcript is of ordinary length",
        "‘{file}’ holds more than {most} characters, which no interview does.",
        "Give one file for each interview.",
    ),
    own_rule(
        "TEXT-21", "The file holds words", "‘{file}’ holds no text at all.", "If it is a scan, give the typed text."
    ),
    own_rule(
        "TEXT-22",
        "The encoding is known",
        "‘{encoding}’ is no name of an encoding.",
        "Give one such as utf-8 or cp1252.",
    ),
    own_rule(
        "TEXT-23",
        "Each label is a speaker",
        "‘{file}’ has {found} labels that open a turn, such as ‘{label}’, and {most} is the most that is read.",
        "If they are no speakers, put a dash for the colon or tab behind them; if they are, split the file.",
    ),
    own_rule(
        "TEXT-30",
        "The encoding is stated",
        "‘{file}’ does not say in which encoding it is and was read as {encoding}: “{sample}”.",
        "Look whether accents and quotation marks are right; if not, give the encoding with --encoding.",
        Severity.WARNING,
    ),
    own_rule(
        "TEXT-31",
        "All that the file holds is text",
        "‘{file}’ holds {count} {what}, whose words are not part of the text.",
        "If they matter, copy them into the document's text and give it again.",
        Severity.WARNING,
    ),
    own_rule(
        "TEXT-32",
        "A speaker speaks more than once",
        "In ‘{file}’ {label} is taken as a speaker and opens one turn only.",
        "If this is nobody's name, say so with --nobody.",
        Severity.NOTE,
    ),
    own_rule(
        "TEXT-33",
        "Turns have speakers",
        "‘{file}’ names no speaker that could be made out.",
        "Begin each turn with the speaker's label and a colon, if speakers matter to the study.",
        Severity.NOTE,
    ),
    own_rule(
        "QDA-01",
        "Positions can be counted in one way only",
        "‘{file}’ can be read in {count} ways, which fit equally well: {readings}.",
        "Look which of them gives the passages that were coded, and say so with --offsets.",
    ),
    own_rule(
        "QDA-02",
        "The archive holds a project",
        "‘{file}’ is a zip archive without a project file (.qde).",
        "Export the project again as REFI-QDA (.qdpx), and give that file.",
    ),
    own_rule(
        "QDA-03",
        "The archive holds one project",
        "‘{file}’ holds several project files: {names}.",
        "Give one archive for each project.",
    ),
    own_rule(
        "QDA-04",
        "The file is a project or a codebook",
        "‘{file}’ begins with an element ‘{found}’, not with Project or CodeBook.",
        "Give a REFI-QDA project (.qdpx, .qde) or codebook (.qdc).",
    ),
    own_rule(
        "QDA-05",
        "The project is of ordinary size",
        "‘{file}’ holds more than {most} elements.",
        "Split the project, and give its parts one by one.",
    ),
    own_rule(
        "QDA-06",
        "Elements are nested as in a project",
        "‘{file}’ nests elements more than {most} deep, which no project does.",
        NEW_COPY,
    ),
    own_rule(
        "QDA-07",
        "The way of counting is known",
        "‘{found}’ is no way of counting positions.",
        "Give one of: {known}.",
    ),
    own_rule(
        "QDA-10",
        "Positions count code points",
        "‘{file}’ does not count positions as REFI-QDA asks: they fit best as {reading}. So read, it codes {samples}.",
        "If these are not the passages, give another way of counting with --offsets: {others}.",
        Severity.WARNING,
    ),
    own_rule(
        "QDA-11",
        "Codes are nested, not named by path",
        "‘{file}’ has {count} codes whose names are paths, such as ‘{example}’; they are kept flat.",
        "To make a tree of them, give --nest-on ‘{separator}’.",
        Severity.NOTE,
    ),
)

RULES: Final[dict[str, Rule]] = {rule.id: rule for rule in _ALL}


def rule_of(refused: str) -> Rule:
    """The rule of this room for a refusal of the guarded reader, whose ids begin with READ."""
    return RULES[refused.replace("READ-", "TEXT-")]
