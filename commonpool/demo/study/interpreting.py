"""What the team makes of its codings: differences settled, names taken out, matrix, themes, types and quotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from commonpool.demo.study.cast import Cast
from commonpool.demo.study.fieldwork import World, moment
from commonpool.voices.actions import identities
from commonpool.voices.actions.matrices import Written, make_matrix, write_cell
from commonpool.voices.actions.quotations import check, quote
from commonpool.voices.actions.themes import Wording, mark_evidence, write_theme
from commonpool.voices.actions.typologies import Given, assign_types, make_typology
from commonpool.voices.models import Code, Coding, Participant, Study, Theme, ThemeEvidence, Transcript, Turn
from commonpool.voices.models.cases import CaseKind
from commonpool.voices.queries.cases import Belonging, Place, cases_of
from commonpool.voices.queries.codings import open_to_all, seen_by
from commonpool.voices.queries.consents import may_quote
from commonpool.voices.queries.identities import Group, groups_of
from commonpool.voices.queries.matrices import columns_of, places_in
from commonpool.voices.queries.texts import text_of
from commonpool.voices.rules.attribution import Breadth
from commonpool.voices.rules.identities.kinds import Kind
from commonpool.voices.rules.text import Span

DAYS: Final = {
    "taken out": date(2018, 6, 4),
    "charted": date(2018, 6, 18),
    "themes": date(2018, 7, 2),
    "quoted": date(2018, 7, 16),
}
MOST_SUPPORTING: Final = 6
MOST_CONTRARY: Final = 3
FEWEST_WORDS: Final = 12
SIDES: Final = {"supports": ThemeEvidence.Side.SUPPORTING, "against": ThemeEvidence.Side.CONTRARY}


def take_names_out(world: World, cast: Cast) -> None:
    """Every text looked through: what names somebody or some place goes, capitals that name nobody stay."""
    at = moment(DAYS["taken out"])
    for held in cast.interviews:
        named = " ".join(asdict(cast.names_in(held)).values())
        text = world.texts[held.name]
        text.refresh_from_db()
        review = identities.begin_review(actor=world.actor, at=at, transcript=text)
        decisions = [_decision(each, named) for each in groups_of(review)]
        if decisions:
            identities.decide(actor=world.actor, at=at, review=review, decisions=decisions)
        finish = identities.take_out if any(each.takes for each in decisions) else identities.end_review
        finish(actor=world.actor, at=at, review=review)


def _decision(found: Group, named: str) -> identities.Decision:
    """Out with it, and what is offered in its place; what is only written with a capital stays."""
    takes = found.kind is not Kind.NAME or found.words in named
    return identities.Decision(found.id, takes, found.offered if takes else "")


def chart(world: World, cast: Cast) -> None:
    """A matrix of sites by codes: a summary where something was said, and at two sites in three what was not."""
    at, told = moment(DAYS["charted"]), cast.told["matrix"]
    codes = [_code(world, name) for name in told["codes"]]
    matrix = make_matrix(
        actor=world.actor, at=at, member=world.lead, name=told["name"], case_kind=CaseKind.SITE, codes=codes
    )
    texts = {each.pk: text_of(each.newest) for each in _texts(world) if each.newest is not None}
    columns, belonging = columns_of(matrix), Belonging(world.study)
    for number, case in enumerate(cases_of(world.study, CaseKind.SITE)):
        for column in columns:
            places = places_in(world.lead, matrix, column, case, belonging)
            written = _written(world.study, places, texts, is_read=number % 3 != 2)
            if written is not None:
                write_cell(
                    actor=world.actor,
                    at=at,
                    member=world.lead,
                    matrix=matrix,
                    column=column,
                    case=case,
                    written=written,
                    revision=0,
                )


def _written(study: Study, places: Sequence[Place], texts: Mapping[int, str], *, is_read: bool) -> Written | None:
    """The first sentence of the first passage, as an invented analyst's summary; None leaves the cell empty."""
    if not places:
        return Written(nothing_said=True) if is_read else None
    codings = list(open_to_all(study).filter(pk__in=[each.id for each in places]).order_by("transcript", "start", "pk"))
    first = codings[0]
    sentence = texts[first.transcript_id][first.start : first.end].partition(". ")[0].rstrip(".")
    more = f" And {len(codings) - 1} more." if len(codings) > 1 else ""
    return Written(f"In their words: “{sentence}.”{more}", rests_on=[each.pk for each in codings])


