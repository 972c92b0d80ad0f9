"""How the two coders of the invented study work: pilot, blind double coding, a framework refined, then all the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from commonpool.demo.study.cast import Cast
from commonpool.demo.study.fieldwork import World, moment
from commonpool.demo.study.talks import About, as_coded
from commonpool.voices.actions.codebooks import agree_version, change_codebook, take_codes
from commonpool.voices.actions.codings import code_passage
from commonpool.voices.actions.decisions import Outcome, Wanted, decide
from commonpool.voices.actions.recoding import choose_parts
from commonpool.voices.actions.rounds import close_round, mark_done, open_round
from commonpool.voices.models import Assignment, Code, CodebookVersion, CodingRound, TeamMember
from commonpool.voices.queries.codebooks import guid_of
from commonpool.voices.queries.compared import compared_of_round
from commonpool.voices.queries.decided import differing_in
from commonpool.voices.queries.recoding import own_of
from commonpool.voices.reading.codebooks import starter_codebook
from commonpool.voices.rules import codebook as rules
from commonpool.voices.rules.refi.values import minted

Kind = CodingRound.Kind
SPLIT: Final = "risk"
PARTS: Final = {
    "overspends": "Who bears it when more is spent than was planned.",
    "savings that do not come": "Who bears it when less is saved than was planned.",
}
# What a sentence that speaks of savings says; the rest of the split code is about overspends.
OF_SAVINGS: Final = ("saving", "beds")
DAYS: Final = {
    "framework": date(2018, 2, 5),
    "pilot": date(2018, 2, 12),
    "piloted": date(2018, 2, 26),
    "double": date(2018, 3, 5),
    "revealed": date(2018, 3, 19),
    "settled": date(2018, 3, 22),
    "refined": date(2018, 3, 26),
    "main": date(2018, 4, 3),
    "ended": date(2018, 5, 25),
}


def code_all(world: World, cast: Cast) -> None:
    """From the starter codebook to the last coded transcript."""
    first = _begin_framework(world)
    pilot = [cast.interviews[number].name for number in (1, 2)]
    _code_round(world, "Pilot", Kind.PILOT, first, [(name, each) for name in pilot for each in _both(world)], "pilot")
    second = _after_the_pilot(world)
    doubled = [(name, each) for name in cast.double_coded for each in _both(world)]
    _code_round(world, "Double coding", Kind.DOUBLE, second, doubled, "double", until="revealed")
    _settle(world)
    third = _refine(world)
    left = [held.name for held in cast.interviews if held.name not in {*cast.double_coded, *pilot}]
    dealt = [(name, _both(world)[number % 2]) for number, name in enumerate(left)]
    _code_round(world, "All transcripts", Kind.MAIN, third, dealt, "main", until="ended")


def _both(world: World) -> tuple[TeamMember, TeamMember]:
    return world.lead, world.coder


def _begin_framework(world: World) -> CodebookVersion:
    at = moment(DAYS["framework"])
    why = "Made from the topic guide, which a review of the literature had shaped."
    take_codes(
        actor=world.actor, at=at, study=world.study, read=starter_codebook(), origin=rules.Origin.ADVANCE, seen=None
    )
    return agree_version(actor=world.actor, at=at, study=world.study, label="v0.1", reason=why, agreed_by=_both(world))


def _after_the_pilot(world: World) -> CodebookVersion:
    at = moment(DAYS["piloted"])
    narrow = Code.objects.get(study=world.study, name="expectations")
    change = rules.Redefine(
        guid_of(narrow),
        definition=narrow.definition,
        include=f"{narrow.include} Also what people say they did not expect.",
        exclude=narrow.exclude,
        example=narrow.example,
    )
    why = "In the pilot we were unsure about surprises."
    change_codebook(actor=world.actor, at=at, study=world.study, changes=[change], reason=why)
    return agree_version(actor=world.actor, at=at, study=world.study, label="v0.2", reason=why, agreed_by=_both(world))


def _settle(world: World) -> None:
    """Each passage on which the coders differ: what one alone marked is kept, else the lead's."""
    double = CodingRound.objects.get(study=world.study, kind=CodingRound.Kind.DOUBLE)
    both, at = (world.lead, world.coder), moment(DAYS["settled"])
    for each in list(differing_in(double, compared_of_round(double))):
        kept = each.marked_by[0] if len(each.marked_by) == 1 else world.lead
        decide(
            actor=world.actor,
            at=at,
            coding_round=double,
            key=each.key,
            wanted=Wanted(Outcome.CODER, kept=kept, note="Read aloud together."),
            decided_by=both,
        )


