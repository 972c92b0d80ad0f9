"""What the facts of a study are in sentences that an author can paste; what is not known is said to be so."""

from __future__ import annotations

from collections.abc import Iterator

from commonpool.voices.rules.reports.facts import Interviews, Round, StudyFacts, Theme, counted, day, listed

NO_RECORD = "is not known: nobody has recorded it"


def sample(facts: StudyFacts) -> str | None:
    """How many were heard, where, and in how many conversations; None where nobody is recorded."""
    held = facts.interviews
    if not facts.participants and not held.count:
        return None
    people = f"{counted(facts.participants, 'person', 'people')} took part" if facts.participants else ""
    where = f" in {counted(facts.sites, 'site')}" if people and facts.sites else ""
    heard = f"{counted(held.count, 'interview')}: {_kinds(held)}" if held.count else ""
    said = f"{people}{where}, in {heard}." if people and heard else f"{people}{where}{heard}."
    unknown = [f" How many people took part {NO_RECORD}."] if not people else []
    return "".join([said, *unknown, *([f" In how many sites {NO_RECORD}."] if not facts.sites else [])])


def _kinds(held: Interviews) -> str:
    parts = [f"{held.singles:,} with one person"] if held.singles else []
    if sizes := held.group_sizes:
        of = f" ({listed([str(size) for size in sorted(sizes)])})" if len(sizes) > 1 else ""
        parts.append(f"{counted(len(sizes), 'group interview')} with {sum(sizes)} people{of}")
    return listed(parts)


def modes(facts: StudyFacts) -> str | None:
    """How people talked; None where of no interview it is known."""
    held = facts.interviews
    if not held.modes:
        return None
    known = listed([f"{words.lower()} ({count:,})" for words, count in held.modes])
    unknown = f"; of {held.mode_not_known:,} it is not known how" if held.mode_not_known else ""
    return f"Interviews were held {known}{unknown}."


def dates(facts: StudyFacts) -> str | None:
    """When; None where of no interview it is known."""
    held = facts.interviews
    if held.first_on is None or held.last_on is None:
        return None
    on = held.first_on != held.last_on
    when = f"between {day(held.first_on)} and {day(held.last_on)}" if on else f"on {day(held.first_on)}"
    more = f"; of {held.undated:,} the day is not known" if held.undated else ""
    return f"They were held {when}{more}."


def duration(facts: StudyFacts) -> str | None:
    """How long; None where of no interview."""
    held = facts.interviews
    if not held.minutes:
        return None
    shortest, longest = held.minutes[0], held.minutes[-1]
    known = f"from {shortest} to {longest} minutes, median {held.median_minutes:g}"
    said = f"They lasted {known}" if shortest != longest else f"Each of known length lasted {shortest} minutes"
    more = f"; of {held.minutes_not_known:,} the length is not known" if held.minutes_not_known else ""
    return f"{said}{more}."


def described(facts: StudyFacts) -> str | None:
    """Who they were, as Table 1 has it; None where nobody is recorded, or of nobody what they are.

    Of how many something is not known is left to Table 1: beside its published version the number here could tell
    what that withholds.
    """
    if not facts.kinds and not facts.roles:
        return None
    kinds, roles = counted(facts.kinds, "type"), counted(facts.roles, "group")
    more = " Of some of them one of the two is not known." if facts.kind_or_role_not_known else ""
    gone = f" {counted(facts.withdrawn, 'person', 'people')} withdrew later." if facts.withdrawn else ""
    return f"They came from {kinds} of organisation and {roles} of roles (Table 1).{more}{gone}"


def recruitment(facts: StudyFacts) -> str | None:
    """Who was invited and what they answered; None where no log was kept."""
    if (log := facts.recruitment) is None:
        return None
    counts = listed([f"{answer.lower()}: {count}" for answer, count in log.counts])
    why = listed([f"{reason.lower()} ({count})" for reason, count in log.reasons])
    more = f" Reasons given by those who declined: {why}." if why else ""
    return f"People asked to take part: {log.asked}. What came of it: {counts}.{more}"


def approach(facts: StudyFacts) -> str | None:
    """Through which channels; None where no log was kept."""
    if facts.recruitment is None or not facts.recruitment.channels:
        return None
    return f"People were reached through {listed([each.lower() for each in facts.recruitment.channels])}."


def guide(facts: StudyFacts) -> str | None:
    """The topic guide's versions; None where none was kept."""
    return f"Interviews followed a topic guide: {listed(facts.guides)}." if facts.guides else None


def approvals(facts: StudyFacts) -> str | None:
    """What was approved; None where nobody recorded any."""
    return f"Approvals: {listed(facts.approvals)}." if facts.approvals else None


def texts(facts: StudyFacts) -> str | None:
    """What was transcribed, and what became of the texts; None where there is none."""
    held = facts.texts
    if not held.transcripts and not held.notes:
        return None
    later = f", {held.with_later_versions:,} of which in later versions, after correction or de-identification"
    notes = f" {counted(held.notes, 'further text')} are notes and documents." if held.notes else ""
    return f"There are {counted(held.transcripts, 'transcript')}{later if held.with_later_versions else ''}.{notes}"