def find_themes(world: World, cast: Cast) -> None:
    """Themes with their parts, each with passages that support it and some that speak against it."""
    for told in cast.told["themes"]:
        theme = _theme(world, told, None)
        for part in told["parts"]:
            _theme(world, part, theme)


def _theme(world: World, told: Mapping[str, Any], parent: Theme | None) -> Theme:
    at = moment(DAYS["themes"])
    codes = [_code(world, name) for name in told["codes"]]
    wording = Wording(told["name"], told["statement"], parent, parent is None, codes)
    theme = write_theme(actor=world.actor, at=at, member=world.lead, wording=wording)
    for side, most in (("supports", MOST_SUPPORTING), ("against", MOST_CONTRARY)):
        for coding in _passages(world, told[side])[:most]:
            mark_evidence(actor=world.actor, at=at, member=world.lead, theme=theme, coding=coding.pk, side=SIDES[side])
    return theme


def _passages(world: World, codes: Sequence[str]) -> list[Coding]:
    """Passages under these codes, one of each site before a second of any."""
    found = seen_by(world.lead).filter(code__name__in=codes, coder=world.lead).order_by("start", "transcript", "pk")
    listed = list(found.select_related("transcript__interview", "transcript__newest"))
    met: Counter[int | None] = Counter()
    placed: list[tuple[int, int, Coding]] = []
    for coding in listed:
        site = coding.transcript.interview.site_id if coding.transcript.interview else None
        placed.append((met[site], len(placed), coding))
        met[site] += 1
    return [coding for _, _, coding in sorted(placed, key=lambda each: each[:2])]


def sort_sites(world: World, cast: Cast) -> None:
    """Sites by how the pool began, where anybody can tell."""
    told, at = cast.told["typology"], moment(DAYS["themes"], 14)
    made = make_typology(
        actor=world.actor,
        at=at,
        member=world.lead,
        name=told["name"],
        case_kind=CaseKind.SITE,
        types=list(told["types"]),
    )
    types = {each.name: each for each in made.types.all()}
    cases = cases_of(world.study, CaseKind.SITE)
    given = {
        case: Given(types[name], told["types"][name])
        for number, case in enumerate(cases)
        if number % 5 != 4 and (name := told["order"][number % len(told["order"])])
    }
    assign_types(actor=world.actor, at=at, member=world.lead, typology=made, given=given)


def quote_people(world: World, cast: Cast) -> None:
    """Some passages of each theme by people who agreed to be quoted, one of each; the other coder checks them."""
    at, quoted = moment(DAYS["quoted"]), set[int]()
    for told in cast.told["themes"]:
        wanted = cast.told["quotations_per_theme"]
        for coding in _passages(world, told["supports"]):
            version = coding.transcript.newest
            assert version is not None
            words = text_of(version)[coding.start : coding.end]
            person = _speaker(coding)
            is_good = person is not None and person.pk not in quoted and may_quote([person])[person.pk]
            if person is None or not is_good or len(words.split()) < FEWEST_WORDS:
                continue
            quoted.add(person.pk)
            row = quote(
                actor=world.actor,
                at=at,
                member=world.lead,
                version=version,
                span=Span(coding.start, coding.end),
                text=words,
                breadth=Breadth.BOTH,
                coding=coding,
            )
            check(
                actor=world.coder.person,
                at=moment(DAYS["quoted"], 15),
                member=world.coder,
                quotation=row,
                revision=row.revision,
            )
            wanted -= 1
            if not wanted:
                break


def _speaker(coding: Coding) -> Participant | None:
    """Whose words a passage is."""
    turn = Turn.objects.filter(version=coding.version, start__lte=coding.start, end__gte=coding.end)
    found = turn.select_related("speaker__participant").first()
    return found.speaker.participant if found and found.speaker else None


def _texts(world: World) -> list[Transcript]:
    return list(Transcript.objects.filter(study=world.study).select_related("newest"))


def _code(world: World, name: str) -> Code:
    return Code.objects.get(study=world.study, name=name)