def _refine(world: World) -> CodebookVersion:
    """Split a code after the double coding, and choose anew for each passage that had it."""
    at = moment(DAYS["refined"])
    old = Code.objects.get(study=world.study, name=SPLIT)
    parts = tuple(
        rules.Code(minted(f"{world.study.uuid} {name}"), name, definition=definition, origin=rules.Origin.DATA)
        for name, definition in PARTS.items()
    )
    why = f"‘{SPLIT}’ held two things that the double coding kept apart."
    change_codebook(actor=world.actor, at=at, study=world.study, changes=[rules.Split(guid_of(old), parts)], reason=why)
    overspends, savings = (Code.objects.get(study=world.study, name=name) for name in PARTS)
    for member in _both(world):
        chosen = {}
        for coding in own_of(member, old):
            words = world.text_under(coding)
            part = savings if any(each in words for each in OF_SAVINGS) else overspends
            chosen[coding.uuid] = [part.uuid]
        if chosen:
            choose_parts(actor=member.person, at=at, member=member, code=old, chosen=chosen)
    return agree_version(actor=world.actor, at=at, study=world.study, label="v0.3", reason=why, agreed_by=_both(world))


def _code_round(
    world: World,
    name: str,
    kind: str,
    framework: CodebookVersion,
    dealt: Iterable[tuple[str, TeamMember]],
    day: str,
    until: str = "",
) -> CodingRound:
    """A round from its opening to its close; the double one is blind."""
    given = [(world.texts[interview], member) for interview, member in dealt]
    opened = open_round(
        actor=world.actor,
        at=moment(DAYS[day], 9),
        study=world.study,
        name=name,
        kind=kind,
        is_blind=kind == Kind.DOUBLE,
        framework=framework,
        dealt=given,
    )
    at = moment(DAYS[day], 14)
    for assignment in Assignment.objects.filter(round=opened).select_related("coder__person", "transcript__newest"):
        _code_one(world, assignment)
        mark_done(actor=assignment.coder.person, at=at, member=assignment.coder, assignment=assignment)
    return close_round(actor=world.actor, at=moment(DAYS[until or day], 16), coding_round=opened)


def _code_one(world: World, assignment: Assignment) -> None:
    """One coder's codings of one transcript, a minute after one another."""
    coder, text = assignment.coder, assignment.transcript
    assert text.newest is not None
    talk = world.talks[world.interview_of(text.pk)]
    codes = {code.name: code for code in Code.objects.filter(study=world.study, is_retired=False)}
    at = moment(assignment.round.opened_at.date(), 10)
    for marked in _in_use(as_coded(talk.about, talk.said.text, coder.initials), talk.said.text, codes):
        code_passage(
            actor=coder.person,
            at=at,
            member=coder,
            version=text.newest,
            span=marked.span,
            code=codes[marked.code],
            coding_round=assignment.round,
        )


def _in_use(marks: Iterable[About], text: str, codes: dict[str, Code]) -> Iterator[About]:
    """The marks by the codes that there are; each passage and code once."""
    done = set()
    for mark in marks:
        is_of_savings = any(each in mark.span.of(text) for each in OF_SAVINGS)
        name = mark.code if mark.code in codes else [*PARTS][is_of_savings]
        if (mark.span, name) not in done:
            done.add((mark.span, name))
            yield About(mark.span, name)