def framework(facts: StudyFacts) -> str | None:
    """The codes in use; None where there is none."""
    book = facts.framework
    if not book.codes:
        return None
    return f"The coding framework has {counted(book.codes, 'code')} in use, {book.at_the_top:,} of them at the top."


def versions(facts: StudyFacts) -> str | None:
    """The agreed versions; None where none was."""
    told = [
        f"{each.label} ({day(each.agreed_on)}{f', agreed by {listed(each.agreed_by)}' if each.agreed_by else ''})"
        for each in facts.versions
    ]
    return f"Agreed versions of the framework: {listed(told)}." if told else None


def origins(facts: StudyFacts) -> str | None:
    """Whether codes were set in advance or came from the data; None where of none it is known."""
    known = [(words, count) for words, count in facts.framework.origins if words != "Not known"]
    if not known:
        return None
    told = [f"{words[0].lower()}{words[1:]}: {counted(count, 'code')}" for words, count in facts.framework.origins]
    return f"Where codes came from: {listed(told)}."


def rounds(facts: StudyFacts) -> list[str]:
    """A sentence for each round of coding."""
    return list(map(_round, facts.rounds))


def _round(each: Round) -> str:
    blind = ", blind to one another," if each.is_blind else ""
    done = f"until {day(each.closed_on)}" if each.closed_on else "and is still open"
    who = f"{counted(len(each.coders), 'coder')} ({listed(each.coders)})" if each.coders else "nobody yet"
    twice = f", {each.texts_coded_twice:,} of them by two or more" if each.texts_coded_twice else ""
    agreed = f" {each.agreement}" if each.agreement else ""
    what = f"{who}{blind} coded {counted(each.texts, 'text')}{twice}, {done}"
    return f"‘{each.name}’ ({each.kind.lower()}): {what}.{agreed}"


def coders(facts: StudyFacts) -> str | None:
    """Who coded how much; None where nobody did."""
    done = facts.coding
    if not done.coders:
        return None
    blind = " A blind round is open: what others coded in it is not counted." if done.is_partly_blind else ""
    who = f"{counted(len(done.coders), 'person', 'people')} ({listed(done.coders)})"
    return f"{who} put {counted(done.codings, 'coding')} on the texts and wrote {counted(done.memos, 'memo')}.{blind}"


def saturation(facts: StudyFacts) -> str | None:
    """New codes text by text in the order of coding; a curve, and no verdict."""
    if not facts.coding.new_codes:
        return None
    told = listed([f"{name} {count}" for name, count in facts.coding.new_codes])
    return f"Codes used for the first time, text by text in the order of coding: {told}."


def quotations(facts: StudyFacts) -> str | None:
    """How many voices are quoted; None where nothing is."""
    said = facts.quoted
    if said is None or not said.quotations:
        return None
    share = said.largest_share_of_one
    most = f", at most {share:.0%} of them by one person" if share is not None else ""
    return f"{counted(said.quotations, 'quotation')} by {counted(said.participants, 'person', 'people')}{most}."


def themes(facts: StudyFacts, *, is_minor: bool) -> str | None:
    """Themes with the cases for and against each; None where there is none."""
    found = [each for each in facts.themes or () if each.is_minor == is_minor]
    return " ".join(map(_theme, found)) or None


def _theme(each: Theme) -> str:
    said = f": {each.statement.rstrip('.')}" if each.statement else ""
    return f"‘{each.name}’{said} ({counted(each.cases_for, 'case')} for, {each.cases_against:,} against)."


def methods(facts: StudyFacts) -> Iterator[tuple[str, str]]:
    """The methods paragraph: (what it is about, the sentence), in the order in which a paper tells it."""
    yield "Sample", sample(facts) or f"How many people took part {NO_RECORD}."
    yield "Table 1", described(facts) or f"What organisations and roles they came from {NO_RECORD}."
    yield "Sampling", facts.sampling or f"How sites were chosen {NO_RECORD}."
    yield "Approach", approach(facts) or f"How people were reached {NO_RECORD}."
    yield "Non-participation", recruitment(facts) or f"How many were invited, and how many declined, {NO_RECORD}."
    yield "Approvals", approvals(facts) or f"What was approved {NO_RECORD}."
    yield "Mode", modes(facts) or f"How people were interviewed {NO_RECORD}."
    yield "Dates", dates(facts) or f"When the interviews were held {NO_RECORD}."
    yield "Duration", duration(facts) or f"How long interviews lasted {NO_RECORD}."
    yield "Topic guide", guide(facts) or f"Which topic guide was used {NO_RECORD}."
    yield "Texts", texts(facts) or "There is no transcript yet."
    yield "Framework", framework(facts) or "There is no coding framework yet."
    yield "Versions", versions(facts) or "No version of the framework has been agreed yet."
    for each in rounds(facts) or ["There was no round of coding yet."]:
        yield "Coding rounds", each
    yield "Coding", coders(facts) or "Nothing has been coded yet."
    yield "Software", f"Texts were kept, coded and reported with {facts.software}."
